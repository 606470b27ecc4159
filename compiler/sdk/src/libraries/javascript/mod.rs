//! The SDKs of JavaScript.

use crate::Library;

/// All of them.
pub const LIBRARIES: &[&dyn Library] = &[];
