//! The walk over a syntax tree, and what it carries.

use portolan_program::{Expression, Kind, Module, Name, Span, Statement};
use tree_sitter::{Node, Parser};

/// How deep expressions and blocks may be nested; what is deeper is not read.
const DEEPEST: u32 = 200;
/// Most errors of a file that are listed.
const ERRORS: usize = 20;

/// A file being lowered.
pub(crate) struct Lower<'t> {
    pub text: &'t str,
    pub module: Module,
    /// What the function around does with `yield`.
    pub yields: Yields,
    /// Parameters of the function around whose names nobody sets again, and the object that it is called on.
    pub fixed: Vec<Name>,
    depth: u32,
}

/// What becomes of the values that a function yields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Yields {
    /// They are the elements of what it returns.
    #[default]
    Elements,
    /// The one value is what a `with` statement binds.
    Context,
}

/// Lowers a file.
pub(crate) fn lower(text: &str) -> Module {
    let mut lower = Lower { text, module: Module::default(), yields: Yields::default(), fixed: Vec::new(), depth: 0 };
    match parse(text) {
        Some(tree) => {
            let root = tree.root_node();
            lower.note_errors(root);
            let body = lower.block(root);
            lower.module.body = body;
        }
        None => lower.module.broken.push(Span { start: 0, end: text.len() as u32 }),
    }
    lower.module
}

fn parse(text: &str) -> Option<tree_sitter::Tree> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into()).ok()?;
    parser.parse(text, None)
}

/// The named children of a node, without comments.
pub(crate) fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    let named = node.named_children(&mut cursor);
    named.filter(|child| !matches!(child.kind(), "comment" | "line_continuation")).collect()
}

/// The children of a node that have a field's name.
pub(crate) fn fields<'t>(node: Node<'t>, name: &str) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    let found = node.children_by_field_name(name, &mut cursor);
    found.filter(|child| child.is_named() && child.kind() != "comment").collect()
}

/// A node's place.
pub(crate) fn span(node: Node<'_>) -> Span {
    Span { start: node.start_byte() as u32, end: node.end_byte() as u32 }
}

/// An expression at a node's place.
pub(crate) fn at(node: Node<'_>, kind: Kind) -> Expression {
    Expression { kind, span: span(node) }
}

impl<'t> Lower<'t> {
    /// A node's text.
    pub fn source(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// A node's text as a name.
    pub fn named(&self, node: Node<'_>) -> Name {
        self.source(node).into()
    }

    /// The statements of a block, a module or something broken.
    pub fn block(&mut self, node: Node<'_>) -> Vec<Statement> {
        let mut body = Vec::new();
        self.deeper(node, (), |lower| {
            for child in children(node) {
                lower.statement(child, &mut body);
            }
        });
        body
    }

    /// Goes one level deeper, unless that is too deep: then the node is broken.
    pub fn deeper<T>(&mut self, node: Node<'_>, otherwise: T, inside: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= DEEPEST {
            self.break_at(node);
            return otherwise;
        }
        self.depth += 1;
        let value = inside(self);
        self.depth -= 1;
        value
    }

    fn break_at(&mut self, node: Node<'_>) {
        if self.module.broken.len() < ERRORS {
            self.module.broken.push(span(node));
        }
    }

    /// Lists what the parser could not read.
    fn note_errors(&mut self, root: Node<'_>) {
        if !root.has_error() {
            return;
        }
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            if node.is_error() || node.is_missing() {
                self.break_at(node);
            } else if node.has_error() {
                let mut cursor = node.walk();
                let mut inner: Vec<Node<'_>> = node.children(&mut cursor).collect();
                inner.reverse();
                open.extend(inner);
            }
        }
    }
}
