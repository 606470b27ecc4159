//! Policies in a few words: `allow WHO WHAT on RESOURCE [if OPERATOR KEY VALUE …]`, one statement a line. Commas
//! separate several, and `!` in front means all others.

use crate::{Condition, Context, Effect, Pattern, Piece, Policies, Request, Set, Statement, Test};
use proptest::prelude::Strategy;

/// Short patterns of letters, separators, wildcards and atoms.
pub fn patterns() -> impl Strategy<Value = Pattern> {
    "[ab/:*?$]{0,7}".prop_map(|text| {
        let mut pattern = Pattern::default();
        for letter in text.chars() {
            match letter {
                '$' => pattern.push(Piece::Atom("x".into())),
                letter => pattern.push_glob(letter.encode_utf8(&mut [0; 4])),
            }
        }
        pattern
    })
}

/// Reads a small language of statements.
pub fn policies(text: &str) -> Policies {
    Policies::new(text.lines().map(statement).collect())
}

fn statement(line: &str) -> Statement {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [effect, principal, permission, "on", resource, rest @ ..] = words.as_slice() else { panic!("{line}") };
    let tests = rest.get(1..).unwrap_or_default().chunks(3);
    let test = |test: &[&str]| {
        let wanted = test[2].split(',').map(Pattern::glob).collect();
        Condition::Test(Test::named(test[0], test[1], wanted).expect("a test"))
    };
    Statement {
        effect: if *effect == "deny" { Effect::Deny } else { Effect::Allow },
        principals: set(principal),
        permissions: set(permission),
        resources: set(resource),
        condition: tests.map(test).fold(Condition::always(), Condition::and),
        ..Statement::default()
    }
}

fn set(text: &str) -> Set {
    match text.strip_prefix('!') {
        Some(except) => Set::but(except.split(',').map(Pattern::glob).collect()),
        None => Set::of(text.split(',').map(Pattern::glob).collect()),
    }
}

/// Reads `WHO WHAT on RESOURCE [with KEY VALUE …]`.
pub fn request(text: &str) -> Request {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [principal, permission, "on", resource, rest @ ..] = words.as_slice() else { panic!("{text}") };
    let carried = rest.get(1..).unwrap_or_default().chunks(2);
    Request {
        principal: Pattern::glob(principal),
        permission: Pattern::glob(permission),
        resource: Pattern::glob(resource),
        context: carried.fold(Context::default(), |context, pair| context.with(pair[0], vec![Pattern::glob(pair[1])])),
    }
}
