//! Sets of texts: some patterns, without others.

use crate::Pattern;
use std::fmt;

/// The texts that some pattern of `only` matches and none of `except`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Set {
    /// What is in it.
    pub only: Vec<Pattern>,
    /// What is not, though `only` matches it.
    pub except: Vec<Pattern>,
}

impl Set {
    /// What these patterns match.
    #[must_use]
    pub fn of(only: Vec<Pattern>) -> Self {
        Self { only, except: Vec::new() }
    }

    /// One pattern's.
    #[must_use]
    pub fn one(pattern: Pattern) -> Self {
        Self::of(vec![pattern])
    }

    /// Everything but what these patterns match.
    #[must_use]
    pub fn but(except: Vec<Pattern>) -> Self {
        Self { only: vec![Pattern::any()], except }
    }

    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Self::one(Pattern::any())
    }

    /// Whether a text is in it; of a pattern, the most general of its texts.
    #[must_use]
    pub fn holds(&self, text: &Pattern) -> bool {
        self.only.iter().any(|pattern| pattern.covers(text)) && !self.except.iter().any(|pattern| pattern.covers(text))
    }

    /// Whether some text of a pattern may be in it.
    #[must_use]
    pub fn touches(&self, text: &Pattern) -> bool {
        let open = |pattern: &Pattern| {
            let both = pattern.intersection(text);
            both.iter().any(|common| !self.except.iter().any(|except| except.covers(common)))
        };
        self.only.iter().any(open)
    }

    /// The patterns of which not everything is left out.
    pub fn open(&self) -> impl Iterator<Item = &Pattern> {
        self.only.iter().filter(|pattern| !self.except.iter().any(|except| except.covers(pattern)))
    }

    /// The same with all letters in lower case.
    #[must_use]
    pub fn lower(&self) -> Self {
        let lower = |patterns: &[Pattern]| patterns.iter().map(Pattern::lower).collect();
        Self { only: lower(&self.only), except: lower(&self.except) }
    }

    /// All patterns it is made of.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.only.iter().chain(&self.except)
    }

    /// Whether it is a list of single texts.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        self.except.is_empty() && self.only.iter().all(Pattern::is_literal)
    }
}

impl fmt::Display for Set {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |patterns: &[Pattern]| patterns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        match self.except.is_empty() {
            true => out.write_str(&joined(&self.only)),
            false => write!(out, "{} but {}", joined(&self.only), joined(&self.except)),
        }
    }
}
