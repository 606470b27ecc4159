//! JSON on two-space lines, as templates lie on disk: what serde_json's own pretty formatter writes, in a third of the
//! time. It goes into one text, which need not be checked afterwards.

mod serializer;

use crate::is_plain;
use serde::Serialize;
use serializer::Writer;

/// Writes a document into memory, with a line break at its end; `capacity` is a guess of its bytes.
#[must_use]
pub fn pretty(document: &impl Serialize, capacity: usize) -> String {
    let mut writer = Writer { out: String::with_capacity(capacity), depth: 0 };
    // Writing into memory cannot fail, and every key of a template is a text.
    let written = document.serialize(&mut writer);
    debug_assert!(written.is_ok());
    writer.out.push('\n');
    writer.out
}

/// A comma, a line break, and more spaces than templates are deep.
const NEXT_LINE: &str = ",\n                                                                                ";

impl Writer {
    /// A new line at the depth of what is open, after a comma or without.
    fn line(&mut self, after_comma: bool) {
        let begins = usize::from(!after_comma);
        let ends = 2 + 2 * self.depth;
        match NEXT_LINE.get(begins..ends) {
            Some(line) => self.out.push_str(line),
            None => {
                self.out.push_str(&NEXT_LINE[begins..]);
                self.out.extend(std::iter::repeat_n(' ', ends - NEXT_LINE.len()));
            }
        }
    }

    fn quote(&mut self, text: &str) {
        self.out.push('"');
        match is_plain(text) {
            true => self.out.push_str(text),
            false => self.escaped(text),
        }
        self.out.push('"');
    }

    /// Characters that stand for themselves are copied in runs; the others are ASCII, one byte each.
    fn escaped(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | ..b' ')) {
            self.out.push_str(&rest[..at]);
            self.escape(char::from(rest.as_bytes()[at]));
            rest = &rest[at + 1..];
        }
        self.out.push_str(rest);
    }

    /// What RFC 8259 demands, and no more.
    fn escape(&mut self, c: char) {
        match c {
            '"' | '\\' => self.out.extend(['\\', c]),
            '\u{8}' => self.out.push_str("\\b"),
            '\u{c}' => self.out.push_str("\\f"),
            '\n' => self.out.push_str("\\n"),
            '\r' => self.out.push_str("\\r"),
            '\t' => self.out.push_str("\\t"),
            c if c < ' ' => self.out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => self.out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::pretty;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn check(value: &Value) {
        assert_eq!(pretty(value, 0), serde_json::to_string_pretty(value).expect("JSON") + "\n");
    }

    proptest! {
        #[test]
        fn texts_are_what_serde_json_writes(text in any::<String>(), odd in "[\u{0}-\u{7f}é]{0,24}") {
            check(&json!([text, odd]));
            check(&json!({ text: odd }));
        }
    }

    #[test]
    fn it_is_what_serde_json_writes() {
        check(&json!({}));
        check(&json!([]));
        check(&json!({ "a": [], "b": {}, "c": [{}, [[]], 1, "x\"\n"], "d": { "e": null, "f": [1.5, true] } }));
        check(&json!([i64::MIN, u64::MAX, 1e300, -0.0, "\u{0}\u{1f}\u{7f}\u{8}\u{c}\\/"]));
    }

    #[test]
    fn depth_has_no_end() {
        check(&(0..60).fold(json!("x"), |inner, _| json!([{ "a": inner }, 1])));
    }
}
