//! Kinds of the catalogue as objects: each option with its type, its default and what it does.

use super::extend;
use super::forms::{resource_properties, words_or_hole};
use super::values::{Accepts, closed, one_or_many, text};
use portolan_catalog::{Catalog, Kind, OptionRule, OptionType};
use portolan_syntax::{Node, Tree};
use serde_json::{Map, Value, json};

/// A kind's name among the definitions.
pub(super) fn definition(kind: &str) -> String {
    format!("kind-{kind}")
}

/// A resource: what its kind allows.
pub(super) fn resource(catalog: &Catalog) -> Value {
    let kinds: Vec<&str> = catalog.kinds().filter(|kind| kind.declarable).map(|kind| kind.name.as_str()).collect();
    let rules: Vec<Value> = kinds.iter().map(|kind| rule(kind)).collect();
    let kind = json!({ "description": "What it is.", "x-portolan-type": "kind" });
    let mut property = kind;
    extend(&mut property, words_or_hole(&kinds));
    json!({ "type": "object", "required": ["kind"], "properties": { "kind": property }, "allOf": rules })
}

fn rule(kind: &str) -> Value {
    json!({
        "if": { "type": "object", "properties": { "kind": { "const": kind } }, "required": ["kind"] },
        "then": { "$ref": format!("#/$defs/{}", definition(kind)) },
    })
}

/// A resource of one kind.
pub(super) fn kind(kind: &Kind) -> Value {
    let mut properties = Map::new();
    properties.insert("kind".to_owned(), json!({ "const": kind.name }));
    properties.extend(resource_properties());
    properties.extend(options(&kind.options));
    let mut schema = json!({ "description": kind.about });
    extend(&mut schema, closed(Value::Object(properties), &[]));
    let required: Vec<&str> = kind.options.iter().filter(|rule| rule.required).map(|rule| rule.name.as_str()).collect();
    if !required.is_empty() {
        // Of a resource that exists already, nothing is said but its name.
        extend(&mut schema, json!({ "anyOf": [{ "required": ["external"] }, { "required": required }] }));
    }
    schema
}

fn options(rules: &[OptionRule]) -> Map<String, Value> {
    rules.iter().map(|rule| (rule.name.to_string(), option(rule))).collect()
}

fn option(rule: &OptionRule) -> Value {
    let mut option = json!({ "description": rule.about, "x-portolan-type": words(&rule.r#type) });
    if let Some(default) = &rule.default {
        extend(&mut option, json!({ "default": plain(default) }));
    }
    extend(&mut option, value(&rule.r#type));
    option
}

fn value(r#type: &OptionType) -> Value {
    match r#type {
        OptionType::Bool => Accepts::Bool.schema(),
        OptionType::Number => Accepts::Number.schema(),
        OptionType::Text => text(),
        OptionType::Duration => Accepts::Duration.schema(),
        OptionType::Size => Accepts::Size.schema(),
        OptionType::Choice(words) => words_or_hole(&words.iter().map(String::as_str).collect::<Vec<_>>()),
        OptionType::Resource(_) => Accepts::Name.schema(),
        OptionType::List(of) => one_or_many(value(of)),
        OptionType::Map(of) => json!({ "type": "object", "additionalProperties": value(of) }),
        OptionType::Record { fields, short } => record(fields, short.as_deref()),
        OptionType::Auth => Accepts::Auth.schema(),
        OptionType::Cors => Accepts::Cors.schema(),
    }
}

/// A map of fixed keys, or the value of the key that a bare value stands for.
fn record(fields: &[OptionRule], short: Option<&str>) -> Value {
    let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name.as_str()).collect();
    let whole = closed(Value::Object(options(fields)), &required);
    match fields.iter().find(|field| Some(field.name.as_str()) == short) {
        Some(field) => json!({ "anyOf": [value(&field.r#type), whole] }),
        None => whole,
    }
}

/// A type in words.
pub(in crate::commands) fn words(r#type: &OptionType) -> String {
    match r#type {
        OptionType::Bool => Accepts::Bool.words(),
        OptionType::Number => Accepts::Number.words(),
        OptionType::Text => Accepts::Text.words(),
        OptionType::Duration => Accepts::Duration.words(),
        OptionType::Size => Accepts::Size.words(),
        OptionType::Choice(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or "),
        OptionType::Resource(kind) => format!("name of a {kind}"),
        OptionType::List(of) => format!("{}, or a list", words(of)),
        OptionType::Map(of) => format!("by name: {}", words(of)),
        OptionType::Record { fields, .. } => {
            let fields: Vec<String> =
                fields.iter().map(|field| format!("{}: {}", field.name, words(&field.r#type))).collect();
            format!("`{{ {} }}`", fields.join(", "))
        }
        OptionType::Auth => Accepts::Auth.words(),
        OptionType::Cors => Accepts::Cors.words(),
    }
}

/// What a function may do with what it names: a verb, several, or verbs limited to some objects.
pub(super) fn uses(catalog: &Catalog) -> Value {
    let mut verbs: Vec<&str> = Vec::new();
    for rule in catalog.kinds().flat_map(|kind| &kind.verbs) {
        if !verbs.contains(&rule.verb.name()) {
            verbs.push(rule.verb.name());
        }
    }
    let limited = json!({
        "type": "object",
        "propertyNames": { "enum": verbs },
        "additionalProperties": one_or_many(text()),
    });
    let verb = words_or_hole(&verbs);
    json!({
        "type": "object",
        "additionalProperties": {
            "anyOf": [verb, { "type": "array", "items": verb }, limited],
        },
    })
}

/// A default as JSON.
pub(in crate::commands) fn plain(node: &Node) -> Value {
    match &node.tree {
        Tree::Null => Value::Null,
        Tree::Scalar(scalar) if scalar.quoted => json!(scalar.text.as_str()),
        Tree::Scalar(scalar) => match (scalar.text.parse::<bool>(), scalar.text.parse::<i64>()) {
            (Ok(truth), _) => json!(truth),
            (_, Ok(number)) => json!(number),
            _ => json!(scalar.text.as_str()),
        },
        Tree::List(items) => items.iter().map(plain).collect(),
        Tree::Map(entries) => {
            Value::Object(entries.iter().map(|entry| (entry.key.value.to_string(), plain(&entry.value))).collect())
        }
    }
}
