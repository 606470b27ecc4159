//! Calls, and those that are modules or compilers' wrappers.

use crate::lower::{Lower, at, children, field};
use portolan_program::{Argument, Expression, Form, Kind, Piece};
use tree_sitter::Node;

impl Lower<'_> {
    /// `f(a)`, `require("x")`, `import("x")`, a template with a tag.
    pub fn call(&mut self, node: Node<'_>) -> Kind {
        let (Some(callee), Some(arguments)) = (field(node, "function"), field(node, "arguments")) else {
            return Kind::Opaque(self.all(node));
        };
        // The grammar takes `await (0, a.b)(c)` for a call of `await`.
        if callee.kind() == "identifier" && self.source(callee) == "await" {
            return children(arguments).last().map_or(Kind::Nothing, |value| self.expression(*value).kind);
        }
        if arguments.kind() == "template_string" {
            let callee = self.expression(callee);
            let text = self.expression(arguments);
            return Kind::Call(Box::new(callee), vec![Argument::plain(text)]);
        }
        if let Some(kind) = self.compiled(callee, arguments) {
            return kind;
        }
        let given = self.arguments(arguments);
        match callee.kind() == "import" || self.requires(callee) {
            true => self.module_by_name(callee, given),
            false => {
                let call = Kind::Call(Box::new(self.expression(callee)), given);
                self.of_type_argument(node, call)
            }
        }
    }

    /// `container.get<Orders>("orders")`: what is given is what the only type argument says, where nothing else is known.
    fn of_type_argument(&mut self, node: Node<'_>, call: Kind) -> Kind {
        if let Kind::Call(callee, _) = &call
            && tells(callee)
        {
            return call;
        }
        let arguments = field(node, "type_arguments").map(children).unwrap_or_default();
        match arguments.as_slice() {
            [only] => match self.type_of(*only) {
                Some(declared) => Kind::Typed(Box::new(at(node, call)), declared),
                None => call,
            },
            _ => call,
        }
    }

    /// A module that is loaded where it stands. A name that is computed is a call of `require`.
    fn module_by_name(&mut self, callee: Node<'_>, given: Vec<Argument>) -> Kind {
        let name = given
            .first()
            .and_then(|argument| literal(&argument.value).map(str::to_owned).or_else(|| beside(&argument.value)));
        match name {
            Some(name) => Kind::Module(name.into()),
            None => Kind::Call(Box::new(at(callee, Kind::Name("require".into()))), given),
        }
    }

    /// Arguments of a call.
    pub fn arguments(&mut self, node: Node<'_>) -> Vec<Argument> {
        children(node).into_iter().map(|argument| self.argument(argument)).collect()
    }

    /// An argument or an element of a list.
    pub fn argument(&mut self, node: Node<'_>) -> Argument {
        if node.kind() != "spread_element" {
            return Argument::plain(self.expression(node));
        }
        let value = children(node).first().map(|inner| self.expression(*inner));
        let value = value.unwrap_or_else(|| at(node, Kind::Literal));
        Argument { name: None, form: Form::Spread, value }
    }

    /// `new C(a)`.
    pub fn new_object(&mut self, node: Node<'_>) -> Kind {
        let Some(class) = field(node, "constructor") else { return Kind::Opaque(self.all(node)) };
        let class = self.expression(class);
        let arguments = field(node, "arguments").map(|arguments| self.arguments(arguments)).unwrap_or_default();
        Kind::New(Box::new(class), arguments)
    }
}

/// Whether a call tells a container what to give for a type, and gives the container.
fn tells(callee: &Expression) -> bool {
    match &callee.kind {
        Kind::Member(_, name) | Kind::Name(name) => {
            matches!(name.as_str(), "bind" | "rebind" | "set") || name.starts_with("register")
        }
        _ => false,
    }
}

/// The path that is put together behind the file's own folder: `path.join(__dirname, "lib", "a")`, `__dirname + "/lib/a"`.
fn beside(value: &Expression) -> Option<String> {
    let own = |value: &Expression| matches!(&value.kind, Kind::Name(name) if name == "__dirname");
    let (first, rest): (bool, Vec<&str>) = match &value.kind {
        Kind::Joined(parts) => {
            let (first, rest) = parts.split_first()?;
            (own(first), rest.iter().map(literal).collect::<Option<_>>()?)
        }
        Kind::Text(pieces) => match pieces.as_slice() {
            [Piece::Hole(first), Piece::Literal(rest)] => (own(first), vec![rest.as_str()]),
            _ => return None,
        },
        Kind::Call(callee, arguments) if joins_paths(callee) => {
            let (first, rest) = arguments.split_first()?;
            let rest = rest.iter().map(|argument| literal(&argument.value)).collect::<Option<Vec<_>>>()?;
            return own(&first.value).then(|| format!("./{}", rest.join("/")));
        }
        _ => return None,
    };
    first.then(|| format!(".{}", rest.concat()))
}

fn joins_paths(callee: &Expression) -> bool {
    match &callee.kind {
        Kind::Member(_, name) | Kind::Name(name) => matches!(name.as_str(), "join" | "resolve"),
        _ => false,
    }
}

/// Whether an expression is a text without holes, and which.
pub(crate) fn literal(value: &Expression) -> Option<&str> {
    match &value.kind {
        Kind::Text(pieces) => match pieces.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        },
        _ => None,
    }
}
