//! Circumstances in which conditions can differ: a finite list that stands for all.
//!
//! For each key that a condition tests, a request may not carry it, carry a value that no condition speaks of, or one on
//! which a test turns. Two conditions that agree on all combinations agree.

use crate::{Condition, Context, Each, Operator, Pattern, Piece, Test};
use std::collections::BTreeMap;

/// More combinations than this are not tried.
const COMBINATIONS: usize = 20_000;

/// More values of one key than this are not paired.
const PAIRED: usize = 8;

/// A value that no condition speaks of.
fn other() -> Pattern {
    Pattern::atom("some other value")
}

/// The circumstances in which these conditions can differ, on top of what every request carries; none when there are too
/// many.
pub(crate) fn contexts<'c>(conditions: impl Iterator<Item = &'c Condition>, base: &Context) -> Option<Vec<Context>> {
    let mut keys: BTreeMap<String, Vec<&Test>> = BTreeMap::new();
    for condition in conditions {
        condition.walk(&mut |test| keys.entry(test.key.to_ascii_lowercase()).or_default().push(test));
    }
    let mut contexts = vec![base.clone()];
    for (key, tests) in keys {
        if base.get(&key).is_some() {
            continue;
        }
        let values = values(&tests);
        if contexts.len().saturating_mul(values.len()) > COMBINATIONS {
            return None;
        }
        let with = |context: &Context, values: &Option<Vec<Pattern>>| match values {
            Some(values) => context.clone().with(&key, values.clone()),
            None => context.clone(),
        };
        contexts = contexts.iter().flat_map(|context| values.iter().map(move |values| with(context, values))).collect();
    }
    Some(contexts)
}

/// What a request can carry for a key, as far as these tests can tell.
fn values(tests: &[&Test]) -> Vec<Option<Vec<Pattern>>> {
    let singles = singles(tests);
    let mut values = vec![None];
    values.extend(singles.iter().map(|value| Some(vec![value.clone()])));
    if tests.iter().any(|test| test.each != Each::One) {
        values.push(Some(Vec::new()));
        let some = &singles[..singles.len().min(PAIRED)];
        for (at, first) in some.iter().enumerate() {
            values.extend(some[at + 1..].iter().map(|second| Some(vec![first.clone(), second.clone()])));
        }
    }
    values
}

fn singles(tests: &[&Test]) -> Vec<Pattern> {
    let mut singles = vec![other()];
    let mut add = |value: Pattern| {
        if !singles.contains(&value) {
            singles.push(value);
        }
    };
    for test in tests {
        for wanted in &test.wanted {
            test.operator.telling(wanted).into_iter().for_each(&mut add);
        }
    }
    let globs: Vec<&Pattern> =
        tests.iter().filter(|test| is_text(test.operator)).flat_map(|test| &test.wanted).collect();
    for (at, first) in globs.iter().enumerate() {
        for second in &globs[at + 1..] {
            first.intersection(second).into_iter().for_each(&mut add);
        }
    }
    // Tests of ARNs look at each part of a value, so a value has to have them.
    let whole: Vec<Pattern> = globs
        .iter()
        .filter(|_| tests.iter().any(|test| test.operator == Operator::Arn))
        .map(|glob| spelled(glob))
        .collect();
    whole.into_iter().for_each(&mut add);
    singles
}

fn is_text(operator: Operator) -> bool {
    matches!(operator, Operator::Equals | Operator::Alike | Operator::Like | Operator::Arn)
}

/// A text that a pattern matches: each wildcard replaced by a value of its own.
fn spelled(pattern: &Pattern) -> Pattern {
    let mut text = Pattern::default();
    for piece in pattern.pieces() {
        match piece {
            Piece::Any => text.append(&other()),
            Piece::One => text.push_text("x"),
            piece => text.push(piece.clone()),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(operator: &str, wanted: &str) -> Condition {
        Condition::Test(Test::named(operator, "k", vec![Pattern::glob(wanted)]).expect("a test"))
    }

    #[test]
    fn every_case_of_a_test_is_among_them() {
        let conditions = [test("StringLike", "a*"), test("StringEquals", "ab")];
        let contexts = contexts(conditions.iter(), &Context::default()).expect("few");
        let cases: Vec<(bool, bool)> =
            contexts.iter().map(|context| (conditions[0].holds(context), conditions[1].holds(context))).collect();
        assert_eq!(cases, [(false, false), (false, false), (true, false), (true, true)]);
    }

    #[test]
    fn what_is_fixed_stays() {
        let base = Context::default().with("K", vec![Pattern::literal("z")]);
        assert_eq!(contexts([test("StringLike", "a*")].iter(), &base), Some(vec![base]));
    }

    #[test]
    fn too_many_are_not_tried() {
        let many = |key: usize| {
            let wanted = (0..40).map(|value| Pattern::literal(&value.to_string())).collect();
            Condition::Test(Test::new(&format!("k{key}"), Operator::Equals, wanted))
        };
        let conditions: Vec<Condition> = (0..4).map(many).collect();
        assert_eq!(contexts(conditions.iter(), &Context::default()), None);
    }
}
