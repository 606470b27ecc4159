//! Identity: what a deployment is called, and how names are derived from that. These can never change
//! (`docs/contract.md`).

use crate::Model;
use portolan_value::Text;
use sha2::{Digest, Sha256};

impl Model {
    /// The stack's name: `<app>-<target>`, with `-<region>` when the target was written with `regions`.
    #[must_use]
    pub fn stack(&self) -> String {
        let (app, target) = (self.app.value.as_str(), &self.target);
        match target.regional {
            true => [app, "-", &target.name.value, "-", &target.region.value].concat(),
            false => [app, "-", &target.name.value].concat(),
        }
    }

    /// What the hash in a cut name stands for: `app/target[/region]/address`.
    #[must_use]
    pub fn identity(&self, address: &str) -> String {
        let target = &self.target;
        match target.regional {
            true => format!("{}/{}/{}/{address}", self.app.value, target.name.value, target.region.value),
            false => format!("{}/{}/{address}", self.app.value, target.name.value),
        }
    }

    /// A derived name of at most `limit` characters: the stack's name and `own`; over the limit it is cut and ends in a
    /// hyphen and six characters of the identity's hash.
    #[must_use]
    pub fn derived_name(&self, own: &str, address: &str, limit: usize) -> Text {
        let (app, target, region) = (&self.app.value, &self.target.name.value, &self.target.region.value);
        let own = if own.is_empty() { ["", ""] } else { ["-", own] };
        let whole = match self.target.regional {
            true => Text::concat(&[app, "-", target, "-", region, own[0], own[1]]),
            false => Text::concat(&[app, "-", target, own[0], own[1]]),
        };
        match whole.len() <= limit {
            true => whole,
            false => cut(&whole, &self.identity(address), limit).into(),
        }
    }
}

/// A name within its limit: whole, or cut and ending in a hyphen and the identity's hash.
#[must_use]
pub fn cut(whole: &str, identity: &str, limit: usize) -> String {
    if whole.chars().count() <= limit {
        return whole.to_owned();
    }
    let kept: String = whole.chars().take(limit.saturating_sub(7)).collect();
    format!("{}-{}", kept.trim_end_matches('-'), hash(identity, 6))
}

/// The variable by which a function sees a resource or function: `UPLOADS_BUCKET`.
#[must_use]
pub fn variable(name: &str, kind: &str) -> String {
    let mut variable = [name, "_", kind].concat().replace('-', "_");
    variable.make_ascii_uppercase();
    variable
}

/// The first characters of the sha256 of a text in lower-case base32 (RFC 4648 alphabet, no padding).
#[must_use]
pub fn hash(text: &str, length: usize) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let digest = Sha256::digest(text.as_bytes());
    let bits = digest.iter().flat_map(|byte| (0..8).rev().map(move |bit| usize::from(byte >> bit & 1)));
    let bits: Vec<usize> = bits.take(length * 5).collect();
    bits.chunks(5).map(|digit| char::from(ALPHABET[digit.iter().fold(0, |digit, bit| digit << 1 | bit)])).collect()
}

#[cfg(test)]
mod tests {
    use super::{cut, hash};

    #[test]
    fn names_are_cut_with_a_hash() {
        assert_eq!(cut("podcast-dev-tag", "podcast/dev/tag.function", 64), "podcast-dev-tag");
        assert_eq!(cut("podcast-dev-tag", "podcast/dev/tag.function", 15), "podcast-dev-tag");
        let short = cut("podcast-dev-tag", "podcast/dev/tag.function", 14);
        assert_eq!(short, format!("podcast-{}", hash("podcast/dev/tag.function", 6)).replace("podcast--", "podcast-"));
        assert!(short.len() <= 14);
    }

    #[test]
    fn the_hash_is_base32_of_sha256() {
        // sha256("") begins e3b0c442 98fc1c14…
        assert_eq!(hash("", 6), "4oymiq");
    }
}
