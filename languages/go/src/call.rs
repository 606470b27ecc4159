//! Calls: of functions, and of Go's own that make and change lists.

use crate::lower::{Lower, children};
use portolan_program::{Argument, Expression, Form, Kind, Name, Piece};
use tree_sitter::Node;

/// What starts a handler that is an object: its `Invoke` is called.
const STARTS: &[&str] = &["lambda.StartHandler", "lambda.StartHandlerWithContext", "lambda.StartWithOptions"];

impl Lower<'_> {
    /// A call.
    pub fn call(&mut self, node: Node<'_>) -> Kind {
        let Some(callee) = node.child_by_field_name("function") else { return self.opaque(node) };
        let list = node.child_by_field_name("arguments").map_or_else(Vec::new, children);
        match (self.source(callee), list.as_slice()) {
            ("append", _) => return self.appended(&list),
            ("make", [made, ..]) => return made_of(*made),
            ("new", [made]) => return self.zero(*made),
            ("string" | "error" | "any", [value]) => return self.expression(*value).kind,
            (
                "len" | "cap" | "copy" | "close" | "delete" | "panic" | "recover" | "print" | "println" | "clear"
                | "min" | "max" | "int" | "int32" | "int64" | "float64" | "uint64" | "byte" | "rune" | "bool",
                _,
            ) => return Kind::Opaque(list.iter().map(|value| self.expression(*value)).collect()),
            _ => {}
        }
        let mut arguments: Vec<Argument> = list.iter().map(|argument| self.argument(*argument)).collect();
        self.note_registration(self.source(callee), &arguments);
        if STARTS.contains(&self.source(callee)) {
            let invoked = arguments.iter().filter(|argument| is_place(&argument.value)).map(invoke);
            let invoked: Vec<Argument> = invoked.collect();
            arguments.extend(invoked);
        }
        Kind::Call(Box::new(self.expression(callee)), arguments)
    }

    fn argument(&mut self, node: Node<'_>) -> Argument {
        let form = if node.kind() == "variadic_argument" { Form::Spread } else { Form::One };
        Argument { name: None, form, value: self.expression(node) }
    }

    /// `append(list, a, others...)`: a list of all of them.
    fn appended(&mut self, list: &[Node<'_>]) -> Kind {
        let elements = list.iter().enumerate().map(|(position, element)| {
            let argument = self.argument(*element);
            if position == 0 { Argument { form: Form::Spread, ..argument } } else { argument }
        });
        Kind::List(elements.collect())
    }

    /// `new(T)`.
    fn zero(&mut self, made: Node<'_>) -> Kind {
        match self.type_name(made) {
            Some(class) => Kind::Struct(Box::new(class), Vec::new()),
            None => Kind::Literal,
        }
    }

    /// `functions.HTTP("Orders", orders)`: the platform asks for `Orders`.
    fn note_registration(&mut self, callee: &str, arguments: &[Argument]) {
        let registers = ["functions.HTTP", "functions.CloudEvent", "functions.Typed"];
        let [name, function] = arguments else { return };
        if !registers.contains(&callee) {
            return;
        }
        if let Kind::Text(pieces) = &name.value.kind
            && let [Piece::Literal(name)] = pieces.as_slice()
        {
            self.registered.push((name.clone(), function.value.clone()));
        }
    }
}

/// The method by which an object is a handler, handed over beside it.
fn invoke(handler: &Argument) -> Argument {
    let Argument { value, .. } = handler;
    let kind = Kind::Member(Box::new(value.clone()), Name::new_static("Invoke"));
    Argument::plain(Expression { kind, span: value.span })
}

/// Whether a value is somewhere, or is put together here.
fn is_place(value: &Expression) -> bool {
    matches!(value.kind, Kind::Name(_) | Kind::Member(..) | Kind::Struct(..))
}

/// `make(T)`: a map, a list or a channel.
fn made_of(made: Node<'_>) -> Kind {
    match made.kind() {
        "map_type" => Kind::Record(Vec::new()),
        _ => Kind::List(Vec::new()),
    }
}
