//! Go source as a program: files to [`Module`]s, and import paths to the files of packages.
//!
//! The parser is tree-sitter's; one walk over its tree makes the module. Pointers are transparent, several results are a
//! list, structs and interfaces are classes, and a method that lies in another file than its type adds to it. This room
//! knows no SDK but two of Go's ways to start: `lambda.Start` in `main`, and functions that are registered by a name.

mod lower; // start reading here
mod declaration;
mod types;
mod class;
mod statement;
mod control;
mod expression;
mod call;
mod literal;
mod import;
mod entries;
mod resolve;

use portolan_program::{Files, Language, Module, Name, Rules};

/// Go's front end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Go;

impl Language for Go {
    fn name(&self) -> &'static str {
        "Go"
    }

    fn reads(&self, path: &str) -> bool {
        path.ends_with(".go")
    }

    fn lower(&self, _path: &str, text: &str) -> Module {
        lower::lower(text)
    }

    fn resolve(&self, module: &str, from: &str, files: &dyn Files) -> Vec<String> {
        resolve::resolve(module, from, files)
    }

    fn neighbours(&self, from: &str, files: &dyn Files) -> Vec<String> {
        resolve::neighbours(from, files)
    }

    fn entries(&self, module: &Module) -> Vec<Name> {
        entries::entries(module)
    }

    fn rules(&self) -> Rules {
        Rules { block_scopes: true, structural_interfaces: true, ..Rules::default() }
    }
}
