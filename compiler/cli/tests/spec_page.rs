//! `docs/spec.md`: its tables of keys and kinds are what the program itself says.

mod golden;
mod pages;

use serde_json::Value;
use std::fs;
use std::process::Command;

fn said(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_portolan")).args(arguments).output().expect("it runs");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// A value as it would be written in a spec.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(map) => {
            let entries: Vec<String> = map.iter().map(|(key, value)| format!("{key}: {}", written(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

fn default(value: Option<&Value>) -> String {
    value.map(|value| format!("`{}`", written(value))).unwrap_or_default()
}

/// The keys of a section of the schema.
fn keys(schema: &Value, section: &str) -> String {
    let section = if section == "spec" { schema } else { &schema["$defs"][section] };
    let properties = section["properties"].as_object().expect("a section of the schema");
    let row = |(key, value): (&String, &Value)| {
        let default = default(value.get("default"));
        format!("| `{key}` | {} | {default} | {} |\n", text(value, "x-portolan-type"), text(value, "description"))
    };
    format!("| Key | Takes | Default | |\n|---|---|---|---|\n{}", properties.iter().map(row).collect::<String>())
}

fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

/// A kind: its options, its verbs, and what it becomes.
fn kind(kind: &Value) -> String {
    let mut part = format!("### `{}`\n{}\n", text(kind, "kind"), text(kind, "about"));
    let options: String = items(kind, "options").map(option).collect();
    if !options.is_empty() {
        part.push_str(&format!("\n| Option | Takes | Default | |\n|---|---|---|---|\n{options}"));
    }
    let verbs: String = items(kind, "verbs").map(verb).collect();
    if !verbs.is_empty() {
        part.push_str(&format!("\n| Verb | |\n|---|---|\n{verbs}"));
    }
    let places: String = items(kind, "becomes").map(place).collect();
    part.push_str(&format!("\n| On | Becomes |\n|---|---|\n{places}"));
    let exports: Vec<String> = items(kind, "exports").map(|export| format!("`{}`", written(export))).collect();
    part + &format!("\nExports {}.\n", exports.join(", "))
}

fn option(option: &Value) -> String {
    let default = if option["required"] == true { "required".to_owned() } else { default(option.get("default")) };
    format!("| `{}` | {} | {default} | {} |\n", text(option, "option"), text(option, "type"), text(option, "about"))
}

fn verb(verb: &Value) -> String {
    let limit = if verb["prefixes"] == true { " May be limited to object prefixes." } else { "" };
    format!("| `{}` | {}{limit} |\n", text(verb, "verb"), text(verb, "about"))
}

fn place(place: &Value) -> String {
    let made = items(place, "types").map(|made| match made["when"].as_str() {
        Some(option) => format!("`{}` ({})", text(made, "type"), option.replace('!', "without ")),
        None => format!("`{}`", text(made, "type")),
    });
    let made: Vec<String> = made.collect();
    let lacks = items(place, "lacks").map(|lack| format!("Lacks {}: {}", text(lack, "name"), text(lack, "why")));
    let notes = items(place, "notes").map(written);
    let first = match place["unsupported"].as_str() {
        Some(why) => format!("not supported: {why}"),
        None if made.is_empty() => "decided in the back end".to_owned(),
        None => made.join(", "),
    };
    let cell: Vec<String> = std::iter::once(first).chain(lacks).chain(notes).filter(|part| !part.is_empty()).collect();
    format!("| {} | {} |\n", text(place, "format"), cell.join("<br>"))
}

#[test]
fn the_tables_are_what_the_program_says() {
    let (schema, kinds) = (said(&["schema"]), said(&["kinds", "--format", "json"]));
    let part = |name: &str| match name.split_once(' ') {
        Some(("keys", section)) => keys(&schema, section),
        _ => kinds
            .as_array()
            .expect("kinds")
            .iter()
            .filter(|kind| kind["declarable"] == true)
            .map(kind)
            .collect::<Vec<_>>()
            .join("\n"),
    };
    let page = fs::read_to_string(golden::root().join("docs/spec.md")).expect("the page");
    golden::compare("docs/spec.md", &pages::filled(&page, part));
}

#[test]
fn every_key_of_the_schema_is_on_the_page() {
    let page = fs::read_to_string(golden::root().join("docs/spec.md")).expect("the page");
    let schema = said(&["schema"]);
    let sections = schema["$defs"].as_object().expect("definitions").values().chain([&schema]);
    let mut keys: Vec<&String> =
        sections.filter_map(|section| section["properties"].as_object()).flat_map(serde_json::Map::keys).collect();
    keys.sort();
    keys.dedup();
    assert!(keys.len() > 60, "{} keys", keys.len());
    let missing: Vec<&&String> = keys.iter().filter(|key| !page.contains(&format!("`{key}`"))).collect();
    assert!(missing.is_empty(), "docs/spec.md does not say what these are: {missing:?}");
}
