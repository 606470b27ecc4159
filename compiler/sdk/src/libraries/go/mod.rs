//! The SDKs of Go.

use crate::Library;

/// All of them.
pub const LIBRARIES: &[&dyn Library] = &[];
