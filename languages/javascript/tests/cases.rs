//! Small programs in JavaScript and TypeScript with the permissions they need.

use portolan_javascript::JavaScript;

#[test]
fn cases() {
    portolan_cases::check(&JavaScript, portolan_cases::Sdk::JavaScript, concat!(env!("CARGO_MANIFEST_DIR"), "/cases"));
}
