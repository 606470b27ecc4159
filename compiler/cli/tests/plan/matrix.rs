//! Which case shows which word of a plan on which format; where none can, why.

use portolan_value::Format;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What cannot be on some formats. A cell has a case or stands here, and never both.
const NEVER: [(&str, &[Format], &str); 9] = [
    ("action no-op", &Format::ALL, "what stays as it is is counted, not listed"),
    ("action forget", &[Format::GcpDm], "what stays is said with the update (`--delete-policy`), not in the template"),
    ("action rename", &[Format::GcpDm], "Deployment Manager knows no moves: the old one goes and a new one is made"),
    ("action replace-create-first", &REFUSING, REFUSES),
    ("action replace-delete-first", &REFUSING, REFUSES),
    ("verdict replace", &REFUSING, REFUSES),
    ("effect replacement", &REFUSING, REFUSES),
    ("effect downtime", &REFUSING, REFUSES),
    (
        "effect name-collision",
        &REFUSING,
        "two of one name stand beside each other while one replaces the other: nothing is replaced",
    ),
];

/// The engines that replace nothing.
const REFUSING: [Format; 2] = [Format::GcpDm, Format::Azure];
const REFUSES: &str = "the engine replaces nothing: what cannot change as it stands is refused";

/// The most cases that are named in a cell.
const NAMED: usize = 4;

/// What was seen: the cases, by word and format.
pub struct Matrix {
    words: Vec<String>,
    shown: BTreeMap<(String, &'static str), BTreeSet<String>>,
}

impl Matrix {
    /// An empty one, of all the words that the schema of plans knows.
    pub fn of(schema: &Value) -> Self {
        let all = ["Action", "Verdict", "Effect"].into_iter().flat_map(|list| {
            let words = words(schema, list);
            assert!(!words.is_empty(), "the schema has no {list}");
            words.into_iter().map(move |word| format!("{} {word}", list.to_lowercase()))
        });
        Self { words: all.collect(), shown: BTreeMap::new() }
    }

    /// Adds what the plan of a case shows.
    pub fn add(&mut self, case: &str, plan: &Value) {
        for deployment in list(plan, "deployments") {
            let format = deployment["format"].as_str().and_then(Format::from_key).expect("a format");
            let mut add = |list: &str, word: &Value| {
                let word = format!("{list} {}", word.as_str().expect("a word"));
                self.shown.entry((word, format.key())).or_default().insert(case.to_owned());
            };
            for change in list(deployment, "changes") {
                add("action", &change["action"]);
                add("verdict", &change["verdict"]);
                list(change, "properties").iter().for_each(|property| add("verdict", &property["verdict"]));
                list(change, "effects").iter().for_each(|effect| add("effect", effect));
            }
        }
    }

    /// The page: every word on every format, with the cases that show it or why none can.
    pub fn page(&self) -> String {
        let mut page = String::new();
        for word in &self.words {
            let _ = writeln!(page, "{word}");
            for format in Format::ALL.map(Format::key) {
                let cell = match (self.cases(word, format), never(word, format)) {
                    (cases, None) if cases.is_empty() => "MISSING".to_owned(),
                    (cases, Some(why)) if cases.is_empty() => format!("never: {why}"),
                    (cases, None) => named(&cases),
                    (cases, Some(why)) => format!("SHOWN by {}, though: {why}", named(&cases)),
                };
                let _ = writeln!(page, "  {format:8} {cell}");
            }
        }
        page
    }

    /// Cells that no case shows and nothing explains, or that are shown and said to be impossible.
    pub fn wrong(&self) -> Vec<String> {
        let cells = self.words.iter().flat_map(|word| Format::ALL.map(|format| (word, format.key())));
        let wrong = cells.filter(|(word, format)| self.cases(word, format).is_empty() == never(word, format).is_none());
        wrong.map(|(word, format)| format!("{word} on {format}")).collect()
    }

    fn cases(&self, word: &str, format: &str) -> Vec<&str> {
        let own = |((known, on), _): &(&(String, &str), &BTreeSet<String>)| known == word && *on == format;
        self.shown.iter().filter(own).flat_map(|(_, cases)| cases.iter().map(String::as_str)).collect()
    }
}

fn never(word: &str, format: &str) -> Option<&'static str> {
    let own = |(known, formats, _): &&(&str, &[Format], &str)| {
        *known == word && formats.iter().any(|known| known.key() == format)
    };
    NEVER.iter().find(own).map(|(_, _, why)| *why)
}

fn named(cases: &[&str]) -> String {
    let first = cases[..cases.len().min(NAMED)].join(", ");
    match cases.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// The words of a list of the schema, in its order.
fn words(schema: &Value, list: &str) -> Vec<String> {
    let known = &schema["$defs"][list];
    let described = known["oneOf"].as_array().into_iter().flatten();
    let described =
        described.flat_map(|one| one["enum"].as_array().cloned().unwrap_or_else(|| vec![one["const"].clone()]));
    let plain = known["enum"].as_array().into_iter().flatten().cloned();
    described.chain(plain).filter_map(|word| word.as_str().map(str::to_owned)).collect()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}
