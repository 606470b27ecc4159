//! The SDKs of C#.

mod names; // symbols, services, and what all of these share
mod client; // operations by their names
mod request; // what an operation is told
mod store; // helpers of S3: transfers and utilities
mod context; // DynamoDB by classes
mod document; // DynamoDB by documents
mod settings; // secrets and parameters, read at once or kept
mod powertools; // Powertools for AWS Lambda
mod system; // the environment and configuration
mod azure;
mod google;
mod strange; // what is known to call a cloud, and not how

use crate::Library;

/// All of them.
pub const LIBRARIES: &[&dyn Library] = &[
    &system::System,
    &context::Contexts,
    &document::Documents,
    &store::Store,
    &settings::Settings,
    &powertools::Powertools,
    &client::Clients,
    &azure::Azure,
    &google::Google,
    &request::Requests,
    &strange::Strange,
];
