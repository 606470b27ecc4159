//! `runtime: custom`: a script and a binary, run as each cloud would run them, by its own runtime client.

#![cfg(unix)]

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::{env, fs};

const TARGETS: [&str; 3] = ["aws", "gcp", "azure"];

/// The app of `golden-tests/custom`, with its binary compiled.
fn app() -> &'static Path {
    static APP: OnceLock<PathBuf> = OnceLock::new();
    APP.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden-tests/custom");
        let folder = folder("executables");
        for file in ["portolan.yaml", "shell.sh"] {
            fs::copy(source.join(file), folder.join(file)).expect("a copy");
        }
        fs::create_dir_all(folder.join("dist")).expect("a folder");
        fs::copy(compiled(&source.join("rust")), folder.join("dist/handler")).expect("a copy");
        folder
    })
}

/// An empty folder.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// The handler in Rust, built as whoever wrote it would, with the libraries that are here already.
fn compiled(source: &Path) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("custom-rust");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--offline", "--locked", "--manifest-path"]).arg(source.join("Cargo.toml"));
    let output = cargo.arg("--target-dir").arg(&target).output().expect("cargo runs");
    assert!(output.status.success(), "{}", said(&output));
    target.join("debug/handler")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

fn invoke(app: &Path, function: &str, target: &str, event: &Value) -> Output {
    let name = format!("{function}-{target}-{}.json", event["trigger"].as_str().unwrap_or("native"));
    fs::write(app.join(&name), event.to_string()).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    command.args(["invoke", function, "--target", target, "--format", "json", "--event", &name]);
    command.current_dir(app).stdin(Stdio::null()).env("NO_COLOR", "1").output().expect("it runs")
}

/// What a function answers to an event, on every cloud alike.
fn answer(function: &str, event: impl Fn(&str) -> Value) -> Value {
    let answers = TARGETS.map(|target| {
        let output = invoke(app(), function, target, &event(target));
        assert!(output.status.success(), "{function} {target}: {}", said(&output));
        let outcome: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        outcome["outcome"]["value"].clone()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{function}: {answers:?}");
    answers[0].clone()
}

/// An event of a trigger, whose own fields are `more`.
fn event(target: &str, trigger: &str, name: &str, source: &str, more: Value) -> Value {
    let time = "2026-11-21T09:30:12.345Z";
    let mut event = json!({ "version": 1, "trigger": trigger, trigger: name, "id": "e-1", "source": format!("demo-{target}/{source}"), "time": time });
    let (Some(event_fields), Value::Object(more)) = (event.as_object_mut(), more) else { return event };
    event_fields.extend(more);
    event
}

fn request(target: &str, route: &str, function: &str, parameters: Value, body: (&str, &str)) -> Value {
    let (method, path) = route.split_once(' ').expect("a route");
    let path = path.replace("{name}", parameters["name"].as_str().unwrap_or_default());
    let more = json!({
        "method": method, "host": "local.example.com", "path": path, "parameters": parameters, "query": {}, "headers": { "accept": "*/*" },
        "cookies": {}, "body": body.0, "encoding": body.1, "address": "127.0.0.1", "principal": null,
    });
    event(target, "http", route, function, more)
}

/// Three messages, of which the second is bad.
fn batch(target: &str, queue: &str) -> Value {
    let message = |id: &str, body: &str| json!({ "id": id, "time": "2026-11-21T09:30:12.345Z", "attempt": 1, "body": body, "encoding": "utf-8", "attributes": {} });
    event(
        target,
        "queue",
        queue,
        queue,
        json!({ "messages": [message("m-1", "good"), message("m-2", "bad"), message("m-3", "good")] }),
    )
}

fn tick(target: &str, function: &str) -> Value {
    event(target, "schedule", "cron(0 3 * * *)", function, json!({ "input": { "report": "weekly" } }))
}

#[test]
fn a_script_answers_on_every_cloud() {
    let hello = answer("greet", |target| {
        request(target, "GET /hello/{name}", "greet", json!({ "name": "ann" }), ("", "utf-8"))
    });
    assert_eq!((&hello["status"], &hello["body"]), (&json!(200), &json!("hello, ann")));
    assert_eq!(answer("scripted", |target| batch(target, "scripts")), json!({ "failed": ["m-2"] }));
    assert_eq!(answer("scripted", |target| tick(target, "scripted")), Value::Null);
    let called =
        answer("scripted", |target| event(target, "invoke", "scripted", "scripted", json!({ "input": { "any": 1 } })));
    assert_eq!(called, json!({ "called": "scripted" }));
}

#[test]
fn a_binary_answers_on_every_cloud() {
    for (body, encoding, told) in [("{\"a\": \"é\\n\"}", "utf-8", Value::Null), ("/wD+", "base64", json!("base64"))] {
        let echo = answer("echo", |target| request(target, "POST /echo", "echo", json!({}), (body, encoding)));
        assert_eq!((&echo["status"], &echo["body"], &echo["encoding"]), (&json!(201), &json!(body), &told), "{echo}");
    }
    assert_eq!(answer("compiled", |target| batch(target, "binaries")), json!({ "failed": ["m-2"] }));
    assert_eq!(answer("compiled", |target| tick(target, "compiled")), Value::Null);
    let called =
        answer("compiled", |target| event(target, "invoke", "compiled", "compiled", json!({ "input": [1, "two"] })));
    assert_eq!(called, json!({ "input": [1, "two"] }));
}

/// Handlers that do anything but answer, and one that gets what its cloud sends.
const WRONG: &str = "portolan: 1
app: demo
targets:
  aws: { provider: aws, region: eu-west-1 }
  gcp: { provider: gcp, region: europe-west1, project: acme-demo }
  azure: { provider: azure, region: westeurope }
defaults: { runtime: custom, timeout: 2 s }
functions:
  dies: { handler: ./dies.sh, triggers: { http: GET /, auth: public } }
  hangs: { handler: ./hangs.sh, triggers: { schedule: cron(0 3 * * *) } }
  refuses: { handler: ./refuses.sh, triggers: { schedule: cron(0 3 * * *) } }
  native: { handler: ./native.sh, payload: native, triggers: { http: GET /, auth: public } }
";

/// Answers in the words of its cloud.
const NATIVE: &str = r#"
read -r line
echo "$line" >&2
case $line in
  *'"provider":"aws"'*) echo '{"call":1,"answer":{"statusCode":202}}' ;;
  *) echo '{"call":1,"answer":{"status":202}}' ;;
esac
"#;

const SCRIPTS: [(&str, &str); 4] = [
    ("dies.sh", "read -r line\nexit 3\n"),
    ("hangs.sh", "read -r line\nsleep 30\n"),
    ("refuses.sh", "read -r line\necho '{\"call\":1,\"error\":{\"type\":\"NoTea\",\"message\":\"there is none\"}}'\n"),
    ("native.sh", NATIVE),
];

/// An app of scripts that answer in no way, or natively.
fn wrong(name: &str) -> PathBuf {
    let app = folder(name);
    fs::write(app.join("portolan.yaml"), WRONG).expect("a file");
    for (file, text) in SCRIPTS {
        fs::write(app.join(file), format!("#!/bin/sh\n{text}")).expect("a file");
    }
    app
}

#[test]
fn what_is_no_answer_is_an_error_of_the_cloud() {
    let app = wrong("executables-wrong");
    for target in TARGETS {
        let root = request(target, "GET /", "dies", json!({}), ("", "utf-8"));
        let output = invoke(&app, "dies", target, &root);
        let outcome: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let value = &outcome["outcome"]["value"];
        assert_eq!((&value["status"], &value["body"]), (&json!(500), &json!("internal error")), "{target}: {outcome}");
        assert!(said(&output).contains("it ended with status 3 before it answered"), "{}", said(&output));
        for (function, why) in
            [("hangs", "it did not answer within the function's timeout"), ("refuses", "there is none")]
        {
            let output = invoke(
                &app,
                function,
                target,
                &event(target, "schedule", "cron(0 3 * * *)", function, json!({ "input": null })),
            );
            let outcome: Value = serde_json::from_slice(&output.stdout).expect("JSON");
            assert_eq!(
                (output.status.code(), &outcome["outcome"]["ended"]),
                (Some(3), &json!("raised")),
                "{target}: {outcome}"
            );
            assert!(said(&output).contains(why), "{}", said(&output));
        }
    }
}

#[test]
fn a_native_event_is_the_clouds_own_as_json() {
    let app = wrong("executables-native");
    for (target, holds) in [
        ("aws", "\"event\":{\"version\":\"2.0\",\"routeKey\""),
        ("gcp", "\"event\":{\"method\":\"GET\",\"url\":\"http://"),
        ("azure", "\"event\":{\"method\":\"GET\",\"url\":\"http"),
    ] {
        let output = invoke(&app, "native", target, &request(target, "GET /", "native", json!({}), ("", "utf-8")));
        let outcome: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        assert_eq!(outcome["outcome"]["value"]["status"], 202, "{target}: {}", said(&output));
        assert!(said(&output).contains(holds), "{target}: {}", said(&output));
    }
}
