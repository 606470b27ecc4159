//! Paths: chains of members from a crate, a module or a name in scope; and `use`, which binds their ends.

use crate::lower::{Lower, at, bind, children, first, span};
use portolan_program::{Expression, Import, Kind, Name, Pattern, Statement};
use tree_sitter::Node;

/// What a `use` takes.
pub(crate) struct Used {
    pub path: Vec<Name>,
    /// The name it has here; none where all names are taken.
    pub binding: Option<Name>,
}

impl Lower<'_> {
    /// `use …;`
    pub fn uses(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let Some(argument) = node.child_by_field_name("argument") else { return };
        for used in self.used(argument) {
            match &used.binding {
                Some(binding) => {
                    let alone = used.path.len() == 1 && used.path[0] == *binding;
                    if binding != "_" && !alone {
                        let value = self.chain(&used.path, node, true);
                        body.push(bind(Pattern::Name(binding.clone()), value));
                    }
                    if alone {
                        body.push(crate::lower::import(binding, binding, node));
                    }
                }
                None => self.use_all(&used.path, node, body),
            }
        }
    }

    fn use_all(&mut self, path: &[Name], node: Node<'_>, body: &mut Vec<Statement>) {
        let inside = self.inline > 0 && path.first().is_some_and(|name| name == "super");
        if inside || path.is_empty() {
            return;
        }
        let own: Vec<Name> = path.iter().filter(|name| *name != "self").cloned().collect();
        if let Some(names) = own.first().filter(|_| own.len() == 1).and_then(|name| self.names_inside(node, name)) {
            for name in names {
                let value = self.chain(&[own[0].clone(), name.clone()], node, true);
                body.push(bind(Pattern::Name(name), value));
            }
            return;
        }
        let local = path.first().is_some_and(|name| self.declared.contains(name));
        let start = if local { "self::" } else { "" };
        let here = span(node);
        body.push(Statement::Import(Import {
            module: format!("{start}{}", path.join("::")).into(),
            item: None,
            binding: None,
            exported: false,
            types_only: false,
            span: here,
        }));
    }

    /// What a module or enum of this file declares.
    fn names_inside(&self, node: Node<'_>, name: &Name) -> Option<Vec<Name>> {
        let siblings = node.parent().map(children).unwrap_or_default();
        let owner = siblings.into_iter().find(|item| {
            matches!(item.kind(), "mod_item" | "enum_item")
                && item.child_by_field_name("name").is_some_and(|known| self.named(known) == *name)
        })?;
        let inside = children(owner.child_by_field_name("body")?);
        let names = inside.into_iter().filter_map(|item| item.child_by_field_name("name"));
        Some(names.map(|name| self.named(name)).collect())
    }

    /// What the argument of a `use` takes.
    pub fn used(&self, node: Node<'_>) -> Vec<Used> {
        let mut all = Vec::new();
        self.use_within(node, &[], &mut all, 0);
        all
    }

    fn use_within(&self, node: Node<'_>, before: &[Name], all: &mut Vec<Used>, depth: usize) {
        if depth > 16 {
            return;
        }
        let joined = |path: Option<Node<'_>>| -> Vec<Name> {
            before.iter().cloned().chain(path.map(|path| self.segments(path)).unwrap_or_default()).collect()
        };
        match node.kind() {
            "use_list" => children(node).into_iter().for_each(|one| self.use_within(one, before, all, depth + 1)),
            "scoped_use_list" => {
                let path = joined(node.child_by_field_name("path"));
                if let Some(list) = node.child_by_field_name("list") {
                    self.use_within(list, &path, all, depth + 1);
                }
            }
            "use_wildcard" => all.push(Used { path: joined(first(node)), binding: None }),
            "use_as_clause" => {
                let path = itself(joined(node.child_by_field_name("path")));
                let binding = node.child_by_field_name("alias").map(|alias| self.named(alias));
                all.extend(binding.map(|binding| Used { path, binding: Some(binding) }));
            }
            _ => {
                let path = itself(joined(Some(node)));
                let binding = path.last().cloned();
                all.push(Used { path, binding });
            }
        }
    }

    /// The names of a path, without type arguments.
    pub fn segments(&self, node: Node<'_>) -> Vec<Name> {
        let mut names = Vec::new();
        let mut next = Some(node);
        while let Some(node) = next {
            next = None;
            match node.kind() {
                "scoped_identifier" | "scoped_type_identifier" => {
                    names.extend(node.child_by_field_name("name").map(|name| self.named(name)));
                    next = node.child_by_field_name("path");
                }
                "generic_type" | "generic_type_with_turbofish" => next = node.child_by_field_name("type"),
                "generic_function" => next = node.child_by_field_name("function"),
                "bracketed_type" => next = first(node),
                "qualified_type" => next = node.child_by_field_name("type"),
                "reference_type" => next = node.child_by_field_name("type"),
                "dynamic_type" => next = node.child_by_field_name("trait"),
                _ => names.push(self.named(node)),
            }
        }
        names.reverse();
        names
    }

    /// A path as an expression.
    pub fn chain(&mut self, path: &[Name], node: Node<'_>, used: bool) -> Expression {
        let mut names: Vec<Name> = path.to_vec();
        if names.len() > 1 && names[0] == "self" {
            names.remove(0);
        }
        let mut around = self.inline;
        while around > 0 && names.len() > 1 && names[0] == "super" {
            names.remove(0);
            around -= 1;
        }
        if names.first().is_some_and(|name| name == "Self") {
            names[0] = self.own.clone().unwrap_or_else(|| names[0].clone());
        }
        if let Some(bound) = names.first().and_then(|name| self.bound_of(name)) {
            names.splice(0..1, bound.path);
        }
        let Some((first, rest)) = names.split_first() else { return at(node, Kind::Literal) };
        let root = matches!(first.as_str(), "crate" | "super");
        let kind = match used && !root && !self.declared.contains(first) {
            true => Kind::Module(first.clone()),
            false => Kind::Name(first.clone()),
        };
        if !used && !rest.is_empty() && !root && first.starts_with(|letter: char| letter.is_lowercase()) {
            self.crates.insert(first.clone());
        }
        rest.iter().enumerate().fold(at(node, kind), |object, (position, name)| {
            let supers =
                *name == "super" && position + 1 < names.len() && names[..=position].iter().all(|name| name == "super");
            match supers {
                true => at(node, Kind::Module("super::super".into())),
                false => at(node, Kind::Member(Box::new(object), name.clone())),
            }
        })
    }
}

/// `a::{self}` is `a`.
fn itself(mut path: Vec<Name>) -> Vec<Name> {
    if path.len() > 1 && path.last().is_some_and(|name| name == "self") {
        path.pop();
    }
    path
}
