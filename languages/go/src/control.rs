//! Statements that hold blocks.

use crate::lower::{Lower, at, children, fields};
use portolan_program::{Argument, Expression, Kind, Pattern, Statement};
use tree_sitter::Node;

impl Lower<'_> {
    /// A statement that holds blocks; false where it is none.
    pub fn control(&mut self, node: Node<'_>, body: &mut Vec<Statement>) -> bool {
        match node.kind() {
            "if_statement" => {
                let inner = self.condition(node);
                body.push(Statement::Scope(inner));
            }
            "for_statement" => {
                let inner = self.for_loop(node);
                body.push(Statement::Scope(inner));
            }
            "expression_switch_statement" | "type_switch_statement" => {
                let inner = self.switch(node);
                body.push(Statement::Scope(inner));
            }
            "select_statement" => {
                let cases = children(node).into_iter().map(|case| self.select_case(case)).collect();
                body.push(Statement::Branch(cases));
            }
            _ => return false,
        }
        true
    }

    fn condition(&mut self, node: Node<'_>) -> Vec<Statement> {
        let mut inner = Vec::new();
        self.initial(node, &mut inner);
        if let Some(condition) = node.child_by_field_name("condition") {
            inner.push(Statement::Expression(self.expression(condition)));
        }
        let mut blocks = vec![node.child_by_field_name("consequence").map_or_else(Vec::new, |then| self.block(then))];
        if let Some(alternative) = node.child_by_field_name("alternative") {
            blocks.push(self.alternative(alternative));
        }
        inner.push(Statement::Branch(blocks));
        inner
    }

    /// `else`, or `else if`.
    fn alternative(&mut self, node: Node<'_>) -> Vec<Statement> {
        match node.kind() {
            "if_statement" => self.deeper(node, Vec::new(), |lower| lower.condition(node)),
            _ => self.block(node),
        }
    }

    fn initial(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        if let Some(initial) = node.child_by_field_name("initializer") {
            self.statement(initial, body);
        }
    }

    fn for_loop(&mut self, node: Node<'_>) -> Vec<Statement> {
        let (mut before, mut inside) = (Vec::new(), Vec::new());
        for part in children(node).into_iter().filter(|part| part.kind() != "block") {
            match part.kind() {
                "range_clause" => self.range(part, &mut inside),
                "for_clause" => self.clause(part, &mut before, &mut inside),
                _ => inside.push(Statement::Expression(self.expression(part))),
            }
        }
        if let Some(block) = node.child_by_field_name("body") {
            inside.extend(self.block(block));
        }
        before.push(Statement::Loop(inside));
        before
    }

    fn clause(&mut self, clause: Node<'_>, before: &mut Vec<Statement>, inside: &mut Vec<Statement>) {
        self.initial(clause, before);
        if let Some(condition) = clause.child_by_field_name("condition") {
            inside.push(Statement::Expression(self.expression(condition)));
        }
        if let Some(update) = clause.child_by_field_name("update") {
            self.statement(update, inside);
        }
    }

    /// `for key, value := range list`: the second is an element; the only one is an element where it comes of a channel.
    fn range(&mut self, clause: Node<'_>, inside: &mut Vec<Statement>) {
        let Some(right) = clause.child_by_field_name("right") else { return };
        let iterated = self.expression(right);
        let left = clause.child_by_field_name("left").map_or_else(Vec::new, children);
        let Some(target) = left.get(1) else {
            inside.push(Statement::Expression(iterated));
            if let Some(key) = left.first() {
                let pattern = self.pattern(*key);
                let value = Some(at(*key, Kind::Opaque(Vec::new())));
                inside.push(Statement::Bind { pattern, declared: None, value, declares: true });
            }
            return;
        };
        let pattern = self.pattern(*target);
        let value = Some(at(right, Kind::Element(Box::new(iterated))));
        inside.push(Statement::Bind { pattern, declared: None, value, declares: true });
    }

    /// `switch`, over values or types.
    fn switch(&mut self, node: Node<'_>) -> Vec<Statement> {
        let mut inner = Vec::new();
        self.initial(node, &mut inner);
        let value = node.child_by_field_name("value").map(|value| self.expression(value));
        inner.extend(value.clone().map(Statement::Expression));
        let alias = fields(node, "alias").first().and_then(|alias| children(*alias).first().copied());
        let cases = children(node).into_iter().filter(|case| case.kind().ends_with("_case"));
        let mut blocks = Vec::new();
        for case in cases {
            let mut block = Vec::new();
            if let Some(alias) = alias {
                block.push(self.narrowed(alias, case, value.as_ref()));
            }
            for test in fields(case, "value") {
                inner.extend(self.values(test).into_iter().map(Statement::Expression));
            }
            self.case_body(case, &mut block);
            blocks.push(block);
        }
        inner.push(Statement::Branch(blocks));
        inner
    }

    /// What a type switch calls its value inside a case.
    fn narrowed(&mut self, alias: Node<'_>, case: Node<'_>, value: Option<&Expression>) -> Statement {
        let value = value.cloned().unwrap_or_else(|| at(alias, Kind::Opaque(Vec::new())));
        let declared = fields(case, "type").first().and_then(|declared| self.declared(*declared));
        let kind = match declared {
            Some(declared) => Kind::Typed(Box::new(value), declared),
            None => value.kind,
        };
        Statement::Bind { pattern: self.pattern(alias), declared: None, value: Some(at(alias, kind)), declares: true }
    }

    fn case_body(&mut self, case: Node<'_>, block: &mut Vec<Statement>) {
        for list in children(case).into_iter().filter(|part| part.kind() == "statement_list") {
            block.extend(self.block(list));
        }
    }

    fn select_case(&mut self, case: Node<'_>) -> Vec<Statement> {
        let mut block = Vec::new();
        match case.child_by_field_name("communication") {
            Some(received) if received.kind() == "receive_statement" => self.receive(received, &mut block),
            Some(sent) => self.statement(sent, &mut block),
            None => {}
        }
        self.case_body(case, &mut block);
        block
    }

    fn receive(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let Some(right) = node.child_by_field_name("right") else { return };
        let value = self.expression(right);
        let left = node.child_by_field_name("left").map_or_else(Vec::new, children);
        if left.is_empty() {
            return body.push(Statement::Expression(value));
        }
        let patterns: Vec<Pattern> = left.into_iter().map(|target| self.pattern(target)).collect();
        let value = at(right, Kind::List(vec![Argument::plain(value)]));
        let pattern = Pattern::List(patterns);
        body.push(Statement::Bind { pattern, declared: None, value: Some(value), declares: true });
    }
}
