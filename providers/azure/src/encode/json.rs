//! Values as JSON: literals are escaped, everything that only the deployment knows becomes an expression.

use super::Names;
use super::raw::RawJson;
use portolan_target::holds;
use portolan_value::Value;
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use std::borrow::Cow;

/// A text as ARM reads it: one that would be an expression begins with a second bracket, which ARM drops. That rule
/// holds only for texts that end in a bracket too; a text with two brackets in front and none at the end is spelled as
/// an expression, so that no reader has to guess.
pub(crate) fn literal(text: &str) -> Cow<'_, str> {
    match text.as_bytes() {
        [b'[', .., b']'] => Cow::Owned(format!("[{text}")),
        [b'[', b'[', ..] => Cow::Owned(format!("[concat({})]", quoted(text))),
        _ => Cow::Borrowed(text),
    }
}

/// A text inside an expression: a quote is written twice.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    push_quoted(text, &mut quoted);
    quoted
}

/// Appends a text as it stands inside an expression.
pub(crate) fn push_quoted(text: &str, out: &mut String) {
    out.push('\'');
    push_inside(text, out);
    out.push('\'');
}

/// Appends a piece of a text that stands in quotes already.
pub(crate) fn push_inside(text: &str, out: &mut String) {
    match holds(text, b'\'') {
        false => out.push_str(text),
        true => out.push_str(&text.replace('\'', "''")),
    }
}

/// A property's value. Identities are a list to us; ARM wants a map whose keys are their ids.
pub(crate) fn property<'a>(key: &str, value: &'a Value, names: &'a Names<'a>) -> Property<'a> {
    match value {
        Value::List(ids) if key == "userAssignedIdentities" => Property::Keys(ids, names),
        value => Property::Plain(Json(value, names)),
    }
}

/// See [`property`].
pub(crate) enum Property<'a> {
    /// The ids of identities.
    Keys(&'a [Value], &'a Names<'a>),
    /// Any other value.
    Plain(Json<'a>),
}

impl Serialize for Property<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain(value) => value.serialize(serializer),
            Self::Keys(ids, names) => {
                let mut map = serializer.serialize_map(Some(ids.len()))?;
                for id in *ids {
                    names.with_text(id, |id| map.serialize_entry(id, &serde_json::Map::new()))?;
                }
                map.end()
            }
        }
    }
}

/// A value.
pub(crate) struct Json<'a>(pub(crate) &'a Value, pub(crate) &'a Names<'a>);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(value, names) = *self;
        match value {
            Value::Text(text) => serializer.serialize_str(&literal(text)),
            Value::Number(number) => serializer.serialize_i64(*number),
            Value::Bool(truth) => serializer.serialize_bool(*truth),
            Value::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&Json(item, names))?;
                }
                list.end()
            }
            Value::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(&literal(key), &property(key, value, names))?;
                }
                map.end()
            }
            Value::Raw(raw) => RawJson(raw, names).serialize(serializer),
            value => names.with_text(value, |text| serializer.serialize_str(text)),
        }
    }
}
