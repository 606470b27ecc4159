//! Statements that are one step.

use crate::lower::{Lower, Yields, at, children};
use portolan_program::{Argument, Expression, Kind, Name, Pattern, Statement};
use tree_sitter::Node;

impl Lower<'_> {
    /// A statement.
    pub fn statement(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        match node.kind() {
            "expression_statement" => self.step(node, body),
            "return_statement" => {
                let value = children(node).first().map(|value| self.expression(*value));
                body.push(Statement::Return(value));
            }
            "raise_statement" => {
                let values = children(node).iter().map(|value| self.expression(*value)).collect();
                body.push(Statement::Leave(Some(at(node, Kind::Opaque(values)))));
            }
            "break_statement" | "continue_statement" => body.push(Statement::Leave(None)),
            "global_statement" | "nonlocal_statement" => {
                body.push(Statement::Outer(children(node).iter().map(|name| self.named(*name)).collect()));
            }
            "delete_statement" => {
                for deleted in children(node).into_iter().flat_map(deleted_parts) {
                    let value = self.deletion(deleted);
                    body.push(Statement::Expression(value));
                }
            }
            "assert_statement" | "print_statement" | "exec_statement" => {
                let values = children(node).iter().map(|value| self.expression(*value)).collect();
                body.push(Statement::Expression(at(node, Kind::Opaque(values))));
            }
            "import_statement" => self.import(node, body),
            "import_from_statement" => self.import_from(node, body),
            "function_definition" => self.function_statement(node, Vec::new(), body),
            "class_definition" => self.class_statement(node, Vec::new(), body),
            "decorated_definition" => self.decorated(node, body),
            "pass_statement" | "future_import_statement" | "type_alias_statement" => {}
            "ERROR" => body.extend(self.block(node)),
            _ if self.control(node, body) => {}
            _ => {
                let value = self.expression(node);
                body.push(Statement::Expression(value));
            }
        }
    }

    /// `del object[index]`: a call of the word `del`, which is nobody's name; `del object.name` is `delattr(object, "name")`.
    fn deletion(&mut self, node: Node<'_>) -> Expression {
        let parts = (node.child_by_field_name("value"), node.child_by_field_name("subscript"));
        if let ("attribute", Some(object), Some(name)) =
            (node.kind(), node.child_by_field_name("object"), node.child_by_field_name("attribute"))
        {
            let name = at(name, Kind::Text(vec![portolan_program::Piece::Literal(self.named(name))]));
            let arguments = [self.expression(object), name].map(Argument::plain);
            let delete = at(node, Kind::Name(Name::new_static("delattr")));
            return at(node, Kind::Call(Box::new(delete), arguments.to_vec()));
        }
        let ("subscript", (Some(object), Some(index))) = (node.kind(), parts) else { return self.expression(node) };
        let arguments = [object, index].map(|part| Argument::plain(self.expression(part)));
        let del = at(node, Kind::Name(Name::new_static("del")));
        at(node, Kind::Call(Box::new(del), arguments.to_vec()))
    }

    fn decorated(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let Some(definition) = node.child_by_field_name("definition") else { return };
        let decorators = children(node).into_iter().filter(|child| child.kind() == "decorator");
        let decorators: Vec<Node<'_>> =
            decorators.filter_map(|decorator| children(decorator).first().copied()).collect();
        match definition.kind() {
            "class_definition" => self.class_statement(definition, decorators, body),
            _ => self.function_statement(definition, decorators, body),
        }
    }

    /// An expression, an assignment or several expressions.
    fn step(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        for child in children(node) {
            match child.kind() {
                "assignment" => self.assignment(child, body),
                "augmented_assignment" => self.augmented(child, body),
                "string" | "concatenated_string" | "ellipsis" => {}
                "yield" => self.yielded(child, body),
                _ => {
                    let value = self.expression(child);
                    body.push(Statement::Expression(value));
                }
            }
        }
    }

    fn assignment(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let Some(left) = node.child_by_field_name("left") else { return };
        let declared = node.child_by_field_name("type").and_then(|declared| self.declared(declared));
        let value = node.child_by_field_name("right").map(|right| self.assigned(right));
        let pattern = self.pattern(left);
        if value.is_some() || declared.is_some() {
            body.push(Statement::Bind { pattern, declared, value, declares: false });
        }
    }

    /// The right side of an assignment: a value, or another assignment.
    pub fn assigned(&mut self, node: Node<'_>) -> Expression {
        self.deeper(node, at(node, Kind::Opaque(Vec::new())), |lower| match node.kind() {
            "assignment" => match (node.child_by_field_name("left"), node.child_by_field_name("right")) {
                (Some(left), Some(right)) => {
                    let value = lower.assigned(right);
                    let pattern = lower.pattern(left);
                    at(node, Kind::Assign(Box::new(pattern), Box::new(value)))
                }
                _ => at(node, Kind::Opaque(Vec::new())),
            },
            _ => lower.expression(node),
        })
    }

    /// `x += y`: texts and lists are joined; `x |= y` puts records together.
    fn augmented(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else {
            return;
        };
        let before = self.expression(left);
        let added = self.expression(right);
        let operator = node.child_by_field_name("operator").map(|operator| self.source(operator));
        let kind = match operator {
            Some("+=") => Kind::Joined(vec![before, added]),
            Some("|=") => crate::collection::united(before, added),
            _ => Kind::Opaque(vec![before, added]),
        };
        let pattern = self.pattern(left);
        body.push(Statement::Bind { pattern, declared: None, value: Some(at(node, kind)), declares: false });
    }

    /// `yield x`: something of what the function gives, after which it goes on.
    pub fn yielded(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let Some(value) = children(node).first().map(|value| self.expression(*value)) else { return };
        let whole = node.child(1).is_some_and(|word| word.kind() == "from") || self.yields == Yields::Context;
        let given = match whole {
            true => value,
            false => at(node, Kind::List(vec![Argument::plain(value)])),
        };
        body.push(Statement::Branch(vec![vec![Statement::Return(Some(given))]]));
    }

    /// Binds a name to what is known to be nothing that matters.
    pub fn bind_unknown(&mut self, node: Node<'_>, pattern: Pattern) -> Statement {
        let value = Some(at(node, Kind::Opaque(Vec::new())));
        Statement::Bind { pattern, declared: None, value, declares: false }
    }
}

/// What a `del` lists.
fn deleted_parts(node: Node<'_>) -> Vec<Node<'_>> {
    match node.kind() {
        "expression_list" | "tuple" => children(node),
        _ => vec![node],
    }
}
