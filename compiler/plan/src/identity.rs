//! Digests: of a plan, of a change, of anything that can be written as JSON in just one way (RFC 8785).

use crate::Plan;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// `sha256:` and the digest of some bytes.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    let mut text = String::from("sha256:");
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The digest of a value in its canonical form.
pub(crate) fn canonical(value: &impl Serialize) -> String {
    // Documents of this room hold texts, truth values and whole numbers, and those have a canonical form.
    digest(&serde_json_canonicalizer::to_vec(value).unwrap_or_default())
}

impl Plan {
    /// The same with the id that its content has.
    #[must_use]
    pub fn identified(mut self) -> Self {
        self.id = self.identity();
        self
    }

    /// Whether its id is that of its content.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.id == self.identity()
    }

    fn identity(&self) -> String {
        let mut json = serde_json::to_value(self).unwrap_or_default();
        if let Some(keys) = json.as_object_mut() {
            keys.remove("id");
        }
        canonical(&json)
    }

    /// The first letters of its id: what people call it.
    #[must_use]
    pub fn short_id(&self) -> &str {
        let digits = self.id.strip_prefix("sha256:").unwrap_or(&self.id);
        digits.get(..8).unwrap_or(digits)
    }
}
