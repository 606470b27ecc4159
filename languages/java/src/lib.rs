//! Java source as a program.
//!
//! Packages are resolved by the custom that a class lies in the file of its name. Declared types are kept, because with
//! dependency injection they are often all that is known of a field. No cloud is known here.

mod lowering; // start reading here
mod statements;
mod expressions;
mod classes;
mod types;
mod resolve;

use lowering::Lowering;
use portolan_program::{Files, Language, Module, Name, Role, Rules};
use tree_sitter::Parser;

/// The front end.
#[derive(Clone, Copy, Debug)]
pub struct Java;

impl Language for Java {
    fn name(&self) -> &'static str {
        "Java"
    }

    fn reads(&self, path: &str) -> bool {
        path.ends_with(".java")
    }

    fn lower(&self, _: &str, text: &str) -> Module {
        let mut parser = Parser::new();
        if parser.set_language(&tree_sitter_java::LANGUAGE.into()).is_err() {
            return Module::default();
        }
        match parser.parse(text, None) {
            Some(tree) => Lowering::new(text).module(tree.root_node()),
            None => Module::default(),
        }
    }

    fn resolve(&self, module: &str, from: &str, files: &dyn Files) -> Vec<String> {
        resolve::imported(module, from, files)
    }

    /// None: a class of the same package is found by its file's name.
    fn neighbours(&self, _: &str, _: &dyn Files) -> Vec<String> {
        Vec::new()
    }

    fn declares(&self, name: &str, from: &str, files: &dyn Files) -> Vec<String> {
        resolve::beside(name, from, files)
    }

    fn submodule(&self, module: &str, item: &str) -> Option<Name> {
        Some(format!("{module}.{item}").into())
    }

    fn entries(&self, module: &Module) -> Vec<Name> {
        let handles = ["handleRequest", "handle", "execute", "apply", "accept", "service", "main"];
        let mut entries = Vec::new();
        for method in handles {
            for class in module.classes.iter().filter(|class| !class.interface) {
                let functions = class.functions.iter().map(|id| module.function(*id));
                let has = functions.into_iter().any(|function| {
                    matches!(function.role, Role::Method | Role::Static) && function.name.as_deref() == Some(method)
                });
                if let Some(name) = class.name.as_ref().filter(|_| has) {
                    entries.push(format!("{name}::{method}").into());
                }
            }
        }
        let extending = module.classes.iter().filter(|class| !class.interface && !class.bases.is_empty());
        entries.extend(extending.filter_map(|class| Some(format!("{}::handleRequest", class.name.as_ref()?).into())));
        entries
    }

    fn rules(&self) -> Rules {
        Rules { implied_receiver: true, block_scopes: true, ..Rules::default() }
    }
}
