//! Bundles: many modules in one file. Webpack's (and ncc's, which is made with it) keep them in a table, from which a function of
//! the bundle takes them by number or path; each becomes a module of its own, and taking one is importing it. What stands for a
//! module outside the bundle is that module; so is what was taken from a package, where the bundle still says so. Esbuild's
//! wrappers are in [`crate::wrapped`].

use crate::lower::{Lower, at, children, field};
use portolan_program::{Expression, Function, Kind, Module, Name, Span, Statement};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use tree_sitter::Node;

/// The longest function that may be the one that takes modules from the table.
const LONGEST: usize = 4000;
/// Most nodes that are looked at to find it.
const MOST: usize = 100_000;

/// Most modules of a bundle all of which are followed.
const FEW: usize = 40;
/// Node's own modules.
const PLATFORM: &[&str] = &[
    "assert",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "domain",
    "electron",
    "events",
    "fs",
    "http",
    "http2",
    "https",
    "inspector",
    "module",
    "net",
    "original-fs",
    "os",
    "path",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "repl",
    "stream",
    "string_decoder",
    "sys",
    "timers",
    "tls",
    "tty",
    "url",
    "util",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
    "zlib",
];

/// What the modules of a bundle are imported as, by what the bundle calls them.
pub(crate) type Parts = Rc<BTreeMap<String, Name>>;

/// A bundle.
pub(crate) struct Bundle<'n> {
    /// The function that takes modules from the table.
    pub loads: Name,
    /// The table's node.
    pub table: usize,
    /// What a module is called, and the function that is its body.
    entries: Vec<(String, Node<'n>)>,
}

/// The bundle that a file is, if it is one.
pub(crate) fn find<'n>(root: Node<'n>, text: &str) -> Option<Bundle<'n>> {
    if !text.contains("exports: {}") && !text.contains("exports:{}") {
        return None;
    }
    let mut open = VecDeque::from([root]);
    for _ in 0..MOST {
        let node = open.pop_front()?;
        if node.kind() == "function_declaration"
            && let Some(bundle) = loader(node, text)
        {
            return Some(bundle);
        }
        open.extend(children(node));
    }
    None
}

/// The bundle whose modules a function takes: `function n(id) { …; e[id](m, m.exports, n); return m.exports }`.
fn loader<'n>(node: Node<'n>, text: &str) -> Option<Bundle<'n>> {
    let range = node.byte_range();
    if range.len() > LONGEST {
        return None;
    }
    let source = text.get(range)?;
    let parameters = children(field(node, "parameters")?);
    let [parameter] = parameters.as_slice() else { return None };
    let id = &text[parameter.byte_range()];
    if !source.contains("exports:{}") && !source.contains("exports: {}") {
        return None;
    }
    let calls = [format!("[{id}]("), format!("[{id}].call(")];
    let end = calls.iter().find_map(|call| source.find(call.as_str()))?;
    let named = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$');
    let start = source[..end].rfind(|letter: char| !named(letter)).map_or(0, |at| at + 1);
    let table = table(node, &source[start..end], text)?;
    let loads = text[field(node, "name")?.byte_range()].into();
    Some(Bundle { loads, table: table.id(), entries: entries(table, text) })
}

/// The object or array literal that a name is in sight of a node: declared around it, or given for a parameter around it.
fn table<'n>(node: Node<'n>, name: &str, text: &str) -> Option<Node<'n>> {
    let mut next = node.parent();
    while let Some(around) = next {
        let declared = children(around).into_iter().filter(|child| child.kind().ends_with("_declaration"));
        let mut declarators = declared.flat_map(children).filter(|child| child.kind() == "variable_declarator");
        let found = declarators.find(|one| field(*one, "name").is_some_and(|found| &text[found.byte_range()] == name));
        let value = found.and_then(|found| field(found, "value"));
        let given = || field(around, "parameters").and_then(|parameters| given_for(around, parameters, name, text));
        if let Some(table) = value.map(inner).or_else(given) {
            return matches!(table.kind(), "object" | "array").then_some(table);
        }
        next = around.parent();
    }
    None
}

fn given_for<'n>(function: Node<'n>, parameters: Node<'n>, name: &str, text: &str) -> Option<Node<'n>> {
    let position = children(parameters).iter().position(|parameter| &text[parameter.byte_range()] == name)?;
    let mut call = function.parent()?;
    while call.kind() == "parenthesized_expression" {
        call = call.parent()?;
    }
    (call.kind() == "call_expression").then_some(())?;
    children(field(call, "arguments")?).get(position).copied().map(inner)
}

/// What is inside of parentheses.
fn inner(node: Node<'_>) -> Node<'_> {
    match (node.kind(), children(node).first()) {
        ("parenthesized_expression", Some(inside)) => inner(*inside),
        _ => node,
    }
}

fn entries<'n>(table: Node<'n>, text: &str) -> Vec<(String, Node<'n>)> {
    let mut found = Vec::new();
    if table.kind() == "array" {
        let mut cursor = table.walk();
        let mut position = 0;
        for child in table.children(&mut cursor) {
            match child.kind() {
                "," => position += 1,
                _ if is_function(inner(child)) => found.push((position.to_string(), inner(child))),
                _ => {}
            }
        }
        return found;
    }
    for child in children(table) {
        let (key, value) = match child.kind() {
            "pair" => (field(child, "key"), field(child, "value").map(inner)),
            "method_definition" => (field(child, "name"), Some(child)),
            _ => continue,
        };
        if let (Some(key), Some(value)) = (key, value.filter(|value| is_function(*value))) {
            found.push((text[key.byte_range()].trim_matches(['"', '\'']).to_owned(), value));
        }
    }
    found
}

fn is_function(node: Node<'_>) -> bool {
    matches!(node.kind(), "function_expression" | "arrow_function" | "method_definition" | "function")
}

impl Lower<'_> {
    /// Takes a bundle apart: its modules become parts of the file.
    pub fn take_apart(&mut self, bundle: &Bundle<'_>) {
        let file = self.own.clone();
        let followed = self.followed(&bundle.entries);
        let named = bundle.entries.iter().zip(followed).enumerate().map(|(position, ((id, function), followed))| {
            let name = match (outside(id, self.source(*function)), followed) {
                (Some(outside), _) => outside,
                (None, true) => format!("{file}#{position}"),
                (None, false) => format!("bundled/{id}"),
            };
            (id.clone(), Name::from(name))
        });
        self.parts = Rc::new(named.collect());
        self.sight.loads = Some(bundle.loads.clone());
        self.table = Some(bundle.table);
        let parts = bundle.entries.iter().enumerate().map(|(position, (id, function))| {
            let own = Name::from(format!("{file}#{position}"));
            if self.parts[id] == own { self.part(*function, own) } else { Module::default() }
        });
        self.module.parts = parts.collect();
        if bundle
            .entries
            .iter()
            .any(|(id, function)| id.bytes().all(|byte| byte.is_ascii_digit()) && holds_package(self.source(*function)))
        {
            // Packages under numbers alone cannot be told from the app's own modules.
            self.module.broken.push(Span { start: 0, end: 0 });
        }
    }

    /// Which modules are followed: of many, those from which a package outside the bundle is in reach. What only calls the
    /// platform is most likely of a package itself.
    fn followed(&self, entries: &[(String, Node<'_>)]) -> Vec<bool> {
        if entries.len() <= FEW {
            return vec![true; entries.len()];
        }
        let positions: BTreeMap<&str, usize> =
            entries.iter().enumerate().map(|(position, (id, _))| (id.as_str(), position)).collect();
        let sources: Vec<&str> = entries.iter().map(|(_, function)| self.source(*function)).collect();
        let taken: Vec<Vec<usize>> = entries
            .iter()
            .zip(&sources)
            .map(|((_, function), source)| {
                let parameters = field(*function, "parameters").map(children).unwrap_or_default();
                let loads = parameters.get(2).map(|loads| self.source(*loads));
                loads.map(|loads| ids(source, loads, &positions)).unwrap_or_default()
            })
            .collect();
        let mut followed: Vec<bool> = entries
            .iter()
            .zip(&sources)
            .map(|((id, _), source)| {
                let outside = outside(id, source).is_some_and(|name| !of_platform(&name));
                outside || plain_requires(source).any(|name| !of_platform(name))
            })
            .collect();
        loop {
            let reached: Vec<usize> = (0..entries.len())
                .filter(|position| !followed[*position] && taken[*position].iter().any(|other| followed[*other]))
                .collect();
            if reached.is_empty() {
                return followed;
            }
            reached.into_iter().for_each(|position| followed[position] = true);
        }
    }

    /// A module of the bundle: the body of its function.
    fn part(&self, function: Node<'_>, own: Name) -> Module {
        let mut lower = Lower::new(self.text, own);
        lower.registers = self.registers;
        lower.parts = Rc::clone(&self.parts);
        let parameters = match field(function, "parameter") {
            Some(single) => vec![single],
            None => field(function, "parameters").map(children).unwrap_or_default(),
        };
        let mut names = parameters.into_iter().map(|parameter| self.named(parameter));
        lower.sight.module = names.next();
        lower.sight.exports = names.next();
        lower.sight.loads = names.next();
        if let Some(body) = field(function, "body") {
            match body.kind() {
                "statement_block" => lower.program(body),
                _ => lower.program_of(&[body]),
            }
        }
        lower.module
    }

    /// The module that a call takes from the bundle's table: `n(704)`, `n(n.s = 1)`, also bound for later.
    pub fn taken(&self, callee: Node<'_>, arguments: Node<'_>) -> Option<Name> {
        let loads = self.sight.loads.as_ref()?;
        let given = children(arguments);
        let source = self.source(callee);
        let id = match given.as_slice() {
            [id, ..] if source == loads.as_str() => *id,
            [id, ..] if source.strip_prefix(loads.as_str()) == Some(".t") => *id,
            _ => return None,
        };
        self.part_of(id)
    }

    fn part_of(&self, id: Node<'_>) -> Option<Name> {
        match id.kind() {
            "assignment_expression" => self.part_of(field(id, "right")?),
            "string" => self.parts.get(self.string(id).as_str()).cloned(),
            "number" => self.parts.get(self.source(id)).cloned(),
            _ => None,
        }
    }

    /// What else the bundle's function brings: `n.n(module)`, which gives a module's default, `n.bind(n, 704)`.
    pub fn of_bundle(&mut self, callee: Node<'_>, arguments: Node<'_>) -> Option<Kind> {
        let loads = self.sight.loads.clone()?;
        let method = self.source(callee).strip_prefix(loads.as_str())?;
        let given = children(arguments);
        match (method, given.as_slice()) {
            (".n", [module]) => {
                let module = at(arguments, self.interop(*module));
                let value = at(arguments, Kind::Member(Box::new(module), "default".into()));
                Some(self.defaults(value, arguments))
            }
            (".bind" | ".t.bind", [_, id, ..]) => {
                let module = at(*id, Kind::Module(self.part_of(*id)?));
                Some(Kind::Function(self.giving(module)))
            }
            (".nmd" | ".hmd", [module]) => Some(self.expression(*module).kind),
            _ => None,
        }
    }

    /// A function that gives a module's default, which it also has as its member `a`.
    fn defaults(&mut self, value: Expression, node: Node<'_>) -> Kind {
        let members =
            vec![portolan_program::Entry { key: portolan_program::Key::Name("a".into()), value: value.clone() }];
        let function = at(node, Kind::Function(self.giving(value)));
        let object = at(node, Kind::Name("Object".into()));
        let assign = at(node, Kind::Member(Box::new(object), "assign".into()));
        let given = [function, at(node, Kind::Record(members))].map(portolan_program::Argument::plain);
        Kind::Call(Box::new(assign), given.into())
    }

    /// A function that does nothing but give this.
    fn giving(&mut self, value: Expression) -> portolan_program::FunctionId {
        let place = value.span;
        let body = vec![Statement::Return(Some(value))];
        self.module.add_function(Function { body, span: place, ..Function::default() })
    }

    /// `n.d(exports, { a: () => b })`, `n.d(exports, "a", () => b)`: what the names hold in the end. False: no such call.
    pub fn bundle_exports(&mut self, callee: Node<'_>, given: &[Node<'_>]) -> bool {
        let Some(loads) = &self.sight.loads else { return false };
        match (self.source(callee).strip_prefix(loads.as_str()), given) {
            (Some(".d"), [target, record]) if record.kind() == "object" => {
                self.export_late(*target, *record);
                true
            }
            (Some(".d"), [target, name, getter]) if name.kind() == "string" => {
                let value = self.gotten(*getter);
                let name = self.string(*name);
                self.give_late(*target, name, value);
                true
            }
            (Some(".r"), _) => true,
            _ => false,
        }
    }

    /// `{ a: () => b, c() { return d } }`: members of the target that are what those functions give in the end.
    pub fn export_late(&mut self, target: Node<'_>, record: Node<'_>) {
        for entry in children(record) {
            let (key, getter) = match entry.kind() {
                "pair" => (field(entry, "key"), field(entry, "value")),
                "method_definition" => (field(entry, "name"), Some(entry)),
                _ => continue,
            };
            let Some(name) = key.and_then(|key| self.key_name(key)) else { continue };
            let Some(getter) = getter else { continue };
            let value = self.gotten(getter);
            self.give_late(target, name, value);
        }
    }

    /// What a getter gives.
    fn gotten(&mut self, getter: Node<'_>) -> Expression {
        let getter = inner(getter);
        let body = field(getter, "body").map(inner);
        let only = body.map(|body| children(body)).unwrap_or_default();
        match (body, only.as_slice()) {
            (Some(body), [single]) if body.kind() == "statement_block" && single.kind() == "return_statement" => {
                match children(*single).first() {
                    Some(value) => self.expression(inner(*value)),
                    None => at(*single, Kind::Nothing),
                }
            }
            (Some(body), _) if getter.kind() == "arrow_function" && body.kind() != "statement_block" => {
                self.expression(body)
            }
            _ => {
                let function = self.expression(getter);
                at(getter, Kind::Call(Box::new(function), Vec::new()))
            }
        }
    }

    fn give_late(&mut self, target: Node<'_>, name: Name, value: Expression) {
        if self.exported(target) == Some(crate::commonjs::Exported::Whole) {
            return self.late.push(Statement::Export { name: Some(name), value });
        }
        let target = self.expression(target);
        let pattern = portolan_program::Pattern::Member(Box::new(target), name);
        self.around.late.push(Statement::Bind { pattern, declared: None, value: Some(value), declares: false });
    }
}

/// The modules that a module of a bundle takes, by their positions.
fn ids(source: &str, loads: &str, positions: &BTreeMap<&str, usize>) -> Vec<usize> {
    let calls = source.match_indices(loads).filter_map(|(at, _)| source[at + loads.len()..].strip_prefix('('));
    let named = calls.filter_map(|given| {
        let given = match given.strip_prefix("/*") {
            Some(comment) => comment.split_once("*/")?.1,
            None => given,
        };
        let id = given.split([')', ',']).next()?.trim().trim_matches(['"', '\'']);
        positions.get(id).copied()
    });
    named.collect()
}

/// The names that a text requires from outside a bundle.
fn plain_requires(source: &str) -> impl Iterator<Item = &str> {
    let calls = source.match_indices("require(").filter_map(|(at, call)| source.get(at + call.len()..));
    calls.filter_map(|given| {
        let quote = given.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        given[1..].split(quote).next().filter(|name| name.len() < 100)
    })
}

/// Whether a module is one of Node's own.
fn of_platform(module: &str) -> bool {
    let first = module.split('/').next().unwrap_or_default();
    module.starts_with("node:") || module.starts_with('.') || PLATFORM.contains(&first)
}

/// The module outside a bundle that one of its modules stands for: `e.exports = require("aws-sdk")`, or a file of a package.
pub(crate) fn outside(id: &str, function: &str) -> Option<String> {
    packaged(id).or_else(|| {
        let (_, required) = function.split_once("exports").filter(|_| function.len() < 400)?;
        let plain: String = required.chars().filter(|letter| !letter.is_whitespace()).collect();
        let (quote, rest) = plain.strip_prefix("=require(").and_then(|rest| rest.split_at_checked(1))?;
        let (name, end) = rest.split_once(quote)?;
        end.starts_with(')').then(|| name.to_owned())
    })
}

/// The package that a path lies in; one of a package's own entries where they have names of their own.
pub(crate) fn packaged(path: &str) -> Option<String> {
    let (_, inner) = path.rsplit_once("node_modules/")?;
    let mut names = inner.splitn(3, '/');
    let first = names.next()?;
    let package = if first.starts_with('@') { format!("{first}/{}", names.next()?) } else { first.to_owned() };
    let rest = inner.strip_prefix(&package)?.trim_start_matches('/');
    let stem = rest.split('.').next().unwrap_or_default();
    let entry = stem.starts_with("clients/") && !stem.ends_with("/all");
    Some(if entry { format!("{package}/{stem}") } else { package })
}

/// Whether a module is what a package says of itself.
fn holds_package(function: &str) -> bool {
    let start: String = function.chars().take(400).filter(|letter| !letter.is_whitespace()).collect();
    start.contains("JSON.parse('{\"name\":\"")
}

#[cfg(test)]
mod tests {
    use super::{outside, packaged};

    #[test]
    fn a_module_stands_for_what_it_takes_from_outside() {
        assert_eq!(outside("704", "e=>{\"use strict\";e.exports=require(\"aws-sdk\")}").as_deref(), Some("aws-sdk"));
        assert_eq!(
            packaged("./node_modules/@aws-sdk/client-s3/dist-es/index.js").as_deref(),
            Some("@aws-sdk/client-s3")
        );
        assert_eq!(packaged("node_modules/aws-sdk/clients/s3.js").as_deref(), Some("aws-sdk/clients/s3"));
        assert_eq!(packaged("./src/db.ts"), None);
    }
}
