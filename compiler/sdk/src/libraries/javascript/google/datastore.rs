//! Datastore's keys: `datastore.key(["Task", id])`, and entities that are saved as `{ key, data }`.

use crate::{Argument, Object, Outcome, Piece, Template, Term};
use std::collections::BTreeMap;

const STORE: &str = "google.datastore.Datastore";
const TRANSACTION: &str = "google.datastore.Transaction";
const KEY: &str = "google.datastore.Key";

/// A key, made of its path.
pub(super) fn method(object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
    if object.class != STORE || name != "key" {
        return None;
    }
    let given = arguments.first().map(|argument| argument.term.clone()).unwrap_or_default();
    let path = match &given {
        Term::Record(members) => members.get("path").cloned().unwrap_or_default(),
        other => other.clone(),
    };
    let mut facts = object.facts.clone();
    facts.extend(last_of(&path));
    Some(Outcome { value: Term::Object(Object { class: KEY.into(), facts }), ..Outcome::default() })
}

/// The kind and the id at the end of a path; one without an id is incomplete.
fn last_of(path: &Term) -> BTreeMap<smol_str::SmolStr, Term> {
    let parts: &[Term] = match path {
        Term::List(parts) => parts,
        one => std::slice::from_ref(one),
    };
    let has_id = parts.len().is_multiple_of(2);
    let kind = parts.len().checked_sub(if has_id { 2 } else { 1 }).and_then(|at| parts.get(at));
    let id = parts.last().filter(|_| has_id).map(|id| match id {
        Term::Text(_) => id.clone(),
        _ => Term::Text(Template(vec![Piece::Hole])),
    });
    let named = |name: &str, term: Option<Term>| Some((name.into(), term?));
    named("kind", kind.cloned()).into_iter().chain(named("id", id)).collect()
}

/// Arguments with the keys of entities in their place.
pub(super) fn by_key(object: &Object, arguments: &[Argument]) -> Vec<Argument> {
    if object.class != STORE && object.class != TRANSACTION {
        return arguments.to_vec();
    }
    let keys = |argument: &Argument| match key_of(&argument.term) {
        Some(key) => Argument { term: key, ..argument.clone() },
        None => argument.clone(),
    };
    arguments.iter().map(keys).collect()
}

/// The key of an entity, or any of several.
fn key_of(term: &Term) -> Option<Term> {
    match term {
        Term::Record(members) => members.get("key").cloned(),
        Term::List(terms) if !terms.is_empty() => {
            Some(Term::any(terms.iter().map(|term| key_of(term).unwrap_or_else(|| term.clone()))))
        }
        Term::Any(terms) => Some(Term::any(terms.iter().map(|term| key_of(term).unwrap_or_else(|| term.clone())))),
        _ => None,
    }
}
