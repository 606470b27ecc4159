//! A call's arguments, and what libraries answer.

use crate::aws::{Service, perform};
use crate::{Argument, Object, Operation, Outcome, Template, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// The argument at a position, from 0; unknown where there is none.
pub fn at(arguments: &[Argument], position: usize) -> Term {
    arguments.get(position).map(|argument| argument.term.clone()).unwrap_or_default()
}

/// A member of a record, or a fact of an object, or what any of several has.
pub fn member(term: &Term, name: &str) -> Term {
    let members = term.each().iter().filter_map(|term| match term {
        Term::Record(members) | Term::Object(Object { facts: members, .. }) => members.get(name).cloned(),
        _ => None,
    });
    Term::any(members)
}

/// A text that is known.
pub fn text(literal: &str) -> Term {
    Term::Text(Template::from_literal(literal))
}

/// A record of these.
pub fn record<const COUNT: usize>(members: [(&str, Term); COUNT]) -> Term {
    Term::Record(members.into_iter().map(|(name, term)| (name.into(), term)).collect())
}

/// An object of a library.
pub fn object(class: impl Into<SmolStr>, facts: BTreeMap<SmolStr, Term>) -> Term {
    Term::Object(Object { class: class.into(), facts })
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

/// Operations of a service, all with one input.
pub fn asked(service: &str, operations: &[&str], input: &Term) -> Vec<Operation> {
    let Some(service) = Service::by_id(service) else { return Vec::new() };
    operations.iter().map(|operation| perform(service, operation, input)).collect()
}
