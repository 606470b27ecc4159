//! What decides whether and how often something runs.

use crate::lower::{Lower, at, children, field};
use portolan_program::{Argument, Expression, Kind, Pattern, Statement};
use tree_sitter::Node;

impl Lower<'_> {
    /// `if`, loops, `switch`, `try`; what is none of these is an expression.
    pub fn control(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        self.deeper(node, (), |lower| match node.kind() {
            "if_statement" => lower.branches(node, body),
            "switch_statement" => lower.switch(node, body),
            "for_statement" => lower.counted(node, body),
            "for_in_statement" => lower.iterated(node, body),
            "while_statement" | "do_statement" => lower.repeated(node, body),
            "try_statement" => lower.attempt(node, body),
            "with_statement" => {
                lower.evaluated(field(node, "object"), body);
                let inner = field(node, "body").map(|inner| lower.block(inner)).unwrap_or_default();
                body.push(Statement::Scope(inner));
            }
            _ => {
                let value = lower.expression(node);
                body.push(Statement::Expression(value));
            }
        });
    }

    fn evaluated(&mut self, node: Option<Node<'_>>, body: &mut Vec<Statement>) {
        if let Some(node) = node.filter(Node::is_named) {
            let value = self.expression(node);
            if value.kind != Kind::Literal {
                body.push(Statement::Expression(value));
            }
        }
    }

    fn branches(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let condition = field(node, "condition");
        let text = condition.map(|condition| self.source(condition)).unwrap_or_default();
        let otherwise = field(node, "alternative").and_then(|inner| children(inner).first().copied());
        if never(text) {
            if let Some(otherwise) = otherwise {
                let inner = self.block(otherwise);
                body.push(Statement::Scope(inner));
            }
            return;
        }
        self.evaluated(condition, body);
        let then = field(node, "consequence").map(|then| self.block(then)).unwrap_or_default();
        let otherwise = otherwise.map(|inner| self.block(inner)).unwrap_or_default();
        body.push(Statement::Branch(vec![then, otherwise]));
    }

    fn switch(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        if self.resumed_switch(node, body) {
            return;
        }
        self.evaluated(field(node, "value"), body);
        let cases = field(node, "body").map(children).unwrap_or_default();
        let mut blocks = Vec::new();
        for case in cases {
            self.evaluated(field(case, "value"), body);
            self.around.blocks += 1;
            let mut block = Vec::new();
            for inner in crate::lower::fields(case, "body") {
                self.statement(inner, &mut block);
            }
            self.around.blocks -= 1;
            blocks.push(block);
        }
        body.push(Statement::Branch(blocks));
    }

    /// `for (let i = 0; …; …)`.
    fn counted(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        self.around.blocks += 1;
        let mut outer = Vec::new();
        if let Some(start) = field(node, "initializer").filter(Node::is_named) {
            self.statement(start, &mut outer);
        }
        let mut inner = Vec::new();
        self.evaluated(field(node, "condition"), &mut inner);
        inner.extend(field(node, "body").map(|inner| self.block(inner)).unwrap_or_default());
        let mut after = Vec::new();
        self.evaluated(field(node, "increment"), &mut after);
        match after.is_empty() {
            true => outer.push(Statement::Loop(inner)),
            false => outer.extend([Statement::Loop(inner), Statement::Loop(after)]),
        }
        self.around.blocks -= 1;
        body.push(Statement::Scope(outer));
    }

    /// `for (const x of xs)`, `for await`, `for (const key in record)`.
    fn iterated(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        self.around.blocks += 1;
        let declares = field(node, "kind").is_some_and(|kind| self.source(kind) != "var");
        let of = field(node, "right").map(|of| self.expression(of));
        let pattern = field(node, "left").map_or(Pattern::Ignore, |left| self.target(left));
        let keys = field(node, "operator").is_some_and(|operator| self.source(operator) == "in");
        let value = of.map(|of| match keys {
            true => Expression { span: of.span, kind: Kind::Element(Box::new(keys_of(of))) },
            false => Expression { span: of.span, kind: Kind::Element(Box::new(of)) },
        });
        let mut inner = vec![Statement::Bind { pattern, declared: None, value, declares: declares || !keys }];
        inner.extend(field(node, "body").map(|inner| self.block(inner)).unwrap_or_default());
        self.around.blocks -= 1;
        body.push(Statement::Loop(inner));
    }

    fn repeated(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let mut inner = Vec::new();
        self.evaluated(field(node, "condition"), &mut inner);
        inner.extend(field(node, "body").map(|inner| self.block(inner)).unwrap_or_default());
        body.push(Statement::Loop(inner));
    }

    fn attempt(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        if let Some(inner) = field(node, "body") {
            let inner = self.block(inner);
            body.push(Statement::Scope(inner));
        }
        if let Some(handler) = field(node, "handler") {
            let mut caught = Vec::new();
            if let Some(parameter) = field(handler, "parameter") {
                let pattern = self.pattern(parameter);
                let value = Some(at(parameter, Kind::Literal));
                caught.push(Statement::Bind { pattern, declared: None, value, declares: true });
            }
            caught.extend(field(handler, "body").map(|inner| self.block(inner)).unwrap_or_default());
            body.push(Statement::Branch(vec![caught]));
        }
        if let Some(last) = field(node, "finalizer").and_then(|last| field(last, "body")) {
            let inner = self.block(last);
            body.push(Statement::Scope(inner));
        }
    }
}

/// Whether what stands under a condition does not run in a function: the file as a program of its own, and what is switched off.
fn never(condition: &str) -> bool {
    let words: String = condition.chars().filter(|letter| !letter.is_whitespace()).collect();
    matches!(
        words.as_str(),
        "(require.main===module)"
            | "(require.main==module)"
            | "(module===require.main)"
            | "(!module.parent)"
            | "(import.meta.main)"
            | "(false)"
            | "(0)"
    )
}

/// `Object.keys(record)`, which `for (key in record)` goes through.
fn keys_of(record: Expression) -> Expression {
    let span = record.span;
    let at = |kind| Expression { span, kind };
    let object = at(Kind::Name("Object".into()));
    let keys = at(Kind::Member(Box::new(object), "keys".into()));
    at(Kind::Call(Box::new(keys), vec![Argument::plain(record)]))
}
