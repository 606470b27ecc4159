//! From an operation to the permissions it needs.

use crate::{Needed, Operation, Provider, aws, azure, gcp};

/// What an operation needs.
#[must_use]
pub fn needed(operation: &Operation) -> Needed {
    match operation.provider {
        Provider::Aws => aws::needed(operation),
        Provider::Gcp => gcp::needed(operation),
        Provider::Azure => azure::needed(operation),
        Provider::Neutral => {
            Needed::Unknown(format!("`{}` of `{}` is not in the operation table", operation.name, operation.service))
        }
    }
}
