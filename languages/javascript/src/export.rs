//! Exports by statements.

use crate::lower::{Lower, at, children, field, has, span};
use portolan_program::{Import, Kind, Name, Statement};
use tree_sitter::Node;

impl Lower<'_> {
    /// `export …`, in all its forms.
    pub fn export(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        if let Some(source) = field(node, "source") {
            let module = self.string(source);
            return self.export_from(node, module, body);
        }
        if let Some(declaration) = field(node, "declaration") {
            return self.export_declaration(node, declaration, body);
        }
        if let Some(value) = field(node, "value") {
            return self.export_default(value, body);
        }
        for part in children(node) {
            match part.kind() {
                "export_clause" if !has(node, "type") => self.export_names(part),
                "export_clause" => {}
                _ if has(node, "=") => {
                    let value = self.expression(part);
                    body.push(Statement::Export { name: None, value });
                }
                _ => {}
            }
        }
    }

    fn export_default(&mut self, value: Node<'_>, body: &mut Vec<Statement>) {
        let value = self.expression(value);
        let name = Some("default".into());
        match value.kind {
            Kind::Name(_) => self.late.push(Statement::Export { name, value }),
            _ => body.push(Statement::Export { name, value }),
        }
    }

    /// `export { a as b }`: what the names hold in the end.
    fn export_names(&mut self, clause: Node<'_>) {
        for specifier in children(clause).into_iter().filter(|part| part.kind() == "export_specifier") {
            let Some(name) = field(specifier, "name") else { continue };
            let given = self.specified(field(specifier, "alias").unwrap_or(name));
            let value = at(name, Kind::Name(self.named(name)));
            self.late.push(Statement::Export { name: Some(given), value });
        }
    }

    /// `export { a } from "x"`, `export * from "x"`, `export * as n from "x"`.
    fn export_from(&mut self, node: Node<'_>, module: Name, body: &mut Vec<Statement>) {
        let types_only = has(node, "type");
        let parts = children(node);
        let clause = parts.iter().find(|part| matches!(part.kind(), "export_clause" | "namespace_export"));
        let Some(clause) = clause else {
            let import = Import { module, item: None, binding: None, exported: true, types_only, span: span(node) };
            return body.push(Statement::Import(import));
        };
        if clause.kind() == "namespace_export" {
            let given = children(*clause).first().map(|name| self.specified(*name));
            return self.give_on(module, None, given, types_only, node, body);
        }
        for specifier in children(*clause).into_iter().filter(|part| part.kind() == "export_specifier") {
            let Some(name) = field(specifier, "name") else { continue };
            let given = self.specified(field(specifier, "alias").unwrap_or(name));
            let item = self.specified(name);
            self.give_on(module.clone(), Some(item), Some(given), types_only, specifier, body);
        }
    }

    /// Imports something under a name of its own, and exports it.
    fn give_on(
        &mut self,
        module: Name,
        item: Option<Name>,
        given: Option<Name>,
        types_only: bool,
        node: Node<'_>,
        body: &mut Vec<Statement>,
    ) {
        let binding = self.fresh();
        let import =
            Import { module, item, binding: Some(binding.clone()), exported: false, types_only, span: span(node) };
        body.push(Statement::Import(import));
        body.push(Statement::Export { name: given, value: at(node, Kind::Name(binding)) });
    }

    fn export_declaration(&mut self, node: Node<'_>, declaration: Node<'_>, body: &mut Vec<Statement>) {
        let first = body.len();
        if declaration.kind() == "import_alias" {
            self.import_alias(declaration, body);
        } else {
            self.statement(declaration, body);
        }
        let default = has(node, "default");
        let made: Vec<Statement> = body[first..].iter().filter_map(|made| self.exports_of(made, default)).collect();
        match body.get(first) {
            Some(Statement::Function(_) | Statement::Class(_)) => self.early.extend(made),
            _ => body.extend(made),
        }
        self.export_patterns(first, body);
    }

    /// The export of what a statement declares under one name.
    fn exports_of(&self, made: &Statement, default: bool) -> Option<Statement> {
        let (name, span) = match made {
            Statement::Function(function) => {
                let function = self.module.function(*function);
                (function.name.clone()?, function.span)
            }
            Statement::Class(class) => {
                let class = self.module.class(*class);
                (class.name.clone()?, class.span)
            }
            _ => return None,
        };
        let value = portolan_program::Expression { kind: Kind::Name(name.clone()), span };
        let given = if default { "default".into() } else { name };
        Some(Statement::Export { name: Some(given), value })
    }

    /// The exports of variables.
    fn export_patterns(&mut self, first: usize, body: &mut Vec<Statement>) {
        let mut exported = Vec::new();
        for made in &body[first..] {
            match made {
                Statement::Bind { pattern, value, .. } => {
                    let span = value.as_ref().map(|value| value.span).unwrap_or_default();
                    let mut names = Vec::new();
                    crate::statement::names(pattern, &mut names);
                    exported.extend(names.into_iter().map(|name| (name, span)));
                }
                Statement::Import(Import { binding: Some(binding), span, .. }) => {
                    exported.push((binding.clone(), *span));
                }
                _ => {}
            }
        }
        for (name, span) in exported {
            let value = portolan_program::Expression { kind: Kind::Name(name.clone()), span };
            body.push(Statement::Export { name: Some(name), value });
        }
    }
}
