//! What each language's SDKs call things: a module a language.

mod given; // a call's arguments, and answers
mod sas;
mod google; // what Google's libraries have in common
mod portolan; // the neutral client

/// Python.
pub mod python;

/// JavaScript.
pub mod javascript;

/// Go.
pub mod go;

/// Java.
pub mod java;

/// Ruby.
pub mod ruby;

/// Rust.
pub mod rust;

/// C#.
pub mod csharp;
