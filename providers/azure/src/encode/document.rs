//! The template as a whole, in the order people read it.

use super::json::{Json, property};
use super::raw::RawJson;
use super::{Names, json::literal};
use crate::LOWERING_VERSION;
use crate::names::parameter_name;
use portolan_target::{Output, Parameter, Stack, pretty};
use portolan_value::{Raw, Resource, Value};
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

/// The schema of a template for one resource group.
const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

/// A stack as two-space JSON.
pub(crate) fn write(stack: &Stack, deployment: &str, names: &Names<'_>) -> String {
    pretty(&Document { stack, deployment, names }, stack.resources.len() * 1200 + 1024)
}

/// How many bytes a stack has when it is sent.
pub(crate) fn minified_size(stack: &Stack, deployment: &str, names: &Names<'_>) -> usize {
    let mut counter = Counter(0);
    let written = serde_json::to_writer(&mut counter, &Document { stack, deployment, names });
    debug_assert!(written.is_ok());
    counter.0
}

struct Counter(usize);

impl std::io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

struct Document<'a> {
    stack: &'a Stack,
    deployment: &'a str,
    names: &'a Names<'a>,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("$schema", SCHEMA)?;
        map.serialize_entry("contentVersion", "1.0.0.0")?;
        map.serialize_entry("metadata", &Identity { deployment: self.deployment })?;
        if !self.stack.parameters.is_empty() {
            map.serialize_entry("parameters", &Parameters(&self.stack.parameters, self.names))?;
        }
        map.serialize_entry("resources", &Resources(&self.stack.resources, self.names))?;
        if !self.stack.outputs.is_empty() {
            map.serialize_entry("outputs", &Outputs(&self.stack.outputs, self.names))?;
        }
        map.end()
    }
}

/// Whose deployment this is, and by which rules it was lowered.
struct Identity<'a> {
    deployment: &'a str,
}

impl Serialize for Identity<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Portolan<'a> {
            deployment: &'a str,
            #[serde(rename = "loweringVersion")]
            lowering_version: u32,
        }
        let mut map = serializer.serialize_map(Some(1))?;
        let portolan = Portolan { deployment: self.deployment, lowering_version: LOWERING_VERSION };
        map.serialize_entry("portolan", &portolan)?;
        map.end()
    }
}

struct Parameters<'a>(&'a [Parameter], &'a Names<'a>);

impl Serialize for Parameters<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for parameter in self.0 {
            map.serialize_entry(&parameter_name(&parameter.name), &ParameterBody(parameter, self.1))?;
        }
        map.end()
    }
}

struct ParameterBody<'a>(&'a Parameter, &'a Names<'a>);

impl Serialize for ParameterBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", if self.0.secret { "securestring" } else { "string" })?;
        if let Some(default) = &self.0.default {
            map.serialize_entry("defaultValue", &Json(default, self.1))?;
        }
        if let Some(description) = &self.0.description {
            map.serialize_entry("metadata", &Described(description))?;
        }
        map.end()
    }
}

struct Described<'a>(&'a str);

impl Serialize for Described<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("description", &literal(self.0))?;
        map.end()
    }
}

struct Outputs<'a>(&'a [Output], &'a Names<'a>);

impl Serialize for Outputs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for output in self.0 {
            map.serialize_entry(&parameter_name(&output.name), &OutputBody(output, self.1))?;
        }
        map.end()
    }
}

struct OutputBody<'a>(&'a Output, &'a Names<'a>);

impl Serialize for OutputBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", if self.0.secret { "securestring" } else { "string" })?;
        map.serialize_entry("value", &Json(&self.0.value, self.1))?;
        if let Some(description) = &self.0.description {
            map.serialize_entry("metadata", &Described(description))?;
        }
        map.end()
    }
}

struct Resources<'a>(&'a [Resource], &'a Names<'a>);

impl Serialize for Resources<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for resource in self.0 {
            list.serialize_element(&One(resource, self.1))?;
        }
        list.end()
    }
}

struct One<'a>(&'a Resource, &'a Names<'a>);

impl Serialize for One<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(resource, names) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &literal(&resource.r#type))?;
        if let Some(version) = &resource.api_version {
            map.serialize_entry("apiVersion", &literal(version))?;
        }
        if let Some(scope) = &resource.scope {
            map.serialize_entry("scope", &Json(scope, names))?;
        }
        let own = ["dependsOn", "metadata"];
        for (key, value) in resource.body.iter().filter(|(key, _)| !own.contains(&key.as_ref())) {
            map.serialize_entry(&literal(key), &property(key, value, names))?;
        }
        let theirs = resource.body.get("dependsOn");
        let depends_on = DependsOn { theirs, ours: names.dependencies(resource), names };
        if !depends_on.is_empty() {
            map.serialize_entry("dependsOn", &depends_on)?;
        }
        map.serialize_entry("metadata", &Metadata(resource, names))?;
        map.end()
    }
}

/// What a resource waits for: what a raw body says itself, then what it refers to.
struct DependsOn<'a> {
    theirs: Option<&'a Value>,
    ours: Vec<&'a str>,
    names: &'a Names<'a>,
}

impl DependsOn<'_> {
    fn theirs(&self) -> &[Raw] {
        match self.theirs.and_then(Value::as_raw) {
            Some(Raw::List(items)) => items,
            _ => &[],
        }
    }

    /// One of theirs that refers to what we refer to as well.
    fn expression(&self, item: &Raw) -> Option<String> {
        match item {
            Raw::Value(value) => match value.as_ref() {
                Value::Ref(reference) => {
                    let mut expression = String::from("[");
                    self.names.write_reference(reference, &mut expression);
                    expression.push(']');
                    Some(expression)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn is_empty(&self) -> bool {
        self.ours.is_empty() && self.theirs().is_empty()
    }
}

impl Serialize for DependsOn<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for item in self.theirs() {
            list.serialize_element(&RawJson(item, self.names))?;
        }
        let theirs: Vec<String> = self.theirs().iter().filter_map(|item| self.expression(item)).collect();
        for expression in self.ours.iter().filter(|expression| !theirs.iter().any(|known| known == *expression)) {
            list.serialize_element(expression)?;
        }
        list.end()
    }
}

/// The address, whether the data is kept, and what the body says there itself.
struct Metadata<'a>(&'a Resource, &'a Names<'a>);

impl Serialize for Metadata<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("address", self.0.address.as_str())?;
        if self.0.retain {
            map.serialize_entry("retain", &true)?;
        }
        match self.0.body.get("metadata") {
            Some(Value::Map(entries)) => {
                for (key, value) in entries.iter().filter(|(key, _)| key != "address") {
                    map.serialize_entry(&literal(key), &property(key, value, self.1))?;
                }
            }
            Some(value) => {
                let entries = match value.as_raw() {
                    Some(Raw::Map(entries)) => entries.as_slice(),
                    _ => &[],
                };
                for (key, raw) in entries.iter().filter(|(key, _)| key != "address") {
                    map.serialize_entry(key.as_ref(), &RawJson(raw, self.1))?;
                }
            }
            None => {}
        }
        map.end()
    }
}
