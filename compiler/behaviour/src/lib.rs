//! How a property of a provider's type behaves when it changes.
//!
//! In come a [`Format`](portolan_value::Format), the name of a type and the path of a property; out goes a [`Property`]:
//! what a change of it does, which source says so, and what else is known of it (who sets it, whether order matters, whether
//! it is a secret). The facts are data: `data/*.deflate` is generated from pinned packages by `cargo xtask behaviour`, and
//! `data/*.rows` is written by people, a citation beside each row. This room knows no template and compares nothing.

mod property; // start reading here
mod table;
mod kind;
mod rows;
mod lines;

pub use kind::Type;
pub use property::{ListKind, Order, Property, Said, Source, Step, Verdict, steps};
pub use table::{Table, table};
