//! Portolan's own client, alike for Python and Node: verbs on what the spec has. Names are the spec's, and become those of
//! the variables that the compiler sets.

use crate::libraries::given::{at, variable};
use crate::{Argument, Library, Object, Outcome, Term, neutral};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// A method of the client, and the argument that it is about, where it has one.
type Method = (&'static str, Option<&'static str>);

/// Kinds and their verbs, and which argument says what a verb is on inside.
const KINDS: [(&str, &[Method]); 8] = [
    (
        "bucket",
        &[
            ("read", Some("key")),
            ("write", Some("key")),
            ("create", Some("key")),
            ("delete", Some("key")),
            ("list", None),
        ],
    ),
    ("queue", &[("send", None), ("receive", None)]),
    ("topic", &[("publish", None)]),
    ("table", &[("read", None), ("query", None), ("scan", None), ("write", None), ("delete", None)]),
    ("secret", &[("read", None)]),
    ("parameter", &[("read", None)]),
    ("bus", &[("publish", None)]),
    ("function", &[("invoke", None)]),
];

/// What is done with a message that was taken.
const SETTLED: [&str; 2] = ["ack", "release"];

/// The neutral client.
pub struct Portolan;

impl Library for Portolan {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let name = symbol.strip_prefix("portolan.")?;
        let Some(kind) = kind(name) else { return Some(Outcome::default()) };
        let named = arguments.iter().find(|argument| argument.name.as_deref() == Some("name"));
        let given = named.map_or_else(|| at(arguments, 0), |argument| argument.term.clone());
        let names = given.each().iter().map(|name| injected(name, kind));
        Some(value(object(kind, BTreeMap::from([("name".into(), Term::any(names))]))))
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        match object.class.strip_prefix("portolan.")? {
            "message" if SETTLED.contains(&name) => Some(performed("queue", name, object.facts.clone())),
            "message" => Some(Outcome::default()),
            kind => {
                let verbs = KINDS.iter().find(|(known, _)| *known == kind).map(|(_, verbs)| *verbs)?;
                match verbs.iter().find(|(verb, _)| *verb == name) {
                    Some((verb, inside)) => Some(done(object, kind, verb, *inside, arguments)),
                    None => Some(unknown(kind, name, verbs)),
                }
            }
        }
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let name = symbol.strip_prefix("portolan.")?;
        let class = name.to_ascii_lowercase();
        let known = class != name && (class == "message" || kind(&class).is_some());
        known.then(|| Object { class: format!("portolan.{class}").into(), facts: BTreeMap::new() })
    }
}

fn kind(name: &str) -> Option<&'static str> {
    KINDS.iter().map(|(kind, _)| *kind).find(|kind| *kind == name)
}

/// `uploads` of a bucket is `UPLOADS_BUCKET`.
fn injected(name: &Term, kind: &str) -> Term {
    match name.literal() {
        Some(name) => {
            let name = format!("{name}_{kind}").replace('-', "_").to_ascii_uppercase();
            variable(&Term::Text(crate::Template::from_literal(&name)))
        }
        None => Term::Unknown,
    }
}

fn done(object: &Object, kind: &str, verb: &str, inside: Option<&str>, arguments: &[Argument]) -> Outcome {
    let mut input = object.facts.clone();
    if let Some(inside) = inside {
        let named = arguments.iter().find(|argument| argument.name.as_deref() == Some(inside));
        input.insert(inside.into(), named.map_or_else(|| at(arguments, 0), |argument| argument.term.clone()));
    }
    match (kind, verb) {
        ("table", "write") => write(input, arguments),
        ("table", "query") => match option(arguments, "index") {
            Some(index) => {
                input.insert("index".into(), index);
                performed(kind, "query-index", input)
            }
            None => performed(kind, verb, input),
        },
        ("queue", "receive") => {
            let message = self::object("message", object.facts.clone());
            Outcome { value: Term::List(vec![message]), ..performed(kind, verb, input) }
        }
        _ => performed(kind, verb, input),
    }
}

/// A write asks for less where it says what must be there.
fn write(input: BTreeMap<SmolStr, Term>, arguments: &[Argument]) -> Outcome {
    let when = option(arguments, "when");
    let word = match (when.as_ref(), option(arguments, "unchanged")) {
        (None, Some(_)) => "write-present",
        (Some(when), None) => match when.literal() {
            Some("absent") => "write-absent",
            Some("present") => "write-present",
            _ => return any_write(input),
        },
        (None, None) => "write",
        (Some(_), Some(_)) => return any_write(input),
    };
    performed("table", word, input)
}

fn any_write(input: BTreeMap<SmolStr, Term>) -> Outcome {
    let all = ["write", "write-absent", "write-present"];
    let operations = all.iter().map(|word| neutral::perform("table", word, input.clone())).collect();
    Outcome { operations, ..Outcome::default() }
}

/// An option of a call: a named argument, or a member of the record behind the first.
fn option(arguments: &[Argument], name: &str) -> Option<Term> {
    let named = arguments.iter().find(|argument| argument.name.as_deref() == Some(name));
    named.map(|argument| argument.term.clone()).or_else(|| {
        let options = arguments.iter().filter(|argument| argument.name.is_none()).nth(1)?;
        let members = options.term.each().iter().filter_map(|term| match term {
            Term::Record(members) => members.get(name).cloned(),
            _ => None,
        });
        let members: Vec<Term> = members.collect();
        (!members.is_empty()).then(|| Term::any(members))
    })
}

fn unknown(kind: &str, name: &str, verbs: &[(&str, Option<&str>)]) -> Outcome {
    let verbs: Vec<String> = verbs.iter().map(|(verb, _)| format!("`{verb}`")).collect();
    let why = format!("a {kind} has no verb `{name}`: it has {}", verbs.join(", "));
    Outcome { unresolved: Some(why), ..Outcome::default() }
}

fn performed(kind: &str, verb: &str, input: BTreeMap<SmolStr, Term>) -> Outcome {
    Outcome { operations: vec![neutral::perform(kind, verb, input)], ..Outcome::default() }
}

fn object(kind: &str, facts: BTreeMap<SmolStr, Term>) -> Term {
    Term::Object(Object { class: format!("portolan.{kind}").into(), facts })
}

fn value(value: Term) -> Outcome {
    Outcome { value, ..Outcome::default() }
}
