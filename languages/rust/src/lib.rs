//! Rust source as a program: files to [`Module`]s, and paths to the files of modules and crates.
//!
//! The parser is tree-sitter's; one walk over its tree makes the module. What holds a value is that value: references,
//! options, results, smart pointers, locks and futures are transparent. Structs, enums and traits are classes, variants are
//! classes inside them, and `impl` adds to a class. A path is a chain of members from a crate or a name in scope; `use` binds
//! one. Macros whose arguments are expressions are read again as such; those that the file defines are functions, where
//! one rule without repetitions says what they do. This room knows no SDK.

mod lower; // start reading here
mod item;
mod class;
mod types;
mod path;
mod statement;
mod control;
mod pattern;
mod expression;
mod call;
mod literal;
mod macros;
mod entries;
mod resolve;
mod cargo;

use portolan_program::{Files, Language, Module, Name, Rules};

/// Rust's front end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rust;

impl Language for Rust {
    fn name(&self) -> &'static str {
        "Rust"
    }

    fn reads(&self, path: &str) -> bool {
        path.ends_with(".rs")
    }

    fn lower(&self, _path: &str, text: &str) -> Module {
        lower::lower(text)
    }

    fn resolve(&self, module: &str, from: &str, files: &dyn Files) -> Vec<String> {
        resolve::resolve(module, from, files).into_iter().collect()
    }

    /// None: names come by `use`.
    fn neighbours(&self, _: &str, _: &dyn Files) -> Vec<String> {
        Vec::new()
    }

    /// A macro is known in files that do not import it.
    fn declares(&self, name: &str, from: &str, files: &dyn Files) -> Vec<String> {
        resolve::defines_macro(name, from, files)
    }

    fn entries(&self, module: &Module) -> Vec<Name> {
        entries::entries(module)
    }

    fn rules(&self) -> Rules {
        Rules { block_scopes: true, lazy_names: true, holders: true, ..Rules::default() }
    }
}
