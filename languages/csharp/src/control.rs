//! Statements that choose and repeat.

use crate::lowering::{Lowering, children};
use portolan_program::{Pattern, Statement};
use tree_sitter::Node;

impl<'t> Lowering<'t> {
    pub(crate) fn branch(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        self.evaluated(node.child_by_field_name("condition"), body);
        let first = self.block(node.child_by_field_name("consequence"));
        let other = self.block(node.child_by_field_name("alternative"));
        body.push(Statement::Branch(vec![first, other]));
    }

    pub(crate) fn for_loop(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        let mut inside = Vec::new();
        let block = node.child_by_field_name("body");
        let update: Vec<Node<'t>> = node.children_by_field_name("update", &mut node.walk()).collect();
        for child in children(node).into_iter().filter(|child| Some(*child) != block && !update.contains(child)) {
            match child.kind() {
                "variable_declaration" => self.variables(child, &mut inside),
                _ => self.evaluated(Some(child), &mut inside),
            }
        }
        let mut repeated = self.block(block);
        for child in update.into_iter().filter(Node::is_named) {
            self.evaluated(Some(child), &mut repeated);
        }
        inside.push(Statement::Loop(repeated));
        body.push(Statement::Scope(inside));
    }

    pub(crate) fn for_each(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        let Some(over) = node.child_by_field_name("right") else { return };
        let value = Some(self.element(over));
        let declared = node.child_by_field_name("type").and_then(|declared| self.declared(declared));
        let pattern = match node.child_by_field_name("left") {
            Some(left) if left.kind() == "identifier" => Pattern::Name(self.name(left)),
            Some(left) => self.taken_apart(left),
            None => Pattern::Ignore,
        };
        let mut inside = vec![Statement::Bind { pattern, declared, value, declares: true }];
        inside.extend(self.block(node.child_by_field_name("body")));
        body.push(Statement::Loop(inside));
    }

    /// The condition is looked at before; what it declares is seen inside.
    pub(crate) fn while_loop(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        let block = self.block(node.child_by_field_name("body"));
        match node.kind() {
            "do_statement" => {
                body.push(Statement::Scope(block));
                self.evaluated(node.child_by_field_name("condition"), body);
            }
            _ => {
                self.evaluated(node.child_by_field_name("condition"), body);
                body.push(Statement::Loop(block));
            }
        }
    }

    pub(crate) fn switch(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        let value = node.child_by_field_name("value");
        self.evaluated(value, body);
        let sections = node.child_by_field_name("body").map(children).unwrap_or_default();
        let mut blocks = Vec::new();
        for section in sections {
            let mut block = Vec::new();
            for child in children(section) {
                match child.kind() {
                    "when_clause" => self.evaluated(children(child).first().copied(), &mut block),
                    kind if kind.ends_with("_pattern") => self.matched(child, value, &mut block),
                    kind if kind.ends_with("_statement") || kind == "block" => self.statement(child, &mut block),
                    _ => {}
                }
            }
            blocks.push(block);
        }
        body.push(Statement::Branch(blocks));
    }

    /// `try`, `catch`, `finally`.
    pub(crate) fn attempt(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        let block = self.block(node.child_by_field_name("body"));
        body.push(Statement::Scope(block));
        let mut handlers = Vec::new();
        let mut last = Vec::new();
        for clause in children(node) {
            match clause.kind() {
                "catch_clause" => handlers.push(self.handler(clause)),
                "finally_clause" => last = self.block(children(clause).first().copied()),
                _ => {}
            }
        }
        body.push(Statement::Branch(handlers));
        body.push(Statement::Scope(last));
    }

    fn handler(&mut self, clause: Node<'t>) -> Vec<Statement> {
        let mut block = Vec::new();
        for part in children(clause) {
            match part.kind() {
                "catch_declaration" => {
                    if let Some(name) = self.field_name(part, "name") {
                        block.push(Self::bound(name, None, None));
                    }
                }
                "catch_filter_clause" => self.evaluated(children(part).first().copied(), &mut block),
                _ => block.extend(self.block(Some(part))),
            }
        }
        block
    }

    /// `using (x) …`, `lock (x) …`: what is in the parentheses, and then the rest.
    pub(crate) fn around(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        let mut inside = Vec::new();
        let parts = children(node);
        let Some((rest, before)) = parts.split_last() else { return };
        for part in before {
            match part.kind() {
                "variable_declaration" => self.variables(*part, &mut inside),
                _ => self.evaluated(Some(*part), &mut inside),
            }
        }
        inside.extend(self.block(Some(*rest)));
        body.push(Statement::Scope(inside));
    }
}
