//! Statements that are one step, and what is bound by them.

use crate::lower::{Lower, at, children};
use portolan_program::{Argument, Expression, Kind, Name, Pattern, Statement, Type};
use tree_sitter::Node;

impl Lower<'_> {
    /// A statement.
    pub fn statement(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        match node.kind() {
            "expression_statement" | "go_statement" | "defer_statement" => self.step(node, body),
            "short_var_declaration" | "assignment_statement" => self.assignment(node, body),
            "const_declaration" | "var_declaration" => self.variables(node, body),
            "type_declaration" => self.types(node, body),
            "return_statement" => {
                let value = self.returned(node);
                body.push(Statement::Return(value));
            }
            "send_statement" => self.send(node, body),
            "break_statement" | "continue_statement" | "goto_statement" => body.push(Statement::Leave(None)),
            "block" => {
                let inner = self.block(node);
                body.push(Statement::Scope(inner));
            }
            "statement_list" | "ERROR" => body.extend(self.block(node)),
            "labeled_statement" => {
                for inner in children(node).into_iter().filter(|inner| inner.kind() != "label_name") {
                    self.statement(inner, body);
                }
            }
            "inc_statement" | "dec_statement" | "empty_statement" | "fallthrough_statement" | "package_clause" => {}
            _ if self.control(node, body) => {}
            _ => {
                let value = self.expression(node);
                body.push(Statement::Expression(value));
            }
        }
    }

    /// An expression; a panic leaves.
    fn step(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        for child in children(node) {
            let value = self.expression(child);
            let callee = child.child_by_field_name("function").map(|callee| self.source(callee));
            body.push(match callee {
                Some("panic") if node.kind() == "expression_statement" => Statement::Leave(Some(value)),
                _ => Statement::Expression(value),
            });
        }
    }

    fn returned(&mut self, node: Node<'_>) -> Option<Expression> {
        let Some(list) = children(node).into_iter().next() else { return self.named_results(node) };
        let values = children(list);
        match values.as_slice() {
            [only] if list.kind() == "expression_list" => Some(self.expression(*only)),
            _ => Some(self.list(list, &values)),
        }
    }

    fn list(&mut self, node: Node<'_>, values: &[Node<'_>]) -> Expression {
        let elements = values.iter().map(|value| Argument::plain(self.expression(*value))).collect();
        at(node, Kind::List(elements))
    }

    fn send(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let (Some(channel), Some(value)) = (node.child_by_field_name("channel"), node.child_by_field_name("value"))
        else {
            return;
        };
        let channel = self.expression(channel);
        let value = self.expression(value);
        let add = at(node, Kind::Member(Box::new(channel), Name::new_static("append")));
        body.push(Statement::Expression(at(node, Kind::Call(Box::new(add), vec![Argument::plain(value)]))));
    }

    /// `a, b := x, y` and `a, b = x, y`.
    pub fn assignment(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else {
            return;
        };
        let operator = node.child_by_field_name("operator").map(|operator| self.source(operator));
        match operator {
            None | Some("=") => self.bind(&children(left), right, None, operator.is_none(), body),
            Some(operator) => self.augmented(left, right, operator == "+=", body),
        }
    }

    /// `x += y` joins texts.
    fn augmented(&mut self, left: Node<'_>, right: Node<'_>, joins: bool, body: &mut Vec<Statement>) {
        let [target] = children(left)[..] else { return };
        let before = self.expression(target);
        let added = self.values(right);
        let kind = match joins {
            true => Kind::Joined(std::iter::once(before).chain(added).collect()),
            false => Kind::Opaque(std::iter::once(before).chain(added).collect()),
        };
        let pattern = self.pattern(target);
        body.push(Statement::Bind { pattern, declared: None, value: Some(at(left, kind)), declares: false });
    }

    /// The expressions of a list.
    pub fn values(&mut self, list: Node<'_>) -> Vec<Expression> {
        match list.kind() {
            "expression_list" => children(list).into_iter().map(|value| self.expression(value)).collect(),
            _ => vec![self.expression(list)],
        }
    }

    /// Binds what stands on the right to what stands on the left: one to one, or the results of one call.
    pub fn bind(
        &mut self,
        left: &[Node<'_>],
        right: Node<'_>,
        declared: Option<&Type>,
        declares: bool,
        body: &mut Vec<Statement>,
    ) {
        let mut values = self.values(right);
        let mut patterns: Vec<Pattern> = left.iter().map(|target| self.pattern(*target)).collect();
        let declared = declared.cloned();
        match (patterns.len(), values.len()) {
            (1, 1) => body.push(Statement::Bind {
                pattern: patterns.remove(0),
                declared,
                value: Some(values.remove(0)),
                declares,
            }),
            (_, 1) => {
                let value = results(values.remove(0));
                body.push(Statement::Bind { pattern: Pattern::List(patterns), declared, value: Some(value), declares });
            }
            _ => self.bind_each(right, patterns, values, declared.as_ref(), declares, body),
        }
    }

    /// One to one. What is only exchanged (`a, b = b, a`) is read before it is set.
    fn bind_each(
        &mut self,
        right: Node<'_>,
        patterns: Vec<Pattern>,
        values: Vec<Expression>,
        declared: Option<&Type>,
        declares: bool,
        body: &mut Vec<Statement>,
    ) {
        if !declares {
            let value = at(right, Kind::List(values.into_iter().map(Argument::plain).collect()));
            let pattern = Pattern::List(patterns);
            body.push(Statement::Bind { pattern, declared: None, value: Some(value), declares });
            return;
        }
        for (pattern, value) in patterns.into_iter().zip(values) {
            body.push(Statement::Bind { pattern, declared: declared.cloned(), value: Some(value), declares });
        }
    }

    /// What is assigned to.
    pub fn pattern(&mut self, node: Node<'_>) -> Pattern {
        match node.kind() {
            "identifier" | "field_identifier" | "blank_identifier" => match self.source(node) {
                "_" => Pattern::Ignore,
                name => Pattern::Name(name.into()),
            },
            "parenthesized_expression" | "unary_expression" => match children(node).first() {
                Some(inner) => self.deeper(node, Pattern::Ignore, |lower| lower.pattern(*inner)),
                None => Pattern::Ignore,
            },
            "selector_expression" => match (node.child_by_field_name("operand"), node.child_by_field_name("field")) {
                (Some(object), Some(name)) => {
                    let object = self.expression(object);
                    Pattern::Member(Box::new(object), self.named(name))
                }
                _ => Pattern::Ignore,
            },
            "index_expression" => match (node.child_by_field_name("operand"), node.child_by_field_name("index")) {
                (Some(object), Some(index)) => {
                    let object = self.expression(object);
                    let index = self.expression(index);
                    Pattern::Index(Box::new(object), Box::new(index))
                }
                _ => Pattern::Ignore,
            },
            _ => Pattern::Ignore,
        }
    }
}

/// What `v, ok := x` takes apart: the results of a call, or one value with whether it is there.
fn results(value: Expression) -> Expression {
    match value.kind {
        Kind::Call(..) => value,
        _ => {
            let span = value.span;
            Expression { kind: Kind::List(vec![Argument::plain(value)]), span }
        }
    }
}
