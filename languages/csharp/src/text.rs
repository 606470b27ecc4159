//! Texts, in all their spellings.

use crate::lowering::{Lowering, children};
use portolan_program::{Argument, Expression, Kind, Name, Piece};
use tree_sitter::Node;

impl<'t> Lowering<'t> {
    /// `"text"`, with escapes read.
    pub fn plain_text(&self, node: Node<'t>) -> Kind {
        let mut text = String::new();
        for child in children(node) {
            match child.kind() {
                "escape_sequence" => text.push_str(&escaped(self.slice(child))),
                "string_literal_content" => text.push_str(self.slice(child)),
                _ => {}
            }
        }
        whole(text)
    }

    /// `@"text"`, in which two quotes are one.
    pub fn verbatim_text(&self, node: Node<'t>) -> Kind {
        let slice = self.slice(node).trim_start_matches('@');
        let slice = slice.strip_prefix('"').unwrap_or(slice);
        whole(slice.strip_suffix('"').unwrap_or(slice).replace("\"\"", "\""))
    }

    /// `"""text"""`.
    pub fn raw_text(&self, node: Node<'t>) -> Kind {
        let content = children(node).into_iter().find(|child| child.kind() == "raw_string_content");
        whole(content.map(|content| self.slice(content)).unwrap_or_default().to_owned())
    }

    /// `$"text {value}"`, in which two braces are one.
    pub fn interpolated(&mut self, node: Node<'t>) -> Kind {
        let mut pieces = Vec::new();
        for child in children(node) {
            match child.kind() {
                "string_content" => {
                    let text = self.slice(child).replace("{{", "{").replace("}}", "}").replace("\"\"", "\"");
                    pieces.push(Piece::Literal(text.into()));
                }
                "escape_sequence" => pieces.push(Piece::Literal(escaped(self.slice(child)).into())),
                "interpolation" => {
                    let value = children(child).into_iter().find(|part| !part.kind().starts_with("interpolation_"));
                    pieces.extend(value.map(|value| Piece::Hole(self.expression(value))));
                }
                _ => {}
            }
        }
        Kind::Text(pieces)
    }
}

fn whole(text: String) -> Kind {
    Kind::Text(vec![Piece::Literal(text.into())])
}

/// `string.Format("{0}-orders", stage)` as a text with holes.
pub(crate) fn formatted(format: &Expression, values: &[Argument]) -> Option<Kind> {
    let Kind::Text(pieces) = &format.kind else { return None };
    let [Piece::Literal(text)] = pieces.as_slice() else { return None };
    let mut filled = Vec::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        let Some((hole, behind)) = after.split_once('}') else { break };
        filled.push(Piece::Literal(before.into()));
        let position = hole.split([',', ':']).next().and_then(|digits| digits.trim().parse::<usize>().ok());
        let value = position.and_then(|position| values.get(position)).map(|value| value.value.clone());
        filled.push(Piece::Hole(value.unwrap_or(Expression { kind: Kind::Literal, span: format.span })));
        rest = behind;
    }
    filled.push(Piece::Literal(rest.into()));
    Some(Kind::Text(filled))
}

/// What an escape stands for.
fn escaped(sequence: &str) -> String {
    let mut letters = sequence.strip_prefix('\\').unwrap_or(sequence).chars();
    let letter = match letters.next() {
        Some('n') => '\n',
        Some('t') => '\t',
        Some('r') => '\r',
        Some('0') => '\0',
        Some('u' | 'U' | 'x') => {
            let code = u32::from_str_radix(letters.as_str(), 16).ok().and_then(char::from_u32);
            code.unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        Some(other) => other,
        None => '\\',
    };
    letter.to_string()
}

/// `nameof(Foo.Bar)`: the last name.
pub(crate) fn name_of(value: &Expression) -> Option<Name> {
    match &value.kind {
        Kind::Name(name) | Kind::Member(_, name) => Some(name.clone()),
        Kind::Generic(inner, _) => name_of(inner),
        _ => None,
    }
}
