//! Classes.

use crate::lower::{Lower, children, span};
use portolan_program::{Argument, Class, ClassId, Field, Name, Statement, Type};
use tree_sitter::Node;

impl Lower<'_> {
    /// A class.
    pub fn class_statement(&mut self, node: Node<'_>, decorators: Vec<Node<'_>>, body: &mut Vec<Statement>) {
        let id = self.class(node, &decorators);
        body.push(Statement::Class(id));
    }

    fn class(&mut self, node: Node<'_>, decorators: &[Node<'_>]) -> ClassId {
        let name = node.child_by_field_name("name");
        let mut class = Class {
            name: name.map(|name| self.named(name)),
            bases: self.bases(node),
            said: self.said(node),
            span: span(name.unwrap_or(node)),
            decorators: decorators.iter().map(|decorator| self.expression(*decorator)).collect(),
            ..Class::default()
        };
        class.interface = self.is_abstract(node, &class.bases);
        if let Some(body) = node.child_by_field_name("body") {
            self.deeper(body, (), |lower| lower.class_body(body, &mut class));
        }
        self.complete_record(node, decorators, &mut class);
        self.module.add_class(class)
    }

    fn bases(&mut self, node: Node<'_>) -> Vec<Type> {
        let mut bases = Vec::new();
        for base in self.head(node) {
            match self.with_metaclass(base) {
                Some(given) => bases.extend(given.into_iter().skip(1).filter_map(|base| self.declared(base))),
                None if base.kind() != "keyword_argument" => bases.extend(self.declared(base)),
                None => {}
            }
        }
        bases
    }

    /// What the head of a class says by name. `with_metaclass(Meta, Task)` is the older way to say `metaclass=Meta`.
    fn said(&mut self, node: Node<'_>) -> Vec<Argument> {
        let mut said = Vec::new();
        for part in self.head(node) {
            match self.with_metaclass(part) {
                Some(given) => {
                    let made = given.first().map(|meta| Argument::plain(self.expression(*meta)));
                    said.extend(made.map(|meta| Argument { name: Some(Name::new_static("metaclass")), ..meta }));
                }
                None if part.kind() == "keyword_argument" => said.push(self.argument(part)),
                None => {}
            }
        }
        said
    }

    /// What stands in the parentheses behind a class' name.
    fn head<'n>(&self, node: Node<'n>) -> Vec<Node<'n>> {
        node.child_by_field_name("superclasses").map_or_else(Vec::new, children)
    }

    fn with_metaclass<'n>(&self, base: Node<'n>) -> Option<Vec<Node<'n>>> {
        let callee = base.child_by_field_name("function").map(|callee| self.source(callee))?;
        let makes = callee.rsplit('.').next() == Some("with_metaclass");
        base.child_by_field_name("arguments").filter(|_| makes).map(children)
    }

    /// A class that only promises: `ABC`, `Protocol`, `metaclass=ABCMeta`.
    fn is_abstract(&self, node: Node<'_>, bases: &[Type]) -> bool {
        let by_base =
            bases.iter().filter_map(|base| base.path.last()).any(|last| matches!(last.as_str(), "ABC" | "Protocol"));
        let list = node.child_by_field_name("superclasses");
        by_base || list.is_some_and(|list| self.source(list).contains("ABCMeta"))
    }

    fn class_body(&mut self, body: Node<'_>, class: &mut Class) {
        for child in children(body) {
            match child.kind() {
                "function_definition" => self.class_function(child, &[], class),
                "decorated_definition" => self.decorated_member(child, class),
                "expression_statement" => self.class_step(child, class),
                _ => self.statement(child, &mut class.body),
            }
        }
    }

    fn decorated_member(&mut self, node: Node<'_>, class: &mut Class) {
        let Some(definition) = node.child_by_field_name("definition") else { return };
        if definition.kind() != "function_definition" {
            return self.statement(node, &mut class.body);
        }
        let decorators = children(node).into_iter().filter(|child| child.kind() == "decorator");
        let decorators: Vec<Node<'_>> =
            decorators.filter_map(|decorator| children(decorator).first().copied()).collect();
        self.class_function(definition, &decorators, class);
    }

    /// A method. A setter `x` is the method `x=`: what is assigned to a property is read from it all the same. What is registered
    /// with a method that chooses by type has that method's name, so that each of them may be meant.
    fn class_function(&mut self, node: Node<'_>, decorators: &[Node<'_>], class: &mut Class) {
        let sources: Vec<&str> = decorators.iter().map(|decorator| self.source(*decorator)).collect();
        let setter = sources.iter().any(|source| source.ends_with(".setter"));
        let chooser = sources.iter().find_map(|source| registered_with(source));
        let id = self.function(node, decorators, true);
        let function = &mut self.module.functions[id.0 as usize];
        match (setter, chooser) {
            (true, _) => function.name = function.name.as_ref().map(|name| format!("{name}=").into()),
            (_, Some(chooser)) => {
                function.name = Some(chooser.into());
                function.decorators.clear();
            }
            _ => {}
        }
        class.functions.push(id);
    }

    /// A class variable; any other step is a part of the body.
    fn class_step(&mut self, node: Node<'_>, class: &mut Class) {
        for child in children(node) {
            match (child.kind(), child.child_by_field_name("left")) {
                ("assignment", Some(left)) if left.kind() == "identifier" => self.field(child, left, class),
                ("string" | "ellipsis", _) => {}
                _ => self.statement(node, &mut class.body),
            }
        }
    }

    /// A class variable, or the declaration of what each object has.
    fn field(&mut self, node: Node<'_>, left: Node<'_>, class: &mut Class) {
        let declared = node.child_by_field_name("type").and_then(|declared| self.declared(declared));
        let value = node.child_by_field_name("right").map(|right| self.assigned(right));
        let shared = value.is_some();
        class.fields.push(Field { name: self.named(left), declared, value, shared });
    }

    /// The last words of a class' decorators.
    pub fn class_words(&self, decorators: &[Node<'_>]) -> Vec<Name> {
        let callees =
            decorators.iter().map(|decorator| decorator.child_by_field_name("function").unwrap_or(*decorator));
        callees.map(|callee| self.source(callee).rsplit('.').next().unwrap_or_default().into()).collect()
    }
}

/// With what a function is registered: `store` in `@store.register(dict)`.
pub(crate) fn registered_with(decorator: &str) -> Option<&str> {
    let (name, rest) = decorator.split_once(".register")?;
    (rest.is_empty() || rest.starts_with('(')).then_some(name)
}
