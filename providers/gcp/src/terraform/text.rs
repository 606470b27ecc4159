//! Texts of Terraform's template language: the only place that escapes for it.
//!
//! A string of Terraform JSON is a template: `${` begins an expression and `%{` a directive, and each is meant literally
//! when its first character is doubled. Inside an expression a text stands in quotes and knows backslashes too.

use super::encode::Index;
use portolan_value::{Form, Language, Reference, Unique, Value};
use std::borrow::Cow;

/// A value that is a string, written as a template.
pub fn template(value: &Value, index: &Index<'_>) -> String {
    let mut out = String::new();
    write(value, index, &mut out);
    out
}

/// Writes a value that is a string as a template.
pub fn write(value: &Value, index: &Index<'_>, out: &mut String) {
    parts(value, index, false, out);
}

/// A literal text as a template.
pub fn literal(text: &str) -> Cow<'_, str> {
    if !portolan_target::holds(text, b'{') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 2);
    escape(text, false, &mut out);
    Cow::Owned(out)
}

/// The parts of a string, one after the other.
fn parts(value: &Value, index: &Index<'_>, quoted: bool, out: &mut String) {
    match value {
        Value::Join(parts) => {
            for (at, part) in parts.iter().enumerate() {
                let before_expression = parts.get(at + 1).is_some_and(is_expression);
                self::part(part, index, quoted, before_expression, out);
            }
        }
        value => part(value, index, quoted, false, out),
    }
}

fn part(value: &Value, index: &Index<'_>, quoted: bool, before_expression: bool, out: &mut String) {
    match value {
        Value::Text(text) if before_expression => text_before_expression(text, quoted, out),
        Value::Text(text) => escape(text, quoted, out),
        Value::Embed(embed) => match embed.written() {
            Value::Embed(embed) => interpolation(&Value::Embed(embed), index, out),
            written => parts(&written, index, quoted, out),
        },
        value => interpolation(value, index, out),
    }
}

fn is_expression(value: &Value) -> bool {
    !matches!(value, Value::Text(_))
}

/// Dollar signs right before an expression would escape it, so they become an expression themselves.
fn text_before_expression(text: &str, quoted: bool, out: &mut String) {
    let head = text.trim_end_matches('$');
    escape(head, quoted, out);
    if head.len() < text.len() {
        out.push_str("${\"");
        out.push_str(&text[head.len()..]);
        out.push_str("\"}");
    }
}

fn interpolation(value: &Value, index: &Index<'_>, out: &mut String) {
    out.push_str("${");
    expression(value, index, out);
    out.push('}');
}

/// A value as an expression.
fn expression(value: &Value, index: &Index<'_>, out: &mut String) {
    match value {
        Value::Ref(reference) => path(reference, index, out),
        Value::Input(name) => out.extend(["var.", name]),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::Bool(truth) => out.push_str(&truth.to_string()),
        Value::Unique(unique) => self::unique(unique, index, out),
        Value::Embed(embed) if embed.language == Language::Base64 => {
            out.push_str("base64encode(");
            quote(&embed.value, index, out);
            out.push(')');
        }
        value => quote(value, index, out),
    }
}

/// A string in quotes.
fn quote(value: &Value, index: &Index<'_>, out: &mut String) {
    out.push('"');
    parts(value, index, true, out);
    out.push('"');
}

fn path(reference: &Reference, index: &Index<'_>, out: &mut String) {
    index.push_name(&reference.address, out);
    out.extend([".", &reference.attribute]);
}

fn unique(unique: &Unique, index: &Index<'_>, out: &mut String) {
    out.push_str("substr(sha256(");
    quote(&Value::Join(unique.parts.iter().cloned().collect()), index, out);
    out.push_str(match unique.form {
        Form::Short => "), 0, 13)",
        Form::Guid => "), 0, 32)",
    });
}

/// Whether every character stands for itself.
fn is_plain(text: &str, quoted: bool) -> bool {
    !portolan_target::holds(text, b'{') && (!quoted || portolan_target::is_plain(text))
}

fn escape(text: &str, quoted: bool, out: &mut String) {
    if is_plain(text, quoted) {
        return out.push_str(text);
    }
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '$' | '%' if letters.peek() == Some(&'{') => out.extend([c, c]),
            '"' | '\\' if quoted => out.extend(['\\', c]),
            '\n' if quoted => out.push_str("\\n"),
            '\r' if quoted => out.push_str("\\r"),
            '\t' if quoted => out.push_str("\\t"),
            c if quoted && c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_target::Stack;
    use portolan_value::Address;
    use proptest::prelude::*;

    /// Reads a template as Terraform does: literal texts, and for each expression its source.
    fn read(template: &str) -> Option<Vec<Result<String, String>>> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut rest = template;
        while let Some(c) = rest.chars().next() {
            if let Some(after) = rest
                .strip_prefix("$${")
                .map(|after| (after, "${"))
                .or_else(|| rest.strip_prefix("%%{").map(|after| (after, "%{")))
            {
                text.push_str(after.1);
                rest = after.0;
            } else if rest.starts_with("%{") {
                return None;
            } else if let Some(after) = rest.strip_prefix("${") {
                let end = end_of_expression(after)?;
                let source = &after[..end];
                rest = &after[end + 1..];
                match read_quoted(source) {
                    Some(literal) => text.push_str(&literal),
                    None => {
                        parts.push(Ok(std::mem::take(&mut text)));
                        parts.push(Err(source.to_owned()));
                    }
                }
            } else {
                text.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        parts.push(Ok(text));
        Some(parts)
    }

    fn end_of_expression(text: &str) -> Option<usize> {
        let mut quoted = false;
        let mut letters = text.char_indices();
        while let Some((at, c)) = letters.next() {
            match c {
                '\\' if quoted => drop(letters.next()),
                '"' => quoted = !quoted,
                '}' if !quoted => return Some(at),
                _ => {}
            }
        }
        None
    }

    /// The text of a quoted literal without interpolations.
    fn read_quoted(source: &str) -> Option<String> {
        let inside = source.strip_prefix('"')?.strip_suffix('"')?;
        let mut text = String::new();
        let mut rest = inside;
        while let Some(c) = rest.chars().next() {
            if let Some(after) = rest.strip_prefix("$${") {
                text.push_str("${");
                rest = after;
                continue;
            }
            if let Some(after) = rest.strip_prefix("%%{") {
                text.push_str("%{");
                rest = after;
                continue;
            }
            if rest.starts_with("${") || rest.starts_with("%{") || c == '"' || c.is_control() {
                return None;
            }
            rest = &rest[c.len_utf8()..];
            match c {
                '\\' => {
                    let escaped = rest.chars().next()?;
                    rest = &rest[escaped.len_utf8()..];
                    match escaped {
                        'n' => text.push('\n'),
                        'r' => text.push('\r'),
                        't' => text.push('\t'),
                        'u' => {
                            text.push(char::from_u32(u32::from_str_radix(&rest[..4], 16).ok()?)?);
                            rest = &rest[4..];
                        }
                        c => text.push(c),
                    }
                }
                c => text.push(c),
            }
        }
        Some(text)
    }

    fn reference() -> Value {
        Value::reference(Address::new("web", "function"), "url")
    }

    fn is_whole(template: &str, text: &str) -> bool {
        read(template) == Some(vec![Ok(text.to_owned())])
    }

    fn tricky() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "$",
            "%",
            "{",
            "}",
            "\"",
            "\\",
            "${",
            "%{",
            "$${",
            "x",
            "\n",
            "é",
            "${file(\"/etc/passwd\")}",
        ]);
        prop_oneof![any::<String>(), prop::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat())]
    }

    proptest! {
        #[test]
        fn a_text_is_read_back(text in tricky()) {
            prop_assert!(is_whole(&literal(&text), &text), "{:?}", literal(&text));
            prop_assert!(is_whole(&template(&text.clone().into(), &Index::new(&Stack::default())), &text));
        }

        #[test]
        fn texts_around_an_expression_are_read_back(before in tricky(), after in tricky()) {
            let value = Value::Join([before.clone().into(), reference(), after.clone().into()].into());
            let written = template(&value, &Index::new(&Stack::default()));
            prop_assert_eq!(read(&written), Some(vec![Ok(before), Err("missing.resource.url".to_owned()), Ok(after)]));
        }

        #[test]
        fn a_text_inside_a_call_is_read_back(text in tricky()) {
            let value = Value::embed(Language::Base64, Value::Join([text.clone().into(), reference()].into()));
            let written = template(&value, &Index::new(&Stack::default()));
            let inside = written.strip_prefix("${base64encode(\"").and_then(|rest| rest.strip_suffix("${missing.resource.url}\")}"));
            let inside = inside.expect("a call");
            let trimmed = text.trim_end_matches('$');
            let dollars = &text[trimmed.len()..];
            let tail = if dollars.is_empty() { String::new() } else { format!("${{\"{dollars}\"}}") };
            let head = inside.strip_suffix(tail.as_str()).expect("dollars last");
            prop_assert_eq!(read_quoted(&format!("\"{head}\"")), Some(trimmed.to_owned()));
        }
    }
}
