//! What lowering produces and encoders write down: values, resources and their addresses.
//!
//! A [`Value`] says what is meant — a text, a reference, a join, a deploy parameter — and never how a target spells it.
//! This room knows diagnostics only; it has never heard of a template. Escaping belongs to the encoders, quoting for
//! the languages inside a value to [`Embed`].

mod address;
mod embed;
mod format;
mod join;
mod resource;
mod text;
mod value; // start reading here

pub use address::{Address, Addresses, Parts, words};
pub use embed::{Embed, Language};
pub use format::{Format, Provider};
pub use resource::{Contribution, Origin, Resource, Shape, Slot};
pub use text::Text;
pub use value::{Context, Form, Map, Raw, Reference, Unique, Value};
