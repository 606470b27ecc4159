//! Target syntax from `native` and `overrides`: verbatim, but for the values of ours inside it.

use super::Names;
use super::json::Json;
use portolan_value::Raw;
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

/// Raw target syntax with our values in it.
pub(crate) struct RawJson<'a>(pub(crate) &'a Raw, pub(crate) &'a Names<'a>);

impl Serialize for RawJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(raw, names) = *self;
        match raw {
            Raw::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&RawJson(item, names))?;
                }
                list.end()
            }
            Raw::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, item) in entries {
                    map.serialize_entry(key.as_ref(), &RawJson(item, names))?;
                }
                map.end()
            }
            Raw::Value(value) => Json(value, names).serialize(serializer),
            raw => RawText(raw).serialize(serializer),
        }
    }
}

/// Raw target syntax without structure.
pub(crate) struct RawText<'a>(pub(crate) &'a Raw);

impl Serialize for RawText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Raw::Bool(truth) => serializer.serialize_bool(*truth),
            Raw::Number(number) => written_number(number, serializer),
            Raw::Text(text) => serializer.serialize_str(text),
            Raw::Null | Raw::List(_) | Raw::Map(_) | Raw::Value(_) => serializer.serialize_unit(),
        }
    }
}

/// A number as near to how it was written as JSON allows.
fn written_number<S: Serializer>(number: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if let Ok(whole) = number.parse::<i64>() {
        return serializer.serialize_i64(whole);
    }
    match number.parse::<f64>() {
        Ok(real) if real.is_finite() => serializer.serialize_f64(real),
        _ => serializer.serialize_str(number),
    }
}
