//! Blocks and statements.

use crate::lower::{Lower, children, first};
use portolan_program::{Argument, Expression, Kind, Name, Statement, Type};
use tree_sitter::Node;

impl Lower<'_> {
    /// A function's body: its last expression is its result.
    pub fn body(&mut self, block: Node<'_>) -> Vec<Statement> {
        let known = self.declared.clone();
        let body = self.deeper(block, Vec::new(), |lower| lower.block_within(block, true));
        self.declared = known;
        body
    }

    /// The statements of a block; the last one's value is its value.
    pub fn block(&mut self, block: Node<'_>) -> Vec<Statement> {
        self.deeper(block, Vec::new(), |lower| lower.block_within(block, false))
    }

    fn block_within(&mut self, block: Node<'_>, returns: bool) -> Vec<Statement> {
        let nodes: Vec<Node<'_>> = children(block).into_iter().filter(|node| node.kind() != "label").collect();
        let mut body = Vec::new();
        let (items, others): (Vec<Node<'_>>, Vec<Node<'_>>) = nodes.iter().partition(|node| is_item(**node));
        for item in items {
            self.item(item, &mut body);
        }
        let last = others.len().saturating_sub(1);
        for (position, node) in others.into_iter().enumerate() {
            match self.value_of(node).filter(|_| position == last) {
                Some(value) if returns => self.tail(value, &mut body),
                Some(value) => {
                    let value = self.expression(value);
                    body.push(Statement::Expression(value));
                }
                None => self.statement(node, &mut body),
            }
        }
        body
    }

    /// The expression that a block's last node gives.
    fn value_of<'n>(&self, node: Node<'n>) -> Option<Node<'n>> {
        match node.kind() {
            "expression_statement" => first(node).filter(|_| !self.source(node).trim_end().ends_with(';')),
            "let_declaration" | "attribute_item" | "inner_attribute_item" | "empty_statement" | "ERROR" => None,
            _ => Some(node),
        }
    }

    /// What a function gives at its end.
    pub fn tail(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        self.deeper(node, (), |lower| match node.kind() {
            "if_expression" => lower.branch(node, body, true),
            "match_expression" => lower.matched(node, body, true),
            "block" | "unsafe_block" => match node.kind() == "block" {
                true => {
                    let inner = lower.block_within(node, true);
                    body.push(Statement::Scope(inner));
                }
                false => {
                    let inner = children(node).last().map(|block| lower.block_within(*block, true));
                    body.push(Statement::Scope(inner.unwrap_or_default()));
                }
            },
            "return_expression" | "while_expression" | "for_expression" => lower.run(node, body),
            _ => {
                let value = lower.expression(node);
                body.push(Statement::Return(Some(value)));
            }
        });
    }

    /// A statement.
    pub fn statement(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        match node.kind() {
            "let_declaration" => self.variable(node, body),
            "expression_statement" => {
                if let Some(value) = first(node) {
                    self.run(value, body);
                }
            }
            "attribute_item" | "inner_attribute_item" | "empty_statement" => {}
            _ if is_item(node) => {
                self.item(node, body);
            }
            _ => self.run(node, body),
        }
    }

    /// An expression that is evaluated for what it does.
    pub fn run(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        self.deeper(node, (), |lower| lower.run_within(node, body));
    }

    fn run_within(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        match node.kind() {
            "if_expression" => self.branch(node, body, false),
            "match_expression" => self.matched(node, body, false),
            "while_expression" | "loop_expression" | "for_expression" => self.repeat(node, body),
            "block" | "unsafe_block" | "try_block" => {
                let block = if node.kind() == "block" { Some(node) } else { children(node).last().copied() };
                let inner = block.map(|block| self.block(block)).unwrap_or_default();
                body.push(Statement::Scope(inner));
            }
            "return_expression" => {
                let value = first(node).map(|value| self.expression(value));
                body.push(Statement::Return(value));
            }
            "break_expression" | "continue_expression" => {
                let value = children(node).into_iter().find(|child| child.kind() != "label");
                let value = value.map(|value| self.expression(value));
                body.push(Statement::Leave(value));
            }
            "macro_invocation" if self.leaves(node) => {
                let value = self.expression(node);
                body.push(Statement::Leave(Some(value)));
            }
            _ => {
                let value = self.expression(node);
                body.push(Statement::Expression(value));
            }
        }
    }

    /// `let pattern: Type = value else { … };`
    fn variable(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let value = node.child_by_field_name("value").map(|value| self.expression(value));
        let declared = node.child_by_field_name("type").and_then(|declared| self.declared(declared));
        if let Some(otherwise) = node.child_by_field_name("alternative") {
            let otherwise = self.block(otherwise);
            body.push(Statement::Branch(vec![otherwise]));
        }
        let Some(pattern) = node.child_by_field_name("pattern") else { return };
        let pattern = self.pattern(pattern);
        let value = value.map(|value| match &declared {
            Some(Type { path, .. }) if path.len() == 1 && self.declared.contains(&path[0]) => {
                converted(value, &path[0])
            }
            _ => value,
        });
        body.push(Statement::Bind { pattern, declared, value, declares: true });
    }
}

/// What `value.into()` gives where a type of the program is asked for: what that type makes of it.
fn converted(value: Expression, class: &Name) -> Expression {
    match value.kind {
        Kind::Call(callee, arguments) => match callee.kind {
            Kind::Member(object, name) if name == "into" && arguments.is_empty() => {
                let span = value.span;
                let class = Expression { kind: Kind::Name(class.clone()), span };
                let from = Expression { kind: Kind::Member(Box::new(class), Name::new_static("from")), span };
                Expression { kind: Kind::Call(Box::new(from), vec![Argument::plain(*object)]), span }
            }
            kind => {
                let callee = Expression { kind, span: callee.span };
                Expression { kind: Kind::Call(Box::new(callee), arguments), span: value.span }
            }
        },
        kind => Expression { kind, span: value.span },
    }
}

/// Whether a node declares something, in any order.
pub(crate) fn is_item(node: Node<'_>) -> bool {
    match node.kind() {
        "let_declaration" => false,
        "macro_definition" | "use_declaration" | "associated_type" | "extern_crate_declaration" => true,
        kind => kind.ends_with("_item") && !matches!(kind, "attribute_item" | "inner_attribute_item"),
    }
}
