//! Files that a test writes and a person reads: compared, or rewritten with `GOLDEN=update`.

use std::fs;
use std::path::{Path, PathBuf};

/// The top of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Compares a file with what it should hold.
pub fn compare(path: &str, expected: &str) {
    let file = root().join(path);
    if std::env::var_os("GOLDEN").is_some_and(|wish| wish == "update") {
        fs::write(&file, expected).expect("the file can be written");
        return;
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    let changed = found.lines().zip(expected.lines()).position(|(found, expected)| found != expected);
    let line = changed.unwrap_or_else(|| found.lines().count().min(expected.lines().count()));
    let at = |text: &str| text.lines().nth(line).unwrap_or("(the end)").to_owned();
    assert!(
        found == expected,
        "{path}:{} differs\n- {}\n+ {}\naccept it with: GOLDEN=update cargo test -p portolan-cli",
        line + 1,
        at(&found),
        at(expected)
    );
}
