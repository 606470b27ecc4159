//! Small programs in Python with the permissions they need.

use portolan_python::Python;

#[test]
fn cases() {
    portolan_cases::check(&Python, portolan_cases::Sdk::Python, concat!(env!("CARGO_MANIFEST_DIR"), "/cases"));
}
