//! Composite indexes of a table: two for its own key and two for each of its indexes, where there are two fields.
//!
//! A query holds the first field equal and ranges over the second, which Firestore answers from a composite index only, and
//! from one in the query's own direction (Firestore documentation, Index types; Manage indexes). A single field is indexed by
//! itself, both ways.

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
    for (index, keys, span) in queried(resource) {
        let fields = fields(keys);
        if fields.len() > 1 && !known.contains(&fields) {
            let of = |part: &str| match index {
                Some(index) => Address::via(name, index, part),
                None => Address::new(name, part),
            };
            let origin = |why: &'static str| Origin::new(span, why);
            let up = origin("a query by two keys has an index");
            let down = origin("a query in descending order has an index of its own");
            indexes.push(composite(of("index"), name, &fields, "ASCENDING", up));
            indexes.push(composite(of("descending"), name, &fields, "DESCENDING", down));
            known.push(fields);
        }
    }
    indexes
}

/// The table's own key, then its indexes by their names.
fn queried(table: &Declared) -> Vec<(Option<&str>, &Setting, Span)> {
    let mut queried = Vec::new();
    if let Some(key) = table.option("key") {
        queried.push((None, &key.value, key.span));
    }
    if let Some(Setting::Map(entries)) = table.option("indexes").map(|indexes| &indexes.value) {
        queried.extend(entries.iter().map(|(index, keys)| (Some(index.value.as_str()), &keys.value, index.span)));
    }
    queried
}

fn fields(setting: &Setting) -> Vec<&str> {
    match setting {
        Setting::Map(entries) => entries.iter().map(|(field, _)| field.value.as_str()).collect(),
        _ => Vec::new(),
    }
}

/// An index whose last field has this order; the others, which a query holds equal, ascend.
fn composite(address: Address, table: &str, fields: &[&str], order: &'static str, origin: Origin) -> Resource {
    let field = |(at, field): (usize, &&str)| {
        let order = if at + 1 == fields.len() { order } else { "ASCENDING" };
        Value::from([("field_path", quoted(field).into()), ("order", order.into())])
    };
    let body = Map::from([
        ("database", Value::reference(Address::new(table, "table"), "name")),
        ("collection", "items".into()),
        ("fields", Value::list(fields.iter().enumerate().map(field))),
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
