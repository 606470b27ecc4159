//! Imports.

use crate::lower::{Lower, children, fields, span};
use portolan_program::{Import, Name, Statement};
use tree_sitter::Node;

impl Lower<'_> {
    /// `import a.b, c as d`.
    pub fn import(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        for name in fields(node, "name") {
            let (module, alias) = self.aliased(name);
            match (alias, module.split_once('.')) {
                (Some(alias), _) => body.push(import(name, module, None, Some(alias))),
                (None, None) => body.push(import(name, module.clone(), None, Some(module))),
                (None, Some((first, _))) => {
                    let first = Name::from(first);
                    body.push(import(name, first.clone(), None, Some(first)));
                    body.push(import(name, module.clone(), None, Some(module)));
                }
            }
        }
    }

    /// `from a import b as c`, `from . import d`, `from e import *`.
    pub fn import_from(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let Some(module) = node.child_by_field_name("module_name") else { return };
        let module: Name =
            self.source(module).chars().filter(|letter| !letter.is_whitespace()).collect::<String>().into();
        if children(node).iter().any(|child| child.kind() == "wildcard_import") {
            body.push(import(node, module, None, None));
            return;
        }
        for name in fields(node, "name") {
            let (item, alias) = self.aliased(name);
            let binding = alias.unwrap_or_else(|| item.clone());
            body.push(import(name, module.clone(), Some(item), Some(binding)));
        }
    }

    fn aliased(&self, node: Node<'_>) -> (Name, Option<Name>) {
        match (node.child_by_field_name("name"), node.child_by_field_name("alias")) {
            (Some(name), Some(alias)) => (self.named(name), Some(self.named(alias))),
            _ => (self.named(node), None),
        }
    }
}

fn import(node: Node<'_>, module: Name, item: Option<Name>, binding: Option<Name>) -> Statement {
    Statement::Import(Import { module, item, binding, exported: false, types_only: false, span: span(node) })
}
