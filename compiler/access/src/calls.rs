//! What was seen in the functions' code.

use portolan_diagnostics::Span;
use portolan_model::FunctionId;
use std::collections::BTreeMap;

/// What was seen in the code of the functions that somebody looked at.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    seen: BTreeMap<FunctionId, Seen>,
}

impl Calls {
    /// Adds what was seen in a function's code.
    pub fn add(&mut self, function: FunctionId, seen: Seen) {
        self.seen.insert(function, seen);
    }

    /// What was seen in a function's code; none where nobody looked.
    #[must_use]
    pub fn of(&self, function: FunctionId) -> Option<&Seen> {
        self.seen.get(&function)
    }
}

/// What was seen in one function's code.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// What its calls need on the cloud that is compiled for.
    pub needs: Vec<Need>,
    /// Where it calls other clouds: what it calls.
    pub elsewhere: Vec<Site>,
    /// Where it could not be followed: why.
    pub gaps: Vec<Site>,
}

impl Seen {
    /// Whether the calls are all there are. Code without any call into an SDK is not complete: more likely it was not
    /// understood.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.gaps.is_empty() && !self.needs.is_empty()
    }
}

/// What one call needs.
#[derive(Clone, Debug)]
pub struct Need {
    /// The provider's permission.
    pub permission: String,
    /// How the code names what it is on.
    pub on: Named,
    /// The call.
    pub site: Site,
}

/// How code names a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// By the value of an environment variable.
    Variable(String),
    /// By a text: a name, an ARN, a URL.
    Literal(String),
    /// In a way that is not known.
    Unknown,
}

/// A place in the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Where.
    pub span: Span,
    /// The call, or what is wrong with it, in a few words: `table.put_item(Item=item)`, by `handle → save`.
    pub text: String,
}
