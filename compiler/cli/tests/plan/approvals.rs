//! Approvals, gates, policies and exit codes.

use super::app::App;
use serde_json::{Value, json};

const BEFORE: &str = "\
portolan: 1
app: shop
targets:
  aws: { provider: aws, region: eu-west-1, account: \"111122223333\" }
  west: { provider: aws, region: us-west-2, account: \"111122223333\" }
defaults: { runtime: python3.13 }
resources: { orders: { kind: table, key: { id: string } }, news: { kind: topic } }
functions:
  take: { handler: src/take.handle, triggers: { schedule: rate(1 hour) }, uses: { news: publish } }
";

/// A spec from which the table is gone, and in which a function may do more.
fn after() -> String {
    BEFORE
        .replace("orders: { kind: table, key: { id: string } }, ", "jobs: { kind: queue }, ")
        .replace("uses: { news: publish }", "uses: { news: publish, jobs: send }")
}

fn app(name: &str) -> App {
    let app = App::new(name);
    app.write("portolan.yaml", BEFORE);
    app.told(&["build", "--target", "all"], 0);
    app.write("portolan.yaml", &after());
    app
}

const PLAN: [&str; 5] = ["plan", "--target", "aws", "--base", "build"];
const BOTH: [&str; 4] = ["--approve", "data-loss:orders.table", "--approve", "permission-widening:take.jobs.send"];

fn code(app: &App, arguments: &[&str]) -> (Option<i32>, String) {
    let output = app.run(&[&PLAN[..], arguments].concat());
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn exit_codes() {
    let app = app("codes");
    assert_eq!(code(&app, &[]).0, Some(0), "a plan is a plan");
    assert_eq!(code(&app, &["--detailed-exitcode"]).0, Some(2));
    assert_eq!(code(&app, &["--deny", "data-loss"]).0, Some(4));
    assert_eq!(code(&app, &["--deny", "quota,irreversible"]).0, Some(0));
    assert_eq!(
        code(&app, &["--deny", "data-loss", "--approve", "data-loss:orders.table"]).0,
        Some(4),
        "the other is missing"
    );
    assert_eq!(code(&app, &BOTH).0, Some(0));
    assert_eq!(code(&app, &[&BOTH[..], &["--deny", "data-loss,permission-widening"]].concat()).0, Some(0));
    assert_eq!(code(&app, &BOTH[..2]).0, Some(4));
    app.write("portolan.yaml", BEFORE);
    assert_eq!(code(&app, &["--detailed-exitcode", "--deny", "data-loss"]).0, Some(0), "nothing changes");
}

#[test]
fn approvals_for_nothing_are_errors() {
    let app = app("nothing");
    for (given, expected) in [
        ("data-loss:order.table", "plan/approval-for-nothing"),
        ("public-exposure:orders.table", "plan/approval-for-nothing"),
        ("dataloss:orders.table", "plan/approval"),
        ("all", "plan/approval"),
        ("data-loss:", "plan/approval"),
    ] {
        let (code, talk) = code(&app, &["--approve", given]);
        assert_eq!(code, Some(3), "{given}: {talk}");
        assert!(talk.contains(&format!("[{expected}]")), "{given}: {talk}");
    }
    // With several deployments it must be said which one is meant.
    let all = ["plan", "--target", "all", "--base", "build", "--approve", "data-loss:orders.table"];
    let output = app.run(&all);
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    let one = ["plan", "--target", "all", "--base", "build", "--approve", "west/data-loss:orders.table"];
    assert_eq!(app.run(&one).status.code(), Some(4), "the others are missing");
}

#[test]
fn a_file_of_approvals_is_bound_to_its_changes() {
    let app = app("file");
    let plan: Value = serde_json::from_str(&app.told(&[&PLAN[..], &["--format", "json"]].concat(), 0)).expect("JSON");
    let needed = plan["deployments"][0]["approvals"].as_array().expect("approvals").clone();
    assert_eq!(needed.len(), 2);
    let file = |change: &dyn Fn(&mut Value)| {
        let row = |one: &Value| {
            let mut row = json!({
                "approve": one["approve"], "fingerprint": one["fingerprint"], "reason": "moved", "expires": "2999-12-31"
            });
            change(&mut row);
            row
        };
        json!({ "approvals": needed.iter().map(row).collect::<Vec<_>>() }).to_string()
    };
    let with = |text: String| {
        app.write("build/approvals.json", &text);
        code(&app, &["--approvals", "build/approvals.json"])
    };
    assert_eq!(with(file(&|_| {})).0, Some(0));
    for (change, expected) in [
        ((&|row: &mut Value| row["fingerprint"] = json!("0000")) as &dyn Fn(&mut Value), "plan/approval-void"),
        (&|row: &mut Value| row["expires"] = json!("2020-01-01"), "plan/approval-void"),
        (&|row: &mut Value| row["expires"] = json!("soon"), "plan/approvals"),
        (&|row: &mut Value| row["reason"] = json!(" "), "plan/approvals"),
        (&|row: &mut Value| row["more"] = json!(1), "plan/approvals"),
    ] {
        let (code, talk) = with(file(change));
        assert_eq!(code, Some(3), "{talk}");
        assert!(talk.contains(&format!("[{expected}]")), "{expected}: {talk}");
    }
    // Another change of the same resource is not the one that was approved.
    let approved = file(&|_| {});
    app.write("portolan.yaml", &after().replace("jobs: send", "jobs: [send, receive]"));
    let (code, talk) = with(approved);
    assert!(code == Some(3) || code == Some(4), "{talk}");
}

/// Lines that move do not void an approval; what it is about does.
#[test]
fn fingerprints_do_not_depend_on_lines() {
    let app = app("fingerprints");
    let fingerprints = |app: &App| {
        let plan: Value =
            serde_json::from_str(&app.told(&[&PLAN[..], &["--format", "json"]].concat(), 0)).expect("JSON");
        let all = plan["deployments"][0]["approvals"].as_array().expect("approvals").clone();
        all.iter().map(|one| one["fingerprint"].as_str().unwrap_or("").to_owned()).collect::<Vec<_>>()
    };
    let before = fingerprints(&app);
    app.write("portolan.yaml", &format!("# one line more\n\n{}", after()));
    assert_eq!(fingerprints(&app), before);
}

#[test]
fn policies_are_asked() {
    let app = app("policies");
    let policy = "package plan\n\nimport rego.v1\n\ndeny contains msg if {\n  some deployment in input.deployments\n  \
                  some change in deployment.changes\n  change.action == \"delete\"\n  change.kind != \"function\"\n  \
                  msg := sprintf(\"%s goes\", [change.address])\n}\n\ndeny contains msg if {\n  some deployment in \
                  input.deployments\n  some change in deployment.changes\n  change.type == \"AWS::DynamoDB::Table\"\n  \
                  change.action == \"delete\"\n  msg := sprintf(\"the table %s goes\", [change.address])\n}\n";
    app.write("build/policy.rego", policy);
    let (code, talk) = code(&app, &["--policy", "build/policy.rego"]);
    assert_eq!(code, Some(4), "{talk}");
    let page =
        String::from_utf8(app.run(&[&PLAN[..], &["--policy", "build/policy.rego"]].concat()).stdout).expect("text");
    assert!(page.contains("the table orders.table goes"), "{page}");
}
