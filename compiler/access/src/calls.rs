//! What was seen in the functions' code.

use portolan_diagnostics::Span;
use portolan_model::{FunctionId, Pattern};
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
    /// Whether the code asks where it runs before it does.
    pub chooses: bool,
    /// Where it could not be followed.
    pub gaps: Vec<Gap>,
}

impl Seen {
    /// Whether the calls that need one of these permissions are all there are. Code without any call into an SDK is not
    /// complete: more likely it was not understood.
    #[must_use]
    pub fn is_complete_for<'p>(&self, permissions: impl Iterator<Item = &'p str> + Clone) -> bool {
        !self.needs.is_empty() && !self.gaps.iter().any(|gap| gap.concerns(permissions.clone()))
    }
}

/// A place where the code could not be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Where, and why.
    pub site: Site,
    /// How all permissions begin that it may need; none where it may need anything.
    pub begins: Vec<String>,
}

impl Gap {
    /// Whether one of these permissions may be needed there.
    pub fn concerns<'p>(&self, mut permissions: impl Iterator<Item = &'p str>) -> bool {
        let may = |permission: &str| self.begins.iter().any(|begins| permission.starts_with(begins.as_str()));
        self.begins.is_empty() || permissions.any(may)
    }
}

/// What one call needs.
#[derive(Clone, Debug)]
pub struct Need {
    /// The provider's permission.
    pub permission: String,
    /// How the code names what it is on.
    pub on: Named,
    /// Whether it is about that, or about something inside it.
    pub part: Part,
    /// The same as it would be granted by hand.
    pub by_hand: ByHand,
    /// The call.
    pub site: Site,
}

/// A permission in the words of `allow`, as narrow as the code says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ByHand {
    /// The action.
    pub action: String,
    /// What it is on.
    pub resource: String,
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

/// What of a resource a call is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The whole: a table, a bucket, a queue.
    Whole,
    /// What has this key, or one that begins so, inside it; nothing is known of it where any key begins so.
    Inside(Pattern),
}

/// A place in the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Where.
    pub span: Span,
    /// The call, or what is wrong with it, in a few words: `table.put_item(Item=item)`, by `handle → save`.
    pub text: String,
}
