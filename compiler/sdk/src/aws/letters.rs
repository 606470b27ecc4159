//! A text with holes as one string, in which each hole is a character that no text holds, so that it can be cut by ordinary
//! means and put together again.

use crate::{Piece, Template};

/// The first character of a private plane: the hole of the first piece.
const FIRST: u32 = 0x10_0000;

/// The string of a template.
pub fn written(template: &Template) -> String {
    let mut text = String::new();
    for (number, piece) in template.0.iter().enumerate() {
        match piece {
            Piece::Literal(literal) => text.push_str(literal),
            Piece::Environment(_) | Piece::Hole => text.extend(char::from_u32(FIRST + number as u32)),
        }
    }
    text
}

/// The template of a part of its string; none where that is empty.
pub fn read(text: &str, template: &Template) -> Option<Template> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut literal = String::new();
    for letter in text.chars() {
        match (letter as u32).checked_sub(FIRST).and_then(|number| template.0.get(number as usize)) {
            Some(piece) => {
                flush(&mut literal, &mut pieces);
                pieces.push(piece.clone());
            }
            None => literal.push(letter),
        }
    }
    flush(&mut literal, &mut pieces);
    (!pieces.is_empty()).then_some(Template(pieces))
}

fn flush(literal: &mut String, pieces: &mut Vec<Piece>) {
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal.as_str().into()));
        literal.clear();
    }
}
