//! What esbuild and rollup put around modules in one file, whatever they call it: a helper is known by its name or, where names
//! were made short, by what it does.

use crate::bundle::packaged;
use crate::lower::{Lower, at, children, field};
use portolan_program::{Argument, Expression, Function, Kind, Name, Statement};
use std::collections::BTreeMap;
use tree_sitter::Node;

/// The longest text of a helper.
const LONGEST: usize = 600;
/// What makes a module of what may be none; evaluated where values are known.
const INTEROP: Name = Name::new_static("%interop");

impl Lower<'_> {
    /// Notes the helpers that a declaration makes, by what they do.
    pub fn note_helper(&mut self, name: &Name, value: Node<'_>) {
        if value.byte_range().len() > LONGEST || !matches!(value.kind(), "arrow_function" | "function_expression") {
            return;
        }
        let plain: String = self.source(value).chars().filter(|letter| !letter.is_whitespace()).collect();
        let gets = plain.contains("{get:") && plain.contains("enumerable:");
        let helper = match () {
            () if plain.contains("={exports:{}}).exports,") => "__commonJS",
            () if plain.contains("\"__esModule\",{value:") && !gets => "__toCommonJS",
            () if plain.contains("\"default\",{value:") && plain.contains(".__esModule") => "__toESM",
            () if gets && plain.contains("for(") && !plain.contains("hasOwnProp") && !plain.contains(".call(") => {
                "__export"
            }
            () => return,
        };
        self.helpers.push((name.clone(), helper));
    }

    /// A helper's customary name.
    pub fn customary<'s>(&self, name: &'s str) -> &'s str {
        let known = self.helpers.iter().rev().find(|(known, _)| known == name);
        known.map_or(name, |(_, helper)| helper)
    }

    /// Calls of such helpers.
    pub fn unwrapped(&mut self, name: &str, given: &[Node<'_>]) -> Option<Kind> {
        match (name, given) {
            ("__commonJS", [modules, ..]) if modules.kind() == "object" => self.of_package(*modules),
            ("__toCommonJS", [inner]) => Some(self.expression(*inner).kind),
            (
                "__toESM"
                | "__importStar"
                | "__importDefault"
                | "_interopRequireDefault"
                | "_interopRequireWildcard"
                | "_interop_require_default"
                | "_interop_require_wildcard"
                | "_interopDefaultLegacy"
                | "_interopDefaultCompat"
                | "_interopNamespace"
                | "_interopNamespaceDefault"
                | "_interopNamespaceCompat",
                [inner, ..],
            ) => Some(self.interop(*inner)),
            ("_interopDefault", [inner]) => {
                let module = at(*inner, self.interop(*inner));
                Some(Kind::Member(Box::new(module), "default".into()))
            }
            _ => None,
        }
    }

    /// A module, or what is one as it is imported.
    pub fn interop(&mut self, node: Node<'_>) -> Kind {
        let value = self.expression(node);
        match value.kind {
            Kind::Module(ref name) if !name.contains('#') => value.kind,
            _ => Kind::Call(Box::new(at(node, Kind::Name(INTEROP))), vec![Argument::plain(value)]),
        }
    }

    /// The statements that stand behind a comment with the path of a package's file, up to the next path, and the package.
    pub fn packaged_statements(&self, root: Node<'_>) -> BTreeMap<usize, Name> {
        let mut found = BTreeMap::new();
        let mut package: Option<Name> = None;
        let mut cursor = root.walk();
        for child in root.named_children(&mut cursor) {
            if child.kind() != "comment" {
                found.extend(package.clone().map(|package| (child.id(), package)));
                continue;
            }
            let path = self.source(child).strip_prefix("// ").filter(|_| child.start_position().column == 0);
            if let Some(path) = path.filter(|path| is_path(path)) {
                package = packaged(path).map(Name::from);
            }
        }
        found
    }

    /// What a package's file declares in a bundle is what the package gives under that name. False: it declares nothing.
    pub fn of_packaged(&mut self, node: Node<'_>, package: &Name, body: &mut Vec<Statement>) -> bool {
        let names: Vec<Node<'_>> = match node.kind() {
            "class_declaration" | "function_declaration" | "generator_function_declaration" => {
                field(node, "name").into_iter().collect()
            }
            "variable_declaration" | "lexical_declaration" => {
                let declarators: Vec<Node<'_>> =
                    children(node).into_iter().filter(|child| child.kind() == "variable_declarator").collect();
                // What is required, or wrapped as a module, is read as everywhere.
                let calls =
                    |one: &Node<'_>| field(*one, "value").is_some_and(|value| value.kind() == "call_expression");
                if declarators.iter().any(calls) {
                    return false;
                }
                declarators.into_iter().filter_map(|one| field(one, "name")).collect()
            }
            _ => return false,
        };
        for name in names.into_iter().filter(|name| matches!(name.kind(), "identifier" | "type_identifier")) {
            let module = at(name, Kind::Module(package.clone()));
            let own = self.named(name);
            let value = match own.ends_with("_exports") {
                true => module,
                false => at(name, Kind::Member(Box::new(module), own.clone())),
            };
            let pattern = portolan_program::Pattern::Name(own);
            body.push(Statement::Bind { pattern, declared: None, value: Some(value), declares: true });
        }
        true
    }

    /// `__commonJS({ "node_modules/x/index.js"(exports, module) { … } })`: a function that gives the package.
    fn of_package(&mut self, modules: Node<'_>) -> Option<Kind> {
        let first = *children(modules).first()?;
        let key = field(first, "name").or_else(|| field(first, "key"))?;
        let package = packaged(self.source(key).trim_matches(['"', '\'']))?;
        let value = Expression { kind: Kind::Module(package.into()), span: crate::lower::span(first) };
        let place = value.span;
        let body = vec![Statement::Return(Some(value))];
        let function = self.module.add_function(Function { body, span: place, ..Function::default() });
        Some(Kind::Function(function))
    }
}

/// Whether a comment is the path of a file, as esbuild writes it before what it takes from there.
fn is_path(comment: &str) -> bool {
    let extension = comment.rsplit('.').next().unwrap_or_default();
    let source = matches!(extension, "js" | "cjs" | "mjs" | "jsx" | "ts" | "cts" | "mts" | "tsx" | "json");
    source && !comment.contains(char::is_whitespace)
}
