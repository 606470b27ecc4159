//! What is bound or assigned to.

use crate::lower::{Lower, at, children, fields};
use portolan_program::{Kind, Pattern};
use tree_sitter::Node;

impl Lower<'_> {
    /// The target of an assignment, a loop or a `with`.
    pub fn pattern(&mut self, node: Node<'_>) -> Pattern {
        self.deeper(node, Pattern::Ignore, |lower| match node.kind() {
            "identifier" => Pattern::Name(lower.named(node)),
            "attribute" => match (node.child_by_field_name("object"), node.child_by_field_name("attribute")) {
                (Some(object), Some(name)) => Pattern::Member(Box::new(lower.expression(object)), lower.named(name)),
                _ => Pattern::Ignore,
            },
            "subscript" => match (node.child_by_field_name("value"), fields(node, "subscript").as_slice()) {
                (Some(value), [index]) => {
                    Pattern::Index(Box::new(lower.expression(value)), Box::new(lower.expression(*index)))
                }
                (Some(value), _) => {
                    Pattern::Index(Box::new(lower.expression(value)), Box::new(at(node, Kind::Literal)))
                }
                _ => Pattern::Ignore,
            },
            "pattern_list" | "tuple_pattern" | "list_pattern" | "tuple" | "list" | "expression_list" => {
                Pattern::List(children(node).into_iter().map(|part| lower.pattern(part)).collect())
            }
            "list_splat_pattern" | "list_splat" => match children(node).first() {
                Some(rest) => Pattern::Rest(Box::new(lower.pattern(*rest))),
                None => Pattern::Ignore,
            },
            "parenthesized_expression" => match children(node).first() {
                Some(inner) => lower.pattern(*inner),
                None => Pattern::Ignore,
            },
            _ => Pattern::Ignore,
        })
    }
}
