//! Structures in requests, which are built as requests are; and what is known of answers.

use super::names::{ends, service};
use crate::aws::{key_of, spelling};
use crate::libraries::given::{object, plain, value};
use crate::{Argument, Library, Object, Outcome, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// Structures (`rust.shape`) and answers (`rust.answer`).
pub struct Shapes;

const SHAPE: &str = "rust.shape";
const ANSWER: &str = "rust.answer";

impl Library for Shapes {
    fn call(&self, symbol: &str, _: &[Argument]) -> Option<Outcome> {
        let (_, rest) = service(symbol)?;
        let shape = rest.strip_prefix("types.").or_else(|| rest.strip_prefix("model."))?;
        let (class, method) = ends(shape);
        match method {
            "builder" => Some(value(plain(SHAPE))),
            "default" if class.ends_with("Builder") => Some(value(plain(SHAPE))),
            _ => Some(Outcome::default()),
        }
    }

    fn method(&self, of: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        match of.class.as_str() {
            SHAPE => Some(match (name, arguments) {
                ("build" | "clone", _) => value(Term::Object(of.clone())),
                (_, []) => value(fact(of, name)),
                _ => value(object(SHAPE, tell(&of.facts, name, arguments))),
            }),
            ANSWER => Some(value(fact(of, name))),
            _ => None,
        }
    }

    fn member(&self, of: &Object, name: &str) -> Option<Term> {
        (of.class == ANSWER).then(|| fact(of, name))
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let (_, rest) = service(symbol)?;
        let builder = rest.starts_with("types.builders.") && rest.ends_with("Builder");
        builder.then(|| Object { class: SHAPE.into(), facts: BTreeMap::new() })
    }
}

fn fact(of: &Object, name: &str) -> Term {
    let known = of.facts.iter().find(|(known, _)| spelling::same(known, name));
    known.map(|(_, term)| term.clone()).unwrap_or_default()
}

/// What is known after a method told a member: `table_name(x)`, `set_table_name(Some(x))`; `item(key, value)` adds an entry,
/// and a member that is told again is a list.
pub(super) fn tell(facts: &BTreeMap<SmolStr, Term>, name: &str, arguments: &[Argument]) -> BTreeMap<SmolStr, Term> {
    let mut facts = facts.clone();
    let member: SmolStr = name.strip_prefix("set_").unwrap_or(name).into();
    match arguments {
        [only] => {
            let told = told(&only.term);
            let known = facts.remove(&member).filter(|_| !name.starts_with("set_"));
            let all = match known {
                Some(Term::List(mut terms)) => {
                    terms.push(told);
                    Term::List(terms)
                }
                Some(Term::Unknown) | None => told,
                Some(first) if first == told => first,
                Some(first) => Term::List(vec![first, told]),
            };
            facts.insert(member, all);
        }
        [key, entry, ..] => {
            let key = match &key.term {
                Term::Text(text) => key_of(text),
                _ => "*".into(),
            };
            let mut entries = match facts.remove(&member) {
                Some(Term::Record(entries)) => entries,
                _ => BTreeMap::new(),
            };
            entries.insert(key, told(&entry.term));
            facts.insert(member, Term::Record(entries));
        }
        [] => {}
    }
    facts
}

/// A structure and those inside it, as records.
fn told(term: &Term) -> Term {
    match term {
        Term::Object(object) if object.class == SHAPE => {
            Term::Record(object.facts.iter().map(|(name, term)| (name.clone(), told(term))).collect())
        }
        Term::List(items) => Term::List(items.iter().map(told).collect()),
        Term::Record(members) => Term::Record(members.iter().map(|(name, term)| (name.clone(), told(term))).collect()),
        Term::Any(terms) => Term::any(terms.iter().map(told)),
        other => other.clone(),
    }
}

/// What is known of an answer, by any spelling of its members.
pub(super) fn answered(answer: &Term) -> Term {
    match answer {
        Term::Record(members) => {
            object(ANSWER, members.iter().map(|(name, term)| (name.clone(), answered(term))).collect())
        }
        other => other.clone(),
    }
}
