//! Statements.

use crate::lowering::{Lowering, at, children, span};
use portolan_program::{Expression, Import, Kind, Name, Pattern, Statement};
use tree_sitter::Node;

impl<'t> Lowering<'t> {
    /// The statements of these nodes.
    pub fn statements(&mut self, nodes: &[Node<'t>]) -> Vec<Statement> {
        let mut body = Vec::new();
        for node in nodes {
            self.statement(*node, &mut body);
        }
        body
    }

    /// Lowers a statement into a body.
    pub fn statement(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        if self.deeper() {
            self.shallow_statement(node, body);
        }
        self.higher();
    }

    fn shallow_statement(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        match node.kind() {
            "method" | "singleton_method" => {
                let function = self.method(node);
                body.push(Statement::Function(function));
            }
            "class" | "module" => {
                let class = self.class(node);
                body.push(Statement::Class(class));
            }
            "if" | "unless" | "elsif" => self.branch(node, body),
            "if_modifier" | "unless_modifier" => {
                self.evaluated(node.child_by_field_name("condition"), body);
                let then = self.part(node.child_by_field_name("body"));
                body.push(Statement::Branch(vec![then]));
            }
            "while" | "until" | "while_modifier" | "until_modifier" => {
                self.evaluated(node.child_by_field_name("condition"), body);
                let inside = self.part(node.child_by_field_name("body"));
                body.push(Statement::Loop(inside));
            }
            "for" => self.each(node, body),
            "case" | "case_match" => self.case(node, body),
            "begin"
            | "body_statement"
            | "do"
            | "then"
            | "else"
            | "block_body"
            | "parenthesized_statements"
            | "ensure" => {
                let inside = self.guarded(node);
                body.push(Statement::Scope(inside));
            }
            "rescue_modifier" => {
                let tried = self.part(node.child_by_field_name("body"));
                let otherwise = self.part(node.child_by_field_name("handler"));
                body.push(Statement::Scope(tried));
                body.push(Statement::Branch(vec![otherwise]));
            }
            "return" => {
                let value = children(node).first().map(|list| self.returned(*list));
                body.push(Statement::Return(value));
            }
            "break" | "next" | "redo" | "retry" => {
                let value = children(node).first().map(|list| self.returned(*list));
                body.push(match node.kind() {
                    "next" => Statement::Return(value),
                    _ => Statement::Leave(value),
                });
            }
            "assignment" | "operator_assignment" => {
                if let Some(structure) = self.structure(node) {
                    body.push(Statement::Class(structure));
                } else if let Some(bound) = self.bind(node) {
                    body.push(bound);
                }
            }
            "call" if self.import(node, body) => {}
            "comment" | "empty_statement" | "alias" | "undef" | "uninterpreted" | "heredoc_body" => {}
            _ => {
                let value = self.expression(node);
                body.push(Statement::Expression(value));
            }
        }
    }

    /// A body that a keyword opens, with what rescues it.
    pub fn guarded(&mut self, node: Node<'t>) -> Vec<Statement> {
        let mut tried = Vec::new();
        let mut handlers = Vec::new();
        let mut last = Vec::new();
        for child in children(node) {
            match child.kind() {
                "rescue" => handlers.push(self.rescue(child)),
                "ensure" => last = self.statements(&children(child)),
                "else" => tried.extend(self.statements(&children(child))),
                _ => self.statement(child, &mut tried),
            }
        }
        if handlers.is_empty() && last.is_empty() {
            return tried;
        }
        let mut body = vec![Statement::Scope(tried)];
        body.push(Statement::Branch(handlers));
        if !last.is_empty() {
            body.push(Statement::Scope(last));
        }
        body
    }

    fn rescue(&mut self, node: Node<'t>) -> Vec<Statement> {
        let variable = node.child_by_field_name("variable").and_then(|variable| children(variable).first().copied());
        if let Some(variable) = variable {
            let name = self.name(variable);
            self.assigned(&name);
        }
        self.part(node.child_by_field_name("body"))
    }

    /// The statements of a part: of a block of statements, or of the one that stands for it.
    pub fn part(&mut self, node: Option<Node<'t>>) -> Vec<Statement> {
        match node {
            Some(block) if matches!(block.kind(), "then" | "else" | "do" | "body_statement" | "block_body") => {
                self.guarded(block)
            }
            Some(one) => self.statements(&[one]),
            None => Vec::new(),
        }
    }

    fn evaluated(&mut self, node: Option<Node<'t>>, body: &mut Vec<Statement>) {
        if let Some(node) = node {
            let value = self.expression(node);
            body.push(Statement::Expression(value));
        }
    }

    fn branch(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        let condition = node.child_by_field_name("condition");
        let own_program = condition.is_some_and(|condition| {
            matches!(
                self.slice(condition),
                "__FILE__ == $0"
                    | "$0 == __FILE__"
                    | "__FILE__ == $PROGRAM_NAME"
                    | "$PROGRAM_NAME == __FILE__"
                    | "false"
            )
        });
        self.evaluated(condition, body);
        let mut blocks = Vec::new();
        if !own_program {
            blocks.push(self.part(node.child_by_field_name("consequence")));
        }
        if let Some(otherwise) = node.child_by_field_name("alternative") {
            blocks.push(self.part(Some(otherwise)));
        }
        body.push(Statement::Branch(blocks));
    }

    fn each(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        let value = node.child_by_field_name("value").and_then(|list| children(list).first().copied());
        let value = value.map(|value| self.expression(value));
        let pattern = node.child_by_field_name("pattern").map(|pattern| self.pattern(pattern));
        let mut inside = Vec::new();
        if let (Some(pattern), Some(value)) = (pattern, value) {
            let value = Some(at(node, Kind::Element(Box::new(value))));
            inside.push(Statement::Bind { pattern, declared: None, value, declares: false });
        }
        inside.extend(self.part(node.child_by_field_name("body")));
        body.push(Statement::Loop(inside));
    }

    fn case(&mut self, node: Node<'t>, body: &mut Vec<Statement>) {
        self.evaluated(node.child_by_field_name("value"), body);
        let mut blocks = Vec::new();
        for clause in children(node) {
            match clause.kind() {
                "when" | "in_clause" => blocks.push(self.part(clause.child_by_field_name("body"))),
                "else" => blocks.push(self.part(Some(clause))),
                _ => {}
            }
        }
        body.push(Statement::Branch(blocks));
    }

    fn returned(&mut self, list: Node<'t>) -> Expression {
        match children(list).as_slice() {
            [one] if list.kind() == "argument_list" => self.expression(*one),
            _ if list.kind() == "argument_list" => {
                let arguments = self.arguments(Some(list));
                at(list, Kind::List(arguments))
            }
            _ => self.expression(list),
        }
    }

    /// `a = b`, `a ||= b`, `a, b = c`.
    pub fn bind(&mut self, node: Node<'t>) -> Option<Statement> {
        let (left, right) = (node.child_by_field_name("left")?, node.child_by_field_name("right")?);
        let before = (node.kind() == "operator_assignment").then(|| self.expression(left));
        let value = match right.kind() {
            "right_assignment_list" => {
                let items =
                    children(right).into_iter().map(|item| portolan_program::Argument::plain(self.expression(item)));
                let items = items.collect();
                at(right, Kind::List(items))
            }
            _ => self.expression(right),
        };
        let operator = node.child_by_field_name("operator").map(|operator| self.slice(operator)).unwrap_or("=");
        let value = match (before, operator) {
            (Some(before), "||=" | "&&=") => at(node, Kind::Either(vec![before, value])),
            (Some(before), "+=" | "<<=") => at(node, Kind::Joined(vec![before, value])),
            _ => value,
        };
        let pattern = self.pattern(left);
        Some(Statement::Bind { pattern, declared: None, value: Some(value), declares: false })
    }

    /// What is assigned to.
    pub fn pattern(&mut self, node: Node<'t>) -> Pattern {
        match node.kind() {
            "identifier" | "constant" | "global_variable" => {
                let name = self.name(node);
                self.assigned(&name);
                Pattern::Name(name)
            }
            "instance_variable" | "class_variable" => match self.expression(node).kind {
                Kind::Member(object, name) => Pattern::Member(object, name),
                _ => Pattern::Ignore,
            },
            "call" => match (node.child_by_field_name("receiver"), node.child_by_field_name("method")) {
                (Some(object), Some(name)) => {
                    let name = Name::from(format!("@{}", self.slice(name)));
                    Pattern::Member(Box::new(self.expression(object)), name)
                }
                _ => Pattern::Ignore,
            },
            "element_reference" => {
                let index = children(node).get(1).copied();
                match (node.child_by_field_name("object"), index) {
                    (Some(object), Some(index)) => {
                        Pattern::Index(Box::new(self.expression(object)), Box::new(self.expression(index)))
                    }
                    _ => Pattern::Ignore,
                }
            }
            "left_assignment_list" | "destructured_left_assignment" | "destructured_parameter" => {
                Pattern::List(children(node).into_iter().map(|part| self.pattern(part)).collect())
            }
            "rest_assignment" | "splat_parameter" => match children(node).first() {
                Some(inner) => Pattern::Rest(Box::new(self.pattern(*inner))),
                None => Pattern::Ignore,
            },
            _ => Pattern::Ignore,
        }
    }

    /// `require "x"`, `require_relative "x"`. False where it is another call.
    fn import(&mut self, node: Node<'t>, body: &mut Vec<Statement>) -> bool {
        let Some(method) =
            node.child_by_field_name("method").filter(|_| node.child_by_field_name("receiver").is_none())
        else {
            return false;
        };
        let word = self.slice(method);
        let argument = node.child_by_field_name("arguments").map(children).unwrap_or_default().last().copied();
        let (true, Some(argument)) = (matches!(word, "require" | "require_relative" | "load" | "autoload"), argument)
        else {
            return false;
        };
        let text = self.slice(argument).trim_matches(['"', '\'']);
        let module =
            if word == "require_relative" { format!("./{}", text.trim_start_matches("./")) } else { text.to_owned() };
        body.push(Statement::Import(Import {
            module: module.into(),
            item: None,
            binding: None,
            exported: false,
            types_only: false,
            span: span(node),
        }));
        true
    }
}
