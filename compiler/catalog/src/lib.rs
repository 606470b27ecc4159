//! The standard library of resource kinds, read from data.
//!
//! In come the texts of `stdlib/<kind>/*.yaml` and the same files of a user's folder; out goes a [`Catalog`]: for each
//! kind its options, verbs and exports, and for each format a column with resource trees, exports and access rows.
//! A tree is compiled once and filled many times. This room knows the shape of those files, not what any property in
//! them means; no provider's word appears in it.

mod kind; // start reading here
mod column;
mod tree;
mod load;
mod read;
mod standard;

pub use column::{AccessRow, Built, Column, Environment, Export, External, Parent, ResourceTree, Serves, Share};
pub use kind::{Catalog, Kind, OptionRule, OptionType, Verb, VerbRule};
pub use load::{File, load};
pub use standard::{standard, standard_files};
pub use tree::{Fill, Segment, Tree, fill_body};
