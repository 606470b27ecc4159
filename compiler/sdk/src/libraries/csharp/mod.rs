//! The SDKs of C#.

use crate::Library;

/// All of them.
pub const LIBRARIES: &[&dyn Library] = &[];
