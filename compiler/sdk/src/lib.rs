//! What calls into a cloud's SDK mean: from a name outside the program and its arguments to operations, and from an
//! operation to the permissions it needs and on what.
//!
//! Comes in: symbols and [`Term`]s, what an interpreter knows of values. Goes out: [`Outcome`]s — the operations a call
//! performs and what it returns — and [`Permission`]s. This room does not know how a program was read.

mod term; // start reading here
mod operation;
mod library;
pub mod aws;
mod table;
mod gcp;
mod azure;
mod neutral; // the client of our own
mod surface;
mod libraries;
mod needed;

pub use library::{Library, libraries};
pub use needed::{beginnings, needed, needed_on};
pub use operation::{Api, Argument, Language, Needed, Operation, Outcome, Permission, Provider, Resource};
pub use term::{Object, Piece, Template, Term};
