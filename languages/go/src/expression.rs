//! Expressions.

use crate::lower::{Lower, at, children, span};
use portolan_program::{Argument, Expression, Function, Kind};
use tree_sitter::Node;

impl<'t> Lower<'t> {
    /// An expression.
    pub fn expression(&mut self, node: Node<'_>) -> Expression {
        self.deeper(node, at(node, Kind::Opaque(Vec::new())), |lower| {
            let kind = lower.kind(node);
            at(node, kind)
        })
    }

    fn kind(&mut self, node: Node<'_>) -> Kind {
        match node.kind() {
            "identifier" | "package_identifier" => Kind::Name(self.named(node)),
            "interpreted_string_literal" | "raw_string_literal" => self.text(node),
            "nil" => Kind::Nothing,
            "int_literal" | "float_literal" | "imaginary_literal" | "rune_literal" | "true" | "false" | "iota" => {
                Kind::Literal
            }
            "selector_expression" => self.member(node),
            "call_expression" => self.call(node),
            "composite_literal" => self.composite(node),
            "func_literal" => {
                let function = self.function(node);
                let function = Function { span: span(node), ..function };
                Kind::Function(self.module.add_function(function))
            }
            "unary_expression" => self.unary(node),
            "binary_expression" => self.binary(node),
            "index_expression" => self.index(node),
            "type_conversion_expression" => self.conversion(node),
            "slice_expression" => self.operand(node),
            "type_assertion_expression" => self.assertion(node),
            "parenthesized_expression" | "expression_list" | "literal_element" | "variadic_argument" => {
                match children(node).as_slice() {
                    [inner] => self.expression(*inner).kind,
                    _ => self.opaque(node),
                }
            }
            "type_identifier"
            | "qualified_type"
            | "generic_type"
            | "pointer_type"
            | "type_instantiation_expression" => {
                self.type_name(node).map_or(Kind::Opaque(Vec::new()), |name| name.kind)
            }
            _ => self.opaque(node),
        }
    }

    /// `List[T](value)`, which is also how a function of several types is called with one argument: `open[K, V](name)`.
    fn conversion(&mut self, node: Node<'_>) -> Kind {
        let (Some(to), Some(operand)) = (node.child_by_field_name("type"), node.child_by_field_name("operand")) else {
            return self.opaque(node);
        };
        match self.type_name(to).filter(|_| to.kind() == "generic_type") {
            Some(name) => Kind::Call(Box::new(name), vec![Argument::plain(self.expression(operand))]),
            None => self.operand(node),
        }
    }

    /// Everything inside, for what it does.
    pub fn opaque(&mut self, node: Node<'_>) -> Kind {
        Kind::Opaque(children(node).into_iter().map(|child| self.expression(child)).collect())
    }

    fn member(&mut self, node: Node<'_>) -> Kind {
        match (node.child_by_field_name("operand"), node.child_by_field_name("field")) {
            (Some(object), Some(name)) => Kind::Member(Box::new(self.expression(object)), self.named(name)),
            _ => self.opaque(node),
        }
    }

    /// What a slice is taken of, or what is converted.
    fn operand(&mut self, node: Node<'_>) -> Kind {
        match node.child_by_field_name("operand") {
            Some(operand) => self.expression(operand).kind,
            None => self.opaque(node),
        }
    }

    fn index(&mut self, node: Node<'_>) -> Kind {
        match (node.child_by_field_name("operand"), node.child_by_field_name("index")) {
            (Some(object), Some(index)) => {
                let object = self.expression(object);
                Kind::Index(Box::new(object), Box::new(self.expression(index)))
            }
            _ => self.opaque(node),
        }
    }

    /// `x.(T)`; without a type in a type switch.
    fn assertion(&mut self, node: Node<'_>) -> Kind {
        let Some(operand) = node.child_by_field_name("operand") else { return self.opaque(node) };
        let value = self.expression(operand);
        match node.child_by_field_name("type").and_then(|declared| self.declared(declared)) {
            Some(declared) => Kind::Typed(Box::new(value), declared),
            None => value.kind,
        }
    }

    /// `&x` and `*x` are `x`; `<-x` is an element of `x`.
    fn unary(&mut self, node: Node<'_>) -> Kind {
        let Some(operand) = node.child_by_field_name("operand") else { return self.opaque(node) };
        let operator = node.child_by_field_name("operator").map(|operator| self.source(operator));
        let value = self.expression(operand);
        match operator {
            Some("&" | "*") => value.kind,
            Some("<-") => Kind::Element(Box::new(value)),
            _ => Kind::Opaque(vec![value]),
        }
    }

    /// `a + b + c` without descending a level for each.
    fn binary(&mut self, node: Node<'_>) -> Kind {
        let (operator, Some(mut first), Some(right)) = self.operands(node) else { return self.opaque(node) };
        let mut parts = vec![right];
        while let ("binary_expression", (same, Some(left), Some(right))) = (first.kind(), self.operands(first)) {
            if same != operator {
                break;
            }
            parts.push(right);
            first = left;
        }
        parts.push(first);
        let parts = parts.into_iter().rev().map(|part| self.expression(part)).collect();
        if operator == "+" { Kind::Joined(parts) } else { Kind::Opaque(parts) }
    }

    fn operands<'n>(&self, node: Node<'n>) -> (&'t str, Option<Node<'n>>, Option<Node<'n>>) {
        let operator = node.child_by_field_name("operator").map_or("", |operator| self.source(operator));
        (operator, node.child_by_field_name("left"), node.child_by_field_name("right"))
    }
}
