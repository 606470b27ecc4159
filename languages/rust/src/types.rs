//! Declared types. What only holds a value is taken off; a type parameter is what it is bound by.

use crate::lower::{Lower, at, children};
use portolan_program::{Expression, Kind, Name, Type};
use tree_sitter::Node;

/// Types that are what they hold, and extractors of web frameworks.
const HOLDERS: &[&str] = &[
    "Arc",
    "AsRef",
    "AsyncOnce",
    "Borrow",
    "Box",
    "BoxFuture",
    "Cell",
    "Cow",
    "Data",
    "Extension",
    "Future",
    "Into",
    "Lazy",
    "LazyCell",
    "LazyLock",
    "LocalBoxFuture",
    "ManuallyDrop",
    "Mutex",
    "MutexGuard",
    "OnceCell",
    "OnceLock",
    "Option",
    "Pin",
    "Rc",
    "Ref",
    "RefCell",
    "RefMut",
    "Result",
    "RwLock",
    "RwLockReadGuard",
    "RwLockWriteGuard",
    "State",
    "Weak",
];

/// Types of which an element is what matters: the last argument.
const COLLECTIONS: &[&str] = &[
    "BTreeMap",
    "BTreeSet",
    "HashMap",
    "HashSet",
    "IndexMap",
    "IntoIterator",
    "Iterator",
    "Stream",
    "Vec",
    "VecDeque",
];

/// Bounds that promise nothing that is called.
const MARKERS: &[&str] = &["Clone", "Copy", "Debug", "Default", "Send", "Sized", "Sync", "Unpin", "UnwindSafe"];

impl Lower<'_> {
    /// A type; none where nothing of the program or an SDK can stand in it.
    pub fn declared(&mut self, node: Node<'_>) -> Option<Type> {
        self.deeper(node, None, |lower| lower.type_of(node))
    }

    fn type_of(&mut self, node: Node<'_>) -> Option<Type> {
        match node.kind() {
            "reference_type" | "pointer_type" | "higher_ranked_trait_bound" => {
                self.declared(node.child_by_field_name("type")?)
            }
            "abstract_type" | "dynamic_type" => self.declared(node.child_by_field_name("trait")?),
            "bounded_type" | "trait_bounds" => self.strongest(&children(node)),
            "type_identifier" | "identifier" => self.simple(self.named(node)),
            "scoped_type_identifier" => {
                let path = self.segments(node);
                self.scoped(path)
            }
            "generic_type" => self.generic(node),
            "array_type" => {
                let element = self.declared(node.child_by_field_name("element")?)?;
                Some(Type { path: Vec::new(), arguments: vec![element] })
            }
            _ => None,
        }
    }

    /// Of several bounds, the first that promises something.
    fn strongest(&mut self, bounds: &[Node<'_>]) -> Option<Type> {
        let all: Vec<Type> = bounds.iter().filter_map(|bound| self.declared(*bound)).collect();
        all.into_iter().find(|bound| bound.path.last().is_none_or(|name| !MARKERS.contains(&name.as_str())))
    }

    fn simple(&self, name: Name) -> Option<Type> {
        if let Some((_, bound)) = self.bounds.iter().rev().find(|(known, _)| *known == name) {
            return bound.clone();
        }
        match name.as_str() {
            "Self" => Some(plain(vec![self.own.clone()?])),
            _ => Some(plain(vec![name])),
        }
    }

    fn scoped(&mut self, mut path: Vec<Name>) -> Option<Type> {
        if path.first().is_some_and(|name| name == "Self") {
            path[0] = self.own.clone()?;
        }
        if path.len() > 1 && path[0] == "self" {
            path.remove(0);
        }
        let mut around = self.inline;
        while around > 0 && path.len() > 1 && path[0] == "super" {
            path.remove(0);
            around -= 1;
        }
        if let Some(bound) = self.bound_of(&path[0]) {
            path.splice(0..1, bound.path);
        }
        if path.len() > 1 && path[0].starts_with(|letter: char| letter.is_lowercase()) {
            self.crates.insert(path[0].clone());
        }
        Some(plain(path))
    }

    fn generic(&mut self, node: Node<'_>) -> Option<Type> {
        let path = self.segments(node.child_by_field_name("type")?);
        let arguments = node.child_by_field_name("type_arguments").map(children).unwrap_or_default();
        let arguments: Vec<Node<'_>> = arguments.into_iter().filter(|argument| argument.kind() != "lifetime").collect();
        let last = path.last()?.clone();
        if HOLDERS.contains(&last.as_str()) {
            return self.argument(*arguments.first()?);
        }
        if COLLECTIONS.contains(&last.as_str()) {
            let element = self.argument(*arguments.last()?)?;
            return Some(Type { path: Vec::new(), arguments: vec![element] });
        }
        match path.len() {
            1 => self.simple(last),
            _ => self.scoped(path),
        }
    }

    /// `T`, or the `T` of `Output = T`.
    fn argument(&mut self, node: Node<'_>) -> Option<Type> {
        match node.kind() {
            "type_binding" => self.declared(node.child_by_field_name("type")?),
            _ => self.declared(node),
        }
    }

    /// What a type parameter is bound by.
    pub fn bound_of(&self, name: &Name) -> Option<Type> {
        self.bounds.iter().rev().find(|(known, _)| known == name).and_then(|(_, bound)| bound.clone())
    }

    /// Notes the type parameters of an item, and what they are bound by.
    pub fn bound_by(&mut self, node: Node<'_>) {
        for parameter in node.child_by_field_name("type_parameters").map(children).unwrap_or_default() {
            if parameter.kind() != "type_parameter" {
                continue;
            }
            let Some(name) = parameter.child_by_field_name("name").map(|name| self.named(name)) else { continue };
            let bound = parameter.child_by_field_name("bounds").and_then(|bounds| self.declared(bounds));
            let default = parameter.child_by_field_name("default_type").and_then(|default| self.declared(default));
            self.bounds.push((name, bound.or(default)));
        }
        let clause = children(node).into_iter().find(|child| child.kind() == "where_clause");
        for predicate in clause.map(children).unwrap_or_default() {
            let (Some(left), Some(bounds)) =
                (predicate.child_by_field_name("left"), predicate.child_by_field_name("bounds"))
            else {
                continue;
            };
            if left.kind() == "type_identifier"
                && let Some(bound) = self.declared(bounds)
            {
                self.bounds.push((self.named(left), Some(bound)));
            }
        }
    }

    /// A type as an expression; none for a list.
    pub fn type_expression(&mut self, declared: &Type, node: Node<'_>) -> Option<Expression> {
        if declared.path.is_empty() {
            return None;
        }
        Some(match declared.path.as_slice() {
            [name] => at(node, Kind::Name(name.clone())),
            path => {
                let path = path.to_vec();
                self.chain(&path, node, false)
            }
        })
    }
}

/// A type without arguments.
pub(crate) fn plain(path: Vec<Name>) -> Type {
    Type { path, arguments: Vec::new() }
}
