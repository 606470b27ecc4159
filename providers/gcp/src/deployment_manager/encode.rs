//! From settled resources to `config.yaml`.
//!
//! A body holds the properties; what Deployment Manager wants beside them, the policy that a resource carries, lies
//! there under `accessControl` until it is written. A raw resource is written as it is.

use super::dialect::POLICY;
use super::yaml::{self, Node};
use portolan_target::{Output, Settled, Stack, StackFile, Template};
use portolan_value::{Address, Embed, Map, Raw, Reference, Resource, Value};
use std::borrow::Cow;
use std::collections::HashMap;

/// Writes the stacks.
pub fn encode(settled: &Settled) -> Template {
    Template { stacks: settled.stacks.iter().map(file).collect() }
}

fn file(stack: &Stack) -> StackFile {
    let names = Names { ids: &stack.ids };
    let resources: Vec<Node<'_>> = stack.resources.iter().map(|resource| names.resource(resource)).collect();
    let outputs: Vec<Node<'_>> = stack.outputs.iter().map(|output| names.output(output)).collect();
    let mut top = vec![("resources".into(), Node::List(resources))];
    if !outputs.is_empty() {
        top.push(("outputs".into(), Node::List(outputs)));
    }
    let map = stack
        .resources
        .iter()
        .map(|resource| (names.of(&resource.address), resource.address.clone(), resource.origin.span));
    let file = match &stack.name {
        Some(name) => format!("{name}.config.yaml"),
        None => "config.yaml".to_owned(),
    };
    StackFile { file, text: yaml::write(&Node::Map(top)), map: map.collect() }
}

fn text_entry<'a>(key: &'static str, text: Cow<'a, str>) -> (Cow<'a, str>, Node<'a>) {
    (key.into(), Node::Text(text))
}

/// What resources are called: the address with double hyphens for dots, unless the user fixed it.
struct Names<'a> {
    ids: &'a HashMap<Address, String>,
}

impl<'a> Names<'a> {
    fn of(&self, address: &Address) -> String {
        self.ids.get(address).cloned().unwrap_or_else(|| address.as_str().replace('.', "--"))
    }

    fn resource(&self, resource: &'a Resource) -> Node<'a> {
        let mut entries = vec![text_entry("name", self.of(&resource.address).into())];
        if resource.address.part() == "native" {
            entries.extend(self.entries(&resource.body));
            return Node::Map(entries);
        }
        let kind = if is_action(&resource.r#type) { "action" } else { "type" };
        entries.push(text_entry(kind, Cow::Borrowed(&resource.r#type)));
        let (beside, properties): (Vec<_>, Vec<_>) =
            self.entries(&resource.body).into_iter().partition(|(key, _)| key == POLICY[0]);
        entries.push(("properties".into(), Node::Map(properties)));
        entries.extend(beside);
        if !resource.after.is_empty() {
            let after = resource.after.iter().map(|address| Node::Text(self.of(address).into())).collect();
            entries.push(("metadata".into(), Node::Map(vec![("dependsOn".into(), Node::List(after))])));
        }
        Node::Map(entries)
    }

    fn output(&self, output: &'a Output) -> Node<'a> {
        Node::Map(vec![text_entry("name", Cow::Borrowed(&output.name)), ("value".into(), self.value(&output.value))])
    }

    fn entries(&self, map: &'a Map) -> Vec<(Cow<'a, str>, Node<'a>)> {
        map.iter().map(|(key, value)| (Cow::Borrowed(key.as_ref()), self.value(value))).collect()
    }

    fn value(&self, value: &'a Value) -> Node<'a> {
        match value {
            Value::Text(text) => Node::Text(Cow::Borrowed(text)),
            Value::Number(number) => Node::Plain(number.to_string()),
            Value::Bool(truth) => Node::Plain(truth.to_string()),
            Value::List(items) => Node::List(items.iter().map(|item| self.value(item)).collect()),
            Value::Map(map) => Node::Map(self.entries(map)),
            Value::Raw(raw) => self.raw(raw),
            value => Node::Text(self.text(value).into()),
        }
    }

    fn raw(&self, raw: &'a Raw) -> Node<'a> {
        match raw {
            Raw::Null => Node::Plain("null".to_owned()),
            Raw::Bool(truth) => Node::Plain(truth.to_string()),
            Raw::Number(number) if number.parse::<f64>().is_ok() => Node::Plain(number.clone().into_owned()),
            Raw::Number(text) | Raw::Text(text) => Node::Text(Cow::Borrowed(text)),
            Raw::List(items) => Node::List(items.iter().map(|item| self.raw(item)).collect()),
            Raw::Map(entries) => {
                Node::Map(entries.iter().map(|(key, raw)| (Cow::Borrowed(key.as_ref()), self.raw(raw))).collect())
            }
            Raw::Value(value) => self.value(value),
        }
    }

    /// A value that is a string.
    fn text(&self, value: &Value) -> String {
        let mut out = String::new();
        self.push(value, &mut out);
        out
    }

    fn push(&self, value: &Value, out: &mut String) {
        match value {
            Value::Text(text) => out.push_str(text),
            Value::Join(parts) => parts.iter().for_each(|part| self.push(part, out)),
            Value::Ref(reference) => self.reference(reference, out),
            Value::Embed(embed) => self.embed(embed, out),
            value => out.push_str(&portolan_target::describe(value)),
        }
    }

    fn embed(&self, embed: &Embed, out: &mut String) {
        match embed.written() {
            Value::Embed(unwritten) => self.push(&unwritten.value, out),
            written => self.push(&written, out),
        }
    }

    fn reference(&self, reference: &Reference, out: &mut String) {
        out.extend(["$(ref.", &self.of(&reference.address), ".", &reference.attribute, ")"]);
    }
}

/// A type is `gcp-types/api-version:collection`; an action is `gcp-types/api-version:api.collection.method`.
fn is_action(r#type: &str) -> bool {
    let Some((api, collection)) = r#type.strip_prefix("gcp-types/").and_then(|rest| rest.split_once(':')) else {
        return false;
    };
    let api = api.split('-').next().unwrap_or_default();
    collection.split('.').next() == Some(api)
}

#[cfg(test)]
mod tests {
    use super::is_action;

    #[test]
    fn actions_repeat_the_name_of_their_api() {
        assert!(is_action("gcp-types/cloudresourcemanager-v1:cloudresourcemanager.projects.get"));
        assert!(is_action("gcp-types/storage-v1:storage.projects.serviceAccount.get"));
        assert!(!is_action("gcp-types/storage-v1:buckets"));
        assert!(!is_action("gcp-types/storage-v1:virtual.buckets.iamMemberBinding"));
    }
}
