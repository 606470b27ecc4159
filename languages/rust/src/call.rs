//! Calls. What only wraps its argument is that argument.

use crate::lower::{Lower, at, children, span};
use portolan_program::{Argument, Entry, Expression, Key, Kind, Name, Type};
use tree_sitter::Node;

/// Types and variants that are what they hold.
const HOLDERS: &[&str] = &[
    "Arc",
    "AssertUnwindSafe",
    "AsyncOnce",
    "Box",
    "Borrowed",
    "Cell",
    "Cow",
    "Data",
    "Extension",
    "Mutex",
    "Ok",
    "Owned",
    "Pin",
    "Rc",
    "Ready",
    "RefCell",
    "RwLock",
    "Some",
    "State",
    "String",
];

/// Functions that give what they are given, by their last two names.
const SAME: &[&str] = &[
    "AsRef::as_ref",
    "Clone::clone",
    "From::from",
    "Into::into",
    "ToString::to_string",
    "convert::identity",
    "future::ready",
    "mem::take",
    "task::spawn",
    "tokio::spawn",
    "task::block_on",
    "executor::block_on",
    "future::join_all",
    "future::try_join_all",
];

/// Functions of holders that give what they are given.
const WRAPS: &[&str] = &["as_ref", "clone", "force", "from", "into_inner", "leak", "new", "new_unchecked", "pin"];

/// What is computed when it is first asked for.
const LAZY: &[&str] = &["Lazy", "LazyCell", "LazyLock"];

/// What is empty at first and is set once.
const CELLS: &[&str] = &["ArcSwap", "ArcSwapOption", "OnceCell", "OnceLock", "SetOnce"];

/// `(key, value)` as an entry.
fn pair(argument: &Argument) -> Option<Entry> {
    match &argument.value.kind {
        Kind::List(pair) => match pair.as_slice() {
            [key, value] => Some(Entry { key: Key::Computed(key.value.clone()), value: value.value.clone() }),
            _ => None,
        },
        _ => None,
    }
}

/// Whether something of this name is what it holds.
pub(crate) fn holds(name: &str) -> bool {
    HOLDERS.contains(&name)
}

impl Lower<'_> {
    /// A call; `payload::<Order>()` gives what its type says, where nothing else is known.
    pub fn call(&mut self, node: Node<'_>) -> Kind {
        let called = self.plain_call(node);
        match self.only_type_argument(node) {
            Some(declared) if matches!(called, Kind::Call(..)) => {
                Kind::Typed(Box::new(Expression { kind: called, span: span(node) }), declared)
            }
            _ => called,
        }
    }

    fn only_type_argument(&mut self, node: Node<'_>) -> Option<Type> {
        let function = node.child_by_field_name("function").filter(|function| function.kind() == "generic_function")?;
        match children(function.child_by_field_name("type_arguments")?).as_slice() {
            [only] => self.declared(*only),
            _ => None,
        }
    }

    fn plain_call(&mut self, node: Node<'_>) -> Kind {
        let Some(function) = node.child_by_field_name("function") else { return Kind::Literal };
        let arguments = self.arguments(node);
        let plain = match function.kind() {
            "generic_function" => function.child_by_field_name("function").unwrap_or(function),
            _ => function,
        };
        if matches!(plain.kind(), "identifier" | "scoped_identifier") {
            let path = self.segments(plain);
            return match self.wrapped(&path, arguments) {
                Ok(kind) => kind,
                Err(arguments) => Kind::Call(Box::new(self.expression(plain)), arguments),
            };
        }
        Kind::Call(Box::new(self.expression(function)), arguments)
    }

    fn arguments(&mut self, node: Node<'_>) -> Vec<Argument> {
        let arguments = node.child_by_field_name("arguments").map(children).unwrap_or_default();
        let arguments = arguments.into_iter().filter(|argument| argument.kind() != "attribute_item");
        arguments.map(|argument| Argument::plain(self.expression(argument))).collect()
    }

    /// What a call is that only wraps its argument, or its arguments back.
    fn wrapped(&self, path: &[Name], mut arguments: Vec<Argument>) -> Result<Kind, Vec<Argument>> {
        let last = path.last().map(Name::as_str).unwrap_or_default();
        let owner = path.len().checked_sub(2).map(|before| path[before].as_str()).unwrap_or_default();
        let own = |name: &str| self.declares_class(name);
        if last == "Err" && path.len() == 1 {
            return Ok(Kind::Opaque(arguments.into_iter().map(|argument| argument.value).collect()));
        }
        if CELLS.contains(&owner) && !own(owner) && matches!(last, "new" | "const_new" | "empty" | "default") {
            return Ok(Kind::Record(Vec::new()));
        }
        let empty = matches!(last, "new" | "with_capacity" | "default");
        match owner {
            "HashMap" | "BTreeMap" | "IndexMap" if empty => return Ok(Kind::Record(Vec::new())),
            "HashSet" | "BTreeSet" | "Vec" | "VecDeque" if empty => return Ok(Kind::List(Vec::new())),
            _ => {}
        }
        if arguments.len() != 1 {
            return Err(arguments);
        }
        match (owner, last, &arguments[0].value.kind) {
            ("HashMap" | "BTreeMap" | "IndexMap", "from" | "from_iter", Kind::List(pairs)) => {
                return Ok(Kind::Record(pairs.iter().filter_map(pair).collect()));
            }
            ("HashSet" | "BTreeSet" | "Vec" | "VecDeque", "from" | "from_iter", _) => {
                return Ok(arguments.remove(0).value.kind);
            }
            _ => {}
        }
        if CELLS.contains(&owner) && !own(owner) && matches!(last, "new_with" | "from" | "from_pointee") {
            let value = arguments.remove(0).value;
            return Ok(Kind::Record(vec![Entry { key: Key::Name(Name::new_static("value")), value }]));
        }
        let value = &arguments[0].value;
        if LAZY.contains(&owner) && !own(owner) && last == "new" {
            return Ok(Kind::Call(Box::new(value.clone()), Vec::new()));
        }
        let lazily = LAZY.contains(&owner) && last == "force";
        let holder = holds(owner) && !own(owner) && (WRAPS.contains(&last) || holds(last));
        let variant = holds(last) && !own(last) && (path.len() == 1 || holds(owner));
        let same = SAME.contains(&format!("{owner}::{last}").as_str()) || matches!(last, "join_all" | "try_join_all");
        match holder || variant || same || lazily {
            true => Ok(arguments.remove(0).value.kind),
            false => Err(arguments),
        }
    }

    /// Whether the file has a class of this name of its own.
    pub fn declares_class(&self, name: &str) -> bool {
        self.text.contains(&format!("struct {name}")) || self.text.contains(&format!("enum {name}"))
    }

    /// A call of `std::env::var`.
    pub fn environment(&self, node: Node<'_>, name: Expression) -> Kind {
        let root = at(node, Kind::Module(Name::new_static("std")));
        let function = ["env", "var"]
            .iter()
            .fold(root, |object, name| at(node, Kind::Member(Box::new(object), Name::new_static(name))));
        Kind::Call(Box::new(function), vec![Argument::plain(name)])
    }
}
