//! Operators.

use crate::lower::{Lower, at, children, field};
use portolan_program::{Expression, Kind};
use tree_sitter::Node;

impl Lower<'_> {
    /// `a + b` joins, `a || b` is one of them, `a && b` the second; anything else is a value of which nothing is known.
    pub fn binary(&mut self, node: Node<'_>) -> Kind {
        let operator = field(node, "operator").map(|operator| self.source(operator)).unwrap_or_default();
        // Esbuild says what it exports to those who read the file only.
        if operator == "&&" && field(node, "left").is_some_and(|left| self.source(left) == "0") {
            return Kind::Literal;
        }
        let mut parts: Vec<Expression> =
            self.operands(node, operator).into_iter().map(|part| self.expression(part)).collect();
        match operator {
            "+" => Kind::Joined(parts),
            "||" | "??" => Kind::Either(parts),
            "&&" => {
                let Some(value) = parts.pop() else { return Kind::Literal };
                Kind::Either(vec![at(node, Kind::Opaque(parts)), value])
            }
            _ => Kind::Opaque(parts),
        }
    }

    /// The operands of a chain of one operator, without going deeper for each.
    fn operands<'t>(&self, node: Node<'t>, operator: &str) -> Vec<Node<'t>> {
        let mut operands = Vec::new();
        let mut next = Some(node);
        while let Some(node) = next {
            let same = node.kind() == "binary_expression"
                && field(node, "operator").is_some_and(|own| self.source(own) == operator);
            if !same {
                operands.push(node);
                break;
            }
            operands.extend(field(node, "right"));
            next = field(node, "left");
        }
        operands.reverse();
        operands
    }

    /// `!a`, `typeof a`, `void 0`.
    pub fn unary(&mut self, node: Node<'_>) -> Kind {
        let Some(value) = field(node, "argument").map(|value| self.expression(value)) else { return Kind::Literal };
        match value.kind {
            Kind::Literal if self.source(node).starts_with("void") => Kind::Nothing,
            Kind::Literal => Kind::Literal,
            _ => Kind::Opaque(vec![value]),
        }
    }

    /// `c ? a : b`.
    pub fn ternary(&mut self, node: Node<'_>) -> Kind {
        let condition = field(node, "condition").map(|condition| self.expression(condition));
        let parts = ["consequence", "alternative"].into_iter().filter_map(|name| field(node, name));
        let mut all: Vec<Expression> =
            condition.into_iter().map(|condition| at(node, Kind::Opaque(vec![condition]))).collect();
        let parts: Vec<Expression> = parts.map(|part| self.expression(part)).collect();
        all.extend(parts);
        Kind::Either(all)
    }

    /// `a, b`: the last. A compiler writes `(0, module.name)` for a call without an object.
    pub fn sequence(&mut self, node: Node<'_>) -> Kind {
        let mut parts: Vec<Expression> = children(node).into_iter().map(|part| self.expression(part)).collect();
        let Some(last) = parts.pop() else { return Kind::Literal };
        parts.retain(|part| part.kind != Kind::Literal);
        if parts.is_empty() {
            return last.kind;
        }
        let mut body: Vec<portolan_program::Statement> =
            parts.into_iter().map(portolan_program::Statement::Expression).collect();
        body.push(portolan_program::Statement::Expression(last));
        Kind::Block(body)
    }
}
