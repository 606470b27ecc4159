//! The requests that a Cloud Run function gets for an event, and what its answers mean to who sends them.
//!
//! Shapes are those of the Pub/Sub documentation, "Push subscriptions"; of Cloud Storage's, "Pub/Sub notifications"; of
//! Cloud Scheduler's headers ("Cloud Scheduler, HTTP targets"); and of Eventarc's, "Receive events using Cloud Run".

use crate::firestore;
use portolan_target::{Answer, Delivery, Settled, base64, bytes, known};
use portolan_value::Value;
use serde_json::{Map, Value as Json, json};

/// The requests of an event: one, or one a message or change.
pub(crate) fn deliveries(delivery: &Delivery<'_>) -> Vec<Json> {
    match delivery.trigger() {
        "http" => vec![request(delivery)],
        "schedule" => vec![tick(delivery)],
        "queue" | "topic" => delivery.messages().into_iter().map(|message| push(delivery, message)).collect(),
        "bucket" => vec![notification(delivery)],
        "table" => delivery.changes().into_iter().map(|change| changed(delivery, change)).collect(),
        _ => vec![posted(delivery, "PORTOLAN_INVOKERS", delivery.field("/input"), &[])],
    }
}

fn request(delivery: &Delivery<'_>) -> Json {
    let query = delivery.query();
    let path = match query.is_empty() {
        true => delivery.encoded_path(),
        false => format!("{}?{query}", delivery.encoded_path()),
    };
    let mut headers = delivery.headers();
    headers.insert("x-cloud-trace-context".to_owned(), format!("{}/1;o=0", delivery.text("/id")).into());
    // API Gateway hands the claims of a token that it verified over in base64url (API Gateway documentation, "Choosing an
    // authentication method").
    if !delivery.route.is_empty() && delivery.text("/principal/kind") == "jwt" {
        let claims = url_safe(delivery.field("/principal/claims"));
        headers.insert("x-apigateway-api-userinfo".to_owned(), claims.into());
    }
    let mut request = json!({ "method": delivery.field("/method"), "path": path, "headers": headers });
    let body = bytes(delivery.event);
    if !body.is_empty() {
        request["body"] = json!({ "base64": base64(&body) });
    }
    request
}

fn tick(delivery: &Delivery<'_>) -> Json {
    let headers = [
        ("user-agent", "Google-Cloud-Scheduler"),
        ("x-cloudscheduler", "true"),
        ("x-cloudscheduler-jobname", delivery.key),
        ("x-cloudscheduler-scheduletime", delivery.text("/time")),
    ];
    posted(delivery, "PORTOLAN_SCHEDULER", delivery.field("/input"), &headers)
}

fn push(delivery: &Delivery<'_>, message: &Json) -> Json {
    let sent = json!({
        "messageId": message["id"],
        "message_id": message["id"],
        "publishTime": message["time"],
        "publish_time": message["time"],
        "data": base64(&bytes(message)),
        "attributes": message["attributes"],
    });
    envelope(delivery, sent, &message["attempt"])
}

fn notification(delivery: &Delivery<'_>) -> Json {
    let bucket = delivery.variable(&portolan_model::variable(delivery.text("/bucket"), "bucket"));
    let (object, time) = (delivery.field("/object"), delivery.field("/time"));
    let created = delivery.text("/change") == "created";
    let generation = object["version"].as_str().unwrap_or("1");
    let about = json!({
        "kind": "storage#object",
        "name": object["key"],
        "bucket": bucket,
        "generation": generation,
        "size": object["size"].as_u64().unwrap_or_default().to_string(),
        "etag": object["etag"],
        "timeCreated": time,
        "updated": time,
    });
    let sent = json!({
        "messageId": delivery.field("/id"),
        "message_id": delivery.field("/id"),
        "publishTime": time,
        "publish_time": time,
        "data": base64(about.to_string().as_bytes()),
        "attributes": {
            "bucketId": bucket,
            "objectId": object["key"],
            "eventType": if created { "OBJECT_FINALIZE" } else { "OBJECT_DELETE" },
            "objectGeneration": generation,
            "eventTime": time,
            "payloadFormat": "JSON_API_V1",
        },
    });
    envelope(delivery, sent, &json!(1))
}

/// A CloudEvent in binary form: what it is about in headers, its data as the body.
fn changed(delivery: &Delivery<'_>, change: &Json) -> Json {
    let database = delivery.variable(&portolan_model::variable(delivery.text("/table"), "table"));
    let key: Vec<String> = change["key"].as_object().into_iter().flatten().map(|(_, part)| written(part)).collect();
    let document = format!("documents/items/{}", key.join(":"));
    let text = |field: &str| change[field].as_str().unwrap_or_default();
    let kind = match text("change") {
        "deleted" => "google.cloud.firestore.document.v1.deleted",
        "created" => "google.cloud.firestore.document.v1.created",
        _ => "google.cloud.firestore.document.v1.updated",
    };
    let source = format!("//firestore.googleapis.com/projects/local/databases/{database}");
    let headers = [
        ("content-type", "application/protobuf"),
        ("ce-specversion", "1.0"),
        ("ce-id", text("id")),
        ("ce-type", kind),
        ("ce-source", &source),
        ("ce-subject", &document),
        ("ce-time", text("time")),
    ];
    // Firestore tells what a row was whenever there was one.
    let was = match (&change["old"], text("change")) {
        (Json::Null, "created") => &Json::Null,
        (Json::Null, _) => &change["key"],
        (old, _) => old,
    };
    let full = format!("projects/local/databases/{database}/{document}");
    let data = firestore::event_data(&full, &change["new"], was);
    posted(delivery, "PORTOLAN_CALLER", &json!({ "base64": base64(&data) }), &headers)
}

/// A part of a key as it stands in a document's name.
fn written(part: &Json) -> String {
    let text = part.as_str().map_or_else(|| part.to_string(), str::to_owned);
    percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn envelope(delivery: &Delivery<'_>, message: Json, attempt: &Json) -> Json {
    let subscription = format!("projects/local/subscriptions/{}", delivery.key);
    let body = json!({ "message": message, "subscription": subscription, "deliveryAttempt": attempt });
    posted(delivery, "PORTOLAN_CALLER", &body, &[("user-agent", "CloudPubSub-Google")])
}

/// A call for a trigger, by the account that a variable names.
fn posted(delivery: &Delivery<'_>, account: &str, body: &Json, headers: &[(&str, &str)]) -> Json {
    let mut all = Map::from_iter([
        ("host".to_owned(), "127.0.0.1".into()),
        ("content-type".to_owned(), "application/json".into()),
        ("authorization".to_owned(), format!("Bearer {}", token(&delivery.variable(account))).into()),
    ]);
    all.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), Json::from(*value))));
    let mut request = json!({ "method": "POST", "path": format!("/portolan/{}", delivery.key), "headers": all });
    if !body.is_null() {
        request["body"] = body.clone();
    }
    request
}

/// A token as the platform passes it on once it has verified it: without its signature (Cloud Run documentation,
/// "Authenticating service-to-service").
fn token(account: &str) -> String {
    let header = json!({ "alg": "RS256", "typ": "JWT" });
    let account = account.split(',').next().unwrap_or_default();
    let claims = json!({
        "iss": "https://accounts.google.com",
        "aud": "https://127.0.0.1",
        "email": account,
        "email_verified": true,
    });
    format!("{}.{}.SIGNATURE_REMOVED_BY_GOOGLE", url_safe(&header), url_safe(&claims))
}

fn url_safe(value: &Json) -> String {
    base64(value.to_string().as_bytes()).replace('+', "-").replace('/', "_").trim_end_matches('=').to_owned()
}

/// What the answers of a function mean: each has `status`, `headers`, `cookies`, and `body` in base64. A message is
/// done when its push was answered with a success.
pub(crate) fn answer(delivery: &Delivery<'_>, natives: &[Json]) -> Answer {
    let succeeded = |native: &Json| native["status"].as_u64().is_some_and(|status| (200..300).contains(&status));
    let first = natives.first().unwrap_or(&Json::Null);
    match delivery.trigger() {
        "http" => Answer::http(first),
        "queue" => {
            let pushes = delivery.messages().into_iter().zip(natives);
            let failed = pushes.filter(|(_, native)| !succeeded(native));
            Answer::Failed(failed.filter_map(|(message, _)| Some(message["id"].as_str()?.to_owned())).collect())
        }
        "table" => {
            let calls = delivery.changes().into_iter().zip(natives);
            let failed = calls.filter(|(_, native)| !succeeded(native));
            Answer::Failed(failed.filter_map(|(change, _)| Some(change["id"].as_str()?.to_owned())).collect())
        }
        "invoke" => Answer::Value(
            serde_json::from_slice(&bytes(&json!({ "body": first["body"], "encoding": "base64" }))).unwrap_or_default(),
        ),
        _ => Answer::Done,
    }
}

/// The variables of a function, which lie in its service's settings under a dialect's words.
pub(crate) fn environment(
    settled: &Settled,
    function: &str,
    [service, variables]: [&str; 2],
) -> Vec<(String, Option<String>)> {
    let resource = settled.resource(&format!("{function}.function"));
    let service = resource.and_then(|resource| resource.body.get(service));
    let Some(Value::Map(variables)) = service.and_then(|service| service.property(variables)) else {
        return Vec::new();
    };
    variables.iter().map(|(name, value)| (name.to_string(), known(value))).collect()
}
