//! The examples' reviews: what a security reviewer reads of them.

use crate::golden;
use std::path::Path;
use std::process::Command;

fn review(example: &str, target: &str, format: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    let path = format!("examples/{example}");
    command.args(["review", &path, "--target", target, "--format", format]).current_dir(golden::root());
    let output = command.env("NO_COLOR", "1").output().expect("it runs");
    let talk = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{example} {target}: {talk}");
    String::from_utf8(output.stdout).expect("text")
}

fn check(example: &str, target: &str, formats: &[(&str, &str)]) {
    for (format, ending) in formats {
        let page = review(example, target, format);
        assert!(
            *format != "text" || page.lines().all(|line| line.chars().count() <= 160),
            "{example} {target} is wide"
        );
        golden::compare(&format!("golden-tests/reviews/{example}/{target}.{ending}"), &page);
    }
}

#[test]
fn reviews_read_well() {
    let both = [("text", "txt"), ("markdown", "md")];
    for example in ["contact-form", "hello", "script"] {
        for target in ["aws", "gcp", "gcp-dm", "azure"] {
            check(example, target, &both);
        }
    }
    for example in ["podcast", "shop", "todos"] {
        for target in ["aws", "gcp", "azure"] {
            check(example, target, &both);
        }
    }
    check("podcast", "aws", &[("json", "json"), ("sarif", "sarif")]);
}

/// Whatever examples there are have reviews.
#[test]
fn no_example_is_forgotten() {
    let examples = std::fs::read_dir(golden::root().join("examples")).expect("examples").flatten();
    for example in examples.filter(|example| example.path().join("portolan.yaml").is_file()) {
        let name = example.file_name().to_string_lossy().into_owned();
        assert!(Path::new(&golden::root()).join("golden-tests/reviews").join(&name).is_dir(), "{name} has no review");
    }
}
