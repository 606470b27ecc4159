//! Patterns: what is taken apart, and what a value is when it matches.

use crate::lowering::{Lowering, at, children};
use portolan_program::{Expression, Kind, Pattern, Statement};
use tree_sitter::Node;

impl<'t> Lowering<'t> {
    /// `(a, b)` where names are declared.
    pub fn tuple_pattern(&mut self, node: Node<'t>) -> Pattern {
        let parts = children(node).into_iter().map(|part| match part.kind() {
            "identifier" => Pattern::Name(self.name(part)),
            "tuple_pattern" | "parenthesized_variable_designation" if self.deeper() => {
                let inner = self.tuple_pattern(part);
                self.higher();
                inner
            }
            "tuple_pattern" | "parenthesized_variable_designation" => {
                self.higher();
                Pattern::Ignore
            }
            _ => Pattern::Ignore,
        });
        Pattern::List(parts.collect())
    }

    /// What is assigned to.
    pub fn taken_apart(&mut self, node: Node<'t>) -> Pattern {
        let pattern = if self.deeper() { self.pattern(node) } else { Pattern::Ignore };
        self.higher();
        pattern
    }

    fn pattern(&mut self, node: Node<'t>) -> Pattern {
        match node.kind() {
            "tuple_pattern" => self.tuple_pattern(node),
            "tuple_expression" => {
                let parts = children(node).into_iter().map(|part| match children(part).first() {
                    Some(inner) => self.taken_apart(*inner),
                    None => Pattern::Ignore,
                });
                Pattern::List(parts.collect())
            }
            "declaration_expression" => match node.child_by_field_name("name") {
                Some(name) if name.kind() == "identifier" => Pattern::Name(self.name(name)),
                Some(tuple) => self.tuple_pattern(tuple),
                None => Pattern::Ignore,
            },
            "discard" => Pattern::Ignore,
            _ => match self.expression(node).kind {
                Kind::Name(name) if name == "_" => Pattern::Ignore,
                Kind::Name(name) => Pattern::Name(name),
                Kind::Member(object, name) => Pattern::Member(object, name),
                Kind::Index(object, index) => Pattern::Index(object, index),
                _ => Pattern::Ignore,
            },
        }
    }

    /// The names that a pattern binds when a value matches it.
    pub fn matched(&mut self, pattern: Node<'t>, value: Option<Node<'t>>, body: &mut Vec<Statement>) {
        if self.deeper() {
            self.bind_matched(pattern, value, body);
        }
        self.higher();
    }

    fn bind_matched(&mut self, pattern: Node<'t>, value: Option<Node<'t>>, body: &mut Vec<Statement>) {
        let declared = pattern.child_by_field_name("type").and_then(|declared| self.declared(declared));
        match (pattern.kind(), self.field_name(pattern, "name")) {
            ("declaration_pattern" | "var_pattern" | "recursive_pattern", Some(name)) => {
                let value = value.map(|value| self.expression(value));
                let value = value.map(|value| match &declared {
                    Some(declared) => at(pattern, Kind::Typed(Box::new(value), declared.clone())),
                    None => value,
                });
                body.push(Self::bound(name, declared, value));
            }
            ("constant_pattern" | "relational_pattern" | "type_pattern" | "subpattern", _) => {}
            _ => {}
        }
        for inner in children(pattern) {
            match inner.kind() {
                // What a member is, is not followed: its names are declared by their types.
                "property_pattern_clause" | "positional_pattern_clause" | "subpattern" | "list_pattern" => {
                    self.matched(inner, None, body);
                }
                kind if kind.ends_with("_pattern") => self.matched(inner, value, body),
                _ => {}
            }
        }
    }

    /// `x is Foo foo`: binds what it names; whether it is so is not known.
    pub fn tested(&mut self, node: Node<'t>) -> Kind {
        let value = node.child_by_field_name("expression");
        let mut parts: Vec<Expression> = value.map(|value| self.expression(value)).into_iter().collect();
        let mut bound = Vec::new();
        if let Some(pattern) = node.child_by_field_name("pattern") {
            self.matched(pattern, value, &mut bound);
        }
        for statement in bound {
            if let Statement::Bind { pattern, value, declared, .. } = statement {
                let value = value.unwrap_or_else(|| match declared {
                    Some(declared) => at(node, Kind::Typed(Box::new(at(node, Kind::Literal)), declared)),
                    None => at(node, Kind::Literal),
                });
                parts.push(at(node, Kind::Assign(Box::new(pattern), Box::new(value))));
            }
        }
        Kind::Opaque(parts)
    }
}
