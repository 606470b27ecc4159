//! Languages inside values: one quoting function each, proved by reading the result back.
//!
//! An embedded value is written once, where it is meant; [`Embed::written`] turns it into plain text and references
//! that any encoder can spell. The tests hold a small parser for every language.

use crate::join::Joined;
use crate::text::TextBuilder;
use crate::{Raw, Text, Value};

/// A value written in a language of its own inside a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embed {
    /// The language.
    pub language: Language,
    /// What is said in it: a text (with references) for the literal languages, any value for [`Language::Json`].
    pub value: Value,
}

/// The languages we write. The list is closed: a new one comes with its quoting and its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Literal text inside a resource pattern of an IAM policy: `*`, `?` and `$` mean themselves
    /// (IAM user guide, "Policy variables": `${*}`, `${?}`, `${$}`).
    IamPattern,
    /// A string literal of the Common Expression Language, quotes included.
    Cel,
    /// A string literal of a Pub/Sub subscription filter, quotes included.
    Filter,
    /// A string literal of an Azure role assignment condition, quotes included.
    Abac,
    /// JSON in a text.
    Json,
    /// Text or an attribute's content in XML.
    Xml,
    /// The Base64 form of a text; computed here when the text is known, else by the target.
    Base64,
}

impl Language {
    /// Why a text cannot be written in this language, if it cannot.
    #[must_use]
    pub fn refuses(self, text: &str) -> Option<&'static str> {
        let control = text.chars().any(char::is_control);
        match self {
            Self::Abac if text.contains(['\'', '\\']) || control => {
                Some("a role assignment condition has no way to write quotes, backslashes or control characters")
            }
            Self::Xml if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t' | '\r')) => {
                Some("XML 1.0 has no way to write control characters")
            }
            Self::IamPattern if control => Some("an IAM policy has no way to write control characters"),
            _ => None,
        }
    }

    /// Whether a text is written as it is.
    fn keeps(self, text: &str) -> bool {
        self != Self::Base64 && is_word(text)
    }

    fn quote(self, text: &str, out: &mut TextBuilder) {
        match self {
            _ if self.keeps(text) => out.push_str(text),
            Self::IamPattern => text.chars().for_each(|c| match c {
                '*' | '?' | '$' => out.extend(['$', '{', c, '}']),
                c => out.push(c),
            }),
            Self::Cel | Self::Filter => text.chars().for_each(|c| match c {
                '"' | '\\' => out.extend(['\\', c]),
                c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
                c => out.push(c),
            }),
            Self::Abac => out.push_str(text),
            Self::Xml => text.chars().for_each(|c| match c {
                '&' | '<' | '>' | '"' | '\'' | '\n' | '\t' | '\r' => out.push_str(&format!("&#{};", u32::from(c))),
                c => out.push(c),
            }),
            Self::Json => json_text(text, out),
            Self::Base64 => base64(text.as_bytes(), out),
        }
    }

    /// What stands around a literal.
    fn marks(self) -> &'static str {
        match self {
            Self::Cel | Self::Filter => "\"",
            Self::Abac => "'",
            Self::IamPattern | Self::Json | Self::Xml | Self::Base64 => "",
        }
    }
}

impl Embed {
    /// The same meaning as a text, where nothing in it needs to be asked about any more: of JSON that is known, of the
    /// other languages a word.
    pub(crate) fn text(&self) -> Option<Value> {
        match (self.language, &self.value) {
            (Language::Json, value) => is_known(value).then(|| self.written()),
            (language, Value::Text(text)) if language.keeps(text) => {
                let marks = language.marks();
                Some(Text::concat(&[marks, text, marks]).into())
            }
            _ => None,
        }
    }

    /// The same meaning as text, references and joins. Only [`Language::Base64`] over a value that is not known yet
    /// stays embedded: the target has a function for it.
    #[must_use]
    pub fn written(&self) -> Value {
        let mut out = Joined::default();
        self.write(&mut out);
        out.finish()
    }

    fn write(&self, out: &mut Joined) {
        match self.language {
            Language::Json => json(&self.value, out),
            Language::Base64 => match written(&self.value) {
                Value::Text(text) => Language::Base64.quote(&text, out.text()),
                value => out.add(Value::embed(Language::Base64, value)),
            },
            language => {
                out.text().push_str(language.marks());
                literals(language, &self.value, out);
                out.text().push_str(language.marks());
            }
        }
    }
}

/// A value with its embedded languages written out.
fn written(value: &Value) -> Value {
    match value {
        Value::Embed(embed) => embed.written(),
        Value::Join(parts) => Value::join(parts.iter().map(written)),
        value => value.clone(),
    }
}

/// Whether a value is plain data: nothing of it is left to a deployment, nor in a language of its own.
fn is_known(value: &Value) -> bool {
    match value {
        Value::Text(_) | Value::Number(_) | Value::Bool(_) => true,
        Value::List(items) => items.iter().all(is_known),
        Value::Map(map) => map.iter().all(|(_, value)| is_known(value)),
        _ => false,
    }
}

/// Whether a text holds nothing that any of the languages but [`Language::Base64`] writes differently.
fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':' | b'/' | b' '))
}

/// The inside of a literal.
fn literals(language: Language, value: &Value, out: &mut Joined) {
    match value {
        Value::Text(text) => language.quote(text, out.text()),
        Value::Join(parts) => parts.iter().for_each(|part| literals(language, part, out)),
        Value::Embed(embed) => embed.write(out),
        value => out.add(value.clone()),
    }
}

fn json(value: &Value, out: &mut Joined) {
    match value {
        Value::Number(number) => out.text().push_str(&number.to_string()),
        Value::Bool(truth) => out.text().push_str(if *truth { "true" } else { "false" }),
        Value::List(items) => json_sequence(["[", "]"], items, out, json),
        Value::Map(map) => json_sequence(["{", "}"], map, out, |(key, value), out| {
            json_key(key, out);
            json(value, out);
        }),
        Value::Raw(raw) => json_raw(raw, out),
        value => {
            out.text().push('"');
            json_inside(value, out);
            out.text().push('"');
        }
    }
}

/// The inside of a string. What another language makes of a text is itself a text here.
fn json_inside(value: &Value, out: &mut Joined) {
    match value {
        Value::Join(parts) => parts.iter().for_each(|part| json_inside(part, out)),
        Value::Embed(embed) => literals(Language::Json, &embed.written(), out),
        value => literals(Language::Json, value, out),
    }
}

fn json_raw(raw: &Raw, out: &mut Joined) {
    match raw {
        Raw::Null => out.text().push_str("null"),
        Raw::Bool(truth) => out.text().push_str(if *truth { "true" } else { "false" }),
        Raw::Number(number) => out.text().push_str(number),
        Raw::Text(text) => json_quoted(text, out),
        Raw::List(items) => json_sequence(["[", "]"], items, out, json_raw),
        Raw::Map(entries) => json_sequence(["{", "}"], entries, out, |(key, value), out| {
            json_key(key, out);
            json_raw(value, out);
        }),
        Raw::Value(value) => json(value, out),
    }
}

fn json_sequence<'a, T: 'a>(
    [open, close]: [&str; 2],
    items: impl IntoIterator<Item = &'a T>,
    out: &mut Joined,
    mut each: impl FnMut(&'a T, &mut Joined),
) {
    out.text().push_str(open);
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.text().push(',');
        }
        each(item, out);
    }
    out.text().push_str(close);
}

fn json_key(key: &str, out: &mut Joined) {
    json_quoted(key, out);
    out.text().push(':');
}

fn json_quoted(text: &str, out: &mut Joined) {
    let out = out.text();
    out.push('"');
    Language::Json.quote(text, out);
    out.push('"');
}

/// The inside of a JSON string. Beyond what RFC 8259 demands, `<`, `>`, `&` and the line separators are escaped too, so
/// that the text survives inside HTML and XML.
fn json_text(text: &str, out: &mut TextBuilder) {
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
}

fn base64(bytes: &[u8], out: &mut TextBuilder) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = ALPHABET[(word >> (18 - 6 * place)) as usize & 63];
            out.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Address, Map};
    use proptest::prelude::*;

    fn text_of(language: Language, text: &str) -> String {
        let embed = Embed { language, value: text.to_owned().into() };
        let written = embed.written();
        assert!(embed.text().is_none_or(|known| known == written));
        written.as_text().expect("text in, text out").to_owned()
    }

    /// Reads a policy pattern back: `None` for a wildcard, which no literal may become.
    fn read_pattern(pattern: &str) -> Option<String> {
        let mut text = String::new();
        let mut letters = pattern.chars();
        while let Some(c) = letters.next() {
            match c {
                '*' | '?' => return None,
                '$' => {
                    let variable: String = letters.by_ref().skip(1).take_while(|c| *c != '}').collect();
                    text.push_str(["*", "?", "$"].into_iter().find(|known| *known == variable)?);
                }
                c => text.push(c),
            }
        }
        Some(text)
    }

    /// Reads a double-quoted literal with backslash escapes back; `None` when it ends early or late.
    fn read_quoted(literal: &str) -> Option<String> {
        let mut text = String::new();
        let mut letters = literal.strip_prefix('"')?.chars();
        loop {
            match letters.next()? {
                '"' => return letters.next().is_none().then_some(text),
                '\\' => match letters.next()? {
                    'u' => {
                        let code: String = letters.by_ref().take(4).collect();
                        text.push(char::from_u32(u32::from_str_radix(&code, 16).ok()?)?);
                    }
                    c => text.push(c),
                },
                c if c.is_control() => return None,
                c => text.push(c),
            }
        }
    }

    /// Reads XML character data back; `None` when it holds markup.
    fn read_xml(data: &str) -> Option<String> {
        let mut text = String::new();
        let mut rest = data;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            let (code, after) = rest[at..].strip_prefix("&#")?.split_once(';')?;
            text.push_str(&rest[..at]);
            text.push(char::from_u32(code.parse().ok()?)?);
            rest = after;
        }
        Some(text + rest)
    }

    fn read_base64(text: &str) -> Vec<u8> {
        let digit = |c: u8| match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        let digits = text.trim_end_matches('=').bytes().map(|c| u32::from(digit(c))).collect::<Vec<_>>();
        let bits = digits.iter().flat_map(|digit| (0..6).rev().map(move |bit| (digit >> bit & 1) as u8));
        let bits: Vec<u8> = bits.collect();
        bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(text in any::<String>()) {
            if Language::IamPattern.refuses(&text).is_none() {
                prop_assert_eq!(read_pattern(&text_of(Language::IamPattern, &text)), Some(text.clone()));
            }
            prop_assert_eq!(read_quoted(&text_of(Language::Cel, &text)), Some(text.clone()));
            prop_assert_eq!(read_quoted(&text_of(Language::Filter, &text)), Some(text.clone()));
            if Language::Xml.refuses(&text).is_none() {
                prop_assert_eq!(read_xml(&text_of(Language::Xml, &text)), Some(text.clone()));
            }
            if Language::Abac.refuses(&text).is_none() {
                prop_assert_eq!(text_of(Language::Abac, &text), format!("'{text}'"));
                prop_assert!(!text.contains('\''));
            }
            let json: serde_json::Value = serde_json::from_str(&text_of(Language::Json, &text)).expect("JSON");
            prop_assert_eq!(json.as_str(), Some(text.as_str()));
            prop_assert_eq!(read_base64(&text_of(Language::Base64, &text)), text.as_bytes());
        }
    }

    #[test]
    fn references_stand_between_quoted_texts() {
        let reference = Value::reference(Address::new("web", "api"), "id");
        let body = Value::from([("a\"b", Value::join(["<".into(), reference.clone()])), ("n", 1_i64.into())]);
        let Value::Embed(embed) = Value::embed(Language::Json, body) else { panic!("an embed") };
        assert_eq!(
            embed.written(),
            Value::join([r#"{"a\"b":"\u003c"#.into(), reference.clone(), r#"","n":1}"#.into()])
        );
        let Value::Embed(embed) = Value::embed(Language::Base64, reference) else { panic!("an embed") };
        assert!(matches!(embed.written(), Value::Embed(_)));
        assert!(Map::new().is_empty());
    }
}
