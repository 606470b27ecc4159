//! From an operation to the permissions it needs.

use crate::{Needed, Operation};

/// What an operation needs.
#[must_use]
pub fn needed(operation: &Operation) -> Needed {
    Needed::Unknown(format!("`{}` of `{}` is not in the operation table", operation.name, operation.service))
}
