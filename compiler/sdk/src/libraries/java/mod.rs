//! The SDKs of Java.

use crate::Library;

/// All of them.
pub const LIBRARIES: &[&dyn Library] = &[];
