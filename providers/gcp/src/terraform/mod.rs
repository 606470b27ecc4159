//! Terraform JSON for Infrastructure Manager: the nouns of a decision as resources of the google provider.
//!
//! In come decisions and settled resources; out goes `main.tf.json`, inside what Terraform 1.5.7 knows.

mod bindings;
mod dialect; // start reading here
mod tables;

mod contents;
mod encode;
mod limits;
mod permissions;
mod text;

pub(crate) use contents::contents;
pub use dialect::{Terraform, is_native};
pub use encode::{Index, encode};
pub use limits::limits;
pub use permissions::Reading;
pub use tables::quoted as quoted_field;
pub use text::template;
