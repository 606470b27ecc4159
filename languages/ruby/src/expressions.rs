//! Expressions.

use crate::lowering::{Lowering, at, children};
use portolan_program::{Argument, Entry, Expression, Form, Key, Kind, Name, Piece, Statement};
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
            "identifier" => self.identifier(node),
            "constant" | "global_variable" => Kind::Name(self.name(node)),
            "self" => Kind::Name("self".into()),
            "nil" => Kind::Nothing,
            "instance_variable" | "class_variable" => {
                Kind::Member(Box::new(at(node, Kind::Name("self".into()))), self.name(node))
            }
            "scope_resolution" => self.scoped(node),
            "string" | "chained_string" | "bare_string" | "heredoc_beginning" | "delimited_symbol" => {
                Kind::Text(self.pieces(node))
            }
            "simple_symbol" | "hash_key_symbol" | "bare_symbol" => {
                Kind::Text(vec![Piece::Literal(self.slice(node).trim_start_matches(':').trim_end_matches(':').into())])
            }
            "call" => self.call(node),
            "super" => self.super_call(node, None),
            "yield" => self.yielded(node),
            "element_reference" => self.element(node),
            "hash" => self.hash(node),
            "array" | "string_array" | "symbol_array" => {
                Kind::List(children(node).into_iter().map(|item| self.argument(item)).collect())
            }
            "lambda" => self.lambda(node),
            "binary" => self.binary(node),
            "conditional" => self.conditional(node),
            "parenthesized_statements"
            | "begin"
            | "if"
            | "unless"
            | "case"
            | "if_modifier"
            | "unless_modifier"
            | "rescue_modifier"
            | "case_match" => self.block_value(node),
            "assignment" | "operator_assignment" => self.assignment(node),
            "integer" | "float" | "true" | "false" | "regex" | "range" | "character" => Kind::Literal,
            "class" | "module" | "method" | "singleton_method" | "return" | "next" | "break" | "while" | "for"
            | "until" => Kind::Block(self.statements(&[node])),
            _ => Kind::Opaque(children(node).into_iter().map(|child| self.expression(child)).collect()),
        }
    }

    /// A variable, or a call of a method that takes nothing.
    fn identifier(&self, node: Node<'t>) -> Kind {
        let name = self.name(node);
        match self.is_local(&name) {
            true => Kind::Name(name),
            false => Kind::Call(Box::new(at(node, Kind::Name(name))), Vec::new()),
        }
    }

    fn scoped(&mut self, node: Node<'t>) -> Kind {
        let Some(name) = node.child_by_field_name("name").map(|name| self.name(name)) else { return Kind::Literal };
        match node.child_by_field_name("scope") {
            Some(scope) => Kind::Member(Box::new(self.expression(scope)), name),
            None => Kind::Name(name),
        }
    }

    fn pieces(&mut self, node: Node<'t>) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for child in children(node) {
            match child.kind() {
                "string_content" => pieces.push(Piece::Literal(self.name(child))),
                "escape_sequence" => pieces.push(Piece::Literal(escaped(self.slice(child)).into())),
                "interpolation" => {
                    let inner = children(child).first().map(|inner| self.expression(*inner));
                    pieces.extend(inner.map(Piece::Hole));
                }
                "string" => pieces.extend(self.pieces(child)),
                _ => {}
            }
        }
        if node.kind() == "heredoc_beginning" {
            pieces.push(Piece::Hole(at(node, Kind::Literal)));
        }
        pieces
    }

    fn element(&mut self, node: Node<'t>) -> Kind {
        let parts = children(node);
        match parts.as_slice() {
            [object, index, ..] => Kind::Index(Box::new(self.expression(*object)), Box::new(self.expression(*index))),
            [object] => self.kind(*object),
            [] => Kind::Literal,
        }
    }

    fn hash(&mut self, node: Node<'t>) -> Kind {
        Kind::Record(children(node).into_iter().filter_map(|entry| self.entry(entry)).collect())
    }

    fn entry(&mut self, node: Node<'t>) -> Option<Entry> {
        if node.kind() != "pair" {
            let value = children(node).first().map(|value| self.expression(*value))?;
            return Some(Entry { key: Key::Spread, value });
        }
        let key = node.child_by_field_name("key")?;
        let value = match node.child_by_field_name("value") {
            Some(value) => self.expression(value),
            None => self.shorthand(key),
        };
        let key = match self.literal(key) {
            Some(name) => Key::Name(name),
            None => Key::Computed(self.expression(key)),
        };
        Some(Entry { key, value })
    }

    /// `f(table:)` is `f(table: table)`.
    pub fn shorthand(&mut self, key: Node<'t>) -> Expression {
        let name = Name::from(self.slice(key).trim_end_matches(':'));
        match self.is_local(&name) {
            true => at(key, Kind::Name(name)),
            false => at(key, Kind::Call(Box::new(at(key, Kind::Name(name))), Vec::new())),
        }
    }

    /// A key that is written out.
    pub fn literal(&mut self, node: Node<'t>) -> Option<Name> {
        match node.kind() {
            "hash_key_symbol" | "simple_symbol" => {
                Some(self.slice(node).trim_start_matches(':').trim_end_matches(':').into())
            }
            "string" => match self.pieces(node).as_slice() {
                [Piece::Literal(text)] => Some(text.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    fn binary(&mut self, node: Node<'t>) -> Kind {
        let sides: Vec<Expression> = ["left", "right"]
            .into_iter()
            .filter_map(|side| node.child_by_field_name(side))
            .map(|side| self.expression(side))
            .collect();
        match (node.child_by_field_name("operator").map(|operator| self.slice(operator)), sides.as_slice()) {
            (Some("+"), _) => Kind::Joined(sides),
            (Some("||" | "or"), _) => Kind::Either(sides),
            (Some("<<"), [list, item]) => {
                let method = at(node, Kind::Member(Box::new(list.clone()), "<<".into()));
                Kind::Call(Box::new(method), vec![Argument::plain(item.clone())])
            }
            (Some("%"), [format, values]) => match formatted(format, values) {
                Some(pieces) => Kind::Text(pieces),
                None => Kind::Opaque(sides),
            },
            (Some("&&" | "and"), [_, _]) => Kind::Block(sides.into_iter().map(Statement::Expression).collect()),
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

    /// `if`, `case` and their like where a value is expected: what their last expressions give.
    fn block_value(&mut self, node: Node<'t>) -> Kind {
        let body = match node.kind() {
            "parenthesized_statements" | "begin" => self.guarded(node),
            _ => self.statements(&[node]),
        };
        let mut body = body;
        let Some(last) = body.pop() else { return Kind::Nothing };
        let value = valued(last, node);
        body.push(Statement::Expression(value));
        Kind::Block(body)
    }

    fn assignment(&mut self, node: Node<'t>) -> Kind {
        match self.bind(node) {
            Some(Statement::Bind { pattern, value: Some(value), .. }) => {
                Kind::Assign(Box::new(pattern), Box::new(value))
            }
            _ => Kind::Literal,
        }
    }

    /// An element of a list or an argument of a call.
    pub fn argument(&mut self, node: Node<'t>) -> Argument {
        match node.kind() {
            "pair" => {
                let key = node.child_by_field_name("key");
                let name = key.and_then(|key| self.literal(key));
                let value = match (node.child_by_field_name("value"), key) {
                    (Some(value), _) => self.expression(value),
                    (None, Some(key)) => self.shorthand(key),
                    (None, None) => at(node, Kind::Literal),
                };
                Argument { name, form: Form::One, value }
            }
            "splat_argument" | "hash_splat_argument" => {
                let inner = children(node).first().copied();
                let value = inner.map_or_else(|| at(node, Kind::Literal), |inner| self.expression(inner));
                let form = if node.kind() == "splat_argument" { Form::Spread } else { Form::SpreadRecord };
                Argument { name: None, form, value }
            }
            "block_argument" => {
                let inner = children(node).first().copied();
                let value = inner.map_or_else(|| at(node, Kind::Literal), |inner| self.expression(inner));
                Argument { name: Some(crate::lowering::BLOCK.into()), form: Form::One, value }
            }
            _ => Argument::plain(self.expression(node)),
        }
    }
}

/// A statement as a value: of a branch, either of what its blocks give.
fn valued(statement: Statement, node: Node<'_>) -> Expression {
    match statement {
        Statement::Expression(value) => value,
        Statement::Branch(blocks) => {
            let blocks = blocks.into_iter().map(|mut block| {
                let last = block.pop().map(|last| valued(last, node));
                block.extend(last.map(Statement::Expression));
                at(node, Kind::Block(block))
            });
            at(node, Kind::Either(blocks.collect()))
        }
        Statement::Scope(mut block) => {
            let last = block.pop().map(|last| valued(last, node));
            block.extend(last.map(Statement::Expression));
            at(node, Kind::Block(block))
        }
        other => at(node, Kind::Block(vec![other])),
    }
}

/// `"%s-orders" % stage` as a text with holes.
fn formatted(format: &Expression, values: &Expression) -> Option<Vec<Piece>> {
    let Kind::Text(pieces) = &format.kind else { return None };
    let [Piece::Literal(text)] = pieces.as_slice() else { return None };
    let values = match &values.kind {
        Kind::List(items) => items.iter().map(|item| item.value.clone()).collect(),
        _ => vec![values.clone()],
    };
    let mut values = values.into_iter();
    let mut pieces = Vec::new();
    for (number, part) in text.split("%s").enumerate() {
        if number > 0 {
            pieces.extend(values.next().map(Piece::Hole));
        }
        pieces.push(Piece::Literal(part.into()));
    }
    Some(pieces)
}

fn escaped(sequence: &str) -> String {
    match sequence.chars().nth(1) {
        Some('n') => "\n".to_owned(),
        Some('t') => "\t".to_owned(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}
