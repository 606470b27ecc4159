//! A kind as it is shown: for tools as JSON, for people as a few aligned lines drawn from the same view.

use crate::commands::schema;
use portolan_catalog::{Built, Column, OptionRule, ResourceTree};
use portolan_value::Format;
use serde::Serialize;

/// A kind.
#[derive(Debug, Serialize)]
pub(super) struct Kind {
    kind: String,
    about: String,
    declarable: bool,
    options: Vec<Choice>,
    verbs: Vec<Verb>,
    exports: Vec<String>,
    becomes: Vec<Place>,
}

/// An option of a kind, or a key of an option.
#[derive(Debug, Serialize)]
struct Choice {
    option: String,
    r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<serde_json::Value>,
    required: bool,
    about: String,
}

/// A verb of a kind.
#[derive(Debug, Serialize)]
struct Verb {
    verb: String,
    about: String,
    prefixes: bool,
}

/// What a kind is on a format.
#[derive(Debug, Serialize)]
struct Place {
    format: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    types: Vec<Made>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unsupported: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lacks: Vec<Lack>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

/// A type of the provider's that a kind becomes.
#[derive(Debug, Serialize)]
struct Made {
    r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<String>,
}

/// An option or verb that a format lacks.
#[derive(Debug, Serialize)]
struct Lack {
    name: String,
    why: String,
}

impl Kind {
    /// The view of a kind.
    pub fn of(kind: &portolan_catalog::Kind) -> Self {
        let verb = |rule: &portolan_catalog::VerbRule| Verb {
            verb: rule.verb.name().to_owned(),
            about: rule.about.clone(),
            prefixes: rule.prefixes,
        };
        Self {
            kind: kind.name.clone(),
            about: kind.about.clone(),
            declarable: kind.declarable,
            options: kind.options.iter().map(Choice::of).collect(),
            verbs: kind.verbs.iter().map(verb).collect(),
            exports: kind.exports.iter().map(ToString::to_string).collect(),
            becomes: Format::ALL.iter().map(|format| Place::of(*format, kind.column(*format))).collect(),
        }
    }

    /// The view as a person reads it.
    pub fn text(&self) -> String {
        let mut text = format!("{}  {}\n", self.kind, self.about);
        text.push_str(&block("options", self.options.iter().map(|option| (option.option.clone(), option.line()))));
        text.push_str(&block("verbs", self.verbs.iter().map(|verb| (verb.verb.clone(), verb.line()))));
        if !self.exports.is_empty() {
            text.push_str(&format!("  exports  {}\n", self.exports.join(", ")));
        }
        text.push_str(&block("becomes", self.becomes.iter().flat_map(Place::lines)));
        text
    }
}

impl Choice {
    fn of(rule: &OptionRule) -> Self {
        Self {
            option: rule.name.to_string(),
            r#type: schema::option_words(&rule.r#type),
            default: rule.default.as_ref().map(schema::plain),
            required: rule.required,
            about: rule.about.clone(),
        }
    }

    fn line(&self) -> String {
        let value = match (&self.default, self.required) {
            (Some(default), _) => format!(", {} by default", written(default)),
            (None, true) => ", required".to_owned(),
            (None, false) => String::new(),
        };
        format!("{} ({}{value})", self.about, self.r#type)
    }
}

/// A default as it would be written.
fn written(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Object(map) => {
            let entries: Vec<String> = map.iter().map(|(key, value)| format!("{key}: {}", written(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

impl Verb {
    fn line(&self) -> String {
        let limit = if self.prefixes { " (may be limited to object prefixes)" } else { "" };
        format!("{}{limit}", self.about)
    }
}

impl Place {
    fn of(format: Format, column: &Column) -> Self {
        let empty =
            Self { format: format.key(), types: Vec::new(), unsupported: None, lacks: Vec::new(), notes: Vec::new() };
        match column {
            Column::Unsupported(why) => Self { unsupported: Some(why.clone()), ..empty },
            Column::Built(built) => {
                Self { types: made(&built.resources), lacks: lacks(built), notes: built.notes.clone(), ..empty }
            }
        }
    }

    fn lines(&self) -> Vec<(String, String)> {
        let types = || self.types.iter().map(Made::text).collect::<Vec<_>>().join(", ");
        let first = match &self.unsupported {
            Some(why) => format!("unsupported: {why}"),
            None if self.types.is_empty() => "decided in the back end".to_owned(),
            None => types(),
        };
        let lacks = self.lacks.iter().map(|lack| (String::new(), format!("lacks {}: {}", lack.name, lack.why)));
        let notes = self.notes.iter().map(|note| (String::new(), format!("note: {note}")));
        std::iter::once((self.format.to_owned(), first)).chain(lacks).chain(notes).collect()
    }
}

impl Made {
    fn text(&self) -> String {
        match self.when.as_deref().map(|option| (option, option.strip_prefix('!'))) {
            None => self.r#type.clone(),
            Some((_, Some(option))) => format!("{} (without `{option}`)", self.r#type),
            Some((option, None)) => format!("{} (with `{option}`)", self.r#type),
        }
    }
}

/// The types of a kind's trees, each once; a type that is always there is not said again with a condition.
fn made(trees: &[ResourceTree]) -> Vec<Made> {
    let always = |tree: &ResourceTree| trees.iter().any(|other| other.when.is_none() && other.r#type == tree.r#type);
    let mut types: Vec<Made> = Vec::new();
    for tree in trees {
        let when = if always(tree) { None } else { tree.when.clone() };
        if !types.iter().any(|made| tree.r#type == made.r#type && made.when == when) {
            types.push(Made { r#type: tree.r#type.to_string(), when });
        }
    }
    types
}

fn lacks(built: &Built) -> Vec<Lack> {
    let missing = built.unsupported_options.iter().chain(&built.unsupported_verbs);
    missing.map(|(name, why)| Lack { name: format!("`{name}`"), why: why.clone() }).collect()
}

/// A titled block of two columns.
fn block(title: &str, rows: impl Iterator<Item = (String, String)>) -> String {
    let rows: Vec<(String, String)> = rows.collect();
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let row = |(name, text): &(String, String)| format!("    {name:width$}  {text}\n");
    if rows.is_empty() { String::new() } else { format!("  {title}\n{}", rows.iter().map(row).collect::<String>()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_said_on_every_format() {
        assert!(portolan_catalog::standard().kinds().count() > 5);
        for kind in portolan_catalog::standard().kinds() {
            let view = Kind::of(kind);
            let text = view.text();
            for format in Format::ALL {
                assert!(text.contains(&format!("\n    {}", format.key())), "{text}");
            }
            for option in &kind.options {
                assert!(text.contains(option.name.as_str()), "{text}");
            }
        }
    }
}
