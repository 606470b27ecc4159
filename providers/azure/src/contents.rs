//! An ARM template read back as its resources, of ours or of any other.
//!
//! `concat`, `format` and variables become texts with holes, and the id of a resource of the template a reference to it,
//! however it is put together. Everything else stands for itself, in one spelling.

use crate::permissions::{Made, Node, Reading, expression, resource_id};
use portolan_target::{Contents, Fate, Holding, Piece, Unseen, Written};
use portolan_value::{Address, Parts};
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::HashMap;

/// The keys of a resource that say how it is deployed and not what it is.
const AROUND: [&str; 6] = ["dependsOn", "condition", "copy", "scope", "apiVersion", "comments"];

/// The keys that are told elsewhere.
const APART: [&str; 3] = ["type", "metadata", "resources"];

/// Expressions inside expressions are followed this far.
const DEPTH: usize = 48;

/// What a template holds; of what is no template, nothing.
pub(crate) fn contents(template: &str, _: &Parts) -> Contents {
    let Ok(json) = serde_json::from_str::<Json>(template) else { return Contents::default() };
    // What the portal and the command line export wraps the template.
    let json = json.get("template").filter(|inner| inner.get("resources").is_some()).unwrap_or(&json);
    let reading = Reading::new(&json.to_string());
    let made = reading.made();
    let ids = made.iter().map(|made| (made.id(&reading).to_string().to_lowercase(), name(made, &reading))).collect();
    let writing = Writing { reading: &reading, ids };
    let section = |name: &str| json.get(name).and_then(Json::as_object).cloned().unwrap_or_default();
    let output = |(name, output): (&String, &Json)| Some((name.clone(), writing.value(output.get("value")?)));
    Contents {
        lowering: json.pointer("/metadata/portolan/loweringVersion").and_then(Json::as_u64),
        holdings: made.iter().map(|made| writing.holding(made)).collect(),
        outputs: section("outputs").iter().filter_map(output).collect(),
        parameters: section("parameters").iter().map(|(name, said)| (name.clone(), Written::from(said))).collect(),
    }
}

/// The address of ours; of others, the type and the name.
fn name(made: &Made<'_>, reading: &Reading) -> String {
    match address(made) {
        Some(address) => address.as_str().to_owned(),
        None => format!("{}/{}", made.full_type(), made.full_name(reading)),
    }
}

fn address(made: &Made<'_>) -> Option<Address> {
    made.json.get("metadata")?.get("address")?.as_str().map(Address::written)
}

/// What the template says of a resource beside its properties.
fn unseen(made: &Made<'_>) -> Unseen {
    let said = made.json.get("metadata").and_then(|said| said.get("unseen"));
    said.and_then(|said| Unseen::deserialize(&plain(said)).ok()).unwrap_or_default()
}

/// Texts as they were before the encoder kept them from being expressions.
fn plain(said: &Json) -> Json {
    match said {
        Json::String(text) => {
            Json::String(text.strip_prefix("[[").map_or_else(|| text.clone(), |rest| format!("[{rest}")))
        }
        Json::Object(map) => Json::Object(map.iter().map(|(key, value)| (key.clone(), plain(value))).collect()),
        other => other.clone(),
    }
}

struct Writing<'t> {
    reading: &'t Reading,
    /// The resources of the template by their ids, in lower case: Azure compares them so.
    ids: HashMap<String, String>,
}

impl Writing<'_> {
    fn holding(&self, made: &Made<'_>) -> Holding {
        let entries = || made.json.as_object().into_iter().flatten();
        let half = |around: bool| {
            let entries = entries().filter(|(key, _)| !APART.contains(&key.as_str()));
            let entries = entries.filter(|(key, _)| AROUND.contains(&key.as_str()) == around);
            Written::Map(entries.map(|(key, value)| (key.clone(), self.value(value))).collect())
        };
        let retained = made.json.get("metadata").and_then(|said| said.get("retain")) == Some(&Json::Bool(true));
        Holding {
            id: name(made, self.reading),
            address: address(made),
            r#type: made.full_type(),
            body: half(false),
            around: half(true),
            // A deployment stack detaches what its template no longer has, and a plain deployment does not know of it
            // (Azure documentation, "Create and deploy Azure deployment stacks"): ours ask for the first.
            removed: if retained { Fate::Kept("detached from the deployment") } else { Fate::Lost },
            replaced: Fate::Refused("Azure, which replaces nothing"),
            create_first: None,
            unseen: unseen(made),
        }
    }

    fn value(&self, json: &Json) -> Written {
        match json {
            Json::Array(items) => Written::List(items.iter().map(|item| self.value(item)).collect()),
            Json::Object(map) => {
                Written::Map(map.iter().map(|(key, value)| (key.clone(), self.value(value))).collect())
            }
            Json::String(text) => Written::joined(self.pieces(text, 0)),
            scalar => Written::from(scalar),
        }
    }

    fn pieces(&self, text: &str, depth: usize) -> Vec<Piece> {
        let Some(inside) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
            return vec![Piece::Letters(text.to_owned())];
        };
        if inside.starts_with('[') {
            return vec![Piece::Letters(text[1..].to_owned())];
        }
        match expression(inside) {
            Some(node) => self.node(&node, depth),
            None => vec![Piece::Expression(inside.to_owned())],
        }
    }

    fn node(&self, node: &Node, depth: usize) -> Vec<Piece> {
        match node {
            Node::Text(text) => vec![Piece::Letters(text.clone())],
            Node::Call(name, arguments, way) if depth < DEPTH => {
                self.call(name, arguments, way, depth + 1).unwrap_or_else(|| vec![self.unknown(name, arguments, way)])
            }
            Node::Call(name, arguments, way) => vec![self.unknown(name, arguments, way)],
        }
    }

    /// A function that gives a text; none where it stands for itself.
    fn call(&self, name: &str, arguments: &[Node], way: &[String], depth: usize) -> Option<Vec<Piece>> {
        match (name.to_ascii_lowercase().as_str(), way) {
            ("concat", []) => Some(arguments.iter().flat_map(|argument| self.node(argument, depth)).collect()),
            ("format", []) => self.formatted(arguments, depth),
            ("variables", []) => match arguments {
                [Node::Text(name)] => match self.reading.variable(name)? {
                    Json::String(text) => Some(self.pieces(text, depth)),
                    Json::Object(_) | Json::Array(_) => None,
                    scalar => Some(vec![Piece::Letters(scalar.to_string())]),
                },
                _ => None,
            },
            ("resourceid" | "subscriptionresourceid" | "extensionresourceid", []) => {
                Some(vec![self.reference(name, arguments, "")?])
            }
            ("reference", _) => match arguments.first()? {
                Node::Call(inner, own, no) if no.is_empty() => {
                    Some(vec![self.reference(inner, own, &way.join("."))?])
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The resource of the template that an id means.
    fn reference(&self, name: &str, arguments: &[Node], attribute: &str) -> Option<Piece> {
        let id = resource_id(self.reading, name, arguments)?.to_string().to_lowercase();
        let id = self.ids.get(&id)?.clone();
        Some(Piece::Reference { id, attribute: attribute.to_owned() })
    }

    /// `format('{0}/x', …)`.
    fn formatted(&self, arguments: &[Node], depth: usize) -> Option<Vec<Piece>> {
        let Node::Text(form) = arguments.first()? else { return None };
        let mut pieces = Vec::new();
        let mut rest = form.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (place, after) = after.split_once('}')?;
            pieces.push(Piece::Letters(before.to_owned()));
            let argument = arguments.get(place.parse::<usize>().ok()?.checked_add(1)?)?;
            pieces.extend(self.node(argument, depth));
            rest = after;
        }
        pieces.push(Piece::Letters(rest.to_owned()));
        Some(pieces)
    }

    /// What is not understood stands for itself, with what is known in it.
    fn unknown(&self, name: &str, arguments: &[Node], way: &[String]) -> Piece {
        let spelled = |node: &Node| match node {
            Node::Text(text) => format!("'{text}'"),
            Node::Call(name, arguments, way) => match self.unknown(name, arguments, way) {
                Piece::Expression(text) => text,
                piece => piece.to_string(),
            },
        };
        let arguments: Vec<String> = arguments.iter().map(spelled).collect();
        let way: String = way.iter().map(|step| format!(".{step}")).collect();
        Piece::Expression(format!("{name}({}){way}", arguments.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_catalog::standard;

    const TEMPLATE: &str = r#"{
      "metadata": {"portolan": {"loweringVersion": 1}},
      "variables": {"name": "[concat('demo-', parameters('stage'))]"},
      "resources": [
        {"type": "Microsoft.ServiceBus/namespaces", "apiVersion": "2024-01-01", "name": "[variables('name')]",
         "location": "westeurope", "metadata": {"address": "app.service-bus", "retain": true}},
        {"type": "Microsoft.ServiceBus/namespaces/queues", "apiVersion": "2024-01-01",
         "name": "[format('{0}/jobs', variables('name'))]",
         "properties": {"in": "[reference(resourceId('Microsoft.ServiceBus/namespaces', variables('name'))).hostName]"},
         "dependsOn": ["[resourceId('Microsoft.ServiceBus/namespaces', concat('demo-', parameters('stage')))]"]}
      ]}"#;

    #[test]
    fn ids_are_references_however_they_are_put_together() {
        let read = contents(TEMPLATE, standard().parts());
        assert_eq!(read.lowering, Some(1));
        let [bus, queue] = read.holdings.as_slice() else { panic!("two resources") };
        assert_eq!(bus.called(), "app.service-bus");
        assert_eq!(bus.removed, Fate::Kept("detached from the deployment"));
        assert_eq!(bus.body.to_string(), "{name: demo-{parameters('stage')}, location: westeurope}");
        assert_eq!(
            queue.body.to_string(),
            "{name: demo-{parameters('stage')}/jobs, properties: {in: {app.service-bus.hostName}}}"
        );
        assert_eq!(queue.around.to_string(), "{apiVersion: 2024-01-01, dependsOn: [{app.service-bus}]}");
    }
}
