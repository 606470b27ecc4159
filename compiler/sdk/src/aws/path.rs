//! Paths: which part of an operation's input a row of the table speaks of, and what stands there.

use crate::aws::{location, partiql, spelling, text_of};
use crate::{Piece, Template, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// A part of an input: `TransactItems[].Put.TableName`, `RequestItems{}`, `CopySource<bucket>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    steps: Vec<Step>,
    cut: Option<Cut>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Member(&'static str),
    Each,
    Keys,
}

/// What is taken out of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    Bucket,
    Key,
    Table,
    Index,
}

impl Path {
    /// Reads a path as the rows write it; none where it is not one.
    pub fn read(text: &'static str) -> Option<Self> {
        let (text, cut) = match text.strip_suffix('>') {
            Some(text) => {
                let (text, cut) = text.split_once('<')?;
                (text, Some(Cut::read(cut)?))
            }
            None => (text, None),
        };
        let mut steps = Vec::new();
        for word in text.split('.') {
            let (name, step) = match (word.strip_suffix("[]"), word.strip_suffix("{}")) {
                (Some(name), _) => (name, Some(Step::Each)),
                (_, Some(name)) => (name, Some(Step::Keys)),
                _ => (word, None),
            };
            steps.push(Step::Member(name));
            steps.extend(step);
        }
        Some(Self { steps, cut })
    }

    /// The names of members along the path.
    #[cfg(test)]
    pub fn members(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.steps.iter().filter_map(|step| match step {
            Step::Member(name) => Some(*name),
            Step::Each | Step::Keys => None,
        })
    }

    /// The terms that stand there; none where the input holds no such part.
    pub fn reach(&self, input: &BTreeMap<SmolStr, Term>) -> Vec<Term> {
        let mut terms = vec![Term::Record(input.clone())];
        for step in &self.steps {
            terms = terms.iter().flat_map(Term::each).flat_map(|term| step.take(term)).collect();
        }
        let terms = terms.iter().flat_map(Term::each).cloned();
        match self.cut {
            None => terms.collect(),
            Some(cut) => terms.filter_map(|term| cut.take(&term)).collect(),
        }
    }

    /// The texts that stand there, none for one that is not known at all. Never empty.
    pub fn texts(&self, input: &BTreeMap<SmolStr, Term>) -> Vec<Option<Template>> {
        let mut texts: Vec<Option<Template>> = Vec::new();
        for term in self.reach(input) {
            let text = match term {
                Term::Text(template) if template.0.iter().any(|piece| *piece != Piece::Hole) => Some(template),
                _ => None,
            };
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        if texts.is_empty() {
            texts.push(None);
        }
        texts
    }

    /// Whether it is there, or nothing is known of the list that might hold it.
    pub fn perhaps(&self, input: &BTreeMap<SmolStr, Term>) -> bool {
        let Some(list) = self.steps.iter().rposition(|step| *step == Step::Each) else { return true };
        let elements = Self { steps: self.steps[..=list].to_vec(), cut: None };
        let known = elements.reach(input).iter().any(|term| matches!(term, Term::Record(_) | Term::Object(_)));
        !known || !self.reach(input).is_empty()
    }
}

impl Step {
    fn take(self, term: &Term) -> Vec<Term> {
        match (self, term) {
            (Step::Member(name), Term::Record(members)) => member(members, name).into_iter().collect(),
            (Step::Member(name), Term::Object(object)) => member(&object.facts, name).into_iter().collect(),
            (Step::Each, Term::List(elements)) => elements.clone(),
            (Step::Each, Term::Record(_) | Term::Object(_)) => vec![term.clone()],
            (Step::Keys, Term::Record(members)) => members.keys().map(|key| Term::Text(text_of(key))).collect(),
            _ => Vec::new(),
        }
    }
}

fn member(members: &BTreeMap<SmolStr, Term>, name: &str) -> Option<Term> {
    members
        .get(name)
        .or_else(|| members.iter().find(|(key, _)| spelling::same(key, name)).map(|(_, term)| term))
        .cloned()
}

impl Cut {
    fn read(word: &str) -> Option<Self> {
        Some(match word {
            "bucket" => Cut::Bucket,
            "key" => Cut::Key,
            "table" => Cut::Table,
            "index" => Cut::Index,
            _ => return None,
        })
    }

    /// What is cut out of a text. A copy's source may be a record of bucket and key too.
    fn take(self, term: &Term) -> Option<Term> {
        match (self, term) {
            (Cut::Bucket, Term::Record(members)) => member(members, "Bucket"),
            (Cut::Key, Term::Record(members)) => member(members, "Key"),
            (Cut::Bucket, Term::Text(text)) => location::bucket(text).map(Term::Text),
            (Cut::Key, Term::Text(text)) => location::key(text).map(Term::Text),
            (Cut::Table, Term::Text(text)) => partiql::table(text).map(Term::Text),
            (Cut::Index, Term::Text(text)) => partiql::index(text).map(Term::Text),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(literal: &str) -> Term {
        Term::Text(Template::from_literal(literal))
    }

    fn record(members: &[(&str, Term)]) -> Term {
        Term::Record(members.iter().map(|(name, term)| ((*name).into(), term.clone())).collect())
    }

    fn input(term: Term) -> BTreeMap<SmolStr, Term> {
        match term {
            Term::Record(members) => members,
            _ => BTreeMap::new(),
        }
    }

    #[test]
    fn a_path_goes_through_lists_and_spellings() {
        let put = |table| record(&[("put", record(&[("table_name", text(table))]))]);
        let input = input(record(&[("TransactItems", Term::List(vec![put("a"), put("b"), Term::Unknown]))]));
        let path = Path::read("TransactItems[].Put.TableName").unwrap();
        assert_eq!(path.reach(&input), [text("a"), text("b")]);
        assert!(Path::read("TransactItems[].Put").unwrap().perhaps(&input));
        assert!(!Path::read("TransactItems[].Delete").unwrap().perhaps(&input));
        assert!(Path::read("TransactItems[].Delete").unwrap().perhaps(&BTreeMap::new()));
    }

    #[test]
    fn keys_are_names_and_what_is_not_known_has_none() {
        let input = input(record(&[("RequestItems", record(&[("orders", Term::Unknown)])), ("Key", Term::Unknown)]));
        assert_eq!(Path::read("RequestItems{}").unwrap().texts(&input), [Some(Template::from_literal("orders"))]);
        assert_eq!(Path::read("Key").unwrap().texts(&input), [None]);
        assert_eq!(Path::read("Bucket").unwrap().texts(&input), [None]);
    }

    #[test]
    fn a_source_is_a_text_or_a_record() {
        let (bucket, key) = (Path::read("CopySource<bucket>").unwrap(), Path::read("CopySource<key>").unwrap());
        for source in [text("in/a/b.png"), record(&[("Bucket", text("in")), ("Key", text("a/b.png"))])] {
            let input = input(record(&[("CopySource", source)]));
            assert_eq!(bucket.reach(&input), [text("in")]);
            assert_eq!(key.reach(&input), [text("a/b.png")]);
        }
        assert_eq!(Path::read("CopySource<door>"), None);
    }
}
