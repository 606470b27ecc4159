//! From settled resources to `config.yaml`, streamed.
//!
//! A body holds the properties; what Deployment Manager wants beside them, the policy that a resource carries, lies
//! there under `accessControl` until it is written. A raw resource is written as it is.

use super::dialect::POLICY;
use super::yaml::{Begins, Writer};
use portolan_target::{Ids, Output, Settled, Stack, StackFile, Template};
use portolan_value::{Address, Embed, Map, Raw, Reference, Resource, Text, Value};
use std::borrow::Cow;
use std::collections::HashMap;

/// Writes the stacks.
pub fn encode(settled: &Settled) -> Template {
    Template { stacks: settled.stacks.iter().map(file).collect() }
}

fn file(stack: &Stack) -> StackFile {
    let names = Names { ids: &stack.ids };
    let mut writer = Writer::with_capacity(stack.resources.len() * 512);
    let sections =
        ["resources", "outputs"].into_iter().filter(|section| *section == "resources" || !stack.outputs.is_empty());
    writer.map(Begins::Here, sections.map(|section| (section, section)), |writer, section| match section {
        "resources" => {
            writer.list(Begins::AfterKey, stack.resources.iter(), |writer, resource| names.resource(resource, writer));
        }
        _ => writer.list(Begins::AfterKey, stack.outputs.iter(), |writer, output| names.output(output, writer)),
    });
    let file = match &stack.name {
        Some(name) => format!("{name}.config.yaml"),
        None => "config.yaml".to_owned(),
    };
    let mut ids = Ids::with_capacity(stack.resources.len());
    stack.resources.iter().for_each(|resource| ids.push(|id| id.push_str(&names.of(&resource.address))));
    StackFile { file, text: writer.finish(), ids }
}

/// A value that is a string, as it stands in a stack's file.
pub fn written(value: &Value, stack: &Stack) -> String {
    Names { ids: &stack.ids }.text(value)
}

/// What resources are called: the address with double hyphens for dots, unless the user fixed it.
struct Names<'a> {
    ids: &'a HashMap<Address, Text>,
}

/// The value of an entry of a resource.
enum Entry<'a> {
    Name(&'a Address),
    Kind(&'a str),
    Properties(&'a Map),
    Value(&'a Value),
    After(&'a [Address]),
}

impl Names<'_> {
    fn fixed(&self, address: &Address) -> Option<&str> {
        if self.ids.is_empty() { None } else { self.ids.get(address).map(Text::as_str) }
    }

    fn of(&self, address: &Address) -> Cow<'_, str> {
        self.fixed(address).map_or_else(
            || {
                let mut name = String::with_capacity(address.as_str().len() + 4);
                hyphenated(address.as_str(), &mut name);
                Cow::Owned(name)
            },
            Cow::Borrowed,
        )
    }

    fn resource(&self, resource: &Resource, writer: &mut Writer) {
        let mut entries = vec![("name", Entry::Name(&resource.address))];
        match resource.address.part() {
            "native" => entries.extend(resource.body.iter().map(|(key, value)| (key.as_ref(), Entry::Value(value)))),
            _ => {
                let kind = if is_action(&resource.r#type) { "action" } else { "type" };
                entries
                    .extend([(kind, Entry::Kind(&resource.r#type)), ("properties", Entry::Properties(&resource.body))]);
                entries.extend(resource.body.get(POLICY[0]).map(|policy| (POLICY[0], Entry::Value(policy))));
            }
        }
        if !resource.after.is_empty() {
            entries.push(("metadata", Entry::After(&resource.after)));
        }
        writer.map(Begins::Here, entries.into_iter(), |writer, entry| self.entry(entry, writer));
    }

    fn entry(&self, entry: Entry<'_>, writer: &mut Writer) {
        match entry {
            Entry::Name(address) => writer.text(Begins::AfterKey, &self.of(address)),
            Entry::Kind(kind) => writer.text(Begins::AfterKey, kind),
            Entry::Value(value) => self.value(value, Begins::AfterKey, writer),
            Entry::Properties(body) => {
                let beside = |(key, _): &&(Text, Value)| key != POLICY[0];
                self.map(body.iter().filter(beside), Begins::AfterKey, writer);
            }
            Entry::After(after) => {
                writer.map(Begins::AfterKey, std::iter::once(("dependsOn", after)), |writer, after| {
                    writer.list(Begins::AfterKey, after.iter(), |writer, address| {
                        writer.text(Begins::Here, &self.of(address));
                    });
                });
            }
        }
    }

    fn output(&self, output: &Output, writer: &mut Writer) {
        let name = Value::from(output.name.clone());
        let entries = [("name", &name), ("value", &output.value)];
        writer.map(Begins::Here, entries.into_iter(), |writer, value| self.value(value, Begins::AfterKey, writer));
    }

    fn map<'v>(&self, entries: impl Iterator<Item = &'v (Text, Value)>, begins: Begins, writer: &mut Writer) {
        let entries = entries.map(|(key, value)| (key.as_ref(), value));
        writer.map(begins, entries, |writer, value| self.value(value, Begins::AfterKey, writer));
    }

    fn value(&self, value: &Value, begins: Begins, writer: &mut Writer) {
        match value {
            Value::Text(text) => writer.text(begins, text),
            Value::Number(number) => writer.plain(begins, &number.to_string()),
            Value::Bool(truth) => writer.plain(begins, if *truth { "true" } else { "false" }),
            Value::List(items) => {
                writer.list(begins, items.iter(), |writer, item| self.value(item, Begins::Here, writer));
            }
            Value::Map(map) => self.map(map.iter(), begins, writer),
            Value::Raw(raw) => self.raw(raw, begins, writer),
            value => writer.text(begins, &self.text(value)),
        }
    }

    fn raw(&self, raw: &Raw, begins: Begins, writer: &mut Writer) {
        match raw {
            Raw::Null => writer.plain(begins, "null"),
            Raw::Bool(truth) => writer.plain(begins, if *truth { "true" } else { "false" }),
            Raw::Number(number) if is_number(number) => writer.plain(begins, number),
            Raw::Number(text) | Raw::Text(text) => writer.text(begins, text),
            Raw::List(items) => {
                writer.list(begins, items.iter(), |writer, item| self.raw(item, Begins::Here, writer));
            }
            Raw::Map(entries) => {
                let entries = entries.iter().map(|(key, raw)| (key.as_ref(), raw));
                writer.map(begins, entries, |writer, raw| self.raw(raw, Begins::AfterKey, writer));
            }
            Raw::Value(value) => self.value(value, begins, writer),
        }
    }

    /// A value that is a string.
    fn text(&self, value: &Value) -> String {
        let mut out = String::with_capacity(64);
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
        out.push_str("$(ref.");
        match self.fixed(&reference.address) {
            Some(id) => out.push_str(id),
            None => hyphenated(reference.address.as_str(), out),
        }
        out.extend([".", &reference.attribute, ")"]);
    }
}

fn hyphenated(address: &str, out: &mut String) {
    let mut rest = address;
    while let Some(at) = rest.bytes().position(|byte| byte == b'.') {
        out.extend([&rest[..at], "--"]);
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// A number that JSON knows: YAML knows it too, and nothing else by this form.
fn is_number(text: &str) -> bool {
    text.parse::<serde_json::Number>().is_ok()
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
