//! Statements.

use crate::lower::{Lower, at, children, field, span};
use portolan_program::{Expression, Kind, Pattern, Statement};
use tree_sitter::Node;

impl Lower<'_> {
    /// Adds what a statement does to a body.
    pub fn statement(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let outer = std::mem::take(&mut self.before);
        let first = body.len();
        self.one_statement(node, body);
        let before = std::mem::replace(&mut self.before, outer);
        body.splice(first..first, before);
    }

    fn one_statement(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        match node.kind() {
            "expression_statement" => self.expression_statement(node, body),
            "lexical_declaration" => self.variables(node, false, body),
            "variable_declaration" => self.variables(node, true, body),
            "function_declaration" | "generator_function_declaration" => {
                let function = self.declared_function(node);
                body.push(Statement::Function(function));
            }
            "class_declaration" | "abstract_class_declaration" => {
                let class = self.class(node);
                body.push(Statement::Class(class));
            }
            "interface_declaration" | "type_alias_declaration" | "enum_declaration" | "internal_module" | "module" => {
                self.declaration(node, body);
            }
            "import_statement" => self.import(node, body),
            "import_alias" => self.import_alias(node, body),
            "export_statement" => self.export(node, body),
            "return_statement" => {
                let value = children(node).first().copied();
                if !self.resumed_return(value, body) {
                    let value = value.map(|value| self.expression(value));
                    body.push(Statement::Return(value));
                }
            }
            "throw_statement" => {
                let value = children(node).first().map(|value| self.expression(*value));
                body.push(Statement::Leave(value));
            }
            "break_statement" | "continue_statement" => body.push(Statement::Leave(None)),
            "statement_block" => {
                let inner = self.block(node);
                body.push(Statement::Scope(inner));
            }
            "labeled_statement" => {
                if let Some(inner) = field(node, "body") {
                    self.deeper(node, (), |lower| lower.statement(inner, body));
                }
            }
            "ambient_declaration"
            | "function_signature"
            | "empty_statement"
            | "debugger_statement"
            | "hash_bang_line"
            | "comment" => {}
            "ERROR" => {
                self.deeper(node, (), |lower| {
                    children(node).into_iter().for_each(|child| lower.statement(child, body));
                });
            }
            _ => self.control(node, body),
        }
    }

    fn expression_statement(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        if let Some(inner) = children(node).first().copied() {
            self.effect(inner, body);
        }
    }

    /// An expression that stands for what it does.
    pub fn effect(&mut self, inner: Node<'_>, body: &mut Vec<Statement>) {
        match inner.kind() {
            "sequence_expression" => {
                children(inner).into_iter().for_each(|part| self.effect(part, body));
            }
            "internal_module" => self.declaration(inner, body),
            "assignment_expression" => self.assignment_statement(inner, body),
            "call_expression" => {
                if !self.export_call(inner, body) {
                    self.registration(inner, body);
                    let value = self.expression(inner);
                    body.push(Statement::Expression(value));
                }
            }
            "string" => {}
            _ => {
                let value = self.expression(inner);
                body.push(Statement::Expression(value));
            }
        }
    }

    /// `const a = 1, { b } = c;`. A `var` inside a block belongs to the function around.
    fn variables(&mut self, node: Node<'_>, var: bool, body: &mut Vec<Statement>) {
        for declarator in children(node).into_iter().filter(|child| child.kind() == "variable_declarator") {
            let (Some(name), value) = (field(declarator, "name"), field(declarator, "value")) else { continue };
            let pattern = self.pattern(name);
            if self.around.inside && name.kind() == "identifier" {
                self.sight.hide(self.source(name));
            }
            if let (Pattern::Name(name), Some(value)) = (&pattern, value) {
                self.note_helper(name, value);
            }
            let hoisted = var && self.around.blocks > 0;
            if hoisted {
                names(&pattern, &mut self.around.variables);
                if value.is_none() {
                    continue;
                }
            }
            if let (Pattern::Name(name), Some(value)) = (&pattern, value)
                && self.module_import(name, value, body)
            {
                continue;
            }
            let declared = field(declarator, "type").and_then(|declared| self.declared_type(declared));
            let value = value.map(|value| self.named_value(value, &pattern, body));
            body.push(Statement::Bind { pattern, declared, value, declares: !hoisted });
        }
    }

    /// The value of a variable: a function or class that is made here has the variable's name; exports on the way are made.
    fn named_value(&mut self, node: Node<'_>, pattern: &Pattern, body: &mut Vec<Statement>) -> Expression {
        if node.kind() == "assignment_expression" && self.assigns_export(node) {
            let name = self.assigned(node, body);
            return at(node, Kind::Name(name));
        }
        let value = self.expression(node);
        if let (Kind::Function(function), Pattern::Name(name)) = (&value.kind, pattern) {
            let function = &mut self.module.functions[function.0 as usize];
            function.name.get_or_insert_with(|| name.clone());
            function.span = span(node);
        }
        value
    }
}

/// The names that a pattern binds.
pub(crate) fn names(pattern: &Pattern, all: &mut Vec<portolan_program::Name>) {
    match pattern {
        Pattern::Name(name) if !all.contains(name) => all.push(name.clone()),
        Pattern::List(patterns) => patterns.iter().for_each(|pattern| names(pattern, all)),
        Pattern::Rest(pattern) => names(pattern, all),
        Pattern::Record { members, rest } => {
            members.iter().for_each(|(_, pattern, _)| names(pattern, all));
            all.extend(rest.clone().filter(|rest| !all.contains(rest)));
        }
        _ => {}
    }
}
