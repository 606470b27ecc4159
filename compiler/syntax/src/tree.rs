//! The spanned tree: YAML after aliases and merge keys, before any meaning.

use portolan_diagnostics::{Span, Spanned};

/// A node and its place. A node that came through an alias has the span of its anchor's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub tree: Tree,
    /// Its place: for maps and lists from the first to the last child, or from bracket to bracket.
    pub span: Span,
    /// A tag such as `!ref`, without the mark; tags of YAML's own schema are dropped.
    pub tag: Option<Box<Spanned<portolan_value::Text>>>,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tree {
    /// Nothing was written, or `~` or `null`, unquoted.
    Null,
    /// Text, as written: `on`, `no` and `012` are these letters.
    Scalar(Scalar),
    /// Items in order.
    List(Vec<Node>),
    /// Entries in order, keys distinct.
    Map(Vec<Entry>),
}

/// A scalar's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text after YAML's unquoting.
    pub text: portolan_value::Text,
    /// Whether it was quoted or a block: then it is text and never a number or a truth.
    pub quoted: bool,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: Spanned<portolan_value::Text>,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value under a key of a map.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    }

    /// The entries of a map; none for anything else.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match &self.tree {
            Tree::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none for anything else.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.tree {
            Tree::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a scalar.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.tree {
            Tree::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// The tag without its mark.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_ref().map(|tag| tag.value.as_str())
    }

    /// "a map", "a list", "a text" or "nothing": for messages.
    #[must_use]
    pub fn what(&self) -> &'static str {
        match self.tree {
            Tree::Null => "nothing",
            Tree::Scalar(_) => "a text",
            Tree::List(_) => "a list",
            Tree::Map(_) => "a map",
        }
    }
}
