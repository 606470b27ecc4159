//! Sample events: for each kind of trigger what a handler is given, with the names of the trigger in it.

use portolan_package::{Attribute, Change, Event, Host, Http, Route, RowChange, Segment, Trigger};
use portolan_target::Delivery;
use serde_json::{Map, Value as Json, json};

/// When everything in samples happens.
const TIME: &str = "2026-11-21T09:30:12.345Z";

/// The event that a trigger's handler is given.
pub fn event(trigger: &Trigger) -> Json {
    let envelope = |word: &str, subject: &str, id: &str, more: Json| {
        let mut event =
            json!({ "version": 1, "trigger": word, word: subject, "id": id, "source": trigger.source, "time": TIME });
        if let (Some(event), Json::Object(more)) = (event.as_object_mut(), more) {
            event.extend(more);
        }
        event
    };
    match &trigger.event {
        Event::Http(http) => {
            let route = http.routes.first().map(|route| route.http.as_str()).unwrap_or_default();
            envelope("http", route, "JKJaXmPLvHcESHA=", request(http))
        }
        Event::Schedule { schedule, input, .. } => {
            envelope("schedule", schedule, &format!("{schedule}@{TIME}"), json!({ "input": input }))
        }
        Event::Queue { queue, .. } => {
            let messages = json!({ "messages": [message(json!({ "show": "night-owls", "number": 7 }))] });
            envelope("queue", queue, "batch:3f1a", messages)
        }
        Event::Topic { topic, .. } => {
            let message = message(json!({ "show": "night-owls", "number": 7 }));
            envelope("topic", topic, "059f36b4-87a3-44ab-83d2-661975830a7d", json!({ "message": message }))
        }
        Event::Bucket { bucket, events, prefix, suffixes, .. } => {
            let created = events.first() != Some(&Change::Deleted);
            let key = format!("{prefix}007 café{}", suffixes.first().map(String::as_str).unwrap_or_default());
            let object = match created {
                true => {
                    json!({ "key": key, "size": 48_213, "etag": "d41d8cd98f00b204e9800998ecf8427e", "version": null })
                }
                false => json!({ "key": key, "size": null, "etag": null, "version": null }),
            };
            let change = if created { "created" } else { "deleted" };
            envelope("bucket", bucket, "4f0a1d7c2be98e6f", json!({ "change": change, "object": object }))
        }
        Event::Table { table, hash, range, changes, old, .. } => {
            let change = change(hash, range.as_ref(), changes.first().copied().unwrap_or(RowChange::Created), *old);
            envelope("table", table, "batch:41d3", json!({ "changes": [change] }))
        }
        Event::Invoke { invoke } => envelope("invoke", invoke, "8476a536", json!({ "input": {} })),
    }
}

fn message(body: Json) -> Json {
    json!({
        "id": "059f36b4-87a3-44ab-83d2-661975830a7d",
        "time": TIME,
        "attempt": 1,
        "body": body.to_string(),
        "encoding": "utf-8",
        "attributes": {},
    })
}

/// What happened to a row; the row as it was where it is wanted.
fn change(hash: &Attribute, range: Option<&Attribute>, change: RowChange, old: bool) -> Json {
    let attribute = |attribute: &Attribute, text: &str| match attribute.is_number {
        true => (attribute.name.clone(), json!(7)),
        false => (attribute.name.clone(), json!(text)),
    };
    let range = range.map(|range| attribute(range, "2026-11-21"));
    let key: Map<String, Json> = std::iter::once(attribute(hash, "night-owls")).chain(range).collect();
    let row = |title: &str| {
        let mut row = key.clone();
        row.entry("title").or_insert_with(|| title.into());
        row
    };
    let (word, new, was) = match change {
        RowChange::Created => ("created", Some(row("Owls")), None),
        RowChange::Changed => ("changed", Some(row("Owls")), Some(row("Owl"))),
        RowChange::Deleted => ("deleted", None, Some(row("Owls"))),
    };
    let was = was.filter(|_| old);
    json!({ "id": "c4ca4238a0b923820dcc509a6f75849b", "time": TIME, "change": word, "key": key, "new": new, "old": was })
}

fn request(http: &Http) -> Json {
    let root = Route { http: String::new(), method: "GET".to_owned(), segments: Vec::new() };
    let route = http.routes.first().unwrap_or(&root);
    let (path, parameters) = place(&route.segments);
    let claims = json!({ "sub": "ann", "iss": "https://login.example.com/" });
    let principal = match http.auth.kind {
        "jwt" => json!({ "kind": "jwt", "subject": "ann", "claims": claims }),
        "iam" => json!({ "kind": "iam", "subject": "arn:aws:iam::123456789012:role/caller", "claims": {} }),
        _ => Json::Null,
    };
    let method = if route.method == "ANY" { "GET" } else { &route.method };
    let body = if matches!(method, "POST" | "PUT" | "PATCH") { "{}" } else { "" };
    json!({
        "method": method,
        "host": "local.example.com",
        "path": path,
        "parameters": parameters,
        "query": {},
        "headers": { "accept": "*/*", "content-type": "application/json", "user-agent": "portolan" },
        "cookies": {},
        "body": body,
        "encoding": "utf-8",
        "address": "127.0.0.1",
        "principal": principal,
    })
}

/// A path that a route matches, each parameter standing for itself.
fn place(segments: &[Segment]) -> (String, Map<String, Json>) {
    let mut parameters = Map::new();
    let mut path = String::new();
    for segment in segments {
        path.push('/');
        match segment {
            Segment::Literal(text) => path.push_str(text),
            Segment::Parameter(name) => {
                path.push_str(name);
                parameters.insert(name.clone(), name.clone().into());
            }
            Segment::Rest(_) => {
                parameters.insert("*".to_owned(), "".into());
            }
        }
    }
    (if path.is_empty() { "/".to_owned() } else { path }, parameters)
}

/// Whether an event is of a trigger: of its kind, and of its resource, route or expression.
pub fn is_of(event: &Json, trigger: &Trigger) -> bool {
    let sample = self::event(trigger);
    let word = event["trigger"].as_str().unwrap_or_default();
    match &trigger.event {
        Event::Http(http) => word == "http" && http.routes.iter().any(|route| event["http"] == route.http.as_str()),
        _ => sample["trigger"] == event["trigger"] && sample[word] == event[word],
    }
}

/// An event on its way to a trigger.
pub fn delivery<'a>(
    event: &'a Json,
    trigger: &'a Trigger,
    region: &'a str,
    variable: &'a dyn Fn(&str) -> Option<String>,
) -> Delivery<'a> {
    let (route, place) = match &trigger.event {
        Event::Http(http) => {
            let place = http.routes.iter().position(|route| event["http"] == route.http.as_str()).unwrap_or_default();
            let route = http.routes.get(place).map(|route| route.http.as_str()).unwrap_or_default();
            // A catch-all is no route of an api but its default.
            let named = http.host == Host::Api && route != "ANY /*";
            (if named { route } else { "" }, place)
        }
        _ => ("", 0),
    };
    Delivery { event, key: &trigger.key, route, place, region, variable }
}

/// A trigger of a kind, where no spec says more; nothing where there is no such kind.
pub fn trigger(kind: &str) -> Option<Trigger> {
    let subject = |name: &str, event| Trigger { key: name.to_owned(), source: format!("podcast-prod/{name}"), event };
    Some(match kind {
        "http" => {
            let segments = vec![Segment::Literal("shows".to_owned()), Segment::Parameter("id".to_owned())];
            let route = Route { http: "GET /shows/{id}".to_owned(), method: "GET".to_owned(), segments };
            let auth = portolan_package::Auth { kind: "public", by: "platform", issuer: None, audiences: Vec::new() };
            subject("web", Event::Http(Http { host: Host::Api, routes: vec![route], auth, cors: None }))
        }
        "schedule" => {
            let event = Event::Schedule { schedule: "cron(0 3 * * *)".to_owned(), input: Json::Null, due: None };
            Trigger { key: "schedule".to_owned(), source: "podcast-prod/nightly".to_owned(), event }
        }
        "queue" => {
            let (queue, variable) = ("publish".to_owned(), "PUBLISH_QUEUE".to_owned());
            subject("publish", Event::Queue { queue, variable, batch: 10, fifo: false })
        }
        "topic" => {
            subject("released", Event::Topic { topic: "released".to_owned(), variable: "RELEASED_TOPIC".to_owned() })
        }
        "bucket" => subject(
            "uploads",
            Event::Bucket {
                bucket: "uploads".to_owned(),
                variable: "UPLOADS_BUCKET".to_owned(),
                events: vec![Change::Created],
                prefix: String::new(),
                suffixes: vec![".mp3".to_owned()],
                input: portolan_package::Input::Event,
            },
        ),
        "table" => {
            let attribute = |name: &str, is_number| Attribute { name: name.to_owned(), is_number };
            let event = Event::Table {
                table: "shows".to_owned(),
                variable: "SHOWS_TABLE".to_owned(),
                hash: attribute("show", false),
                range: Some(attribute("number", true)),
                changes: vec![RowChange::Created, RowChange::Changed],
                old: false,
                earliest: false,
                batch: 100,
            };
            subject("shows", event)
        }
        "invoke" => {
            let event = Event::Invoke { invoke: "report".to_owned() };
            Trigger { key: "invoke".to_owned(), source: "podcast-prod/report".to_owned(), event }
        }
        _ => return None,
    })
}

/// The kinds of triggers, as the spec words them.
pub const KINDS: [&str; 7] = ["http", "schedule", "queue", "topic", "bucket", "table", "invoke"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_sample_that_is_of_its_trigger() {
        for kind in KINDS {
            let trigger = trigger(kind).unwrap_or_else(|| panic!("{kind}"));
            let event = event(&trigger);
            assert_eq!((event["version"].as_u64(), event["trigger"].as_str()), (Some(1), Some(kind)));
            assert!(event[kind].is_string() && is_of(&event, &trigger), "{kind}");
        }
        assert!(trigger("stream").is_none());
    }

    #[test]
    fn an_event_of_another_resource_is_of_another_trigger() {
        let (queue, topic) = (trigger("queue"), trigger("topic"));
        let (Some(queue), Some(topic)) = (queue, topic) else { panic!("two kinds") };
        let mut event = event(&queue);
        assert!(!is_of(&event, &topic));
        event["queue"] = "jobs".into();
        assert!(!is_of(&event, &queue));
    }
}
