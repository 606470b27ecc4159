//! Methods, local functions, lambdas, and what they take.

use crate::lowering::{Lowering, child, children, span};
use portolan_program::{Function, FunctionId, Kind, Name, Parameter, Pattern, Role, Statement, Type, Variadic};
use tree_sitter::Node;

impl<'t> Lowering<'t> {
    /// A method of a class; of the interface's where it names one.
    pub fn method(&mut self, node: Node<'t>) -> FunctionId {
        let list = node.child_by_field_name("parameters");
        let extends = list.and_then(|list| children(list).first().copied()).is_some_and(|first| self.is(first, "this"));
        let role = match (extends, self.is(node, "static")) {
            (true, _) => Role::Extension,
            (false, true) => Role::Static,
            (false, false) => Role::Method,
        };
        let function = Function {
            name: self.field_name(node, "name"),
            role,
            receiver: (role == Role::Method).then(|| "this".into()),
            parameters: self.parameters(list),
            returns: node.child_by_field_name("returns").and_then(|declared| self.declared(declared)),
            decorators: self.attributes(node),
            body: self.function_body(node.child_by_field_name("body")),
            hidden: self.is_hidden(node),
            span: node.child_by_field_name("name").map_or_else(|| span(node), span),
        };
        self.module.add_function(function)
    }

    /// Whether not everybody may call it: what bears no modifier is private.
    fn is_hidden(&self, node: Node<'t>) -> bool {
        !self.is(node, "public")
    }

    /// A block, or the value behind an arrow.
    pub fn function_body(&mut self, body: Option<Node<'t>>) -> Vec<Statement> {
        match body {
            Some(arrow) if arrow.kind() == "arrow_expression_clause" => {
                let value = children(arrow).first().map(|value| self.expression(*value));
                vec![Statement::Return(value)]
            }
            Some(block) => self.block(Some(block)),
            None => Vec::new(),
        }
    }

    /// A function inside another; it sees what is around it.
    pub fn local_function(&mut self, node: Node<'t>) -> FunctionId {
        let function = Function {
            name: self.field_name(node, "name"),
            parameters: self.parameters(node.child_by_field_name("parameters")),
            returns: node.child_by_field_name("type").and_then(|declared| self.declared(declared)),
            body: self.function_body(node.child_by_field_name("body")),
            span: node.child_by_field_name("name").map_or_else(|| span(node), span),
            ..Function::default()
        };
        self.module.add_function(function)
    }

    /// `x => …`, `(x, y) => { … }`, `delegate (X x) { … }`.
    pub fn lambda(&mut self, node: Node<'t>) -> FunctionId {
        let parameters = match node.child_by_field_name("parameters") {
            Some(one) if one.kind() == "implicit_parameter" => vec![plain(self.name(one), None)],
            list => self.parameters(list),
        };
        let body = match node.child_by_field_name("body").or_else(|| child(node, "block")) {
            Some(block) if block.kind() == "block" => self.block(Some(block)),
            Some(value) => vec![Statement::Return(Some(self.expression(value)))],
            None => Vec::new(),
        };
        self.module.add_function(Function { parameters, body, span: span(node), ..Function::default() })
    }

    /// What a function takes. `params` stands in the list itself.
    pub fn parameters(&mut self, list: Option<Node<'t>>) -> Vec<Parameter> {
        let Some(list) = list else { return Vec::new() };
        let mut parameters: Vec<Parameter> = children(list)
            .into_iter()
            .filter(|child| child.kind() == "parameter")
            .map(|child| self.parameter(child))
            .collect();
        if let Some(name) = self.field_name(list, "name") {
            let declared = list.child_by_field_name("type").and_then(|declared| self.declared(declared));
            parameters.push(Parameter { variadic: Variadic::List, ..plain(name, declared) });
        }
        parameters
    }

    fn parameter(&mut self, node: Node<'t>) -> Parameter {
        let name = node.child_by_field_name("name");
        let kind = node.child_by_field_name("type");
        let declared = kind.and_then(|declared| self.declared(declared));
        let default = children(node)
            .into_iter()
            .rfind(|child| Some(*child) != name && Some(*child) != kind && is_default(*child))
            .map(|value| self.expected(value, declared.as_ref()));
        let default = default.filter(|value| !matches!(value.kind, Kind::Nothing));
        let name = name.map(|name| self.name(name)).unwrap_or_default();
        Parameter { default, ..plain(name, declared) }
    }
}

fn is_default(node: Node<'_>) -> bool {
    !matches!(node.kind(), "attribute_list" | "modifier")
}

/// A parameter that may be given by its name.
pub(crate) fn plain(name: Name, declared: Option<Type>) -> Parameter {
    Parameter {
        pattern: Pattern::Name(name.clone()),
        name: Some(name),
        declared,
        default: None,
        variadic: Variadic::No,
        fixed: false,
    }
}
