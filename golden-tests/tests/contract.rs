//! What `docs/contract.md` promises for ever, a golden file each.

use portolan_cli::pipeline::Compiled;
use portolan_golden_tests::{Golden, check, diagnostics, root};
use portolan_target::describe;
use portolan_value::{Map, Resource, Value};
use std::fmt::Write;
use std::fs;

fn compiled() -> Vec<Compiled> {
    let checked = check(&fs::read(root().join("contract/spec.yaml")).expect("the contract's spec"), &[]);
    assert_eq!(checked.compiled.len(), 4, "{}", diagnostics(&checked));
    checked.compiled
}

fn resources(compiled: &Compiled) -> impl Iterator<Item = &Resource> {
    compiled.settled.stacks.iter().flat_map(|stack| &stack.resources)
}

/// A line for each resource that `line` has something to say about, under its stack.
fn lines(all: &[Compiled], line: impl Fn(&Resource) -> Vec<String>) -> String {
    let mut text = String::new();
    for compiled in all {
        let _ = writeln!(text, "# {}", compiled.model.stack());
        for said in resources(compiled).flat_map(&line) {
            let _ = writeln!(text, "{said}");
        }
    }
    text
}

const NAMES: [&str; 11] = [
    "BucketName",
    "FunctionName",
    "LogGroupName",
    "Name",
    "account_id",
    "accountId",
    "name",
    "parameter_id",
    "repository_id",
    "role_id",
    "secret_id",
];

fn names(resource: &Resource) -> Vec<String> {
    let named = NAMES.iter().filter_map(|key| resource.body.get(key));
    named.map(|name| format!("{} {}: {}", resource.address, resource.r#type, shown(name))).collect()
}

/// A name with the parts of its hash, which `describe` leaves out.
fn shown(value: &Value) -> String {
    match value {
        Value::Join(parts) => parts.iter().map(shown).collect(),
        Value::Unique(unique) => {
            format!("{{hash of {}}}", unique.parts.iter().map(describe).collect::<Vec<_>>().join(", "))
        }
        value => describe(value),
    }
}

/// The variables of a function, wherever the target keeps them.
fn variables(resource: &Resource) -> Vec<String> {
    let ways: [&[&str]; 3] = [
        &["Environment", "Variables"],
        &["service_config", "environment_variables"],
        &["properties", "siteConfig", "appSettings"],
    ];
    let found = ways.iter().filter_map(|way| inside(&resource.body, way));
    found.flat_map(entries).map(|entry| format!("{} {entry}", resource.address)).collect()
}

fn inside<'a>(body: &'a Map, way: &[&str]) -> Option<&'a Value> {
    let (first, rest) = way.split_first()?;
    rest.iter().try_fold(body.get(first)?, |value, step| match value {
        Value::Map(map) => map.get(step),
        _ => None,
    })
}

fn entries(value: &Value) -> Vec<String> {
    let own = |line: &String| {
        let kinds = ["_BUCKET", "_QUEUE", "_TOPIC", "_TABLE", "_SECRET", "_PARAMETER", "_BUS", "_FUNCTION"];
        kinds.iter().any(|kind| line.contains(kind))
    };
    let all: Vec<String> = match value {
        Value::Map(map) => map.iter().map(|(key, value)| format!("{key}={}", describe(value))).collect(),
        Value::List(items) => items.iter().filter_map(setting).collect(),
        _ => Vec::new(),
    };
    all.into_iter().filter(own).collect()
}

fn setting(item: &Value) -> Option<String> {
    let Value::Map(map) = item else { return None };
    Some(format!("{}={}", describe(map.get("name")?), describe(map.get("value")?)))
}

fn tables(resource: &Resource) -> Vec<String> {
    let keys = ["KeySchema", "AttributeDefinitions", "type", "properties"];
    let is_table =
        ["Table", "firestore_database", "sqlDatabases/containers"].iter().any(|word| resource.r#type.contains(word));
    let shown = keys
        .iter()
        .filter(|_| is_table)
        .filter_map(|key| Some(format!("{key}: {}", describe(resource.body.get(key)?))));
    shown.map(|line| format!("{} {line}", resource.address)).collect()
}

fn lowering(all: &[Compiled]) -> String {
    let mut text = String::new();
    for compiled in all {
        let template = &compiled.template.stacks[0].text;
        let mut lines = template.lines().skip_while(|line| !line.to_ascii_lowercase().contains("lowering"));
        let line = lines.next().expect("every template carries the lowering version");
        let version = std::iter::once(line).chain(lines.take(3)).find(|line| line.contains('1')).expect("the version");
        let _ = writeln!(text, "{}: {}", compiled.model.stack(), version.trim().trim_end_matches(','));
    }
    text
}

#[test]
fn the_contract_holds() {
    let all = compiled();
    let mut golden = Golden::default();
    let stacks: Vec<String> = all
        .iter()
        .map(|compiled| format!("{}: {}\n", compiled.model.target.name.value, compiled.model.stack()))
        .collect();
    golden.add("stacks.txt", stacks.concat());
    golden.add("names.txt", lines(&all, names));
    golden.add(
        "logical-ids.txt",
        lines(&all, |resource| vec![format!("{} {}", resource.address, resource.address.logical_id())]),
    );
    golden.add("environment.txt", lines(&all, variables));
    golden.add("tables.txt", lines(&all, tables));
    golden.add("lowering.txt", lowering(&all));
    let complaints = golden.compare(&root().join("contract"), |path| path == "spec.yaml");
    assert!(complaints.is_empty(), "these can never change; see docs/contract.md\n{}", complaints.join("\n\n"));
}
