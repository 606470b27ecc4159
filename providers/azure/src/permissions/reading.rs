//! A template as its resources, those of nested templates among them.

use super::text::under;
use portolan_policy::Pattern;
use serde_json::Value as Json;

/// Nested templates are followed this far.
const DEPTH: usize = 8;

/// A template whose variables can be looked up.
pub(crate) struct Reading {
    template: Json,
}

/// A resource of a template, and the group that it is deployed to where that is not the template's own.
#[derive(Clone, Copy)]
pub(crate) struct Made<'t> {
    /// The resource.
    pub(crate) json: &'t Json,
    /// `Microsoft.Web/sites`.
    pub(super) r#type: &'t str,
    /// The deployment that nests it.
    within: Option<&'t Json>,
    /// The resource that holds it in its list of children.
    parent: Option<&'t Json>,
}

impl Reading {
    /// Reads a template. What is no template has no resources.
    pub(crate) fn new(template: &str) -> Self {
        Self { template: serde_json::from_str(template).unwrap_or_default() }
    }

    /// All resources, in order.
    pub(crate) fn made(&self) -> Vec<Made<'_>> {
        let mut made = Vec::new();
        collect(&self.template, None, None, 0, &mut made);
        made
    }

    /// A variable of the template.
    pub(crate) fn variable(&self, name: &str) -> Option<&Json> {
        self.template.get("variables")?.get(name)
    }
}

/// The resources of a template or of a resource: a list, or a map with symbolic names.
fn collect<'t>(
    holder: &'t Json,
    within: Option<&'t Json>,
    parent: Option<&'t Json>,
    depth: usize,
    made: &mut Vec<Made<'t>>,
) {
    let resources: Vec<&Json> = match holder.get("resources") {
        Some(Json::Array(list)) => list.iter().collect(),
        Some(Json::Object(named)) => named.values().collect(),
        _ => Vec::new(),
    };
    for json in resources {
        let Some(r#type) = json.get("type").and_then(Json::as_str) else { continue };
        made.push(Made { json, r#type, within, parent });
        if depth >= DEPTH {
            continue;
        }
        collect(json, within, Some(json), depth + 1, made);
        if r#type.eq_ignore_ascii_case("Microsoft.Resources/deployments")
            && let Some(template) = json.get("properties").and_then(|own| own.get("template"))
        {
            collect(template, Some(json), None, depth + 1, made);
        }
    }
}

impl<'t> Made<'t> {
    /// Whether it is of a type; case does not matter to Azure.
    pub(super) fn is(&self, r#type: &str) -> bool {
        self.r#type.eq_ignore_ascii_case(r#type)
    }

    /// Something inside it.
    pub(super) fn at(&self, path: &[&str]) -> Option<&'t Json> {
        path.iter().try_fold(self.json, |json, step| json.get(step))
    }

    /// Something in its properties.
    pub(super) fn get(&self, name: &str) -> Option<&'t Json> {
        self.at(&["properties", name])
    }

    /// Where it is known from: its address among our metadata, else its name as written.
    pub(super) fn origin(&self) -> String {
        let address = |json: &Json| json.get("metadata")?.get("address")?.as_str().map(str::to_owned);
        let name = || self.json.get("name").and_then(Json::as_str).map(str::to_owned);
        let outer = self.within.and_then(address);
        address(self.json).or(outer).or_else(name).unwrap_or_default()
    }

    /// The id of the group that it is deployed to.
    pub(super) fn group(&self, reading: &Reading) -> Pattern {
        let text = |key: &str| self.within.and_then(|outer| outer.get(key)).map(|json| reading.text(json));
        let Some(group) = text("resourceGroup") else { return Pattern::atom("resourceGroup().id") };
        let subscription = text("subscriptionId").unwrap_or_else(|| Pattern::atom("subscription().subscriptionId"));
        let mut id = Pattern::literal("/subscriptions/");
        id.append(&subscription);
        id.push_text("/resourceGroups/");
        id.append(&group);
        id
    }

    /// Its id, written out as far as the template tells.
    pub(crate) fn id(&self, reading: &Reading) -> Pattern {
        under(self.group(reading), &Pattern::literal(&self.full_type()), &[self.full_name(reading)])
    }

    /// The last segment of its name.
    pub(super) fn own_name(&self, reading: &Reading) -> Pattern {
        last_segment(&self.full_name(reading))
    }

    /// The name with those of the resources that hold it.
    pub(crate) fn full_name(&self, reading: &Reading) -> Pattern {
        let name = |json: &Json| json.get("name").map(|name| reading.text(name)).unwrap_or_default();
        match self.parent {
            Some(parent) if !self.r#type.contains('/') => {
                let mut full = name(parent).then("/");
                full.append(&name(self.json));
                full
            }
            _ => name(self.json),
        }
    }

    /// The type with those of the resources that hold it.
    pub(crate) fn full_type(&self) -> String {
        match self.parent.and_then(|parent| parent.get("type")?.as_str()) {
            Some(parent) if !self.r#type.contains('/') => format!("{parent}/{}", self.r#type),
            _ => self.r#type.to_owned(),
        }
    }
}

/// What follows the last slash.
pub(super) fn last_segment(path: &Pattern) -> Pattern {
    segments(path).pop().unwrap_or_default()
}

/// A text cut at its slashes.
pub(super) fn segments(path: &Pattern) -> Vec<Pattern> {
    let mut segments = vec![Pattern::default()];
    for piece in path.pieces() {
        match piece {
            portolan_policy::Piece::Text(text) => {
                for (at, part) in text.split('/').enumerate() {
                    if at > 0 {
                        segments.push(Pattern::default());
                    }
                    if let Some(last) = segments.last_mut() {
                        last.push_text(part);
                    }
                }
            }
            piece => {
                if let Some(last) = segments.last_mut() {
                    last.push(piece.clone());
                }
            }
        }
    }
    segments
}

/// The items of a list; none of anything else.
pub(super) fn items(json: Option<&Json>) -> &[Json] {
    json.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
}
