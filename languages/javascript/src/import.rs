//! Imports.

use crate::lower::{Lower, at, children, field, has, span};
use portolan_program::{Import, Kind, Name, Pattern, Statement};
use tree_sitter::Node;

impl Lower<'_> {
    /// `import a, { b as c } from "x"`, `import * as n from "x"`, `import "x"`, `import x = require("x")`.
    pub fn import(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let parts = children(node);
        if let Some(clause) = parts.iter().find(|part| part.kind() == "import_require_clause") {
            return self.import_require(*clause, body);
        }
        let Some(module) = field(node, "source").map(|source| self.string(source)) else { return };
        let types_only = has(node, "type") || has(node, "typeof");
        match parts.iter().find(|part| part.kind() == "import_clause") {
            Some(clause) => children(*clause).into_iter().for_each(|part| self.clause(part, &module, types_only, body)),
            None => body.push(Statement::Expression(at(node, Kind::Module(module)))),
        }
    }

    fn clause(&self, part: Node<'_>, module: &Name, types_only: bool, body: &mut Vec<Statement>) {
        match part.kind() {
            "identifier" => {
                let binding = self.named(part);
                body.push(imported(module, Some("default".into()), binding, types_only, part));
            }
            "namespace_import" => {
                if let Some(name) = children(part).first() {
                    body.push(imported(module, None, self.named(*name), types_only, part));
                }
            }
            "named_imports" => {
                for specifier in children(part).into_iter().filter(|part| part.kind() == "import_specifier") {
                    let Some(name) = field(specifier, "name") else { continue };
                    let item = self.specified(name);
                    let binding = field(specifier, "alias").map_or_else(|| item.clone(), |alias| self.named(alias));
                    let types_only = types_only || has(specifier, "type");
                    body.push(imported(module, Some(item), binding, types_only, specifier));
                }
            }
            _ => {}
        }
    }

    /// The name in a specifier: an identifier or a text.
    pub fn specified(&self, node: Node<'_>) -> Name {
        match node.kind() {
            "string" => self.string(node),
            _ => self.named(node),
        }
    }

    fn import_require(&self, clause: Node<'_>, body: &mut Vec<Statement>) {
        let name = children(clause).into_iter().find(|part| part.kind() == "identifier");
        let source = field(clause, "source");
        if let (Some(name), Some(source)) = (name, source) {
            let value = at(source, Kind::Module(self.string(source)));
            let pattern = Pattern::Name(self.named(name));
            body.push(Statement::Bind { pattern, declared: None, value: Some(value), declares: true });
        }
    }

    /// `import S3 = AWS.S3`.
    pub fn import_alias(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        if let [name, value] = children(node).as_slice() {
            let value = self.path(*value);
            let pattern = Pattern::Name(self.named(*name));
            body.push(Statement::Bind { pattern, declared: None, value: Some(value), declares: true });
        }
    }
}

fn imported(module: &Name, item: Option<Name>, binding: Name, types_only: bool, node: Node<'_>) -> Statement {
    Statement::Import(Import {
        module: module.clone(),
        item,
        binding: Some(binding),
        exported: false,
        types_only,
        span: span(node),
    })
}
