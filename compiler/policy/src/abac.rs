//! Azure's role assignment conditions, version 2.0: actions, suboperations and attributes, joined by `AND`, `OR` and `!`
//! (Azure documentation, "Azure role assignment condition format and syntax").

use crate::lexer::{Word, words};
use crate::{Condition, Operator, Pattern, Test};

const MARKS: [&str; 7] = ["&&", "||", "(", ")", "!", "{", "}"];

/// Deeper than this a condition is not followed.
const DEPTH: usize = 64;

/// What a condition says. What is not understood is one opaque test with the condition's words.
#[must_use]
pub fn read(condition: impl Into<Pattern>) -> Condition {
    let text = condition.into();
    let words = words(&text, &MARKS, &['\''], true);
    let mut reader = Reader { words: &words, at: 0 };
    match reader.any(0) {
        Some(condition) if reader.at == words.len() => condition,
        _ => Condition::Test(Test::opaque(&text.to_string())),
    }
}

struct Reader<'w> {
    words: &'w [Word],
    at: usize,
}

impl Reader<'_> {
    fn any(&mut self, depth: usize) -> Option<Condition> {
        let mut several = vec![self.all(depth)?];
        while self.joined("OR", "||") {
            several.push(self.all(depth)?);
        }
        Some(if several.len() == 1 { several.remove(0) } else { Condition::Any(several) })
    }

    fn all(&mut self, depth: usize) -> Option<Condition> {
        let mut several = vec![self.one(depth)?];
        while self.joined("AND", "&&") {
            several.push(self.one(depth)?);
        }
        Some(if several.len() == 1 { several.remove(0) } else { Condition::All(several) })
    }

    fn one(&mut self, depth: usize) -> Option<Condition> {
        if depth > DEPTH {
            return None;
        }
        if self.mark("!") {
            return Some(Condition::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.mark("(") {
            let inner = self.any(depth + 1)?;
            return self.mark(")").then_some(inner);
        }
        self.test().map(Condition::Test)
    }

    fn test(&mut self) -> Option<Test> {
        let Some(Word::Name(name)) = self.next() else { return None };
        match name.to_ascii_lowercase().as_str() {
            "actionmatches" => Some(Test::new("action", Operator::Like, vec![self.braced(true)?])),
            "suboperationmatches" => Some(Test::new("suboperation", Operator::Alike, vec![self.braced(false)?])),
            _ if name.starts_with('@') => self.attribute(&name),
            _ => None,
        }
    }

    /// `{'…'}`, as one word.
    fn braced(&mut self, wildcards: bool) -> Option<Pattern> {
        let Some(Word::Bracket(text)) = self.next() else { return None };
        let inner = text.strip_prefix("{'")?.strip_suffix("'}")?;
        Some(if wildcards { Pattern::glob(inner) } else { Pattern::literal(inner) })
    }

    /// `@Resource[…] StringStartsWith '…'`.
    fn attribute(&mut self, source: &str) -> Option<Test> {
        let (Some(Word::Bracket(path)), Some(Word::Name(operator)), Some(Word::Text(text))) =
            (self.next(), self.next(), self.next())
        else {
            return None;
        };
        let key = format!("{source}{path}");
        let starts = || text.clone().then_any();
        let like = || Pattern::glob(&text.to_string());
        let (operator, wanted, negated) = match operator.as_str() {
            "StringEquals" => (Operator::Equals, text, false),
            "StringNotEquals" => (Operator::Equals, text, true),
            "StringEqualsIgnoreCase" => (Operator::Alike, text, false),
            "StringNotEqualsIgnoreCase" => (Operator::Alike, text, true),
            "StringStartsWith" => (Operator::Like, starts(), false),
            "StringNotStartsWith" => (Operator::Like, starts(), true),
            "StringLike" => (Operator::Like, like(), false),
            "StringNotLike" => (Operator::Like, like(), true),
            _ => return None,
        };
        Some(Test { negated, ..Test::new(&key, operator, vec![wanted]) })
    }

    fn next(&mut self) -> Option<Word> {
        let word = self.words.get(self.at).cloned();
        self.at += 1;
        word
    }

    fn mark(&mut self, mark: &str) -> bool {
        let is = matches!(self.words.get(self.at), Some(Word::Mark(known)) if *known == mark);
        self.at += usize::from(is);
        is
    }

    fn joined(&mut self, word: &str, mark: &str) -> bool {
        let is = matches!(self.words.get(self.at), Some(Word::Name(name)) if name.eq_ignore_ascii_case(word));
        self.at += usize::from(is);
        is || self.mark(mark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(condition: &str, expected: &str) {
        assert_eq!(read(condition).to_string(), expected);
    }

    #[test]
    fn conditions_are_read() {
        check(
            "(!(ActionMatches{'a/blobs/read'} AND SubOperationMatches{'Blob.List'}))",
            "not (action is like a/blobs/read and suboperation is Blob.List)",
        );
        check(
            "(@Resource[a/blobs:path] StringStartsWith 'in/' OR @Resource[a/blobs:path] StringEquals 'x')",
            "@Resource[a/blobs:path] is like in/* or @Resource[a/blobs:path] is x",
        );
        check("@Resource[x] StringLike 'a*'", "@Resource[x] is like a*");
        check(
            "@Principal[x] ForAnyOfAnyValues:StringEquals {'a'}",
            "[@Principal[x] ForAnyOfAnyValues:StringEquals {'a'}] is true",
        );
        check(&"!".repeat(500), &format!("[{}] is true", "!".repeat(500)));
    }
}
