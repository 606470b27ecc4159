//! Declared types.

use crate::lowering::{Lowering, children};
use portolan_program::{Name, Type};
use tree_sitter::Node;

/// Types nested deeper than this are not read.
const DEEPEST: usize = 30;

/// Types that only wrap another: what is promised, made late, configured, or made by a function.
const TRANSPARENT: &[&str] =
    &["Func", "IOptions", "IOptionsMonitor", "IOptionsSnapshot", "Lazy", "Nullable", "Task", "ValueTask"];

/// Types that hold any number of others. The last of their arguments is what they hold.
const CONTAINERS: &[&str] = &[
    "ConcurrentBag",
    "ConcurrentDictionary",
    "ConcurrentQueue",
    "Dictionary",
    "FrozenDictionary",
    "HashSet",
    "IAsyncEnumerable",
    "ICollection",
    "IDictionary",
    "IEnumerable",
    "IList",
    "IQueryable",
    "IReadOnlyCollection",
    "IReadOnlyDictionary",
    "IReadOnlyList",
    "ISet",
    "ImmutableArray",
    "ImmutableDictionary",
    "ImmutableList",
    "LinkedList",
    "List",
    "Queue",
    "ReadOnlyMemory",
    "SortedDictionary",
    "Stack",
];

impl<'t> Lowering<'t> {
    /// A declared type; none for numbers, texts, `void` and `var`.
    pub fn declared(&self, node: Node<'t>) -> Option<Type> {
        self.declared_within(node, 0)
    }

    fn declared_within(&self, node: Node<'t>, depth: usize) -> Option<Type> {
        if depth > DEEPEST {
            return None;
        }
        match node.kind() {
            "identifier" => Some(Type { path: vec![self.name(node)], arguments: Vec::new() }),
            "qualified_name" => {
                let mut declared = self.declared_within(node.child_by_field_name("qualifier")?, depth + 1)?;
                let last = self.declared_within(node.child_by_field_name("name")?, depth + 1)?;
                declared.path.extend(last.path);
                Some(Type { arguments: last.arguments, ..declared })
            }
            "alias_qualified_name" => self.declared_within(node.child_by_field_name("name")?, depth + 1),
            "generic_name" => self.generic(node, depth),
            "array_type" => {
                let element = node.child_by_field_name("type")?;
                Some(Type {
                    path: Vec::new(),
                    arguments: self.declared_within(element, depth + 1).into_iter().collect(),
                })
            }
            "nullable_type" | "ref_type" | "scoped_type" | "pointer_type" => {
                self.declared_within(node.child_by_field_name("type")?, depth + 1)
            }
            _ => None,
        }
    }

    /// Only what holds others, or is transparent, keeps its arguments: a logger of a class is not that class.
    fn generic(&self, node: Node<'t>, depth: usize) -> Option<Type> {
        let parts = children(node);
        let name = self.name(*parts.first()?);
        let arguments: Vec<Node<'t>> = parts.get(1).map(|list| children(*list)).unwrap_or_default();
        let last = arguments.last().and_then(|last| self.declared_within(*last, depth + 1));
        if TRANSPARENT.contains(&name.as_str()) {
            return last;
        }
        let held = CONTAINERS.contains(&name.as_str()).then_some(last).flatten();
        Some(Type { path: vec![name], arguments: held.into_iter().collect() })
    }

    /// The type arguments of a generic name, as far as they are types that have a name.
    pub fn type_arguments(&self, node: Node<'t>) -> Vec<Type> {
        let list = children(node).into_iter().find(|child| child.kind() == "type_argument_list");
        let arguments = list.map(children).unwrap_or_default();
        arguments.into_iter().filter_map(|argument| self.declared(argument)).collect()
    }

    /// Whether values of a type are kept by key.
    pub fn is_dictionary(&self, declared: &Type) -> bool {
        declared.path.last().is_some_and(|name| name.ends_with("Dictionary") || name == "Hashtable")
    }

    /// Whether a type holds any number of others.
    pub fn is_container(&self, declared: &Type) -> bool {
        let named = |name: &Name| CONTAINERS.contains(&name.as_str()) || name == "ArrayList";
        declared.path.is_empty() || declared.path.last().is_some_and(named)
    }
}
