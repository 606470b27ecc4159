//! The text of a table: `golden-tests/oracles/behaviour_text.py` writes it and says how.

use crate::{Order, Source, Verdict};
use serde_json::Value;

/// A type as it lies in the text: its name and its lines, not yet read.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// The rest of its first line and the lines below.
    pub lines: &'static str,
}

/// The sources, and where each type lies.
pub fn entries(text: &'static str) -> (Vec<Source>, Vec<Entry>) {
    let (head, types) = text.split_once("\n:").unwrap_or((text, ""));
    (
        head.lines().filter_map(source).collect(),
        types.split("\n:").filter(|lines| !lines.is_empty()).map(entry).collect(),
    )
}

fn source(line: &'static str) -> Option<Source> {
    let mut words = line.strip_prefix("source ")?.split(' ');
    let mut word = || words.next();
    Some(Source { word: word()?, name: word()?, version: word()?, date: word()?, licence: word()? })
}

fn entry(lines: &'static str) -> Entry {
    let end = lines.find([' ', '\n']).unwrap_or(lines.len());
    Entry { name: &lines[..end], lines: &lines[end..] }
}

/// The first line of a type.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// What each source says of a property whose line does not say it.
    pub verdicts: &'static str,
    /// How it is replaced.
    pub order: Option<Order>,
    /// It cannot be updated.
    pub fixed: bool,
    /// The paths that name a resource.
    pub identifiers: Vec<&'static str>,
}

/// A line of a property.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its name; `*` stands for any that no other line of the shape has.
    pub name: &'static str,
    /// What is below it.
    pub holds: Holds,
    /// What each source says.
    pub verdicts: Option<&'static str>,
    /// What else is known, a letter each.
    pub flags: &'static str,
    /// What tells the elements of a list apart.
    pub key: Option<&'static str>,
    /// What holds when it is absent.
    pub default: Option<&'static str>,
}

/// What is below a property: lists and maps, and then the properties of an object, anything or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Holds {
    /// `[` and `{`, from the outside in.
    pub containers: &'static str,
    /// Inside of those.
    pub inside: Inside,
}

/// What is inside of lists and maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Inside {
    /// Nothing that has parts.
    #[default]
    Nothing,
    /// Whatever one writes.
    Anything,
    /// An object of this shape.
    Shape(usize),
}

/// Reads a type: its head, and the shapes, of which the first is the type itself.
pub fn read(entry: &Entry) -> (Head, Vec<Vec<Line>>) {
    let (first, rest) = entry.lines.split_once('\n').unwrap_or((entry.lines, ""));
    let mut shapes = vec![Vec::new()];
    for text in rest.lines() {
        match shapes.last_mut() {
            Some(shape) if !text.starts_with('#') => shape.push(line(text)),
            _ => shapes.push(Vec::new()),
        }
    }
    (head(first), shapes)
}

fn head(text: &'static str) -> Head {
    let mut head = Head::default();
    for word in text.split_whitespace() {
        match word.split_at_checked(1) {
            Some(("=", verdicts)) => head.verdicts = verdicts,
            Some(("o", "=d")) => head.order = Some(Order::DeleteFirst),
            Some(("o", "=c")) => head.order = Some(Order::CreateFirst),
            Some(("i", paths)) => head.identifiers = paths.trim_start_matches("d=").split(',').collect(),
            _ => head.fixed |= word == "fixed",
        }
    }
    head
}

fn line(text: &'static str) -> Line {
    let (text, default) = text.split_once(" d:").map_or((text, None), |(text, default)| (text, Some(default)));
    let mut words = text.split(' ');
    let name = words.next().unwrap_or_default();
    let mut line = Line { name, holds: Holds::default(), verdicts: None, flags: "", key: None, default };
    for word in words {
        match word.as_bytes() {
            [b'>', ..] => line.holds = holds(&word[1..]),
            [b'=', ..] => line.verdicts = Some(&word[1..]),
            [b'K', b':', ..] => line.key = Some(&word[2..]),
            _ => line.flags = word,
        }
    }
    line
}

fn holds(word: &'static str) -> Holds {
    let (containers, inside) = word.split_at(word.find(|letter| letter != '[' && letter != '{').unwrap_or(word.len()));
    let inside = match inside {
        "" => Inside::Nothing,
        "?" => Inside::Anything,
        number => Inside::Shape(number.parse().expect("a shape is a number")),
    };
    Holds { containers, inside }
}

/// Reads what a source says, a letter; `None`: it says nothing.
pub fn verdict(letter: u8) -> Option<Verdict> {
    match letter {
        b'i' => Some(Verdict::InPlace),
        b'c' => Some(Verdict::Conditional),
        b'r' => Some(Verdict::Replace),
        b'x' => Some(Verdict::Impossible),
        _ => None,
    }
}

/// Reads a default.
pub fn value(text: &str) -> Value {
    serde_json::from_str(text).expect("a default is JSON")
}
