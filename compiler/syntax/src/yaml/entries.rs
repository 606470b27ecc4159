//! The entries of a map while it is read: what may be a key, duplicates, merges, and keys that a comma made.

use super::quoting;
use crate::tree::{Entry, Node, Tree};
use portolan_diagnostics::{Diagnostic, Source, Span, Spanned};
use portolan_value::Text;
use rustc_hash::FxHashMap;

/// How many entries are looked through one by one.
const FEW: usize = 16;

/// The entries of all maps that are open: those of an inner map lie above those of the map around it, which are as many
/// as they will be while it is read. So each map's list is made once, as long as it has to be.
pub(super) type Stack = Vec<Entry>;

/// The entries of one map read so far.
pub(super) struct Entries {
    /// Where they begin on the stack.
    from: usize,
    /// Where each key stands among them, once there are many.
    places: FxHashMap<Text, usize>,
}

impl Entries {
    /// None yet, above what the stack holds.
    pub fn above(stack: &Stack) -> Self {
        Self { from: stack.len(), places: FxHashMap::default() }
    }

    /// Takes the entries off the stack, in order.
    pub fn take(self, stack: &mut Stack) -> Vec<Entry> {
        stack.split_off(self.from)
    }

    /// The entries in order.
    pub fn of<'s>(&self, stack: &'s Stack) -> &'s [Entry] {
        &stack[self.from..]
    }

    fn get<'s>(&self, key: &str, stack: &'s Stack) -> Option<&'s Entry> {
        let entries = self.of(stack);
        match entries.len() <= FEW {
            true => entries.iter().find(|entry| entry.key.value == key),
            false => self.places.get(key).map(|at| &entries[*at]),
        }
    }

    fn push(&mut self, entry: Entry, stack: &mut Stack) {
        stack.push(entry);
        let entries = self.of(stack);
        if entries.len() > FEW {
            let unplaced = entries.iter().enumerate().skip(self.places.len());
            self.places.extend(unplaced.map(|(at, entry)| (entry.key.value.clone(), at)));
        }
    }

    /// Adds an entry, unless its key is there already: the first one stays.
    pub fn insert(&mut self, key: Spanned<Text>, value: Node, stack: &mut Stack) -> Option<Diagnostic> {
        let Some(first) = self.get(&key.value, stack) else {
            self.push(Entry { key, value }, stack);
            return None;
        };
        let message = format!("the key `{}` is written twice in one map", key.value);
        let diagnostic = Diagnostic::error("syntax/duplicate-key", message)
            .at(key.span, "again here")
            .also(first.key.span, "first written here")
            .help("keep one of them; YAML has no order in which one could win");
        Some(diagnostic)
    }

    /// Takes merged maps in: own keys win, and of several maps the first that has a key.
    pub fn fold(&mut self, merges: Vec<Vec<Entry>>, stack: &mut Stack) {
        for entry in merges.into_iter().flatten() {
            if self.get(&entry.key.value, stack).is_none() {
                self.push(entry, stack);
            }
        }
    }
}

/// What a map has read of its next entry.
pub(super) enum Key {
    Wanted,
    Held(Spanned<Text>),
    Merge(Span),
    Refused,
}

/// What a node means where a key stands.
pub(super) fn as_key(source: &Source, node: Node) -> Result<Key, Box<Diagnostic>> {
    let refused = |message: String, label: &str| {
        Err(Box::new(Diagnostic::error("syntax/key", message).at(node.span, label).help("write `key: value`")))
    };
    if let Some(tag) = &node.tag {
        return refused(format!("a key takes no tag, this one has `!{}`", tag.value), "");
    }
    let what = node.what();
    match node.tree {
        Tree::Scalar(scalar) if scalar.text == "<<" && !scalar.quoted => Ok(Key::Merge(node.span)),
        Tree::Scalar(scalar) => Ok(Key::Held(Spanned::new(scalar.text, node.span))),
        Tree::Null if node.span.start == node.span.end => {
            refused("a key is missing before `:`".into(), "no key stands here")
        }
        // `null` and `~` are the letters they are, where a key stands.
        Tree::Null => Ok(Key::Held(Spanned::new(Text::new(source.slice(node.span)), node.span))),
        Tree::List(_) | Tree::Map(_) => {
            refused(format!("a key is a text, this is {what}"), "a value that begins with `{` or `[` wants quotes")
        }
    }
}

/// Collects the maps under one `<<`.
pub(super) fn merge(merges: &mut Vec<Vec<Entry>>, key: Span, value: Node) -> Option<Diagnostic> {
    let refused = |span, what: &str| {
        let message = format!("`<<` takes in a map or a list of maps, this is {what}");
        Some(Diagnostic::error("syntax/merge", message).at(span, "not a map").also(key, "merged here"))
    };
    let (span, what) = (value.span, value.what());
    match value.tree {
        Tree::Map(entries) => merges.push(entries),
        Tree::List(items) => {
            for item in items {
                let (span, what) = (item.span, item.what());
                match item.tree {
                    Tree::Map(entries) => merges.push(entries),
                    _ => return refused(span, what),
                }
            }
        }
        Tree::Null | Tree::Scalar(_) => return refused(span, what),
    }
    None
}

/// Whether a key in `{…}` has no `:` and follows a value that may have been meant to hold the comma.
pub(super) fn is_stray(source: &Source, entries: &[Entry], key: &Spanned<Text>, value: &Node) -> bool {
    let empty = value.tree == Tree::Null && value.span.start == value.span.end;
    let after = source.text().get(key.span.end as usize..).unwrap_or_default();
    let follows_text = entries.last().is_some_and(|Entry { value: before, .. }| {
        matches!(&before.tree, Tree::Scalar(scalar) if !scalar.quoted) && before.span.end <= key.span.start
    });
    empty && follows_text && !after.trim_start().starts_with(':')
}

/// The finding about such a key.
pub(super) fn stray(source: &Source, entries: &[Entry], key: &Spanned<Text>) -> Diagnostic {
    let before = entries.last().map_or(key.span, |before| before.value.span);
    let whole = before.start as usize..key.span.end as usize;
    Diagnostic::error("syntax/stray-key", format!("`{}` stands alone inside `{{…}}`, without a value", key.value))
        .at(key.span, "the comma before it ended the value")
        .help(format!("if the comma belongs to the value, write `{}`", quoting::quoted_line(source, whole)))
        .help(format!("if it is a key, write `{}: …`", key.value))
}
