//! Kinds: what a spec may say about a resource, whatever the target.

use crate::{Column, Parent};
use portolan_value::{Format, Parts, Text};
use std::sync::Arc;

/// All kinds, and the closed list of address parts.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    pub(crate) kinds: Vec<Arc<Kind>>,
    pub(crate) parents: Vec<Parent>,
    pub(crate) parts: Parts,
}

impl Catalog {
    /// The kind of this name.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<&Arc<Kind>> {
        self.kinds.iter().find(|kind| kind.name == name)
    }

    /// All kinds, sorted by name.
    pub fn kinds(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.kinds.iter()
    }

    /// The parent of this name on a format.
    #[must_use]
    pub fn parent(&self, format: Format, name: &str) -> Option<&Parent> {
        self.parents.iter().find(|parent| parent.format == format && parent.name == name)
    }

    /// The parents of a format, sorted by name.
    pub fn parents(&self, format: Format) -> impl Iterator<Item = &Parent> {
        self.parents.iter().filter(move |parent| parent.format == format)
    }

    /// The closed list of address parts: those of every lowering and every kind.
    #[must_use]
    pub fn parts(&self) -> &Parts {
        &self.parts
    }
}

/// A kind of resource.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Its name.
    pub name: String,
    /// One sentence on what it is.
    pub about: String,
    /// Its options, in the order of `kind.yaml`.
    pub options: Vec<OptionRule>,
    /// Its verbs, in the order of `kind.yaml`.
    pub verbs: Vec<VerbRule>,
    /// What `${resources.R.attr}` may name.
    pub exports: Vec<Text>,
    /// Whether a spec may declare resources of it; `function` is a kind only so that it has verbs and exports.
    pub declarable: bool,
    /// Its columns, in the order of [`Format::ALL`].
    pub(crate) columns: [Column; 4],
}

impl Kind {
    /// The verb of this name.
    #[must_use]
    pub fn verb(&self, name: &str) -> Option<Verb> {
        self.verbs.iter().map(|rule| &rule.verb).find(|verb| verb.name() == name).cloned()
    }

    /// The option of this name.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&OptionRule> {
        self.options.iter().find(|rule| rule.name == name)
    }

    /// What the kind is on a format.
    #[must_use]
    pub fn column(&self, format: Format) -> &Column {
        &self.columns[format as usize]
    }
}

/// What may be done with a resource, in neutral words. Only a kind hands one out, so a queue has no `query`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Verb(pub(crate) Arc<str>);

impl Verb {
    /// The word.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// A verb of a kind.
#[derive(Clone, Debug)]
pub struct VerbRule {
    /// The verb.
    pub verb: Verb,
    /// One sentence on what it allows.
    pub about: String,
    /// Whether it may be limited to object prefixes.
    pub prefixes: bool,
}

/// An option of a kind.
#[derive(Clone, Debug)]
pub struct OptionRule {
    /// The key.
    pub name: Text,
    /// What it takes.
    pub r#type: OptionType,
    /// The value when nothing is written, as it would be written.
    pub default: Option<portolan_syntax::Node>,
    /// Whether something must be written.
    pub required: bool,
    /// One sentence on what it does.
    pub about: String,
}

/// What an option takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionType {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Number,
    /// A literal text.
    Text,
    /// `30 s`, `5 min`, `6 hours`, `14 d`; a bare number is seconds.
    Duration,
    /// `256 MB`, `2 GB`; a bare number is megabytes.
    Size,
    /// One of these words.
    Choice(Vec<String>),
    /// The name of a resource of this kind.
    Resource(String),
    /// Items of one type; a single item may stand alone.
    List(Box<OptionType>),
    /// A map from the user's names to one type.
    Map(Box<OptionType>),
    /// A map of fixed keys; a value that is not a map is the key named by `short`.
    Record {
        /// The keys.
        fields: Vec<OptionRule>,
        /// The key a bare value stands for.
        short: Option<String>,
    },
    /// `public`, `iam` or `{ jwt: … }`.
    Auth,
    /// `true` or `{ origins, methods, headers, credentials, max-age }`.
    Cors,
}

impl PartialEq for OptionRule {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.r#type == other.r#type
    }
}

impl Eq for OptionRule {}
