//! The SDKs of JavaScript and TypeScript.

mod architect; // Architect, and the client below it
mod aws; // AWS's own SDKs, both generations
mod azure; // Azure
mod given; // a call's arguments
mod google; // Google Cloud and Firebase
mod middy; // middleware that reads parameters and secrets
mod models; // language models behind other packages
mod powertools; // AWS's own toolkit for functions
mod orm; // ORMs over DynamoDB
mod signing; // requests that are signed by hand
mod strange; // what is known to call a cloud, and not how
mod system; // the environment
mod wrappers; // packages around the SDKs: tracers, mail, SQL over HTTP

use crate::Library;

/// All of them.
pub const LIBRARIES: &[&dyn Library] = &[
    &system::System,
    &aws::v2::Version2,
    &aws::v3::Version3,
    &aws::helpers::Helpers,
    &aws::encryption::Encryption,
    &wrappers::Wrappers,
    &architect::Architect,
    &models::Models,
    &powertools::Powertools,
    &middy::Middy,
    &orm::Orm,
    &signing::Signing,
    &google::Google,
    &azure::Azure,
    &super::portolan::Portolan,
    &strange::Strange,
];
