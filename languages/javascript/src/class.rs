//! Classes.

use crate::function::is_field;
use crate::lower::{Around, Lower, children, field, fields, has, span};
use portolan_program::{Class, ClassId, Expression, Field, Kind, Name, Pattern, Role, Statement, Type};
use tree_sitter::Node;

impl Lower<'_> {
    /// A class, declared or as a value.
    pub fn class(&mut self, node: Node<'_>) -> ClassId {
        let name = field(node, "name").map(|name| self.named(name));
        let place = field(node, "name").map_or_else(|| span(node), span);
        let mut class = Class {
            name,
            interface: node.kind() == "abstract_class_declaration",
            bases: self.heritage(node),
            decorators: self.decorators(node),
            span: place,
            ..Class::default()
        };
        if let Some(body) = field(node, "body") {
            self.deeper(body, (), |lower| lower.members(body, &mut class));
        }
        self.module.add_class(class)
    }

    /// The decorators of a class or member, outermost first. Those of an exported class stand before `export`.
    fn decorators(&mut self, node: Node<'_>) -> Vec<Expression> {
        let outer = node.parent().filter(|parent| parent.kind() == "export_statement");
        let all = outer.into_iter().flat_map(|outer| fields(outer, "decorator")).chain(fields(node, "decorator"));
        let all: Vec<Node<'_>> = all.collect();
        all.into_iter().filter_map(|decorator| self.decorator(decorator)).collect()
    }

    fn decorator(&mut self, node: Node<'_>) -> Option<Expression> {
        children(node).first().map(|inner| self.expression(*inner))
    }

    /// What a class extends and implements.
    fn heritage(&mut self, node: Node<'_>) -> Vec<Type> {
        let Some(heritage) = children(node).into_iter().find(|child| child.kind() == "class_heritage") else {
            return Vec::new();
        };
        let mut bases = Vec::new();
        for clause in children(heritage) {
            match clause.kind() {
                "extends_clause" => bases.extend(field(clause, "value").and_then(|value| self.base(value))),
                "implements_clause" => {
                    bases.extend(children(clause).into_iter().filter_map(|declared| self.type_of(declared)));
                }
                _ => bases.extend(self.base(clause)),
            }
        }
        bases
    }

    /// The path of a base class; one that is computed (`mixin(Base)`) is computed before, under a name of its own.
    fn base(&mut self, node: Node<'_>) -> Option<Type> {
        let path: Vec<Name> = match node.kind() {
            "call_expression" => {
                let name = self.fresh();
                let pattern = Pattern::Name(name.clone());
                let value = Some(self.expression(node));
                self.before.push(Statement::Bind { pattern, declared: None, value, declares: true });
                vec![name]
            }
            "identifier" | "member_expression" => self.source(node).split('.').map(Name::from).collect(),
            _ => return None,
        };
        Some(Type { path, arguments: Vec::new() })
    }

    fn members(&mut self, body: Node<'_>, class: &mut Class) {
        let mut decorators = Vec::new();
        for member in children(body) {
            match member.kind() {
                "decorator" => decorators.extend(self.decorator(member)),
                "method_definition" => self.add_method(member, std::mem::take(&mut decorators), class),
                "abstract_method_signature" => {
                    let function = self.promised_method(member);
                    class.functions.extend(function);
                }
                "public_field_definition" | "field_definition" => {
                    self.add_field(member, class);
                    decorators.clear();
                }
                "class_static_block" => {
                    if let Some(inner) = field(member, "body") {
                        let inner = self.block(inner);
                        class.body.push(Statement::Scope(inner));
                    }
                }
                _ => {}
            }
        }
    }

    fn add_method(&mut self, node: Node<'_>, decorators: Vec<Expression>, class: &mut Class) {
        if has(node, "set") {
            return;
        }
        let Some(name) = field(node, "name").and_then(|name| self.key_name(name)) else { return };
        let role = match name.as_str() {
            "constructor" => Role::Constructor,
            _ if has(node, "static") && has(node, "get") => Role::Static,
            _ if has(node, "static") => Role::Static,
            _ if has(node, "get") => Role::Getter,
            _ => Role::Method,
        };
        let id = self.method(node, role);
        if role == Role::Constructor {
            self.parameter_fields(node, class);
        }
        let static_getter = role == Role::Static && has(node, "get");
        let function = &mut self.module.functions[id.0 as usize];
        function.name = Some(name.clone());
        function.decorators = decorators;
        if static_getter {
            let value = Expression { kind: Kind::Function(id), span: function.span };
            let value = Expression { span: value.span, kind: Kind::Call(Box::new(value), Vec::new()) };
            class.fields.push(Field { name, declared: None, value: Some(value), shared: true });
            return;
        }
        class.functions.push(id);
    }

    /// A constructor's parameters that are fields are declared, so that their types are known.
    fn parameter_fields(&mut self, node: Node<'_>, class: &mut Class) {
        let parameters = field(node, "parameters").map(children).unwrap_or_default();
        for parameter in parameters.into_iter().filter(|parameter| is_field(*parameter)) {
            let name = field(parameter, "pattern").filter(|pattern| pattern.kind() == "identifier");
            let declared = field(parameter, "type").and_then(|declared| self.declared_type(declared));
            if let Some(name) = name {
                class.fields.push(Field { name: self.named(name), declared, value: None, shared: false });
            }
        }
    }

    /// A field: `name: Type = value`. Its value is evaluated for each object, so it may say `this`.
    fn add_field(&mut self, node: Node<'_>, class: &mut Class) {
        let key = field(node, "name").or_else(|| field(node, "property"));
        let Some(name) = key.and_then(|key| self.key_name(key)) else { return };
        let declared = field(node, "type").and_then(|declared| self.declared_type(declared));
        let outside = std::mem::replace(&mut self.around, Around { blocks: 1, ..Around::default() });
        let value = field(node, "value").map(|value| self.expression(value)).or_else(|| self.injected(node));
        self.around = outside;
        if let Some(Expression { kind: Kind::Function(function), .. }) = &value {
            self.module.functions[function.0 as usize].name.get_or_insert_with(|| name.clone());
        }
        class.fields.push(Field { name, declared, value, shared: has(node, "static") });
    }
}
