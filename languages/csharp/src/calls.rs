//! Calls.

use crate::lowering::{Lowering, at, children};
use crate::text::{formatted, name_of};
use portolan_program::{Argument, Expression, Form, Kind, Pattern, Piece, Statement};
use tree_sitter::Node;

/// Methods of tasks, sequences and disposables that give what they are called on.
const TRANSPARENT: &[&str] = &["AsTask", "ConfigureAwait", "GetAwaiter", "WaitAsync", "WithCancellation"];

impl<'t> Lowering<'t> {
    pub(crate) fn invocation(&mut self, node: Node<'t>) -> Kind {
        let Some(function) = node.child_by_field_name("function") else { return Kind::Literal };
        let list = node.child_by_field_name("arguments");
        let callee = self.expression(function);
        if let Kind::Member(object, name) = &callee.kind
            && self.is_transparent(object, name)
        {
            return object.kind.clone();
        }
        if let Some(taken) = self.taken_out(node, &callee, list) {
            return taken;
        }
        let arguments = self.arguments(list);
        known(&callee, &arguments).unwrap_or(Kind::Call(Box::new(callee), arguments))
    }

    fn is_transparent(&self, object: &Expression, name: &str) -> bool {
        let awaited = name == "GetResult"
            && self
                .text
                .get(object.span.start as usize..object.span.end as usize)
                .is_some_and(|text| text.ends_with("GetAwaiter()"));
        awaited
            || TRANSPARENT.contains(&name) && matches!(object.kind, Kind::Call(..) | Kind::Name(_) | Kind::Member(..))
    }

    /// `map.TryGetValue(key, out var value)` binds an element of the map.
    fn taken_out(&mut self, node: Node<'t>, callee: &Expression, list: Option<Node<'t>>) -> Option<Kind> {
        let Kind::Member(map, name) = &callee.kind else { return None };
        let parts = list.map(children).unwrap_or_default();
        let [key, out] = parts.as_slice() else { return None };
        if name != "TryGetValue" {
            return None;
        }
        let key = self.expression(*key);
        let pattern = children(*out).last().map_or(Pattern::Ignore, |out| self.taken_apart(*out));
        let element = at(node, Kind::Index(map.clone(), Box::new(key)));
        let bound = at(node, Kind::Assign(Box::new(pattern), Box::new(element)));
        Some(Kind::Opaque(vec![bound]))
    }

    /// What is between parentheses or brackets.
    pub fn arguments(&mut self, node: Option<Node<'t>>) -> Vec<Argument> {
        let arguments = node.map(children).unwrap_or_default();
        arguments.into_iter().map(|argument| self.argument(argument)).collect()
    }

    fn argument(&mut self, node: Node<'t>) -> Argument {
        let name = self.field_name(node, "name");
        let value = children(node).last().map_or_else(|| at(node, Kind::Literal), |value| self.expression(*value));
        Argument { name, form: Form::One, value }
    }

    /// `[a, ..b]`.
    pub fn collection(&mut self, node: Node<'t>) -> Kind {
        let mut elements = Vec::new();
        for element in children(node) {
            let inner = children(element).first().copied().unwrap_or(element);
            let Some(value) = children(inner).first().copied() else { continue };
            let form = if inner.kind() == "spread_element" { Form::Spread } else { Form::One };
            elements.push(Argument { name: None, form, value: self.expression(value) });
        }
        Kind::List(elements)
    }

    /// `: this(…)`, `: base(…)`.
    pub fn constructor_call(&mut self, node: Node<'t>) -> Statement {
        let arguments = self.arguments(children(node).into_iter().find(|child| child.kind() == "argument_list"));
        let own = self.slice(node).trim_start_matches(':').trim_start().starts_with("this");
        let callee = match own {
            true => Kind::Member(Box::new(at(node, Kind::Name("this".into()))), "<init>".into()),
            false => Kind::Name("base".into()),
        };
        Statement::Expression(at(node, Kind::Call(Box::new(at(node, callee)), arguments)))
    }
}

/// Calls that the language or its smallest library answers.
fn known(callee: &Expression, arguments: &[Argument]) -> Option<Kind> {
    match &callee.kind {
        Kind::Name(name) if name == "nameof" => {
            let name = name_of(&arguments.first()?.value)?;
            Some(Kind::Text(vec![Piece::Literal(name)]))
        }
        Kind::Member(object, name) => {
            let Kind::Name(class) = &object.kind else { return None };
            if !matches!(class.as_str(), "string" | "String") {
                return None;
            }
            match name.as_str() {
                "Format" => {
                    let (format, values) = arguments.split_first()?;
                    formatted(&format.value, values)
                }
                "Concat" => Some(Kind::Joined(arguments.iter().map(|argument| argument.value.clone()).collect())),
                _ => None,
            }
        }
        _ => None,
    }
}
