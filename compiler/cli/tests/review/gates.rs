//! Gates: what each holds up, and how a run ends then.

use crate::review::app::{App, out, talk};

/// How a review ends with these gates, and that it says why.
fn check(app: &App, arguments: &[&str], code: i32, words: &[&str]) {
    let output = app.run(&[&["review", "--target", "aws"], arguments].concat());
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{}{}", out(&output), talk(&output));
    assert!(out(&output).starts_with("demo → aws"), "the review is printed in any case: {}", out(&output));
    for word in words {
        assert!(talk(&output).contains(word), "{word} is not in {}", talk(&output));
    }
}

const HAND: &str =
    "    uses: { jobs: send }\n    allow: { aws: [{ actions: [\"iam:PassRole\"], resources: [\"*\"], why: none }] }\n";

#[test]
fn gates_hold_up_what_they_name() {
    let app = App::new("gates");
    check(&app, &["--deny", "public,escalation,hand-granted"], 0, &[]);
    check(
        &app,
        &["--deny", "assumed"],
        4,
        &["denied  assumed  not all code of `work` was understood", "portolan.yaml:"],
    );
    app.change(&[
        ("    uses: { jobs: send }\n", HAND),
        ("auth: { jwt: { issuer: \"https://login.example.com/\", audience: demo } }", "auth: public"),
    ]);
    check(&app, &["--deny", "public"], 4, &["denied  public  `take` is open to everybody: POST /jobs"]);
    check(&app, &["--deny", "escalation"], 4, &["`take` may iam:PassRole on *", "1 finding stands in the way"]);
    check(&app, &["--deny", "hand-granted"], 4, &["take may iam:PassRole on *: none"]);
    check(&app, &["--deny", "public,escalation", "--deny", "hand-granted"], 4, &["3 findings stand in the way"]);
}

#[test]
fn compared_with_something_only_what_is_new_is_held_up() {
    let app = App::new("gates-against");
    app.change(&[("    uses: { jobs: send }\n", HAND)]);
    app.commit();
    check(&app, &["--against", "main", "--deny", "widening,public,escalation,assumed,hand-granted"], 0, &[]);
    app.change(&[("      token: read\n", "      token: read\n      more: list\n")]);
    check(&app, &["--against", "main", "--deny", "public,escalation,hand-granted"], 0, &[]);
    check(
        &app,
        &["--against", "main", "--deny", "widening"],
        4,
        &["denied  widening  new action: work may s3:ListBucket"],
    );
    check(&app, &["--against", "main", "--deny", "assumed"], 4, &["denied  assumed"]);
}

#[test]
fn an_unknown_gate_is_3_with_a_suggestion() {
    let app = App::new("gates-unknown");
    let output = app.run(&["review", "--deny", "widning", "--against", "main"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(talk(&output).contains("widening"), "{}", talk(&output));
}

#[test]
fn with_several_targets_a_finding_names_its_own() {
    let app = App::new("gates-targets");
    let output = app.run(&["review", "--target", "all", "--deny", "assumed"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(talk(&output).contains("azure: not all code of `work` was understood"), "{}", talk(&output));
}
