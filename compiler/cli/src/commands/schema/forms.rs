//! Sections of the language as objects: each key with what it is for and the form of its value.

use super::extend;
use super::values::{Rule, closed, one_or_many, or_hole, rule_of, text};
use portolan_syntax::language::{self, Form, Key, Section};
use portolan_value::{Format, Provider};
use serde_json::{Map, Value, json};

/// A section's name among the definitions: "a function" is `function`.
pub(super) fn name(section: &Section) -> &'static str {
    let word = section.what.trim_start_matches("an ").trim_start_matches("a ").trim_end_matches(" entry");
    word.trim_matches('`')
}

/// A map with a section's keys and no other.
pub(super) fn section(section: &'static Section, required: &[&str]) -> Value {
    closed(Value::Object(properties(section)), required)
}

/// A section's keys that can be written today.
pub(super) fn properties(section: &'static Section) -> Map<String, Value> {
    let keys = section.keys.iter().filter(|key| !matches!(key.form, Form::Later));
    keys.map(|key| (key.name.to_owned(), property(section, key))).collect()
}

fn property(section: &Section, key: &Key) -> Value {
    let rule = rule_of(section.what, key.name);
    let mut property = json!({ "description": key.about, "x-portolan-type": words(key.form, rule) });
    if let Some(default) = rule.default {
        extend(&mut property, json!({ "default": default }));
    }
    extend(&mut property, value(key.form, rule));
    property
}

fn value(form: Form, rule: Rule) -> Value {
    match form {
        Form::Text | Form::Any => rule.accepts.schema(),
        Form::Texts => one_or_many(rule.accepts.schema()),
        Form::TextMap => each(text()),
        Form::AnyMap => each(rule.accepts.schema()),
        Form::Map(section) => reference(section),
        Form::Named(section) => each(reference(section)),
        Form::NamedOrText(section) => each(json!({ "anyOf": [text(), reference(section)] })),
        Form::OneOrMany(section) => one_or_many(reference(section)),
        Form::ListByFormat(section) => by_format(&json!({ "type": "array", "items": reference(section) })),
        Form::NamedByFormat(section) => by_format(&each(reference(section))),
        Form::AnyByFormat => by_format(&each(json!({ "type": "object" }))),
        Form::ByProvider => json!({ "$ref": "#/$defs/by-provider" }),
        Form::ListOrAll => {
            json!({ "anyOf": [{ "const": "all" }, { "type": "array", "items": text(), "minItems": 1 }] })
        }
        // Not `anyOf`: a wrong verb would be shown at the whole.
        Form::Uses => json!({ "if": { "type": "string" }, "then": auto(), "else": { "$ref": "#/$defs/uses" } }),
        Form::Auto => auto(),
        Form::Later => json!(false),
    }
}

/// The form in words: `x-portolan-type`.
fn words(form: Form, rule: Rule) -> String {
    let of = rule.accepts.words();
    match form {
        Form::Text | Form::Any => of,
        Form::Texts => format!("{of}, or a list"),
        Form::TextMap => "texts by name".to_owned(),
        Form::AnyMap => "values by `NAME.KEY`".to_owned(),
        Form::Map(section) => format!("map: {}", name(section)),
        Form::Named(section) => format!("maps by name: {}", name(section)),
        Form::NamedOrText(section) => format!("texts or maps by name: {}", name(section)),
        Form::OneOrMany(section) => format!("map, or a list: {}", name(section)),
        Form::ListByFormat(section) => format!("lists by format: {}", name(section)),
        Form::NamedByFormat(section) => format!("by format and address: {}", name(section)),
        Form::AnyByFormat => "target syntax by format".to_owned(),
        Form::ByProvider => "text, or texts by provider".to_owned(),
        Form::ListOrAll => "list, or `all`".to_owned(),
        Form::Uses => "verbs by name, or `auto`".to_owned(),
        Form::Auto => "`auto`".to_owned(),
        Form::Later => String::new(),
    }
}

fn auto() -> Value {
    json!({ "const": "auto" })
}

fn reference(section: &Section) -> Value {
    json!({ "$ref": format!("#/$defs/{}", name(section)) })
}

/// A map whose keys are the user's.
fn each(value: Value) -> Value {
    json!({ "type": "object", "additionalProperties": value })
}

fn by_format(value: &Value) -> Value {
    let formats: Map<String, Value> =
        Format::ALL.iter().map(|format| (format.key().to_owned(), value.clone())).collect();
    closed(Value::Object(formats), &[])
}

/// A text for every provider, or one by one.
pub(super) fn by_provider() -> Value {
    let providers: Map<String, Value> =
        Provider::ALL.iter().map(|provider| (provider.key().to_owned(), text())).collect();
    json!({ "anyOf": [text(), closed(Value::Object(providers), &[])] })
}

/// A trigger listens to one thing, and its options belong to that.
pub(super) fn one_event() -> Value {
    let events: Vec<Value> = language::EVENTS.iter().map(|(event, _)| json!({ "required": [event] })).collect();
    let mut owners: Vec<(&str, Vec<&str>)> = Vec::new();
    for (event, options) in language::EVENTS {
        for option in options {
            match owners.iter_mut().find(|(known, _)| known == option) {
                Some((_, of)) => of.push(event),
                None => owners.push((option, vec![event])),
            }
        }
    }
    let (one, several): (Vec<_>, Vec<_>) = owners.into_iter().partition(|(_, of)| of.len() == 1);
    let one: Map<String, Value> = one.into_iter().map(|(option, of)| (option.to_owned(), json!(of))).collect();
    let any = |of: Vec<&str>| of.into_iter().map(|event| json!({ "required": [event] })).collect::<Vec<_>>();
    let several: Map<String, Value> =
        several.into_iter().map(|(option, of)| (option.to_owned(), json!({ "anyOf": any(of) }))).collect();
    json!({ "oneOf": events, "dependentRequired": one, "dependentSchemas": several })
}

/// The shared keys of a resource, without its kind.
pub(super) fn resource_properties() -> Map<String, Value> {
    let mut properties = properties(&language::RESOURCE);
    properties.shift_remove("kind");
    properties
}

/// One of these words, or a text that becomes one.
pub(super) fn words_or_hole(words: &[&str]) -> Value {
    or_hole(json!({ "enum": words }))
}
