//! Small programs in Rust with the permissions they need.

use portolan_rust::Rust;

#[test]
fn cases() {
    portolan_cases::check(&Rust, portolan_cases::Sdk::Rust, concat!(env!("CARGO_MANIFEST_DIR"), "/cases"));
}
