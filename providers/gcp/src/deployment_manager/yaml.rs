//! Block YAML, written as it comes, whose texts all stand in quotes, so that none is read as anything else.
//!
//! Deployment Manager reads YAML 1.1, which knows line breaks and control characters that JSON lets pass as they are.

use portolan_target::is_plain;

/// Where a node begins: after its key, or where a line's text begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begins {
    /// On the line of its key.
    AfterKey,
    /// At the indentation.
    Here,
}

/// A document in the making.
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
    indent: usize,
}

impl Writer {
    /// Room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes), indent: 0 }
    }

    /// The document.
    pub fn finish(self) -> String {
        self.out
    }

    /// A text.
    pub fn text(&mut self, begins: Begins, text: &str) {
        self.scalar(begins, |out| quote(text, out));
    }

    /// A number, a truth value or null.
    pub fn plain(&mut self, begins: Begins, text: &str) {
        self.scalar(begins, |out| out.push_str(text));
    }

    fn scalar(&mut self, begins: Begins, write: impl FnOnce(&mut String)) {
        if begins == Begins::AfterKey {
            self.out.push(' ');
        }
        write(&mut self.out);
        self.out.push('\n');
    }

    /// Entries in order; `each` writes the value of an entry.
    pub fn map<'a, T>(
        &mut self,
        begins: Begins,
        entries: impl Iterator<Item = (&'a str, T)>,
        mut each: impl FnMut(&mut Self, T),
    ) {
        let mut first = true;
        for (name, value) in entries {
            self.item(begins, first);
            first = false;
            key(name, &mut self.out);
            self.out.push(':');
            self.indent += 2;
            each(self, value);
            self.indent -= 2;
        }
        self.empty(begins, first, "{}");
    }

    /// Items in order; `each` writes an item.
    pub fn list<T>(&mut self, begins: Begins, items: impl Iterator<Item = T>, mut each: impl FnMut(&mut Self, T)) {
        let mut first = true;
        for item in items {
            self.item(begins, first);
            first = false;
            self.out.push_str("- ");
            self.indent += 2;
            each(self, item);
            self.indent -= 2;
        }
        self.empty(begins, first, "[]");
    }

    /// Goes to where an entry or item begins.
    fn item(&mut self, begins: Begins, first: bool) {
        if first && begins == Begins::AfterKey {
            self.out.push('\n');
        }
        if !first || begins == Begins::AfterKey {
            indent(self.indent, &mut self.out);
        }
    }

    fn empty(&mut self, begins: Begins, empty: bool, mark: &str) {
        if empty {
            self.plain(begins, mark);
        }
    }
}

fn indent(mut spaces: usize, out: &mut String) {
    const SPACES: &str = "                                        ";
    while spaces > SPACES.len() {
        out.push_str(SPACES);
        spaces -= SPACES.len();
    }
    out.push_str(&SPACES[..spaces]);
}

/// The characters of keys without quotes: asked of each byte of every key, so looked up.
const IN_WORD: [bool; 256] = {
    let mut known = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        known[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'_';
        byte += 1;
    }
    known
};

/// A key stands without quotes when no version of YAML could read it as anything but this word.
fn key(key: &str, out: &mut String) {
    const OTHER: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let begins = key.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    let is_word = begins && key.bytes().all(|byte| IN_WORD[usize::from(byte)]);
    match is_word && (key.len() > 5 || !OTHER.iter().any(|other| other.eq_ignore_ascii_case(key))) {
        true => out.push_str(key),
        false => quote(key, out),
    }
}

/// A double-quoted text: everything that YAML 1.1 does not print is escaped.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    match is_plain(text) {
        true => out.push_str(text),
        false => escaped(text, out),
    }
    out.push('"');
}

/// Characters that stand for themselves are copied in runs.
fn escaped(text: &str, out: &mut String) {
    let mut letters = text.chars();
    loop {
        let rest = letters.as_str();
        let stops = |byte: u8| matches!(byte, b'"' | b'\\') || !matches!(byte, b' '..=b'~');
        let run = rest.bytes().position(stops).unwrap_or(rest.len());
        out.push_str(&rest[..run]);
        letters = rest[run..].chars();
        match letters.next() {
            Some(c) => escape(c, out),
            None => return,
        }
    }
}

fn escape(c: char, out: &mut String) {
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
        let mut writer = Writer::default();
        writer.map(Begins::Here, ["list", "on"].into_iter().map(|key| (key, key)), |writer, key| match key {
            "list" => writer.list(Begins::AfterKey, 0..2, |writer, item| match item {
                0 => writer.map(Begins::Here, [("a", 1), ("b", 2)].into_iter(), |writer, entry| match entry {
                    1 => writer.plain(Begins::AfterKey, "1"),
                    _ => writer.list(Begins::AfterKey, std::iter::empty::<()>(), |_, ()| {}),
                }),
                _ => writer.text(Begins::Here, "x"),
            }),
            _ => writer.map(Begins::AfterKey, std::iter::empty::<(&str, ())>(), |_, ()| {}),
        });
        assert_eq!(writer.finish(), "list:\n  - a: 1\n    b: []\n  - \"x\"\n\"on\": {}\n");
    }
}
