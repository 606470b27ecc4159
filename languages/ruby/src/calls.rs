//! Calls: with their blocks, and the few that mean something else than a call.

use crate::lowering::{BLOCK, Lowering, at, children};
use portolan_program::{Argument, Expression, Form, Kind, Name, Piece};
use tree_sitter::Node;

impl<'t> Lowering<'t> {
    /// `receiver.method(arguments) { block }`.
    pub fn call(&mut self, node: Node<'t>) -> Kind {
        let receiver = node.child_by_field_name("receiver").map(|receiver| self.expression(receiver));
        let mut arguments = self.arguments(node.child_by_field_name("arguments"));
        arguments.extend(node.child_by_field_name("block").map(|block| self.block(block)));
        let method = node.child_by_field_name("method");
        if method.is_some_and(|method| method.kind() == "super") {
            return self.super_call(node, Some(arguments));
        }
        let name = method.map_or_else(|| Name::from("call"), |method| self.name(method));
        match (name.as_str(), arguments.as_slice()) {
            ("send" | "public_send" | "__send__" | "try", [first, rest @ ..]) if text(first).is_some() => {
                let name = text(first).unwrap_or_default();
                called(node, receiver, name, rest.to_vec())
            }
            ("send" | "public_send" | "__send__", [first, rest @ ..]) if receiver.is_some() => {
                let object = receiver.unwrap_or_else(|| at(node, Kind::Literal));
                let method = at(node, Kind::Index(Box::new(object), Box::new(first.value.clone())));
                Kind::Call(Box::new(method), rest.to_vec())
            }
            ("new", _) if receiver.is_none() => {
                called(node, Some(at(node, Kind::Name("self".into()))), name, arguments)
            }
            ("method", [first]) if text(first).is_some() => {
                let name = text(first).unwrap_or_default();
                match receiver {
                    Some(receiver) => Kind::Member(Box::new(receiver), name),
                    None => Kind::Name(name),
                }
            }
            ("parse_file" | "load_file", [file]) if rackup(file).is_some() => {
                Kind::Module(rackup(file).unwrap_or_default())
            }
            ("lambda" | "proc", [block]) if receiver.is_none() => block.value.kind.clone(),
            ("freeze" | "dup" | "clone" | "itself" | "then" | "tap", []) => match receiver {
                Some(receiver) => receiver.kind,
                None => called(node, None, name, arguments),
            },
            _ => called(node, receiver, name, arguments),
        }
    }

    /// The arguments of a call.
    pub fn arguments(&mut self, node: Option<Node<'t>>) -> Vec<Argument> {
        node.map(children).unwrap_or_default().into_iter().map(|argument| self.argument(argument)).collect()
    }

    /// A block that is passed to a call.
    fn block(&mut self, node: Node<'t>) -> Argument {
        let function = self.block_function(node);
        Argument { name: Some(BLOCK.into()), form: Form::One, value: at(node, Kind::Function(function)) }
    }

    /// `yield x` calls the block that was passed.
    pub fn yielded(&mut self, node: Node<'t>) -> Kind {
        let arguments = self.arguments(children(node).first().copied());
        Kind::Call(Box::new(at(node, Kind::Name(BLOCK.into()))), arguments)
    }

    /// `super`: the same method of the class above, or its constructor.
    pub fn super_call(&mut self, node: Node<'t>, arguments: Option<Vec<Argument>>) -> Kind {
        let arguments = arguments.unwrap_or_default();
        let super_name: Expression = at(node, Kind::Name("super".into()));
        match self.method_name() {
            Some(name) if name != "initialize" => {
                Kind::Call(Box::new(at(node, Kind::Member(Box::new(super_name), name))), arguments)
            }
            _ => Kind::Call(Box::new(super_name), arguments),
        }
    }
}

fn called(node: Node<'_>, receiver: Option<Expression>, name: Name, arguments: Vec<Argument>) -> Kind {
    let callee = match receiver {
        Some(receiver) => at(node, Kind::Member(Box::new(receiver), name)),
        None => at(node, Kind::Name(name)),
    };
    Kind::Call(Box::new(callee), arguments)
}

/// The file that a rack app is described in, beside the one that reads it: `"#{__dir__}/config.ru"`.
fn rackup(argument: &Argument) -> Option<Name> {
    let pieces = match &argument.value.kind {
        Kind::Text(pieces) => pieces.clone(),
        Kind::Call(_, arguments) => match &arguments.first()?.value.kind {
            Kind::Text(pieces) => pieces.clone(),
            _ => return None,
        },
        _ => return None,
    };
    let Piece::Literal(tail) = pieces.last()? else { return None };
    tail.ends_with(".ru").then(|| format!("./{}", tail.trim_start_matches(['.', '/'])).into())
}

/// The text of an argument that is a symbol or a string.
fn text(argument: &Argument) -> Option<Name> {
    match &argument.value.kind {
        Kind::Text(pieces) => match pieces.as_slice() {
            [Piece::Literal(text)] => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}
