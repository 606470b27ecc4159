//! What esbuild and rollup put around modules in one file, whatever they call it: a helper is known by its name or, where names
//! were made short, by what it does.

use crate::bundle::packaged;
use crate::lower::{Lower, at, children, field};
use portolan_program::{Argument, Expression, Function, Kind, Name, Statement};
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
