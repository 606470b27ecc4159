//! What only TypeScript declares: interfaces, type aliases, enums, namespaces.

use crate::lower::{Around, Lower, at, children, field, span};
use portolan_program::{
    Class, Entry, Expression, Field, Function, FunctionId, Key, Kind, Name, Pattern, Role, Statement,
};
use tree_sitter::Node;

impl Lower<'_> {
    /// Adds a declaration to a body.
    pub fn declaration(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        match node.kind() {
            "interface_declaration" => self.interface(node, field(node, "body"), body),
            "type_alias_declaration" => self.alias(node, body),
            "enum_declaration" => self.enumeration(node, body),
            _ => self.namespace(node, body),
        }
    }

    fn interface(&mut self, node: Node<'_>, members: Option<Node<'_>>, body: &mut Vec<Statement>) {
        let Some(name) = field(node, "name") else { return };
        let mut class = Class { name: Some(self.named(name)), interface: true, span: span(name), ..Class::default() };
        for clause in children(node).into_iter().filter(|child| child.kind() == "extends_type_clause") {
            class.bases.extend(children(clause).into_iter().filter_map(|base| self.type_of(base)));
        }
        for member in members.map(children).unwrap_or_default() {
            self.promise(member, &mut class);
        }
        let class = self.module.add_class(class);
        body.push(Statement::Class(class));
    }

    /// A member of an interface. A property that is a function is a method.
    fn promise(&mut self, member: Node<'_>, class: &mut Class) {
        match member.kind() {
            "method_signature" => class.functions.extend(self.promised_method(member)),
            "property_signature" => {
                let Some(name) = field(member, "name").and_then(|name| self.key_name(name)) else { return };
                let declared = field(member, "type");
                let function = declared.and_then(|declared| children(declared).first().copied());
                match function.filter(|function| function.kind() == "function_type") {
                    Some(function) => {
                        let id = self.promised(name, member, function);
                        class.functions.push(id);
                    }
                    None => {
                        let declared = declared.and_then(|declared| self.declared_type(declared));
                        class.fields.push(Field { name, declared, value: None, shared: false });
                    }
                }
            }
            _ => {}
        }
    }

    /// A method without a body.
    pub fn promised_method(&mut self, node: Node<'_>) -> Option<FunctionId> {
        let name = field(node, "name").and_then(|name| self.key_name(name))?;
        Some(self.promised(name, node, node))
    }

    fn promised(&mut self, name: Name, node: Node<'_>, signature: Node<'_>) -> FunctionId {
        let outside = std::mem::take(&mut self.around);
        let (parameters, _) = self.parameters(signature);
        self.around = outside;
        let returns = field(signature, "return_type").and_then(|declared| self.declared_type(declared));
        self.module.add_function(Function {
            name: Some(name),
            role: Role::Method,
            receiver: Some("this".into()),
            parameters,
            returns,
            span: span(node),
            ..Function::default()
        })
    }

    /// `type Name = …`: an interface, where it lists members; another type's name, where it is one.
    fn alias(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let (Some(name), Some(value)) = (field(node, "name"), field(node, "value")) else { return };
        if value.kind() == "object_type" {
            return self.interface(node, Some(value), body);
        }
        let Some(declared) = self.type_of(value) else { return };
        let mut path = declared.path.into_iter();
        let Some(first) = path.next().filter(|first| *first != "[]" && *first != self.source(name)) else { return };
        let start = at(value, Kind::Name(first));
        let value = path.fold(start, |object, name| at(value, Kind::Member(Box::new(object), name)));
        let pattern = Pattern::Name(self.named(name));
        body.push(Statement::Bind { pattern, declared: None, value: Some(value), declares: true });
    }

    /// An enum is a record of its members' values.
    fn enumeration(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let (Some(name), Some(members)) = (field(node, "name"), field(node, "body")) else { return };
        let mut entries = Vec::new();
        for member in children(members).into_iter().filter(|member| member.kind() == "enum_assignment") {
            let key = field(member, "name").and_then(|key| self.key_name(key));
            let value = field(member, "value").map(|value| self.expression(value));
            if let (Some(key), Some(value)) = (key, value) {
                entries.push(Entry { key: Key::Name(key), value });
            }
        }
        self.bind_name(name, Kind::Record(entries), body);
    }

    /// A namespace is what it exports.
    fn namespace(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let (Some(name), Some(inner)) = (field(node, "name"), field(node, "body")) else { return };
        if name.kind() != "identifier" {
            return;
        }
        let outside = std::mem::replace(&mut self.around, Around { blocks: 1, ..Around::default() });
        let early = std::mem::take(&mut self.early);
        let mut statements = Vec::new();
        self.deeper(inner, (), |lower| {
            children(inner).into_iter().for_each(|child| lower.statement(child, &mut statements));
        });
        statements.extend(std::mem::replace(&mut self.early, early));
        self.around = outside;
        let (exports, mut kept): (Vec<Statement>, Vec<Statement>) =
            statements.into_iter().partition(|statement| matches!(statement, Statement::Export { .. }));
        let entries = exports.into_iter().filter_map(|export| match export {
            Statement::Export { name: Some(name), value } => Some(Entry { key: Key::Name(name), value }),
            _ => None,
        });
        let record = at(node, Kind::Record(entries.collect()));
        kept.push(Statement::Expression(record));
        self.bind_name(name, Kind::Block(kept), body);
    }

    fn bind_name(&self, name: Node<'_>, value: Kind, body: &mut Vec<Statement>) {
        let pattern = Pattern::Name(self.named(name));
        let value: Option<Expression> = Some(at(name, value));
        body.push(Statement::Bind { pattern, declared: None, value, declares: true });
    }
}
