//! The state of a lowering, and what all of it asks of the tree.

use portolan_program::{Expression, Import, Kind, Module, Name, Span, Statement};
use tree_sitter::Node;

/// Expressions and statements nested deeper than this are not read.
const DEEPEST: usize = 300;

/// A file that is being lowered.
pub(crate) struct Lowering<'t> {
    pub text: &'t str,
    pub module: Module,
    depth: usize,
}

impl<'t> Lowering<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, module: Module::default(), depth: 0 }
    }

    /// The whole file.
    pub fn module(mut self, root: Node<'t>) -> Module {
        if root.has_error() {
            let mut cursor = root.walk();
            self.module.broken.extend(root.children(&mut cursor).find(Node::is_error).map(span));
        }
        let mut body = Vec::new();
        for child in children(root) {
            match child.kind() {
                "import_declaration" => body.extend(self.import(child)),
                _ => self.statement(child, &mut body),
            }
        }
        self.module.body = body;
        self.module
    }

    /// `import a.b.C;`, `import a.b.*;`, `import static a.b.C.d;`
    fn import(&self, node: Node<'t>) -> Option<Statement> {
        let name =
            children(node).into_iter().find(|child| matches!(child.kind(), "scoped_identifier" | "identifier"))?;
        let path: String = self.slice(name).chars().filter(|character| !character.is_whitespace()).collect();
        let all = children(node).iter().any(|child| child.kind() == "asterisk");
        let (module, item) = match (all, path.rsplit_once('.')) {
            (false, Some((module, item))) => (Name::from(module), Some(Name::from(item))),
            _ => (Name::from(format!("{path}.*")), None),
        };
        let binding = item.clone();
        Some(Statement::Import(Import { module, item, binding, exported: false, types_only: false, span: span(node) }))
    }

    /// The text of a node.
    pub fn slice(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    pub fn name(&self, node: Node<'_>) -> Name {
        self.slice(node).into()
    }

    /// The name in a field of a node.
    pub fn field_name(&self, node: Node<'_>, field: &str) -> Option<Name> {
        node.child_by_field_name(field).map(|name| self.name(name))
    }

    /// Goes one level deeper; false where it is too deep.
    pub fn deeper(&mut self) -> bool {
        self.depth += 1;
        self.depth < DEEPEST
    }

    pub fn higher(&mut self) {
        self.depth -= 1;
    }

    /// Whether a declaration has this modifier.
    pub fn is(&self, node: Node<'_>, modifier: &str) -> bool {
        let modifiers = children(node).into_iter().find(|child| child.kind() == "modifiers");
        modifiers.is_some_and(|modifiers| self.slice(modifiers).split_whitespace().any(|word| word == modifier))
    }

    /// The names of a declaration's annotations.
    pub fn annotations(&self, node: Node<'_>) -> Vec<Expression> {
        let modifiers = children(node).into_iter().find(|child| child.kind() == "modifiers");
        let marks = modifiers.map(children).unwrap_or_default();
        let marks = marks.into_iter().filter(|mark| matches!(mark.kind(), "annotation" | "marker_annotation"));
        let names = marks.filter_map(|mark| Some((mark, mark.child_by_field_name("name")?)));
        names
            .map(|(mark, name)| at(mark, Kind::Name(self.slice(name).rsplit('.').next().unwrap_or_default().into())))
            .filter(|mark| !matches!(&mark.kind, Kind::Name(name) if name == "Override"))
            .collect()
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
    node.named_children(&mut cursor).filter(|child| !matches!(child.kind(), "line_comment" | "block_comment")).collect()
}
