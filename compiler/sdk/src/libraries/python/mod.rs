//! The SDKs of Python.

use crate::Library;

/// All of them.
pub const LIBRARIES: &[&dyn Library] = &[];
