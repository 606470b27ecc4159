//! What the interpreter knows of a value when it meets an SDK.

use smol_str::SmolStr;
use std::collections::BTreeMap;

/// What is known of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Term {
    /// Nothing is known.
    #[default]
    Unknown,
    /// A text, as far as it is known.
    Text(Template),
    /// A record, a dictionary, an object of the program: what is known of its members.
    Record(BTreeMap<SmolStr, Term>),
    /// A list: its elements, in order as far as it is known.
    List(Vec<Term>),
    /// An object of an SDK.
    Object(Object),
    /// A name that lies outside the program, in the form of [`crate::Sdk`].
    Symbol(SmolStr),
    /// A function of the program.
    Function,
    /// One of several.
    Any(Vec<Term>),
}

impl Term {
    /// A member of a record; unknown where there is none.
    #[must_use]
    pub fn member(&self, name: &str) -> Term {
        match self {
            Term::Record(members) => members.get(name).cloned().unwrap_or_default(),
            Term::Any(terms) => Term::any(terms.iter().map(|term| term.member(name))),
            _ => Term::Unknown,
        }
    }

    /// One of several: flattened, without repetitions; the unknown stays among them.
    #[must_use]
    pub fn any(terms: impl IntoIterator<Item = Term>) -> Term {
        let mut all = Vec::new();
        for term in terms {
            let parts = match term {
                Term::Any(parts) => parts,
                one => vec![one],
            };
            for part in parts {
                if !all.contains(&part) {
                    all.push(part);
                }
            }
        }
        match all.len() {
            0 => Term::Unknown,
            1 => all.remove(0),
            _ => Term::Any(all),
        }
    }

    /// The terms it may be.
    #[must_use]
    pub fn each(&self) -> &[Term] {
        match self {
            Term::Any(terms) => terms,
            one => std::slice::from_ref(one),
        }
    }

    /// A text without holes.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        match self {
            Term::Text(template) => template.literal(),
            _ => None,
        }
    }
}

/// A text with holes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Template(pub Vec<Piece>);

impl Template {
    /// A text that is known in full.
    #[must_use]
    pub fn from_literal(text: &str) -> Self {
        Self(vec![Piece::Literal(text.into())])
    }

    /// The text, when it has no holes.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Piece {
    /// As it is.
    Literal(SmolStr),
    /// The value of an environment variable.
    Environment(SmolStr),
    /// Not known.
    Hole,
}

/// An object of an SDK: a client, a command, a paginator, a table object, a bucket.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Object {
    /// What it is, in the words of the library that made it: `boto3.client:s3`, `boto3.resource:dynamodb.Table`.
    pub class: SmolStr,
    /// What is known of it: the table's name, the command's input.
    pub facts: BTreeMap<SmolStr, Term>,
}
