//! Statements.

use crate::lowering::{Lowering, at, children};
use portolan_program::{Expression, Kind, Pattern, Statement};
use tree_sitter::Node;

impl<'t> Lowering<'t> {
    /// Lowers a statement into a body.
    pub fn statement(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        if self.deeper() {
            self.shallow_statement(node, body);
        }
        self.higher();
    }

    fn shallow_statement(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        match node.kind() {
            "class_declaration" | "interface_declaration" | "enum_declaration" | "record_declaration" => {
                let class = self.class(node);
                body.push(Statement::Class(class));
            }
            "local_variable_declaration" => self.local(node, body),
            "expression_statement" => {
                let values: Vec<Expression> = children(node).into_iter().map(|value| self.expression(value)).collect();
                body.extend(values.into_iter().map(Statement::Expression));
            }
            "block" | "constructor_body" => {
                let block = self.block(Some(node));
                body.push(Statement::Scope(block));
            }
            "if_statement" => {
                self.evaluated(node.child_by_field_name("condition"), body);
                let then = self.block(node.child_by_field_name("consequence"));
                let otherwise = self.block(node.child_by_field_name("alternative"));
                body.push(Statement::Branch(vec![then, otherwise]));
            }
            "for_statement" => self.counted(node, body),
            "enhanced_for_statement" => self.each(node, body),
            "while_statement" | "do_statement" => {
                self.evaluated(node.child_by_field_name("condition"), body);
                let inside = self.block(node.child_by_field_name("body"));
                body.push(Statement::Loop(inside));
            }
            "try_statement" | "try_with_resources_statement" => self.attempt(node, body),
            "switch_expression" | "switch_statement" => self.switch(node, body),
            "synchronized_statement" | "labeled_statement" => {
                let mut inside = Vec::new();
                children(node).into_iter().for_each(|child| self.statement(child, &mut inside));
                body.push(Statement::Scope(inside));
            }
            "return_statement" => {
                let value = children(node).first().map(|value| self.expression(*value));
                body.push(Statement::Return(value));
            }
            "throw_statement" | "break_statement" | "continue_statement" => {
                let value = (node.kind() == "throw_statement").then(|| children(node).first().copied()).flatten();
                let value = value.map(|value| self.expression(value));
                body.push(Statement::Leave(value));
            }
            "yield_statement" | "assert_statement" | "parenthesized_expression" => {
                let values: Vec<Expression> = children(node).into_iter().map(|value| self.expression(value)).collect();
                body.extend(values.into_iter().map(Statement::Expression));
            }
            "explicit_constructor_invocation" => {
                let value = self.constructor_call(node);
                body.push(Statement::Expression(value));
            }
            "package_declaration" | "import_declaration" | "annotation_type_declaration" | ";" => {}
            kind if kind.ends_with("expression") || kind.ends_with("invocation") || kind == "identifier" => {
                let value = self.expression(node);
                body.push(Statement::Expression(value));
            }
            _ => {}
        }
    }

    /// The statements of a block, or the one statement that stands for it.
    pub fn block(&mut self, node: Option<Node<'t>>) -> Vec<Statement> {
        let mut body = Vec::new();
        match node {
            Some(block) if matches!(block.kind(), "block" | "constructor_body") => {
                children(block).into_iter().for_each(|child| self.statement(child, &mut body));
            }
            Some(one) => self.statement(one, &mut body),
            None => {}
        }
        body
    }

    fn evaluated(&mut self, node: Option<Node<'t>>, body: &mut Vec<Statement>) {
        if let Some(node) = node {
            let value = self.expression(node);
            body.push(Statement::Expression(value));
        }
    }

    /// `Type a = 1, b = 2;`
    fn local(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        let declared = node.child_by_field_name("type").and_then(|declared| self.declared(declared));
        for declarator in children(node).into_iter().filter(|child| child.kind() == "variable_declarator") {
            let Some(name) = self.field_name(declarator, "name") else { continue };
            let value = declarator.child_by_field_name("value").map(|value| self.expression(value));
            body.push(Statement::Bind {
                pattern: Pattern::Name(name),
                declared: declared.clone(),
                value,
                declares: true,
            });
        }
    }

    fn counted(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        let mut outer = Vec::new();
        if let Some(start) = node.child_by_field_name("init") {
            self.statement(start, &mut outer);
        }
        self.evaluated(node.child_by_field_name("condition"), &mut outer);
        let mut inside = self.block(node.child_by_field_name("body"));
        self.evaluated(node.child_by_field_name("update"), &mut inside);
        outer.push(Statement::Loop(inside));
        body.push(Statement::Scope(outer));
    }

    fn each(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        let declared = node.child_by_field_name("type").and_then(|declared| self.declared(declared));
        let value = node.child_by_field_name("value").map(|value| self.expression(value));
        let mut inside = Vec::new();
        if let (Some(name), Some(value)) = (self.field_name(node, "name"), value) {
            let value = Some(at(node, Kind::Element(Box::new(value))));
            inside.push(Statement::Bind { pattern: Pattern::Name(name), declared, value, declares: true });
        }
        inside.extend(self.block(node.child_by_field_name("body")));
        body.push(Statement::Loop(inside));
    }

    fn attempt(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        let mut inside = Vec::new();
        for resource in node.child_by_field_name("resources").map(children).unwrap_or_default() {
            let declared = resource.child_by_field_name("type").and_then(|declared| self.declared(declared));
            let value = resource.child_by_field_name("value").map(|value| self.expression(value));
            if let Some(name) = self.field_name(resource, "name") {
                inside.push(Statement::Bind { pattern: Pattern::Name(name), declared, value, declares: true });
            }
        }
        inside.extend(self.block(node.child_by_field_name("body")));
        body.push(Statement::Scope(inside));
        let mut handlers = Vec::new();
        for clause in children(node) {
            match clause.kind() {
                "catch_clause" => handlers.push(self.block(clause.child_by_field_name("body"))),
                "finally_clause" => {
                    let last = self.block(children(clause).first().copied());
                    handlers.push(last);
                }
                _ => {}
            }
        }
        body.push(Statement::Branch(handlers));
    }

    fn switch(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        self.evaluated(node.child_by_field_name("condition"), body);
        let blocks = self.cases(node);
        body.push(Statement::Branch(blocks));
    }

    /// The blocks of a switch.
    pub fn cases(&mut self, node: Node<'t>) -> Vec<Vec<Statement>> {
        let groups = node.child_by_field_name("body").map(children).unwrap_or_default();
        let mut blocks = Vec::new();
        for group in groups {
            let mut block = Vec::new();
            for child in children(group).into_iter().filter(|child| child.kind() != "switch_label") {
                self.statement(child, &mut block);
            }
            blocks.push(block);
        }
        blocks
    }
}
