//! A Deployment Manager configuration read back as its resources, of ours or of any other.

use super::permissions::read;
use crate::lower::UNSEEN;
use portolan_target::{Contents, Fate, Holding, Piece, Unseen, Written};
use portolan_value::{Address, Parts};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, HashSet};

/// The keys of a resource that are not said beside its properties.
const APART: [&str; 4] = ["name", "type", "action", "properties"];

/// What a configuration holds; of what is none, nothing.
pub(crate) fn contents(template: &str, parts: &Parts) -> Contents {
    let root = read(template);
    let list = |name: &str| root.get(name).and_then(Json::as_array).cloned().unwrap_or_default();
    let resources = list("resources");
    let names = resources.iter().filter_map(|resource| resource.get("name")?.as_str()).collect();
    let outputs = list("outputs");
    let hidden = outputs.iter().find(|output| output.get("name").and_then(Json::as_str) == Some(UNSEEN));
    let hidden = hidden.and_then(|output| serde_json::from_str(output.get("value")?.as_str()?).ok());
    let reading = Reading { names, unseen: hidden.unwrap_or_default() };
    let outputs: Vec<&Json> =
        outputs.iter().filter(|output| output.get("name").and_then(Json::as_str) != Some(UNSEEN)).collect();
    let output = |output: &Json| Some((output.get("name")?.as_str()?.to_owned(), reading.value(output.get("value")?)));
    let mut outputs: Vec<(String, Written)> = outputs.into_iter().filter_map(output).collect();
    let lowering = outputs.iter().position(|(name, _)| name == "portolan_lowering").map(|at| outputs.remove(at));
    Contents {
        lowering: lowering.and_then(|(_, value)| value.scalar()?.parse().ok()),
        holdings: resources.iter().filter_map(|resource| reading.holding(resource, parts)).collect(),
        outputs,
        parameters: Vec::new(),
    }
}

struct Reading<'t> {
    names: HashSet<&'t str>,
    /// What no property tells, by the names of resources.
    unseen: BTreeMap<String, Unseen>,
}

impl Reading<'_> {
    fn holding(&self, resource: &Json, parts: &Parts) -> Option<Holding> {
        let said = resource.as_object()?;
        let id = said.get("name")?.as_str()?;
        let address = Address::written(&id.replace("--", "."));
        let ours = address.as_str().contains('.') && parts.contains(address.part());
        let around = said.iter().filter(|(key, _)| !APART.contains(&key.as_str()));
        let empty = Json::Object(Map::new());
        Some(Holding {
            id: id.to_owned(),
            address: ours.then_some(address),
            r#type: said.get("type").or_else(|| said.get("action"))?.as_str()?.to_owned(),
            body: self.value(said.get("properties").unwrap_or(&empty)),
            around: Written::Map(around.map(|(key, value)| (key.clone(), self.beside(key, value))).collect()),
            removed: Fate::Lost,
            replaced: Fate::Refused("Deployment Manager, which replaces nothing"),
            create_first: None,
            unseen: self.unseen.get(id).cloned().unwrap_or_default(),
        })
    }

    /// The names that a resource waits for are references too.
    fn beside(&self, key: &str, value: &Json) -> Written {
        let name = |json: &Json| match json.as_str() {
            Some(id) => Written::joined([self.reference(id)]),
            None => Written::from(json),
        };
        match (key, value.get("dependsOn")) {
            ("metadata", Some(Json::Array(ids))) => {
                Written::Map(vec![("dependsOn".to_owned(), Written::List(ids.iter().map(name).collect()))])
            }
            _ => self.value(value),
        }
    }

    fn value(&self, json: &Json) -> Written {
        match json {
            Json::Array(items) => Written::List(items.iter().map(|item| self.value(item)).collect()),
            Json::Object(map) => {
                Written::Map(map.iter().map(|(key, value)| (key.clone(), self.value(value))).collect())
            }
            Json::String(text) => Written::joined(self.pieces(text)),
            scalar => Written::from(scalar),
        }
    }

    /// A text with its `$(ref.NAME.ATTRIBUTE)` (Deployment Manager, "Creating explicit references").
    fn pieces(&self, text: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("$(ref.") {
            let Some((inside, after)) = after.split_once(')') else { break };
            pieces.push(Piece::Letters(before.to_owned()));
            pieces.push(self.reference(inside));
            rest = after;
        }
        pieces.push(Piece::Letters(rest.to_owned()));
        pieces
    }

    fn reference(&self, inside: &str) -> Piece {
        let (id, attribute) = inside.split_once('.').unwrap_or((inside, ""));
        match self.names.contains(id) {
            true => Piece::Reference { id: id.to_owned(), attribute: attribute.to_owned() },
            false => Piece::Expression(inside.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_catalog::standard;

    #[test]
    fn references_are_read() {
        let text = "resources:\n  - name: \"jobs--queue\"\n    type: \"t\"\n  - name: \"x\"\n    type: \"u\"\n    \
                    properties:\n      topic: \"$(ref.jobs--queue.name)/$(ref.gone.name)\"\n    metadata:\n      \
                    dependsOn:\n        - \"jobs--queue\"\noutputs:\n  - name: \"portolan_lowering\"\n    value: 1\n";
        let read = contents(text, standard().parts());
        assert_eq!(read.lowering, Some(1));
        let called: Vec<&str> = read.holdings.iter().map(Holding::called).collect();
        assert_eq!(called, ["jobs.queue", "x"]);
        let said = read.holdings.get(1).map(|holding| format!("{} {}", holding.body, holding.around));
        assert_eq!(
            said.as_deref(),
            Some("{topic: {jobs--queue.name}/{gone.name}} {metadata: {dependsOn: [{jobs--queue}]}}")
        );
    }
}
