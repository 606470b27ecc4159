//! What a type holds: fields, properties, methods, constructors, types.

use crate::classes::constructor;
use crate::lowering::{Lowering, at, child, children, is_type, span};
use portolan_program::{Class, Field, Function, Kind, Role, Statement, Type};
use tree_sitter::Node;

impl<'t> Lowering<'t> {
    pub(crate) fn members(&mut self, body: Node<'t>, interface: bool, class: &mut Class) {
        for member in children(body) {
            match member.kind() {
                "field_declaration" | "event_field_declaration" => self.fields(member, class),
                "property_declaration" => {
                    class.decorators.extend(self.bindings(member));
                    self.property(member, interface, class);
                }
                "indexer_declaration" => {}
                "method_declaration" => {
                    let function = self.method(member);
                    class.functions.push(function);
                }
                "constructor_declaration" => self.constructor(member, class),
                "preproc_if" | "preproc_elif" | "preproc_else" if self.deeper() => {
                    self.members(member, interface, class);
                    self.higher();
                }
                "preproc_if" | "preproc_elif" | "preproc_else" => self.higher(),
                kind if is_type(kind) => {
                    let inner = self.class(member);
                    class.body.push(Statement::Class(inner));
                }
                _ => {}
            }
        }
    }

    fn fields(&mut self, node: Node<'t>, class: &mut Class) {
        let Some(declaration) = child(node, "variable_declaration") else { return };
        let shared = self.is(node, "static") || self.is(node, "const");
        let declared = declaration.child_by_field_name("type").and_then(|declared| self.declared(declared));
        for declarator in children(declaration).into_iter().filter(|child| child.kind() == "variable_declarator") {
            let Some(name) = self.field_name(declarator, "name") else { continue };
            let value = self.declarator_value(declarator, declared.as_ref());
            class.fields.push(Field { name, declared: declared.clone(), value, shared });
        }
    }

    /// A property is a field where the language makes one for it, and a method that is called when it is read otherwise.
    fn property(&mut self, node: Node<'t>, interface: bool, class: &mut Class) {
        let Some(name) = self.field_name(node, "name") else { return };
        let shared = self.is(node, "static");
        let declared = node.child_by_field_name("type").and_then(|declared| self.declared(declared));
        let value = node.child_by_field_name("value");
        let body = match value {
            Some(arrow) if arrow.kind() == "arrow_expression_clause" => Some(arrow),
            Some(_) => None,
            None => self.getter_body(node),
        };
        let Some(body) = body else {
            let value = value.map(|value| self.expected(value, declared.as_ref()));
            if !(interface || self.is(node, "abstract")) || declared.is_some() {
                class.fields.push(Field { name, declared, value, shared });
            }
            return;
        };
        match shared {
            true => {
                let block = self.function_body(Some(body));
                class.fields.push(Field { name, declared, value: Some(self.called(body, block)), shared });
            }
            false => self.getter(node, body, declared, class),
        }
    }

    /// What a shared property gives: its body is called when it is first read.
    fn called(&mut self, node: Node<'t>, body: Vec<Statement>) -> portolan_program::Expression {
        let function = self.module.add_function(Function { body, span: span(node), ..Function::default() });
        at(node, Kind::Call(Box::new(at(node, Kind::Function(function))), Vec::new()))
    }

    fn getter(&mut self, node: Node<'t>, body: Node<'t>, declared: Option<Type>, class: &mut Class) {
        let function = Function {
            name: self.field_name(node, "name"),
            role: Role::Getter,
            receiver: Some("this".into()),
            returns: declared,
            body: self.function_body(Some(body)),
            span: node.child_by_field_name("name").map_or_else(|| span(node), span),
            ..Function::default()
        };
        class.functions.push(self.module.add_function(function));
    }

    /// The body of `get`, where it has one.
    fn getter_body(&self, node: Node<'t>) -> Option<Node<'t>> {
        let accessors = node.child_by_field_name("accessors").map(children).unwrap_or_default();
        let get = accessors.into_iter().find(|accessor| {
            let mut cursor = accessor.walk();
            accessor.children(&mut cursor).any(|word| word.kind() == "get")
        });
        get?.child_by_field_name("body")
    }

    /// A constructor; a static one runs when the class is first used.
    fn constructor(&mut self, node: Node<'t>, class: &mut Class) {
        if self.is(node, "static") {
            let block = self.function_body(node.child_by_field_name("body"));
            class.body.push(Statement::Scope(block));
            return;
        }
        let parameters = self.parameters(node.child_by_field_name("parameters"));
        let mut body = Vec::new();
        match child(node, "constructor_initializer") {
            Some(initializer) => body.push(self.constructor_call(initializer)),
            None if !class.bases.is_empty() => body.push(self.base_call(node, None)),
            None => {}
        }
        let mut own = self.function_body(node.child_by_field_name("body"));
        if let [Statement::Return(Some(value))] = own.as_slice() {
            own = vec![Statement::Expression(value.clone())];
        }
        body.extend(own);
        class.functions.push(self.module.add_function(constructor(parameters, body, node)));
    }
}
