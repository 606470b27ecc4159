//! `portolan invoke`, with real interpreters and a backend of a few lines: what runs, what is recorded, what is said.

use serde_json::Value;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{fs, thread};

const SPEC: &str = "portolan: 1
app: demo
targets: { dev: { provider: aws, region: eu-west-1 } }
defaults: { runtime: python3.13, payload: native }
resources: { items: { kind: table, key: { id: string } } }
functions:
  keep: { handler: app.keep, uses: { items: write }, environment: { COLOUR: blue } }
  fail: { handler: app.fail }
  odd: { handler: app.odd }
  leave: { handler: app.leave }
  sleep: { handler: app.sleep, timeout: 1 s }
  wait: { handler: app.sleep, timeout: 60 s }
  look: { handler: app.look, uses: { items: write }, environment: { COLOUR: blue } }
  node: { handler: page.greet, runtime: nodejs22 }
";

const APP: &str = r#"
import http.client, os, time, urllib.parse

def send(operation, path="/", signed=True):
    address = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL"])
    connection = http.client.HTTPConnection(address.netloc)
    scope = "Credential=1/20250101/eu-west-1/dynamodb/aws4_request"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 {scope}"} if signed else {}
    if operation:
        headers["X-Amz-Target"] = f"DynamoDB_20120810.{operation}"
    body = '{"TableName": "%s", "Item": {"secret": {"S": "hunter2"}}}' % os.environ["ITEMS_TABLE"]
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    return [answer.status, answer.read().decode()]

def keep(event, context):
    print("a line of the log")
    return [send("PutItem"), send("PutItem"), send("DeleteItem"), send(None, "/nowhere?token=hunter2", signed=False)]

def fail(event, context):
    raise ValueError(f"no {event['what']}")

def odd(event, context):
    return {1, 2}

def leave(event, context):
    os._exit(7)

def sleep(event, context):
    with open(event.get("pid", os.devnull), "w") as file:
        file.write(str(os.getpid()))
    time.sleep(60)

def look(event, context):
    names = ["COLOUR", "ITEMS_TABLE", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "HIDDEN", "AWS_ENDPOINT_URL"]
    seen = {name: os.environ.get(name) for name in names}
    passed = len(os.environ["TOKEN"]) if "TOKEN" in os.environ else None
    remaining = context.get_remaining_time_in_millis() > 1000
    return {"seen": seen, "token": passed, "name": context.function_name, "remaining": remaining}
"#;

const PAGE: &str =
    "export const greet = async (event, context) => ({ hello: event.name, name: context.functionName });\n";

/// An app in a folder that goes away with the test.
struct App(PathBuf);

impl App {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("invoke-{name}"));
        if path.exists() {
            fs::remove_dir_all(&path).expect("an old folder goes away");
        }
        fs::create_dir_all(&path).expect("a folder");
        for (file, text) in [("portolan.yaml", SPEC), ("app.py", APP), ("page.mjs", PAGE)] {
            fs::write(path.join(file), text).expect("a file");
        }
        Self(path)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
        command.arg("invoke").args(arguments).current_dir(&self.0).stdin(Stdio::null()).env("NO_COLOR", "1");
        command.env("AWS_SECRET_ACCESS_KEY", "of-the-user").env("HIDDEN", "of-the-user");
        command
    }

    fn invoke(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("it runs")
    }

    fn outcome(&self, arguments: &[&str], code: i32) -> Value {
        let output = self.invoke(&[arguments, &["--format", "json"]].concat());
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    fn event(&self, text: &str) -> &'static str {
        fs::write(self.0.join("event.json"), text).expect("a file");
        "event.json"
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn said(output: &Output) -> String {
    String::from_utf8([output.stdout.as_slice(), &output.stderr].concat()).expect("text")
}

/// A backend that says yes to everything, and the requests that reached it.
fn backend() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let requests = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&requests);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let request = answered(stream);
            seen.lock().expect("nobody panics").push(request);
        }
    });
    (address, requests)
}

fn answered(mut stream: TcpStream) -> String {
    let mut read = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                break;
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => read.extend_from_slice(&buffer[..count]),
        }
    }
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
    String::from_utf8_lossy(&read).into_owned()
}

#[test]
fn a_function_gets_the_environment_of_its_template_and_nothing_of_the_users() {
    let app = App::new("look");
    let outcome = app.outcome(&["look", "--env", "TOKEN=hunter2"], 0);
    let value = &outcome["outcome"]["value"];
    let seen = serde_json::json!({
        "COLOUR": "blue",
        "ITEMS_TABLE": "demo-dev-ItemsTable",
        "AWS_SECRET_ACCESS_KEY": "stand-in",
        "AWS_REGION": "eu-west-1",
        "HIDDEN": null,
        "AWS_ENDPOINT_URL": null,
    });
    assert_eq!(value["seen"], seen);
    assert_eq!(
        (&value["token"], &value["name"], &value["remaining"]),
        (&7.into(), &"demo-dev-look".into(), &true.into())
    );
    let output = app.command(&["look", "--env", "TOKEN"]).env("TOKEN", "hunter2").output().expect("it runs");
    assert!(output.status.success() && said(&output).contains("\"token\": 7"), "{}", said(&output));
    assert!(!said(&output).contains("hunter2"));
}

#[test]
fn node_functions_run_too() {
    let app = App::new("node");
    let event = app.event("{\"name\": \"ann\"}");
    let outcome = app.outcome(&["node", "--event", event], 0);
    assert_eq!(outcome["outcome"]["value"], serde_json::json!({ "hello": "ann", "name": "demo-dev-node" }));
}

#[test]
fn what_goes_wrong_in_a_function_is_told() {
    let app = App::new("wrong");
    let event = app.event("{\"what\": \"tea\"}");
    let outcome = app.outcome(&["fail", "--event", event], 3);
    assert_eq!(outcome["outcome"]["ended"], "raised");
    assert_eq!(
        (&outcome["outcome"]["type"], &outcome["outcome"]["message"]),
        (&"Failed".into(), &"ValueError: see the log".into()),
        "what went wrong is in the log and only there"
    );
    let log = said(&app.invoke(&["fail", "--event", event]));
    assert!(log.contains("no tea") && log.contains("app.py"), "{log}");
    assert_eq!(app.outcome(&["odd"], 3)["outcome"]["type"], "Runtime.MarshalError");
    let outcome = app.outcome(&["leave"], 3);
    assert_eq!(outcome["outcome"]["ended"], "crashed");
    assert!(outcome["outcome"]["status"].as_str().is_some_and(|status| status.contains('7')));
    let begun = Instant::now();
    assert_eq!(app.outcome(&["sleep"], 3)["outcome"], serde_json::json!({ "ended": "timed-out", "seconds": 1 }));
    assert!(begun.elapsed() < Duration::from_secs(30));
}

#[test]
fn calls_are_recorded_and_judged() {
    let app = App::new("record");
    let (address, requests) = backend();
    let output = app.invoke(&["keep", "--record", "--endpoint", &address, "--trace", "trace.json"]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(3), "{text}");
    for line in [
        "2 calls, 1 denied, 1 not understood",
        "  ok      dynamodb PutItem (200, 2 times)",
        "            dynamodb:PutItem on arn:aws:dynamodb:eu-west-1:123456789012:table/demo-dev-ItemsTable: uses items: write (portolan.yaml:7)",
        "  DENIED  dynamodb DeleteItem (200)",
        "            add it to what is declared: `uses: { items: [write, delete] }`",
        "  ?       POST /nowhere: it is not signed, and nothing in it names an operation",
        "  items: write (dynamodb:UpdateItem) — uses items: write (portolan.yaml:7)",
        "a line of the log",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
    let trace = fs::read_to_string(app.0.join("trace.json")).expect("a trace");
    assert!(!trace.contains("hunter2") && !trace.contains("stand-in") && !trace.contains("Credential"), "{trace}");
    let requests = requests.lock().expect("nobody panics");
    assert!(requests.iter().any(|request| request.contains("x-amz-target: DynamoDB_20120810.CreateTable")));
    assert!(requests.iter().any(|request| request.to_ascii_lowercase().contains("dynamodb_20120810.deleteitem")));
    assert!(requests.iter().any(|request| request.starts_with("POST /nowhere?token=hunter2 ")));
}

#[test]
fn a_trace_is_judged_by_the_spec_as_it_is_now() {
    let app = App::new("judge");
    let (address, _) = backend();
    app.invoke(&["keep", "--record", "--endpoint", &address, "--trace", "trace.json"]);
    let denied = app.outcome(&["keep", "--judge", "trace.json"], 3);
    assert_eq!(denied["recording"]["calls"][1]["verdict"], "denied");
    assert_eq!(denied["outcome"], Value::Null);
    fs::write(app.0.join("portolan.yaml"), SPEC.replace("items: write }", "items: [write, delete] }")).expect("a file");
    let allowed = app.outcome(&["keep", "--judge", "trace.json", "--judge", "trace.json"], 0);
    assert_eq!(allowed["recording"]["calls"].as_array().map(Vec::len), Some(4));
    assert_eq!(allowed["recording"]["calls"][1]["verdict"], "allowed");
    assert_eq!(
        allowed["recording"]["unused"][0]["permissions"],
        serde_json::json!(["dynamodb:UpdateItem", "dynamodb:BatchWriteItem"])
    );
}

#[test]
fn enforced_calls_do_not_reach_the_backend() {
    let app = App::new("enforce");
    let (address, requests) = backend();
    let outcome = app.outcome(&["keep", "--record", "--enforce", "--endpoint", &address], 3);
    let refused = &outcome["outcome"]["value"][2];
    assert_eq!(refused[0], 400);
    assert!(refused[1].as_str().is_some_and(|body| body.contains("\"__type\":\"AccessDeniedException\"")), "{refused}");
    let requests = requests.lock().expect("nobody panics");
    assert!(!requests.iter().any(|request| request.to_ascii_lowercase().contains("deleteitem")));
}

#[test]
fn a_backend_that_does_not_answer_is_told() {
    let app = App::new("no-backend");
    let output = app.invoke(&["keep", "--record", "--endpoint", "http://127.0.0.1:9"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(said(&output).contains("error[cli/backend]"), "{}", said(&output));
}

/// In moto's place: says who it is, and yes to everything.
#[cfg(unix)]
const YES: &str = r#"#!/usr/bin/env python3
import http.server, os, pathlib, sys

class Yes(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass

server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("-p") + 1])), Yes)
pathlib.Path(__file__).with_name("server.pid").write_text(str(os.getpid()))
server.serve_forever()
"#;

#[cfg(unix)]
#[test]
fn the_backend_of_a_run_that_is_killed_ends() {
    use std::os::unix::fs::PermissionsExt;

    let app = App::new("killed");
    let moto = app.0.join("moto_server");
    fs::write(&moto, YES).expect("a file");
    fs::set_permissions(&moto, fs::Permissions::from_mode(0o755)).expect("it may be run");
    let path = format!("{}:{}", app.0.display(), std::env::var("PATH").expect("a PATH"));
    for signal in ["-KILL", "-TERM"] {
        let pid = app.0.join("pid");
        let event = app.event(&serde_json::json!({ "pid": pid }).to_string());
        let mut command = app.command(&["wait", "--record", "--event", event]);
        let mut run = command.env("PATH", &path).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
        let function = written(&pid);
        let server = written(&app.0.join("server.pid"));
        assert!(is_alive(&server) && is_alive(&function));
        assert!(Command::new("kill").args([signal, &run.id().to_string()]).status().is_ok_and(|it| it.success()));
        run.wait().expect("it ends");
        gone(&server);
        gone(&function);
        for file in [pid, app.0.join("server.pid")] {
            fs::remove_file(file).expect("it is there");
        }
    }
}

/// What a process has written into a file, when it has.
#[cfg(unix)]
fn written(path: &Path) -> String {
    let begun = Instant::now();
    loop {
        match fs::read_to_string(path) {
            Ok(text) if !text.is_empty() => return text,
            _ => assert!(begun.elapsed() < Duration::from_secs(60), "{} was not written", path.display()),
        }
        thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(unix)]
fn is_alive(process: &str) -> bool {
    let is_zombie = fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| stat.contains(") Z "));
    let there = Command::new("kill").args(["-0", process]).stderr(Stdio::null()).status().is_ok_and(|it| it.success());
    there && !is_zombie
}

/// Waits until a process has ended: that it has is seen a little later.
#[cfg(unix)]
fn gone(process: &str) {
    let begun = Instant::now();
    while is_alive(process) {
        assert!(begun.elapsed() < Duration::from_secs(60), "{process} is still there");
        thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing_behind() {
    let app = App::new("interrupt");
    let pid = app.0.join("pid");
    let event = app.event(&serde_json::json!({ "pid": pid }).to_string());
    let run =
        app.command(&["wait", "--event", event]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it runs");
    let child = written(&pid);
    assert!(Command::new("kill").arg(run.id().to_string()).status().is_ok_and(|status| status.success()));
    let output = run.wait_with_output().expect("it ends");
    assert!(said(&output).contains("wait was interrupted"), "{}", said(&output));
    gone(&child);
}

/// What an example answers to one of its own events on a target.
fn answered_by_example(example: &str, function: &str, event: &str, target: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(example);
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    command.arg("invoke").arg(function).arg(&folder).args([
        "--target",
        target,
        "--no-dependencies",
        "--format",
        "json",
    ]);
    let output = command.arg("--event").arg(folder.join("tests/events").join(event)).output().expect("it runs");
    assert!(output.status.success(), "{example} {function} {target}: {}", said(&output));
    let outcome: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    outcome["outcome"]["value"].clone()
}

#[test]
fn an_example_answers_the_same_whatever_the_target() {
    let runs = [
        ("hello", "hello", "root.json"),
        ("script", "greet", "ann.json"),
        ("podcast", "list", "list.json"),
        ("todos", "list", "list.json"),
        ("contact-form", "archive", "letter.json"),
        ("shop", "ship", "parcels.json"),
    ];
    for (example, function, event) in runs {
        let answer = answered_by_example(example, function, event, "aws");
        for target in ["gcp", "azure"] {
            assert_eq!(answered_by_example(example, function, event, target), answer, "{example} {function} {target}");
        }
    }
}
