//! Ruby source as a program.
//!
//! A call without arguments is a call: only names that were assigned before are read as such. Blocks are passed under a name
//! of their own, symbols are texts, and opened classes add to each other. No cloud is known here.

mod lowering; // start reading here
mod statements;
mod expressions;
mod calls;
mod classes;
mod functions;
mod resolve;

use lowering::Lowering;
use portolan_program::{Files, Language, Module, Name, Rules};
use tree_sitter::Parser;

/// The front end.
#[derive(Clone, Copy, Debug)]
pub struct Ruby;

impl Language for Ruby {
    fn name(&self) -> &'static str {
        "Ruby"
    }

    fn reads(&self, path: &str) -> bool {
        path.ends_with(".rb") || path.ends_with(".ru")
    }

    fn lower(&self, _: &str, text: &str) -> Module {
        let mut parser = Parser::new();
        if parser.set_language(&tree_sitter_ruby::LANGUAGE.into()).is_err() {
            return Module::default();
        }
        match parser.parse(text, None) {
            Some(tree) => Lowering::new(text).module(tree.root_node()),
            None => Module::default(),
        }
    }

    fn resolve(&self, module: &str, from: &str, files: &dyn Files) -> Vec<String> {
        resolve::required(module, from, files).into_iter().collect()
    }

    fn neighbours(&self, _: &str, _: &dyn Files) -> Vec<String> {
        Vec::new()
    }

    fn declares(&self, name: &str, from: &str, files: &dyn Files) -> Vec<String> {
        resolve::named_after(name, from, files).into_iter().collect()
    }

    fn entries(&self, module: &Module) -> Vec<Name> {
        let mut entries: Vec<Name> = ["handler", "lambda_handler", "main"].into_iter().map(Name::from).collect();
        for class in &module.classes {
            let functions = class.functions.iter().filter_map(|id| module.function(*id).name.as_ref());
            let named =
                functions.filter(|name| ["process", "handler", "call", "lambda_handler"].contains(&name.as_str()));
            let class = class.name.iter();
            entries
                .extend(class.flat_map(|class| named.clone().map(move |name| Name::from(format!("{class}.{name}")))));
        }
        entries
    }

    fn rules(&self) -> Rules {
        Rules { implied_receiver: true, ..Rules::default() }
    }
}
