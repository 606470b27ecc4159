//! The SDKs of Rust.

use crate::Library;

/// All of them.
pub const LIBRARIES: &[&dyn Library] = &[];
