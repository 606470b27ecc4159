//! Declared types.

use crate::lower::{Lower, at, children};
use portolan_program::{Expression, Kind, Name, Type};
use tree_sitter::Node;

/// Types that say nothing of what is called.
const PLAIN: &[&str] = &[
    "any",
    "bool",
    "byte",
    "complex128",
    "complex64",
    "error",
    "float32",
    "float64",
    "int",
    "int16",
    "int32",
    "int64",
    "int8",
    "rune",
    "string",
    "uint",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "uintptr",
];

impl Lower<'_> {
    /// A declared type without its pointers; none for plain data and functions.
    pub fn declared(&self, node: Node<'_>) -> Option<Type> {
        match node.kind() {
            "type_identifier" | "identifier" if PLAIN.contains(&self.source(node)) => None,
            "type_identifier" | "identifier" => Some(named(vec![self.named(node)])),
            "qualified_type" => {
                let package = self.named(node.child_by_field_name("package")?);
                Some(named(vec![package, self.named(node.child_by_field_name("name")?)]))
            }
            "generic_type" => {
                let mut declared = self.declared(node.child_by_field_name("type")?)?;
                let arguments = node.child_by_field_name("type_arguments").map_or_else(Vec::new, children);
                declared.arguments = arguments.into_iter().filter_map(|argument| self.declared(argument)).collect();
                Some(declared)
            }
            "type_instantiation_expression" => self.declared(node.child_by_field_name("type")?),
            "pointer_type"
            | "parenthesized_type"
            | "parenthesized_expression"
            | "unary_expression"
            | "type_elem"
            | "type_constraint"
            | "negated_type" => self.declared(*children(node).first()?),
            "slice_type" | "array_type" | "implicit_length_array_type" => {
                self.container(node.child_by_field_name("element")?)
            }
            "map_type" | "channel_type" => self.container(node.child_by_field_name("value")?),
            _ => None,
        }
    }

    /// What a variable of a type is before it is set; none for plain data.
    pub fn zero_value(&self, node: Node<'_>) -> Option<Expression> {
        let kind = match node.kind() {
            "pointer_type" | "function_type" => Kind::Nothing,
            "map_type" => Kind::Record(Vec::new()),
            "slice_type" | "array_type" | "channel_type" => Kind::List(Vec::new()),
            _ => Kind::Struct(Box::new(self.type_name(node)?), Vec::new()),
        };
        Some(at(node, kind))
    }

    fn container(&self, element: Node<'_>) -> Option<Type> {
        Some(Type { path: Vec::new(), arguments: vec![self.declared(element)?] })
    }

    /// A type's name as an expression; none for a type without a name.
    pub fn type_name(&self, node: Node<'_>) -> Option<Expression> {
        let declared = self.declared(node).filter(|declared| !declared.path.is_empty())?;
        let mut path = declared.path.into_iter();
        let first = at(node, Kind::Name(path.next()?));
        Some(path.fold(first, |object, name| at(node, Kind::Member(Box::new(object), name))))
    }
}

pub(crate) fn named(path: Vec<Name>) -> Type {
    Type { path, arguments: Vec::new() }
}
