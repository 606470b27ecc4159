//! Expressions.

use crate::lower::{Lower, at, children, fields};
use portolan_program::{Argument, Expression, Form, Kind, Name, Piece, Statement};
use tree_sitter::Node;

impl<'t> Lower<'t> {
    /// An expression.
    pub fn expression(&mut self, node: Node<'_>) -> Expression {
        self.deeper(node, at(node, Kind::Opaque(Vec::new())), |lower| {
            let kind = lower.kind(node);
            at(node, kind)
        })
    }

    fn kind(&mut self, node: Node<'_>) -> Kind {
        match node.kind() {
            "identifier" => Kind::Name(self.named(node)),
            "string" | "concatenated_string" => self.text(node),
            "attribute" => self.member(node),
            "call" => self.call(node),
            "subscript" => self.index(node),
            "none" => Kind::Nothing,
            "true" => Kind::Truth(true),
            "false" => Kind::Truth(false),
            "integer" | "float" | "ellipsis" => Kind::Literal,
            "list" | "tuple" | "set" | "expression_list" | "pattern_list" => self.list(node),
            "dictionary" => self.record(node),
            "list_comprehension" | "set_comprehension" | "generator_expression" | "dictionary_comprehension" => {
                self.comprehension(node)
            }
            // The grammar binds a star tighter than a call: in `[*f()]` what is called is `*f`.
            "parenthesized_expression" | "await" | "type" | "list_splat" | "dictionary_splat" => self.only(node),
            "binary_operator" => self.binary(node),
            "boolean_operator" => self.boolean(node),
            "comparison_operator" => self.comparison(node),
            "conditional_expression" => self.conditional(node),
            "named_expression" => self.named_expression(node),
            "lambda" => Kind::Function(self.lambda(node)),
            "yield" => self.yield_expression(node),
            "assignment" => self.assigned(node).kind,
            _ => self.opaque(node),
        }
    }

    fn opaque(&mut self, node: Node<'_>) -> Kind {
        Kind::Opaque(children(node).into_iter().map(|child| self.expression(child)).collect())
    }

    /// What stands in parentheses, or behind `await`.
    fn only(&mut self, node: Node<'_>) -> Kind {
        match children(node).as_slice() {
            [inner] => self.expression(*inner).kind,
            _ => self.opaque(node),
        }
    }

    fn member(&mut self, node: Node<'_>) -> Kind {
        match (node.child_by_field_name("object"), node.child_by_field_name("attribute")) {
            (Some(object), Some(name)) => Kind::Member(Box::new(self.expression(object)), self.named(name)),
            _ => self.opaque(node),
        }
    }

    /// An element, or a slice: what a slice has in it is what the whole has.
    fn index(&mut self, node: Node<'_>) -> Kind {
        let Some(value) = node.child_by_field_name("value") else { return self.opaque(node) };
        let object = self.expression(value);
        let indices = fields(node, "subscript");
        match indices.as_slice() {
            [slice] if slice.kind() == "slice" => {
                let sliced = at(value, Kind::Member(Box::new(object), Name::new_static("slice")));
                Kind::Call(Box::new(sliced), Vec::new())
            }
            [index] if index.kind() == "integer" => match self.source(*index).parse() {
                Ok(position) => Kind::At(Box::new(object), position),
                Err(_) => Kind::Index(Box::new(object), Box::new(at(node, Kind::Literal))),
            },
            [index] => Kind::Index(Box::new(object), Box::new(self.expression(*index))),
            _ => Kind::Index(Box::new(object), Box::new(at(node, Kind::Literal))),
        }
    }

    fn call(&mut self, node: Node<'_>) -> Kind {
        let Some(callee) = node.child_by_field_name("function") else { return self.opaque(node) };
        let arguments = node.child_by_field_name("arguments").map_or_else(Vec::new, |list| self.arguments(list));
        match self.source(callee) {
            "super" => return Kind::Name(Name::new_static("super")),
            "cast" | "typing.cast" => {
                if let Some(kind) = self.cast(node, &arguments) {
                    return kind;
                }
            }
            "importlib.import_module" | "import_module" | "__import__" => {
                if let Some(name) = arguments.first().and_then(|argument| literal(&argument.value)) {
                    return Kind::Module(name);
                }
            }
            "setattr" => {
                if let Some(kind) = set_attribute(&arguments) {
                    return kind;
                }
            }
            _ => {}
        }
        let callee = self.expression(callee);
        match &callee.kind {
            Kind::Member(object, name)
                if name == "__init__" && object.kind == Kind::Name(Name::new_static("super")) =>
            {
                Kind::Call(object.clone(), arguments)
            }
            _ => Kind::Call(Box::new(callee), arguments),
        }
    }

    /// `cast(Type, value)`.
    fn cast(&mut self, node: Node<'_>, arguments: &[Argument]) -> Option<Kind> {
        let list = node.child_by_field_name("arguments")?;
        let declared = self.declared(*children(list).first()?)?;
        let value = arguments.get(1)?.value.clone();
        Some(Kind::Typed(Box::new(value), declared))
    }

    /// The arguments of a call; a generator may stand for the only one.
    pub fn arguments(&mut self, list: Node<'_>) -> Vec<Argument> {
        if list.kind() == "generator_expression" {
            return vec![Argument::plain(self.expression(list))];
        }
        children(list).into_iter().map(|argument| self.argument(argument)).collect()
    }

    pub fn argument(&mut self, node: Node<'_>) -> Argument {
        let form = match node.kind() {
            "keyword_argument" => {
                let name = node.child_by_field_name("name").map(|name| self.named(name));
                let value = node.child_by_field_name("value").unwrap_or(node);
                return Argument { name, form: Form::One, value: self.expression(value) };
            }
            "list_splat" => Form::Spread,
            "dictionary_splat" => Form::SpreadRecord,
            _ => return Argument::plain(self.expression(node)),
        };
        let value = children(node).first().copied().unwrap_or(node);
        Argument { name: None, form, value: self.expression(value) }
    }

    /// `a + b + c` without descending a level for each; `%` on a text; `|` on records.
    fn binary(&mut self, node: Node<'_>) -> Kind {
        let (operator, left, right) = self.operands(node);
        let (Some(left), Some(right)) = (left, right) else { return self.opaque(node) };
        match operator {
            "+" => {
                let mut parts = vec![right];
                let mut first = left;
                while let ("binary_operator", ("+", Some(left), Some(right))) = (first.kind(), self.operands(first)) {
                    parts.push(right);
                    first = left;
                }
                parts.push(first);
                Kind::Joined(parts.into_iter().rev().map(|part| self.expression(part)).collect())
            }
            "%" if matches!(left.kind(), "string" | "concatenated_string" | "parenthesized_expression") => {
                self.formatted(left, right)
            }
            "|" => {
                let left = self.expression(left);
                let right = self.expression(right);
                crate::collection::united(left, right)
            }
            // What a list holds is what it holds several times.
            "*" if left.kind() == "list" || right.kind() == "list" => {
                Kind::Either(vec![self.expression(left), self.expression(right)])
            }
            "/" => {
                let left = self.expression(left);
                let right = self.expression(right);
                Kind::Opaque(vec![left, right])
            }
            _ => self.opaque(node),
        }
    }

    fn operands<'n>(&self, node: Node<'n>) -> (&'t str, Option<Node<'n>>, Option<Node<'n>>) {
        let operator = node.child_by_field_name("operator").map_or("", |operator| self.source(operator));
        (operator, node.child_by_field_name("left"), node.child_by_field_name("right"))
    }

    /// `a or b` is one of them; `a and b` is `b`, most of the time.
    /// A comparison; `value in object` asks the object.
    fn comparison(&mut self, node: Node<'_>) -> Kind {
        let [left, right] = children(node)[..] else { return self.opaque(node) };
        let between = self.text.get(left.end_byte()..right.start_byte()).unwrap_or_default();
        if !matches!(between.split_whitespace().last(), Some("in"))
            || right.kind() != "identifier" && right.kind() != "attribute"
        {
            return self.opaque(node);
        }
        let asked = [right, left].map(|side| Argument::plain(self.expression(side)));
        Kind::Call(Box::new(at(node, Kind::Name(Name::new_static("in")))), asked.to_vec())
    }

    fn boolean(&mut self, node: Node<'_>) -> Kind {
        let (operator, left, right) = self.operands(node);
        let (Some(left), Some(right)) = (left, right) else { return self.opaque(node) };
        let both = operator == "and";
        let left = self.expression(left);
        let right = self.expression(right);
        match both {
            true => Kind::Block(vec![Statement::Expression(left), Statement::Expression(right)]),
            false => Kind::Either(vec![left, right]),
        }
    }

    fn conditional(&mut self, node: Node<'_>) -> Kind {
        let [then, condition, otherwise] = children(node)[..] else { return self.opaque(node) };
        let condition = self.expression(condition);
        let either = Kind::Either(vec![self.expression(then), self.expression(otherwise)]);
        Kind::Block(vec![Statement::Expression(condition), Statement::Expression(at(node, either))])
    }

    fn named_expression(&mut self, node: Node<'_>) -> Kind {
        match (node.child_by_field_name("name"), node.child_by_field_name("value")) {
            (Some(name), Some(value)) => {
                let value = self.expression(value);
                Kind::Assign(Box::new(self.pattern(name)), Box::new(value))
            }
            _ => self.opaque(node),
        }
    }

    fn yield_expression(&mut self, node: Node<'_>) -> Kind {
        let mut body = Vec::new();
        self.yielded(node, &mut body);
        body.push(Statement::Expression(at(node, Kind::Opaque(Vec::new()))));
        Kind::Block(body)
    }
}

/// `setattr(object, "name", value)`.
fn set_attribute(arguments: &[Argument]) -> Option<Kind> {
    let [object, name, value] = arguments else { return None };
    let pattern = portolan_program::Pattern::Member(Box::new(object.value.clone()), literal(&name.value)?);
    Some(Kind::Assign(Box::new(pattern), Box::new(value.value.clone())))
}

/// The text of an expression that is a text without holes.
pub(crate) fn literal(expression: &Expression) -> Option<Name> {
    match &expression.kind {
        Kind::Text(pieces) => match pieces.as_slice() {
            [Piece::Literal(text)] => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}
