//! Block YAML whose texts all stand in quotes, so that none is read as anything else.
//!
//! Deployment Manager reads YAML 1.1, which knows line breaks and control characters that JSON lets pass as they are.

use std::borrow::Cow;

/// What is written.
#[derive(Debug)]
pub enum Node<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// A number, a truth value or null.
    Plain(String),
    /// Items in order.
    List(Vec<Node<'a>>),
    /// Entries in order.
    Map(Vec<(Cow<'a, str>, Node<'a>)>),
}

/// Writes a document.
pub fn write(node: &Node<'_>) -> String {
    let mut out = String::new();
    block(node, 0, &mut out);
    out
}

/// The lines of a node, where a new line begins.
fn block(node: &Node<'_>, indent: usize, out: &mut String) {
    match node {
        Node::Map(entries) if !entries.is_empty() => {
            for (at, (key, value)) in entries.iter().enumerate() {
                if at > 0 {
                    pad(indent, out);
                }
                self::key(key, out);
                out.push(':');
                beneath(value, indent, out);
            }
        }
        Node::List(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    pad(indent, out);
                }
                out.push_str("- ");
                block(item, indent + 2, out);
            }
        }
        node => {
            scalar(node, out);
            out.push('\n');
        }
    }
}

/// A value after its key.
fn beneath(value: &Node<'_>, indent: usize, out: &mut String) {
    let nested = match value {
        Node::Map(entries) => !entries.is_empty(),
        Node::List(items) => !items.is_empty(),
        Node::Text(_) | Node::Plain(_) => false,
    };
    match nested {
        true => {
            out.push('\n');
            pad(indent + 2, out);
        }
        false => out.push(' '),
    }
    block(value, indent + 2, out);
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}

fn scalar(node: &Node<'_>, out: &mut String) {
    match node {
        Node::Text(text) => quote(text, out),
        Node::Plain(text) => out.push_str(text),
        Node::List(_) => out.push_str("[]"),
        Node::Map(_) => out.push_str("{}"),
    }
}

/// A key stands without quotes when no version of YAML could read it as anything but this word.
fn key(key: &str, out: &mut String) {
    const OTHER: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let begins = key.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_word = begins && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    match is_word && !OTHER.contains(&key.to_ascii_lowercase().as_str()) {
        true => out.push_str(key),
        false => quote(key, out),
    }
}

/// A double-quoted text: everything that YAML 1.1 does not print is escaped.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_printed(c) => out.push(c),
            c if u32::from(c) > 0xffff => out.push_str(&format!("\\U{:08x}", u32::from(c))),
            c => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        }
    }
    out.push('"');
}

fn is_printed(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a1}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads a double-quoted scalar back; nothing when it ends early or holds what YAML does not print.
    fn read(quoted: &str) -> Option<String> {
        let mut text = String::new();
        let mut letters = quoted.strip_prefix('"')?.chars();
        loop {
            match letters.next()? {
                '"' => return letters.next().is_none().then_some(text),
                '\\' => match letters.next()? {
                    'n' => text.push('\n'),
                    'r' => text.push('\r'),
                    't' => text.push('\t'),
                    c @ ('u' | 'U') => {
                        let length = if c == 'u' { 4 } else { 8 };
                        let code: String = letters.by_ref().take(length).collect();
                        text.push(char::from_u32(u32::from_str_radix(&code, 16).ok()?)?);
                    }
                    c @ ('"' | '\\') => text.push(c),
                    _ => return None,
                },
                c if c.is_control() || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}') => return None,
                c => text.push(c),
            }
        }
    }

    proptest! {
        #[test]
        fn texts_and_keys_read_back(text in any::<String>()) {
            let mut value = String::new();
            quote(&text, &mut value);
            prop_assert_eq!(read(&value), Some(text.clone()));
            prop_assert!(!value.contains('\n'));
            let mut written = String::new();
            key(&text, &mut written);
            prop_assert_eq!(read(&written).unwrap_or(written), text);
        }
    }

    #[test]
    fn blocks_nest() {
        let node = Node::Map(vec![
            (
                "list".into(),
                Node::List(vec![
                    Node::Map(vec![("a".into(), Node::Plain("1".into())), ("b".into(), Node::List(vec![]))]),
                    Node::Text("x".into()),
                ]),
            ),
            ("on".into(), Node::Map(vec![("c".into(), Node::Map(vec![]))])),
        ]);
        assert_eq!(write(&node), "list:\n  - a: 1\n    b: []\n  - \"x\"\n\"on\":\n  c: {}\n");
    }
}
