//! The examples: their own tests pass, and every event in them and in `docs/events.md` has the shape of that page.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value};

const PYTHON: [&str; 4] = ["hello", "podcast", "script", "shop"];
const NODE: [&str; 2] = ["contact-form", "todos"];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs a command in an example's folder; false where the machine lacks the program.
fn run(story: &str, command: &mut Command) -> bool {
    let folder = repository().join("examples").join(story);
    match with_client(command).current_dir(folder).env("PYTHONDONTWRITEBYTECODE", "1").output() {
        Ok(output) => {
            let said = [output.stdout, output.stderr].concat();
            assert!(output.status.success(), "{story}: {}", String::from_utf8_lossy(&said));
            true
        }
        Err(_) => false,
    }
}

/// Handlers import the neutral client, which packages bring along.
fn with_client(command: &mut Command) -> &mut Command {
    let root = repository().canonicalize().unwrap();
    let register = root.join("golden-tests/oracles/client_node/register.mjs");
    command
        .env("PYTHONPATH", root.join("stdlib/runtime/python"))
        .env("NODE_PATH", root.join("stdlib/runtime/node"))
        .env("NODE_OPTIONS", format!("--no-warnings --import={}", register.display()))
}

/// The files of an example's folder with an ending.
fn files(story: &str, folder: &str, ending: &str) -> Vec<String> {
    let entries = fs::read_dir(repository().join("examples").join(story).join(folder)).unwrap();
    let names = entries.map(|entry| format!("{folder}/{}", entry.unwrap().file_name().to_str().unwrap()));
    let mut names: Vec<String> = names.filter(|name| name.ends_with(ending)).collect();
    names.sort();
    names
}

#[test]
fn handlers_in_python_pass_their_tests() {
    for story in PYTHON {
        let tests = files(story, "tests", ".py");
        assert!(
            !tests.is_empty() && run(story, Command::new("python3").args(["-m", "unittest", "-q"]).args(tests)),
            "{story}"
        );
    }
}

#[test]
fn handlers_in_node_pass_their_tests() {
    for story in NODE {
        let tests = [files(story, "tests", ".mjs"), files(story, "tests", ".js")].concat();
        assert!(!tests.is_empty(), "{story}");
        if !run(story, Command::new("node").arg("--test").args(tests)) {
            eprintln!("skipped: no `node` on this machine");
        }
    }
}

#[test]
fn every_event_has_the_shape_of_the_page() {
    let page = fs::read_to_string(repository().join("docs/events.md")).unwrap();
    let blocks = page.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned());
    let events: Vec<Value> = blocks.map(|block| serde_json::from_str(&block).unwrap()).collect();
    let events: Vec<Value> = events.into_iter().filter(|event| event.get("version").is_some()).collect();
    let triggers: Vec<&str> = events.iter().map(|event| event["trigger"].as_str().unwrap()).collect();
    let all = ["http", "schedule", "queue", "topic", "bucket", "invoke", "table", "stream", "bus", "websocket"];
    assert_eq!(triggers, all);
    events.iter().for_each(check);
}

#[test]
fn every_sample_event_has_the_shape_of_the_page() {
    let mut checked = 0;
    for story in PYTHON.into_iter().chain(NODE) {
        for file in files(story, "tests/events", ".json") {
            let text = fs::read_to_string(repository().join("examples").join(story).join(&file)).unwrap();
            check(&serde_json::from_str(&text).unwrap());
            checked += 1;
        }
    }
    assert!(checked >= 15, "{checked}");
}

/// Exactly the fields of the event's trigger, and every value of the kind that the page says.
fn check(event: &Value) {
    let trigger = event["trigger"].as_str().unwrap();
    let own: &[&str] = match trigger {
        "http" => &[
            "method",
            "host",
            "path",
            "parameters",
            "query",
            "headers",
            "cookies",
            "body",
            "encoding",
            "address",
            "principal",
        ],
        "schedule" => &["input"],
        "queue" => &["messages"],
        "topic" => &["message"],
        "bucket" => &["change", "object"],
        "invoke" => &["input"],
        "table" => &["changes"],
        "stream" => &["records"],
        "bus" => &["type", "publisher", "data"],
        "websocket" => &["change", "connection", "headers", "query", "body", "encoding"],
        other => panic!("no trigger is called {other}"),
    };
    let fields = [&["version", "trigger", trigger, "id", "source", "time"], own].concat();
    assert_eq!(event.as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>(), fields);
    assert_eq!(event["version"], 1);
    assert!(event[trigger].is_string() && event["source"].as_str().unwrap().contains('/'));
    time(&event["time"]);
    match trigger {
        "http" => http(event),
        "queue" => event["messages"].as_array().unwrap().iter().for_each(message),
        "topic" => message(&event["message"]),
        "bucket" => object(event),
        _ => {}
    }
}

fn http(event: &Value) {
    let texts = |name: &str| event[name].as_object().unwrap().values().all(Value::is_string);
    assert!(texts("parameters") && texts("headers") && texts("cookies"), "{event}");
    assert!(event["headers"].as_object().unwrap().keys().all(|name| *name == name.to_lowercase() && name != "cookie"));
    assert!(
        event["query"]
            .as_object()
            .unwrap()
            .values()
            .all(|values| values.as_array().is_some_and(|list| !list.is_empty()))
    );
    assert!(event["path"].as_str().unwrap().starts_with('/'));
    body(event);
    if let Some(principal) = event["principal"].as_object() {
        assert_eq!(principal.keys().collect::<Vec<_>>(), ["kind", "subject", "claims"]);
    }
}

fn message(message: &Value) {
    let fields: &Map<String, Value> = message.as_object().unwrap();
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["id", "time", "attempt", "body", "encoding", "attributes"]);
    assert!(message["attempt"].is_null() || message["attempt"].as_u64().is_some_and(|attempt| attempt >= 1));
    assert!(message["attributes"].as_object().unwrap().values().all(Value::is_string));
    time(&message["time"]);
    body(message);
}

fn object(event: &Value) {
    assert!(["created", "deleted"].contains(&event["change"].as_str().unwrap()));
    assert_eq!(event["object"].as_object().unwrap().keys().collect::<Vec<_>>(), ["key", "size", "etag", "version"]);
}

fn body(holder: &Value) {
    assert!(holder["body"].is_string() && ["utf-8", "base64"].contains(&holder["encoding"].as_str().unwrap()));
}

/// `2026-11-21T03:00:00.000Z`.
fn time(value: &Value) {
    let shape: String =
        value.as_str().unwrap().chars().map(|one| if one.is_ascii_digit() { '0' } else { one }).collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000Z");
}
