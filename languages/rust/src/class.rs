//! Structs, enums, traits and `impl`.

use crate::item::parameter;
use crate::lower::{Lower, at, children, span};
use crate::types::plain;
use portolan_program::{Argument, Class, Expression, Field, Function, Kind, Name, Pattern, Piece, Role, Statement};
use tree_sitter::Node;

const SELF: Name = Name::new_static("self");

impl Lower<'_> {
    /// An item that declares a class or adds to one.
    pub fn class(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let known = self.bounds.len();
        self.bound_by(node);
        let own = self.own.take();
        let class = match node.kind() {
            "impl_item" => self.implementation(node),
            "trait_item" => self.interface(node),
            "enum_item" => self.enumeration(node),
            _ => self.record(node),
        };
        self.own = own;
        self.bounds.truncate(known);
        if let Some(class) = class {
            body.push(Statement::Class(self.module.add_class(class)));
        }
    }

    fn begun(&mut self, node: Node<'_>) -> Option<Class> {
        let name = node.child_by_field_name("name")?;
        self.own = Some(self.named(name));
        Some(Class { name: Some(self.named(name)), span: span(name), ..Class::default() })
    }

    fn record(&mut self, node: Node<'_>) -> Option<Class> {
        let mut class = self.begun(node)?;
        if let Some(list) = node.child_by_field_name("body") {
            self.fields(list, &mut class);
        }
        let derives = self.attributes(node).iter().any(|text| text.starts_with("#[derive") && text.contains("Default"));
        if derives && let Some(name) = class.name.clone() {
            let made = at(node, Kind::Struct(Box::new(at(node, Kind::Name(name))), Vec::new()));
            let function = Function {
                name: Some(Name::new_static("default")),
                role: Role::Static,
                body: vec![Statement::Return(Some(made))],
                span: class.span,
                ..Function::default()
            };
            class.functions.push(self.module.add_function(function));
        }
        Some(class)
    }

    /// Fields with names; or without, which a constructor sets by position.
    fn fields(&mut self, list: Node<'_>, class: &mut Class) {
        if list.kind() == "ordered_field_declaration_list" {
            let types: Vec<Node<'_>> = children(list)
                .into_iter()
                .filter(|child| !matches!(child.kind(), "visibility_modifier" | "attribute_item"))
                .collect();
            let constructor = self.constructor(list, types.len());
            class.functions.push(self.module.add_function(constructor));
            for (position, declared) in types.into_iter().enumerate() {
                let declared = self.declared(declared);
                class.fields.push(Field { name: position_name(position), declared, value: None, shared: false });
            }
            return;
        }
        for field in children(list).into_iter().filter(|field| field.kind() == "field_declaration") {
            let Some(name) = field.child_by_field_name("name").map(|name| self.named(name)) else { continue };
            let declared = field.child_by_field_name("type").and_then(|declared| self.declared(declared));
            let value = self.environment_of(field, &name);
            class.fields.push(Field { name, declared, value, shared: false });
        }
    }

    fn constructor(&mut self, list: Node<'_>, count: usize) -> Function {
        let names: Vec<Name> = (0..count).map(|position| format!("_{position}").into()).collect();
        let set = |(position, name): (usize, &Name)| {
            let target = Pattern::Member(Box::new(at(list, Kind::Name(SELF))), position_name(position));
            let value = Some(at(list, Kind::Name(name.clone())));
            Statement::Bind { pattern: target, declared: None, value, declares: false }
        };
        Function {
            role: Role::Constructor,
            receiver: Some(SELF),
            body: names.iter().enumerate().map(set).collect(),
            parameters: names.iter().map(|name| parameter(Pattern::Name(name.clone()), None)).collect(),
            span: span(list),
            ..Function::default()
        }
    }

    /// The environment variable that clap's attribute names: `#[arg(env = "TABLE")]`, `#[arg(long, env)]`.
    fn environment_of(&self, field: Node<'_>, name: &Name) -> Option<Expression> {
        let attributes = self.attributes(field);
        let attribute = attributes.iter().find(|text| text.starts_with("#[arg(") || text.starts_with("#[clap("))?;
        let words: Vec<&str> = attribute.split(['(', ',', ')']).map(str::trim).collect();
        let variable = words.iter().find_map(|word| match word.strip_prefix("env")?.trim_start() {
            "" => Some(name.to_uppercase()),
            rest => Some(rest.strip_prefix('=')?.trim().trim_matches('"').to_owned()),
        })?;
        let read = ["env", "var"].iter().fold(at(field, Kind::Module(Name::new_static("std"))), |object, name| {
            at(field, Kind::Member(Box::new(object), Name::new_static(name)))
        });
        let variable = at(field, Kind::Text(vec![Piece::Literal(variable.into())]));
        Some(at(field, Kind::Call(Box::new(read), vec![Argument::plain(variable)])))
    }

    /// Variants are classes inside, which extend the enum.
    fn enumeration(&mut self, node: Node<'_>) -> Option<Class> {
        let mut class = self.begun(node)?;
        let base = plain(vec![class.name.clone()?]);
        for variant in node.child_by_field_name("body").map(children).unwrap_or_default() {
            let Some(name) = variant.child_by_field_name("name").filter(|_| variant.kind() == "enum_variant") else {
                continue;
            };
            let mut inner = Class { name: Some(self.named(name)), span: span(name), ..Class::default() };
            inner.bases.push(base.clone());
            if let Some(list) = variant.child_by_field_name("body") {
                self.fields(list, &mut inner);
            }
            class.body.push(Statement::Class(self.module.add_class(inner)));
        }
        Some(class)
    }

    fn interface(&mut self, node: Node<'_>) -> Option<Class> {
        let mut class = self.begun(node)?;
        class.interface = true;
        if let Some(bounds) = node.child_by_field_name("bounds") {
            let all: Vec<_> = children(bounds).into_iter().filter_map(|bound| self.declared(bound)).collect();
            class.bases.extend(all.into_iter().filter(|bound| !bound.path.is_empty()));
        }
        self.members(node, &mut class);
        Some(class)
    }

    /// `impl X`, `impl Trait for X`. Where this module does not declare `X`, it is among the bases, so that it can be found.
    fn implementation(&mut self, node: Node<'_>) -> Option<Class> {
        let implemented = node.child_by_field_name("type")?;
        let declared = self.declared(implemented).filter(|declared| !declared.path.is_empty());
        let name = match &declared {
            Some(declared) => declared.path.last().cloned()?,
            None => self.segments(implemented).last().cloned()?,
        };
        let mut class = Class { name: Some(name.clone()), adds: true, span: span(implemented), ..Class::default() };
        self.own = Some(name.clone());
        if let Some(promised) = node.child_by_field_name("trait").and_then(|promised| self.declared(promised)) {
            class.bases.push(promised);
        }
        class.bases.extend(declared);
        self.members(node, &mut class);
        Some(class)
    }

    fn members(&mut self, node: Node<'_>, class: &mut Class) {
        for member in node.child_by_field_name("body").map(children).unwrap_or_default() {
            match member.kind() {
                "function_item" | "function_signature_item" => {
                    let function = self.function(member, Role::Method);
                    class.functions.push(self.module.add_function(function));
                }
                "const_item" => {
                    let Some(name) = member.child_by_field_name("name").map(|name| self.named(name)) else { continue };
                    let value = member.child_by_field_name("value").map(|value| self.expression(value));
                    class.fields.push(Field { name, declared: None, value, shared: true });
                }
                "type_item" => self.associated(member, class),
                _ => {}
            }
        }
    }

    /// `type Store = DynamoStore;` in an `impl`.
    fn associated(&mut self, node: Node<'_>, class: &mut Class) {
        let Some(name) = node.child_by_field_name("name").map(|name| self.named(name)) else { return };
        let Some(declared) = node.child_by_field_name("type").and_then(|declared| self.declared(declared)) else {
            return;
        };
        if let Some(value) = self.type_expression(&declared, node) {
            class.fields.push(Field { name, declared: None, value: Some(value), shared: true });
        }
    }
}

fn position_name(position: usize) -> Name {
    position.to_string().into()
}
