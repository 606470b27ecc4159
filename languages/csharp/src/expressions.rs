//! Expressions.

use crate::lowering::{Lowering, at, child, children, named};
use portolan_program::{Argument, Expression, Form, Kind, Statement, Type};
use tree_sitter::Node;

impl<'t> Lowering<'t> {
    /// Lowers an expression.
    pub fn expression(&mut self, node: Node<'t>) -> Expression {
        let node = self.unwrapped(node);
        let kind = if self.deeper() { self.kind(node) } else { Kind::Opaque(Vec::new()) };
        self.higher();
        at(node, kind)
    }

    /// Lowers an expression where a value of this type is expected: `new()`, `[…]` and `{ … }` take it from there.
    pub fn expected(&mut self, node: Node<'t>, declared: Option<&Type>) -> Expression {
        match node.kind() {
            "implicit_object_creation_expression" => at(node, self.implied_creation(node, declared)),
            "initializer_expression" if declared.is_some_and(|declared| self.is_dictionary(declared)) => {
                at(node, Kind::Record(self.pairs(node)))
            }
            _ => self.expression(node),
        }
    }

    fn kind(&mut self, node: Node<'t>) -> Kind {
        match node.kind() {
            "identifier" => Kind::Name(self.name(node)),
            "predefined_type" => Kind::Name(self.name(node)),
            "this" => Kind::Name("this".into()),
            "base" => Kind::Name("base".into()),
            "null_literal" | "default_expression" => Kind::Nothing,
            "string_literal" => self.plain_text(node),
            "verbatim_string_literal" => self.verbatim_text(node),
            "raw_string_literal" => self.raw_text(node),
            "interpolated_string_expression" => self.interpolated(node),
            "generic_name" => self.generic_expression(node),
            "qualified_name" => self.member_of(node, "qualifier"),
            "member_access_expression" => self.member_of(node, "expression"),
            "alias_qualified_name" => node.child_by_field_name("name").map_or(Kind::Literal, |name| self.kind(name)),
            "conditional_access_expression" => self.conditional_access(node),
            "element_access_expression" => self.element_access(node),
            "invocation_expression" => self.invocation(node),
            "object_creation_expression" => self.creation(node),
            "implicit_object_creation_expression" => self.implied_creation(node, None),
            "anonymous_object_creation_expression" => Kind::Record(self.assigned_entries(node)),
            "with_expression" => self.changed(node),
            "array_creation_expression" | "implicit_array_creation_expression" => {
                child(node, "initializer_expression").map_or(Kind::List(Vec::new()), |values| self.elements(values))
            }
            "initializer_expression" => self.elements(node),
            "collection_expression" => self.collection(node),
            "tuple_expression" => Kind::List(self.arguments(Some(node))),
            "assignment_expression" => self.assignment(node),
            "binary_expression" => self.binary(node),
            "conditional_expression" => self.conditional(node),
            "cast_expression" => self.typed(node, "value", "type"),
            "as_expression" => self.typed(node, "left", "right"),
            "is_pattern_expression" => self.tested(node),
            "lambda_expression" | "anonymous_method_expression" => Kind::Function(self.lambda(node)),
            "switch_expression" => self.switched(node),
            "query_expression" => self.query(node),
            "typeof_expression" => {
                node.child_by_field_name("type").map_or(Kind::Literal, |named| self.type_name(named))
            }
            "declaration_expression" => self.declared_here(node),
            "array_type" | "nullable_type" => self.type_name(node),
            kind if kind.ends_with("literal") => Kind::Literal,
            _ => Kind::Opaque(children(node).into_iter().map(|child| self.expression(child)).collect()),
        }
    }

    /// The expression inside what only says how it is computed: `await x`, `(x)`, `x!`.
    fn unwrapped(&self, mut node: Node<'t>) -> Node<'t> {
        loop {
            let wraps = match node.kind() {
                "await_expression"
                | "parenthesized_expression"
                | "ref_expression"
                | "checked_expression"
                | "argument" => true,
                "postfix_unary_expression" => self.slice(node).ends_with('!'),
                _ => false,
            };
            let inner = if wraps { children(node).last().copied() } else { None };
            match inner {
                Some(inner) => node = inner,
                None => return node,
            }
        }
    }

    /// `x.name`, `x.name<T>`.
    fn member_of(&mut self, node: Node<'t>, field: &str) -> Kind {
        let (Some(object), Some(name)) = (node.child_by_field_name(field), node.child_by_field_name("name")) else {
            return Kind::Literal;
        };
        let object = self.expression(object);
        self.member(node, object, name)
    }

    fn member(&mut self, node: Node<'t>, object: Expression, name: Node<'t>) -> Kind {
        match name.kind() {
            "generic_name" => {
                let types = self.type_arguments(name);
                let bare = children(name).first().map(|first| self.name(*first)).unwrap_or_default();
                Kind::Generic(Box::new(at(node, Kind::Member(Box::new(object), bare))), types)
            }
            _ => Kind::Member(Box::new(object), self.name(name)),
        }
    }

    fn generic_expression(&mut self, node: Node<'t>) -> Kind {
        let types = self.type_arguments(node);
        let bare = children(node).first().map(|first| self.name(*first)).unwrap_or_default();
        Kind::Generic(Box::new(named(node, bare)), types)
    }

    /// A type where a value is: `typeof(X)`, what `new` makes.
    pub fn type_name(&mut self, node: Node<'t>) -> Kind {
        let Some(declared) = self.declared(node) else { return Kind::Literal };
        let mut path = declared.path.into_iter();
        let Some(first) = path.next() else { return Kind::Literal };
        path.fold(Kind::Name(first), |object, name| Kind::Member(Box::new(at(node, object)), name))
    }

    /// `x?.name`, `x?[index]`.
    fn conditional_access(&mut self, node: Node<'t>) -> Kind {
        let Some(object) = node.child_by_field_name("condition") else { return Kind::Literal };
        let object_value = self.expression(object);
        let Some(binding) = children(node).into_iter().rfind(|child| *child != object) else { return Kind::Literal };
        match (binding.kind(), binding.child_by_field_name("name")) {
            ("member_binding_expression", Some(name)) => self.member(node, object_value, name),
            ("element_binding_expression", _) => self.indexed(object_value, binding),
            _ => Kind::Opaque(vec![object_value, self.expression(binding)]),
        }
    }

    fn element_access(&mut self, node: Node<'t>) -> Kind {
        match (node.child_by_field_name("expression"), node.child_by_field_name("subscript")) {
            (Some(object), Some(subscript)) => {
                let object = self.expression(object);
                self.indexed(object, subscript)
            }
            _ => Kind::Literal,
        }
    }

    fn indexed(&mut self, object: Expression, subscript: Node<'t>) -> Kind {
        match children(subscript).first() {
            Some(index) => Kind::Index(Box::new(object), Box::new(self.expression(*index))),
            None => object.kind,
        }
    }

    fn assignment(&mut self, node: Node<'t>) -> Kind {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else {
            return Kind::Literal;
        };
        let value = self.expression(right);
        let pattern = self.taken_apart(left);
        let mut cursor = node.walk();
        let operator = node.children(&mut cursor).find(|child| !child.is_named() && child.kind().ends_with('='));
        let value = match operator.map(|operator| operator.kind()) {
            Some("=") | None => value,
            Some("??=") => {
                let before = self.expression(left);
                at(node, Kind::Either(vec![before, value]))
            }
            Some(_) => {
                let before = self.expression(left);
                at(node, Kind::Joined(vec![before, value]))
            }
        };
        Kind::Assign(Box::new(pattern), Box::new(value))
    }

    fn binary(&mut self, node: Node<'t>) -> Kind {
        let sides: Vec<Expression> = ["left", "right"]
            .into_iter()
            .filter_map(|side| node.child_by_field_name(side))
            .map(|side| self.expression(side))
            .collect();
        match node.child_by_field_name("operator").map(|operator| self.slice(operator)) {
            Some("+") => Kind::Joined(sides),
            Some("??") => Kind::Either(sides),
            _ => Kind::Opaque(sides),
        }
    }

    fn conditional(&mut self, node: Node<'t>) -> Kind {
        let condition = node.child_by_field_name("condition").map(|condition| self.expression(condition));
        let either: Vec<Expression> = ["consequence", "alternative"]
            .into_iter()
            .filter_map(|side| node.child_by_field_name(side))
            .map(|side| self.expression(side))
            .collect();
        let mut steps: Vec<Statement> = condition.into_iter().map(Statement::Expression).collect();
        steps.push(Statement::Expression(at(node, Kind::Either(either))));
        Kind::Block(steps)
    }

    fn typed(&mut self, node: Node<'t>, value: &str, kind: &str) -> Kind {
        let value = node.child_by_field_name(value).map(|value| self.expression(value));
        let declared = node.child_by_field_name(kind).and_then(|declared| self.declared(declared));
        match (value, declared) {
            (Some(value), Some(declared)) => Kind::Typed(Box::new(value), declared),
            (Some(value), None) => value.kind,
            _ => Kind::Literal,
        }
    }

    /// `out var x`.
    fn declared_here(&mut self, node: Node<'t>) -> Kind {
        let pattern = self.taken_apart(node);
        let declared = node.child_by_field_name("type").and_then(|declared| self.declared(declared));
        let value = match declared {
            Some(declared) => Kind::Typed(Box::new(at(node, Kind::Literal)), declared),
            None => Kind::Literal,
        };
        Kind::Assign(Box::new(pattern), Box::new(at(node, value)))
    }

    /// `x switch { pattern => value }`.
    fn switched(&mut self, node: Node<'t>) -> Kind {
        let parts = children(node);
        let value = parts.first().copied();
        let mut steps: Vec<Statement> =
            value.map(|value| Statement::Expression(self.expression(value))).into_iter().collect();
        let mut arms = Vec::new();
        for arm in parts.into_iter().filter(|part| part.kind() == "switch_expression_arm") {
            let inside = children(arm);
            let Some((result, before)) = inside.split_last() else { continue };
            let mut block = Vec::new();
            for part in before {
                match part.kind() {
                    "when_clause" => self.evaluated(children(*part).first().copied(), &mut block),
                    _ => self.matched(*part, value, &mut block),
                }
            }
            block.push(Statement::Expression(self.expression(*result)));
            arms.push(at(arm, Kind::Block(block)));
        }
        steps.push(Statement::Expression(at(node, Kind::Either(arms))));
        Kind::Block(steps)
    }

    /// `from x in xs where … select …`.
    fn query(&mut self, node: Node<'t>) -> Kind {
        let mut steps = Vec::new();
        let mut result = None;
        for clause in children(node) {
            let parts = children(clause);
            let value = parts.last().copied();
            match (clause.kind(), value) {
                ("from_clause", Some(value)) => {
                    let element = self.element(value);
                    let declared = clause.child_by_field_name("type").and_then(|declared| self.declared(declared));
                    let name = self.field_name(clause, "name").unwrap_or_default();
                    steps.push(Self::bound(name, declared, Some(element)));
                }
                ("let_clause", Some(value)) if parts.len() > 1 => {
                    let (name, value) = (self.name(parts[0]), self.expression(value));
                    steps.push(Self::bound(name, None, Some(value)));
                }
                ("select_clause", Some(value)) => result = Some(self.expression(value)),
                _ => {
                    for part in parts.into_iter().filter(|part| !part.kind().ends_with("_clause")) {
                        self.evaluated(Some(part), &mut steps);
                    }
                }
            }
        }
        let elements = result.map(|value| Argument { name: None, form: Form::One, value });
        steps.push(Statement::Expression(at(node, Kind::List(elements.into_iter().collect()))));
        Kind::Block(steps)
    }

    /// `x with { Name = value }`.
    fn changed(&mut self, node: Node<'t>) -> Kind {
        let Some(value) = children(node).first().map(|value| self.expression(*value)) else { return Kind::Literal };
        let entries = child(node, "with_initializer").map(|changes| self.assigned_entries(changes));
        Kind::Struct(Box::new(value), entries.unwrap_or_default())
    }
}
