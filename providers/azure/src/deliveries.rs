//! What the host of Azure Functions hands to a function of an app for an event, and what its answer means.
//!
//! An invocation names the function, and has its data and the trigger's metadata as the host's protocol types them
//! (`azure-functions-language-worker-protobuf`, `TypedData`): `type` is `string`, `bytes`, `json`, `int` or `http`.

use portolan_target::{Answer, Delivery, Settled, base64, bytes, known};
use portolan_value::Value;
use serde_json::{Map, Value as Json, json};

/// The invocations of an event: one, or one a message. Changes of a table come together.
pub(crate) fn deliveries(delivery: &Delivery<'_>) -> Vec<Json> {
    let data_and_metadata = match delivery.trigger() {
        "http" => vec![(request(delivery), Map::new())],
        "schedule" => vec![(timer(delivery), Map::new())],
        "queue" | "topic" => delivery.messages().into_iter().map(message).collect(),
        "bucket" => vec![notice(delivery)],
        "table" => vec![(documents(delivery), Map::new())],
        _ => vec![(call(delivery), Map::new())],
    };
    let mut function = format!("{}_{}", delivery.trigger(), delivery.key.replace('-', "_"));
    if delivery.place > 0 {
        function.push_str(&format!("_{}", delivery.place + 1));
    }
    let invocation = |(index, (data, metadata)): (usize, (Json, Map<String, Json>))| {
        let id = format!("00000000-0000-4000-8000-{index:012}");
        json!({ "function": function, "invocation": id, "data": data, "metadata": metadata })
    };
    data_and_metadata.into_iter().enumerate().map(invocation).collect()
}

fn typed(kind: &str, value: impl Into<Json>) -> Json {
    json!({ "type": kind, "value": value.into() })
}

fn request(delivery: &Delivery<'_>) -> Json {
    let query = delivery.query();
    let mark = if query.is_empty() { "" } else { "?" };
    let url = format!("https://{}{}{mark}{query}", delivery.text("/host"), delivery.encoded_path());
    let parameters = delivery.field("/parameters").as_object().into_iter().flatten();
    let parameters =
        parameters.map(|(name, value)| (if name == "*" { "path".to_owned() } else { name.clone() }, value.clone()));
    let queries = delivery.field("/query").as_object().into_iter().flatten().map(|(name, values)| {
        let values: Vec<&str> = values.as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        (name.clone(), Json::from(values.join(",")))
    });
    let mut headers = delivery.headers();
    if delivery.text("/principal/kind") == "jwt" {
        // The gateway in front has verified it and passes it on beside its own (`lower/policy.rs`).
        let url_safe = |value: &Json| base64(value.to_string().as_bytes()).replace('+', "-").replace('/', "_");
        let claims = url_safe(delivery.field("/principal/claims"));
        let token = format!("Bearer eyJhbGciOiJSUzI1NiJ9.{}.bG9jYWw", claims.trim_end_matches('='));
        headers.entry("x-forwarded-authorization").or_insert_with(|| token.into());
        headers.entry("authorization").or_insert_with(|| "Bearer gateway".into());
    }
    typed(
        "http",
        json!({
            "method": delivery.field("/method"),
            "url": url,
            "headers": headers,
            "params": parameters.collect::<Map<_, _>>(),
            "query": queries.collect::<Map<_, _>>(),
            "body": typed("bytes", base64(&bytes(delivery.event))),
        }),
    )
}

fn call(delivery: &Delivery<'_>) -> Json {
    let headers = json!({ "host": "127.0.0.1", "content-type": "application/json" });
    typed(
        "http",
        json!({
            "method": "POST",
            "url": "https://127.0.0.1/portolan/invoke",
            "headers": headers,
            "params": {},
            "query": {},
            "body": typed("bytes", base64(delivery.field("/input").to_string().as_bytes())),
        }),
    )
}

fn timer(delivery: &Delivery<'_>) -> Json {
    let time = delivery.field("/time");
    typed(
        "json",
        json!({
            "Schedule": { "AdjustForDST": true },
            "ScheduleStatus": { "Last": time, "Next": time, "LastUpdated": time },
            "IsPastDue": false,
        }),
    )
}

fn message(message: &Json) -> (Json, Map<String, Json>) {
    let mut attributes = message["attributes"].as_object().cloned().unwrap_or_default();
    let subject = attributes.remove("subject");
    let mut metadata = about(&message["id"], &message["time"], &message["attempt"], attributes.into());
    if let Some(subject) = subject {
        metadata.extend(["Label", "Subject"].map(|name| (name.to_owned(), typed("string", subject.clone()))));
    }
    (typed("bytes", base64(&bytes(message))), metadata)
}

/// An event of Event Grid in a message of Service Bus.
fn notice(delivery: &Delivery<'_>) -> (Json, Map<String, Json>) {
    let bucket = delivery.variable(&portolan_model::variable(delivery.text("/bucket"), "bucket"));
    let object = delivery.field("/object");
    let kind = if delivery.text("/change") == "created" { "BlobCreated" } else { "BlobDeleted" };
    let event = json!({
        "topic": "/subscriptions/local/resourceGroups/local/providers/Microsoft.Storage/storageAccounts/local",
        "subject": format!("/blobServices/default/containers/{bucket}/blobs/{}", delivery.text("/object/key")),
        "eventType": format!("Microsoft.Storage.{kind}"),
        "id": delivery.field("/id"),
        "data": { "eTag": object["etag"], "contentLength": object["size"], "blobType": "BlockBlob" },
        "dataVersion": "",
        "metadataVersion": "1",
        "eventTime": delivery.field("/time"),
    });
    let properties = json!({ "aeg-event-type": "Notification" });
    let metadata = about(delivery.field("/id"), delivery.field("/time"), &json!(1), properties);
    (typed("bytes", base64(event.to_string().as_bytes())), metadata)
}

/// The documents of a change feed: rows as they are, with what Cosmos DB adds. It tells no deletion.
fn documents(delivery: &Delivery<'_>) -> Json {
    let document = |change: &Json| {
        let mut document = change["new"].as_object()?.clone();
        let sort = change["key"].as_object()?.values().next_back()?;
        let id = sort.as_str().map_or_else(|| sort.to_string(), str::to_owned);
        let seconds = portolan_target::milliseconds(change["time"].as_str()?) / 1_000;
        document.entry("id").or_insert(id.into());
        let added = json!({
            "_rid": "local",
            "_self": "dbs/local/colls/local/docs/local",
            "_etag": format!("\"{}\"", change["id"].as_str()?),
            "_attachments": "attachments/",
            "_ts": seconds,
        });
        document.extend(added.as_object()?.clone());
        Some(Json::Object(document))
    };
    typed("json", delivery.changes().into_iter().filter_map(document).collect::<Vec<_>>())
}

fn about(id: &Json, time: &Json, attempt: &Json, properties: Json) -> Map<String, Json> {
    Map::from_iter([
        ("MessageId".to_owned(), typed("string", id.clone())),
        ("DeliveryCount".to_owned(), typed("int", attempt.as_u64().unwrap_or(1))),
        ("EnqueuedTimeUtc".to_owned(), typed("json", time.clone())),
        ("SequenceNumber".to_owned(), typed("int", 1)),
        ("LockToken".to_owned(), typed("json", "00000000-0000-4000-8000-000000000000")),
        ("ContentType".to_owned(), typed("string", "application/json")),
        // The library of Python reads the older name.
        ("UserProperties".to_owned(), typed("json", properties.clone())),
        ("ApplicationProperties".to_owned(), typed("json", properties)),
    ])
}

/// What the answers of a function mean: each is null, an `http` answer with `status`, `headers`, `cookies` and `body` in
/// base64, or `{"raises": true}`. A message is done when its function ended without an error.
pub(crate) fn answer(delivery: &Delivery<'_>, natives: &[Json]) -> Answer {
    let first = natives.first().unwrap_or(&Json::Null);
    match delivery.trigger() {
        "http" => Answer::http(first),
        "queue" => {
            let calls = delivery.messages().into_iter().zip(natives);
            let failed = calls.filter(|(_, native)| native["raises"] == true);
            Answer::Failed(failed.filter_map(|(message, _)| Some(message["id"].as_str()?.to_owned())).collect())
        }
        "table" => {
            let again = if first["raises"] == true { delivery.changes() } else { Vec::new() };
            Answer::Failed(again.into_iter().filter_map(|change| Some(change["id"].as_str()?.to_owned())).collect())
        }
        "invoke" => Answer::Value(
            serde_json::from_slice(&bytes(&json!({ "body": first["body"], "encoding": "base64" }))).unwrap_or_default(),
        ),
        _ => Answer::Done,
    }
}

/// The settings of a function's app.
pub(crate) fn environment(settled: &Settled, function: &str) -> Vec<(String, Option<String>)> {
    let resource = settled.resource(&format!("{function}.function"));
    let properties = resource.and_then(|resource| resource.body.get("properties"));
    let config = properties.and_then(|properties| properties.property("siteConfig"));
    let Some(Value::List(settings)) = config.and_then(|config| config.property("appSettings")) else {
        return Vec::new();
    };
    let setting = |setting: &Value| {
        let name = setting.property("name")?.as_text()?.to_owned();
        Some((name, setting.property("value").and_then(known)))
    };
    settings.iter().filter_map(setting).collect()
}
