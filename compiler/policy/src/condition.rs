//! Conditions: tests on what a request carries, joined by and, or and not.

use crate::{Operator, Pattern};
use smol_str::SmolStr;
use std::fmt;

/// When a statement holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// When all hold; of none, always.
    All(Vec<Condition>),
    /// When one holds; of none, never.
    Any(Vec<Condition>),
    /// When the other does not.
    Not(Box<Condition>),
    /// When a value is as wanted.
    Test(Test),
}

/// A test of one key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Test {
    /// The key: `aws:SourceArn`. Its case does not matter.
    pub key: SmolStr,
    /// How values are compared.
    pub operator: Operator,
    /// Whether the comparison is turned round: no wanted value may match.
    pub negated: bool,
    /// What is wanted: any of these.
    pub wanted: Vec<Pattern>,
    /// Which of a key's values count.
    pub each: Each,
    /// What a request without the key gets.
    pub absent: Absent,
}

/// Which of a key's values count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Each {
    /// The key has one value.
    #[default]
    One,
    /// All of them: `ForAllValues`.
    All,
    /// One of them: `ForAnyValue`.
    Any,
}

/// What a request without the key gets.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Absent {
    /// The test fails.
    #[default]
    Fails,
    /// The test passes: `…IfExists`, and what is negated.
    Passes,
    /// This value is taken instead.
    Is(Pattern),
}

/// What a request carries: a key's values. The case of keys does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context(Vec<(SmolStr, Vec<Pattern>)>);

impl Context {
    /// The same with a key set.
    #[must_use]
    pub fn with(mut self, key: &str, values: Vec<Pattern>) -> Self {
        self.set(key, values);
        self
    }

    /// Sets a key.
    pub fn set(&mut self, key: &str, values: Vec<Pattern>) {
        self.remove(key);
        self.0.push((key.into(), values));
    }

    /// Takes a key away.
    pub fn remove(&mut self, key: &str) {
        self.0.retain(|(known, _)| !known.eq_ignore_ascii_case(key));
    }

    /// A key's values; none when the request does not carry it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&[Pattern]> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, values)| values.as_slice())
    }
}

impl Condition {
    /// The same with other atoms in what is wanted.
    #[must_use]
    pub fn with_atoms(self, other: &impl Fn(&str) -> Option<String>) -> Self {
        let all = |conditions: Vec<Self>| conditions.into_iter().map(|one| one.with_atoms(other)).collect();
        match self {
            Self::All(conditions) => Self::All(all(conditions)),
            Self::Any(conditions) => Self::Any(all(conditions)),
            Self::Not(condition) => Self::Not(Box::new(condition.with_atoms(other))),
            Self::Test(test) => {
                let wanted = test.wanted.iter().map(|pattern| pattern.with_atoms(other)).collect();
                Self::Test(Test { wanted, ..test })
            }
        }
    }

    /// What always holds.
    #[must_use]
    pub const fn always() -> Self {
        Self::All(Vec::new())
    }

    /// Whether it always holds.
    #[must_use]
    pub fn is_always(&self) -> bool {
        matches!(self, Self::All(all) if all.is_empty())
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if other.is_always() => one,
            (one, other) if one.is_always() => other,
            (Self::All(mut all), Self::All(more)) => {
                all.extend(more);
                Self::All(all)
            }
            (Self::All(mut all), other) => {
                all.push(other);
                Self::All(all)
            }
            (one, Self::All(mut all)) => {
                all.insert(0, one);
                Self::All(all)
            }
            (one, other) => Self::All(vec![one, other]),
        }
    }

    /// Whether it holds for what a request carries.
    #[must_use]
    pub fn holds(&self, context: &Context) -> bool {
        match self {
            Self::All(all) => all.iter().all(|condition| condition.holds(context)),
            Self::Any(any) => any.iter().any(|condition| condition.holds(context)),
            Self::Not(other) => !other.holds(context),
            Self::Test(test) => test.holds(context),
        }
    }

    /// Calls `visit` with every test.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Test)) {
        match self {
            Self::All(several) | Self::Any(several) => several.iter().for_each(|condition| condition.walk(visit)),
            Self::Not(other) => other.walk(visit),
            Self::Test(test) => visit(test),
        }
    }

    /// What it says as alternatives, each a list of tests that must all hold. `not` is drawn into the tests.
    #[must_use]
    pub fn alternatives(&self) -> Vec<Vec<Test>> {
        self.spread(false)
    }

    fn spread(&self, not: bool) -> Vec<Vec<Test>> {
        match (self, not) {
            (Self::Test(test), false) => vec![vec![test.clone()]],
            (Self::Test(test), true) => vec![vec![test.turned()]],
            (Self::Not(other), _) => other.spread(!not),
            (Self::All(several), false) | (Self::Any(several), true) => {
                several.iter().fold(vec![Vec::new()], |so_far, condition| crossed(&so_far, &condition.spread(not)))
            }
            (Self::Any(several), false) | (Self::All(several), true) => {
                several.iter().flat_map(|condition| condition.spread(not)).collect()
            }
        }
    }
}

/// Every alternative of one with every alternative of the other.
fn crossed(one: &[Vec<Test>], other: &[Vec<Test>]) -> Vec<Vec<Test>> {
    let both = |first: &Vec<Test>, second: &Vec<Test>| first.iter().chain(second).cloned().collect();
    one.iter().flat_map(|first| other.iter().map(move |second| both(first, second))).collect()
}

impl Test {
    /// A plain test.
    #[must_use]
    pub fn new(key: &str, operator: Operator, wanted: Vec<Pattern>) -> Self {
        Self { key: key.into(), operator, negated: false, wanted, each: Each::One, absent: Absent::Fails }
    }

    /// A test of an AWS policy: `ForAnyValue:StringLikeIfExists`. None when there is no such operator.
    #[must_use]
    pub fn named(operator: &str, key: &str, wanted: Vec<Pattern>) -> Option<Self> {
        let (each, rest) = match operator.split_once(':') {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("ForAllValues") => (Each::All, rest),
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("ForAnyValue") => (Each::Any, rest),
            Some(_) => return None,
            None => (Each::One, operator),
        };
        let optional = rest.len() > 8
            && rest.is_char_boundary(rest.len() - 8)
            && rest[rest.len() - 8..].eq_ignore_ascii_case("IfExists");
        let name = if optional { &rest[..rest.len() - 8] } else { rest };
        let (operator, negated) = Operator::named(name)?;
        let absent = if optional || negated { Absent::Passes } else { Absent::Fails };
        Some(Self { key: key.into(), operator, negated, wanted, each, absent })
    }

    /// A test that nothing is known of but its words: it holds for requests that are known to pass it.
    #[must_use]
    pub fn opaque(words: &str) -> Self {
        Self::new(&format!("[{words}]"), Operator::Alike, vec![Pattern::literal("true")])
    }

    /// Whether it holds for what a request carries.
    #[must_use]
    pub fn holds(&self, context: &Context) -> bool {
        let values = context.get(&self.key);
        if self.operator == Operator::Null {
            let wants_none = self.wanted.iter().any(|wanted| wanted.lower().as_text() == Some("true"));
            return (wants_none == values.is_none_or(<[Pattern]>::is_empty)) != self.negated;
        }
        match (values, self.each, &self.absent) {
            (None, Each::All, _) => true,
            (None, Each::Any, Absent::Passes) => !self.negated,
            (None, Each::Any, _) => false,
            (None, Each::One, Absent::Fails) => false,
            (None, Each::One, Absent::Passes) => true,
            (None, Each::One, Absent::Is(value)) => self.fits(value),
            (Some(values), Each::All, _) => values.iter().all(|value| self.fits(value)),
            (Some(values), ..) => values.iter().any(|value| self.fits(value)),
        }
    }

    fn fits(&self, value: &Pattern) -> bool {
        self.wanted.iter().any(|wanted| self.operator.holds(value, wanted)) != self.negated
    }

    /// The opposite.
    fn turned(&self) -> Self {
        let absent = match &self.absent {
            Absent::Fails => Absent::Passes,
            Absent::Passes => Absent::Fails,
            Absent::Is(value) => Absent::Is(value.clone()),
        };
        let each = match self.each {
            Each::One => Each::One,
            Each::All => Each::Any,
            Each::Any => Each::All,
        };
        Self { negated: !self.negated, each, absent, ..self.clone() }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |several: &[Self], word: &str| several.iter().map(Self::within).collect::<Vec<_>>().join(word);
        match self {
            Self::All(all) if all.is_empty() => out.write_str("always"),
            Self::Any(any) if any.is_empty() => out.write_str("never"),
            Self::All(all) => out.write_str(&joined(all, " and ")),
            Self::Any(any) => out.write_str(&joined(any, " or ")),
            Self::Not(other) => write!(out, "not {}", other.within()),
            Self::Test(test) => test.fmt(out),
        }
    }
}

impl Condition {
    /// As a part of a greater one.
    fn within(&self) -> String {
        match self {
            Self::All(several) | Self::Any(several) if several.len() > 1 => format!("({self})"),
            _ => self.to_string(),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wanted: Vec<String> = self.wanted.iter().map(ToString::to_string).collect();
        let wanted = wanted.join(" or ");
        let each = match self.each {
            Each::One => "",
            Each::All => "each ",
            Each::Any => "some ",
        };
        let not = if self.negated { "not " } else { "" };
        match self.operator {
            Operator::Null if (wanted == "true") != self.negated => write!(out, "{} is absent", self.key),
            Operator::Null => write!(out, "{} is present", self.key),
            Operator::Equals | Operator::Alike => write!(out, "{each}{} is {not}{wanted}", self.key),
            Operator::Like | Operator::Arn => write!(out, "{each}{} is {not}like {wanted}", self.key),
            Operator::Address => write!(out, "{each}{} is {not}in {wanted}", self.key),
            Operator::Number(order) | Operator::Date(order) => {
                write!(out, "{each}{} is {not}{order:?} {wanted}", self.key)
            }
        }?;
        match &self.absent {
            Absent::Passes if !self.negated => out.write_str(" where there is one"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(operator: &str, wanted: &[&str]) -> Test {
        Test::named(operator, "aws:x", wanted.iter().map(|text| Pattern::glob(text)).collect()).expect("a test")
    }

    fn check(operator: &str, wanted: &[&str], values: Option<&[&str]>, expected: bool) {
        let mut context = Context::default();
        if let Some(values) = values {
            context.set("AWS:X", values.iter().map(|text| Pattern::literal(text)).collect());
        }
        assert_eq!(test(operator, wanted).holds(&context), expected, "{operator} {wanted:?} {values:?}");
        assert_ne!(test(operator, wanted).turned().holds(&context), expected, "not {operator} {wanted:?} {values:?}");
    }

    #[test]
    fn tests_hold() {
        check("StringEquals", &["a", "b"], Some(&["b"]), true);
        check("StringEquals", &["a", "b"], Some(&["c"]), false);
        check("StringEquals", &["a"], None, false);
        check("StringEqualsIfExists", &["a"], None, true);
        check("StringNotEquals", &["a"], None, true);
        check("StringNotEquals", &["a", "b"], Some(&["b"]), false);
        check("Null", &["true"], None, true);
        check("Null", &["true"], Some(&["x"]), false);
        check("Null", &["false"], Some(&["x"]), true);
        check("ForAllValues:StringLike", &["a*"], None, true);
        check("ForAllValues:StringLike", &["a*"], Some(&["ab", "ac"]), true);
        check("ForAllValues:StringLike", &["a*"], Some(&["ab", "b"]), false);
        check("ForAnyValue:StringLike", &["a*"], Some(&["ab", "b"]), true);
        check("ForAnyValue:StringLike", &["a*"], None, false);
    }

    #[test]
    fn alternatives_say_the_same() {
        let plain = |key: &str| Condition::Test(Test::new(key, Operator::Equals, vec![Pattern::literal("1")]));
        let condition = Condition::Not(Box::new(Condition::All(vec![
            plain("a"),
            Condition::Any(vec![plain("b"), Condition::Not(Box::new(plain("c")))]),
        ])));
        let alternatives = condition.alternatives();
        assert_eq!(alternatives.len(), 2);
        for bits in 0..8 {
            let mut context = Context::default();
            for (at, key) in ["a", "b", "c"].iter().enumerate() {
                context.set(key, vec![Pattern::literal(if bits >> at & 1 == 1 { "1" } else { "0" })]);
            }
            let spread = alternatives.iter().any(|tests| tests.iter().all(|test| test.holds(&context)));
            assert_eq!(spread, condition.holds(&context), "{bits:b}");
        }
    }

    #[test]
    fn conditions_are_said_in_words() {
        let all = Condition::Test(test("StringEquals", &["a", "b"])).and(Condition::Test(test("Null", &["false"])));
        assert_eq!(all.to_string(), "aws:x is a or b and aws:x is present");
        assert_eq!(Condition::always().to_string(), "always");
        assert!(Test::named("ForSome:Bool", "k", vec![]).is_none() && Test::named("IfExists", "k", vec![]).is_none());
    }
}
