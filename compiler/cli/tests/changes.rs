//! Table triggers: one handler in Python and one in Node, packed and run as each cloud would run them.

#![cfg(unix)]

use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const TARGETS: [&str; 3] = ["aws", "gcp", "azure"];

const SPEC: &str = "portolan: 1
app: demo
targets:
  aws: { provider: aws, region: eu-west-1 }
  gcp: { provider: gcp, region: europe-west1, project: acme-demo }
  azure: { provider: azure, region: westeurope, resource-group: demo }
resources: { shows: { kind: table, key: { show: string, number: number } } }
defaults: { runtime: python3.13, timeout: 10 s, environment: { SEEN: \"${seen}\" } }
variables: { seen: FOLDER/seen.jsonl }
functions:
  index: { handler: app.handle, triggers: { table: shows } }
  script: { runtime: nodejs22, handler: page.handle, triggers: { table: shows, batch: 5, start: latest } }
  audit:
    handler: app.handle
    targets: [aws, gcp]
    triggers: { table: shows, changes: [created, changed, deleted], old: true }
";

const APP: &str = "import json, os

def handle(event, context):
    with open(os.environ['SEEN'], 'a') as seen:
        seen.write(json.dumps(event) + '\\n')
    return {'failed': [one['id'] for one in event['changes'] if (one['new'] or {}).get('title') == 'bad']}
";

const PAGE: &str = "import { appendFileSync } from 'node:fs';

export const handle = async (event) => {
  appendFileSync(process.env.SEEN, `${JSON.stringify(event)}\\n`);
  return { failed: event.changes.filter((one) => one.new?.title === 'bad').map((one) => one.id) };
};
";

fn app(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let spec = SPEC.replace("FOLDER", folder.to_str().expect("a text"));
    for (file, text) in [("portolan.yaml", spec.as_str()), ("app.py", APP), ("page.mjs", PAGE)] {
        fs::write(folder.join(file), text).expect("a file");
    }
    folder
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

/// What a function is told to have answered, and the events that it was called with.
fn invoked(app: &Path, function: &str, target: &str, event: &[&str]) -> (Value, Vec<Value>) {
    let _ = fs::remove_file(app.join("seen.jsonl"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    command.args(["invoke", function, "--target", target, "--format", "json"]).args(event);
    let output = command.current_dir(app).stdin(Stdio::null()).env("NO_COLOR", "1").output().expect("it runs");
    assert!(output.status.success(), "{function} {target}: {}", said(&output));
    let outcome: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let seen = fs::read_to_string(app.join("seen.jsonl")).unwrap_or_default();
    let seen = seen.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    (outcome["outcome"]["value"].clone(), seen)
}

fn change(id: &str, kind: &str, new: Value, old: Value) -> Value {
    let key = json!({ "show": "night owls", "number": 7 });
    json!({ "id": id, "time": "2026-11-21T09:30:12.000Z", "change": kind, "key": key, "new": new, "old": old })
}

fn row(title: &str) -> Value {
    json!({ "show": "night owls", "number": 7, "title": title, "length": 1830.5, "tags": ["a", { "b": null }], "live": true })
}

fn event(app: &Path, target: &str, changes: Vec<Value>) -> [&'static str; 2] {
    let event = json!({
        "version": 1, "trigger": "table", "table": "shows", "id": "batch:1", "source": format!("demo-{target}/shows"),
        "time": "2026-11-21T09:30:12.000Z", "changes": changes,
    });
    fs::write(app.join("event.json"), event.to_string()).expect("a file");
    ["--event", "event.json"]
}

/// The changes that a function was told of, whether they came together or one by one.
fn told(seen: &[Value], field: &str) -> Vec<Value> {
    let changes = seen.iter().flat_map(|event| event["changes"].as_array().expect("a list"));
    changes.map(|change| change[field].clone()).collect()
}

#[test]
fn rows_reach_one_handler_on_every_cloud() {
    let app = app("changes");
    for (function, target) in ["index", "script"].iter().flat_map(|function| TARGETS.map(|target| (function, target))) {
        let all = vec![
            change("c-1", "created", row("good"), Value::Null),
            change("c-2", "changed", row("bad"), Value::Null),
            change("c-3", "changed", row("better"), Value::Null),
        ];
        let (answer, seen) = invoked(&app, function, target, &event(&app, target, all));
        // AWS goes on from the first that failed, and Azure knows the whole batch only.
        let (again, calls, kinds) = match target {
            "aws" => (json!(["c-2", "c-3"]), 1, json!(["created", "changed", "changed"])),
            "gcp" => (json!(["c-2"]), 3, json!(["created", "changed", "changed"])),
            _ => (json!(["c-1", "c-2", "c-3"]), 1, json!(["written", "written", "written"])),
        };
        assert_eq!(answer, json!({ "failed": again }), "{function} {target}");
        assert_eq!((seen.len(), told(&seen, "change")), (calls, kinds.as_array().cloned().expect("a list")));
        assert_eq!(told(&seen, "new"), [row("good"), row("bad"), row("better")], "{function} {target}");
        assert_eq!(told(&seen, "key")[0], json!({ "show": "night owls", "number": 7 }));
        assert_eq!((&seen[0]["table"], &seen[0]["source"]), (&json!("shows"), &json!(format!("demo-{target}/shows"))));
    }
}

#[test]
fn rows_that_are_gone_come_with_what_they_were() {
    let app = app("changes-gone");
    for target in ["aws", "gcp"] {
        let gone = vec![change("c-1", "deleted", Value::Null, row("good"))];
        let (answer, seen) = invoked(&app, "audit", target, &event(&app, target, gone));
        assert_eq!(answer, json!({ "failed": [] }), "{target}");
        let fields = ["change", "new", "old"].map(|field| told(&seen, field)[0].clone());
        assert_eq!(fields, [json!("deleted"), Value::Null, row("good")], "{target}");
    }
}

#[test]
fn a_sample_is_made_for_the_trigger() {
    let app = app("changes-sample");
    for target in TARGETS {
        let (answer, seen) = invoked(&app, "index", target, &["--trigger", "table"]);
        assert_eq!(answer, json!({ "failed": [] }), "{target}");
        assert_eq!(told(&seen, "key"), [json!({ "show": "night-owls", "number": 7 })], "{target}");
    }
    let printed = Command::new(env!("CARGO_BIN_EXE_portolan")).args(["events", "table"]).output().expect("it runs");
    let sample: Value = serde_json::from_slice(&printed.stdout).expect("JSON");
    assert_eq!((&sample["trigger"], &sample["changes"][0]["change"]), (&json!("table"), &json!("created")));
}
