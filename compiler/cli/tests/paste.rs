//! The `allow` blocks that findings offer are spec that can be pasted: with all of them, the app checks.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SPEC: &str = "\
portolan: 1
app: paste
targets:
  aws: { provider: aws, region: eu-west-1 }
functions:
  run:
    runtime: python3.13
    handler: app.handle
";

/// One call a service, on resources that no spec declares: a name, an ARN, a key with a prefix, everything, and a role that
/// is handed on.
const CODE: &str = r#"
import boto3

def handle(event, context):
    boto3.client("ses").send_email(Source="a@example.com", Destination={}, Message={})
    boto3.client("stepfunctions").start_execution(stateMachineArn="arn:aws:states:eu-west-1:111111111111:stateMachine:x")
    boto3.client("s3").get_object(Bucket="elsewhere", Key="in/" + event["id"])
    boto3.client("rekognition").detect_labels(Image={})
    boto3.client("cognito-idp").admin_get_user(UserPoolId="eu-west-1_abc", Username="x")
    boto3.client("ecs").run_task(cluster="main", taskDefinition="report", overrides={
        "taskRoleArn": "arn:aws:iam::111111111111:role/report",
    })
"#;

/// What `check` says of the app.
fn findings(folder: &Path) -> (Option<i32>, Vec<Value>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    let output = command.args(["check", "--format", "json"]).current_dir(folder).output().expect("it runs");
    let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    (output.status.code(), said["diagnostics"].as_array().expect("findings").clone())
}

/// What a finding offers to grant by hand: the entries of `allow: { aws: [ … ] }`.
fn offered(finding: &Value) -> Option<String> {
    let lines = finding["help"].as_array()?;
    let help = lines.iter().filter_map(Value::as_str).find(|line| line.contains("`allow: { aws: ["))?;
    let (_, block) = help.split_once("`allow: { aws: [")?;
    Some(block.split_once("] }`")?.0.to_owned())
}

#[test]
fn what_findings_offer_can_be_pasted() {
    let folder: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join("paste");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("app.py"), CODE).expect("the code");
    fs::write(folder.join("portolan.yaml"), SPEC).expect("the spec");
    let (code, found) = findings(&folder);
    assert_eq!(code, Some(3));
    assert!(found.iter().all(|finding| finding["id"] == "access/undeclared-call"), "{found:#?}");
    let entries: Vec<String> = found.iter().filter_map(offered).collect();
    assert!(entries.len() == found.len() && entries.len() >= 7, "{found:#?}");
    let allow = format!(
        "    allow:\n      aws:\n{}",
        entries.iter().map(|entry| format!("        - {entry}\n")).collect::<String>()
    );
    fs::write(folder.join("portolan.yaml"), format!("{SPEC}{allow}")).expect("the spec");
    let (code, found) = findings(&folder);
    assert_eq!(code, Some(0), "{allow}{found:#?}");
}
