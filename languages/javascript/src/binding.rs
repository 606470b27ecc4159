//! Patterns and assignments.

use crate::call::literal;
use crate::lower::{Lower, at, children, field};
use portolan_program::{Expression, Kind, Name, Pattern, Statement};
use tree_sitter::Node;

impl Lower<'_> {
    /// A pattern of a declaration.
    pub fn pattern(&mut self, node: Node<'_>) -> Pattern {
        self.deeper(node, Pattern::Ignore, |lower| match node.kind() {
            "identifier" | "shorthand_property_identifier_pattern" | "shorthand_property_identifier" => {
                Pattern::Name(lower.named(node))
            }
            "object_pattern" | "object" => lower.record_pattern(node),
            "array_pattern" | "array" => lower.list_pattern(node),
            "rest_pattern" | "spread_element" => {
                let inner = children(node).first().map_or(Pattern::Ignore, |inner| lower.pattern(*inner));
                Pattern::Rest(Box::new(inner))
            }
            "assignment_pattern" | "assignment_expression" | "object_assignment_pattern" => {
                field(node, "left").map_or(Pattern::Ignore, |left| lower.pattern(left))
            }
            _ => lower.target(node),
        })
    }

    /// What is assigned to.
    pub fn target(&mut self, node: Node<'_>) -> Pattern {
        self.deeper(node, Pattern::Ignore, |lower| lower.target_kind(node))
    }

    fn target_kind(&mut self, node: Node<'_>) -> Pattern {
        if let Some(pattern) = self.resumed_target(node) {
            return pattern;
        }
        match node.kind() {
            "member_expression" => match (field(node, "object"), field(node, "property")) {
                (Some(object), Some(name)) => Pattern::Member(Box::new(self.expression(object)), self.named(name)),
                _ => Pattern::Ignore,
            },
            "subscript_expression" => match (field(node, "object"), field(node, "index")) {
                (Some(object), Some(index)) => {
                    Pattern::Index(Box::new(self.expression(object)), Box::new(self.expression(index)))
                }
                _ => Pattern::Ignore,
            },
            "parenthesized_expression" | "non_null_expression" | "as_expression" | "satisfies_expression" => {
                children(node).first().map_or(Pattern::Ignore, |inner| self.target(*inner))
            }
            "identifier" | "object_pattern" | "array_pattern" | "object" | "array" | "assignment_pattern" => {
                self.pattern(node)
            }
            _ => Pattern::Ignore,
        }
    }

    /// The elements' own defaults are not kept: a list whose elements are named here is seldom one of clients.
    fn list_pattern(&mut self, node: Node<'_>) -> Pattern {
        let mut patterns = Vec::new();
        let mut cursor = node.walk();
        let mut filled = false;
        for child in node.children(&mut cursor) {
            match child.kind() {
                "," => {
                    if !filled {
                        patterns.push(Pattern::Ignore);
                    }
                    filled = false;
                }
                _ if child.is_named() && child.kind() != "comment" => {
                    patterns.push(self.pattern(child));
                    filled = true;
                }
                _ => {}
            }
        }
        Pattern::List(patterns)
    }

    fn record_pattern(&mut self, node: Node<'_>) -> Pattern {
        let mut members = Vec::new();
        let mut rest = None;
        for child in children(node) {
            match child.kind() {
                "pair_pattern" | "pair" => members.extend(self.pair_pattern(child)),
                "rest_pattern" | "spread_element" => {
                    rest = children(child).first().map(|inner| self.named(*inner));
                }
                "object_assignment_pattern" | "assignment_pattern" | "assignment_expression" => {
                    let Some(left) = field(child, "left") else { continue };
                    let name = self.named(left);
                    let default = field(child, "right").map(|right| self.expression(right));
                    members.push((name.clone(), Pattern::Name(name), default));
                }
                "shorthand_property_identifier_pattern" | "shorthand_property_identifier" => {
                    let name = self.named(child);
                    members.push((name.clone(), Pattern::Name(name), None));
                }
                _ => {}
            }
        }
        Pattern::Record { members, rest }
    }

    fn pair_pattern(&mut self, pair: Node<'_>) -> Option<(Name, Pattern, Option<Expression>)> {
        let (key, value) = (field(pair, "key")?, field(pair, "value")?);
        let name = self.key_name(key)?;
        let default = match value.kind() {
            "assignment_pattern" | "assignment_expression" => field(value, "right").map(|right| self.expression(right)),
            _ => None,
        };
        Some((name, self.pattern(value), default))
    }

    /// The name of a key that is not computed.
    pub fn key_name(&mut self, key: Node<'_>) -> Option<Name> {
        match key.kind() {
            "string" => Some(self.string(key)),
            "computed_property_name" => {
                let inner = children(key).first().map(|inner| self.expression(*inner))?;
                literal(&inner).map(Name::from)
            }
            _ => Some(self.named(key)),
        }
    }

    /// `left = right` as a statement.
    pub fn assignment_statement(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        if self.assigns_export(node) {
            self.assigned(node, body);
            return;
        }
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else { return };
        let pattern = self.target(left);
        let value = self.expression(right);
        if let (Kind::Function(function), Pattern::Member(_, name) | Pattern::Name(name)) = (&value.kind, &pattern) {
            self.module.functions[function.0 as usize].name.get_or_insert_with(|| name.clone());
        }
        body.push(Statement::Bind { pattern, declared: None, value: Some(value), declares: false });
    }

    /// `left = right` where a value is expected.
    pub fn assignment(&mut self, node: Node<'_>) -> Kind {
        if self.assigns_export(node) {
            let mut body = Vec::new();
            let name = self.assigned(node, &mut body);
            body.push(Statement::Expression(at(node, Kind::Name(name))));
            return Kind::Block(body);
        }
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
            return Kind::Literal;
        };
        let pattern = self.target(left);
        Kind::Assign(Box::new(pattern), Box::new(self.expression(right)))
    }

    /// `left ||= right`, `left += right`.
    pub fn augmented(&mut self, node: Node<'_>) -> Kind {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else { return Kind::Literal };
        let operator = field(node, "operator").map(|operator| self.source(operator)).unwrap_or_default();
        let (old, new) = (self.expression(left), self.expression(right));
        let value = match operator {
            "+=" => Kind::Joined(vec![old, new]),
            "||=" | "??=" | "&&=" => Kind::Either(vec![old, new]),
            _ => return Kind::Opaque(vec![old, new]),
        };
        let pattern = self.target(left);
        Kind::Assign(Box::new(pattern), Box::new(at(node, value)))
    }
}
