//! The SDKs of Java.

mod names; // packages and what stands behind them
mod client; // operations by their names, both generations
mod request; // requests: built, or made and then told more
mod clouds; // Google Cloud and Azure
mod dynamo; // the layers over DynamoDB of both generations
mod transfer; // managers of transfers, and presigned requests
mod system; // the environment
mod powertools; // what reads on behalf of the code: parameters, idempotency, a cache of secrets
mod strange; // what is known to call a cloud, and not how

use crate::Library;

/// All of them.
pub const LIBRARIES: &[&dyn Library] = &[
    &system::System,
    &request::Requests,
    &dynamo::Layers,
    &transfer::Transfers,
    &client::Clients,
    &clouds::Clouds,
    &powertools::Powertools,
    &strange::Strange,
];
