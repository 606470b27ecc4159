//! Literals: texts, and what is put together in braces.

use crate::lower::{Lower, at, children, fields};
use portolan_program::{Argument, Entry, Expression, Key, Kind, Name, Piece};
use tree_sitter::Node;

impl Lower<'_> {
    /// A text, with its escapes read.
    pub fn text(&self, node: Node<'_>) -> Kind {
        let source = self.source(node);
        let text = match node.kind() {
            "raw_string_literal" => within(source, '`').to_owned(),
            _ => unescaped(within(source, '"')),
        };
        Kind::Text(vec![Piece::Literal(text.into())])
    }

    /// `T{…}`.
    pub fn composite(&mut self, node: Node<'_>) -> Kind {
        match (node.child_by_field_name("type"), node.child_by_field_name("body")) {
            (Some(made), Some(body)) => self.made(Some(made), body),
            _ => self.opaque(node),
        }
    }

    /// What braces hold, for a type. Without a type, keys tell a record from a list.
    fn made(&mut self, made: Option<Node<'_>>, body: Node<'_>) -> Kind {
        self.deeper(body, Kind::Opaque(Vec::new()), |lower| match made.map(|made| (made, made.kind())) {
            Some((made, "slice_type" | "array_type" | "implicit_length_array_type")) => {
                lower.elements(body, made.child_by_field_name("element"))
            }
            Some((made, "map_type")) => Kind::Record(lower.entries(body, made.child_by_field_name("value"), true)),
            Some((made, _)) => match lower.type_name(made) {
                Some(class) => Kind::Struct(Box::new(class), lower.members(body)),
                None if made.kind() == "struct_type" => Kind::Record(lower.unnamed(made, body)),
                None => Kind::Record(lower.entries(body, None, false)),
            },
            None => Kind::Record(lower.entries(body, None, false)),
        })
    }

    fn elements(&mut self, body: Node<'_>, element: Option<Node<'_>>) -> Kind {
        let values = children(body).into_iter().map(|item| match item.kind() {
            "keyed_element" => item.child_by_field_name("value").unwrap_or(item),
            _ => item,
        });
        Kind::List(values.map(|item| Argument::plain(self.element(item, element))).collect())
    }

    /// A value inside braces; braces of its own have the type of the elements.
    fn element(&mut self, node: Node<'_>, element: Option<Node<'_>>) -> Expression {
        let inner = match node.kind() {
            "literal_element" => children(node).first().copied().unwrap_or(node),
            _ => node,
        };
        match inner.kind() {
            "literal_value" => {
                let element = element.map(pointed);
                let kind = self.made(element, inner);
                at(inner, kind)
            }
            _ => self.expression(inner),
        }
    }

    /// The members of a struct; a member without a name has its position for one.
    fn members(&mut self, body: Node<'_>) -> Vec<Entry> {
        let keyed = self.entries(body, None, false);
        if !keyed.is_empty() {
            return keyed;
        }
        let values = children(body).into_iter().enumerate();
        values
            .map(|(position, value)| Entry {
                key: Key::Name(position.to_string().into()),
                value: self.element(value, None),
            })
            .collect()
    }

    /// The members of a struct whose type stands beside them.
    fn unnamed(&mut self, made: Node<'_>, body: Node<'_>) -> Vec<Entry> {
        let keyed = self.entries(body, None, false);
        if !keyed.is_empty() {
            return keyed;
        }
        let lists = children(made).into_iter().filter(|list| list.kind() == "field_declaration_list");
        let declared = lists.flat_map(children).filter(|field| field.kind() == "field_declaration");
        let names: Vec<Name> = declared.flat_map(|field| fields(field, "name")).map(|name| self.named(name)).collect();
        let values = names.into_iter().zip(children(body));
        values.map(|(name, value)| Entry { key: Key::Name(name), value: self.element(value, None) }).collect()
    }

    /// Entries with keys: computed ones in a map, names in a struct.
    fn entries(&mut self, body: Node<'_>, element: Option<Node<'_>>, map: bool) -> Vec<Entry> {
        let mut entries = Vec::new();
        for item in children(body).into_iter().filter(|item| item.kind() == "keyed_element") {
            let (Some(key), Some(value)) = (item.child_by_field_name("key"), item.child_by_field_name("value")) else {
                continue;
            };
            entries.push(Entry { key: self.key(key, map), value: self.element(value, element) });
        }
        entries
    }

    fn key(&mut self, node: Node<'_>, map: bool) -> Key {
        let inner = children(node).first().copied().unwrap_or(node);
        if inner.kind() == "identifier" && !map {
            return Key::Name(self.named(inner));
        }
        let value = self.expression(inner);
        match literal(&value) {
            Some(text) => Key::Name(text),
            None => Key::Computed(value),
        }
    }
}

/// What stands between quotes; a broken literal may lack the last.
fn within(source: &str, quote: char) -> &str {
    let inner = source.strip_prefix(quote).unwrap_or(source);
    inner.strip_suffix(quote).unwrap_or(inner)
}

/// What a pointer points to.
fn pointed(node: Node<'_>) -> Node<'_> {
    match node.kind() {
        "pointer_type" => children(node).first().copied().unwrap_or(node),
        _ => node,
    }
}

fn literal(expression: &Expression) -> Option<Name> {
    match &expression.kind {
        Kind::Text(pieces) => match pieces.as_slice() {
            [Piece::Literal(text)] => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// A literal's text with its escapes read.
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
            Some('n') => read.push('\n'),
            Some('t') => read.push('\t'),
            Some('r') => read.push('\r'),
            Some('x') => code(&mut rest, 2, &mut read),
            Some('u') => code(&mut rest, 4, &mut read),
            Some('U') => code(&mut rest, 8, &mut read),
            Some(other) => read.push(other),
            None => {}
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
        assert_eq!(unescaped(r#"a\n\x41\u00e9\"\\"#), "a\nA\u{e9}\"\\");
        assert_eq!(unescaped(r"\xzz"), "\u{fffd}");
    }
}
