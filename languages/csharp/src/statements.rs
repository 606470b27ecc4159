//! Statements.

use crate::lowering::{Lowering, at, children, is_type, named};
use portolan_program::{Expression, Kind, Name, Pattern, Statement, Type};
use tree_sitter::Node;

impl<'t> Lowering<'t> {
    /// The statements of a block, or of one statement without braces.
    pub fn block(&mut self, node: Option<Node<'t>>) -> Vec<Statement> {
        let mut body = Vec::new();
        let Some(node) = node else { return body };
        match node.kind() {
            "block" => children(node).into_iter().for_each(|child| self.statement(child, &mut body)),
            _ => self.statement(node, &mut body),
        }
        body
    }

    /// Lowers a statement.
    pub fn statement(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        if self.deeper() {
            self.lower_statement(node, body);
        }
        self.higher();
    }

    fn lower_statement(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        match node.kind() {
            "expression_statement" => self.each_expression(node, body),
            "local_declaration_statement" => {
                let declaration = children(node).into_iter().find(|child| child.kind() == "variable_declaration");
                if let Some(declaration) = declaration {
                    self.variables(declaration, body);
                }
            }
            "return_statement" => {
                let value = children(node).first().map(|value| self.expression(*value));
                body.push(Statement::Return(value));
            }
            // A sequence is lazy; what it gives are its elements.
            "yield_statement" => {
                if let Some(value) = children(node).first() {
                    let value = self.expression(*value);
                    let kind = Kind::List(vec![portolan_program::Argument::plain(value)]);
                    body.push(Statement::Branch(vec![vec![Statement::Return(Some(at(node, kind)))]]));
                }
            }
            "throw_statement" => {
                let value = children(node).first().map(|value| self.expression(*value));
                body.push(Statement::Leave(value));
            }
            "break_statement" | "continue_statement" | "goto_statement" => body.push(Statement::Leave(None)),
            "block" => {
                let block = self.block(Some(node));
                body.push(Statement::Scope(block));
            }
            "local_function_statement" => {
                let function = self.local_function(node);
                body.push(Statement::Function(function));
            }
            "if_statement" => self.branch(node, body),
            "for_statement" => self.for_loop(node, body),
            "foreach_statement" => self.for_each(node, body),
            "while_statement" | "do_statement" => self.while_loop(node, body),
            "switch_statement" => self.switch(node, body),
            "try_statement" => self.attempt(node, body),
            "using_statement" | "lock_statement" | "fixed_statement" => self.around(node, body),
            "checked_statement" | "unsafe_statement" | "labeled_statement" => {
                for child in children(node).into_iter().filter(|child| child.kind() != "identifier") {
                    self.statement(child, body);
                }
            }
            "preproc_if" | "preproc_elif" | "preproc_else" => self.compiled(node, body),
            "empty_statement" | "ERROR" => {}
            kind if is_type(kind) => {
                let class = self.class(node);
                body.push(Statement::Class(class));
            }
            kind if kind.ends_with("_expression") => {
                let value = self.expression(node);
                body.push(Statement::Expression(value));
            }
            _ => {}
        }
    }

    fn each_expression(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        for child in children(node) {
            let value = self.expression(child);
            body.push(Statement::Expression(value));
        }
    }

    /// What is compiled under a condition: all of it.
    fn compiled(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        let condition = node.child_by_field_name("condition");
        for child in children(node).into_iter().filter(|child| Some(*child) != condition) {
            self.statement(child, body);
        }
    }

    /// `Type a = x, b;`, `var (a, b) = x;`
    pub fn variables(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        let kind = node.child_by_field_name("type");
        let declared = kind.and_then(|kind| self.declared(kind));
        for declarator in children(node).into_iter().filter(|child| child.kind() == "variable_declarator") {
            let pattern = match self.field_name(declarator, "name") {
                Some(name) => Pattern::Name(name),
                None => match children(declarator).into_iter().find(|child| child.kind() == "tuple_pattern") {
                    Some(tuple) => self.tuple_pattern(tuple),
                    None => Pattern::Ignore,
                },
            };
            let value = self.declarator_value(declarator, declared.as_ref());
            body.push(Statement::Bind { pattern, declared: declared.clone(), value, declares: true });
        }
    }

    /// What a declarator is set to.
    pub fn declarator_value(&mut self, declarator: Node<'t>, declared: Option<&Type>) -> Option<Expression> {
        let name = declarator.child_by_field_name("name");
        let value = children(declarator).into_iter().rfind(|child| {
            Some(*child) != name && !matches!(child.kind(), "bracketed_argument_list" | "tuple_pattern")
        })?;
        Some(self.expected(value, declared))
    }

    /// A condition or value that is only looked at.
    pub fn evaluated(&mut self, node: Option<Node<'t>>, body: &mut Vec<Statement>) {
        if let Some(node) = node {
            let value = self.expression(node);
            body.push(Statement::Expression(value));
        }
    }

    /// Binds a new name.
    pub fn bound(name: Name, declared: Option<Type>, value: Option<Expression>) -> Statement {
        Statement::Bind { pattern: Pattern::Name(name), declared, value, declares: true }
    }

    /// An element of something.
    pub fn element(&mut self, of: Node<'t>) -> Expression {
        let of_value = self.expression(of);
        at(of, Kind::Element(Box::new(of_value)))
    }

    /// `this.name = name`.
    pub fn keeps(node: Node<'t>, name: &Name, value: Expression) -> Statement {
        let pattern = Pattern::Member(Box::new(named(node, "this")), name.clone());
        Statement::Bind { pattern, declared: None, value: Some(value), declares: false }
    }
}
