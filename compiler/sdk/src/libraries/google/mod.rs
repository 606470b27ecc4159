//! What Google's libraries have in common in all languages: clients that are generated, and clients that are made from the API's
//! description.

pub mod generated; // start reading here
pub mod discovery;

use crate::{Argument, Piece, Template, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// The record of named arguments.
pub fn record(arguments: &[Argument]) -> BTreeMap<SmolStr, Term> {
    let named = arguments.iter().filter_map(|argument| Some((argument.name.clone()?, argument.term.clone())));
    named.collect()
}

/// `gs://bucket/object` anywhere in a term: the argument it stands in, and the parts.
fn addresses(name: &str, term: &Term, found: &mut Vec<(String, Template)>) {
    match term {
        Term::Text(template) => {
            let first = template.0.first();
            if matches!(first, Some(Piece::Literal(text)) if text.starts_with("gs://")) {
                found.push((name.to_owned(), template.clone()));
            }
        }
        Term::Record(members) => members.iter().for_each(|(name, term)| addresses(name, term, found)),
        Term::List(terms) | Term::Any(terms) => terms.iter().for_each(|term| addresses(name, term, found)),
        _ => {}
    }
}

/// The path of a trigger, `users/{id}`: a hole where it has a wildcard, and no slash before it.
pub fn wild(term: &Term) -> Term {
    let Term::Text(Template(pieces)) = term else { return term.clone() };
    let mut all = Vec::new();
    for (position, piece) in pieces.iter().enumerate() {
        let Piece::Literal(text) = piece else {
            all.push(piece.clone());
            continue;
        };
        let mut rest = if position == 0 { text.trim_start_matches('/') } else { text };
        while let Some((before, (_, after))) = rest.split_once('{').and_then(|(a, b)| Some((a, b.split_once('}')?))) {
            all.extend((!before.is_empty()).then(|| Piece::Literal(before.into())));
            all.push(Piece::Hole);
            rest = after;
        }
        all.extend((!rest.is_empty()).then(|| Piece::Literal(rest.into())));
    }
    Term::Text(Template(all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_are_holes() {
        let Term::Text(Template(pieces)) = wild(&Term::Text(Template::from_literal("/users/{id}/x"))) else {
            panic!("no text")
        };
        assert_eq!(pieces, [Piece::Literal("users/".into()), Piece::Hole, Piece::Literal("/x".into())]);
    }
}
