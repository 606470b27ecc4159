//! Expressions.

use crate::lowering::{Lowering, at, children, span};
use portolan_program::{Argument, Expression, Function, Kind, Name, Parameter, Pattern, Piece, Statement, Variadic};
use tree_sitter::Node;

impl<'t> Lowering<'t> {
    /// Lowers an expression.
    pub fn expression(&mut self, node: Node<'t>) -> Expression {
        let kind = if self.deeper() { self.kind(node) } else { Kind::Opaque(Vec::new()) };
        self.higher();
        at(node, kind)
    }

    fn kind(&mut self, node: Node<'t>) -> Kind {
        match node.kind() {
            "identifier" | "type_identifier" => Kind::Name(self.name(node)),
            "this" => Kind::Name("this".into()),
            "super" => Kind::Name("super".into()),
            "null_literal" => Kind::Nothing,
            "string_literal" | "text_block" => Kind::Text(self.pieces(node)),
            "field_access" => self.field_access(node),
            "scoped_type_identifier" | "scoped_identifier" => self.scoped(node),
            "generic_type" => children(node).first().map_or(Kind::Literal, |inner| self.kind(*inner)),
            "method_invocation" => self.invocation(node),
            "object_creation_expression" => self.creation(node),
            "array_access" => self.array_access(node),
            "array_creation_expression" => match node.child_by_field_name("value") {
                Some(value) => self.kind(value),
                None => Kind::List(Vec::new()),
            },
            "array_initializer" => {
                Kind::List(children(node).into_iter().map(|item| Argument::plain(self.expression(item))).collect())
            }
            "assignment_expression" => self.assignment(node),
            "binary_expression" => self.binary(node),
            "ternary_expression" => self.ternary(node),
            "cast_expression" => self.cast(node),
            "lambda_expression" => self.lambda(node),
            "method_reference" => self.method_reference(node),
            "parenthesized_expression" => children(node).first().map_or(Kind::Literal, |inner| self.kind(*inner)),
            "switch_expression" => self.switched(node),
            "class_literal" => children(node).first().map_or(Kind::Literal, |inner| self.kind(*inner)),
            kind if kind.ends_with("literal") || kind == "true" || kind == "false" => Kind::Literal,
            _ => Kind::Opaque(children(node).into_iter().map(|child| self.expression(child)).collect()),
        }
    }

    /// The text of a string or text block, with escapes read.
    fn pieces(&self, node: Node<'t>) -> Vec<Piece> {
        let mut text = String::new();
        for child in children(node) {
            match child.kind() {
                "escape_sequence" => text.push(escaped(self.slice(child))),
                _ => text.push_str(self.slice(child)),
            }
        }
        vec![Piece::Literal(text.into())]
    }

    fn field_access(&mut self, node: Node<'t>) -> Kind {
        let (Some(object), Some(name)) = (node.child_by_field_name("object"), self.field_name(node, "field")) else {
            return Kind::Literal;
        };
        Kind::Member(Box::new(self.expression(object)), name)
    }

    fn scoped(&mut self, node: Node<'t>) -> Kind {
        let parts = children(node);
        match parts.as_slice() {
            [object, .., name] => Kind::Member(Box::new(self.expression(*object)), self.name(*name)),
            _ => Kind::Name(self.name(node)),
        }
    }

    fn invocation(&mut self, node: Node<'t>) -> Kind {
        let arguments = self.arguments(node.child_by_field_name("arguments"));
        let Some(name) = self.field_name(node, "name") else { return Kind::Literal };
        let callee = match node.child_by_field_name("object") {
            Some(object) => at(node, Kind::Member(Box::new(self.expression(object)), name)),
            None => at(node, Kind::Name(name)),
        };
        formatted(&callee, &arguments).unwrap_or(Kind::Call(Box::new(callee), arguments))
    }

    pub fn arguments(&mut self, node: Option<Node<'t>>) -> Vec<Argument> {
        let arguments = node.map(children).unwrap_or_default();
        arguments.into_iter().map(|argument| Argument::plain(self.expression(argument))).collect()
    }

    /// `new Type(…)`, perhaps with a body: a class without a name that extends it.
    fn creation(&mut self, node: Node<'t>) -> Kind {
        let Some(made) = node.child_by_field_name("type") else { return Kind::Literal };
        let arguments = self.arguments(node.child_by_field_name("arguments"));
        let body = children(node).into_iter().find(|child| child.kind() == "class_body");
        let class = match body {
            Some(body) => {
                let class = self.anonymous(made, body);
                at(node, Kind::Class(class))
            }
            None => self.expression(made),
        };
        Kind::New(Box::new(class), arguments)
    }

    fn array_access(&mut self, node: Node<'t>) -> Kind {
        match (node.child_by_field_name("array"), node.child_by_field_name("index")) {
            (Some(array), Some(index)) => {
                Kind::Index(Box::new(self.expression(array)), Box::new(self.expression(index)))
            }
            _ => Kind::Literal,
        }
    }

    fn assignment(&mut self, node: Node<'t>) -> Kind {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else {
            return Kind::Literal;
        };
        let value = self.expression(right);
        let target = self.expression(left);
        let pattern = match target.kind {
            Kind::Name(name) => Pattern::Name(name),
            Kind::Member(object, name) => Pattern::Member(object, name),
            Kind::Index(object, index) => Pattern::Index(object, index),
            _ => Pattern::Ignore,
        };
        let plain = node.child_by_field_name("operator").is_none_or(|operator| self.slice(operator) == "=");
        let value = match plain {
            true => value,
            false => {
                let before = self.expression(left);
                Expression { span: span(node), kind: Kind::Joined(vec![before, value]) }
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
            _ => Kind::Opaque(sides),
        }
    }

    fn ternary(&mut self, node: Node<'t>) -> Kind {
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

    fn cast(&mut self, node: Node<'t>) -> Kind {
        let value = node.child_by_field_name("value").map(|value| self.expression(value));
        let declared = node.child_by_field_name("type").and_then(|declared| self.declared(declared));
        match (value, declared) {
            (Some(value), Some(declared)) => Kind::Typed(Box::new(value), declared),
            (Some(value), None) => value.kind,
            _ => Kind::Literal,
        }
    }

    fn lambda(&mut self, node: Node<'t>) -> Kind {
        let parameters = match node.child_by_field_name("parameters") {
            Some(one) if one.kind() == "identifier" => vec![parameter(self.name(one))],
            Some(list) if list.kind() == "inferred_parameters" => {
                children(list).into_iter().map(|name| parameter(self.name(name))).collect()
            }
            Some(list) => self.parameters(list),
            None => Vec::new(),
        };
        let body = match node.child_by_field_name("body") {
            Some(block) if block.kind() == "block" => self.block(Some(block)),
            Some(value) => vec![Statement::Return(Some(self.expression(value)))],
            None => Vec::new(),
        };
        let function = Function { parameters, body, span: span(node), ..Function::default() };
        Kind::Function(self.module.add_function(function))
    }

    /// `this::save` is the method; `Order::new` makes one.
    fn method_reference(&mut self, node: Node<'t>) -> Kind {
        let parts = children(node);
        let Some(object) = parts.first() else { return Kind::Literal };
        match parts.get(1).filter(|_| parts.len() > 1) {
            Some(name) => Kind::Member(Box::new(self.expression(*object)), self.name(*name)),
            None => self.kind(*object),
        }
    }

    fn switched(&mut self, node: Node<'t>) -> Kind {
        let mut parts: Vec<Expression> = Vec::new();
        for block in self.cases(node) {
            parts.push(at(node, Kind::Block(block)));
        }
        Kind::Either(parts)
    }

    /// `super(…)`, `this(…)`.
    pub fn constructor_call(&mut self, node: Node<'t>) -> Expression {
        let arguments = self.arguments(node.child_by_field_name("arguments"));
        let callee = node.child_by_field_name("constructor");
        let name = callee.map(|callee| self.slice(callee)).unwrap_or("super");
        match name {
            "super" => at(node, Kind::Call(Box::new(at(node, Kind::Name("super".into()))), arguments)),
            _ => {
                let this = at(node, Kind::Name("this".into()));
                let member = at(node, Kind::Member(Box::new(this), "<init>".into()));
                at(node, Kind::Call(Box::new(member), arguments))
            }
        }
    }
}

pub(crate) fn parameter(name: Name) -> Parameter {
    Parameter {
        pattern: Pattern::Name(name),
        name: None,
        declared: None,
        default: None,
        variadic: Variadic::No,
        fixed: false,
    }
}

/// `String.format("%s-orders", stage)` as a text with holes.
fn formatted(callee: &Expression, arguments: &[Argument]) -> Option<Kind> {
    let Kind::Member(object, name) = &callee.kind else { return None };
    let (format, values) = match (&object.kind, name.as_str()) {
        (Kind::Name(class), "format") if class == "String" => arguments.split_first()?,
        _ => return None,
    };
    let Kind::Text(pieces) = &format.value.kind else { return None };
    let [Piece::Literal(text)] = pieces.as_slice() else { return None };
    Some(Kind::Text(holes(text, values)))
}

/// A format's text with the values in place of its `%s` and `%d`.
fn holes(text: &str, values: &[Argument]) -> Vec<Piece> {
    let mut values = values.iter();
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        pieces.push(Piece::Literal(before.into()));
        let length = after
            .find(|character: char| character.is_ascii_alphabetic() || character == '%')
            .map_or(after.len(), |at| at + 1);
        let (directive, behind) = after.split_at(length.min(after.len()));
        match directive {
            "%" => pieces.push(Piece::Literal("%".into())),
            "n" => pieces.push(Piece::Literal("\n".into())),
            _ => pieces.extend(values.next().map(|value| Piece::Hole(value.value.clone()))),
        }
        rest = behind;
    }
    pieces.push(Piece::Literal(rest.into()));
    pieces
}

fn escaped(sequence: &str) -> char {
    match sequence.chars().nth(1) {
        Some('n') => '\n',
        Some('t') => '\t',
        Some('r') => '\r',
        Some('u') => {
            let digits = sequence.trim_start_matches(['\\', 'u']);
            u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        Some(other) => other,
        None => '\\',
    }
}
