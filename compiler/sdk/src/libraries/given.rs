//! A call's arguments, and what libraries answer: shared by the languages whose SDKs are alike in this.

use crate::aws::{ASSUMED, Service, perform};
use crate::{Argument, Object, Operation, Outcome, Piece, Template, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// How deep inputs are searched for credentials.
const DEEP: usize = 4;

/// The argument at a position, from 0; unknown where there is none.
pub fn at(arguments: &[Argument], position: usize) -> Term {
    arguments.get(position).map(|argument| argument.term.clone()).unwrap_or_default()
}

/// A member of a record, or a fact of an object, or what any of several has. Neither case nor underscores matter.
pub fn member(term: &Term, name: &str) -> Term {
    let members = term.each().iter().filter_map(|term| match term {
        Term::Record(members) | Term::Object(Object { facts: members, .. }) => {
            members.iter().find(|(key, _)| crate::aws::spelling::same(key, name)).map(|(_, term)| term.clone())
        }
        _ => None,
    });
    Term::any(members)
}

/// A text that is known.
pub fn text(literal: &str) -> Term {
    Term::Text(Template::from_literal(literal))
}

/// The value of the environment variable of this name.
pub fn variable(name: &Term) -> Term {
    let piece = name.literal().map_or(Piece::Hole, |name| Piece::Environment(name.into()));
    Term::Text(Template(vec![piece]))
}

/// A text of which nothing is known.
pub fn some_text() -> Term {
    Term::Text(Template(vec![Piece::Hole]))
}

/// Texts put together; what is no text is a hole.
pub fn joined<'t>(terms: impl IntoIterator<Item = &'t Term>) -> Term {
    let mut pieces = Vec::new();
    for term in terms {
        push(&mut pieces, term);
    }
    Term::Text(Template(pieces))
}

/// Adds a term to a text.
pub fn push(pieces: &mut Vec<Piece>, term: &Term) {
    let Term::Text(template) = term else {
        if pieces.last() != Some(&Piece::Hole) {
            pieces.push(Piece::Hole);
        }
        return;
    };
    for piece in &template.0 {
        match (pieces.last_mut(), piece) {
            (Some(Piece::Literal(last)), Piece::Literal(more)) => *last = format!("{last}{more}").into(),
            (Some(Piece::Hole), Piece::Hole) => {}
            (_, piece) => pieces.push(piece.clone()),
        }
    }
}

/// A format filled with what follows it: `%s` and its like.
pub fn formatted(format: &Term, values: &[Argument]) -> Term {
    let Term::Text(template) = format else { return some_text() };
    let mut values = values.iter().map(|argument| &argument.term);
    let mut pieces = Vec::new();
    for piece in &template.0 {
        let Piece::Literal(literal) = piece else {
            pieces.push(piece.clone());
            continue;
        };
        let mut rest = literal.as_str();
        while let Some((before, after)) = rest.split_once('%') {
            push(&mut pieces, &text(before));
            rest = match after.strip_prefix(['%', 'n']) {
                Some(rest) => {
                    push(&mut pieces, &text(if after.starts_with('%') { "%" } else { "\n" }));
                    rest
                }
                None => {
                    push(&mut pieces, values.next().unwrap_or(&Term::Unknown));
                    let end = after.find(|letter: char| letter.is_ascii_alphabetic());
                    &after[end.map_or(after.len(), |end| end + 1)..]
                }
            };
        }
        push(&mut pieces, &text(rest));
    }
    pieces.retain(|piece| !matches!(piece, Piece::Literal(literal) if literal.is_empty()));
    Term::Text(Template(pieces))
}

/// A record of these.
pub fn record<const COUNT: usize>(members: [(&str, Term); COUNT]) -> Term {
    Term::Record(members.into_iter().map(|(name, term)| (name.into(), term)).collect())
}

/// An object of a library.
pub fn object(class: impl Into<SmolStr>, facts: BTreeMap<SmolStr, Term>) -> Term {
    Term::Object(Object { class: class.into(), facts })
}

/// An object of which only its class matters.
pub fn plain(class: impl Into<SmolStr>) -> Term {
    object(class, BTreeMap::new())
}

/// A call that only gives something.
pub fn value(value: Term) -> Outcome {
    Outcome { value, ..Outcome::default() }
}

/// A call that only performs something.
pub fn done(operations: Vec<Operation>) -> Outcome {
    Outcome { operations, ..Outcome::default() }
}

/// A call of which it is not known what it does.
pub fn unresolved(why: impl Into<String>) -> Outcome {
    Outcome { unresolved: Some(why.into()), ..Outcome::default() }
}

/// An operation of a service of AWS, by botocore's name of the service.
pub fn asked(service: &str, operation: &str, input: &Term) -> Vec<Operation> {
    Service::by_id(service).map(|service| perform(service, operation, input)).into_iter().collect()
}

/// Whether credentials of another role are among these: what is done with them needs nothing of one's own.
pub fn assumed(arguments: &[Argument]) -> bool {
    arguments.iter().any(|argument| holds_assumed(&argument.term, 0))
}

fn holds_assumed(term: &Term, depth: usize) -> bool {
    match term {
        Term::Object(object) if object.class == ASSUMED => true,
        Term::Record(members) | Term::Object(Object { facts: members, .. }) if depth < DEEP => {
            members.values().any(|member| holds_assumed(member, depth + 1))
        }
        Term::List(terms) | Term::Any(terms) if depth < DEEP => terms.iter().any(|term| holds_assumed(term, depth + 1)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_filled_in_order() {
        let values = [text("orders"), variable(&text("STAGE")), Term::Unknown];
        let values = values.map(|term| Argument { name: None, term });
        let Term::Text(filled) = formatted(&text("%s-%[2]s/%05d%%.json"), &values) else { panic!("no text") };
        let literal = |text: &str| Piece::Literal(text.into());
        assert_eq!(
            filled.0,
            [literal("orders-"), Piece::Environment("STAGE".into()), literal("/"), Piece::Hole, literal("%.json")]
        );
    }

    #[test]
    fn credentials_of_others_are_found_inside() {
        let inside = record([("Config", record([("Credentials", plain(ASSUMED))]))]);
        assert!(assumed(&[Argument { name: None, term: inside }]));
        assert!(!assumed(&[Argument { name: None, term: record([("Config", text("x"))]) }]));
    }
}
