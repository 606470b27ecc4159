//! Templates that are written differently and mean the same, and templates that permit more: of the rendered templates of
//! all cases, on three clouds, read back as strangers' are.
//!
//! A rewrite must show nothing in either direction; a mutation must be found. Each knows no more of a template than
//! the provider's documentation says of its syntax.

use planned::planned;
use portolan_cli::pipeline::backend;
use portolan_golden_tests::root;
use portolan_policy::{Comparison, Policies, widened};
use portolan_value::Format;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

#[path = "rewrites/aws.rs"]
mod aws;
#[path = "rewrites/azure.rs"]
mod azure;
#[path = "rewrites/gcp.rs"]
mod gcp;
#[path = "rewrites/planned.rs"]
mod planned;

/// A rewrite: changes a template wherever it can, and says whether it did.
type Rewrite = (&'static str, fn(&mut Value) -> bool);

/// A mutation: the templates that each permit something more in one place.
type Mutation = (&'static str, fn(&Value) -> Vec<Value>);

/// So many places of a template are mutated by each.
const PLACES: usize = 1;

/// A rendered template: where it lies, what it says, and what that permits.
struct Rendered {
    path: PathBuf,
    template: Value,
    policies: Policies,
}

/// Every rendered template of a format.
fn templates(format: Format, file: &str) -> Vec<Rendered> {
    let mut found = Vec::new();
    walk(&root().join("cases"), file, &mut found);
    found.sort();
    let read = |path: PathBuf| {
        let template = serde_json::from_str(&fs::read_to_string(&path).expect("a template")).expect("JSON");
        let policies = policies(format, &template);
        assert!(!policies.statements().is_empty(), "{}", path.display());
        Rendered { path, template, policies }
    };
    found.into_iter().map(read).collect()
}

fn walk(folder: &Path, file: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => walk(&path, file, found),
            false if path.ends_with(file) => found.push(path),
            false => {}
        }
    }
}

fn policies(format: Format, template: &Value) -> Policies {
    backend(format).permissions(&template.to_string())
}

fn more(before: &Policies, after: &Policies) -> Vec<String> {
    let found = widened(&Comparison { before, after, universe: &[] });
    found.iter().map(|one| format!("{} {} {} {}", one.class, one.principal, one.permission, one.resource)).collect()
}

/// How often each rewrite changed something; none may show anything.
fn rewrite_all(format: Format, file: &str, rewrites: &[Rewrite]) -> usize {
    let templates = templates(format, file);
    let mut count = 0;
    for (name, rewrite) in rewrites {
        let mut applied = 0;
        for Rendered { path, template, policies: before } in &templates {
            let mut rewritten = template.clone();
            if !rewrite(&mut rewritten) {
                continue;
            }
            assert_ne!(rewritten, *template, "{name}: {}", path.display());
            applied += 1;
            let after = policies(format, &rewritten);
            assert_eq!(more(before, &after), Vec::<String>::new(), "{name} widens {}", path.display());
            assert_eq!(more(&after, before), Vec::<String>::new(), "{name} narrows {}", path.display());
            let plan = planned(format, (template, before), (&rewritten, &after));
            let widens = plan.permissions.wider.len() + plan.alarms.len() + plan.summary.widening;
            assert_eq!(widens, 0, "{name}: the plan of {} widens or opens something", path.display());
        }
        assert!(applied > 0, "{name} changes no template");
        count += applied;
    }
    count
}

/// How many mutations there were; each must be found.
fn mutate_all(format: Format, file: &str, mutations: &[Mutation]) -> usize {
    let templates = templates(format, file);
    let mut count = 0;
    for (name, mutate) in mutations {
        let before_all = count;
        for Rendered { path, template, policies: before } in &templates {
            for mutated in mutate(template).into_iter().take(PLACES) {
                let after = policies(format, &mutated);
                let found = more(before, &after);
                assert!(!found.is_empty(), "{name} is missed in {}:\n{mutated:#}", path.display());
                let plan = planned(format, (template, before), (&mutated, &after));
                assert!(!plan.approvals.is_empty(), "{name}: the plan of {} needs no approval", path.display());
                count += 1;
            }
        }
        assert!(count > before_all, "{name} changes no template");
    }
    count
}

#[test]
fn rewrites_of_templates_show_nothing() {
    let aws = rewrite_all(Format::Aws, "template.json", &aws::REWRITES);
    let gcp = rewrite_all(Format::Gcp, "main.tf.json", &gcp::REWRITES);
    let azure = rewrite_all(Format::Azure, "azuredeploy.json", &azure::REWRITES);
    assert!(aws >= 200 && aws + gcp + azure >= 350, "{aws} + {gcp} + {azure}");
}

#[test]
fn mutations_of_templates_are_found() {
    let aws = mutate_all(Format::Aws, "template.json", &aws::MUTATIONS);
    let gcp = mutate_all(Format::Gcp, "main.tf.json", &gcp::MUTATIONS);
    let azure = mutate_all(Format::Azure, "azuredeploy.json", &azure::MUTATIONS);
    assert!(aws + gcp + azure >= 200 && gcp >= 40 && azure >= 40, "{aws} + {gcp} + {azure}");
}

/// Calls `change` on every value from the inside out.
fn everywhere(value: &mut Value, change: &mut dyn FnMut(&mut Value)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| everywhere(item, change)),
        Value::Object(entries) => entries.values_mut().for_each(|entry| everywhere(entry, change)),
        _ => {}
    }
    change(value);
}

/// Changes every one, and says whether any did change.
fn change_all<'t>(all: impl Iterator<Item = &'t mut Value>, change: &mut dyn FnMut(&mut Value) -> bool) -> bool {
    let mut changed = false;
    for one in all {
        changed |= change(one);
    }
    changed
}

/// Reverses a list; false where that changes nothing.
fn reversed(value: &mut Value) -> bool {
    let Value::Array(items) = value else { return false };
    let before = items.clone();
    items.reverse();
    *items != before
}

/// One copy of a template for each place, with that place changed.
fn one_by_one(template: &Value, places: usize, change: impl Fn(&mut Value, usize) -> bool) -> Vec<Value> {
    let copies = (0..places).filter_map(|place| {
        let mut copy = template.clone();
        change(&mut copy, place).then_some(copy)
    });
    copies.collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        one => vec![one],
    }
}

fn everything() -> Value {
    json!("*")
}
