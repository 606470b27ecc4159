//! From an operation to the permissions it needs.

use crate::{Needed, Operation, Provider, aws};

/// What an operation needs.
#[must_use]
pub fn needed(operation: &Operation) -> Needed {
    match operation.provider {
        Provider::Aws => aws::needed(operation),
        Provider::Gcp | Provider::Azure | Provider::Neutral => {
            Needed::Unknown(format!("`{}` of `{}` is not in the operation table", operation.name, operation.service))
        }
    }
}
