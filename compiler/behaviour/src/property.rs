//! The nouns: what is known of a property.

use serde_json::Value;
use std::fmt;

/// What a change of a property does. What a reviewer has to worry about more is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The resource stays and takes the new value.
    InPlace,
    /// No source knows the property.
    Unknown,
    /// The resource is replaced under conditions that no table knows: of the value, of other properties, of its state.
    Conditional,
    /// The resource is replaced.
    Replace,
    /// The provider refuses the change, and replaces nothing: somebody has to delete the resource or take another name.
    Impossible,
}

impl Verdict {
    /// All of them, from the least to the greatest worry.
    pub const ALL: [Self; 5] = [Self::InPlace, Self::Unknown, Self::Conditional, Self::Replace, Self::Impossible];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::InPlace => "in-place",
            Self::Unknown => "unknown",
            Self::Conditional => "conditional",
            Self::Replace => "replace",
            Self::Impossible => "impossible",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// The order in which a type's resources are replaced, where its provider says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// The old one goes before the new one comes: nothing serves in between.
    DeleteFirst,
    /// The new one comes before the old one goes: a fixed name collides.
    CreateFirst,
}

/// Where facts are from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Source {
    /// The word for it in a verdict: `schema`, `docs`.
    pub word: &'static str,
    /// The package or the project.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The day of the facts.
    pub date: &'static str,
    /// The licence of the source; of it only facts are here.
    pub licence: &'static str,
}

/// What one source says of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// Which.
    pub source: &'static Source,
    /// What a change does, as far as it knows.
    pub verdict: Verdict,
}

/// What order and identity mean in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListKind {
    /// The place of an element means something, or nobody says that it does not.
    Ordered,
    /// The place of an element means nothing.
    Set,
    /// Elements are told apart by one of their properties, and their place means nothing.
    KeyedBy(&'static str),
}

/// What is known of a property.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// What a change does: the greatest of what the sources say, unless a row with a citation says otherwise. What lies
    /// below a property is never less than it.
    pub on_change: Verdict,
    /// What each source says, those that know the property, in the table's order.
    pub said: Vec<Said>,
    /// The citation of the hand-written row that decides something of this property.
    pub citation: Option<&'static str>,
    /// Only the service sets it.
    pub read_only: bool,
    /// The service never gives it back.
    pub write_only: bool,
    /// Its value is a secret.
    pub sensitive: bool,
    /// Of a list: what order and identity mean.
    pub list: Option<ListKind>,
    /// What holds when it is absent.
    pub default: Option<Value>,
    /// When it is absent, the service chooses a value: absent and present may be the same.
    pub assigned_by_service: bool,
    /// The service writes the value in another way and takes both for the same.
    pub rewritten_by_service: bool,
}

impl Property {
    /// Whether the sources say different things of a change.
    #[must_use]
    pub fn disagree(&self) -> bool {
        self.said.windows(2).any(|two| two[0].verdict != two[1].verdict)
    }
}

/// A step from a property to what is below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step<'a> {
    /// A property of an object, a key of a map.
    Name(&'a str),
    /// Any element of a list.
    Element,
}

/// Reads a path as rows and tests write it: `Tags/*/Key`.
#[must_use]
pub fn steps(path: &str) -> Vec<Step<'_>> {
    let step = |word| if word == "*" { Step::Element } else { Step::Name(word) };
    path.split('/').filter(|word| !word.is_empty()).map(step).collect()
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Name(name) => name,
            Self::Element => "*",
        })
    }
}
