//! The template around the values.

use super::{Names, Written, output_id, parameter_id};
use crate::LOWERING_VERSION;
use portolan_target::{Output, Parameter, Stack};
use portolan_value::{Address, Resource, Value};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// A whole template.
pub(crate) struct Document<'a> {
    /// The deployment's name.
    pub deployment: &'a str,
    /// What it holds.
    pub stack: &'a Stack,
    /// What things are called.
    pub names: &'a Names<'a>,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { deployment, stack, names } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("AWSTemplateFormatVersion", "2010-09-09")?;
        map.serialize_entry("Description", &format!("{deployment}, compiled by Portolan"))?;
        map.serialize_entry(
            "Metadata",
            &Metadata { portolan: Mark { lowering_version: LOWERING_VERSION, deployment } },
        )?;
        if !stack.parameters.is_empty() {
            let entries = stack.parameters.iter().map(|parameter| (parameter_id(&parameter.name), Declared(parameter)));
            map.serialize_entry("Parameters", &Entries(entries))?;
        }
        let entries = stack.resources.iter().map(|resource| (names.id(&resource.address), Body { resource, names }));
        map.serialize_entry("Resources", &Entries(entries))?;
        if !stack.outputs.is_empty() {
            let entries = stack.outputs.iter().map(|output| (output_id(&output.name), Shown { output, names }));
            map.serialize_entry("Outputs", &Entries(entries))?;
        }
        map.end()
    }
}

/// What tells our templates from others, and from those of another lowering (`docs/contract.md`).
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata<'a> {
    portolan: Mark<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Mark<'a> {
    lowering_version: u32,
    deployment: &'a str,
}

/// Named entries, streamed.
struct Entries<I>(I);

impl<K: Serialize, V: Serialize, I: Iterator<Item = (K, V)> + Clone> Serialize for Entries<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.clone())
    }
}

struct Declared<'a>(&'a Parameter);

impl Serialize for Declared<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(parameter) = self;
        let mut map = serializer.serialize_map(None)?;
        // The default of this type is the path, and CloudFormation reads the value.
        let r#type = if parameter.stored_at.is_some() { "AWS::SSM::Parameter::Value<String>" } else { "String" };
        map.serialize_entry("Type", r#type)?;
        if let Some(description) = &parameter.description {
            map.serialize_entry("Description", description.as_str())?;
        }
        match (&parameter.stored_at, parameter.default.as_ref().and_then(Value::as_text)) {
            (Some(path), _) => map.serialize_entry("Default", path.as_str())?,
            (None, Some(default)) => map.serialize_entry("Default", default)?,
            (None, None) => {}
        }
        if parameter.secret {
            map.serialize_entry("NoEcho", &true)?;
        }
        map.end()
    }
}

struct Shown<'a> {
    output: &'a Output,
    names: &'a Names<'a>,
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { output, names } = self;
        let mut map = serializer.serialize_map(None)?;
        if let Some(description) = &output.description {
            map.serialize_entry("Description", description.as_str())?;
        }
        map.serialize_entry("Value", &Written { value: &output.value, names })?;
        map.end()
    }
}

/// One resource.
pub(crate) struct Body<'a> {
    /// The resource.
    pub resource: &'a Resource,
    /// What things are called.
    pub names: &'a Names<'a>,
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { resource, names } = self;
        let written = |value| Written { value, names };
        if resource.address.part() == "native" {
            return serializer.collect_map(resource.body.iter().map(|(key, value)| (key.as_str(), written(value))));
        }
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("Type", resource.r#type.as_str())?;
        let after = after(resource, names);
        if !after.is_empty() {
            map.serialize_entry("DependsOn", &after)?;
        }
        if let Some((deleted, replaced)) = retention(resource) {
            map.serialize_entry("DeletionPolicy", deleted)?;
            map.serialize_entry("UpdateReplacePolicy", replaced)?;
        }
        let properties = resource.body.iter().map(|(key, value)| (key.as_str(), written(value)));
        map.serialize_entry("Properties", &Entries(properties))?;
        map.end()
    }
}

/// What happens to what a resource holds when it goes, and when it is replaced: said for everything that holds something.
fn retention(resource: &Resource) -> Option<(&'static str, &'static str)> {
    match resource.r#type.as_ref() {
        // Not when its own creation fails: what was kept then would stand in the way of the next attempt.
        _ if resource.retain => Some(("RetainExceptOnCreate", "Retain")),
        "AWS::SQS::Queue" => Some(("Delete", "Delete")),
        _ => None,
    }
}

/// What must exist before and is not referred to anyway.
fn after<'a>(resource: &'a Resource, names: &Names<'a>) -> Vec<Cow<'a, str>> {
    if resource.after.is_empty() {
        return Vec::new();
    }
    let mut referred: Vec<&Address> = Vec::new();
    for (_, value) in &resource.body {
        value.references(&mut |reference| referred.push(&reference.address));
    }
    resource.after.iter().filter(|address| !referred.contains(address)).map(|address| names.id(address)).collect()
}
