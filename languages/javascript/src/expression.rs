//! Expressions.

use crate::commonjs::Exported;
use crate::lower::{Lower, at, children, field};
use portolan_program::{Expression, Kind};
use tree_sitter::Node;

impl Lower<'_> {
    /// An expression.
    pub fn expression(&mut self, node: Node<'_>) -> Expression {
        let kind = self.deeper(node, Kind::Literal, |lower| lower.kind(node));
        at(node, kind)
    }

    fn kind(&mut self, node: Node<'_>) -> Kind {
        if self.table == Some(node.id()) {
            return Kind::Nothing;
        }
        match node.kind() {
            "identifier" | "shorthand_property_identifier" | "property_identifier" => self.identifier(node),
            "this" | "super" => {
                self.around.this = true;
                Kind::Name(self.named(node))
            }
            "member_expression" | "nested_identifier" => self.member(node),
            "subscript_expression" => self.subscript(node),
            "call_expression" => self.call(node),
            "new_expression" => self.new_object(node),
            "string" => self.text(node),
            "template_string" => self.template(node),
            "number" | "regex" | "true" | "false" | "meta_property" => Kind::Literal,
            "null" | "undefined" => Kind::Nothing,
            "object" => self.record(node),
            "array" => self.list(node),
            "arrow_function" => Kind::Function(self.arrow(node)),
            "function_expression"
            | "function"
            | "generator_function"
            | "function_declaration"
            | "generator_function_declaration" => Kind::Function(self.function_expression(node)),
            "class" | "class_declaration" | "abstract_class_declaration" => Kind::Class(self.class(node)),
            "assignment_expression" => self.assignment(node),
            "augmented_assignment_expression" => self.augmented(node),
            "binary_expression" => self.binary(node),
            "unary_expression" => self.unary(node),
            "ternary_expression" => self.ternary(node),
            "sequence_expression" => self.sequence(node),
            "parenthesized_expression"
            | "await_expression"
            | "non_null_expression"
            | "satisfies_expression"
            | "instantiation_expression"
            | "yield_expression" => self.inside(node),
            "as_expression" => self.cast(node),
            "type_assertion" => children(node).last().map_or(Kind::Literal, |value| self.expression(*value).kind),
            "jsx_element" | "jsx_self_closing_element" | "jsx_fragment" => self.markup(node),
            _ => Kind::Opaque(self.all(node)),
        }
    }

    /// The first expression inside, which is what the node is worth.
    fn inside(&mut self, node: Node<'_>) -> Kind {
        children(node).first().map_or(Kind::Nothing, |inner| self.expression(*inner).kind)
    }

    /// Every expression inside.
    pub fn all(&mut self, node: Node<'_>) -> Vec<Expression> {
        children(node).into_iter().map(|child| self.expression(child)).collect()
    }

    /// A name; `exports` is the file itself.
    fn identifier(&mut self, node: Node<'_>) -> Kind {
        match self.source(node) {
            name if self.sight.exports.as_deref() == Some(name) => Kind::Module(self.own.clone()),
            "undefined" => Kind::Nothing,
            name => {
                self.around.arguments |= name == "arguments";
                Kind::Name(name.into())
            }
        }
    }

    fn member(&mut self, node: Node<'_>) -> Kind {
        let (Some(object), Some(name)) = (field(node, "object"), field(node, "property")) else {
            return Kind::Opaque(self.all(node));
        };
        if let Some(kind) = self.resumed_member(node) {
            return kind;
        }
        if self.exported(node) == Some(Exported::Whole) {
            return Kind::Module(self.own.clone());
        }
        let name = self.named(name);
        Kind::Member(Box::new(self.expression(object)), name)
    }

    fn subscript(&mut self, node: Node<'_>) -> Kind {
        let (Some(object), Some(index)) = (field(node, "object"), field(node, "index")) else {
            return Kind::Opaque(self.all(node));
        };
        Kind::Index(Box::new(self.expression(object)), Box::new(self.expression(index)))
    }

    /// `value as Type`; `as const` says nothing.
    fn cast(&mut self, node: Node<'_>) -> Kind {
        let parts = children(node);
        let Some(value) = parts.first().map(|value| self.expression(*value)) else { return Kind::Literal };
        match parts.get(1).and_then(|declared| self.type_of(*declared)) {
            Some(declared) => Kind::Typed(Box::new(value), declared),
            None => value.kind,
        }
    }

    /// The expressions in JSX.
    fn markup(&mut self, node: Node<'_>) -> Kind {
        let mut parts = Vec::new();
        for child in children(node) {
            match child.kind() {
                "jsx_expression" => parts.extend(self.all(child)),
                "jsx_text" | "identifier" | "property_identifier" | "jsx_closing_element" | "string" => {}
                _ => {
                    let kind = self.deeper(child, Kind::Literal, |lower| lower.markup(child));
                    parts.push(at(child, kind));
                }
            }
        }
        Kind::Opaque(parts)
    }

    /// A dotted name, as in `import A = b.c`.
    pub fn path(&self, node: Node<'_>) -> Expression {
        let mut names = self.source(node).split('.').map(|name| name.trim().into());
        let first = at(node, Kind::Name(names.next().unwrap_or_default()));
        names.fold(first, |object, name| at(node, Kind::Member(Box::new(object), name)))
    }
}
