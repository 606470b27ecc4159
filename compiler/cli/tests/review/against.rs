//! What changed in effect: one case for each class on each cloud, and rewrites that change nothing.

use crate::golden;
use crate::review::app::{App, SPEC, out, talk};
use std::fs;

const CLOUDS: [&str; 3] = ["aws", "gcp", "azure"];

/// The changes of an app on all clouds, as they are printed.
fn changed(name: &str, before: &[(&str, &str)], after: &[(&str, &str)]) -> String {
    let app = App::new(name);
    app.change(before);
    app.commit();
    app.change(after);
    let mut pages = Vec::new();
    for cloud in CLOUDS {
        pages.push(app.said(&["review", "--target", cloud, "--against", "main"]));
    }
    pages.join("\n")
}

fn check(name: &str, before: &[(&str, &str)], after: &[(&str, &str)], words: &[&str]) {
    let page = changed(name, before, after);
    for word in words {
        assert_eq!(page.matches(word).count().min(CLOUDS.len()), CLOUDS.len(), "{name}: {word} is not there\n{page}");
    }
    golden::compare(&format!("golden-tests/reviews/against/{name}.txt"), &page);
}

#[test]
fn a_new_action() {
    check("new-action", &[], &[("uses: { jobs: send }", "uses: { jobs: send, files: write }")], &["WIDER", "take may"]);
}

#[test]
fn a_new_resource() {
    let grant = ("      token: read\n", "      token: read\n      more: { read: in/* }\n");
    check("new-resource", &[], &[grant], &["WIDER", "new resource"]);
}

#[test]
fn a_wider_resource() {
    check("wider-resource", &[], &[("{ read: in/* }", "read")], &["WIDER"]);
}

/// What somebody may do by hand on each cloud, and when only.
const BY_HAND: [(&str, &str, &str); 3] = [
    (
        "aws",
        "actions: [\"ses:SendEmail\"], resources: [\"*\"]",
        "{ StringEquals: { \"ses:FromAddress\": a@example.com } }",
    ),
    (
        "gcp",
        "actions: [pubsub.topics.publish], resources: [projects/acme-demo/topics/news]",
        "{ expression: 'request.time < timestamp(\"2027-01-01T00:00:00Z\")' }",
    ),
    (
        "azure",
        "actions: [\"data:Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read\"], resources: [\"*\"]",
        "\"(@Resource[Microsoft.Storage/storageAccounts/blobServices/containers/blobs/tags:open<$key_case_sensitive$>] StringEquals 'yes')\"",
    ),
];

#[test]
fn a_lost_condition() {
    let allow = |conditions: bool| {
        let one = |(cloud, what, when): &(&str, &str, &str)| {
            let when = if conditions { format!("conditions: {when}, ") } else { String::new() };
            format!("      {cloud}: [{{ {what}, {when}why: mail }}]\n")
        };
        format!("    allow:\n{}", BY_HAND.iter().map(one).collect::<String>())
    };
    let (limited, open) = (allow(true), allow(false));
    let before = ("    uses: { jobs: send }\n", format!("    uses: {{ jobs: send }}\n{limited}"));
    let before = [(before.0, before.1.as_str())];
    check("lost-condition", &before, &[(&limited, &open)], &["WIDER", "lost condition  ·  BY HAND"]);
}

#[test]
fn a_new_exposure() {
    let token = "auth: { jwt: { issuer: \"https://login.example.com/\", audience: demo } }";
    let page = changed("new-exposure", &[], &[(token, "auth: public")]);
    assert_eq!(page.matches("OPENS TO EVERYBODY").count(), CLOUDS.len(), "{page}");
    golden::compare("golden-tests/reviews/against/new-exposure.txt", &page);
}

#[test]
fn a_new_function() {
    let function = "functions:\n  late: { handler: src/work.handle, uses: { token: read } }\n";
    check("new-function", &[], &[("functions:\n", function)], &["WIDER", "late may"]);
}

#[test]
fn what_was_taken_away() {
    check("taken-away", &[], &[("      token: read\n", "")], &["TAKEN AWAY"]);
}

#[test]
fn a_rewrite_changes_nothing() {
    let rewrites: [&[(&str, &str)]; 4] = [
        &[(
            "  files: { kind: bucket }\n  more: { kind: bucket }\n",
            "  more: { kind: bucket }\n  files:\n    kind: bucket\n",
        )],
        &[(
            "      files: { read: in/* }\n      token: read\n",
            "      token: [read]\n      files: { read: [in/*, in/a/*] }\n",
        )],
        &[("uses: { jobs: send }", "uses: { jobs: [send] } # as it was")],
        &[(
            "defaults: { runtime: python3.13 }",
            "variables: { python: python3.13 }\ndefaults: { runtime: \"${python}\", memory: 1 GB }",
        )],
    ];
    for (at, rewrite) in rewrites.iter().enumerate() {
        let page = changed(&format!("rewrite-{at}"), &[], rewrite);
        assert_eq!(page.matches("nothing changed in what anybody may do").count(), CLOUDS.len(), "{page}");
    }
}

#[test]
fn a_build_and_a_template_can_be_compared_with() {
    let app = App::new("written");
    app.said(&["build", "--target", "all", "--out", "before"]);
    app.change(&[("      token: read\n", "      token: read\n      more: list\n")]);
    for cloud in CLOUDS {
        let folder = app.said(&["review", "--target", cloud, "--against", "before"]);
        assert!(folder.contains("work may") && folder.contains("list more"), "{folder}");
    }
    let template = app.said(&["review", "--target", "aws", "--against", "before/aws/template.json"]);
    assert!(template.contains("work may s3:ListBucket"), "{template}");
    let output = app.run(&["review", "--target", "all", "--against", "before/aws/template.json"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(talk(&output).contains("a template is of one target"), "{}", talk(&output));
    let output = app.run(&["review", "--target", "gcp", "--against", "before/aws/template.json"]);
    assert!(talk(&output).contains("no permission is read from it as a template of gcp"), "{}", talk(&output));
    let output = app.run(&["review", "--target", "gcp", "--against", "src"]);
    assert!(talk(&output).contains("it holds no main.tf.json for `gcp`"), "{}", talk(&output));
}

#[test]
fn what_was_not_there_permitted_nothing() {
    let app = App::new("before-the-app");
    fs::rename(app.0.join("portolan.yaml"), app.0.join("kept.yaml")).expect("it moves");
    app.commit();
    fs::rename(app.0.join("kept.yaml"), app.0.join("portolan.yaml")).expect("it moves");
    let page = app.said(&["review", "--target", "aws", "--against", "main"]);
    assert!(page.contains("work may s3:GetObject") && !page.contains("TAKEN AWAY"), "{page}");
}

#[test]
fn a_spec_that_was_wrong_cannot_be_compared_with() {
    let app = App::of("wrong-before", &SPEC.replace("kind: queue", "kind: quoue"));
    app.commit();
    app.change(&[("kind: quoue", "kind: queue")]);
    let output = app.run(&["review", "--against", "main"]);
    assert_eq!(output.status.code(), Some(3), "{}", out(&output));
    assert!(talk(&output).contains("its spec was wrong: unknown kind `quoue` (line 11)"), "{}", talk(&output));
}

#[test]
fn the_work_tree_is_left_alone() {
    let app = App::new("left-alone");
    app.commit();
    app.write("notes.txt", "mine");
    app.said(&["review", "--against", "main"]);
    let output = std::process::Command::new("git").args(["status", "--porcelain"]).current_dir(&app.0).output();
    assert_eq!(String::from_utf8_lossy(&output.expect("git").stdout), "?? notes.txt\n");
}
