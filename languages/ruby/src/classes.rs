//! Classes and modules: both are classes, and both may be opened again.

use crate::lowering::{Lowering, children, span};
use portolan_program::{Class, ClassId, Field, Kind, Name, Piece, Role, Statement, Type};
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

    /// `TABLE = …`, `@@client = …` and `@client = …` belong to the class.
    fn variable(&mut self, node: Node<'t>, class: &mut Class) {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else {
            return;
        };
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
                let text = arguments.first().map(|argument| self.expression(*argument));
                if let Some(text) = text.filter(
                    |text| matches!(&text.kind, Kind::Text(pieces) if matches!(pieces.as_slice(), [Piece::Literal(_)])),
                ) {
                    class.fields.push(Field {
                        name: "table_name".into(),
                        declared: None,
                        value: Some(text),
                        shared: true,
                    });
                }
            }
            _ => self.statement(node, &mut class.body),
        }
    }
}

fn declared(path: Vec<Name>) -> Type {
    Type { path, arguments: Vec::new() }
}
