//! The SDKs of Go.

mod symbol; // package paths and what stands behind them
mod aws; // AWS's own SDKs, both generations
mod clouds; // Google Cloud and Azure
mod dynamo; // guregu/dynamo, a layer over DynamoDB
mod secrets; // a cache of secrets
mod signing; // requests that are signed by hand
mod strange; // what is known to call a cloud, and not how
mod system; // the environment, and texts

use crate::Library;

/// All of them.
pub const LIBRARIES: &[&dyn Library] = &[
    &system::System,
    &aws::Aws,
    &dynamo::Dynamo,
    &secrets::SecretCache,
    &clouds::Clouds,
    &signing::Signing,
    &strange::Strange,
];
