//! Grants and their reasons.

use portolan_catalog::Verb;
use portolan_diagnostics::Span;
use portolan_model::{FunctionId, Pattern, Subject};
use portolan_value::Text;
use std::sync::Arc;

/// What every function may do: in the order of the functions, for each its triggers first, then its uses.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    pub(crate) grants: Vec<Grant>,
}

impl Grants {
    /// All grants.
    pub fn iter(&self) -> impl Iterator<Item = &Grant> {
        self.grants.iter()
    }

    /// The grants of one function.
    pub fn of(&self, function: FunctionId) -> impl Iterator<Item = &Grant> {
        let first = self.grants.partition_point(|grant| grant.function < function);
        self.grants[first..].iter().take_while(move |grant| grant.function == function)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.grants.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.grants.is_empty()
    }
}

/// One thing a function may do.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Who.
    pub function: FunctionId,
    /// What.
    pub right: Right,
    /// Why.
    pub reasons: Reasons,
    /// How much of it, and on whose word.
    pub basis: Basis,
}

/// On whose word something is granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Basis {
    /// The spec's: nobody looked at the code, or the code does not matter.
    #[default]
    Declared,
    /// The code's: only these permissions of the verb, sorted.
    Code(Vec<Exact>),
    /// The spec's, because the code was not understood in full.
    Assumed,
}

/// A permission that the code needs, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exact {
    /// The provider's permission.
    pub permission: String,
    /// Whether calls are about the whole resource.
    pub whole: bool,
    /// Which keys inside it calls are about: none, these, or, where it is an empty list, any.
    pub inside: Option<Vec<Pattern>>,
    /// The calls.
    pub calls: Vec<Reason>,
}

impl Grant {
    /// Why each of its permissions is there.
    #[must_use]
    pub fn because(&self) -> Because {
        let declared = self.reasons.shared();
        let Basis::Code(exact) = &self.basis else { return declared.into() };
        let with_calls = |one: &Exact| {
            let all = declared.iter().chain(one.calls.iter().filter(|call| !declared.contains(call)));
            (one.permission.clone(), all.cloned().collect())
        };
        Because { by_permission: exact.iter().map(with_calls).collect(), declared }
    }
}

/// Why the permissions of a grant are there.
#[derive(Clone, Debug, Default)]
pub struct Because {
    declared: Arc<[Reason]>,
    by_permission: Vec<(String, Arc<[Reason]>)>,
}

impl Because {
    /// Why one of them is.
    #[must_use]
    pub fn of(&self, permission: &str) -> Arc<[Reason]> {
        let known = self.by_permission.iter().find(|(known, _)| known == permission);
        known.map_or_else(|| Arc::clone(&self.declared), |(_, reasons)| Arc::clone(reasons))
    }
}

impl From<Arc<[Reason]>> for Because {
    fn from(declared: Arc<[Reason]>) -> Self {
        Self { declared, by_permission: Vec::new() }
    }
}

impl From<[Reason; 1]> for Because {
    fn from(reasons: [Reason; 1]) -> Self {
        Arc::<[Reason]>::from(reasons).into()
    }
}

/// What is granted.
#[derive(Clone, Debug)]
pub enum Right {
    /// A verb on a resource or function.
    Verb {
        /// The verb.
        verb: Verb,
        /// On what.
        subject: Subject,
        /// Only these objects; none means all.
        only: Vec<Pattern>,
    },
    /// Whatever the platform needs so that the trigger can start the function: an index into the function's triggers.
    Trigger(usize),
}

/// Why a grant exists; never empty.
#[derive(Clone, Debug)]
pub struct Reasons {
    /// The first.
    pub first: Reason,
    /// Further ones.
    pub more: Vec<Reason>,
}

impl Reasons {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Reason> {
        std::iter::once(&self.first).chain(&self.more)
    }

    /// All of them, for the many permissions that come of one grant to share.
    #[must_use]
    pub fn shared(&self) -> Arc<[Reason]> {
        self.iter().cloned().collect()
    }
}

/// A reason: a place in the spec and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The place.
    pub span: Span,
    /// In a few words: `uses shows: query`, `trigger queue publish`.
    pub text: Text,
}
