//! Types as classes: structs, interfaces, and types made of others.

use crate::lower::{Lower, at, children, fields, span};
use crate::types::named;
use portolan_program::{
    Argument, Class, Expression, Field, Function, Kind, Name, Pattern, Piece, Role, Statement, Type,
};
use tree_sitter::Node;

/// Tags by which packages fill a struct from the environment.
const TAGS: &[&str] = &["env", "envconfig", "envvar", "mapstructure_env"];

impl Lower<'_> {
    /// `type …`.
    pub fn types(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        for spec in children(node) {
            let (Some(name), Some(declared)) = (spec.child_by_field_name("name"), spec.child_by_field_name("type"))
            else {
                continue;
            };
            match (spec.kind(), self.type_name(declared)) {
                ("type_alias", Some(value)) => body.push(Statement::Bind {
                    pattern: Pattern::Name(self.named(name)),
                    declared: None,
                    value: Some(value),
                    declares: true,
                }),
                _ => {
                    let class = self.class(name, declared);
                    body.push(Statement::Class(self.module.add_class(class)));
                }
            }
        }
    }

    fn class(&mut self, name: Node<'_>, declared: Node<'_>) -> Class {
        let mut class = Class { name: Some(self.named(name)), span: span(name), ..Class::default() };
        match declared.kind() {
            "struct_type" => self.structure(declared, &mut class),
            "interface_type" => self.interface(declared, &mut class),
            _ => class.bases.extend(self.declared(declared).filter(|base| !base.path.is_empty())),
        }
        class
    }

    fn structure(&mut self, node: Node<'_>, class: &mut Class) {
        let list = children(node).into_iter().filter(|list| list.kind() == "field_declaration_list");
        for field in list.flat_map(children).filter(|field| field.kind() == "field_declaration") {
            let declared = field.child_by_field_name("type").and_then(|declared| self.declared(declared));
            let value = self.tagged(field);
            let names = fields(field, "name");
            let embedded = names.is_empty().then(|| declared.clone()).flatten();
            let own = names.into_iter().map(|name| self.named(name));
            let implied = embedded.as_ref().and_then(|base| base.path.last().cloned());
            class.fields.extend(own.chain(implied).map(|name| Field {
                name,
                declared: declared.clone(),
                value: value.clone(),
                shared: false,
            }));
            class.bases.extend(embedded);
        }
    }

    /// The environment variable that a field's tag names: `env:"TABLE,required"`.
    fn tagged(&self, field: Node<'_>) -> Option<Expression> {
        let tag = field.child_by_field_name("tag")?;
        let text = self.source(tag).trim_matches(['`', '"']);
        let name = TAGS.iter().find_map(|key| value_of(text, key))?.split(',').next()?;
        if name.is_empty() || name == "-" {
            return None;
        }
        let read = Kind::Member(Box::new(at(tag, Kind::Module(Name::new_static("os")))), Name::new_static("Getenv"));
        let name = at(tag, Kind::Text(vec![Piece::Literal(name.into())]));
        Some(at(tag, Kind::Call(Box::new(at(tag, read)), vec![Argument::plain(name)])))
    }

    fn interface(&mut self, node: Node<'_>, class: &mut Class) {
        class.interface = true;
        for member in children(node) {
            match member.kind() {
                "method_elem" => {
                    class.bases.extend(self.client(member).filter(|base| !class.bases.contains(base)));
                    let function = self.promised(member);
                    class.functions.push(self.module.add_function(function));
                }
                _ => class.bases.extend(self.declared(member)),
            }
        }
    }

    fn promised(&mut self, node: Node<'_>) -> Function {
        let function = self.function(node);
        Function { role: Role::Method, receiver: Some(Name::new_static("_")), body: Vec::new(), ..function }
    }

    /// The client that an interface of one's own stands for: one of its methods takes `*dynamodb.PutItemInput`.
    fn client(&self, method: Node<'_>) -> Option<Type> {
        let name = self.source(method.child_by_field_name("name")?);
        let list = method.child_by_field_name("parameters")?;
        children(list).into_iter().find_map(|parameter| {
            let declared = self.declared(parameter.child_by_field_name("type")?)?;
            let [package, input] = declared.path.as_slice() else { return None };
            let operation = input.strip_suffix("Input")?;
            let (_, path) = self.packages.iter().find(|(known, _)| known == package)?;
            let known = path.contains("/aws-sdk-go") && name.starts_with(operation);
            known.then(|| named(vec![package.clone(), Name::new_static("Client")]))
        })
    }
}

/// The value of a key in a field's tag.
fn value_of<'t>(tag: &'t str, key: &str) -> Option<&'t str> {
    let start = tag.match_indices(key).find_map(|(start, _)| {
        let alone = start == 0 || tag[..start].ends_with(' ');
        let behind = tag[start + key.len()..].strip_prefix(":\"");
        behind.filter(|_| alone)
    })?;
    start.split('"').next()
}
