//! The state of a lowering, and what all of it asks of the tree.

use portolan_program::{Expression, Function, Import, Kind, Module, Name, Span, Statement};
use tree_sitter::Node;

/// Expressions and statements nested deeper than this are not read.
const DEEPEST: usize = 200;

/// The function that a file's own statements are.
pub(crate) const MAIN: &str = "Main";

/// A file that is being lowered.
pub(crate) struct Lowering<'t> {
    pub text: &'t str,
    pub module: Module,
    /// The namespace around what is read.
    pub namespace: Name,
    depth: usize,
    /// Whether something was nested too deeply to be read.
    cut: bool,
}

impl<'t> Lowering<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, module: Module::default(), namespace: Name::default(), depth: 0, cut: false }
    }

    /// The whole file. Its own statements are a function that starts it.
    pub fn module(mut self, root: Node<'t>) -> Module {
        if root.has_error() {
            let broken = first_error(root, 0);
            self.module.broken.extend(broken);
        }
        let mut body = Vec::new();
        let mut main = Vec::new();
        self.declarations(root, &mut body, &mut main);
        if !main.is_empty() {
            let function = Function { name: Some(MAIN.into()), body: main, span: span(root), ..Function::default() };
            let function = self.module.add_function(function);
            body.push(Statement::Function(function));
        }
        if self.cut {
            self.module.broken.push(span(root));
        }
        self.module.body = body;
        self.module
    }

    /// What a file or a namespace holds.
    fn declarations(&mut self, node: Node<'t>, body: &mut Vec<Statement>, main: &mut Vec<Statement>) {
        for child in children(node) {
            match child.kind() {
                "using_directive" => body.extend(self.using(child)),
                "file_scoped_namespace_declaration" => self.enter_namespace(child),
                "namespace_declaration" if self.deeper() => {
                    let outer = self.namespace.clone();
                    self.enter_namespace(child);
                    if let Some(inside) = child.child_by_field_name("body") {
                        self.declarations(inside, body, main);
                    }
                    self.namespace = outer;
                    self.higher();
                }
                "namespace_declaration" => self.higher(),
                "preproc_if" | "preproc_elif" | "preproc_else" if self.deeper() => {
                    self.declarations(child, body, main);
                    self.higher();
                }
                "preproc_if" | "preproc_elif" | "preproc_else" => self.higher(),
                "global_statement" => {
                    for statement in children(child) {
                        self.statement(statement, main);
                    }
                }
                kind if is_type(kind) => {
                    let class = self.class(child);
                    body.push(Statement::Class(class));
                }
                _ => {}
            }
        }
    }

    fn enter_namespace(&mut self, node: Node<'t>) {
        let Some(name) = node.child_by_field_name("name") else { return };
        let name = self.path(name);
        self.namespace = match self.namespace.is_empty() {
            true => name.into(),
            false => format!("{}.{name}", self.namespace).into(),
        };
    }

    /// `using A.B;`, `using static A.B;`, `using X = A.B;`
    fn using(&self, node: Node<'t>) -> Option<Statement> {
        let alias = self.field_name(node, "name");
        let named = children(node).into_iter().rfind(|child| child.kind() != "modifier")?;
        let path = self.path(named);
        let (module, item) = match (&alias, path.rsplit_once('.')) {
            (Some(_), Some((module, item))) => (Name::from(module), Some(Name::from(item))),
            _ => (Name::from(path.as_str()), None),
        };
        let import = Import { module, item, binding: alias, exported: false, types_only: false, span: span(node) };
        Some(Statement::Import(import))
    }

    /// A dotted name without its type arguments.
    pub fn path(&self, node: Node<'t>) -> String {
        let declared = self.declared(node);
        declared.map_or_else(|| self.slice(node).to_owned(), |declared| declared.path.join("."))
    }

    /// The text of a node.
    pub fn slice(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// The name at a node; `@class` is `class`.
    pub fn name(&self, node: Node<'_>) -> Name {
        let slice = self.slice(node);
        slice.strip_prefix('@').unwrap_or(slice).into()
    }

    /// The name in a field of a node.
    pub fn field_name(&self, node: Node<'_>, field: &str) -> Option<Name> {
        node.child_by_field_name(field).map(|name| self.name(name))
    }

    /// Goes one level deeper; false where it is too deep.
    pub fn deeper(&mut self) -> bool {
        self.depth += 1;
        self.cut |= self.depth >= DEEPEST;
        self.depth < DEEPEST
    }

    pub fn higher(&mut self) {
        self.depth -= 1;
    }

    /// Whether a declaration has this modifier.
    pub fn is(&self, node: Node<'_>, modifier: &str) -> bool {
        children(node).into_iter().any(|child| child.kind() == "modifier" && self.slice(child) == modifier)
    }
}

/// Whether a node declares a type that may have methods or values.
pub(crate) fn is_type(kind: &str) -> bool {
    matches!(
        kind,
        "class_declaration"
            | "interface_declaration"
            | "struct_declaration"
            | "record_declaration"
            | "record_struct_declaration"
            | "enum_declaration"
    )
}

/// A node's place.
pub(crate) fn span(node: Node<'_>) -> Span {
    Span { start: node.start_byte() as u32, end: node.end_byte() as u32 }
}

/// An expression at a node.
pub(crate) fn at(node: Node<'_>, kind: Kind) -> Expression {
    Expression { kind, span: span(node) }
}

/// A name as an expression.
pub(crate) fn named(node: Node<'_>, name: impl Into<Name>) -> Expression {
    at(node, Kind::Name(name.into()))
}

/// The children that mean something: the named ones, `this` and `base`, without comments and directives.
pub(crate) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    let meaning = |child: &Node<'_>| match child.kind() {
        "comment" | "preproc_region" | "preproc_endregion" | "preproc_pragma" | "preproc_nullable"
        | "preproc_define" | "preproc_undef" | "preproc_line" | "preproc_warning" | "preproc_error" => false,
        "this" | "base" => true,
        _ => child.is_named(),
    };
    node.children(&mut cursor).filter(meaning).collect()
}

/// The only or first child of a kind.
pub(crate) fn child<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    children(node).into_iter().find(|child| child.kind() == kind)
}

/// The first place that the grammar could not read.
fn first_error(node: Node<'_>, depth: usize) -> Option<Span> {
    if node.is_error() || node.is_missing() {
        return Some(span(node));
    }
    if !node.has_error() || depth > DEEPEST {
        return None;
    }
    let mut cursor = node.walk();
    let inside: Vec<Node<'_>> = node.children(&mut cursor).collect();
    inside.into_iter().find_map(|child| first_error(child, depth + 1))
}
