//! What was chosen: every package with its version, its file and the file's hash.

use serde::{Deserialize, Serialize};

/// The packages that a function's requirements came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Resolution {
    pub(super) packages: Vec<Resolved>,
    /// The lock that says the same to the tool: pinned requirements, or `package-lock.json`.
    pub(super) lock: String,
}

/// A package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Resolved {
    pub(super) name: String,
    pub(super) version: String,
    /// The file that is installed, as its index names it.
    pub(super) file: Option<String>,
    /// `sha256:…` or `sha512:…` in hexadecimal.
    pub(super) hash: Option<String>,
    /// Bytes of the file, where the index says so.
    pub(super) size: Option<u64>,
    /// Where it lies below the root of what is installed, for packages that have a place of their own.
    pub(super) place: Option<String>,
    /// Whether it is built from source here.
    pub(super) is_source: bool,
}
