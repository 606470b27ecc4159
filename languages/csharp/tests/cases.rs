//! Small programs in C# and what they need.

use portolan_cases::{Sdk, check};
use portolan_csharp::CSharp;

#[test]
fn cases_hold() {
    check(&CSharp, Sdk::CSharp, concat!(env!("CARGO_MANIFEST_DIR"), "/cases"));
}
