//! The SDKs of Ruby.

mod aws; // AWS SDK for Ruby, versions 2 and 3: clients, presigners, credentials
mod resource; // its resource objects
mod record; // aws-record and Dynamoid: classes that are tables
mod google; // Google Cloud
mod system; // the environment, and texts that Ruby's own functions make

use crate::Library;

/// All of them.
pub const LIBRARIES: &[&dyn Library] =
    &[&system::System, &aws::Aws, &resource::Resources, &record::Records, &google::Google];
