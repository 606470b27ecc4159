//! What is done for each of several names that are known: once for every name, so that what belongs to one stays with it.
//! Only in JavaScript, where exports and methods are put together that way.

use crate::call::Arguments;
use crate::implementer::in_tests;
use crate::machine::Machine;
use crate::value::{HeapIndex, ModuleIndex, ScopeIndex, Shape, Value};
use portolan_program::{Expression, Kind, Name, Statement};
use portolan_sdk::{Piece, Template};

/// Most names that are gone through one by one.
const MOST: usize = 48;
/// Most files that a computed name of a module may mean.
const MOST_FILES: usize = 64;
/// Methods whose functions see the elements in turn.
const IN_TURN: &[&str] = &["filter", "flatMap", "forEach", "map"];

impl Machine<'_> {
    /// The body of a loop, for each name; false where it is not one over names.
    pub fn loop_over_names(&mut self, body: &[Statement], scope: ScopeIndex) -> bool {
        let rules = self.rules(self.module_of(scope));
        if !rules.explicit_exports {
            return !rules.block_scopes && self.loop_that_sets(body, scope);
        }
        let Some((Statement::Bind { pattern, value: Some(Expression { kind: Kind::Element(of), .. }), .. }, rest)) =
            body.split_first()
        else {
            return false;
        };
        let list = self.evaluate(of, scope);
        let Some(names) = self.names_in(&list) else { return false };
        for name in names {
            let inner = self.inner(scope);
            self.bind(pattern, name, true, inner);
            self.block(rest, inner);
        }
        true
    }

    /// `for key, value in members.items(): setattr(self, key, value)`: what is set under a name belongs to it alone.
    fn loop_that_sets(&mut self, body: &[Statement], scope: ScopeIndex) -> bool {
        let Some((Statement::Bind { pattern, value: Some(value), .. }, rest)) = body.split_first() else {
            return false;
        };
        if !rest.iter().any(sets_by_name) {
            return false;
        }
        let each = match &value.kind {
            Kind::Element(of) => {
                let list = self.evaluate(of, scope);
                self.names_in(&list)
            }
            Kind::List(pair) => match pair.get(1).map(|element| &element.value.kind) {
                Some(Kind::Element(of)) => {
                    let record = self.evaluate(of, scope);
                    self.pairs_of(&vec![(None, record)]).and_then(|pairs| match pairs {
                        Value::Held(pairs) => Some(self.held(pairs).items.clone()),
                        _ => None,
                    })
                }
                _ => None,
            },
            _ => None,
        };
        let Some(each) = each else { return false };
        for one in each {
            self.bind(pattern, one, true, scope);
            self.run(rest, scope);
        }
        true
    }

    /// `names.forEach(f)`, `pairs.map(f)`: what the functions give for each.
    pub fn in_turn(&mut self, index: HeapIndex, method: &Name, arguments: &Arguments) -> Option<Value> {
        let (_, Value::Function(function)) = arguments.first()? else { return None };
        if !IN_TURN.contains(&method.as_str()) || !self.rules(function.module).explicit_exports {
            return None;
        }
        let names = self.names_in(&Value::Held(index))?;
        let mut results = Vec::new();
        for name in &names {
            results.push(self.call_closure(function, vec![(None, name.clone())], None));
        }
        Some(match method.as_str() {
            "filter" => Value::Held(index),
            "forEach" => Value::Nothing,
            _ => self.list(results, None),
        })
    }

    /// The elements of a list that are names, or pairs of a name and something.
    fn names_in(&self, list: &Value) -> Option<Vec<Value>> {
        let Value::Held(index) = list else { return None };
        let held = self.held(*index);
        let whole = held.shape == Shape::List && held.rest.is_none() && held.members.is_empty();
        let several = (2..=MOST).contains(&held.items.len());
        let named = whole && several && held.items.iter().all(|item| self.is_named(item));
        named.then(|| held.items.clone())
    }

    fn is_named(&self, item: &Value) -> bool {
        match item {
            Value::Text(text) => text.literal().is_some(),
            Value::Held(index) => {
                let held = self.held(*index);
                let first = held.items.first();
                held.shape == Shape::List && matches!(first, Some(Value::Text(text)) if text.literal().is_some())
            }
            _ => false,
        }
    }

    /// The members of something by name, where it is known which there are, and what is in them may act.
    fn acting_members(&self, of: &Value) -> Option<Vec<(Name, Value)>> {
        let open = match of {
            Value::Held(index) => self.held(*index).rest.is_some() || self.held(*index).shape != Shape::Record,
            Value::Module(_) => false,
            _ => true,
        };
        let members = self.members_of(of);
        let acts = members.iter().any(|(_, value)| value.acts());
        (!open && acts && members.len() <= MOST).then_some(members)
    }

    /// `Object.keys(record)`.
    pub fn keys_of(&mut self, arguments: &Arguments) -> Option<Value> {
        let (_, of) = arguments.first()?;
        let names = self.acting_members(of)?.into_iter().map(|(name, _)| Value::text(&name)).collect();
        Some(self.list(names, None))
    }

    /// `Object.entries(record)`, pair by pair.
    pub fn pairs_of(&mut self, arguments: &Arguments) -> Option<Value> {
        let (_, of) = arguments.first()?;
        let mut pairs = Vec::new();
        for (name, value) in self.acting_members(of)? {
            pairs.push(self.list(vec![Value::text(&name), value], None));
        }
        Some(self.list(pairs, None))
    }

    /// `Object.fromEntries(pairs)`.
    pub fn of_pairs(&mut self, arguments: &Arguments) -> Option<Value> {
        let (_, list) = arguments.first()?;
        let mut members = Vec::new();
        for pair in self.names_in(list)? {
            let Value::Held(pair) = pair else { return None };
            let pair = self.held(pair);
            let Some(Value::Text(name)) = pair.items.first() else { return None };
            let value = pair.items.get(1).cloned().unwrap_or_default();
            members.push((Name::from(name.literal().unwrap_or_default()), value));
        }
        Some(self.record(members))
    }

    /// `require(`./tasks/${name}`)`: any of the files that it may mean.
    pub fn any_module(&mut self, name: &Value, from: ModuleIndex) -> Option<Value> {
        let Value::Text(Template(pieces)) = name else { return None };
        let [Piece::Literal(start), _, ..] = pieces.as_slice() else { return None };
        if !start.starts_with('.') || !self.rules(from).explicit_exports {
            return None;
        }
        let own = self.source(from);
        let folder = own.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let pattern = pattern(folder, pieces)?;
        self.modules_like(from, |path| {
            let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
            let named = [path, stem, stem.strip_suffix("/index").unwrap_or(stem)];
            named.iter().any(|named| fits(named, &pattern))
        })
    }

    /// `import_module(f"tasks.{name}")`: the module of that name, or any that it may mean.
    pub fn module_by_name(&mut self, function: &str, arguments: &Arguments, from: ModuleIndex) -> Option<Value> {
        if function != "importlib.import_module" && function != "__import__" {
            return None;
        }
        let (_, Value::Text(template)) = arguments.first()? else { return None };
        if let Some(name) = template.literal() {
            return Some(self.imported(&name.into(), from));
        }
        let start = matches!(template.0.first(), Some(Piece::Literal(start)) if !start.trim_matches('.').is_empty());
        let relative = matches!(template.0.first(), Some(Piece::Literal(start)) if start.starts_with('.'));
        if !start && !relative {
            return None;
        }
        let own = self.source(from);
        let folder = own.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let package = match arguments.get(1) {
            Some((_, Value::Text(package))) if relative => package.literal().map(|package| package.replace('.', "/")),
            _ => None,
        };
        let written: String = crate::foreign::key_of(template).replace('.', "/");
        let pattern = match relative {
            true => format!("{}{written}", package.as_deref().unwrap_or(folder)),
            false => written,
        };
        self.modules_like(from, |path| {
            let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
            let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
            // The app's modules may lie in a folder of their own: `src`.
            let from_folders = stem.match_indices('/').map(|(at, _)| &stem[at + 1..]);
            std::iter::once(stem).chain(from_folders).any(|named| fits(named, &pattern))
        })
    }

    /// The modules whose paths are meant.
    fn modules_like(&mut self, from: ModuleIndex, means: impl Fn(&str) -> bool) -> Option<Value> {
        let own = self.source(from);
        let front = self.loaded(from).source.front;
        let means = |path: &&String| means(path);
        let files = self.program.files.paths().iter().filter(means);
        let readable =
            |path: &&String| !in_tests(path) && **path != own.path && self.program.front_of(path) == Some(front);
        let files: Vec<String> = files.filter(readable).cloned().collect();
        if files.is_empty() || files.len() > MOST_FILES {
            return None;
        }
        let mut modules = Vec::new();
        for file in files {
            let Some(module) = self.load(&file) else { continue };
            modules.push(self.loaded(module).replaced.clone().unwrap_or(Value::Module(module)));
        }
        Some(Value::any(modules))
    }
}

/// The path that a computed name means, with a star for what is computed; none where it leaves the app.
fn pattern(folder: &str, pieces: &[Piece]) -> Option<String> {
    let written: String = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) => text.as_str(),
            _ => "*",
        })
        .collect();
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether a path fits a pattern; a star is part of a name.
fn fits(path: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => path == pattern,
        Some((before, after)) => {
            let Some(rest) = path.strip_prefix(before) else { return false };
            let end = rest.find('/').unwrap_or(rest.len());
            (1..=end).filter(|at| rest.is_char_boundary(*at)).any(|at| fits(&rest[at..], after))
        }
    }
}

/// Whether a statement sets a member under a name that is computed: `setattr(object, name, value)`, perhaps under a condition.
fn sets_by_name(statement: &Statement) -> bool {
    match statement {
        Statement::Expression(Expression { kind: Kind::Call(callee, _), .. }) => {
            matches!(&callee.kind, Kind::Name(name) if name == "setattr")
        }
        Statement::Branch(blocks) => blocks.iter().flatten().any(sets_by_name),
        Statement::Loop(body) | Statement::Scope(body) => body.iter().any(sets_by_name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_part_of_a_name() {
        assert!(fits("tasks/send", "tasks/*"));
        assert!(fits("tasks/send/run", "tasks/*/run"));
        assert!(fits("src/on-mail.task", "src/on-*.task"));
        assert!(!fits("tasks/send/run", "tasks/*"));
        assert!(!fits("tasks/", "tasks/*"));
    }

    #[test]
    fn a_pattern_is_relative_to_its_folder() {
        let pieces = [Piece::Literal("../tasks/".into()), Piece::Hole];
        assert_eq!(pattern("src/lib", &pieces).as_deref(), Some("src/tasks/*"));
        assert_eq!(pattern("", &pieces), None);
    }
}
