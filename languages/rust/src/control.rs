//! Conditions, matches and loops, as statements and as values.

use crate::lower::{Lower, at, bind, children, first, parts};
use portolan_program::{Expression, Kind, Name, Pattern, Statement};
use tree_sitter::Node;

impl Lower<'_> {
    /// `if …` as a statement; where it ends a function, its blocks return.
    pub fn branch(&mut self, node: Node<'_>, body: &mut Vec<Statement>, returns: bool) {
        let mut blocks = vec![Vec::new()];
        if let Some(condition) = node.child_by_field_name("condition") {
            let mut steps = Vec::new();
            self.condition(condition, &mut steps);
            let binds = steps.iter().any(|step| matches!(step, Statement::Bind { .. }));
            if binds { blocks[0] = steps } else { body.extend(steps) }
        }
        if let Some(block) = node.child_by_field_name("consequence") {
            let inner = if returns { self.body(block) } else { self.block(block) };
            blocks[0].extend(inner);
        }
        if let Some(otherwise) = node.child_by_field_name("alternative").and_then(first) {
            let mut inner = Vec::new();
            match (otherwise.kind(), returns) {
                ("if_expression", _) => {
                    self.deeper(otherwise, (), |lower| lower.branch(otherwise, &mut inner, returns));
                }
                (_, true) => inner = self.body(otherwise),
                (_, false) => inner = self.block(otherwise),
            }
            blocks.push(inner);
        }
        body.push(Statement::Branch(blocks));
    }

    /// What a condition evaluates and binds.
    fn condition(&mut self, node: Node<'_>, steps: &mut Vec<Statement>) {
        match node.kind() {
            "let_condition" => {
                let value = node.child_by_field_name("value").map(|value| self.expression(value));
                if let (Some(pattern), Some(value)) = (node.child_by_field_name("pattern"), value) {
                    let pattern = self.pattern(pattern);
                    steps.push(bind(pattern, value));
                }
            }
            "let_chain" => {
                for part in children(node) {
                    self.deeper(part, (), |lower| lower.condition(part, steps));
                }
            }
            _ => {
                let value = self.expression(node);
                steps.push(Statement::Expression(value));
            }
        }
    }

    /// `match …` as a statement.
    pub fn matched(&mut self, node: Node<'_>, body: &mut Vec<Statement>, returns: bool) {
        let subject = self.subject(node, body);
        let blocks = self.arms(node, &subject, returns);
        body.push(Statement::Branch(blocks));
    }

    /// The name under which what is matched is known to the arms.
    fn subject(&mut self, node: Node<'_>, body: &mut Vec<Statement>) -> Expression {
        let name = Name::from(format!("match@{}", node.start_byte()));
        if let Some(value) = node.child_by_field_name("value") {
            let value = self.expression(value);
            body.push(bind(Pattern::Name(name.clone()), value));
        }
        at(node, Kind::Name(name))
    }

    fn arms(&mut self, node: Node<'_>, subject: &Expression, returns: bool) -> Vec<Vec<Statement>> {
        let arms = node.child_by_field_name("body").map(children).unwrap_or_default();
        let arms = arms.into_iter().filter(|arm| arm.kind() == "match_arm");
        arms.map(|arm| self.deeper(arm, Vec::new(), |lower| lower.arm(arm, subject, returns))).collect()
    }

    fn arm(&mut self, node: Node<'_>, subject: &Expression, returns: bool) -> Vec<Statement> {
        let mut body = Vec::new();
        if let Some(outer) = node.child_by_field_name("pattern") {
            if let Some(pattern) = parts(outer).into_iter().find(|part| part.kind() != "attribute_item") {
                if let (Some(class), Kind::Name(name)) = (self.variant(pattern), &subject.kind) {
                    body.push(Statement::Only { value: name.clone(), class });
                }
                let pattern = self.pattern(pattern);
                if pattern != Pattern::Ignore {
                    body.push(bind(pattern, subject.clone()));
                }
            }
            if let Some(condition) = outer.child_by_field_name("condition") {
                self.condition(condition, &mut body);
            }
        }
        match node.child_by_field_name("value") {
            Some(value) if returns => self.tail(value, &mut body),
            Some(value) if value.kind() == "block" => {
                let inner = self.block(value);
                body.extend(inner);
            }
            Some(value) if matches!(value.kind(), "return_expression" | "break_expression" | "continue_expression") => {
                self.run(value, &mut body);
            }
            Some(value) => {
                let value = self.expression(value);
                body.push(Statement::Expression(value));
            }
            None => {}
        }
        body
    }

    /// `match …` as a value.
    pub fn match_value(&mut self, node: Node<'_>) -> Kind {
        let mut body = Vec::new();
        let subject = self.subject(node, &mut body);
        let arms = self.arms(node, &subject, false);
        let arms = arms.into_iter().map(|arm| at(node, Kind::Block(arm))).collect();
        body.push(Statement::Expression(at(node, Kind::Either(arms))));
        Kind::Block(body)
    }

    /// `if …` as a value.
    pub fn if_value(&mut self, node: Node<'_>) -> Kind {
        let mut body = Vec::new();
        let mut steps = Vec::new();
        if let Some(condition) = node.child_by_field_name("condition") {
            self.condition(condition, &mut steps);
        }
        if !steps.iter().any(|step| matches!(step, Statement::Bind { .. })) {
            body = std::mem::take(&mut steps);
        }
        if let Some(block) = node.child_by_field_name("consequence") {
            let inner = self.block(block);
            steps.extend(inner);
        }
        let mut either = vec![at(node, Kind::Block(steps))];
        if let Some(otherwise) = node.child_by_field_name("alternative").and_then(first) {
            either.push(self.expression(otherwise));
        }
        body.push(Statement::Expression(at(node, Kind::Either(either))));
        Kind::Block(body)
    }

    /// `loop`, `while` and `for`.
    pub fn repeat(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let mut inner = Vec::new();
        if let Some(condition) = node.child_by_field_name("condition") {
            self.condition(condition, &mut inner);
        }
        if let Some(value) = node.child_by_field_name("value") {
            let value = self.expression(value);
            let name = Name::from(format!("for@{}", node.start_byte()));
            body.push(bind(Pattern::Name(name.clone()), value));
            if let Some(pattern) = node.child_by_field_name("pattern") {
                let pattern = self.pattern(pattern);
                let element = at(node, Kind::Element(Box::new(at(node, Kind::Name(name)))));
                inner.push(bind(pattern, element));
            }
        }
        if let Some(block) = node.child_by_field_name("body") {
            let statements = self.block(block);
            inner.extend(statements);
        }
        body.push(Statement::Loop(inner));
    }
}
