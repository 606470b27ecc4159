//! Modules by `require` and `exports`.

use crate::lower::{Lower, at, children, field};
use portolan_program::{Expression, Import, Key, Kind, Name, Pattern, Statement};
use tree_sitter::Node;

/// What an expression on the left is of the file's exports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Exported {
    /// `module.exports`, or `exports` itself.
    Whole,
    /// `exports.name`.
    Named(Name),
}

impl Lower<'_> {
    /// Which of the exports an expression is.
    pub fn exported(&self, node: Node<'_>) -> Option<Exported> {
        self.exported_within(node, 3)
    }

    fn exported_within(&self, node: Node<'_>, depth: u32) -> Option<Exported> {
        let depth = depth.checked_sub(1)?;
        match node.kind() {
            "identifier" => self.is_exports_name(node).then_some(Exported::Whole),
            "member_expression" => {
                let (object, name) = (field(node, "object")?, field(node, "property")?);
                if self.sight.module.as_deref() == Some(self.source(object)) {
                    return (self.source(name) == "exports").then_some(Exported::Whole);
                }
                match self.exported_within(object, depth)? {
                    Exported::Whole => Some(Exported::Named(self.named(name))),
                    Exported::Named(_) => None,
                }
            }
            "subscript_expression" => {
                let (object, index) = (field(node, "object")?, field(node, "index")?);
                match (self.exported_within(object, depth)?, index.kind()) {
                    (Exported::Whole, "string") => Some(Exported::Named(self.string(index))),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn is_exports_name(&self, node: Node<'_>) -> bool {
        self.sight.exports.as_deref() == Some(self.source(node))
    }

    /// Whether an assignment, or one that it takes its value from, is an export.
    pub fn assigns_export(&self, node: Node<'_>) -> bool {
        let mut next = Some(node);
        while let Some(node) = next.filter(|node| node.kind() == "assignment_expression") {
            if field(node, "left").is_some_and(|left| self.exported(left).is_some()) {
                return true;
            }
            next = field(node, "right");
        }
        false
    }

    /// Makes all that a chain of assignments makes, `a = exports.b = value`, and gives the name that holds the value.
    pub fn assigned(&mut self, node: Node<'_>, body: &mut Vec<Statement>) -> Name {
        let mut targets = Vec::new();
        let mut value = node;
        while value.kind() == "assignment_expression" {
            let (Some(left), Some(right)) = (field(value, "left"), field(value, "right")) else { break };
            targets.push(left);
            value = right;
        }
        let holds = self.fresh();
        let nothing = value.kind() == "unary_expression" && self.source(value).starts_with("void");
        if nothing {
            return holds;
        }
        let only = (targets.len() == 1).then(|| targets.first().copied()).flatten();
        if let Some(Exported::Whole) = only.and_then(|target| self.exported(target))
            && self.export_record(value, body)
        {
            return holds;
        }
        let known = self.expression(value);
        self.name_function(&known, &targets);
        body.push(Statement::Bind {
            pattern: Pattern::Name(holds.clone()),
            declared: None,
            value: Some(known),
            declares: true,
        });
        let whole = targets.iter().any(|target| self.is_module_exports(*target));
        for target in targets {
            let held = at(value, Kind::Name(holds.clone()));
            match self.exported(target) {
                Some(Exported::Named(name)) => body.push(Statement::Export { name: Some(name), value: held }),
                Some(Exported::Whole) if whole && !self.is_module_exports(target) => {}
                Some(Exported::Whole) => body.push(Statement::Export { name: None, value: held }),
                None => {
                    let pattern = self.target(target);
                    body.push(Statement::Bind { pattern, declared: None, value: Some(held), declares: false });
                }
            }
        }
        holds
    }

    fn is_module_exports(&self, node: Node<'_>) -> bool {
        node.kind() != "identifier" && self.exported(node) == Some(Exported::Whole)
    }

    /// A function is called as it is exported.
    fn name_function(&mut self, value: &Expression, targets: &[Node<'_>]) {
        let Kind::Function(function) = &value.kind else { return };
        let name = targets.iter().find_map(|target| match self.exported(*target) {
            Some(Exported::Named(name)) => Some(name),
            _ => None,
        });
        let function = &mut self.module.functions[function.0 as usize];
        function.name = function.name.take().or(name);
    }

    /// `module.exports = { a, ...require("./b") }` with modules among it: each for itself, so that they may still be loading.
    fn export_record(&mut self, node: Node<'_>, body: &mut Vec<Statement>) -> bool {
        if node.kind() != "object" {
            return false;
        }
        let spread = |child: &Node<'_>| child.kind() == "spread_element";
        if !children(node).iter().any(|child| spread(child) && self.required(*child).is_some()) {
            return false;
        }
        for child in children(node).iter().filter(|child| spread(child)) {
            if let Some(module) = self.required(*child) {
                self.export_star(module, *child, body);
            }
        }
        let value = self.expression(node);
        self.export_entries(value, body);
        true
    }

    /// The module that `...require("x")` or `require("x")` names.
    fn required(&self, node: Node<'_>) -> Option<Name> {
        match node.kind() {
            "spread_element" => children(node).first().and_then(|inner| self.required(*inner)),
            "call_expression" => {
                let callee = field(node, "function")?;
                let arguments = children(field(node, "arguments")?);
                match arguments.as_slice() {
                    [name] if self.requires(callee) && name.kind() == "string" => Some(self.string(*name)),
                    _ => self.taken(callee, field(node, "arguments")?),
                }
            }
            _ => None,
        }
    }

    /// Whether what is called is the function that loads a module by its name; bundles have theirs.
    pub fn requires(&self, callee: Node<'_>) -> bool {
        let source = self.source(callee);
        self.sight.require.as_deref() == Some(source) || source == "__require"
    }

    fn export_star(&self, module: Name, node: Node<'_>, body: &mut Vec<Statement>) {
        let span = crate::lower::span(node);
        let import = Import { module, item: None, binding: None, exported: true, types_only: false, span };
        body.push(Statement::Import(import));
    }

    fn export_entries(&mut self, value: Expression, body: &mut Vec<Statement>) {
        let Kind::Record(entries) = value.kind else { return };
        for entry in entries {
            if let Key::Name(name) = entry.key {
                body.push(Statement::Export { name: Some(name), value: entry.value });
            }
        }
    }

    /// Calls that export: `Object.assign(module.exports, …)`, and what compilers make of re-exports:
    /// `__exportStar(require("x"), exports)`, `Object.defineProperty(exports, "a", { get })`. False: none of these.
    pub fn export_call(&mut self, node: Node<'_>, body: &mut Vec<Statement>) -> bool {
        let (Some(callee), Some(arguments)) = (field(node, "function"), field(node, "arguments")) else { return false };
        let arguments = children(arguments);
        if self.bundle_exports(callee, &arguments) {
            return true;
        }
        let callee = self.customary(self.source(callee));
        match (last(callee), arguments.as_slice()) {
            ("assign", [target, given @ ..]) if callee == "Object.assign" && self.is_exports(*target) => {
                given.iter().for_each(|given| self.export_given(*given, body));
                true
            }
            ("__exportStar" | "__export", [from, ..]) => match self.required(*from) {
                Some(module) => {
                    self.export_star(module, *from, body);
                    true
                }
                None => match arguments.as_slice() {
                    [target, record] if callee == "__export" && record.kind() == "object" => {
                        self.export_late(*target, *record);
                        true
                    }
                    _ => false,
                },
            },
            ("defineProperty", [target, name, property]) if self.is_exports(*target) && name.kind() == "string" => {
                let name = self.string(*name);
                self.export_property(name, *property, body);
                true
            }
            _ => false,
        }
    }

    fn is_exports(&self, node: Node<'_>) -> bool {
        self.exported(node) == Some(Exported::Whole)
    }

    fn export_given(&mut self, given: Node<'_>, body: &mut Vec<Statement>) {
        if let Some(module) = self.required(given) {
            return self.export_star(module, given, body);
        }
        let value = self.expression(given);
        match value.kind {
            Kind::Record(_) => self.export_entries(value, body),
            _ => body.push(Statement::Expression(value)),
        }
    }

    /// A property of the exports: its value, or what its getter gives.
    fn export_property(&mut self, name: Name, property: Node<'_>, body: &mut Vec<Statement>) {
        if name == "__esModule" {
            return;
        }
        let Kind::Record(entries) = self.expression(property).kind else { return };
        for entry in entries {
            let value = match entry.key {
                Key::Name(key) if key == "value" => entry.value,
                Key::Name(key) if key == "get" && matches!(entry.value.kind, Kind::Function(_)) => {
                    at(property, Kind::Call(Box::new(entry.value), Vec::new()))
                }
                _ => continue,
            };
            body.push(Statement::Export { name: Some(name.clone()), value });
        }
    }

    /// `const x = require("x")`, also through what compilers put around it, imports a module; so do names of its members
    /// later. False: something else.
    pub fn module_import(&mut self, name: &Name, value: Node<'_>, body: &mut Vec<Statement>) -> bool {
        let Some(module) = self.interoperated(value) else { return false };
        let span = crate::lower::span(value);
        let binding = Some(name.clone());
        let import = Import { module, item: None, binding, exported: false, types_only: false, span };
        body.push(Statement::Import(import));
        true
    }

    /// The module of `__importStar(require("x"))` and its like.
    fn interoperated(&self, node: Node<'_>) -> Option<Name> {
        let callee = field(node, "function")?;
        if let Some(part) = self.taken(callee, field(node, "arguments")?) {
            return Some(part);
        }
        let callee = self.customary(self.source(callee));
        let wraps = matches!(
            last(callee),
            "__importStar"
                | "__importDefault"
                | "__toESM"
                | "_interopRequireDefault"
                | "_interopRequireWildcard"
                | "_interop_require_default"
                | "_interop_require_wildcard"
        );
        match children(field(node, "arguments")?).as_slice() {
            [inner, ..] if wraps => self.required(*inner),
            _ => None,
        }
    }
}

/// The last word of a path: `tslib_1.__importStar`.
fn last(callee: &str) -> &str {
    callee.rsplit('.').next().unwrap_or(callee).trim_end_matches(')')
}
