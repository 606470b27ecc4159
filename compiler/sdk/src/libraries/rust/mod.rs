//! The SDKs of Rust. A symbol is a path joined by points: `aws_sdk_s3.Client.new`.

mod names; // crates of services
mod client; // clients and the requests they build
mod shape; // structures in requests, and answers
mod config; // configuration and credentials
mod rusoto; // the SDK before AWS's own
mod secrets; // a cache of secrets
mod signing; // requests that are signed by hand
mod system; // the environment
mod strange; // what is known to call a cloud, and not how

use crate::Library;

/// All of them.
pub const LIBRARIES: &[&dyn Library] = &[
    &system::System,
    &secrets::SecretCache,
    &signing::Signing,
    &config::Configuration,
    &shape::Shapes,
    &client::Clients,
    &rusoto::Rusoto,
    &strange::Strange,
];
