//! What may be a secret, and what a text is without it.
//!
//! In come names and values; out goes whether a value may be shown, and texts in which those that may not are gone,
//! however they are written. When in doubt it is a secret. This room knows no cloud and no template.

mod judge; // start reading here
mod secrets;

pub use judge::{is_plain, looks_secret, sounds_secret};
pub use secrets::{HIDDEN, Secrets, masked, masked_text};
