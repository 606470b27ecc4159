//! A call's arguments, by name or position.

use crate::{Argument, Term};

/// What a call is given.
#[derive(Clone, Copy)]
pub struct Given<'a>(pub &'a [Argument]);

impl Given<'_> {
    /// The argument of this name, else the one at this position; unknown where there is neither.
    pub fn take(self, position: usize, name: &str) -> Term {
        self.named(name).or_else(|| self.at(position)).unwrap_or_default()
    }

    /// The argument of this name.
    pub fn named(self, name: &str) -> Option<Term> {
        self.0.iter().find(|argument| argument.name.as_deref() == Some(name)).map(|argument| argument.term.clone())
    }

    /// The argument without a name at this position, from 0.
    pub fn at(self, position: usize) -> Option<Term> {
        self.0.iter().filter(|argument| argument.name.is_none()).nth(position).map(|argument| argument.term.clone())
    }

    /// All named arguments.
    pub fn record(self) -> Term {
        let named = self.0.iter().filter_map(|argument| Some((argument.name.clone()?, argument.term.clone())));
        Term::Record(named.collect())
    }
}
