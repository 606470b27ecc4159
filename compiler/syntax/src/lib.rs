//! YAML text to a spanned tree, and the tree to the [`Spec`]: what the user wrote, names as written.
//!
//! In comes a [`Source`](portolan_diagnostics::Source), out go a [`Spec`] that is always there (with what could be
//! read) and everything wrong with the text. This room knows the keys of the language and the shape under each; it does
//! not know what a name refers to, what a kind's options are, nor any cloud. JSON is YAML here.

mod spec; // start reading here
mod tree;

mod decode;
mod yaml;

pub mod language;
mod names;
mod text;

mod parse;
mod reader;

mod events_key;
mod functions;
mod marks;
mod targets;
mod triggers;

#[cfg(test)]
mod testing;

pub use decode::{MAX_BYTES, decode};
pub use names::{MAX_APP, MAX_NAME, is_name, kebab};
pub use parse::parse;
pub use spec::*;
pub use tree::{Entry, Node, Scalar, Tree};
pub use yaml::tree;
