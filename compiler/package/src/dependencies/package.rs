//! The packages in an artifact, as its lock lists them.

use serde::{Deserialize, Serialize};

/// A package that was installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// Its name, as its index compares it.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The file it was installed from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The file's hash: `sha256:…`, or `sha512:…` from npm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// Bytes it takes up in the artifact, unpacked; nothing where the cloud installs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}
