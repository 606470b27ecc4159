//! Files that a test writes and a person reads: compared, or rewritten with `GOLDEN=update`.

use std::fs;
use std::path::{Path, PathBuf};

/// The top of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Compares a file with what it should hold.
#[allow(dead_code, reason = "one test has pages with packages only")]
pub fn compare(path: &str, expected: &str) {
    settle(path, expected, str::to_owned);
}

/// Compares a page with what it should say, whatever the packages hold: their digests, and the plan's own that follows
/// from them, change with every edit of the entries. A page that differs in nothing else stays as it is.
#[allow(dead_code, reason = "not every test has pages with packages")]
pub fn compare_but_digests(path: &str, expected: &str) {
    settle(path, expected, without_digests);
}

/// A line with zeros for its digests: what a plan calls itself at the end of its heading, and what was shortened in the
/// middle.
fn without_digests(line: &str) -> String {
    let is_digit = |character: char| character.is_ascii_hexdigit();
    if let Some((heading, id)) = line.rsplit_once(" · plan ") {
        return format!("{heading} · plan 0{}", id.trim_start_matches(is_digit));
    }
    let mut parts: Vec<&str> = line.split('…').collect();
    for at in 1..parts.len() {
        parts[at - 1] = parts[at - 1].trim_end_matches(is_digit);
        parts[at] = parts[at].trim_start_matches(is_digit);
    }
    parts.join("0…0")
}

/// Compares line by line as `seen` sees them.
fn settle(path: &str, expected: &str, seen: fn(&str) -> String) {
    let file = root().join(path);
    let found = fs::read_to_string(&file).unwrap_or_default();
    let changed = found.lines().zip(expected.lines()).position(|(found, expected)| seen(found) != seen(expected));
    if changed.is_none()
        && found.lines().count() == expected.lines().count()
        && found.ends_with('\n') == expected.ends_with('\n')
    {
        return;
    }
    if std::env::var_os("GOLDEN").is_some_and(|wish| wish == "update") {
        fs::write(&file, expected).expect("the file can be written");
        return;
    }
    let line = changed.unwrap_or_else(|| found.lines().count().min(expected.lines().count()));
    let at = |text: &str| text.lines().nth(line).unwrap_or("(the end)").to_owned();
    panic!(
        "{path}:{} differs\n- {}\n+ {}\naccept it with: GOLDEN=update cargo test -p portolan-cli",
        line + 1,
        at(&found),
        at(expected)
    );
}

#[test]
fn digests_alone_are_not_seen() {
    let seen = without_digests("~ get.function Code.S3Key …aws/get-0d8da9d…0ada44b4ea3.zip  spec :12");
    assert_eq!(seen, "~ get.function Code.S3Key 0…0ws/get-0…0.zip  spec :12");
    assert_eq!(without_digests("shop → aws (111122223333) · plan 71e93a91"), "shop → aws (111122223333) · plan 0");
    assert_eq!(without_digests("1 added, 2 faded"), "1 added, 2 faded");
}
