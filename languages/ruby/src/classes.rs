//! Classes and modules: both are classes, and both may be opened again.

use crate::lowering::{Lowering, children, span};
use portolan_program::{Class, ClassId, Expression, Field, Name, Role, Statement, Type};
use tree_sitter::Node;

impl<'t> Lowering<'t> {
    /// `class A < B … end`, `module A … end`.
    pub fn class(&mut self, node: Node<'t>) -> ClassId {
        let name = node.child_by_field_name("name");
        let path = name.map(|name| self.path(name)).unwrap_or_default();
        let superclass = node.child_by_field_name("superclass").and_then(|above| children(above).first().copied());
        let mut class = Class {
            name: path.last().cloned(),
            bases: superclass.map(|above| declared(self.path(above))).into_iter().collect(),
            adds: true,
            span: name.map_or_else(|| span(node), span),
            ..Class::default()
        };
        self.classes += 1;
        let body = node.child_by_field_name("body").map(children).unwrap_or_default();
        self.members(&body, false, &mut class);
        self.classes -= 1;
        self.module.add_class(class)
    }

    /// `Settings = Struct.new(:a, :b) do … end`: a class; none where it is another assignment.
    pub fn structure(&mut self, node: Node<'t>) -> Option<ClassId> {
        let (left, right) = (node.child_by_field_name("left")?, node.child_by_field_name("right")?);
        let made = (right.kind() == "call" && left.kind() == "constant").then_some(right)?;
        let owner = self.slice(made.child_by_field_name("receiver")?);
        let method = self.slice(made.child_by_field_name("method")?);
        if !matches!((owner, method), ("Struct", "new") | ("Data", "define")) {
            return None;
        }
        let arguments = made.child_by_field_name("arguments").map(children).unwrap_or_default();
        let names: Vec<Name> = arguments
            .into_iter()
            .filter(|argument| argument.kind() == "simple_symbol")
            .filter_map(|argument| self.literal(argument))
            .collect();
        let mut class = Class { name: Some(self.name(left)), adds: true, span: span(left), ..Class::default() };
        class.functions.push(self.structure_constructor(node, &names));
        for name in &names {
            let reader = self.reader(node, name);
            class.functions.push(reader);
        }
        if let Some(body) = made.child_by_field_name("block").and_then(|block| block.child_by_field_name("body")) {
            self.classes += 1;
            self.members(&children(body), false, &mut class);
            self.classes -= 1;
        }
        Some(self.module.add_class(class))
    }

    fn path(&self, node: Node<'t>) -> Vec<Name> {
        self.slice(node).split("::").filter(|part| !part.is_empty()).map(|part| Name::from(part.trim())).collect()
    }

    fn members(&mut self, body: &[Node<'t>], shared: bool, class: &mut Class) {
        for node in body {
            match node.kind() {
                "method" | "singleton_method" => {
                    let function = self.method(*node);
                    if shared {
                        self.module.functions[function.0 as usize].role = Role::Static;
                    }
                    class.functions.push(function);
                }
                "singleton_class" => {
                    let inside = node.child_by_field_name("body").map(children).unwrap_or_default();
                    self.members(&inside, true, class);
                }
                "assignment" => self.variable(*node, class),
                "call" => self.declaration(*node, class),
                "class" | "module" => {
                    let inner = self.class(*node);
                    class.body.push(Statement::Class(inner));
                }
                "body_statement" => self.members(&children(*node), shared, class),
                _ => self.statement(*node, &mut class.body),
            }
        }
    }

    /// The name of the table that a class is.
    fn named_table(&mut self, name: Expression, class: &mut Class) {
        class.fields.push(Field { name: "table_name".into(), declared: None, value: Some(name), shared: true });
    }

    /// `def_delegators :@client, :get, :put`, `def_delegator :@client, :get, :fetch`, `delegate :get, to: :client`.
    fn delegators(&mut self, node: Node<'t>, word: &str, arguments: &[Node<'t>], class: &mut Class) {
        let to = arguments.iter().find_map(|argument| argument.child_by_field_name("value"));
        let names: Vec<Name> = arguments.iter().filter_map(|argument| self.literal(*argument)).collect();
        let (target, names) = match (word, to.and_then(|to| self.literal(to)), names.split_first()) {
            ("delegate", Some(target), _) => (target, names),
            ("delegate", None, _) | (_, _, None) => return,
            (_, _, Some((target, names))) => (target.clone(), names.to_vec()),
        };
        let pairs: Vec<(Name, Name)> = match (word, names.as_slice()) {
            ("def_delegator" | "def_instance_delegator", [method, alias, ..]) => vec![(alias.clone(), method.clone())],
            _ => names.into_iter().map(|name| (name.clone(), name)).collect(),
        };
        for (alias, method) in pairs {
            let function = self.delegator(node, &target, alias, method);
            class.functions.push(function);
        }
    }

    /// `TABLE = …`, `@@client = …` and `@client = …` belong to the class.
    fn variable(&mut self, node: Node<'t>, class: &mut Class) {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else {
            return;
        };
        if let Some(structure) = self.structure(node) {
            class.body.push(Statement::Class(structure));
            return;
        }
        if !matches!(left.kind(), "constant" | "class_variable" | "instance_variable") {
            return self.statement(node, &mut class.body);
        }
        let value = Some(self.expression(right));
        class.fields.push(Field { name: self.name(left), declared: None, value, shared: true });
    }

    /// `attr_reader :a`, `include A`; everything else is done when the class is declared.
    fn declaration(&mut self, node: Node<'t>, class: &mut Class) {
        let method = node.child_by_field_name("method").map(|method| self.slice(method)).unwrap_or_default();
        let arguments = node.child_by_field_name("arguments").map(children).unwrap_or_default();
        match method {
            "attr_reader" | "attr_accessor" => {
                for argument in arguments {
                    if let Some(name) = self.literal(argument) {
                        let reader = self.reader(argument, &name);
                        class.functions.push(reader);
                    }
                }
            }
            "include" | "extend" | "prepend" => {
                class.bases.extend(arguments.into_iter().map(|argument| declared(self.path(argument))));
            }
            "private" | "public" | "protected" | "module_function" | "private_class_method" | "memoize" => {
                let inside: Vec<Node<'t>> =
                    arguments.into_iter().filter(|argument| argument.kind().contains("method")).collect();
                self.members(&inside, method == "private_class_method", class);
            }
            "set_table_name" | "table_name" => {
                if let Some(name) = arguments.first() {
                    let name = self.expression(*name);
                    self.named_table(name, class);
                }
            }
            "table" => {
                let name = arguments.iter().find(|argument| {
                    let key = argument.child_by_field_name("key");
                    key.and_then(|key| self.literal(key)).is_some_and(|key| key == "name")
                });
                if let Some(name) = name.and_then(|name| name.child_by_field_name("value")) {
                    let name = self.expression(name);
                    self.named_table(name, class);
                }
            }
            "def_delegators" | "def_delegator" | "def_instance_delegator" | "def_instance_delegators" | "delegate" => {
                self.delegators(node, method, &arguments, class);
            }
            _ => self.statement(node, &mut class.body),
        }
    }
}

fn declared(path: Vec<Name>) -> Type {
    Type { path, arguments: Vec::new() }
}
