//! Declared types.

use crate::lower::{Lower, children, field};
use portolan_program::{Name, Type};
use tree_sitter::Node;

/// How deep types may be nested.
const DEEPEST: u32 = 50;

/// Types that are their argument, as far as calls are concerned.
const TRANSPARENT: &[&str] = &[
    "Awaited",
    "InstanceType",
    "NonNullable",
    "Omit",
    "Partial",
    "Pick",
    "Promise",
    "PromiseLike",
    "Readonly",
    "Required",
];

/// Types whose elements are their last argument.
const COLLECTIONS: &[&str] =
    &["Array", "AsyncGenerator", "AsyncIterable", "Generator", "Iterable", "Map", "ReadonlyArray", "Record", "Set"];

impl Lower<'_> {
    /// The type of `: Type`.
    pub fn declared_type(&self, annotation: Node<'_>) -> Option<Type> {
        match annotation.kind() {
            "type_annotation" => children(annotation).first().and_then(|declared| self.type_of(*declared)),
            _ => None,
        }
    }

    /// A type that may name a class: `A`, `a.B`, `A<B>`, `A[]`, `A | undefined`, `typeof a`.
    pub fn type_of(&self, node: Node<'_>) -> Option<Type> {
        self.type_within(node, 0)
    }

    fn type_within(&self, node: Node<'_>, depth: u32) -> Option<Type> {
        if depth > DEEPEST {
            return None;
        }
        let inner = |node: Node<'_>| self.type_within(node, depth + 1);
        match node.kind() {
            "type_identifier" | "identifier" => Some(plain(vec![self.named(node)])),
            "nested_type_identifier" | "nested_identifier" | "member_expression" => {
                Some(plain(self.source(node).split('.').map(|part| Name::from(part.trim())).collect()))
            }
            "generic_type" => self.generic(node, depth + 1),
            "array_type" | "readonly_type" | "parenthesized_type" | "type_query" | "optional_type" => {
                let inner = children(node).first().and_then(|part| inner(*part))?;
                Some(if node.kind() == "array_type" { list_of(inner) } else { inner })
            }
            "union_type" | "intersection_type" => children(node).into_iter().find_map(inner),
            _ => None,
        }
    }

    fn generic(&self, node: Node<'_>, depth: u32) -> Option<Type> {
        let inner = |node: Node<'_>| self.type_within(node, depth + 1);
        let mut declared = field(node, "name").and_then(inner)?;
        let arguments = field(node, "type_arguments").map(children).unwrap_or_default();
        let name = declared.path.last().cloned().unwrap_or_default();
        if TRANSPARENT.contains(&name.as_str()) {
            return arguments.first().copied().and_then(inner);
        }
        if COLLECTIONS.contains(&name.as_str()) {
            let last = if name.ends_with("Generator") { arguments.first() } else { arguments.last() };
            return last.copied().and_then(inner).map(list_of);
        }
        declared.arguments = arguments.into_iter().filter_map(inner).collect();
        Some(declared)
    }
}

fn plain(path: Vec<Name>) -> Type {
    Type { path, arguments: Vec::new() }
}

fn list_of(inner: Type) -> Type {
    Type { path: vec!["[]".into()], arguments: vec![inner] }
}
