//! Digests: of a plan, of a change, of anything that can be written as JSON in just one way (RFC 8785).

use crate::Plan;
use serde::Serialize;
use serde_json::Value as Json;
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

/// Takes lines, what means nothing, and the names of bases out of a document.
fn unplaced(json: &mut Json) {
    match json {
        Json::Object(map) => {
            map.retain(|key, value| {
                !matches!(key.as_str(), "place" | "place_before" | "spec" | "because" | "suppressed")
                    || value.is_string()
            });
            if map.contains_key("drift_checked") {
                map.remove("name");
            }
            map.values_mut().for_each(unplaced);
        }
        Json::Array(items) => items.iter_mut().for_each(unplaced),
        _ => {}
    }
}

/// The digest of a value in its canonical form.
pub(crate) fn canonical(value: &impl Serialize) -> String {
    // Documents of this room hold texts, truth values and whole numbers, and those have a canonical form.
    digest(&serde_json_canonicalizer::to_vec(value).unwrap_or_default())
}

/// The id of a plan as it is written down: of everything but the id itself, the lines that things come from, and what the
/// basis is called. A spec that is written in another order gives the same plan. What a later version added counts too.
#[must_use]
pub fn identity(plan: &Json) -> String {
    let mut json = plan.clone();
    if let Some(keys) = json.as_object_mut() {
        keys.remove("id");
    }
    unplaced(&mut json);
    canonical(&json)
}

impl Plan {
    /// The same with the id that its content has.
    #[must_use]
    pub fn identified(mut self) -> Self {
        self.id = identity(&serde_json::to_value(&self).unwrap_or_default());
        self
    }

    /// The first letters of its id: what people call it.
    #[must_use]
    pub fn short_id(&self) -> &str {
        let digits = self.id.strip_prefix("sha256:").unwrap_or(&self.id);
        digits.get(..8).unwrap_or(digits)
    }
}
