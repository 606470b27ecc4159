//! What was found.

use portolan_program::Span;
use portolan_sdk::{Api, Operation};

/// What a handler's code performs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Every operation, by place.
    pub calls: Vec<Call>,
    /// Every place where the code could not be followed.
    pub unresolved: Vec<Unresolved>,
}

impl Evidence {
    /// Whether the operations are all there are. A handler without any call into an SDK is not complete: more likely
    /// something was not understood than that it does nothing.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.unresolved.is_empty() && !self.calls.is_empty()
    }
}

/// A call that performs an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What it performs.
    pub operation: Operation,
    /// Where.
    pub place: Place,
    /// The same in bytes of the file.
    pub span: Span,
    /// The expression, on one line and cut to 120 characters.
    pub expression: String,
    /// How the handler gets there: the calls from the handler to the function that the place is in.
    pub chain: Vec<Step>,
}

/// A call on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The function that is entered.
    pub function: String,
    /// Where it is called; for the handler, where it is declared.
    pub place: Place,
}

/// A place in the app.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, relative to the app's root.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// A place where the code could not be followed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unresolved {
    /// Where.
    pub place: Place,
    /// The same in bytes of the file.
    pub span: Span,
    /// Why, in a few words.
    pub why: String,
    /// The APIs that it may be of, where at least that is known.
    pub of: Vec<Api>,
}
