//! The walk over a syntax tree, and what it carries.

use crate::bundle;
use crate::sight::Sight;
use portolan_program::{Expression, Kind, Module, Name, Span, Statement};
use std::collections::BTreeMap;
use tree_sitter::{Node, Parser};

/// How deep expressions and blocks may be nested; what is deeper is not read.
const DEEPEST: u32 = 200;
/// Most errors of a file that are listed.
const ERRORS: usize = 20;

/// The grammar a file is read with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grammar {
    JavaScript,
    TypeScript,
    Tsx,
}

impl Grammar {
    /// The grammar of a file, by its path; declarations without code (`.d.ts`) have none.
    pub fn of(path: &str) -> Option<Self> {
        let file = path.rsplit('/').next().unwrap_or(path);
        let (stem, extension) = file.rsplit_once('.')?;
        match extension {
            _ if stem.ends_with(".d") => None,
            "js" | "mjs" | "cjs" | "jsx" => Some(Self::JavaScript),
            "ts" | "mts" | "cts" => Some(Self::TypeScript),
            "tsx" => Some(Self::Tsx),
            _ => None,
        }
    }

    fn language(self) -> tree_sitter::Language {
        match self {
            Self::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
            Self::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Self::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
        }
    }
}

/// A file being lowered.
pub(crate) struct Lower<'t> {
    pub text: &'t str,
    pub module: Module,
    /// The file as it would import itself: what `exports` means.
    pub own: Name,
    /// What its own parts are called here.
    pub sight: Sight,
    /// The modules of the bundle that the file is, and the node of their table.
    pub parts: bundle::Parts,
    pub table: Option<usize>,
    /// Statements of a bundle that were taken from a package, by their nodes.
    pub packages: BTreeMap<usize, Name>,
    /// Helpers of a bundle under the names that it gives them.
    pub helpers: Vec<(Name, &'static str)>,
    /// Exports that hold before the file runs: its functions and classes.
    pub early: Vec<Statement>,
    /// Exports of names, which hold what the file leaves in them.
    pub late: Vec<Statement>,
    /// What must run before the statement that is being read: base classes that are computed.
    pub before: Vec<Statement>,
    /// Whether the file imports a framework by which functions are registered rather than exported.
    pub registers: bool,
    /// The function around.
    pub around: Around,
    /// A number for the next name that is made here.
    pub fresh: u32,
    /// Whether the function that begins next is cut into cases.
    pub resumes: bool,
    depth: u32,
}

/// What is known of the function around while it is being lowered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Around {
    /// Whether it says `this` or `super`.
    pub this: bool,
    /// Whether it says `arguments`.
    pub arguments: bool,
    /// Whether it is a function, rather than the file.
    pub inside: bool,
    /// What its end does: members that are what names hold in the end.
    pub late: Vec<Statement>,
    /// How it is cut into cases, if a compiler did.
    pub resumed: Option<crate::resumed::Resumed>,
    /// How many blocks are open in it.
    pub blocks: u32,
    /// The names that a `var` in one of its blocks declares.
    pub variables: Vec<Name>,
}

/// Lowers a file.
pub(crate) fn lower(path: &str, text: &str) -> Module {
    let file = path.rsplit('/').next().unwrap_or(path);
    let mut lower = Lower::new(text, format!("./{file}").into());
    lower.registers =
        ["@azure/functions", "durable-functions", "functions-framework"].iter().any(|one| text.contains(one));
    match parse(path, text) {
        Some(tree) => {
            if let Some(bundle) = bundle::find(tree.root_node(), text) {
                lower.take_apart(&bundle);
            }
            lower.program(tree.root_node());
        }
        None => lower.module.broken.push(Span { start: 0, end: text.len() as u32 }),
    }
    lower.module
}

fn parse(path: &str, text: &str) -> Option<tree_sitter::Tree> {
    let mut parser = Parser::new();
    parser.set_language(&Grammar::of(path)?.language()).ok()?;
    parser.parse(text, None)
}

/// The named children of a node, without comments.
pub(crate) fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    let named = node.named_children(&mut cursor);
    named.filter(|child| !matches!(child.kind(), "comment" | "html_comment")).collect()
}

/// The children of a node that have a field's name.
pub(crate) fn fields<'t>(node: Node<'t>, name: &str) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    let found = node.children_by_field_name(name, &mut cursor);
    found.filter(|child| child.is_named() && child.kind() != "comment").collect()
}

/// The child of a field's name.
pub(crate) fn field<'t>(node: Node<'t>, name: &str) -> Option<Node<'t>> {
    node.child_by_field_name(name)
}

/// Whether a node has this word or sign among its children.
pub(crate) fn has(node: Node<'_>, word: &str) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|child| child.kind() == word)
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
    /// A module, of which nothing is read yet.
    pub fn new(text: &'t str, own: Name) -> Self {
        Self {
            text,
            module: Module::default(),
            own,
            sight: Sight::default(),
            parts: bundle::Parts::default(),
            table: None,
            packages: BTreeMap::new(),
            helpers: Vec::new(),
            early: Vec::new(),
            late: Vec::new(),
            before: Vec::new(),
            registers: false,
            around: Around::default(),
            fresh: 0,
            resumes: false,
            depth: 0,
        }
    }

    /// A node's text.
    pub fn source(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// A node's text as a name.
    pub fn named(&self, node: Node<'_>) -> Name {
        self.source(node).into()
    }

    /// A name that no program has.
    pub fn fresh(&mut self) -> Name {
        self.fresh += 1;
        format!("%{}", self.fresh).into()
    }

    /// The module that a file is, or a block.
    pub fn program(&mut self, root: Node<'_>) {
        self.note_errors(root);
        if root.kind() == "program" && self.text.contains("\n// node_modules/") {
            self.packages = self.packaged_statements(root);
        }
        self.program_of(&children(root));
    }

    /// The module of these statements, or of an expression.
    pub fn program_of(&mut self, statements: &[Node<'_>]) {
        let mut body = Vec::new();
        for child in statements {
            if let Some(package) = self.packages.get(&child.id()).cloned()
                && self.of_packaged(*child, &package, &mut body)
            {
                continue;
            }
            match child.kind().ends_with("expression") {
                true => self.effect(*child, &mut body),
                false => self.statement(*child, &mut body),
            }
        }
        body.append(&mut self.around.late);
        let mut whole = declarations(std::mem::take(&mut self.around.variables));
        whole.append(&mut self.early);
        whole.append(&mut body);
        whole.append(&mut self.late);
        self.module.body = whole;
    }

    /// The statements of a block, in a scope of its own.
    pub fn block(&mut self, node: Node<'_>) -> Vec<Statement> {
        self.around.blocks += 1;
        let mut body = Vec::new();
        self.deeper(node, (), |lower| match node.kind() {
            "statement_block" => children(node).into_iter().for_each(|child| lower.statement(child, &mut body)),
            _ => lower.statement(node, &mut body),
        });
        self.around.blocks -= 1;
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

/// Declarations of names that hold nothing yet.
pub(crate) fn declarations(names: Vec<Name>) -> Vec<Statement> {
    let declare = |name| Statement::Bind {
        pattern: portolan_program::Pattern::Name(name),
        declared: None,
        value: None,
        declares: true,
    };
    names.into_iter().map(declare).collect()
}
