//! Roles that are allowed by hand, held against the code's calls; and gaps that concern one service alone.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

const TARGETS: &str = "\
portolan: 1
app: demo
targets:
  gcp: { provider: gcp, region: europe-west1, project: acme-demo }
  azure: { provider: azure, region: westeurope, resource-group: demo }
resources:
  news: { kind: topic }
  files: { kind: bucket }
functions:
  run:
    runtime: python3.13
    handler: app.handle
    environment: { TOPIC: \"${resources.news.id}\", BUCKET: \"${resources.files.name}\" }
";

const PUBLISHES: &str = r#"
import os
from google.cloud import pubsub_v1

def handle(event, context):
    pubsub_v1.PublisherClient().publish(os.environ["TOPIC"], b"hello")
"#;

const READS: &str = r#"
import os
from azure.identity import DefaultAzureCredential
from azure.storage.blob import ContainerClient

def handle(event, context):
    files = ContainerClient("https://x.blob.core.windows.net", os.environ["BUCKET"], DefaultAzureCredential())
    return files.download_blob("a").readall()
"#;

/// Publishes, and does something with a bucket of which nobody knows what it is.
const ODD_BUCKET: &str = r#"
import os
from google.cloud import pubsub_v1, storage

def handle(event, context):
    pubsub_v1.PublisherClient().publish(os.environ["TOPIC"], b"hello")
    storage.Client().bucket(os.environ["BUCKET"]).turn_inside_out()
"#;

/// The ids of what `check` finds, and what it says.
fn found(name: &str, target: &str, code: &str, more: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("by-hand-{name}"));
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("app.py"), code).expect("the code");
    fs::write(folder.join("portolan.yaml"), format!("{TARGETS}    {more}\n")).expect("the spec");
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    command.args(["check", "--target", target, "--format", "json"]).current_dir(&folder);
    let said: Value = serde_json::from_slice(&command.output().expect("it runs").stdout).expect("JSON");
    fs::remove_dir_all(&folder).expect("the folder goes away");
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let all = said["diagnostics"].as_array().expect("findings").iter();
    let ours = all.filter(|finding| text(finding, "id").starts_with("access/") || text(finding, "id") == "target/bug");
    ours.map(|finding| (text(finding, "id"), text(finding, "message"))).collect()
}

fn check(name: &str, target: &str, code: &str, role: &str, expected: &[&str]) {
    let allow = format!("allow: {{ {target}: [{{ actions: {role}, resources: \"*\", why: a test }}] }}");
    let found = found(name, target, code, &allow);
    let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, expected, "{role}: {found:?}");
}

#[test]
fn a_role_covers_the_calls_that_it_permits() {
    check("publisher", "gcp", PUBLISHES, "roles/pubsub.publisher", &[]);
    check("viewer", "gcp", PUBLISHES, "roles/storage.objectViewer", &["access/undeclared-call"]);
    check("reader", "azure", READS, "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", &[]);
    check("sender", "azure", READS, "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39", &["access/undeclared-call"]);
}

#[test]
fn a_role_on_resources_covers_no_calls_on_data() {
    check("owner", "azure", READS, "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", &["access/undeclared-call"]);
}

#[test]
fn a_role_that_is_not_known_is_told() {
    check("editor", "gcp", PUBLISHES, "roles/editor", &["access/unknown-role"]);
    check("some", "azure", READS, "11111111-2222-3333-4444-555555555555", &["access/unknown-role"]);
}

#[test]
fn a_gap_in_one_service_leaves_the_others_exact() {
    let found = found("gap", "gcp", ODD_BUCKET, "uses: { news: publish, files: read }");
    assert_eq!(found.len(), 1, "{found:?}");
    let (id, message) = &found[0];
    assert_eq!(id, "access/assumed");
    assert!(message.contains("all of `files: read`") && !message.contains("news"), "{message}");
}
