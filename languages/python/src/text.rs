//! Texts: literals, f-strings, and `%` with a literal on its left.

use crate::lower::{Lower, at, children};
use portolan_program::{Expression, Kind, Name, Piece};
use tree_sitter::Node;

impl Lower<'_> {
    /// A literal, or several beside each other.
    pub fn text(&mut self, node: Node<'_>) -> Kind {
        let mut pieces = Pieces::default();
        match node.kind() {
            "concatenated_string" => children(node).into_iter().for_each(|part| self.part(part, &mut pieces)),
            _ => self.part(node, &mut pieces),
        }
        Kind::Text(pieces.finish())
    }

    fn part(&mut self, node: Node<'_>, pieces: &mut Pieces) {
        let prefix = self.source(node).chars().take_while(char::is_ascii_alphabetic);
        let prefix: String = prefix.map(|letter| letter.to_ascii_lowercase()).collect();
        let raw = prefix.contains('r');
        let formatted = prefix.contains(['f', 't']);
        for child in children(node) {
            match child.kind() {
                "string_content" => {
                    let text = self.source(child);
                    let text = if formatted { text.replace("{{", "{").replace("}}", "}") } else { text.to_owned() };
                    pieces.literal(&if raw { text } else { unescaped(&text) });
                }
                "interpolation" => {
                    if let Some(value) = child.child_by_field_name("expression") {
                        pieces.hole(self.expression(value));
                    }
                }
                _ => {}
            }
        }
    }

    /// `"%s/%(name)s" % values`.
    pub fn formatted(&mut self, left: Node<'_>, right: Node<'_>) -> Kind {
        let format = self.expression(left);
        let values = self.expression(right);
        let Some(text) = crate::expression::literal(&format) else { return Kind::Opaque(vec![format, values]) };
        let mut values = Values::new(values);
        let mut pieces = Pieces::default();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('%') {
            pieces.literal(before);
            rest = self.specifier(right, after, &mut values, &mut pieces);
        }
        pieces.literal(rest);
        Kind::Text(pieces.finish())
    }

    /// One `%…`, without its sign; gives what follows it.
    fn specifier<'r>(&self, node: Node<'_>, after: &'r str, values: &mut Values, pieces: &mut Pieces) -> &'r str {
        if let Some(rest) = after.strip_prefix('%') {
            pieces.literal("%");
            return rest;
        }
        let (name, behind) = match after.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
            Some((name, behind)) => (Some(name), behind),
            None => (None, after),
        };
        let end = behind.find(|letter: char| letter.is_ascii_alphabetic()).map_or(behind.len(), |at| at + 1);
        let value = match name {
            Some(name) => values.named(name),
            None => values.next(),
        };
        pieces.hole(value.unwrap_or_else(|| at(node, Kind::Opaque(Vec::new()))));
        &behind[end..]
    }
}

/// The right side of `%`.
enum Values {
    Plain(std::vec::IntoIter<Expression>),
    Named(Vec<(Name, Expression)>),
}

impl Values {
    fn new(values: Expression) -> Self {
        match values.kind {
            Kind::List(elements) => {
                Values::Plain(elements.into_iter().map(|element| element.value).collect::<Vec<_>>().into_iter())
            }
            Kind::Record(entries) => {
                let named = entries.into_iter().filter_map(|entry| match entry.key {
                    portolan_program::Key::Name(name) => Some((name, entry.value)),
                    _ => None,
                });
                Values::Named(named.collect())
            }
            _ => Values::Plain(vec![values].into_iter()),
        }
    }

    fn next(&mut self) -> Option<Expression> {
        match self {
            Values::Plain(values) => values.next(),
            Values::Named(_) => None,
        }
    }

    fn named(&self, name: &str) -> Option<Expression> {
        match self {
            Values::Plain(_) => None,
            Values::Named(values) => values.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()),
        }
    }
}

/// Pieces of a text, neighbouring literals joined.
#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
    open: String,
}

impl Pieces {
    fn literal(&mut self, text: &str) {
        self.open.push_str(text);
    }

    fn hole(&mut self, value: Expression) {
        self.close();
        self.done.push(Piece::Hole(value));
    }

    fn close(&mut self) {
        if !self.open.is_empty() {
            self.done.push(Piece::Literal(Name::from(std::mem::take(&mut self.open))));
        }
    }

    fn finish(mut self) -> Vec<Piece> {
        if self.done.is_empty() {
            return vec![Piece::Literal(Name::from(self.open))];
        }
        self.close();
        self.done
    }
}

/// A literal's text with its escapes read. An escape that Python does not know stays as it is.
fn unescaped(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut read = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        if letter != '\\' {
            read.push(letter);
            continue;
        }
        match rest.next() {
            Some('\n') | None => {}
            Some('n') => read.push('\n'),
            Some('t') => read.push('\t'),
            Some('r') => read.push('\r'),
            Some(same @ ('\\' | '\'' | '"')) => read.push(same),
            Some('x') => code(&mut rest, 2, &mut read),
            Some('u') => code(&mut rest, 4, &mut read),
            Some('U') => code(&mut rest, 8, &mut read),
            Some(other) => read.extend(['\\', other]),
        }
    }
    read
}

/// A character by its number in so many hexadecimal digits.
fn code(rest: &mut std::str::Chars<'_>, digits: usize, read: &mut String) {
    let number: String = rest.by_ref().take(digits).collect();
    let letter = u32::from_str_radix(&number, 16).ok().and_then(char::from_u32);
    read.push(letter.unwrap_or(char::REPLACEMENT_CHARACTER));
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn escapes_are_read() {
        assert_eq!(unescaped(r#"a\n\x41\u00e9\"\d\\"#), "a\nA\u{e9}\"\\d\\");
        assert_eq!(unescaped("a\\\nb\\"), "ab");
        assert_eq!(unescaped(r"\xzz"), "\u{fffd}");
    }
}
