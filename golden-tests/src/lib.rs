//! The golden harness: a question in a folder, one file per answer, compared byte for byte.
//!
//! `cargo test` compares; `GOLDEN=update cargo test` rewrites, and the review is `git diff`. Files that no stage
//! produces are reported, so that nothing old is left lying.

mod golden; // start reading here
mod mapped;
mod model;
pub mod readers;
mod stages;

pub use golden::{Golden, kinds, root};
pub use model::model_yaml;
pub use stages::{Checked, answers, check, check_with_code, diagnostics};
