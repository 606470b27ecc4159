//! Every property that lowering can write is known to the behaviour tables.
//!
//! Asked of three: the golden templates, the trees of the standard library (every option, set or not), and a small spec for
//! every cell of `docs/coverage.md`. What the tables do not know is listed in [`UNKNOWN`].

#[path = "../../compiler/cli/tests/coverage/rows.rs"]
#[expect(dead_code, reason = "the page reads its titles; only its specs are asked here")]
mod rows;

use portolan_behaviour::{Step, Verdict, table};
use portolan_catalog::{Column, ResourceTree, Tree, standard};
use portolan_golden_tests::{check, root};
use portolan_syntax::Node;
use portolan_value::Format;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What no source tells: a binding that Deployment Manager makes itself, of which no document says whether a changed one is
/// made anew.
const UNKNOWN: [(&str, [&str; 3]); 4] = [
    ("cloudfunctions-v2beta:virtual.projects.locations.functions.iamMemberBinding", ["member", "resource", "role"]),
    ("cloudresourcemanager-v1:virtual.projects.iamMemberBinding", ["member", "resource", "role"]),
    ("pubsub-v1:virtual.topics.iamMemberBinding", ["member", "resource", "role"]),
    ("storage-v1:virtual.buckets.iamMemberBinding", ["bucket", "member", "role"]),
];

/// A property seen: format, type and path.
type Place = (Format, String, Vec<String>);

/// Properties seen.
#[derive(Default)]
struct Seen(BTreeSet<Place>);

impl Seen {
    fn add(&mut self, format: Format, type_name: &str, path: &[String]) {
        self.0.insert((format, type_name.to_owned(), path.to_vec()));
    }

    /// Fails with what the tables do not know and the list does not name.
    fn check(&self) {
        let listed = listed();
        let unknown = self.0.iter().filter(|place| is_unknown(place) && !listed.contains(place));
        let unknown: Vec<String> = unknown.map(line).collect();
        assert!(self.0.len() > 100, "only {} properties were seen", self.0.len());
        assert!(unknown.is_empty(), "{} of {} are unknown:\n{unknown:#?}", unknown.len(), self.0.len());
    }
}

fn listed() -> BTreeSet<Place> {
    let place = |type_name: &str, path: &str| (Format::GcpDm, format!("gcp-types/{type_name}"), vec![path.to_owned()]);
    UNKNOWN.iter().flat_map(|(type_name, paths)| paths.iter().map(|path| place(type_name, path))).collect()
}

fn is_unknown((format, type_name, path): &Place) -> bool {
    let steps: Vec<Step<'_>> = path.iter().map(|word| step(word)).collect();
    table(*format).find(type_name).is_none_or(|found| found.property(&steps).on_change == Verdict::Unknown)
}

fn step(word: &str) -> Step<'_> {
    if word == "*" { Step::Element } else { Step::Name(word) }
}

fn line((format, type_name, path): &Place) -> String {
    format!("{} {type_name} {}", format.key(), path.join("/"))
}

#[test]
fn what_is_listed_is_unknown() {
    let known: Vec<String> = listed().iter().filter(|place| !is_unknown(place)).map(line).collect();
    assert!(known.is_empty(), "these are known now: {known:?}");
}

#[test]
fn golden_templates_write_what_is_known() {
    let mut seen = Seen::default();
    for file in templates() {
        let text = fs::read_to_string(&file).unwrap();
        let format = match file.file_name().and_then(|name| name.to_str()) {
            Some("template.json") => Format::Aws,
            Some("main.tf.json") => Format::Gcp,
            Some("config.yaml") => Format::GcpDm,
            _ => Format::Azure,
        };
        template(format, &text, &mut seen);
    }
    seen.check();
}

#[test]
fn every_cell_of_the_coverage_writes_what_is_known() {
    let mut seen = Seen::default();
    for row in rows::all().iter().flat_map(|section| &section.rows) {
        for format in Format::ALL {
            let spec = format!("portolan: 1\napp: demo\n{}{}", target(format), row.spec);
            for compiled in &check(spec.as_bytes(), &[]).compiled {
                compiled.template.stacks.iter().for_each(|stack| template(format, &stack.text, &mut seen));
            }
        }
    }
    seen.check();
}

#[test]
fn the_library_writes_what_is_known() {
    let mut seen = Seen::default();
    for format in Format::ALL {
        let columns = standard().kinds().filter_map(|kind| match kind.column(format) {
            Column::Built(built) => Some(&built.resources),
            Column::Unsupported(_) => None,
        });
        let parents = standard().parents(format).map(|parent| &parent.resources);
        columns.chain(parents).flatten().for_each(|resource| resource_tree(format, resource, &mut seen));
    }
    seen.check();
}

fn target(format: Format) -> &'static str {
    match format {
        Format::Aws => "targets: { t: { provider: aws, region: eu-west-1 } }\n",
        Format::Gcp => "targets: { t: { provider: gcp, region: europe-west1, project: acme-demo } }\n",
        Format::GcpDm => concat!(
            "targets: { t: { provider: gcp, format: deployment-manager, region: europe-west1, project: acme-demo, ",
            "artifacts-bucket: acme-code } }\n"
        ),
        Format::Azure => concat!(
            "targets: { t: { provider: azure, region: westeurope, resource-group: demo, ",
            "entra-app-id: 00000000-0000-4000-8000-000000000000 } }\n"
        ),
    }
}

fn templates() -> Vec<PathBuf> {
    let names = ["template.json", "main.tf.json", "config.yaml", "azuredeploy.json"];
    let mut found = Vec::new();
    ["cases", "examples"].iter().for_each(|folder| files(&root().join(folder), &mut found));
    found.retain(|file| names.iter().any(|name| file.ends_with(name)));
    found
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().is_dir() { files(&entry.path(), found) } else { found.push(entry.path()) }
    }
}

// --- trees of the library

fn resource_tree(format: Format, resource: &ResourceTree, seen: &mut Seen) {
    for (name, tree) in &resource.body {
        walk_tree(format, &resource.r#type, &mut vec![name.to_string()], tree, seen);
    }
    for slot in resource.slots.iter() {
        seen.add(format, &resource.r#type, &slot.path.iter().map(ToString::to_string).collect::<Vec<_>>());
    }
}

fn walk_tree(format: Format, type_name: &str, path: &mut Vec<String>, tree: &Tree, seen: &mut Seen) {
    seen.add(format, type_name, path);
    let mut below = |step: &str, tree: &Tree| {
        path.push(step.to_owned());
        walk_tree(format, type_name, path, tree, seen);
        path.pop();
    };
    match tree {
        Tree::Map(entries) => entries.iter().for_each(|(name, tree)| below(name, tree)),
        Tree::List(items) => items.iter().for_each(|tree| below("*", tree)),
        Tree::When(_, then, otherwise) => {
            walk_tree(format, type_name, path, then, seen);
            otherwise.iter().for_each(|tree| walk_tree(format, type_name, path, tree, seen));
        }
        _ => {}
    }
}

// --- templates

fn template(format: Format, text: &str, seen: &mut Seen) {
    let json = || serde_json::from_str::<Value>(text).expect("a template is JSON");
    match format {
        Format::Aws => {
            for resource in json()["Resources"].as_object().expect("resources").values() {
                body(format, resource["Type"].as_str().expect("a type"), &resource["Properties"], seen);
            }
        }
        Format::Gcp => {
            for (type_name, resources) in json()["resource"].as_object().expect("resources") {
                resources.as_object().expect("names").values().for_each(|value| body(format, type_name, value, seen));
            }
        }
        Format::GcpDm => {
            let source = portolan_diagnostics::Sources::default().add("config.yaml", text);
            let config = plain(&portolan_syntax::tree(&source).product.expect("a config is YAML"));
            for resource in config["resources"].as_array().into_iter().flatten() {
                let type_name = resource.get("type").or_else(|| resource.get("action"));
                let type_name = type_name.and_then(Value::as_str).expect("a type or an action");
                body(format, type_name, &resource["properties"], seen);
                body(format, type_name, &serde_json::json!({ "accessControl": resource["accessControl"] }), seen);
            }
        }
        Format::Azure => arm(&json(), seen),
    }
}

fn arm(template: &Value, seen: &mut Seen) {
    for resource in template["resources"].as_array().into_iter().flatten() {
        let inner = &resource["properties"]["template"];
        match inner.is_object() {
            // a deployment's template has resources of its own
            true => arm(inner, seen),
            false => body(Format::Azure, resource["type"].as_str().expect("a type"), resource, seen),
        }
    }
}

fn body(format: Format, type_name: &str, properties: &Value, seen: &mut Seen) {
    for (name, value) in properties.as_object().into_iter().flatten() {
        walk(format, type_name, &mut vec![name.clone()], value, seen);
    }
}

fn walk(format: Format, type_name: &str, path: &mut Vec<String>, value: &Value, seen: &mut Seen) {
    if value.is_null() {
        return;
    }
    seen.add(format, type_name, path);
    let mut below = |step: &str, value: &Value| {
        path.push(step.to_owned());
        walk(format, type_name, path, value, seen);
        path.pop();
    };
    match value {
        Value::Object(entries) if !is_function(entries) => entries.iter().for_each(|(name, value)| below(name, value)),
        Value::Array(items) => items.iter().for_each(|value| below("*", value)),
        _ => {}
    }
}

/// A function of CloudFormation stands for a value.
fn is_function(entries: &Map<String, Value>) -> bool {
    entries.len() == 1 && entries.keys().all(|key| key == "Ref" || key.starts_with("Fn::"))
}

fn plain(node: &Node) -> Value {
    match &node.tree {
        portolan_syntax::Tree::Null => Value::Null,
        portolan_syntax::Tree::Scalar(scalar) => Value::String(scalar.text.to_string()),
        portolan_syntax::Tree::List(items) => items.iter().map(plain).collect(),
        portolan_syntax::Tree::Map(entries) => {
            entries.iter().map(|entry| (entry.key.value.to_string(), plain(&entry.value))).collect()
        }
    }
}
