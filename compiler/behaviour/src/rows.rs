//! The rows that people write where the sources have holes.
//!
//! ```text
//! cite "CreateKey", AWS Key Management Service API Reference
//! AWS::KMS::Key KeySpec impossible
//! ```
//!
//! A row is a type (`*`: every type), a path (`.`: the type itself; `*`: any element or key) and words. A citation holds for
//! the rows below it. What a row says wins over the sources. The words are
//! - a verdict: `in-place`, `conditional`, `replace`, `impossible`, `unknown`; with `below`, also of all below that a source
//!   knows and does not judge; with `anything`, of all below that anybody may write;
//! - of a list: `ordered`, `set`, `by=NAME`;
//! - `read-only`, `write-only`, `sensitive`, `assigned` (the service chooses when it is absent), `rewritten` (the service
//!   writes it in another way), `default=JSON` without spaces;
//! - of a type: `delete-first`, `create-first`.

use crate::{ListKind, Order, Step, Verdict};

/// Stands for every type of the format.
pub const EVERY_TYPE: &str = "*";

/// A row.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// The type.
    pub type_name: &'static str,
    /// The path, whose steps are names and `*`.
    pub path: Vec<&'static str>,
    /// The document that says so.
    pub citation: &'static str,
    /// What a change does.
    pub verdict: Option<Verdict>,
    /// What order and identity mean.
    pub list: Option<ListKind>,
    /// What holds when it is absent.
    pub default: Option<&'static str>,
    /// How the type is replaced.
    pub order: Option<Order>,
    /// Only the service sets it.
    pub read_only: bool,
    /// The service never gives it back.
    pub write_only: bool,
    /// A secret.
    pub sensitive: bool,
    /// The service chooses when it is absent.
    pub assigned: bool,
    /// The service writes it in another way.
    pub rewritten: bool,
    /// Below it lies whatever one writes.
    pub anything: bool,
    /// The verdict holds too for what is below, where a source knows the property and does not say what a change does.
    pub below: bool,
}

impl Row {
    /// Whether the row is about what lies at a path.
    pub fn is_at(&self, path: &[Step<'_>]) -> bool {
        let same = |(own, step): (&&str, &Step<'_>)| match step {
            Step::Name(name) => own == name || *own == "*",
            Step::Element => *own == "*",
        };
        self.path.len() == path.len() && self.path.iter().zip(path).all(same)
    }
}

/// Reads the rows of a file.
pub fn rows(text: &'static str) -> impl Iterator<Item = Row> {
    let mut citation = "";
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).filter_map(move |line| {
        if let Some(named) = line.strip_prefix("cite ") {
            citation = named;
            return None;
        }
        Some(row(line, citation))
    })
}

fn row(line: &'static str, citation: &'static str) -> Row {
    let mut words = line.split_whitespace();
    let type_name = words.next().unwrap_or_default();
    let path = words.next().unwrap_or_default().split('/').filter(|word| *word != ".").collect();
    let mut row = Row { type_name, path, citation, ..Row::default() };
    for word in words {
        say(&mut row, word).unwrap_or_else(|| panic!("a row says `{word}`, which is no word: {line}"));
    }
    row
}

fn say(row: &mut Row, word: &'static str) -> Option<()> {
    match word {
        "read-only" => row.read_only = true,
        "write-only" => row.write_only = true,
        "sensitive" => row.sensitive = true,
        "assigned" => row.assigned = true,
        "rewritten" => row.rewritten = true,
        "anything" => row.anything = true,
        "below" => row.below = true,
        "ordered" => row.list = Some(ListKind::Ordered),
        "set" => row.list = Some(ListKind::Set),
        "delete-first" => row.order = Some(Order::DeleteFirst),
        "create-first" => row.order = Some(Order::CreateFirst),
        _ => match word.split_once('=') {
            Some(("by", key)) => row.list = Some(ListKind::KeyedBy(key)),
            Some(("default", value)) => row.default = Some(value),
            _ => row.verdict = Some(Verdict::from_word(word)?),
        },
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read() {
        let text = "cite one\nA . create-first in-place below\n\n# a remark\nA B/*/C replace read-only write-only sensitive assigned rewritten anything\ncite two\n* D by=Name default={\"a\":[1]}\n";
        let rows: Vec<Row> = rows(text).collect();
        let [whole, part, every] = rows.as_slice() else { panic!("{rows:?}") };
        assert!(whole.path.is_empty() && whole.below && whole.order == Some(Order::CreateFirst));
        assert_eq!((whole.verdict, whole.citation), (Some(Verdict::InPlace), "one"));
        assert_eq!((part.path.as_slice(), part.citation), (["B", "*", "C"].as_slice(), "one"));
        assert!(
            part.read_only && part.write_only && part.sensitive && part.assigned && part.rewritten && part.anything
        );
        assert_eq!((every.type_name, every.citation), (EVERY_TYPE, "two"));
        assert_eq!((every.list, every.default), (Some(ListKind::KeyedBy("Name")), Some("{\"a\":[1]}")));
        assert!(part.is_at(&crate::steps("B/*/C")) && part.is_at(&[Step::Name("B"), Step::Name("x"), Step::Name("C")]));
        assert!(!part.is_at(&crate::steps("B/*")));
    }

    #[test]
    #[should_panic(expected = "which is no word")]
    fn a_word_that_is_none_is_refused() {
        rows("cite one\nA B immutable\n").for_each(drop);
    }
}
