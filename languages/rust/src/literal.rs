//! Texts: their escapes, and those that `format!` fills.

use crate::lower::{Lower, at, children};
use portolan_program::{Expression, Kind, Name, Piece};
use tree_sitter::Node;

impl Lower<'_> {
    /// A literal text.
    pub fn text_literal(&self, node: Node<'_>) -> Vec<Piece> {
        let mut text = String::new();
        let mut end = None;
        for child in children(node) {
            let source = self.source(child);
            match child.kind() {
                "escape_sequence" => text.push_str(&escaped(source)),
                _ if end == Some(child.start_byte()) => text.push_str(source.trim_start()),
                _ => text.push_str(source),
            }
            let continues = child.kind() == "escape_sequence" && source.starts_with("\\\n");
            end = continues.then(|| child.end_byte());
        }
        vec![Piece::Literal(text.into())]
    }

    /// `"{}-{name}"` with what it is filled with.
    pub fn formatted(&self, node: Node<'_>, format: &str, values: &[(Option<Name>, Expression)]) -> Vec<Piece> {
        let mut plain = values.iter().filter(|(name, _)| name.is_none()).map(|(_, value)| value);
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = format;
        while let Some(position) = rest.find(['{', '}']) {
            literal.push_str(&rest[..position]);
            let mark = &rest[position..=position];
            rest = &rest[position + 1..];
            if let Some(behind) = rest.strip_prefix(mark) {
                literal.push_str(mark);
                rest = behind;
                continue;
            }
            let Some((hole, behind)) = rest.split_once('}').filter(|_| mark == "{") else { continue };
            rest = behind;
            if !literal.is_empty() {
                pieces.push(Piece::Literal(std::mem::take(&mut literal).into()));
            }
            let key = hole.split(':').next().unwrap_or_default().trim();
            let named = values.iter().find(|(name, _)| name.as_deref() == Some(key)).map(|(_, value)| value);
            let value = match (key, key.parse::<usize>()) {
                ("", _) => plain.next().cloned(),
                (_, Ok(at)) => values.get(at).map(|(_, value)| value.clone()),
                (name, Err(_)) => Some(named.cloned().unwrap_or_else(|| at(node, Kind::Name(name.into())))),
            };
            pieces.push(Piece::Hole(value.unwrap_or_else(|| at(node, Kind::Literal))));
        }
        literal.push_str(rest);
        if !literal.is_empty() || pieces.is_empty() {
            pieces.push(Piece::Literal(literal.into()));
        }
        pieces
    }
}

fn escaped(sequence: &str) -> String {
    match sequence.chars().nth(1) {
        Some('n') => "\n".to_owned(),
        Some('t') => "\t".to_owned(),
        Some('r') => "\r".to_owned(),
        Some('0') => "\0".to_owned(),
        Some('\n') => String::new(),
        Some('x' | 'u') => {
            let digits: String = sequence.chars().skip(2).filter(char::is_ascii_hexdigit).collect();
            u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).map(String::from).unwrap_or_default()
        }
        Some(other) => other.to_string(),
        None => String::new(),
    }
}
