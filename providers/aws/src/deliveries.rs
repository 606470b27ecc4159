//! What Lambda hands to a function for an event, and what its answer means to the service behind it.
//!
//! Shapes are those of the Lambda developer guide, "Invoking Lambda functions using events from other services", and of the
//! API Gateway developer guide, "payload format version 2.0".

use portolan_target::{Answer, Delivery, Settled, base64, bytes, known, milliseconds};
use portolan_value::Value;
use serde_json::{Map, Value as Json, json};

const ACCOUNT: &str = "123456789012";

/// The one event that Lambda gets.
pub(crate) fn deliveries(delivery: &Delivery<'_>) -> Vec<Json> {
    vec![match delivery.trigger() {
        "http" => request(delivery),
        "schedule" => tick(delivery),
        "queue" => json!({ "Records": records(delivery) }),
        "topic" => json!({ "Records": [notification(delivery)] }),
        "bucket" => json!({ "Records": [object(delivery)] }),
        "table" => json!({ "Records": rows(delivery) }),
        _ => delivery.field("/input").clone(),
    }]
}

fn request(delivery: &Delivery<'_>) -> Json {
    let headers = delivery.headers();
    let agent = headers.get("user-agent").cloned().unwrap_or_else(|| "".into());
    let body = bytes(delivery.event);
    let text = String::from_utf8(body.clone());
    let route = if delivery.route.is_empty() { "$default" } else { delivery.route };
    let principal = delivery.field("/principal");
    let mut context = json!({
        "accountId": ACCOUNT,
        "apiId": "local",
        "domainName": delivery.field("/host"),
        "domainPrefix": "local",
        "http": {
            "method": delivery.field("/method"),
            "path": delivery.field("/path"),
            "protocol": "HTTP/1.1",
            "sourceIp": delivery.field("/address"),
            "userAgent": agent,
        },
        "requestId": delivery.field("/id"),
        "routeKey": route,
        "stage": "$default",
        "timeEpoch": milliseconds(delivery.text("/time")),
    });
    match principal["kind"].as_str() {
        Some("jwt") => {
            context["authorizer"] = json!({ "jwt": { "claims": principal["claims"], "scopes": null } });
        }
        Some(_) => context["authorizer"] = json!({ "iam": { "userArn": principal["subject"] } }),
        None => {}
    }
    let mut event = json!({
        "version": "2.0",
        "routeKey": route,
        "rawPath": delivery.field("/path"),
        "rawQueryString": delivery.query(),
        "headers": without_cookies(headers),
        "requestContext": context,
        "pathParameters": parameters(delivery),
        "isBase64Encoded": text.is_err(),
    });
    let cookies = delivery.cookies();
    if !cookies.is_empty() {
        event["cookies"] = cookies.into();
    }
    if !body.is_empty() {
        event["body"] = text.unwrap_or_else(|_| base64(&body)).into();
    }
    event
}

fn without_cookies(mut headers: Map<String, Json>) -> Map<String, Json> {
    headers.remove("cookie");
    headers
}

/// What the route matched; a catch-all is called `proxy` there.
fn parameters(delivery: &Delivery<'_>) -> Json {
    let given = delivery.field("/parameters").as_object().into_iter().flatten();
    let named =
        |(name, value): (&String, &Json)| (if name == "*" { "proxy".to_owned() } else { name.clone() }, value.clone());
    given.map(named).collect::<Map<_, _>>().into()
}

/// Scheduler writes the due time without fractions.
fn tick(delivery: &Delivery<'_>) -> Json {
    let time = delivery.text("/time");
    let time = time.split_once('.').map_or_else(|| time.to_owned(), |(seconds, _)| format!("{seconds}Z"));
    json!({ "trigger": "schedule", "schedule": delivery.field("/schedule"), "time": time, "input": delivery.field("/input") })
}

fn records(delivery: &Delivery<'_>) -> Vec<Json> {
    let url = delivery.variable(&portolan_model::variable(delivery.text("/queue"), "queue"));
    let mut parts = url.rsplit('/');
    let (name, account) = (parts.next().unwrap_or_default(), parts.next().unwrap_or(ACCOUNT));
    let arn = format!("arn:aws:sqs:{}:{account}:{name}", delivery.region);
    let record = |message: &&Json| {
        let body = bytes(message);
        let sent = milliseconds(message["time"].as_str().unwrap_or_default());
        json!({
            "messageId": message["id"],
            "receiptHandle": "local",
            "body": String::from_utf8_lossy(&body),
            "attributes": {
                "ApproximateReceiveCount": message["attempt"].as_u64().unwrap_or(1).to_string(),
                "SentTimestamp": sent.to_string(),
                "SenderId": "local",
                "ApproximateFirstReceiveTimestamp": sent.to_string(),
            },
            "messageAttributes": attributes(message, ["stringValue", "dataType"]),
            "md5OfBody": "",
            "eventSource": "aws:sqs",
            "eventSourceARN": arn,
            "awsRegion": delivery.region,
        })
    };
    delivery.messages().iter().map(record).collect()
}

fn notification(delivery: &Delivery<'_>) -> Json {
    let arn = delivery.variable(&portolan_model::variable(delivery.text("/topic"), "topic"));
    let message = delivery.field("/message");
    let mut given = attributes(message, ["Value", "Type"]);
    let subject = given.as_object_mut().and_then(|given| given.remove("subject"));
    json!({
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": format!("{arn}:00000000-0000-0000-0000-000000000000"),
        "Sns": {
            "Type": "Notification",
            "MessageId": message["id"],
            "TopicArn": arn,
            "Subject": subject.map_or(Json::Null, |subject| subject["Value"].clone()),
            "Message": String::from_utf8_lossy(&bytes(message)),
            "Timestamp": message["time"],
            "SignatureVersion": "1",
            "Signature": "local",
            "SigningCertUrl": "",
            "UnsubscribeUrl": "",
            "MessageAttributes": given,
        },
    })
}

/// Attributes as texts, under the two words that a service has for a value and its type.
fn attributes(message: &Json, [value, kind]: [&str; 2]) -> Json {
    let given = message["attributes"].as_object().into_iter().flatten();
    given.map(|(name, text)| (name.clone(), json!({ value: text, kind: "String" }))).collect::<Map<_, _>>().into()
}

fn object(delivery: &Delivery<'_>) -> Json {
    let bucket = delivery.variable(&portolan_model::variable(delivery.text("/bucket"), "bucket"));
    let created = delivery.text("/change") == "created";
    let key: String = form_urlencoded::byte_serialize(delivery.text("/object/key").as_bytes()).collect();
    let mut object = json!({ "key": key, "sequencer": "0055AED6DCD90281E5" });
    for (ours, theirs) in [("size", "size"), ("etag", "eTag"), ("version", "versionId")] {
        let value = delivery.field(&format!("/object/{ours}"));
        if !value.is_null() {
            object[theirs] = value.clone();
        }
    }
    json!({
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": delivery.region,
        "eventTime": delivery.field("/time"),
        "eventName": if created { "ObjectCreated:Put" } else { "ObjectRemoved:Delete" },
        "userIdentity": { "principalId": "local" },
        "requestParameters": { "sourceIPAddress": "127.0.0.1" },
        "responseElements": { "x-amz-request-id": "local", "x-amz-id-2": "local" },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": delivery.key,
            "bucket": { "name": bucket, "ownerIdentity": { "principalId": "local" }, "arn": format!("arn:aws:s3:::{bucket}") },
            "object": object,
        },
    })
}

/// The records of a stream (DynamoDB Streams API, Record).
fn rows(delivery: &Delivery<'_>) -> Vec<Json> {
    let table = delivery.variable(&portolan_model::variable(delivery.text("/table"), "table"));
    let stream = format!("arn:aws:dynamodb:{}:{ACCOUNT}:table/{table}/stream/2026-01-01T00:00:00.000", delivery.region);
    let record = |(at, change): (usize, &Json)| {
        let seconds = milliseconds(change["time"].as_str().unwrap_or_default()) / 1_000;
        let mut about = json!({
            "ApproximateCreationDateTime": seconds,
            "Keys": attributes_of(&change["key"]),
            "SequenceNumber": sequence(at),
            "SizeBytes": change.to_string().len(),
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        });
        for (ours, theirs) in [("new", "NewImage"), ("old", "OldImage")] {
            if !change[ours].is_null() {
                about[theirs] = attributes_of(&change[ours]);
            }
        }
        json!({
            "eventID": change["id"],
            "eventName": match change["change"].as_str() {
                Some("deleted") => "REMOVE",
                Some("created") => "INSERT",
                _ => "MODIFY",
            },
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": delivery.region,
            "dynamodb": about,
            "eventSourceARN": stream,
        })
    };
    delivery.changes().into_iter().enumerate().map(record).collect()
}

/// A number of many digits, as a stream has them.
fn sequence(at: usize) -> String {
    format!("{:021}", 111_000_000_000_000_000_000_u128 + at as u128)
}

/// A row as DynamoDB types it (DynamoDB API, AttributeValue).
fn attributes_of(row: &Json) -> Json {
    let row = row.as_object().into_iter().flatten();
    row.map(|(name, value)| (name.clone(), attribute_of(value))).collect::<Map<_, _>>().into()
}

fn attribute_of(value: &Json) -> Json {
    match value {
        Json::Null => json!({ "NULL": true }),
        Json::Bool(truth) => json!({ "BOOL": truth }),
        Json::Number(number) => json!({ "N": number.to_string() }),
        Json::String(text) => json!({ "S": text }),
        Json::Array(items) => json!({ "L": items.iter().map(attribute_of).collect::<Vec<_>>() }),
        Json::Object(_) => json!({ "M": attributes_of(value) }),
    }
}

/// What a function's answer means.
pub(crate) fn answer(delivery: &Delivery<'_>, natives: &[Json]) -> Answer {
    let native = natives.first().unwrap_or(&Json::Null);
    match delivery.trigger() {
        "http" => {
            let encoding = if native["isBase64Encoded"] == true { "base64" } else { "utf-8" };
            let body = bytes(&json!({ "body": native["body"], "encoding": encoding }));
            Answer::http(&json!({
                "status": native["statusCode"],
                "headers": native["headers"],
                "cookies": native["cookies"],
                "body": base64(&body),
            }))
        }
        "queue" => {
            let failed = native["batchItemFailures"].as_array().into_iter().flatten();
            Answer::Failed(failed.filter_map(|one| Some(one["itemIdentifier"].as_str()?.to_owned())).collect())
        }
        "table" => {
            let first = native.pointer("/batchItemFailures/0/itemIdentifier").and_then(Json::as_str);
            let place = first.and_then(|first| (0..delivery.changes().len()).position(|at| sequence(at) == first));
            let again = place.map(|place| delivery.changes().split_off(place)).unwrap_or_default();
            Answer::Failed(again.into_iter().filter_map(|change| Some(change["id"].as_str()?.to_owned())).collect())
        }
        "invoke" => Answer::Value(native.clone()),
        _ => Answer::Done,
    }
}

/// The variables of a function.
pub(crate) fn environment(settled: &Settled, function: &str) -> Vec<(String, Option<String>)> {
    let resource = settled.resource(&format!("{function}.function"));
    let environment = resource.and_then(|resource| resource.body.get("Environment"));
    let Some(Value::Map(variables)) = environment.and_then(|environment| environment.property("Variables")) else {
        return Vec::new();
    };
    variables.iter().map(|(name, value)| (name.to_string(), known(value))).collect()
}
