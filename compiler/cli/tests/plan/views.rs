//! Every view at once, as a runner would ask for them.

use super::app::App;
use serde_json::Value;
use std::fs;
use std::process::{Command, Stdio};

#[test]
fn all_views_are_written_in_one_run() {
    let app = App::new("views");
    let spec = "portolan: 1\napp: shop\ntargets:\n  aws: { provider: aws, region: eu-west-1 }\ndefaults: { runtime: python3.13 }\n\
                functions:\n  get: { handler: src/get.handle, triggers: { http: GET /, auth: public } }\n";
    app.write("portolan.yaml", spec);
    fs::create_dir_all(app.0.join("build")).expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    command.current_dir(&app.0).stdin(Stdio::null());
    command
        .env("GITHUB_OUTPUT", app.0.join("build/outputs"))
        .env("GITHUB_STEP_SUMMARY", app.0.join("build/summary.md"));
    command.args(["plan", "--out", "build/plan.json", "--markdown", "build/plan.md", "--sarif", "build/plan.sarif"]);
    command.args([
        "--junit",
        "build/plan.xml",
        "--gitlab",
        "build/gitlab.json",
        "--code-quality",
        "build/quality.json",
    ]);
    command.args(["--github", "--azure-devops", "--deny", "public-exposure"]);
    let output = command.output().expect("it runs");
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
    let plan: Value = serde_json::from_str(&app.read("build/plan.json")).expect("JSON");
    let id = plan["id"].as_str().expect("an id").to_owned();
    assert!(app.read("build/outputs").contains(&id));
    assert!(app.read("build/plan.md").starts_with("<!-- portolan-plan: shop aws -->"));
    assert!(app.read("build/summary.md").contains("shop"));
    let gitlab: Value = serde_json::from_str(&app.read("build/gitlab.json")).expect("JSON");
    assert_eq!(gitlab["create"], plan["deployments"][0]["summary"]["create"]);
    let sarif: Value = serde_json::from_str(&app.read("build/plan.sarif")).expect("JSON");
    assert!(sarif["runs"][0]["results"].as_array().is_some_and(|results| !results.is_empty()));
    assert!(serde_json::from_str::<Value>(&app.read("build/quality.json")).is_ok());
    assert!(app.read("build/plan.xml").contains("<failure"));
    let printed = String::from_utf8(output.stdout).expect("text");
    assert!(printed.contains("::error file=portolan.yaml,line="), "{printed}");
    assert!(printed.contains("##vso[task.logissue"), "{printed}");
}

/// Off a runner, `--github` says what it lacks.
#[test]
fn a_runner_is_asked_for() {
    let app = App::new("no-runner");
    app.write("portolan.yaml", "portolan: 1\napp: a\ntargets:\n  aws: { provider: aws, region: eu-west-1 }\nfunctions:\n  get: { runtime: python3.13, handler: src/get.handle, triggers: { schedule: rate(1 hour) } }\n");
    let output = app.run(&["plan", "--github"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cli/unwritable"));
}
