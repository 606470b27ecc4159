//! The Common Expression Language, as far as conditions of bindings use it: comparisons of attributes with texts, joined
//! by `&&`, `||` and `!` (IAM documentation, "Attribute reference for IAM Conditions").

use crate::lexer::{Word, words};
use crate::{Absent, Condition, Operator, Pattern, Piece, Test};

const MARKS: [&str; 9] = ["&&", "||", "==", "!=", "(", ")", "!", ",", "."];

/// Deeper than this an expression is not followed.
const DEPTH: usize = 64;

/// What an expression says. What is not understood is one opaque test with the expression's words.
#[must_use]
pub fn read(expression: impl Into<Pattern>) -> Condition {
    let expression = expression.into();
    let words = words(&expression, &MARKS, &['"', '\''], false);
    let mut reader = Reader { words: &words, at: 0 };
    match reader.any(0) {
        Some(condition) if reader.at == words.len() => condition,
        _ => Condition::Test(Test::opaque(&expression.to_string())),
    }
}

impl From<&str> for Pattern {
    fn from(text: &str) -> Self {
        Self::literal(text)
    }
}

struct Reader<'w> {
    words: &'w [Word],
    at: usize,
}

impl Reader<'_> {
    fn any(&mut self, depth: usize) -> Option<Condition> {
        let mut several = vec![self.all(depth)?];
        while self.mark("||") {
            several.push(self.all(depth)?);
        }
        Some(if several.len() == 1 { several.remove(0) } else { Condition::Any(several) })
    }

    fn all(&mut self, depth: usize) -> Option<Condition> {
        let mut several = vec![self.one(depth)?];
        while self.mark("&&") {
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

    /// `resource.name == "…"`, `resource.name.startsWith("…")`, `api.getAttribute("…", "").startsWith("…")`.
    fn test(&mut self) -> Option<Test> {
        let Some(Word::Name(name)) = self.next() else { return None };
        if let Some(attribute) = name.strip_suffix(".startsWith") {
            return self.call().map(|argument| starts(attribute, argument));
        }
        if let Some(attribute) = name.strip_suffix(".endsWith") {
            return self.call().map(|argument| ends(attribute, &argument));
        }
        if name == "api.getAttribute" {
            return self.attribute();
        }
        let negated = match self.next()? {
            Word::Mark("==") => false,
            Word::Mark("!=") => true,
            _ => return None,
        };
        let Some(Word::Text(text)) = self.next() else { return None };
        Some(Test { negated, ..Test::new(&name, Operator::Equals, vec![text]) })
    }

    /// An attribute of the request, with what stands in for it when there is none.
    fn attribute(&mut self) -> Option<Test> {
        let (open, name, comma, otherwise, close) =
            (self.next()?, self.next()?, self.next()?, self.next()?, self.next()?);
        let (Word::Mark("("), Word::Text(name), Word::Mark(","), Word::Text(otherwise), Word::Mark(")")) =
            (open, name, comma, otherwise, close)
        else {
            return None;
        };
        let key = name.to_string();
        let test = match self.next()? {
            Word::Mark(".") => match self.next()? {
                Word::Name(method) if method == "startsWith" => starts(&key, self.call()?),
                Word::Name(method) if method == "endsWith" => ends(&key, &self.call()?),
                _ => return None,
            },
            Word::Mark(mark @ ("==" | "!=")) => {
                let Some(Word::Text(text)) = self.next() else { return None };
                Test { negated: mark == "!=", ..Test::new(&key, Operator::Equals, vec![text]) }
            }
            _ => return None,
        };
        Some(Test { absent: Absent::Is(otherwise), ..test })
    }

    fn call(&mut self) -> Option<Pattern> {
        match (self.next()?, self.next()?, self.next()?) {
            (Word::Mark("("), Word::Text(text), Word::Mark(")")) => Some(text),
            _ => None,
        }
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
}

fn starts(key: &str, with: Pattern) -> Test {
    Test::new(key, Operator::Like, vec![with.then_any()])
}

fn ends(key: &str, with: &Pattern) -> Test {
    let mut wanted = Pattern::any();
    with.pieces().iter().for_each(|piece: &Piece| wanted.push(piece.clone()));
    Test::new(key, Operator::Like, vec![wanted])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: &str, expected: &str) {
        assert_eq!(read(expression).to_string(), expected);
    }

    #[test]
    fn expressions_are_read() {
        check("resource.name == \"a\"", "resource.name is a");
        check(
            "resource.name.startsWith(\"a\\\"/\") && resource.type != 'b'",
            "resource.name is like a\"/* and resource.type is not b",
        );
        check("!(a == \"1\" || b.endsWith(\"2\"))", "not (a is 1 or b is like *2)");
        let listing = "api.getAttribute(\"storage.googleapis.com/objectListPrefix\", \"\").startsWith(\"in/\")";
        check(listing, "storage.googleapis.com/objectListPrefix is like in/*");
        check("request.time < timestamp(\"2026\")", "[request.time < timestamp(\"2026\")] is true");
        check("a == \"", "[a == \"] is true");
        check(&"(".repeat(500), &format!("[{}] is true", "(".repeat(500)));
    }

    #[test]
    fn atoms_stay_atoms() {
        let mut expression = Pattern::literal("resource.name.startsWith(\"p/");
        expression.push(Piece::Atom("project.number".into()));
        expression.push_text("/x\")");
        assert_eq!(read(expression).to_string(), "resource.name is like p/{project.number}/x*");
    }
}
