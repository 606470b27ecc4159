//! What Node.js itself offers: the environment, and modules whose names are computed.

use super::given::{at, unresolved};
use crate::{Argument, Library, Object, Outcome, Piece, Template, Term};

/// Node.js.
pub struct System;

impl Library for System {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let own = |term: &Term| matches!(term, Term::Text(Template(pieces)) if starts_in_app(pieces));
        let computed = symbol == "require" && at(arguments, 0).each().iter().any(own);
        computed.then(|| unresolved("the name of a module is computed"))
    }

    fn method(&self, _object: &Object, _name: &str, _arguments: &[Argument]) -> Option<Outcome> {
        None
    }

    fn environment(&self, symbol: &str) -> bool {
        matches!(
            symbol,
            "process.env"
                | "node:process.env"
                | "global.process.env"
                | "globalThis.process.env"
                | "Deno.env"
                | "Bun.env"
        )
    }
}

fn starts_in_app(pieces: &[Piece]) -> bool {
    match pieces {
        [Piece::Literal(start), _, ..] => start.starts_with("./") || start.starts_with("../"),
        _ => false,
    }
}
