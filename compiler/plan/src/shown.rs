//! Values as a plan shows them: without what may be a secret, and not longer than a reader reads.

use crate::compare::{Way, holder, path};
use crate::{Shown, digest};
use portolan_behaviour::Property;
use portolan_secrecy::{HIDDEN, Secrets, is_plain, looks_secret, sounds_secret};
use portolan_target::{Contents, Holding, Piece, Stakes, Written};
use std::collections::HashSet;
use std::fmt::Write;

/// A body longer than this is told by its length and digest.
const LONGEST: usize = 4096;

/// What decides whether a value is shown.
pub(crate) struct Showing<'a> {
    stakes: &'a Stakes,
    secrets: &'a Secrets,
    /// Names that resources have in the cloud: variables that hold one hold no secret.
    names: HashSet<String>,
}

impl<'a> Showing<'a> {
    /// What decides for two templates.
    pub fn of(stakes: &'a Stakes, secrets: &'a Secrets, both: [&Contents; 2], known: &[String]) -> Self {
        let mut names: HashSet<String> = known.iter().cloned().collect();
        for holding in both.into_iter().flat_map(|contents| &contents.holdings) {
            let own = stakes.name_of(&holding.r#type).unwrap_or("name");
            if let Some(Written::Text(pieces)) = holding.body.get(own) {
                names.extend(pieces.iter().filter_map(|piece| match piece {
                    Piece::Letters(text) => Some(text.clone()),
                    _ => None,
                }));
            }
        }
        Self { stakes, secrets, names }
    }

    /// A value of a resource. `property` is what is known of where it stands.
    pub fn value(&self, holding: &Holding, way: &[Way], property: Option<&Property>, value: &Written) -> Shown {
        if self.is_package(holding, way) {
            return Shown::Value(value.to_string());
        }
        // What a service never gives back is a secret more often than not.
        let is_told = value.scalar().is_none_or(|text| is_plain(&text)) || !has_letters(value);
        let hidden = property.is_some_and(|property| property.sensitive || property.write_only && !is_told);
        self.shown(&holding.r#type, way, hidden, value)
    }

    /// Whether a way leads to the name of a function's package.
    pub fn is_package(&self, holding: &Holding, way: &[Way]) -> bool {
        self.stakes.is_package(&holding.r#type, &plain_path(way)) || self.stakes.is_package(&holding.r#type, &path(way))
    }

    /// A value that stands in no resource.
    pub fn beside(&self, name: &str, value: &Written) -> Shown {
        self.shown("", &[Way::Name(name.to_owned())], false, value)
    }

    fn shown(&self, r#type: &str, way: &[Way], hidden: bool, value: &Written) -> Shown {
        if hidden {
            return Shown::Secret;
        }
        let mut way = way.to_vec();
        let open = self.open(r#type, &mut way, value);
        match &open {
            Written::Text(_) if open.as_text() == Some(HIDDEN) => Shown::Secret,
            Written::Map(_) | Written::List(_) => {
                let mut lines = String::new();
                lay_out(&open, 0, &mut lines);
                let short = open.to_string();
                match lines.len() {
                    _ if short.len() <= 60 => Shown::Value(short),
                    length if length <= LONGEST => Shown::Body(lines.trim_matches('\n').to_owned()),
                    length => Shown::Long { bytes: length, digest: digest(lines.as_bytes()) },
                }
            }
            scalar => {
                let text = scalar.scalar().unwrap_or_default();
                match text.len() {
                    length if length > LONGEST => Shown::Long { bytes: length, digest: digest(text.as_bytes()) },
                    _ if text.contains('\n') => Shown::Body(text),
                    _ => Shown::Value(text),
                }
            }
        }
    }

    /// The same without what may be a secret.
    fn open(&self, r#type: &str, way: &mut Vec<Way>, value: &Written) -> Written {
        match value {
            Written::Map(entries) => {
                // `{name: PASSWORD, value: …}` is one variable.
                let own = ["name", "Name", "key", "Key"].iter().find_map(|key| value.get(key)?.scalar());
                let entry = |(key, inner): &(String, Written)| {
                    let called = match (&own, key.to_ascii_lowercase().as_str()) {
                        (Some(own), "value") => own,
                        _ => key,
                    };
                    let named = Way::Name(called.clone());
                    let mut way = way.clone();
                    way.push(named);
                    (key.clone(), self.open(r#type, &mut way, inner))
                };
                Written::Map(entries.iter().map(entry).collect())
            }
            Written::List(items) => Written::List(items.iter().map(|item| self.open(r#type, way, item)).collect()),
            Written::Text(_) | Written::Number(_) => {
                let text = value.scalar().unwrap_or_default();
                match self.may_show(r#type, way, value, &text) {
                    true => match self.secrets.hidden(&text) {
                        std::borrow::Cow::Borrowed(_) => value.clone(),
                        std::borrow::Cow::Owned(text) => Written::text(text),
                    },
                    false => Written::text(HIDDEN),
                }
            }
            scalar => scalar.clone(),
        }
    }

    fn may_show(&self, r#type: &str, way: &[Way], value: &Written, text: &str) -> bool {
        let sounds_secret_at = |way: &[Way]| called(way).is_some_and(sounds_secret);
        // The value of what is a secret by its type: `Microsoft.KeyVault/vaults/secrets`.
        let of_type = matches!(way.last(), Some(Way::Name(last)) if last.eq_ignore_ascii_case("value"));
        if of_type && has_letters(value) && r#type.rsplit(['/', ':', '.']).next().is_some_and(sounds_secret) {
            return false;
        }
        let is_named_secret = sounds_secret_at(way) || holder(way).is_some_and(sounds_secret_at);
        if has_letters(value) && is_named_secret && !is_plain(text) {
            return false;
        }
        if self.stakes.is_environment(r#type, &plain_path(way)) && !self.is_harmless(value) {
            return false;
        }
        !looks_secret(text)
    }

    /// Whether a variable holds nothing but what templates, clouds and switches are made of.
    fn is_harmless(&self, value: &Written) -> bool {
        let letters = |text: &str| {
            is_plain(text)
                || self.names.contains(text)
                || text.rsplit('/').next().is_some_and(|last| self.names.contains(last))
                || SCAFFOLD.contains(&text)
                || text.chars().all(|letter| !letter.is_alphanumeric())
        };
        match value {
            Written::Text(pieces) => pieces.iter().all(|piece| match piece {
                Piece::Letters(text) => letters(text),
                Piece::Reference { .. } => true,
                Piece::Expression(_) => true,
            }),
            scalar => scalar.scalar().is_some_and(|text| is_plain(&text)),
        }
    }
}

/// What the value at the end of a way is called.
fn called(way: &[Way]) -> Option<&str> {
    way.iter().rev().find_map(|step| match step {
        Way::Name(name) if !matches!(name.as_str(), "value" | "Value") => Some(name.as_str()),
        Way::Item(item) => Some(item.as_str()),
        Way::Name(_) | Way::Inside => None,
    })
}

/// Whether a text has anything of its own, beside what only a deployment knows.
fn has_letters(value: &Written) -> bool {
    match value {
        Written::Text(pieces) => pieces.iter().any(|piece| matches!(piece, Piece::Letters(_))),
        _ => true,
    }
}

/// What stands around names in addresses, and the types of a table's keys.
const SCAFFOLD: [&str; 12] = [
    "https://",
    "http://",
    "wss://",
    ".azurewebsites.net",
    ".servicebus.windows.net",
    ".blob.core.windows.net",
    ".vault.azure.net",
    ".vault.azure.net/",
    ".documents.azure.com:443/",
    ".run.app",
    "string",
    "number",
];

/// A path without the items on it.
pub(crate) fn plain_path(way: &[Way]) -> String {
    let names = way.iter().filter_map(|step| match step {
        Way::Name(name) => Some(name.as_str()),
        Way::Item(_) | Way::Inside => None,
    });
    names.collect::<Vec<_>>().join(".")
}

/// Values that templates hold where secrets stand: by their names, and in variables of the environment.
pub fn gathered(both: [&Contents; 2], secrets: &mut Secrets) {
    for contents in both {
        for holding in &contents.holdings {
            gather(&holding.r#type, &mut Vec::new(), &holding.body, secrets);
        }
        for (name, said) in &contents.parameters {
            let is_secret = said.get("NoEcho").is_some()
                || said.get("sensitive").and_then(Written::scalar).as_deref() == Some("true")
                || said
                    .get("type")
                    .and_then(Written::as_text)
                    .is_some_and(|r#type| r#type.to_lowercase().starts_with("secure"))
                || sounds_secret(name);
            for key in ["Default", "default", "defaultValue"] {
                if let Some(text) = said.get(key).and_then(Written::as_text).filter(|_| is_secret) {
                    secrets.add(text);
                }
            }
        }
    }
}

fn gather(r#type: &str, way: &mut Vec<Way>, value: &Written, secrets: &mut Secrets) {
    match value {
        Written::Map(entries) => {
            let own = ["name", "Name", "key", "Key"].iter().find_map(|key| value.get(key)?.scalar());
            for (key, inner) in entries {
                let called = match (&own, key.to_ascii_lowercase().as_str()) {
                    (Some(own), "value") => own,
                    _ => key,
                };
                way.push(Way::Name(called.clone()));
                gather(r#type, way, inner, secrets);
                way.pop();
            }
        }
        Written::List(items) => items.iter().for_each(|item| gather(r#type, way, item, secrets)),
        scalar => {
            let name = way.iter().rev().find_map(|step| match step {
                Way::Name(name) => Some(name.as_str()),
                Way::Item(_) | Way::Inside => None,
            });
            let of_type = name == Some("value") && r#type.rsplit(['/', ':', '.']).next().is_some_and(sounds_secret);
            if (of_type || name.is_some_and(sounds_secret))
                && let Some(text) = scalar.as_text()
            {
                secrets.add(text);
            }
        }
    }
}

/// A value as indented lines.
fn lay_out(value: &Written, depth: usize, lines: &mut String) {
    let indent = "  ".repeat(depth);
    let mut put = |head: &str, value: &Written| match value {
        Written::Map(entries) if !entries.is_empty() => {
            let _ = writeln!(lines, "{indent}{head}");
            lay_out(value, depth + 1, lines);
        }
        Written::List(items) if !items.is_empty() => {
            let _ = writeln!(lines, "{indent}{head}");
            lay_out(value, depth + 1, lines);
        }
        one => {
            let text = one.to_string();
            let space = if head.is_empty() { "" } else { " " };
            let _ = writeln!(lines, "{indent}{head}{space}{text}");
        }
    };
    match value {
        Written::Map(entries) => entries.iter().for_each(|(key, value)| put(&format!("{key}:"), value)),
        Written::List(items) => items.iter().for_each(|item| put("-", item)),
        one => put("", one),
    }
}
