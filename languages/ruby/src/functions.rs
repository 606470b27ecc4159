//! Methods, blocks and lambdas.

use crate::lowering::{BLOCK, Lowering, at, children, span};
use portolan_program::{
    Argument, Form, Function, FunctionId, Kind, Name, Parameter, Pattern, Role, Statement, Variadic,
};
use std::collections::HashSet;
use tree_sitter::Node;

impl<'t> Lowering<'t> {
    /// `def name(…) … end`, `def self.name(…) … end`. Inside a class it becomes a method of it.
    pub fn method(&mut self, node: Node<'t>) -> FunctionId {
        let name = node.child_by_field_name("name").map(|name| self.name(name));
        let shared = node.kind() == "singleton_method";
        let inside = self.in_class();
        let role = match (name.as_deref(), shared, inside) {
            (_, true, _) => Role::Static,
            (Some("initialize"), _, true) => Role::Constructor,
            (_, _, true) => Role::Method,
            _ => Role::Free,
        };
        self.locals.push(HashSet::new());
        self.methods.push(name.clone().unwrap_or_default());
        let mut parameters =
            node.child_by_field_name("parameters").map(|list| self.parameters(list)).unwrap_or_default();
        let body = self.method_body(node);
        self.methods.pop();
        self.locals.pop();
        if !parameters.iter().any(|parameter| parameter.name.as_deref() == Some(BLOCK)) {
            parameters.push(named(BLOCK.into(), Pattern::Name(BLOCK.into())));
        }
        let receiver = (role != Role::Free).then(|| Name::from("self"));
        let place = node.child_by_field_name("name").map_or_else(|| span(node), span);
        self.module.add_function(Function {
            name,
            role,
            receiver,
            parameters,
            body,
            span: place,
            ..Function::default()
        })
    }

    fn method_body(&mut self, node: Node<'t>) -> Vec<Statement> {
        let body = match node.child_by_field_name("body") {
            Some(body) if body.kind() == "body_statement" => self.guarded(body),
            Some(value) => self.statements(&[value]),
            None => Vec::new(),
        };
        self.resulting(body)
    }

    /// `{ |a, b| … }`, `do |a, b| … end`.
    pub fn block_function(&mut self, node: Node<'t>) -> FunctionId {
        self.locals.push(HashSet::new());
        let parameters = node.child_by_field_name("parameters").map(|list| self.parameters(list)).unwrap_or_default();
        let body = self.part(node.child_by_field_name("body"));
        let body = self.resulting(body);
        self.locals.pop();
        self.module.add_function(Function { parameters, body, span: span(node), ..Function::default() })
    }

    /// `->(a) { … }`.
    pub fn lambda(&mut self, node: Node<'t>) -> Kind {
        self.locals.push(HashSet::new());
        let parameters = node.child_by_field_name("parameters").map(|list| self.parameters(list)).unwrap_or_default();
        let inner = node.child_by_field_name("body").and_then(|body| body.child_by_field_name("body"));
        let body = self.part(inner);
        let body = self.resulting(body);
        self.locals.pop();
        Kind::Function(self.module.add_function(Function { parameters, body, span: span(node), ..Function::default() }))
    }

    fn parameters(&mut self, list: Node<'t>) -> Vec<Parameter> {
        children(list).into_iter().filter_map(|node| self.parameter(node)).collect()
    }

    fn parameter(&mut self, node: Node<'t>) -> Option<Parameter> {
        if node.kind() == "destructured_parameter" {
            return Some(plain(self.pattern(node)));
        }
        let name_node = node.child_by_field_name("name").or_else(|| (node.kind() == "identifier").then_some(node))?;
        let name = self.name(name_node);
        self.assigned(&name);
        let default = node.child_by_field_name("value").map(|value| self.expression(value));
        let pattern = Pattern::Name(name.clone());
        Some(match node.kind() {
            "keyword_parameter" => Parameter { default, ..named(name, pattern) },
            "splat_parameter" => Parameter { variadic: Variadic::List, ..plain(pattern) },
            "hash_splat_parameter" => Parameter { variadic: Variadic::Record, ..plain(pattern) },
            "block_parameter" => named(BLOCK.into(), pattern),
            _ => Parameter { default, ..plain(pattern) },
        })
    }

    /// A method that hands on what it is given: to a method of an instance variable, or of what another method gives.
    pub fn delegator(&mut self, node: Node<'t>, target: &Name, alias: Name, method: Name) -> FunctionId {
        let variable = |name: &'static str| at(node, Kind::Name(Name::new_static(name)));
        let object = match target.starts_with('@') {
            true => Kind::Member(Box::new(variable("self")), target.clone()),
            false => Kind::Call(Box::new(at(node, Kind::Name(target.clone()))), Vec::new()),
        };
        let callee = at(node, Kind::Member(Box::new(at(node, object)), method));
        let arguments = vec![
            Argument { name: None, form: Form::Spread, value: variable("arguments") },
            Argument { name: None, form: Form::SpreadRecord, value: variable("options") },
        ];
        let call = at(node, Kind::Call(Box::new(callee), arguments));
        let rest =
            |name: &'static str, variadic| Parameter { variadic, ..plain(Pattern::Name(Name::new_static(name))) };
        self.module.add_function(Function {
            name: Some(alias),
            role: Role::Method,
            receiver: Some("self".into()),
            parameters: vec![rest("arguments", Variadic::List), rest("options", Variadic::Record)],
            body: vec![Statement::Return(Some(call))],
            span: span(node),
            ..Function::default()
        })
    }

    /// A constructor that sets instance variables: `Struct.new(:a, :b)`.
    pub fn structure_constructor(&mut self, node: Node<'t>, names: &[Name]) -> FunctionId {
        let set = |name: &Name| Statement::Bind {
            pattern: Pattern::Member(Box::new(at(node, Kind::Name("self".into()))), format!("@{name}").into()),
            declared: None,
            value: Some(at(node, Kind::Name(name.clone()))),
            declares: false,
        };
        self.module.add_function(Function {
            role: Role::Constructor,
            receiver: Some("self".into()),
            parameters: names.iter().map(|name| named(name.clone(), Pattern::Name(name.clone()))).collect(),
            body: names.iter().map(set).collect(),
            span: span(node),
            ..Function::default()
        })
    }

    /// A method that gives an instance variable: `attr_reader :table`.
    pub fn reader(&mut self, node: Node<'t>, name: &Name) -> FunctionId {
        let this = at(node, Kind::Name("self".into()));
        let value = at(node, Kind::Member(Box::new(this), format!("@{name}").into()));
        self.module.add_function(Function {
            name: Some(name.clone()),
            role: Role::Method,
            receiver: Some("self".into()),
            body: vec![Statement::Return(Some(value))],
            span: span(node),
            ..Function::default()
        })
    }
}

fn plain(pattern: Pattern) -> Parameter {
    Parameter { pattern, name: None, declared: None, default: None, variadic: Variadic::No, fixed: false }
}

fn named(name: Name, pattern: Pattern) -> Parameter {
    Parameter { name: Some(name), ..plain(pattern) }
}
