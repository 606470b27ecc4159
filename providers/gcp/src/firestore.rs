//! A changed document as Eventarc sends it: bytes of Protocol Buffers.
//!
//! Field numbers are those of `google.events.cloud.firestore.v1`, messages `DocumentEventData`, `Document` and `Value`.

use serde_json::Value as Json;

/// The data of an event: the row as it is and as it was, each where there is one.
pub(crate) fn event_data(document: &str, new: &Json, old: &Json) -> Vec<u8> {
    let mut data = Vec::new();
    for (field, row) in [(1, new), (2, old)] {
        if let Some(row) = row.as_object() {
            let mut written = Vec::new();
            bytes(&mut written, 1, document.as_bytes());
            row.iter().for_each(|(name, value)| entry(&mut written, 2, name, value));
            bytes(&mut data, field, &written);
        }
    }
    data
}

/// An entry of a map: a message of a key and a value.
fn entry(out: &mut Vec<u8>, field: u8, name: &str, value: &Json) {
    let mut written = Vec::new();
    bytes(&mut written, 1, name.as_bytes());
    bytes(&mut written, 2, &self::value(value));
    bytes(out, field, &written);
}

fn value(value: &Json) -> Vec<u8> {
    let mut out = Vec::new();
    match value {
        Json::Null => integer(&mut out, 11, 0),
        Json::Bool(truth) => integer(&mut out, 1, u64::from(*truth)),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => integer(&mut out, 2, whole.cast_unsigned()),
            None => double(&mut out, 3, number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => bytes(&mut out, 17, text.as_bytes()),
        Json::Array(items) => {
            let mut written = Vec::new();
            items.iter().for_each(|item| bytes(&mut written, 1, &self::value(item)));
            bytes(&mut out, 9, &written);
        }
        Json::Object(map) => {
            let mut written = Vec::new();
            map.iter().for_each(|(name, value)| entry(&mut written, 1, name, value));
            bytes(&mut out, 6, &written);
        }
    }
    out
}

fn integer(out: &mut Vec<u8>, field: u8, value: u64) {
    varint(out, u64::from(field) << 3);
    varint(out, value);
}

fn double(out: &mut Vec<u8>, field: u8, value: f64) {
    varint(out, u64::from(field) << 3 | 1);
    out.extend(value.to_le_bytes());
}

fn bytes(out: &mut Vec<u8>, field: u8, value: &[u8]) {
    varint(out, u64::from(field) << 3 | 2);
    varint(out, value.len() as u64);
    out.extend(value);
}

/// Seven bits a byte, the lowest first; the eighth says that more follow (Protocol Buffers, "Encoding").
fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_typed() {
        let check = |given: Json, expected: &[u8]| assert_eq!(value(&given), expected, "{given}");
        check(json!(null), &[88, 0]);
        check(json!(true), &[8, 1]);
        check(json!(300), &[16, 0xAC, 2]);
        check(json!(-1), &[16, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]);
        check(json!(0.5), &[25, 0, 0, 0, 0, 0, 0, 0xE0, 0x3F]);
        check(json!("a"), &[0x8A, 1, 1, b'a']);
        check(json!([1]), &[74, 4, 10, 2, 16, 1]);
        check(json!({ "a": 1 }), &[50, 9, 10, 7, 10, 1, b'a', 18, 2, 16, 1]);
    }

    #[test]
    fn a_row_that_is_gone_has_only_what_it_was() {
        let data = event_data("d", &Json::Null, &json!({ "a": 1 }));
        assert_eq!(data, [18, 12, 10, 1, b'd', 18, 7, 10, 1, b'a', 18, 2, 16, 1]);
    }
}
