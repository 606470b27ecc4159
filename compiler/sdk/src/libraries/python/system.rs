//! The environment, as Python and its small libraries read it.

use super::given::Given;
use crate::{Argument, Library, Object, Outcome, Piece, Template, Term};
use std::collections::BTreeMap;

/// `os.environ`, `os.getenv`, `decouple.config`, `environs.Env`.
pub struct System;

const READER: &str = "environment.reader";

impl Library for System {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        match symbol {
            "os.getenv" | "os.environ.get" | "decouple.config" => {
                Some(value(variable(&Given(arguments).take(0, "key"))))
            }
            "environs.Env" | "environ.Env" => {
                Some(value(Term::Object(Object { class: READER.into(), facts: BTreeMap::new() })))
            }
            _ => None,
        }
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        let reads = matches!(name, "()" | "str" | "get" | "int" | "bool" | "list" | "__call__");
        (object.class == READER && reads).then(|| value(variable(&Given(arguments).take(0, "name"))))
    }

    fn environment(&self, symbol: &str) -> bool {
        matches!(symbol, "os.environ" | "os.environb")
    }
}

fn value(value: Term) -> Outcome {
    Outcome { value, ..Outcome::default() }
}

fn variable(name: &Term) -> Term {
    let piece = name.literal().map_or(Piece::Hole, |name| Piece::Environment(name.into()));
    Term::Text(Template(vec![piece]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_read_by_name() {
        let name = Argument { name: None, term: Term::Text(Template::from_literal("TABLE")) };
        for symbol in ["os.getenv", "decouple.config"] {
            let outcome = System.call(symbol, std::slice::from_ref(&name)).unwrap();
            assert_eq!(outcome.value, Term::Text(Template(vec![Piece::Environment("TABLE".into())])));
        }
        assert!(System.environment("os.environ") && !System.environment("os.path"));
        assert_eq!(System.call("os.getcwd", &[]), None);
    }
}
