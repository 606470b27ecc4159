//! What the command line itself finds wrong: each case of `golden-tests/errors/` that has a `command` is run with the
//! real program, in its folder, and compared with its `diagnostics.txt`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn cases() -> Vec<PathBuf> {
    let errors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden-tests/errors");
    let mut cases: Vec<PathBuf> = fs::read_dir(errors).expect("errors").flatten().map(|entry| entry.path()).collect();
    cases.retain(|case| case.join("command").is_file());
    cases.sort();
    cases
}

/// What the program says on stderr, and how it ends.
fn run(case: &Path) -> (String, Option<i32>) {
    let command = fs::read_to_string(case.join("command")).expect("a command");
    let mut program = Command::new(env!("CARGO_BIN_EXE_portolan"));
    let output = program.args(command.split_whitespace()).current_dir(case).output().expect("the program runs");
    (String::from_utf8(output.stderr).expect("text"), output.status.code())
}

#[test]
fn the_command_line_says_what_is_wrong() {
    let cases = cases();
    assert!(cases.len() >= 3, "there are {} cases", cases.len());
    for case in cases {
        let (said, code) = run(&case);
        let shows = fs::read_to_string(case.join("shows")).unwrap_or_default();
        let wrong = shows.contains("error: ");
        assert_eq!(code, Some(if wrong { 3 } else { 0 }), "{}: {said}", case.display());
        let expected = case.join("diagnostics.txt");
        if env::var("GOLDEN").is_ok_and(|mode| mode == "update") {
            fs::write(&expected, &said).expect("a writable tree");
        }
        let expected = fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(said, expected, "{}; accept with GOLDEN=update", case.display());
    }
}
