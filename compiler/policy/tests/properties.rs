//! The evaluator and the comparison against a plain enumeration of a small universe, and hundreds of rewrites that mean
//! the same and changes that permit more.

use portolan_policy::{
    Comparison, Condition, Context, Difference, Effect, Pattern, Policies, Request, Set, Statement, Test, allows,
    widened,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// Everybody, everything and all circumstances there are; `z` stands for whatever no policy speaks of.
const PRINCIPALS: [&str; 3] = ["me", "you", "z"];
const ACTIONS: [&str; 7] = ["s:get", "s:getall", "s:getz", "s:put", "s:z", "t:get", "z:z"];
const RESOURCES: [&str; 6] = ["x", "x/1", "x/2", "x/z", "y", "z"];
const VALUES: [Option<&str>; 5] = [None, Some("v"), Some("v1"), Some("w"), Some("z")];

/// What policies are made of here: plain words, so that the enumeration needs nothing of the room it tests.
#[derive(Clone, Debug, PartialEq)]
struct Words {
    deny: bool,
    principals: Vec<&'static str>,
    not_actions: bool,
    actions: Vec<&'static str>,
    not_resources: bool,
    resources: Vec<&'static str>,
    condition: Option<(&'static str, Vec<&'static str>)>,
}

fn words() -> impl Strategy<Value = Words> {
    let principals = subsequence(vec!["me", "you", "*"], 1..=2);
    let actions = subsequence(vec!["s:get", "s:getall", "s:put", "s:get*", "s:*", "*", "t:get"], 1..=2);
    let resources = subsequence(vec!["x", "x/1", "x/2", "x/*", "*", "y"], 1..=2);
    let values = subsequence(vec!["v", "v1", "w"], 1..=2);
    let operators = select(vec!["StringEquals", "StringNotEquals", "StringLike", "StringEqualsIfExists"]);
    let null = Just(("Null", vec!["true"])).boxed();
    let condition = prop::option::of(prop_oneof![4 => (operators, values).boxed(), 1 => null]);
    let flags = (prop::bool::weighted(0.25), prop::bool::weighted(0.15), prop::bool::weighted(0.15));
    (flags, principals, actions, resources, condition).prop_map(
        |((deny, not_actions, not_resources), principals, actions, resources, condition)| Words {
            deny,
            principals,
            not_actions,
            actions,
            not_resources,
            resources,
            condition,
        },
    )
}

fn policy() -> impl Strategy<Value = Vec<Words>> {
    prop::collection::vec(words(), 1..5)
}

// The plain enumeration.

fn fits(pattern: &str, text: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => text.starts_with(start),
        None => pattern == text,
    }
}

fn among(patterns: &[&str], not: bool, text: &str) -> bool {
    patterns.iter().any(|pattern| fits(pattern, text)) != not
}

fn passes(condition: &Option<(&str, Vec<&str>)>, value: Option<&str>) -> bool {
    let Some((operator, wanted)) = condition else { return true };
    match (*operator, value) {
        ("Null", value) => value.is_none(),
        ("StringEquals", None) | ("StringLike", None) => false,
        ("StringNotEquals" | "StringEqualsIfExists", None) => true,
        ("StringNotEquals", Some(value)) => !wanted.contains(&value),
        (_, Some(value)) => wanted.contains(&value),
        other => panic!("{other:?}"),
    }
}

fn permitted(policy: &[Words], principal: &str, action: &str, resource: &str, value: Option<&str>) -> bool {
    let about = |words: &&Words| {
        among(&words.principals, false, principal)
            && among(&words.actions, words.not_actions, action)
            && among(&words.resources, words.not_resources, resource)
            && passes(&words.condition, value)
    };
    let (denials, permissions): (Vec<&Words>, Vec<&Words>) = policy.iter().filter(about).partition(|words| words.deny);
    denials.is_empty() && !permissions.is_empty()
}

fn everything() -> impl Iterator<Item = (&'static str, &'static str, &'static str, Option<&'static str>)> {
    PRINCIPALS.into_iter().flat_map(|principal| {
        ACTIONS.into_iter().flat_map(move |action| {
            RESOURCES
                .into_iter()
                .flat_map(move |resource| VALUES.into_iter().map(move |value| (principal, action, resource, value)))
        })
    })
}

/// Whether the second permits something that the first does not.
fn permits_more(before: &[Words], after: &[Words]) -> bool {
    everything().any(|(principal, action, resource, value)| {
        permitted(after, principal, action, resource, value) && !permitted(before, principal, action, resource, value)
    })
}

// The same policies for the room.

fn set(patterns: &[&str], not: bool) -> Set {
    let patterns = patterns.iter().map(|text| Pattern::glob(text)).collect();
    if not { Set::but(patterns) } else { Set::of(patterns) }
}

fn statement(words: &Words) -> Statement {
    let condition = words.condition.as_ref().map(|(operator, wanted)| {
        let wanted = wanted.iter().map(|text| Pattern::glob(text)).collect();
        Condition::Test(Test::named(operator, "k", wanted).expect("an operator"))
    });
    Statement {
        effect: if words.deny { Effect::Deny } else { Effect::Allow },
        principals: set(&words.principals, false),
        permissions: set(&words.actions, words.not_actions),
        resources: set(&words.resources, words.not_resources),
        condition: condition.unwrap_or_else(Condition::always),
        ..Statement::default()
    }
}

fn policies(policy: &[Words]) -> Policies {
    Policies::new(policy.iter().map(statement).collect())
}

fn more(before: &[Words], after: &[Words]) -> Vec<Difference> {
    let (before, after) = (policies(before), policies(after));
    widened(&Comparison { before: &before, after: &after, universe: &[] })
}

/// One change of a policy's writing: `which` says which kind, the rest where.
fn rewritten(policy: &[Words], which: usize, at: usize) -> Vec<Words> {
    let mut policy = policy.to_vec();
    let at = at % policy.len();
    let one = policy[at].clone();
    match which {
        0 => policy.reverse(),
        1 => policy.rotate_left(at),
        2 => policy.push(one),
        3 => policy[at].actions.reverse(),
        4 => policy[at].resources.reverse(),
        5 if !one.not_actions => {
            split(&mut policy, at, one.actions.len(), |words, part| words.actions = vec![one.actions[part]]);
        }
        6 if !one.not_resources => {
            split(&mut policy, at, one.resources.len(), |words, part| words.resources = vec![one.resources[part]]);
        }
        7 => split(&mut policy, at, one.principals.len(), |words, part| {
            words.principals = vec![one.principals[part]];
        }),
        8 => policy[at].actions.push(one.actions[0]),
        9 => policy[at].actions = one.actions.iter().map(|action| shouted(action)).collect(),
        10 => match &one.condition {
            Some((operator @ ("StringEquals" | "StringLike"), wanted)) => {
                split(&mut policy, at, wanted.len(), |words, part| {
                    words.condition = Some((operator, vec![wanted[part]]));
                });
            }
            Some(("StringNotEquals", _)) | Some(_) | None => policy.push(one),
        },
        _ => policy.insert(0, one),
    }
    policy
}

fn split(policy: &mut Vec<Words>, at: usize, parts: usize, narrow: impl Fn(&mut Words, usize)) {
    let one = policy.remove(at);
    for part in 0..parts {
        let mut words = one.clone();
        narrow(&mut words, part);
        policy.push(words);
    }
}

/// The same action in other letters.
fn shouted(action: &'static str) -> &'static str {
    match action {
        "s:get" => "S:Get",
        "s:getall" => "s:GETALL",
        "s:put" => "s:Put",
        "s:get*" => "S:gEt*",
        "t:get" => "T:GET",
        other => other,
    }
}

/// One change that permits something new.
fn changed(policy: &[Words], which: usize, at: usize) -> Vec<Words> {
    let mut policy = policy.to_vec();
    let at = at % policy.len();
    let words = &mut policy[at];
    match which {
        0 => words.actions = vec!["*"],
        1 => words.resources = vec!["*"],
        2 => words.principals = vec!["*"],
        3 => words.condition = None,
        4 => {
            policy.remove(at);
        }
        5 => words.deny = false,
        6 => words.actions.push("t:get"),
        7 => words.resources.push("y"),
        8 => words.not_actions = !words.not_actions,
        _ => words.not_resources = !words.not_resources,
    }
    policy
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_evaluator_agrees_with_the_enumeration(policy in policy()) {
        let read = policies(&policy);
        for (principal, action, resource, value) in everything() {
            let mut context = Context::default();
            if let Some(value) = value {
                context.set("K", vec![Pattern::literal(value)]);
            }
            let request = Request {
                principal: Pattern::literal(principal),
                permission: Pattern::literal(&action.to_uppercase()),
                resource: Pattern::literal(resource),
                context,
            };
            prop_assert_eq!(allows(&read, &request).is_allowed(), permitted(&policy, principal, action, resource, value), "{:?}", request);
        }
    }

    #[test]
    fn the_comparison_agrees_with_the_enumeration(before in policy(), after in policy()) {
        prop_assert_eq!(!more(&before, &after).is_empty(), permits_more(&before, &after), "{:?}", more(&before, &after));
    }

    #[test]
    fn rewrites_show_nothing(policy in policy(), which in 0_usize..12, at in 0_usize..8) {
        let rewritten = rewritten(&policy, which, at);
        prop_assert_eq!(more(&policy, &rewritten), []);
        prop_assert_eq!(more(&rewritten, &policy), []);
    }

    #[test]
    fn several_rewrites_show_nothing(policy in policy(), changes in prop::collection::vec((0_usize..12, 0_usize..8), 1..5)) {
        let rewritten = changes.iter().fold(policy.clone(), |policy, (which, at)| rewritten(&policy, *which, *at));
        prop_assert_eq!(more(&policy, &rewritten), []);
        prop_assert_eq!(more(&rewritten, &policy), []);
    }
}

/// Of thousands of changes those that permit more are found, each and every one.
#[test]
fn no_widening_is_missed() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    let mut widening = [0; 10];
    for at in 0..4_000 {
        let before = policy().new_tree(&mut runner).expect("a policy").current();
        let after = changed(&before, at % 10, at / 10);
        let found = more(&before, &after);
        assert_eq!(!found.is_empty(), permits_more(&before, &after), "{before:?}\n{after:?}\n{found:?}");
        widening[at % 10] += usize::from(!found.is_empty());
    }
    assert!(widening.iter().sum::<usize>() >= 1_000 && widening.iter().all(|count| *count >= 20), "{widening:?}");
}
