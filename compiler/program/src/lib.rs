//! What source code says, in one shape for all languages: modules of functions, classes, statements and expressions.
//!
//! A front end in `compiler/languages/` lowers a file to a [`Module`]; `evidence` interprets modules. The shape keeps what
//! decides which call reaches which client — names, bindings, calls, members, literals, declared types — and drops the
//! rest: numbers, comparisons, the conditions under which a branch runs. This room knows no cloud and no SDK, and reads no
//! file: text comes in through [`Files`].

mod module; // start reading here
mod statement;
mod expression;
mod language;
mod outline;

pub use expression::{Argument, Entry, Expression, Form, Key, Kind, Piece};
pub use language::{Files, Language, Rules};
pub use module::{Class, ClassId, Field, Function, FunctionId, Module, Parameter, Role, Type, Variadic};
pub use outline::{Outline, Outlined};
pub use smol_str::SmolStr as Name;
pub use statement::{Import, Pattern, Statement, Test};

/// A range of bytes in a file's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// Behind the last byte.
    pub end: u32,
}
