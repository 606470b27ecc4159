//! The walk over a syntax tree, and what it carries.

use portolan_program::{Expression, Import, Kind, Module, Name, Pattern, Span, Statement, Type};
use std::collections::BTreeSet;
use tree_sitter::{Node, Parser, Range, Tree};

/// How deep expressions and blocks may be nested; what is deeper is not read.
const DEEPEST: u32 = 200;
/// Most errors of a file that are listed.
const ERRORS: usize = 20;

/// A file being lowered.
pub(crate) struct Lower<'t> {
    pub text: &'t str,
    pub module: Module,
    /// The text with a semicolon behind it, which ends what is read again out of macros.
    padded: String,
    /// Names that the module around declares: its items, and what it uses.
    pub declared: BTreeSet<Name>,
    /// First names of paths, which are crates where nothing declares them.
    pub crates: BTreeSet<Name>,
    /// Type parameters in scope and what they are bound by.
    pub bounds: Vec<(Name, Option<Type>)>,
    /// What `Self` is.
    pub own: Option<Name>,
    /// How many modules of the file are around.
    pub inline: usize,
    /// How many macros are around.
    pub macros: u32,
    depth: u32,
}

/// Lowers a file.
pub(crate) fn lower(text: &str) -> Module {
    let mut lower = Lower {
        text,
        module: Module::default(),
        padded: format!("{text};"),
        declared: BTreeSet::new(),
        crates: BTreeSet::new(),
        bounds: Vec::new(),
        own: None,
        inline: 0,
        macros: 0,
        depth: 0,
    };
    match parse(text, None) {
        Some(tree) => {
            let root = tree.root_node();
            lower.note_errors(root);
            lower.file(root);
        }
        None => lower.module.broken.push(Span { start: 0, end: text.len() as u32 }),
    }
    lower.module
}

fn parse(text: &str, ranges: Option<&[Range]>) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_rust::LANGUAGE.into()).ok()?;
    if let Some(ranges) = ranges {
        parser.set_included_ranges(ranges).ok()?;
    }
    parser.parse(text, None)
}

/// The named children of a node, without comments.
pub(crate) fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    let named = node.named_children(&mut cursor);
    named.filter(|child| !matches!(child.kind(), "line_comment" | "block_comment")).collect()
}

/// The parts of a pattern or a list of patterns: named children, and `_`.
pub(crate) fn parts<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    let all = node.children(&mut cursor);
    all.filter(|child| {
        (child.is_named() || child.kind() == "_") && !matches!(child.kind(), "line_comment" | "block_comment")
    })
    .collect()
}

/// The first named child of a node.
pub(crate) fn first(node: Node<'_>) -> Option<Node<'_>> {
    children(node).into_iter().find(|child| !matches!(child.kind(), "mutable_specifier" | "attribute_item" | "label"))
}

/// A node's place.
pub(crate) fn span(node: Node<'_>) -> Span {
    Span { start: node.start_byte() as u32, end: node.end_byte() as u32 }
}

/// An expression at a node's place.
pub(crate) fn at(node: Node<'_>, kind: Kind) -> Expression {
    Expression { kind, span: span(node) }
}

/// `let name = value`, for a name.
pub(crate) fn bind(pattern: Pattern, value: Expression) -> Statement {
    Statement::Bind { pattern, declared: None, value: Some(value), declares: true }
}

impl<'t> Lower<'t> {
    /// A node's text.
    pub fn source(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// A node's text as a name.
    pub fn named(&self, node: Node<'_>) -> Name {
        self.source(node).trim_start_matches("r#").into()
    }

    fn file(&mut self, root: Node<'_>) {
        let body = self.items(&children(root));
        let mut imports = vec![import("crate", "crate", root)];
        if self.text.contains("super::") {
            imports.push(import("super", "super", root));
        }
        for name in std::mem::take(&mut self.crates) {
            if !self.declared.contains(&name) && !matches!(name.as_str(), "crate" | "self" | "super") {
                imports.push(import(&name, &name, root));
            }
        }
        self.module.body = imports.into_iter().chain(body).collect();
    }

    /// Reads a range of the text again, as statements; none where it cannot be read so.
    pub fn reread(&self, start: usize, end: usize) -> Option<Tree> {
        let end_of_text = self.text.len();
        if start >= end || end > end_of_text {
            return None;
        }
        let range = |start, end| Range {
            start_byte: start,
            end_byte: end,
            start_point: tree_sitter::Point { row: 0, column: start },
            end_point: tree_sitter::Point { row: 0, column: end },
        };
        let tree = parse(&self.padded, Some(&[range(start, end), range(end_of_text, end_of_text + 1)]))?;
        (!tree.root_node().has_error()).then_some(tree)
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

    /// Lists a place that is not read.
    pub fn break_at(&mut self, node: Node<'_>) {
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

/// An import of a module or crate under a name.
pub(crate) fn import(module: &str, binding: &str, node: Node<'_>) -> Statement {
    Statement::Import(Import {
        module: module.into(),
        item: None,
        binding: Some(binding.into()),
        exported: false,
        types_only: false,
        span: Span { start: node.start_byte() as u32, end: node.start_byte() as u32 },
    })
}
