//! The environment.

use super::names::{at, gives, object};
use crate::{Argument, Library, Object, Outcome, Piece, Template, Term};

/// `System.getenv`.
pub struct System;

impl Library for System {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        if symbol != "System.getenv" {
            return None;
        }
        Some(gives(match arguments {
            [] => Term::Object(object("java.environment")),
            [name, ..] => variable(&name.term),
        }))
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        let reads = object.class == "java.environment";
        reads.then(|| match name {
            "get" | "getOrDefault" => gives(variable(&at(arguments, 0))),
            _ => Outcome::default(),
        })
    }
}

fn variable(name: &Term) -> Term {
    match name.literal() {
        Some(name) => Term::Text(Template(vec![Piece::Environment(name.into())])),
        None => Term::Text(Template(vec![Piece::Hole])),
    }
}
