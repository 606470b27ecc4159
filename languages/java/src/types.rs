//! Declared types.

use crate::lowering::{Lowering, children};
use portolan_program::{Name, Type};
use tree_sitter::Node;

/// Types that only wrap another.
const TRANSPARENT: &[&str] =
    &["Optional", "CompletableFuture", "Supplier", "Provider", "Future", "Lazy", "AtomicReference", "Mono"];

impl<'t> Lowering<'t> {
    /// A declared type; none for numbers, truth values, `void` and `var`.
    pub fn declared(&self, node: Node<'t>) -> Option<Type> {
        match node.kind() {
            "type_identifier" | "identifier" => {
                let name = self.name(node);
                (name != "var").then(|| Type { path: vec![name], arguments: Vec::new() })
            }
            "scoped_type_identifier" | "scoped_identifier" => {
                let path: Vec<Name> = self.slice(node).split('.').map(|part| Name::from(part.trim())).collect();
                Some(Type { path, arguments: Vec::new() })
            }
            "generic_type" => self.generic(node),
            "array_type" => {
                let element = node.child_by_field_name("element")?;
                Some(Type { path: Vec::new(), arguments: self.declared(element).into_iter().collect() })
            }
            "annotated_type" => children(node).last().and_then(|inner| self.declared(*inner)),
            _ => None,
        }
    }

    fn generic(&self, node: Node<'t>) -> Option<Type> {
        let parts = children(node);
        let mut declared = self.declared(*parts.first()?)?;
        let arguments = parts.iter().filter(|part| part.kind() == "type_arguments").flat_map(|part| children(*part));
        declared.arguments = arguments.filter_map(|argument| self.declared(argument)).collect();
        let wraps = declared.path.last().is_some_and(|name| TRANSPARENT.contains(&name.as_str()));
        match wraps && declared.arguments.len() == 1 {
            true => declared.arguments.pop(),
            false => Some(declared),
        }
    }
}
