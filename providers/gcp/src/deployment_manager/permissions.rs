//! Roles and bindings of a Deployment Manager configuration, of ours or of any other.

use crate::permissions::{Bound, Reader};
use granit_parser::{Event, Parser};
use portolan_policy::{Pattern, Piece};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, HashMap};

/// Deeper than this, a configuration is not read.
const DEPTH: usize = 64;

/// A configuration whose resources can be looked up.
#[derive(Debug)]
pub struct Reading {
    resources: Vec<Json>,
    /// Where the first resource of each name stands.
    places: HashMap<String, usize>,
    /// The project of the deployment: what most names begin with.
    project: Pattern,
}

impl Reading {
    /// Reads a configuration. What is none has no resources.
    pub fn new(template: &str) -> Self {
        let mut root = read(template);
        let resources = match root.get_mut("resources").map(Json::take) {
            Some(Json::Array(resources)) => resources,
            _ => Vec::new(),
        };
        let mut places = HashMap::new();
        for (at, resource) in resources.iter().enumerate() {
            if let Some(name) = text_at(resource, &["name"]) {
                places.entry(name.to_owned()).or_insert(at);
            }
        }
        let project = resources.iter().find_map(project_of);
        let project = project.map_or_else(|| Pattern::atom("project"), |name| Pattern::literal(&name));
        Self { resources, places, project }
    }

    fn find(&self, name: &str) -> Option<&Json> {
        self.places.get(name).map(|at| &self.resources[*at])
    }

    /// The full name of a resource of the configuration.
    fn whole(&self, resource: &Json) -> Option<Pattern> {
        let r#type = text_at(resource, &["type"])?;
        let own = |key: &str| text_at(resource, &["properties", key]).map(|text| self.text(text));
        let parent = || own("parent").unwrap_or_else(|| join(&[Pattern::literal("projects/"), self.project.clone()]));
        let (before, key) = match r#type.split_once(':').map(|(_, collection)| collection)? {
            "projects.topics" => ("/topics/", "topic"),
            "projects.subscriptions" => ("/subscriptions/", "subscription"),
            "projects.roles" => ("/roles/", "roleId"),
            "projects.locations.functions" => ("/functions/", "function"),
            "buckets" => return own("name").map(|name| join(&[Pattern::literal("projects/_/buckets/"), name])),
            _ => return None,
        };
        let name = own(key).or_else(|| own("name"))?;
        match name.as_text().is_some_and(|text| text.starts_with("projects/")) {
            true => Some(name),
            false => Some(join(&[parent(), Pattern::literal(before), name])),
        }
    }

    /// A reference: the full name, or what it is written as.
    fn reference(&self, inside: &str) -> Pattern {
        let (name, attribute) = inside.split_once('.').unwrap_or((inside, ""));
        let whole = (attribute == "name").then(|| self.find(name).and_then(|resource| self.whole(resource))).flatten();
        whole.unwrap_or_else(|| Pattern::atom(inside))
    }

    /// A member that is added to the policy of something.
    fn member(&self, resource: &Json, r#type: &str) -> Option<Bound> {
        let text = |key: &str| text_at(resource, &["properties", key]).map(|text| self.text(text));
        let on = text("resource").or_else(|| text("bucket"));
        let prefixed = |before: &str, on: Pattern| match on.to_string().starts_with("projects/") {
            true => on,
            false => join(&[Pattern::literal(before), on]),
        };
        let on = match r#type.split_once(":virtual.").map(|(_, collection)| collection)? {
            "projects.iamMemberBinding" => prefixed("projects/", on?),
            "buckets.iamMemberBinding" => prefixed("projects/_/buckets/", on?),
            _ => on?,
        };
        Some(Bound {
            scope: Some(on),
            role: text("role")?,
            member: text("member")?,
            condition: text_at(resource, &["properties", "condition", "expression"]).map(|text| self.text(text)),
            origin: text_at(resource, &["name"]).unwrap_or_default().to_owned(),
        })
    }

    /// The policy that a resource carries itself.
    fn carried(&self, resource: &Json) -> Vec<Bound> {
        let bindings = resource.get("accessControl").and_then(|access| access.get("gcpIamPolicy")?.get("bindings"));
        let origin = text_at(resource, &["name"]).unwrap_or_default();
        let scope = self.whole(resource).unwrap_or_else(|| Pattern::atom(origin));
        let list = |json: &Json, key: &str| json.get(key).and_then(Json::as_array).cloned().unwrap_or_default();
        let mut bound = Vec::new();
        for binding in bindings.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default() {
            for member in list(binding, "members").iter().filter_map(Json::as_str) {
                bound.push(Bound {
                    scope: Some(scope.clone()),
                    role: text_at(binding, &["role"]).map(|text| self.text(text)).unwrap_or_default(),
                    member: self.text(member),
                    condition: text_at(binding, &["condition", "expression"]).map(|text| self.text(text)),
                    origin: origin.to_owned(),
                });
            }
        }
        bound
    }
}

impl Reader for Reading {
    fn roles(&self) -> BTreeMap<Pattern, Vec<String>> {
        let mut roles = BTreeMap::new();
        for resource in &self.resources {
            let included = resource.get("properties").and_then(|own| own.get("role")?.get("includedPermissions"));
            if let (Some(Json::Array(permissions)), Some(name)) = (included, self.whole(resource)) {
                roles.insert(name, permissions.iter().filter_map(Json::as_str).map(str::to_owned).collect());
            }
        }
        roles
    }

    fn bindings(&self) -> Vec<Bound> {
        let bound = |resource: &Json| {
            let r#type = text_at(resource, &["type"]).unwrap_or_default();
            let mut bound = self.carried(resource);
            if r#type.ends_with("iamMemberBinding") {
                bound.extend(self.member(resource, r#type));
            }
            bound
        };
        self.resources.iter().flat_map(bound).collect()
    }

    /// A text with its `$(ref.NAME.ATTRIBUTE)`.
    fn text(&self, written: &str) -> Pattern {
        let mut pattern = Pattern::default();
        let mut rest = written;
        while let Some((before, after)) = rest.split_once("$(ref.") {
            pattern.push_text(before);
            let Some((inside, after)) = after.split_once(')') else {
                pattern.push_text(&rest[before.len()..]);
                return pattern;
            };
            pattern.append(&self.reference(inside));
            rest = after;
        }
        pattern.push_text(rest);
        pattern
    }

    fn full_name(&self, written: &str) -> Pattern {
        self.text(written)
    }
}

/// The project that a resource says it lies in.
fn project_of(resource: &Json) -> Option<String> {
    let parent = text_at(resource, &["properties", "parent"])?;
    parent.strip_prefix("projects/")?.split('/').next().map(str::to_owned)
}

fn join(patterns: &[Pattern]) -> Pattern {
    let mut joined = Pattern::default();
    patterns.iter().for_each(|pattern| pattern.pieces().iter().for_each(|piece: &Piece| joined.push(piece.clone())));
    joined
}

fn text_at<'j>(json: &'j Json, path: &[&str]) -> Option<&'j str> {
    path.iter().try_fold(json, |json, step| json.get(step))?.as_str()
}

/// A configuration as JSON; what cannot be read ends it. Aliases are nothing, so that none can grow.
pub(super) fn read(text: &str) -> Json {
    let mut events = Parser::new_from_str(text).map_while(|event| event.ok().map(|(event, _)| event));
    node(&mut events, 0).unwrap_or_default()
}

/// Why a text is no configuration; none of one that is.
pub(crate) fn unreadable(text: &str) -> Option<String> {
    let wrong = Parser::new_from_str(text).find_map(Result::err)?;
    Some(format!("line {}: what stands there is no YAML", wrong.marker().line()))
}

/// The next node; none where a collection ends.
fn node<'e>(events: &mut impl Iterator<Item = Event<'e>>, depth: usize) -> Option<Json> {
    if depth > DEPTH {
        return None;
    }
    loop {
        match events.next()? {
            Event::Scalar(text, ..) => return Some(text.into()),
            Event::Alias(..) => return Some(Json::Null),
            Event::SequenceStart(..) => return Some(std::iter::from_fn(|| node(events, depth + 1)).collect()),
            Event::MappingStart(..) => return Some(map(events, depth + 1)),
            Event::SequenceEnd | Event::MappingEnd => return None,
            _ => {}
        }
    }
}

fn map<'e>(events: &mut impl Iterator<Item = Event<'e>>, depth: usize) -> Json {
    let mut entries = Map::new();
    while let Some(key) = node(events, depth) {
        let Some(value) = node(events, depth) else { break };
        entries.insert(key.as_str().map_or_else(|| key.to_string(), str::to_owned), value);
    }
    entries.into()
}
