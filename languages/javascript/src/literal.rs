//! Texts, object and array literals.

use crate::escape;
use crate::lower::{Lower, at, children, field, has};
use portolan_program::{Argument, Entry, Expression, Key, Kind, Name, Piece, Role};
use tree_sitter::Node;

impl Lower<'_> {
    /// What a string literal holds.
    pub fn string(&self, node: Node<'_>) -> Name {
        let source = self.source(node);
        let inner = source.get(1..source.len().saturating_sub(1)).unwrap_or_default();
        escape::read(inner)
    }

    /// `"text"`.
    pub fn text(&self, node: Node<'_>) -> Kind {
        let text = self.string(node);
        Kind::Text(if text.is_empty() { Vec::new() } else { vec![Piece::Literal(text)] })
    }

    /// `` `text ${hole}` ``.
    pub fn template(&mut self, node: Node<'_>) -> Kind {
        let mut pieces = Vec::new();
        let mut from = node.start_byte() + 1;
        for hole in children(node).into_iter().filter(|child| child.kind() == "template_substitution") {
            self.literal_piece(from, hole.start_byte(), &mut pieces);
            from = hole.end_byte();
            if let Some(value) = children(hole).first() {
                pieces.push(Piece::Hole(self.expression(*value)));
            }
        }
        self.literal_piece(from, node.end_byte().saturating_sub(1), &mut pieces);
        Kind::Text(pieces)
    }

    fn literal_piece(&self, from: usize, to: usize, pieces: &mut Vec<Piece>) {
        let text = self.text.get(from..to).unwrap_or_default();
        if !text.is_empty() {
            pieces.push(Piece::Literal(escape::read(text)));
        }
    }

    /// `[a, ...b]`.
    pub fn list(&mut self, node: Node<'_>) -> Kind {
        let elements: Vec<Argument> = children(node).into_iter().map(|element| self.argument(element)).collect();
        Kind::List(elements)
    }

    /// `{ a, b: c, f() {}, ...d }`.
    pub fn record(&mut self, node: Node<'_>) -> Kind {
        Kind::Record(children(node).into_iter().filter_map(|child| self.entry(child)).collect())
    }

    fn entry(&mut self, node: Node<'_>) -> Option<Entry> {
        match node.kind() {
            "pair" => {
                let key = self.key(field(node, "key")?);
                let value = field(node, "value").map(|value| self.expression(value))?;
                self.name_entry(&key, &value);
                Some(Entry { key, value })
            }
            "shorthand_property_identifier" => {
                Some(Entry { key: Key::Name(self.named(node)), value: self.expression(node) })
            }
            "spread_element" => {
                let value = children(node).first().map(|inner| self.expression(*inner))?;
                Some(Entry { key: Key::Spread, value })
            }
            "method_definition" => self.method_entry(node),
            _ => None,
        }
    }

    fn key(&mut self, node: Node<'_>) -> Key {
        match self.key_name(node) {
            Some(name) => Key::Name(name),
            None => {
                let inner = children(node).first().map(|inner| self.expression(*inner));
                Key::Computed(inner.unwrap_or_else(|| at(node, Kind::Literal)))
            }
        }
    }

    fn name_entry(&mut self, key: &Key, value: &Expression) {
        if let (Key::Name(name), Kind::Function(function)) = (key, &value.kind) {
            self.module.functions[function.0 as usize].name.get_or_insert_with(|| name.clone());
        }
    }

    /// A method; a getter is what it gives.
    fn method_entry(&mut self, node: Node<'_>) -> Option<Entry> {
        if has(node, "set") {
            return None;
        }
        let key = self.key(field(node, "name")?);
        let function = self.method(node, Role::Method);
        self.module.functions[function.0 as usize].role = Role::Free;
        let value = at(node, Kind::Function(function));
        let value = match has(node, "get") {
            true => at(node, Kind::Call(Box::new(value), Vec::new())),
            false => value,
        };
        Some(Entry { key, value })
    }
}
