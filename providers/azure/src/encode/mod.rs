//! Encoding: settled resources to an ARM template in the list form.
//!
//! In comes what is meant, out goes JSON text, written straight from the value tree. This is the only place that knows
//! how ARM spells a reference or a literal bracket, and the only one that escapes.

mod document; // start reading here
mod expression;
mod json;
mod names;
mod raw;

#[cfg(test)]
mod reader;

pub(crate) use document::{minified_size, write};
pub(crate) use names::Names;
