//! The views of a plan: what people see, what tools take, and that nothing a user wrote becomes more than text in any.

#![expect(clippy::disallowed_methods, reason = "a test reads its golden files and asks cargo for the official schema")]

mod hostile;
mod markdown;
mod sample;
mod text;
mod tools;

use std::fs;
use std::path::Path;

/// Compares a view with the file that a person reads, or rewrites that with `GOLDEN=update`.
fn compare(name: &str, found: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/views/golden").join(name);
    if std::env::var_os("GOLDEN").is_some_and(|wish| wish == "update") {
        fs::write(&file, found).expect("the file can be written");
        return;
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    let diff = similar::TextDiff::from_lines(expected.as_str(), found);
    let shown = diff.unified_diff().context_radius(2).to_string();
    assert!(
        expected == found,
        "{name} differs\n{shown}\naccept it with: GOLDEN=update cargo test -p portolan-plan --test views"
    );
}
