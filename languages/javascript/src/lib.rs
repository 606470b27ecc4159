//! JavaScript and TypeScript source as a program.
//!
//! Comes in: the text of a file. Goes out: a [`Module`], through [`JavaScript`]. A file is walked once. Both module systems
//! become one: what `module.exports` and `exports` are given is an export like any other. This room knows how modules are
//! found (extensions, `tsconfig.json`, packages of a workspace, layers), and knows no SDK.

mod lower; // start reading here
mod statement;
mod control;
mod binding;
mod commonjs;
mod import;
mod export;
mod registration;
mod expression;
mod call;
mod compiled;
mod resumed;
mod bundle;
mod wrapped;
mod sight;
mod operator;
mod literal;
mod escape;
mod function;
mod class;
mod declaration;
mod types;
mod entries;
mod resolve;
mod settings;
mod package;

use portolan_program::{Files, Language, Module, Name, Rules};

/// The front end.
#[derive(Clone, Copy, Debug, Default)]
pub struct JavaScript;

impl Language for JavaScript {
    fn name(&self) -> &'static str {
        "JavaScript"
    }

    fn reads(&self, path: &str) -> bool {
        lower::Grammar::of(path).is_some()
    }

    fn lower(&self, path: &str, text: &str) -> Module {
        lower::lower(path, text)
    }

    fn resolve(&self, module: &str, from: &str, files: &dyn Files) -> Vec<String> {
        resolve::resolve(module, from, files).into_iter().collect()
    }

    fn neighbours(&self, _from: &str, _files: &dyn Files) -> Vec<String> {
        Vec::new()
    }

    fn entries(&self, module: &Module) -> Vec<Name> {
        entries::entries(module)
    }

    fn rules(&self) -> Rules {
        Rules { block_scopes: true, explicit_exports: true, structural_interfaces: true, ..Rules::default() }
    }
}
