//! Arguments to facts.

use super::{Parameter, Way};
use crate::{Argument, Object, Piece, Template, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// What is known of a call: facts by name.
pub(super) type Facts = BTreeMap<SmolStr, Term>;

/// Binds arguments to parameters, on top of what is known of the object.
pub(super) fn bind(parameters: &[Parameter], arguments: &[Argument], mut facts: Facts) -> Facts {
    let plain = arguments.iter().filter(|argument| argument.name.is_none()).map(|argument| &argument.term);
    let mut plain = plain.filter(|term| **term != Term::Function);
    let own = facts.clone();
    let mut told: Vec<SmolStr> = Vec::new();
    for parameter in parameters {
        match (parameter.way, parameter.name) {
            (Way::Members, _) => {
                take_members(&mut facts, parameter.fact, arguments);
                continue;
            }
            (Way::Prefixed, "self") => {
                facts.extend(own.iter().map(|(name, term)| (format!("{}{name}", parameter.fact).into(), term.clone())));
                continue;
            }
            _ => {}
        }
        let named = arguments.iter().find(|argument| argument.name.as_deref() == Some(parameter.name));
        let given = named.map(|argument| &argument.term).or_else(|| plain.next());
        match (given, parameter.way) {
            (Some(term), Way::LongerByAll) => {
                lengthen(&mut facts, parameter.fact, term);
                plain.by_ref().for_each(|term| lengthen(&mut facts, parameter.fact, term));
            }
            // What nobody knows does not replace what an object before it has told.
            (Some(Term::Unknown), Way::Plain) if told.iter().any(|name| name == parameter.fact) => {}
            (Some(term), Way::Plain) => {
                facts.insert(parameter.fact.into(), own_fact(term, parameter.fact));
                told.extend(take_others(&mut facts, term));
            }
            (Some(term), Way::Prefixed) => prefixed(&mut facts, parameter.fact, term),
            (Some(term), Way::Longer) => lengthen(&mut facts, parameter.fact, term),
            (Some(term), Way::Address) => address(&mut facts, parameter.fact, term),
            (None, Way::Longer) => lengthen(&mut facts, parameter.fact, &Term::Unknown),
            (None, _) | (_, Way::Members) => {}
        }
    }
    take_named(parameters, arguments, &mut facts);
    facts
}

/// Members of records of options, `destination=object,conditions.ifNoneMatch=absent`.
fn take_members(facts: &mut Facts, members: &str, arguments: &[Argument]) {
    for member in members.split(',') {
        let (name, fact) = member.split_once('=').unwrap_or((member, member));
        let known: Vec<Term> = arguments.iter().flat_map(|argument| member_of(&argument.term, name)).collect();
        if !known.is_empty() {
            let given = Term::any(known);
            facts.insert(fact.into(), own_fact(&given, fact));
            take_others(facts, &given);
        }
    }
}

/// What a member of a record may be, `conditions.ifNoneMatch` of records in records.
fn member_of(term: &Term, path: &str) -> Vec<Term> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let given = term.each().iter().filter_map(|term| match term {
        Term::Record(members) => members.get(name),
        _ => None,
    });
    given.flat_map(|given| rest.map_or_else(|| vec![given.clone()], |rest| member_of(given, rest))).collect()
}

/// Arguments by names that no parameter has.
fn take_named(parameters: &[Parameter], arguments: &[Argument], facts: &mut Facts) {
    for argument in arguments {
        let Some(name) = &argument.name else { continue };
        if !parameters.iter().any(|parameter| parameter.name == name) {
            facts.entry(name.clone()).or_insert_with(|| argument.term.clone());
        }
    }
}

/// An object's own fact of this name; anything else as it is.
fn own_fact(term: &Term, fact: &str) -> Term {
    match term {
        Term::Object(object) => object.facts.get(fact).cloned().unwrap_or_default(),
        Term::Any(terms) => Term::any(terms.iter().map(|term| own_fact(term, fact))),
        other => other.clone(),
    }
}

/// What else an object knows, where it is not known yet; gives the names of what it told.
fn take_others(facts: &mut Facts, term: &Term) -> Vec<SmolStr> {
    let Term::Object(object) = term else { return Vec::new() };
    let new: Vec<SmolStr> = object.facts.keys().filter(|name| !facts.contains_key(*name)).cloned().collect();
    facts.extend(new.iter().map(|name| (name.clone(), object.facts[name].clone())));
    new
}

fn prefixed(facts: &mut Facts, prefix: &str, term: &Term) {
    match term {
        Term::Object(Object { facts: own, .. }) => {
            facts.extend(own.iter().map(|(name, term)| (format!("{prefix}{name}").into(), term.clone())));
        }
        Term::Any(terms) => {
            if let Some(object) = terms.iter().find(|term| matches!(term, Term::Object(_))) {
                prefixed(facts, prefix, object);
            }
        }
        _ => {}
    }
}

/// Adds to a path, behind a slash. What is not known is a hole.
fn lengthen(facts: &mut Facts, fact: &str, term: &Term) {
    let mut path = match facts.remove(fact) {
        Some(Term::Text(Template(pieces))) => pieces,
        Some(_) => vec![Piece::Hole],
        None => Vec::new(),
    };
    if !path.is_empty() {
        push(&mut path, Piece::Literal("/".into()));
    }
    match own_fact(term, fact) {
        Term::Text(Template(pieces)) => pieces.into_iter().for_each(|piece| push(&mut path, piece)),
        _ => push(&mut path, Piece::Hole),
    }
    facts.insert(fact.into(), Term::Text(Template(path)));
}

/// Adds a piece, joining literals.
pub(super) fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match (pieces.last_mut(), piece) {
        (Some(Piece::Literal(last)), Piece::Literal(text)) => *last = format!("{last}{text}").into(),
        (_, piece) => pieces.push(piece),
    }
}

/// `gs://bucket/object`, an object that has both, or, where the fact has a name, a text that is the fact.
fn address(facts: &mut Facts, fact: &'static str, term: &Term) {
    match term {
        Term::Object(object) => facts.extend(object.facts.clone()),
        Term::Text(template) => match parts_of_address(template) {
            parts if parts.is_empty() && !fact.is_empty() => {
                facts.insert(fact.into(), term.clone());
            }
            parts => facts.extend(parts),
        },
        _ => {}
    }
}

/// The bucket and the object of a `gs://bucket/object`.
pub(crate) fn parts_of_address(template: &Template) -> Vec<(SmolStr, Term)> {
    let Some(Piece::Literal(first)) = template.0.first() else { return Vec::new() };
    let Some(rest) = first.strip_prefix("gs://") else { return Vec::new() };
    let mut bucket = Vec::new();
    let mut object = Vec::new();
    let mut behind = false;
    for piece in std::iter::once(Piece::Literal(rest.into())).chain(template.0.iter().skip(1).cloned()) {
        match piece {
            Piece::Literal(text) if !behind => {
                let (before, after) = text.split_once('/').map_or((text.as_str(), None), |(a, b)| (a, Some(b)));
                bucket.extend((!before.is_empty()).then(|| Piece::Literal(before.into())));
                if let Some(after) = after {
                    behind = true;
                    object.extend((!after.is_empty()).then(|| Piece::Literal(after.into())));
                }
            }
            piece if behind => object.push(piece),
            piece => bucket.push(piece),
        }
    }
    let text = |pieces| Term::Text(Template(pieces));
    let mut parts = vec![("bucket".into(), text(bucket))];
    parts.extend((!object.is_empty()).then(|| ("object".into(), text(object))));
    parts
}
