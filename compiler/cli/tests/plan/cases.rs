//! Every case under `golden-tests/plans/`: a spec before, a spec after, and what the plan says for each target.

use super::app::App;
use crate::golden;
use portolan_cli::Arguments;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

/// The targets of a spec, in its order.
fn targets(spec: &str) -> Vec<String> {
    let lines = spec.lines().filter_map(|line| line.strip_prefix("  ")?.split_once(": { provider"));
    lines.map(|(name, _)| name.to_owned()).collect()
}

/// Plans a case for one target and compares what is printed. Gives back the plan.
fn planned(case: &str, app: &App, target: &str, before: Option<&str>, after: &str) -> Value {
    let mut arguments = vec!["plan", "--target", target, "--full", "--show-suppressed", "--out", "build/plan.json"];
    if let Some(before) = before {
        app.write("portolan.yaml", before);
        app.told(&["build", "--target", target], 0);
        arguments.extend(["--base", "build"]);
    }
    app.write("portolan.yaml", after);
    fs::create_dir_all(app.0.join("build")).expect("a folder can be made");
    let page = app.told(&arguments, 0);
    golden::compare(&format!("golden-tests/plans/{case}/{target}.txt"), &page);
    let saved = app.read("build/plan.json");
    assert_eq!(app.told(&["show", "build/plan.json", "--full", "--show-suppressed"], 0), page, "{case} {target}");
    serde_json::from_str(&saved).expect("a plan is JSON")
}

fn words(plan: &Value, list: &str, key: &str) -> Vec<String> {
    let deployments = plan["deployments"].as_array().into_iter().flatten();
    let items = deployments.flat_map(|one| one[list].as_array().into_iter().flatten());
    items.filter_map(|item| item[key].as_str()).map(str::to_owned).collect()
}

#[test]
fn plans_read_well() {
    let schema: Value = serde_json::to_value(portolan_plan::schema()).expect("a schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let (mut actions, mut verdicts, mut effects) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let cases = fs::read_dir(golden::root().join("golden-tests/plans")).expect("cases").flatten();
    let mut names: Vec<String> = cases.map(|case| case.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    for case in &names {
        let folder = golden::root().join("golden-tests/plans").join(case);
        let after = fs::read_to_string(folder.join("after.yaml")).expect("a spec");
        let before = fs::read_to_string(folder.join("before.yaml")).ok();
        let app = App::new(case);
        for target in targets(&after) {
            let plan = planned(case, &app, &target, before.as_deref(), &after);
            let wrong: Vec<String> = validator.iter_errors(&plan).map(|error| error.to_string()).collect();
            assert!(wrong.is_empty(), "{case} {target}: {wrong:?}");
            let cloud = target.split('-').next().unwrap_or_default().to_owned();
            actions.extend(words(&plan, "changes", "action").into_iter().map(|word| format!("{cloud} {word}")));
            verdicts.extend(words(&plan, "changes", "verdict").into_iter().map(|word| format!("{cloud} {word}")));
            for deployment in plan["deployments"].as_array().into_iter().flatten() {
                for change in deployment["changes"].as_array().into_iter().flatten() {
                    let own = change["effects"].as_array().into_iter().flatten().filter_map(Value::as_str);
                    effects.extend(own.map(|word| format!("{cloud} {word}")));
                }
            }
        }
    }
    let all: Vec<String> = [actions, verdicts, effects].into_iter().flatten().collect();
    golden::compare("golden-tests/plans.txt", &(all.join("\n") + "\n"));
}

#[test]
fn arguments_are_read() {
    use clap::Parser;
    for line in ["portolan plan --base git:main", "portolan show plan.json --deny data-loss,quota"] {
        assert!(Arguments::try_parse_from(line.split(' ')).is_ok(), "{line}");
    }
    for line in ["portolan plan --deny everything", "portolan plan --base x --observed y"] {
        assert!(Arguments::try_parse_from(line.split(' ')).is_err(), "{line}");
    }
}
