//! Python source as a program: files to [`Module`]s, and the names of modules to files.
//!
//! The parser is tree-sitter's; one walk over its tree makes the module. What decides no name or call — numbers, comparisons,
//! types that are only checked — is dropped on the way. This room knows no SDK, but a few of Python's own ways of saying
//! things: properties, class and static methods, data classes, context managers, generators.

mod lower; // start reading here
mod statement;
mod control;
mod condition;
mod expression;
mod collection;
mod text;
mod pattern;
mod function;
mod class;
mod record;
mod types;
mod import;
mod resolve;
mod entries;

use portolan_program::{Files, Language, Module, Name, Rules};

/// Python's front end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Python;

impl Language for Python {
    fn name(&self) -> &'static str {
        "Python"
    }

    fn reads(&self, path: &str) -> bool {
        path.ends_with(".py")
    }

    fn lower(&self, _path: &str, text: &str) -> Module {
        lower::lower(text)
    }

    fn resolve(&self, module: &str, from: &str, files: &dyn Files) -> Vec<String> {
        resolve::resolve(module, from, files).into_iter().collect()
    }

    fn neighbours(&self, _from: &str, _files: &dyn Files) -> Vec<String> {
        Vec::new()
    }

    fn submodule(&self, module: &str, item: &str) -> Option<Name> {
        Some(match module.ends_with('.') {
            true => format!("{module}{item}").into(),
            false => format!("{module}.{item}").into(),
        })
    }

    fn entries(&self, module: &Module) -> Vec<Name> {
        entries::entries(module)
    }

    fn rules(&self) -> Rules {
        Rules::default()
    }
}
