//! A plan for tools: what their own descriptions say they take.

use crate::{compare, sample};
use portolan_plan::views::{azure_devops, code_quality, github_annotations, github_outputs, gitlab, junit, sarif};
use portolan_plan::{Effect, Judgement, Summary};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// Where the crate that is made from the official schema keeps it.
fn official() -> PathBuf {
    let host = said(Command::new("rustc").args(["--print", "host-tuple"]));
    let mut command = Command::new(env!("CARGO"));
    // Without a platform, cargo asks for the packages of all of them, which were never fetched.
    command.args(["metadata", "--format-version", "1", "--offline", "--filter-platform", host.trim()]);
    let metadata = read(&said(command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))));
    let packages = metadata["packages"].as_array().expect("packages");
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").expect("the crate");
    let manifest = package["manifest_path"].as_str().expect("a path");
    PathBuf::from(manifest).with_file_name("src").join("schema.json")
}

fn said(command: &mut Command) -> String {
    let output = command.output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn sarif_is_as_the_official_schema_says() {
    let mut schema = read(&fs::read_to_string(official()).expect("the schema"));
    // Its pattern for languages has a bracket too many, which a strict reader of patterns refuses; we write none.
    for owner in ["run", "toolComponent"] {
        let language = schema.pointer_mut(&format!("/definitions/{owner}/properties/language"));
        assert!(language.and_then(Value::as_object_mut).expect("the property").remove("pattern").is_some());
    }
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let page = sarif(&sample::rich(), &sample::judged(), "apps/podcast");
    compare("rich.sarif", &page);
    let mut many = sample::quiet();
    many.approvals =
        (0..30_000).map(|at| sample::needed(Effect::DataLoss, &format!("t{at}.table"), "it goes", at)).collect();
    let large = sarif(&sample::plan(vec![many]), &Judgement::default(), "");
    let log = read(&large);
    assert_eq!(log["runs"][0]["results"].as_array().map(Vec::len), Some(25_000));
    let left = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert!(left.as_str().is_some_and(|left| left.starts_with("5000 results are left out")), "{left}");
    let mut cut = read(&large);
    cut["runs"][0]["results"].as_array_mut().expect("results").truncate(10);
    for log in [read(&page), cut] {
        let wrong: Vec<String> = validator.iter_errors(&log).map(|error| error.to_string()).take(3).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        let read: serde_sarif::sarif::Sarif = serde_json::from_value(log).expect("SARIF");
        let results = read.runs[0].results.as_ref().expect("results");
        assert!(results.len() >= 9, "{}", results.len());
        let rules = read.runs[0].tool.driver.rules.as_ref().expect("rules");
        for result in results {
            let index = usize::try_from(result.rule_index.expect("an index")).expect("an index");
            assert_eq!(Some(&rules[index].id), result.rule_id.as_ref());
        }
    }
}

#[test]
fn fingerprints_stay_when_other_things_change() {
    let prints = |plan: &portolan_plan::Plan| -> Vec<String> {
        let log = read(&sarif(plan, &Judgement::default(), ""));
        let results = log["runs"][0]["results"].as_array().expect("results").clone();
        results.iter().map(|result| result["partialFingerprints"]["portolanPlan/v1"].to_string()).collect()
    };
    let before = sample::rich();
    let mut after = before.clone();
    after.deployments[0].approvals.remove(0);
    for needed in &mut after.deployments[0].approvals {
        needed.place = sample::spec(999);
    }
    let (before, after) = (prints(&before), prints(&after));
    assert_eq!(before.len(), after.len() + 1);
    assert!(after.iter().all(|print| before.contains(print)));
}

#[test]
fn gitlab_counts_a_replacement_twice() {
    let mut deployment = sample::quiet();
    deployment.summary =
        Summary { create: 2, update: 3, replace: 5, delete: 7, rename: 11, import: 13, ..Summary::default() };
    let report = read(&gitlab(&sample::plan(vec![deployment.clone(), deployment])));
    assert_eq!(report, json!({ "create": 14, "update": 6, "delete": 24 }));
}

#[test]
fn code_quality_stands_at_lines_of_the_spec() {
    let report = read(&code_quality(&sample::rich(), &sample::judged(), "./apps/podcast/"));
    let all = report.as_array().expect("a list");
    for issue in all {
        let known = ["info", "minor", "major", "critical", "blocker"];
        assert!(issue["severity"].as_str().is_some_and(|severity| known.contains(&severity)), "{issue}");
        assert_eq!(issue["location"]["path"], "apps/podcast/portolan.yaml");
        assert!(issue["location"]["lines"]["begin"].as_u64().is_some_and(|line| line > 0));
        assert!(issue["description"].is_string() && issue["check_name"].is_string());
    }
    let mut prints: Vec<&str> = all.iter().filter_map(|issue| issue["fingerprint"].as_str()).collect();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), all.len(), "GitLab shows only the first of two with one fingerprint");
    assert_eq!(all[0]["severity"], "blocker");
    assert_eq!(all[0]["location"]["lines"]["begin"], 12);
}

#[test]
fn each_gate_is_a_test() {
    let asked = ["policies/tags.rego".to_owned(), "policies/regions.rego".to_owned()];
    let page = junit(&sample::rich(), &sample::judged(), &asked);
    compare("rich.junit.xml", &page);
    assert_eq!(page.matches("<testcase ").count(), 2 * (9 + 2));
    assert_eq!(page.matches("<failure ").count(), 3, "widening, exposure and loss; what cannot be undone was approved");
    let nothing = junit(&sample::plan(vec![sample::quiet()]), &Judgement::default(), &[]);
    assert!(nothing.contains("tests=\"9\" failures=\"0\""), "{nothing}");
}

#[test]
fn jobs_decide_by_outputs() {
    compare("rich.outputs", &github_outputs(&sample::rich(), &sample::judged()));
    let quiet = github_outputs(&sample::plan(vec![sample::quiet()]), &Judgement::default());
    assert!(quiet.starts_with("has_changes=false\nplan_id=sha256:7f3a"), "{quiet}");
    assert!(quiet.contains("\nneeds_approval=false\n") && quiet.contains("\nmax_severity=safe\n"), "{quiet}");
    assert!(quiet.ends_with("\napprovals=\n"), "{quiet}");
}

#[test]
fn annotations_and_commands() {
    let (plan, judgement) = (sample::rich(), sample::judged());
    compare("rich.annotations", &github_annotations(&plan, &judgement, "apps/podcast"));
    compare("rich.vso", &azure_devops(&plan, &judgement, "apps/podcast", Some("/agent/work/plan.md")));
    let mut many = sample::quiet();
    many.approvals =
        (1..=25).map(|at| sample::needed(Effect::DataLoss, &format!("t{at}.table"), "it goes", at)).collect();
    let page = github_annotations(&sample::plan(vec![many]), &Judgement::default(), "");
    assert_eq!(page.lines().count(), 10);
    assert!(page.ends_with("::warning title=portolan::and 16 more: see the summary\n"), "{page}");
}

#[test]
fn an_approval_names_its_deployment_where_several_need_one() {
    let mut first = sample::quiet();
    first.approvals = vec![sample::needed(Effect::DataLoss, "shows.table", "it goes", 8)];
    let mut second = first.clone();
    second.region = "us-east-1".to_owned();
    let file = github_outputs(&sample::plan(vec![first, second]), &Judgement::default());
    let both = "prod/eu-west-1/data-loss:shows.table\nprod/us-east-1/data-loss:shows.table\n";
    assert!(file.contains(both), "{file}");
}
