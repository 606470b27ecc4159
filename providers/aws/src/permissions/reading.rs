//! A template as its resources, and all statements in it.

use super::{doors, identities, invocations, resources};
use portolan_policy::Statement;
use serde_json::{Map, Value as Json};

/// A template whose resources can be looked up.
pub(super) struct Reading {
    resources: Map<String, Json>,
}

/// A resource of a template.
#[derive(Clone, Copy)]
pub(super) struct Made<'t> {
    /// Its logical id.
    pub(super) id: &'t str,
    /// `AWS::SQS::Queue`.
    pub(super) r#type: &'t str,
    /// Its properties; null where it has none.
    pub(super) properties: &'t Json,
}

impl Reading {
    /// Reads a template. What is no template has no resources.
    pub(super) fn new(template: &str) -> Self {
        let read = match crate::template::read(template) {
            Ok(Json::Object(mut template)) => template.remove("Resources"),
            _ => None,
        };
        match read {
            Some(Json::Object(resources)) => Self { resources },
            _ => Self { resources: Map::new() },
        }
    }

    /// The resources in the order of the template.
    pub(super) fn made(&self) -> impl Iterator<Item = Made<'_>> {
        self.resources.iter().filter_map(|(id, resource)| made(id, resource))
    }

    /// The resource of a logical id.
    pub(super) fn find<'t>(&'t self, id: &'t str) -> Option<Made<'t>> {
        made(id, self.resources.get(id)?)
    }

    /// Every statement of the template.
    pub(super) fn statements(&self) -> Vec<Statement> {
        let mut statements: Vec<Statement> = Vec::new();
        for made in self.made() {
            identities::read(self, made, &mut statements);
            resources::read(self, made, &mut statements);
            invocations::read(self, made, &mut statements);
            doors::read(self, made, &mut statements);
        }
        statements
    }
}

fn made<'t>(id: &'t str, resource: &'t Json) -> Option<Made<'t>> {
    let r#type = resource.get("Type")?.as_str()?;
    Some(Made { id, r#type, properties: resource.get("Properties").unwrap_or(&Json::Null) })
}

impl<'t> Made<'t> {
    /// A property.
    pub(super) fn get(&self, name: &str) -> Option<&'t Json> {
        self.properties.get(name)
    }

    /// A property that is a text as it stands.
    pub(super) fn str(&self, name: &str) -> Option<&'t str> {
        self.get(name)?.as_str()
    }

    /// A property inside others.
    pub(super) fn at(&self, path: &[&str]) -> Option<&'t Json> {
        path.iter().try_fold(self.properties, |json, step| json.get(step))
    }
}

/// The items of a list; of anything else itself.
pub(super) fn items(json: &Json) -> &[Json] {
    match json {
        Json::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}
