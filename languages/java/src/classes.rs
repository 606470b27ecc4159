//! Classes, interfaces, enums and records.

use crate::lowering::{Lowering, at, children, span};
use portolan_program::{
    Class, ClassId, Expression, Field, Function, Kind, Parameter, Pattern, Role, Statement, Type, Variadic,
};
use tree_sitter::Node;

impl<'t> Lowering<'t> {
    /// Lowers a declaration of a class.
    pub fn class(&mut self, node: Node<'t>) -> ClassId {
        let interface = node.kind() == "interface_declaration";
        let mut class = Class {
            name: self.field_name(node, "name"),
            bases: self.bases(node),
            interface: interface || self.is(node, "abstract"),
            span: node.child_by_field_name("name").map_or_else(|| span(node), span),
            ..Class::default()
        };
        if node.kind() == "record_declaration" {
            self.record(node, &mut class);
        }
        if let Some(body) = node.child_by_field_name("body") {
            self.members(body, interface, &mut class);
        }
        self.module.add_class(class)
    }

    /// A class without a name: `new Type() { … }`.
    pub fn anonymous(&mut self, extended: Node<'t>, body: Node<'t>) -> ClassId {
        let bases = self.declared(extended).into_iter().collect();
        let mut class = Class { bases, span: span(extended), ..Class::default() };
        self.members(body, false, &mut class);
        self.module.add_class(class)
    }

    fn bases(&mut self, node: Node<'t>) -> Vec<Type> {
        let mut bases = Vec::new();
        for child in children(node) {
            if matches!(child.kind(), "superclass" | "super_interfaces" | "extends_interfaces") {
                self.types_in(child, &mut bases);
            }
        }
        bases
    }

    fn types_in(&mut self, node: Node<'t>, types: &mut Vec<Type>) {
        for child in children(node) {
            match child.kind() {
                "type_list" => self.types_in(child, types),
                _ => types.extend(self.declared(child)),
            }
        }
    }

    /// A record's components are fields that its constructor sets.
    fn record(&mut self, node: Node<'t>, class: &mut Class) {
        let parameters = node.child_by_field_name("parameters").map(|list| self.parameters(list)).unwrap_or_default();
        let mut body = Vec::new();
        for parameter in &parameters {
            let Pattern::Name(name) = &parameter.pattern else { continue };
            class.fields.push(Field {
                name: name.clone(),
                declared: parameter.declared.clone(),
                value: None,
                shared: false,
            });
            body.push(Statement::Bind {
                pattern: Pattern::Member(Box::new(at(node, Kind::Name("this".into()))), name.clone()),
                declared: None,
                value: Some(at(node, Kind::Name(name.clone()))),
                declares: false,
            });
            let accessor = Function {
                name: Some(name.clone()),
                role: Role::Method,
                receiver: Some("this".into()),
                body: vec![Statement::Return(Some(at(
                    node,
                    Kind::Member(Box::new(at(node, Kind::Name("this".into()))), name.clone()),
                )))],
                span: span(node),
                ..Function::default()
            };
            class.functions.push(self.module.add_function(accessor));
        }
        let constructor = Function {
            role: Role::Constructor,
            receiver: Some("this".into()),
            parameters,
            body,
            span: span(node),
            ..Function::default()
        };
        class.functions.push(self.module.add_function(constructor));
    }

    fn members(&mut self, body: Node<'t>, interface: bool, class: &mut Class) {
        for member in children(body) {
            match member.kind() {
                "field_declaration" | "constant_declaration" => self.fields(member, interface, class),
                "method_declaration" => {
                    let function = self.method(member);
                    class.functions.push(function);
                }
                "constructor_declaration" | "compact_constructor_declaration" => {
                    let function = self.constructor(member);
                    class.functions.push(function);
                }
                "class_declaration" | "interface_declaration" | "enum_declaration" | "record_declaration" => {
                    let inner = self.class(member);
                    class.body.push(Statement::Class(inner));
                }
                "static_initializer" => {
                    let block = self.block(children(member).first().copied());
                    class.body.extend(block);
                }
                "block" => self.initializer(member, class),
                "enum_constant" => self.constant(member, class),
                "enum_body_declarations" => self.members(member, interface, class),
                _ => {}
            }
        }
    }

    fn fields(&mut self, node: Node<'t>, interface: bool, class: &mut Class) {
        let declared = node.child_by_field_name("type").and_then(|declared| self.declared(declared));
        let shared = interface || self.is(node, "static");
        for declarator in children(node).into_iter().filter(|child| child.kind() == "variable_declarator") {
            let Some(name) = self.field_name(declarator, "name") else { continue };
            let value = declarator.child_by_field_name("value").map(|value| self.expression(value));
            class.fields.push(Field { name, declared: declared.clone(), value, shared });
        }
    }

    /// A constant of an enum is an object of it.
    fn constant(&mut self, node: Node<'t>, class: &mut Class) {
        let (Some(name), Some(own)) = (self.field_name(node, "name"), class.name.clone()) else { return };
        let arguments = self.arguments(node.child_by_field_name("arguments"));
        let value: Expression = at(node, Kind::New(Box::new(at(node, Kind::Name(own))), arguments));
        class.fields.push(Field { name, declared: None, value: Some(value), shared: true });
    }

    /// A block that runs for every object runs before its constructor.
    fn initializer(&mut self, node: Node<'t>, class: &mut Class) {
        let function = Function {
            role: Role::Constructor,
            receiver: Some("this".into()),
            body: self.block(Some(node)),
            span: span(node),
            ..Function::default()
        };
        class.functions.push(self.module.add_function(function));
    }

    fn method(&mut self, node: Node<'t>) -> portolan_program::FunctionId {
        let shared = self.is(node, "static");
        let function = Function {
            name: self.field_name(node, "name"),
            role: if shared { Role::Static } else { Role::Method },
            receiver: (!shared).then(|| "this".into()),
            parameters: node.child_by_field_name("parameters").map(|list| self.parameters(list)).unwrap_or_default(),
            returns: node.child_by_field_name("type").and_then(|declared| self.declared(declared)),
            body: self.block(node.child_by_field_name("body")),
            span: node.child_by_field_name("name").map_or_else(|| span(node), span),
            ..Function::default()
        };
        self.module.add_function(function)
    }

    fn constructor(&mut self, node: Node<'t>) -> portolan_program::FunctionId {
        let function = Function {
            role: Role::Constructor,
            receiver: Some("this".into()),
            parameters: node.child_by_field_name("parameters").map(|list| self.parameters(list)).unwrap_or_default(),
            body: self.block(node.child_by_field_name("body")),
            span: node.child_by_field_name("name").map_or_else(|| span(node), span),
            ..Function::default()
        };
        self.module.add_function(function)
    }

    /// The parameters of a method.
    pub fn parameters(&mut self, list: Node<'t>) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        for node in children(list) {
            let declared = node.child_by_field_name("type").or_else(|| {
                children(node)
                    .into_iter()
                    .find(|child| child.kind().ends_with("type") || child.kind() == "type_identifier")
            });
            let declared = declared.and_then(|declared| self.declared(declared));
            match node.kind() {
                "formal_parameter" => {
                    let Some(name) = self.field_name(node, "name") else { continue };
                    parameters.push(Parameter { declared, ..crate::expressions::parameter(name) });
                }
                "spread_parameter" => {
                    let declarator = children(node).into_iter().find(|child| child.kind() == "variable_declarator");
                    let Some(name) = declarator.and_then(|declarator| self.field_name(declarator, "name")) else {
                        continue;
                    };
                    parameters.push(Parameter { variadic: Variadic::List, ..crate::expressions::parameter(name) });
                }
                _ => {}
            }
        }
        parameters
    }
}
