//! The state of a lowering, and what all of it asks of the tree.

use portolan_program::{Expression, Kind, Module, Name, Span, Statement};
use std::collections::HashSet;
use tree_sitter::Node;

/// Expressions and statements nested deeper than this are not read.
const DEEPEST: usize = 300;

/// The name under which a block is passed.
pub(crate) const BLOCK: &str = "<block>";

/// A file that is being lowered.
pub(crate) struct Lowering<'t> {
    pub text: &'t str,
    pub module: Module,
    /// The names that were assigned in each function around, the innermost last.
    pub locals: Vec<HashSet<Name>>,
    /// The methods around, the innermost last.
    pub methods: Vec<Name>,
    /// How many classes are around.
    pub classes: usize,
    depth: usize,
}

impl<'t> Lowering<'t> {
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            module: Module::default(),
            locals: vec![HashSet::new()],
            methods: Vec::new(),
            classes: 0,
            depth: 0,
        }
    }

    /// The whole file.
    pub fn module(mut self, root: Node<'t>) -> Module {
        if root.has_error() {
            let mut cursor = root.walk();
            self.module.broken.extend(root.children(&mut cursor).find(Node::is_error).map(span));
        }
        self.module.body = self.statements(&children(root));
        self.module
    }

    /// The text of a node.
    pub fn slice(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    pub fn name(&self, node: Node<'_>) -> Name {
        self.slice(node).into()
    }

    /// Remembers that a name is a variable from here on.
    pub fn assigned(&mut self, name: &Name) {
        if let Some(locals) = self.locals.last_mut() {
            locals.insert(name.clone());
        }
    }

    pub fn is_local(&self, name: &Name) -> bool {
        self.locals.iter().rev().any(|locals| locals.contains(name))
    }

    pub fn in_class(&self) -> bool {
        self.classes > 0
    }

    /// The name of the method around.
    pub fn method_name(&self) -> Option<Name> {
        self.methods.last().cloned()
    }

    /// Goes one level deeper; false where it is too deep.
    pub fn deeper(&mut self) -> bool {
        self.depth += 1;
        self.depth < DEEPEST
    }

    pub fn higher(&mut self) {
        self.depth -= 1;
    }

    /// A body whose last expression is its result.
    pub fn resulting(&self, mut body: Vec<Statement>) -> Vec<Statement> {
        match body.pop() {
            Some(Statement::Expression(value)) => body.push(Statement::Return(Some(value))),
            Some(Statement::Bind { pattern, declared, value: Some(value), declares }) => {
                body.push(Statement::Bind { pattern, declared, value: Some(value.clone()), declares });
                body.push(Statement::Return(Some(value)));
            }
            Some(Statement::Branch(blocks)) => {
                body.push(Statement::Branch(blocks.into_iter().map(|block| self.resulting(block)).collect()));
            }
            Some(Statement::Scope(block)) => body.push(Statement::Scope(self.resulting(block))),
            Some(other) => body.push(other),
            None => {}
        }
        body
    }
}

/// A node's place.
pub(crate) fn span(node: Node<'_>) -> Span {
    Span { start: node.start_byte() as u32, end: node.end_byte() as u32 }
}

/// An expression at a node.
pub(crate) fn at(node: Node<'_>, kind: Kind) -> Expression {
    Expression { kind, span: span(node) }
}

/// The named children, without comments.
pub(crate) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !matches!(child.kind(), "comment" | "heredoc_body")).collect()
}
