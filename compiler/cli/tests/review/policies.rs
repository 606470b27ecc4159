//! Policies as code: the samples, both spellings, and what is wrong with others.

use crate::golden;
use crate::review::app::{App, out, talk};

fn sample(name: &str) -> String {
    golden::root().join("docs/policies").join(name).display().to_string()
}

/// How a review ends with policies, and what is said of them.
fn check(app: &App, policies: &[&str], code: i32, words: &[&str]) {
    let mut arguments = vec!["review", "--target", "aws"];
    policies.iter().for_each(|policy| arguments.extend(["--policy", policy]));
    let output = app.run(&arguments);
    assert_eq!(output.status.code(), Some(code), "{}{}", out(&output), talk(&output));
    for word in words {
        assert!(talk(&output).contains(word), "{word} is not in {}", talk(&output));
    }
}

const TOKEN: &str = "auth: { jwt: { issuer: \"https://login.example.com/\", audience: demo } }";

#[test]
fn nothing_public_reaches_a_secret() {
    let app = App::new("public-secrets");
    let policy = sample("no-public-secrets.rego");
    check(&app, &[&policy], 0, &[]);
    // `take` is public now and sends to the queue that starts `work`, which reads the secret.
    app.change(&[(TOKEN, "auth: public")]);
    check(&app, &[&policy], 4, &["no-public-secrets.rego  aws: everybody can reach `token`"]);
}

#[test]
fn nothing_is_granted_on_everything() {
    let app = App::new("wildcards");
    let policy = sample("no-wildcards.rego");
    check(&app, &[&policy], 0, &[]);
    let hand =
        "    uses: { jobs: send }\n    allow: { aws: [{ actions: [\"ses:*\"], resources: [\"*\"], why: mail }] }\n";
    app.change(&[("    uses: { jobs: send }\n", hand)]);
    check(&app, &[&policy], 4, &["`take` may ses:* on everything", "`take` may do whatever ses:* matches"]);
}

#[test]
fn every_hand_grant_has_a_ticket() {
    let app = App::new("tickets");
    let policy = sample("tickets.rego");
    let grant = |why: &str| {
        format!(
            "    uses: {{ jobs: send }}\n    allow: {{ aws: [{{ actions: [\"ses:SendEmail\"], resources: [\"*\"], why: \"{why}\" }}] }}\n"
        )
    };
    app.change(&[("    uses: { jobs: send }\n", &grant("SEC-12: mail"))]);
    check(&app, &[&policy], 0, &[]);
    app.change(&[("SEC-12: mail", "mail")]);
    check(
        &app,
        &[&policy],
        4,
        &["tickets.rego  portolan.yaml:18: `take` is given ses:SendEmail, and no ticket says why"],
    );
}

#[test]
fn a_folder_of_policies_is_read() {
    let app = App::new("policy-folder");
    check(&app, &[&golden::root().join("docs/policies").display().to_string()], 0, &[]);
    app.write("rules/lib/names.rego", "package lib.names\n\nupper_of(name) := upper(name)\n");
    app.write(
        "rules/all.rego",
        "package all\n\nwarn contains {\"msg\": message} if {\n\tsome function in input.deployments[_].functions\n\tmessage := data.lib.names.upper_of(function.name)\n}\n",
    );
    app.write("rules/all_test.rego", "this is a test, and no policy");
    check(&app, &["rules"], 0, &["warned  rules/all.rego  TAKE", "warned  rules/all.rego  WORK"]);
}

#[test]
fn the_older_spelling_is_read_too() {
    let app = App::new("policy-old");
    app.write("old.rego", "package old\n\ndeny[message] {\n\tfunction := input.deployments[_].functions[_]\n\tmessage := sprintf(\"no %s\", [function.name])\n}\n");
    check(&app, &["old.rego"], 4, &["denied  old.rego  no take"]);
}

#[test]
fn a_policy_that_is_wrong_is_an_error_at_its_line() {
    let app = App::new("policy-wrong");
    app.write("wrong.rego", "package wrong\n\ndeny contains message if {\n\tmessage := := 1\n}\n");
    check(&app, &["wrong.rego"], 3, &["error[cli/policy]", "--> wrong.rego:4:"]);
    app.write("clock.rego", "package clock\n\ndeny contains message if {\n\tmessage := time.now_ns()\n}\n");
    check(&app, &["clock.rego"], 3, &["error[cli/policy]", "--> clock.rego:4:"]);
    check(&app, &["absent.rego"], 3, &["error[cli/unreadable]"]);
}
