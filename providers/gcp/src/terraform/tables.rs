//! Composite indexes of a table: one for its own key and one for each of its indexes, where there are two fields.
//!
//! A query holds the first field equal and ranges over the second, which Firestore answers from a composite index only
//! (Firestore documentation, Index types). A single field is indexed by itself.

use super::dialect::{After, made};
use crate::parents::TABLES;
use portolan_diagnostics::Span;
use portolan_model::{Model, Resource as Declared, ResourceId, Setting};
use portolan_target::Kinds;
use portolan_value::{Address, Map, Origin, Resource, Value};

/// The indexes of a declared table; nothing for other kinds.
pub fn further(kinds: &Kinds<'_>, id: ResourceId, model: &Model) -> Vec<Resource> {
    let resource = model.resource(id);
    if resource.kind.name != "table" || resource.external.is_some() || kinds.built(resource).is_none() {
        return Vec::new();
    }
    let name = &resource.name.value;
    let mut known: Vec<Vec<&str>> = Vec::new();
    let mut indexes = Vec::new();
    for (address, keys, span) in queried(resource) {
        let fields = fields(keys);
        if fields.len() > 1 && !known.contains(&fields) {
            indexes.push(index(address, name, &fields, Origin::new(span, "a query by two keys has an index")));
            known.push(fields);
        }
    }
    indexes
}

/// The table's own key, then its indexes.
fn queried(table: &Declared) -> Vec<(Address, &Setting, Span)> {
    let name = &table.name.value;
    let mut queried = Vec::new();
    if let Some(key) = table.option("key") {
        queried.push((Address::new(name, "index"), &key.value, key.span));
    }
    if let Some(Setting::Map(entries)) = table.option("indexes").map(|indexes| &indexes.value) {
        let address = |index: &str| Address::via(name, index, "index");
        queried.extend(entries.iter().map(|(index, keys)| (address(&index.value), &keys.value, index.span)));
    }
    queried
}

fn fields(setting: &Setting) -> Vec<&str> {
    match setting {
        Setting::Map(entries) => entries.iter().map(|(field, _)| field.value.as_str()).collect(),
        _ => Vec::new(),
    }
}

fn index(address: Address, table: &str, fields: &[&str], origin: Origin) -> Resource {
    let field = |field: &&str| Value::from([("field_path", quoted(field).into()), ("order", "ASCENDING".into())]);
    let body = Map::from([
        ("database", Value::reference(Address::new(table, "table"), "name")),
        ("collection", "items".into()),
        ("fields", Value::List(fields.iter().map(field).collect())),
    ]);
    made(address, "google_firestore_index", body, origin).after(&TABLES)
}

/// A field whose name is no plain word stands in backticks (Firestore documentation, Constraints on field paths).
pub fn quoted(field: &str) -> String {
    let mut letters = field.chars();
    let begins = letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    match begins && letters.all(|c| c.is_ascii_alphanumeric() || c == '_') {
        true => field.to_owned(),
        false => format!("`{}`", field.replace('\\', "\\\\").replace('`', "\\`")),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn odd_fields_are_quoted() {
        assert_eq!(quoted("show_2"), "show_2");
        assert_eq!(quoted("by-date"), "`by-date`");
        assert_eq!(quoted("a`b"), "`a\\`b`");
    }
}
