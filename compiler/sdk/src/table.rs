//! Tables of operations as people write them, `data/gcp/operations.txt` and `data/azure/operations.txt`: which permissions an
//! operation needs, and which of its arguments name the resource. The form of a table is described at the head of the first.

use crate::aws::spelling::same;
use crate::{Needed, Object, Operation, Permission, Piece, Resource, Template, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// A table.
pub(crate) struct Table {
    services: Vec<Service>,
}

struct Service {
    name: &'static str,
    clients: Vec<&'static str>,
    paths: Vec<(&'static str, &'static str)>,
    actions: Vec<(&'static str, &'static str)>,
    rows: Vec<Row>,
}

struct Row {
    operation: &'static str,
    need: Option<Need>,
}

/// A permission and how its resource is named.
struct Need {
    permission: SmolStr,
    kind: &'static str,
    name: Naming,
    part: Option<Naming>,
    /// Whether it is needed only where the name is given.
    conditional: bool,
}

/// Paths into the input, and the collection behind which the name stands.
struct Naming {
    paths: Vec<&'static str>,
    collection: Option<&'static str>,
}

impl Table {
    /// Reads a table. A line that is none of the forms is a mistake of ours, which a test finds.
    pub fn read(text: &'static str) -> Self {
        let mut services: Vec<Service> = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match (line.strip_prefix('['), services.last_mut()) {
                (Some(name), _) => services.push(Service::new(name.trim_end_matches(']'))),
                (None, Some(service)) => service.add(line),
                (None, None) => {}
            }
        }
        Self { services }
    }

    /// The service whose generated client has this class name, in a package of this name.
    pub fn client(&self, class: &str, package: &str) -> Option<&'static str> {
        let is = |known: &&str| match known.split_once('@') {
            Some((name, word)) => name == class && package.contains(word),
            None => *known == class,
        };
        self.services.iter().find(|service| service.clients.iter().any(is)).map(|service| service.name)
    }

    /// The service of this name, as the table spells it.
    pub fn service(&self, name: &str) -> Option<&'static str> {
        self.services.iter().find(|service| same(service.name, name)).map(|service| service.name)
    }

    /// An operation of a service in any spelling, as the table spells it. `*` counts for every name.
    pub fn operation(&self, service: &str, spelling: &str) -> Option<&'static str> {
        let rows = &self.find(service)?.rows;
        let exact = rows.iter().find(|row| same(row.operation, spelling));
        exact.or_else(|| rows.iter().find(|row| row.operation == "*")).map(|row| row.operation)
    }

    /// The form of the names that a client's helper gives: `topic_path`, `topicPath`.
    pub fn path(&self, service: &str, helper: &str) -> Option<&'static str> {
        let kind = helper.strip_suffix("_path").or_else(|| helper.strip_suffix("Path"))?;
        match kind {
            "common_project" | "project" => Some("projects/{}"),
            "common_location" | "location" => Some("projects/{}/locations/{}"),
            _ => self.find(service)?.paths.iter().find(|(name, _)| same(name, kind)).map(|(_, form)| *form),
        }
    }

    /// What an operation needs.
    pub fn needed(&self, operation: &Operation) -> Needed {
        let unknown =
            || Needed::Unknown(format!("what `{}` of `{}` needs is not known here", operation.name, operation.service));
        let Some(service) = self.find(&operation.service) else { return unknown() };
        let rows = service.rows.iter();
        let mut rows: Vec<&Row> =
            rows.filter(|row| same(row.operation, &operation.name) && row.operation != "*").collect();
        if rows.is_empty() {
            rows = service.rows.iter().filter(|row| row.operation == "*").collect();
        }
        if rows.is_empty() {
            return unknown();
        }
        let mut permissions: Vec<Permission> = Vec::new();
        for need in rows.into_iter().filter_map(|row| row.need.as_ref()) {
            for permission in need.permissions(&operation.input) {
                if !permissions.contains(&permission) {
                    permissions.push(permission);
                }
            }
        }
        Needed::Permissions(permissions)
    }

    fn find(&self, service: &str) -> Option<&Service> {
        self.services.iter().find(|known| same(known.name, service))
    }

    /// The permissions that operations of a service need.
    pub fn permissions_of(&self, service: &str) -> impl Iterator<Item = &str> {
        let rows = self.find(service).into_iter().flat_map(|service| &service.rows);
        rows.filter_map(|row| row.need.as_ref()).map(|need| need.permission.as_str())
    }

    /// Every permission of the table, for tests.
    #[cfg(test)]
    pub fn permissions(&self) -> Vec<&str> {
        let needs = self.services.iter().flat_map(|service| &service.rows).filter_map(|row| row.need.as_ref());
        needs.map(|need| need.permission.as_str()).collect()
    }
}

impl Service {
    fn new(name: &'static str) -> Self {
        Self { name, clients: Vec::new(), paths: Vec::new(), actions: Vec::new(), rows: Vec::new() }
    }

    fn add(&mut self, line: &'static str) {
        let columns: Vec<&'static str> = line.split_whitespace().collect();
        match columns.as_slice() {
            ["client", clients @ ..] => self.clients.extend(clients),
            ["path", kind, form] => self.paths.push((kind, form)),
            ["action", word, prefix] => self.actions.push((word, prefix)),
            ["same", operations @ ..] => {
                let service = self.name;
                self.rows.extend(operations.iter().map(|operation| Row {
                    operation,
                    need: Some(Need::new(format!("{service}.{operation}").into(), "project", "project")),
                }));
            }
            [operation, "-"] => self.rows.push(Row { operation, need: None }),
            [operation, permission, kind, naming] => {
                let need = Need::new(self.written(permission), kind, naming);
                self.rows.push(Row { operation, need: Some(need) });
            }
            _ => debug_assert!(false, "not a line of a table: {line}"),
        }
    }

    /// A permission with its prefix in place of the word for it.
    fn written(&self, permission: &'static str) -> SmolStr {
        let Some((word, rest)) = permission.strip_prefix('@').and_then(|text| text.split_once('/')) else {
            return SmolStr::new_static(permission);
        };
        let prefix = self.actions.iter().find(|(known, _)| *known == word).map_or("", |(_, prefix)| *prefix);
        format!("{prefix}/{rest}").into()
    }
}

impl Need {
    fn new(permission: SmolStr, kind: &'static str, naming: &'static str) -> Self {
        let (naming, conditional) = naming.strip_prefix('?').map_or((naming, false), |naming| (naming, true));
        let (name, part) = match naming.split_once('/') {
            Some((name, part)) => (name, Some(part)),
            None => (naming, None),
        };
        Self { permission, kind, name: Naming::new(name), part: part.map(Naming::new), conditional }
    }

    /// One permission for each name it may be about.
    fn permissions(&self, input: &BTreeMap<SmolStr, Term>) -> Vec<Permission> {
        if self.conditional && !self.name.is_given(input) {
            return Vec::new();
        }
        let names = self.name.names(input);
        let parts = self.part.as_ref().map_or_else(|| vec![None], |part| part.names(input));
        let each = names.iter().flat_map(|name| parts.iter().map(move |part| (name.clone(), part.clone())));
        each.map(|(name, part)| Permission {
            permission: self.permission.clone(),
            resource: Resource { kind: self.kind.into(), name, part },
        })
        .collect()
    }
}

impl Naming {
    fn new(text: &'static str) -> Self {
        let (paths, collection) = match text.split_once('>') {
            Some((paths, collection)) => (paths, Some(collection)),
            None => (text, None),
        };
        Self { paths: paths.split('|').collect(), collection }
    }

    fn is_given(&self, input: &BTreeMap<SmolStr, Term>) -> bool {
        self.paths.iter().any(|path| given(input, path).is_some())
    }

    /// The names that the input gives; one that is not known where it gives none.
    fn names(&self, input: &BTreeMap<SmolStr, Term>) -> Vec<Option<Template>> {
        let term = self.paths.iter().find_map(|path| given(input, path)).or_else(|| input.get("0").cloned());
        let mut names = Vec::new();
        collect(&term.unwrap_or_default(), self.collection, &mut names);
        names
    }
}

/// What stands at a path of an input, in any spelling.
fn given(input: &BTreeMap<SmolStr, Term>, path: &str) -> Option<Term> {
    let mut members = input;
    let mut parts = path.split('.').peekable();
    while let Some(part) = parts.next() {
        let term = members.iter().find(|(name, _)| same(name, part)).map(|(_, term)| term)?;
        if parts.peek().is_none() {
            return Some(term.clone());
        }
        members = match term {
            Term::Record(members) | Term::Object(Object { facts: members, .. }) => members,
            _ => return None,
        };
    }
    None
}

fn collect(term: &Term, collection: Option<&str>, names: &mut Vec<Option<Template>>) {
    let mut add = |name: Option<Template>| {
        if !names.contains(&name) {
            names.push(name);
        }
    };
    match term {
        Term::Text(template) => add(Some(behind(template, collection))),
        Term::Any(terms) | Term::List(terms) if !terms.is_empty() => {
            terms.iter().for_each(|term| collect(term, collection, names));
        }
        _ => add(None),
    }
}

/// What stands behind `collection/` in a name, up to the next slash; the whole where it does not occur.
fn behind(template: &Template, collection: Option<&str>) -> Template {
    let Some(collection) = collection else { return template.clone() };
    let mark = format!("{collection}/");
    for (position, piece) in template.0.iter().enumerate() {
        let Piece::Literal(text) = piece else { continue };
        let start = text.match_indices(&mark).find(|(at, _)| *at == 0 || text[..*at].ends_with('/'));
        let Some((at, _)) = start else { continue };
        return until_slash(&text[at + mark.len()..], &template.0[position + 1..]);
    }
    template.clone()
}

fn until_slash(first: &str, rest: &[Piece]) -> Template {
    let mut pieces = Vec::new();
    let first = Piece::Literal(first.into());
    for piece in std::iter::once(&first).chain(rest) {
        match piece {
            Piece::Literal(text) => {
                let (before, slash) = text.split_once('/').map_or((text.as_str(), false), |(before, _)| (before, true));
                if !before.is_empty() {
                    pieces.push(Piece::Literal(before.into()));
                }
                if slash {
                    break;
                }
            }
            other => pieces.push(other.clone()),
        }
    }
    Template(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Provider;

    const TEXT: &str = "[tasks]
client TasksClient
path queue queues/{}
action a Some.Provider
Create  t.create  queue  parent|name>queues
Create  t.act     account  ?task.token.email
List    @a/list   object   bucket/key
Free    -
same    one.get";

    fn text(pieces: &[&str]) -> Term {
        let pieces = pieces.iter().map(|piece| match piece.strip_prefix('$') {
            Some(name) => Piece::Environment(name.into()),
            None => Piece::Literal((*piece).into()),
        });
        Term::Text(Template(pieces.collect()))
    }

    fn needed(name: &str, input: &[(&str, Term)]) -> Vec<String> {
        let input = input.iter().map(|(name, term)| ((*name).into(), term.clone())).collect();
        let operation = Operation { provider: Provider::Gcp, service: "tasks".into(), name: name.into(), input };
        let Needed::Permissions(all) = Table::read(TEXT).needed(&operation) else { return vec!["?".to_owned()] };
        let written = |template: &Option<Template>| match template {
            Some(template) => format!("{:?}", template.0),
            None => "-".to_owned(),
        };
        let line = |permission: &Permission| {
            let resource = &permission.resource;
            format!(
                "{} {} {} {}",
                permission.permission,
                resource.kind,
                written(&resource.name),
                written(&resource.part)
            )
        };
        all.iter().map(line).collect()
    }

    #[test]
    fn a_name_is_what_follows_its_collection() {
        let parent = text(&["projects/", "$P", "/queues/", "$Q", "/tasks/1"]);
        assert_eq!(needed("create", &[("Parent", parent)]), ["t.create queue [Environment(\"Q\")] -"]);
        let whole = text(&["$QUEUE"]);
        assert_eq!(needed("create", &[("name", whole)]), ["t.create queue [Environment(\"QUEUE\")] -"]);
        assert_eq!(needed("create", &[("0", text(&["x/queues/q-1"]))]), ["t.create queue [Literal(\"q-1\")] -"]);
    }

    #[test]
    fn a_condition_holds_where_its_argument_is_given() {
        let token = Term::Record(BTreeMap::from([("email".into(), text(&["a@b"]))]));
        let task = Term::Record(BTreeMap::from([("token".into(), token)]));
        let all = needed("Create", &[("task", task)]);
        assert_eq!(all, ["t.create queue - -", "t.act account [Literal(\"a@b\")] -"]);
    }

    #[test]
    fn several_names_are_several_permissions() {
        let bucket = Term::Any(vec![text(&["a"]), text(&["b"]), Term::Unknown]);
        let all = needed("list", &[("bucket", bucket), ("key", text(&["k"]))]);
        assert_eq!(all.len(), 3);
        assert_eq!(all[0], "Some.Provider/list object [Literal(\"a\")] [Literal(\"k\")]");
        assert_eq!(all[2], "Some.Provider/list object - [Literal(\"k\")]");
    }

    #[test]
    fn none_and_unknown_are_different() {
        assert!(needed("free", &[]).is_empty());
        assert_eq!(needed("other", &[]), ["?"]);
        assert_eq!(needed("one.get", &[]), ["tasks.one.get project - -"]);
        let table = Table::read(TEXT);
        assert_eq!(table.client("TasksClient", "x"), Some("tasks"));
        assert_eq!(table.path("tasks", "queue_path"), Some("queues/{}"));
        assert_eq!(table.operation("Tasks", "create"), Some("Create"));
    }
}
