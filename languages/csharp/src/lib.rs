//! C# source as a program.
//!
//! A file's name says nothing about what it declares: [`outline`] reads a text's types, namespaces and usings quickly, and
//! whoever interprets the program finds a name by them. Declared types are kept, because with dependency injection they are
//! often all that is known of a field. No cloud is known here.

mod lowering; // start reading here
mod outline;
mod scan;
mod statements;
mod control;
mod expressions;
mod calls;
mod creation;
mod text;
mod patterns;
mod classes;
mod members;
mod functions;
mod attributes;
mod types;
mod entries;

use lowering::Lowering;
use portolan_program::{Files, Language, Module, Name, Outline, Rules};
use tree_sitter::Parser;

/// The front end.
#[derive(Clone, Copy, Debug)]
pub struct CSharp;

impl Language for CSharp {
    fn name(&self) -> &'static str {
        "C#"
    }

    fn reads(&self, path: &str) -> bool {
        path.ends_with(".cs")
    }

    fn lower(&self, _: &str, text: &str) -> Module {
        let mut parser = Parser::new();
        if parser.set_language(&tree_sitter_c_sharp::LANGUAGE.into()).is_err() {
            return Module::default();
        }
        // A byte order mark is three bytes to us and an error to the grammar.
        let marked = text.strip_prefix('\u{feff}').map(|rest| format!("   {rest}"));
        let text = marked.as_deref().unwrap_or(text);
        match parser.parse(text, None) {
            Some(tree) => Lowering::new(text).module(tree.root_node()),
            None => Module::default(),
        }
    }

    /// None: a namespace is not a file. What it declares is found by the outlines.
    fn resolve(&self, _: &str, _: &str, _: &dyn Files) -> Vec<String> {
        Vec::new()
    }

    /// None, likewise.
    fn neighbours(&self, _: &str, _: &dyn Files) -> Vec<String> {
        Vec::new()
    }

    fn outline(&self, text: &str) -> Option<Outline> {
        Some(outline::outline(text))
    }

    /// A task's result, what is made late or may be missing, and options that are configured.
    fn unwraps(&self, member: &str) -> bool {
        matches!(member, "Result" | "Value" | "CurrentValue")
    }

    fn entries(&self, module: &Module) -> Vec<Name> {
        entries::entries(module)
    }

    fn rules(&self) -> Rules {
        Rules { implied_receiver: true, block_scopes: true, ..Rules::default() }
    }
}
