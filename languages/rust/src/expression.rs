//! Expressions.

use crate::item::parameter;
use crate::lower::{Lower, at, children, first, parts, span};
use portolan_program::{Argument, Entry, Expression, Form, Function, Key, Kind, Name, Pattern, Statement};
use tree_sitter::Node;

impl Lower<'_> {
    /// Lowers an expression.
    pub fn expression(&mut self, node: Node<'_>) -> Expression {
        let kind = self.deeper(node, Kind::Opaque(Vec::new()), |lower| lower.kind(node));
        at(node, kind)
    }

    fn kind(&mut self, node: Node<'_>) -> Kind {
        match node.kind() {
            "identifier" | "self" | "metavariable" => self.name(node),
            "scoped_identifier" | "generic_function" => self.path(node),
            "string_literal" | "raw_string_literal" => Kind::Text(self.text_literal(node)),
            "field_expression" => self.field(node),
            "call_expression" => self.call(node),
            "macro_invocation" => self.macro_call(node),
            "await_expression"
            | "try_expression"
            | "reference_expression"
            | "parenthesized_expression"
            | "type_cast_expression" => self.transparent(node),
            "unary_expression" => match self.source(node).starts_with('*') {
                true => self.transparent(node),
                false => self.opaque(node),
            },
            "binary_expression" => match node.child_by_field_name("operator").map(|operator| self.source(operator)) {
                Some("+") => Kind::Joined(self.each(node)),
                _ => self.opaque(node),
            },
            "assignment_expression" | "compound_assignment_expr" => self.assignment(node),
            "tuple_expression" => Kind::List(self.each(node).into_iter().map(Argument::plain).collect()),
            "array_expression" => self.array(node),
            "index_expression" => self.index(node),
            "struct_expression" => self.structure(node),
            "closure_expression" => {
                let function = self.closure(node);
                Kind::Function(self.module.add_function(function))
            }
            "async_block" | "gen_block" => self.deferred(node),
            "block" => Kind::Block(self.block(node)),
            "unsafe_block" | "const_block" | "try_block" => {
                let block = children(node).into_iter().find(|child| child.kind() == "block");
                Kind::Block(block.map(|block| self.block(block)).unwrap_or_default())
            }
            "if_expression" => self.if_value(node),
            "match_expression" => self.match_value(node),
            "loop_expression"
            | "while_expression"
            | "for_expression"
            | "return_expression"
            | "break_expression"
            | "continue_expression" => self.steps(node),
            "unit_expression" => Kind::Nothing,
            kind if kind.ends_with("literal") => Kind::Literal,
            _ => self.opaque(node),
        }
    }

    fn name(&mut self, node: Node<'_>) -> Kind {
        match self.named(node) {
            name if name == "None" => Kind::Nothing,
            name if name == "Self" => Kind::Name(self.own.clone().unwrap_or(name)),
            name => Kind::Name(name),
        }
    }

    fn path(&mut self, node: Node<'_>) -> Kind {
        if node.kind() == "generic_function"
            && let Some(function) = node.child_by_field_name("function")
        {
            return self.kind(function);
        }
        let path = self.segments(node);
        self.chain(&path, node, false).kind
    }

    fn field(&mut self, node: Node<'_>) -> Kind {
        match (node.child_by_field_name("value"), node.child_by_field_name("field")) {
            (Some(value), Some(field)) => Kind::Member(Box::new(self.expression(value)), self.named(field)),
            _ => Kind::Literal,
        }
    }

    fn transparent(&mut self, node: Node<'_>) -> Kind {
        let value = node.child_by_field_name("value").or_else(|| first(node));
        value.map_or(Kind::Literal, |value| self.expression(value).kind)
    }

    fn each(&mut self, node: Node<'_>) -> Vec<Expression> {
        children(node).into_iter().map(|child| self.expression(child)).collect()
    }

    fn opaque(&mut self, node: Node<'_>) -> Kind {
        Kind::Opaque(self.each(node))
    }

    fn assignment(&mut self, node: Node<'_>) -> Kind {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else {
            return Kind::Literal;
        };
        let value = self.expression(right);
        let target = self.expression(left);
        let joins = node.kind() == "compound_assignment_expr";
        let value = if joins { at(node, Kind::Joined(vec![target.clone(), value])) } else { value };
        let pattern = match target.kind {
            Kind::Name(name) => Pattern::Name(name),
            Kind::Member(object, name) => Pattern::Member(object, name),
            Kind::Index(object, index) => Pattern::Index(object, index),
            _ => Pattern::Ignore,
        };
        Kind::Assign(Box::new(pattern), Box::new(value))
    }

    fn array(&mut self, node: Node<'_>) -> Kind {
        let length = node.child_by_field_name("length").map(|length| length.id());
        let elements =
            children(node).into_iter().filter(|child| Some(child.id()) != length && child.kind() != "attribute_item");
        let elements: Vec<Node<'_>> = elements.collect();
        Kind::List(elements.into_iter().map(|element| Argument::plain(self.expression(element))).collect())
    }

    /// An element; a range of elements is the list.
    fn index(&mut self, node: Node<'_>) -> Kind {
        let each = children(node);
        let [object, index, ..] = each.as_slice() else { return Kind::Literal };
        let object = self.expression(*object);
        match index.kind() {
            "range_expression" => object.kind,
            _ => Kind::Index(Box::new(object), Box::new(self.expression(*index))),
        }
    }

    /// `Type { a, b: c, ..rest }`: what is spread comes first.
    fn structure(&mut self, node: Node<'_>) -> Kind {
        let Some(name) = node.child_by_field_name("name") else { return Kind::Literal };
        let path = self.segments(name);
        let class = self.chain(&path, node, false);
        let mut entries = Vec::new();
        for field in node.child_by_field_name("body").map(children).unwrap_or_default() {
            match field.kind() {
                "shorthand_field_initializer" => {
                    if let Some(name) = first(field) {
                        let value = self.expression(name);
                        entries.push(Entry { key: Key::Name(self.named(name)), value });
                    }
                }
                "field_initializer" => {
                    let key = field.child_by_field_name("field").map(|key| self.named(key));
                    let value = field.child_by_field_name("value").map(|value| self.expression(value));
                    if let (Some(key), Some(value)) = (key, value) {
                        entries.push(Entry { key: Key::Name(key), value });
                    }
                }
                "base_field_initializer" => {
                    if let Some(value) = first(field) {
                        let value = self.expression(value);
                        entries.insert(0, Entry { key: Key::Spread, value });
                    }
                }
                _ => {}
            }
        }
        Kind::Struct(Box::new(class), entries)
    }

    fn closure(&mut self, node: Node<'_>) -> Function {
        let mut function = Function { span: span(node), ..Function::default() };
        for part in node.child_by_field_name("parameters").map(parts).unwrap_or_default() {
            let (pattern, declared) = match part.kind() {
                "parameter" => (part.child_by_field_name("pattern"), part.child_by_field_name("type")),
                _ => (Some(part), None),
            };
            let pattern = pattern.map_or(Pattern::Ignore, |pattern| self.pattern(pattern));
            let declared = declared.and_then(|declared| self.declared(declared));
            function.parameters.push(parameter(pattern, declared));
        }
        function.returns = node.child_by_field_name("return_type").and_then(|declared| self.declared(declared));
        if let Some(body) = node.child_by_field_name("body") {
            match body.kind() {
                "block" => function.body = self.body(body),
                _ => self.tail(body, &mut function.body),
            }
        }
        function
    }

    /// `async { … }`: the same as its block; one that returns is a function that is called at once.
    fn deferred(&mut self, node: Node<'_>) -> Kind {
        let Some(block) = children(node).into_iter().find(|child| child.kind() == "block") else {
            return Kind::Literal;
        };
        if !self.source(block).contains("return") {
            return Kind::Block(self.block(block));
        }
        let function = Function { span: span(node), body: self.body(block), ..Function::default() };
        let id = self.module.add_function(function);
        Kind::Call(Box::new(at(node, Kind::Function(id))), Vec::new())
    }

    /// What leaves or repeats, where a value is expected.
    fn steps(&mut self, node: Node<'_>) -> Kind {
        if node.kind() == "loop_expression"
            && let Some(value) = self.broken_with(node)
        {
            let mut body = Vec::new();
            self.repeat(node, &mut body);
            let value = self.expression(value);
            body.push(Statement::Expression(value));
            return Kind::Block(body);
        }
        let mut body = Vec::new();
        self.run(node, &mut body);
        Kind::Block(body)
    }

    /// The value with which a loop is left.
    fn broken_with<'n>(&self, node: Node<'n>) -> Option<Node<'n>> {
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            if node.kind() == "break_expression"
                && let Some(value) = children(node).into_iter().find(|child| child.kind() != "label")
            {
                return Some(value);
            }
            let inner = children(node).into_iter().filter(|child| child.kind() != "closure_expression");
            open.extend(inner);
        }
        None
    }

    /// A list of one element of another: `vec![x; n]`.
    pub fn repeated(&mut self, element: Expression) -> Kind {
        Kind::List(vec![Argument { name: None, form: Form::One, value: element }])
    }
}

/// A call of a name.
pub(crate) fn call_of(node: Node<'_>, name: &Name, arguments: Vec<Argument>) -> Kind {
    Kind::Call(Box::new(at(node, Kind::Name(name.clone()))), arguments)
}
