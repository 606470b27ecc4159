//! Small programs in Ruby and what they need; and that no text makes the front end panic.

use portolan_cases::{Sdk, check, texts};
use portolan_program::Language;
use portolan_ruby::Ruby;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/cases");

#[test]
fn cases_hold() {
    check(&Ruby, Sdk::Ruby, CASES);
}

#[test]
fn any_beginning_of_a_file_is_read() {
    for (path, text) in texts(CASES) {
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)).step_by(7) {
            Ruby.lower(&path, &text[..end]);
        }
    }
}
