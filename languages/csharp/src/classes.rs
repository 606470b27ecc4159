//! Classes, structs, records, interfaces and enums.

use crate::lowering::{Lowering, at, child, children, named, span};
use portolan_program::{Class, ClassId, Field, Function, Kind, Parameter, Pattern, Role, Statement, Type};
use tree_sitter::Node;

impl<'t> Lowering<'t> {
    /// Lowers a declaration of a type.
    pub fn class(&mut self, node: Node<'t>) -> ClassId {
        let interface = node.kind() == "interface_declaration";
        let mut class = Class {
            name: self.field_name(node, "name"),
            namespace: Some(self.namespace.clone()),
            bases: self.bases(node),
            interface: interface || self.is(node, "abstract"),
            adds: self.is(node, "partial"),
            decorators: Vec::new(),
            span: node.child_by_field_name("name").map_or_else(|| span(node), span),
            ..Class::default()
        };
        self.marks(node, &mut class);
        let deep = !self.deeper();
        if let Some(body) = node.child_by_field_name("body").filter(|_| !deep) {
            match node.kind() {
                "enum_declaration" => self.constants(body, &mut class),
                _ => self.members(body, interface, &mut class),
            }
        }
        self.higher();
        if let Some(list) = child(node, "parameter_list") {
            self.primary(node, list, &mut class);
        }
        self.module.add_class(class)
    }

    /// What a class extends and implements.
    fn bases(&mut self, node: Node<'t>) -> Vec<Type> {
        let list = child(node, "base_list").map(children).unwrap_or_default();
        let bases = list.into_iter().filter(|base| base.kind() != "argument_list").filter_map(|base| {
            let declared = base.child_by_field_name("type").filter(|_| base.kind() == "primary_constructor_base_type");
            self.declared_base(declared.unwrap_or(base))
        });
        bases.collect()
    }

    /// A base keeps its type arguments: a handler of requests is found by the request.
    fn declared_base(&self, node: Node<'t>) -> Option<Type> {
        let mut declared = self.declared(node)?;
        if node.kind() == "generic_name" {
            declared.path = children(node).first().map(|name| self.name(*name)).into_iter().collect();
            declared.arguments = self.type_arguments(node);
        }
        Some(declared)
    }

    /// Attributes with a first argument, as constants of the class: `[DynamoDBTable("orders")]`.
    fn marks(&mut self, node: Node<'t>, class: &mut Class) {
        let lists = children(node).into_iter().filter(|child| child.kind() == "attribute_list");
        for attribute in lists.flat_map(children).filter(|child| child.kind() == "attribute") {
            let Some(name) = self.attribute_name(attribute) else { continue };
            let first = child(attribute, "attribute_argument_list").and_then(|list| children(list).first().copied());
            let value = first.and_then(|argument| children(argument).last().copied());
            let value = value.map(|value| self.expression(value));
            class.fields.push(Field { name: format!("[{name}]").into(), declared: None, value, shared: true });
        }
    }

    /// Each name of an enum is a constant.
    fn constants(&mut self, body: Node<'t>, class: &mut Class) {
        for member in children(body) {
            if let Some(name) = self.field_name(member, "name") {
                let value = Some(at(member, Kind::Text(vec![portolan_program::Piece::Literal(name.clone())])));
                class.fields.push(Field { name, declared: None, value, shared: true });
            }
        }
    }

    /// `class Orders(IStore store) : Base(store)`: what it takes is seen in all of the class, and set before its fields are.
    fn primary(&mut self, node: Node<'t>, list: Node<'t>, class: &mut Class) {
        let parameters = self.parameters(Some(list));
        let mut body = Vec::new();
        for parameter in &parameters {
            let Pattern::Name(name) = &parameter.pattern else { continue };
            let declared = parameter.declared.clone();
            if !class.fields.iter().any(|field| field.name == *name) {
                class.fields.push(Field { name: name.clone(), declared, value: None, shared: false });
            }
            body.push(Self::keeps(node, name, named(list, name.clone())));
        }
        let arguments = self.base_arguments(node);
        if !class.bases.is_empty() {
            body.push(self.base_call(arguments.unwrap_or(node), arguments));
        }
        for field in class.fields.iter_mut().filter(|field| !field.shared) {
            if let Some(value) = field.value.take() {
                body.push(Self::keeps(node, &field.name, value));
            }
        }
        let constructor = constructor(parameters, body, node);
        class.functions.push(self.module.add_function(constructor));
    }

    /// The base's constructor runs first, whether that is said or not.
    pub fn base_call(&mut self, node: Node<'t>, arguments: Option<Node<'t>>) -> Statement {
        let given = self.arguments(arguments);
        Statement::Expression(at(node, Kind::Call(Box::new(named(node, "base")), given)))
    }

    fn base_arguments(&self, node: Node<'t>) -> Option<Node<'t>> {
        let list = child(node, "base_list")?;
        child(list, "argument_list").or_else(|| child(child(list, "primary_constructor_base_type")?, "argument_list"))
    }
}

/// A constructor with this body.
pub(crate) fn constructor(parameters: Vec<Parameter>, body: Vec<Statement>, node: Node<'_>) -> Function {
    Function {
        role: Role::Constructor,
        receiver: Some("this".into()),
        parameters,
        body,
        span: node.child_by_field_name("name").map_or_else(|| span(node), span),
        ..Function::default()
    }
}
