//! What Ruby itself brings: the environment, and texts put together.

use crate::{Argument, Library, Object, Outcome, Piece, Template, Term};

/// `ENV`, `File.join`, `format`.
pub struct System;

impl Library for System {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let terms = || arguments.iter().filter(|argument| argument.name.is_none()).map(|argument| &argument.term);
        let value = match symbol {
            "File.join" => joined(terms(), "/"),
            "File.basename"
            | "CGI.unescape"
            | "URI.decode_www_form_component"
            | "Shellwords.escape"
            | "Rack.Utils.unescape" => terms().next()?.clone(),
            "format" | "sprintf" | "Kernel.format" | "Kernel.sprintf" => formatted(terms())?,
            _ => return None,
        };
        Some(Outcome { value, ..Outcome::default() })
    }

    fn method(&self, _: &Object, _: &str, _: &[Argument]) -> Option<Outcome> {
        None
    }

    fn environment(&self, symbol: &str) -> bool {
        symbol == "ENV"
    }
}

/// Texts with something between them.
fn joined<'a>(terms: impl Iterator<Item = &'a Term>, between: &str) -> Term {
    let mut pieces = Vec::new();
    for (number, term) in terms.enumerate() {
        if number > 0 {
            pieces.push(Piece::Literal(between.into()));
        }
        push(&mut pieces, term);
    }
    Term::Text(Template(merged(pieces)))
}

/// `format("%s/%<key>s.json", …)`; none where the format is not known.
fn formatted<'a>(mut terms: impl Iterator<Item = &'a Term>) -> Option<Term> {
    let format = terms.next()?.literal()?;
    let mut pieces = Vec::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        pieces.push(Piece::Literal(before.into()));
        if let Some(behind) = after.strip_prefix('%') {
            pieces.push(Piece::Literal("%".into()));
            rest = behind;
            continue;
        }
        match after.strip_prefix(['<', '{']).and_then(|named| named.split_once(['>', '}'])) {
            Some((_, behind)) => {
                pieces.push(Piece::Hole);
                rest = if after.starts_with('<') { conversion(behind) } else { behind };
            }
            None => {
                push(&mut pieces, terms.next().unwrap_or(&Term::Unknown));
                rest = conversion(after);
            }
        }
    }
    pieces.push(Piece::Literal(rest.into()));
    Some(Term::Text(Template(merged(pieces))))
}

/// What follows a conversion: `-5s` ends with its letter.
fn conversion(text: &str) -> &str {
    let end = text.find(|letter: char| letter.is_ascii_alphabetic()).map_or(text.len(), |at| at + 1);
    &text[end..]
}

fn push(pieces: &mut Vec<Piece>, term: &Term) {
    match term {
        Term::Text(template) => pieces.extend(template.0.iter().cloned()),
        _ => pieces.push(Piece::Hole),
    }
}

/// Neighbouring literals and holes as one.
fn merged(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut all: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (all.last_mut(), piece) {
            (_, Piece::Literal(text)) if text.is_empty() => {}
            (Some(Piece::Literal(before)), Piece::Literal(text)) => *before = format!("{before}{text}").into(),
            (Some(Piece::Hole), Piece::Hole) => {}
            (_, piece) => all.push(piece),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(literal: &str) -> Argument {
        Argument { name: None, term: Term::Text(Template::from_literal(literal)) }
    }

    fn called(symbol: &str, arguments: &[Argument]) -> Term {
        System.call(symbol, arguments).unwrap().value
    }

    #[test]
    fn texts_are_put_together() {
        assert_eq!(called("File.join", &[text("a"), text("b")]).literal(), Some("a/b"));
        assert_eq!(called("format", &[text("%s-%05d%%"), text("a"), text("7")]).literal(), Some("a-7%"));
        let holes = Template(vec![Piece::Literal("x/".into()), Piece::Hole, Piece::Literal(".json".into())]);
        assert_eq!(called("format", &[text("x/%<key>s.json")]), Term::Text(holes.clone()));
        assert_eq!(called("sprintf", &[text("x/%{key}.json")]), Term::Text(holes));
        assert_eq!(System.call("format", &[]), None);
    }
}
