//! Small programs in Go with the permissions they need.

use portolan_go::Go;

#[test]
fn cases() {
    portolan_cases::check(&Go, portolan_cases::Sdk::Go, concat!(env!("CARGO_MANIFEST_DIR"), "/cases"));
}
