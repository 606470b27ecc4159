//! The SDKs of Ruby.

use crate::Library;

/// All of them.
pub const LIBRARIES: &[&dyn Library] = &[];
