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
