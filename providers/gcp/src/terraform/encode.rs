//! From settled resources to `main.tf.json`, streamed.

use super::text;
use portolan_target::{Ids, Output, Parameter, Settled, Stack, StackFile, Template, pretty, push_replaced};
use portolan_value::{Address, Map, Raw, Resource, Value};
use rustc_hash::FxHashMap;
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use std::cell::Cell;
use std::collections::BTreeMap;

/// What resources are called: `google_pubsub_topic.jobs_topic` is a type, and the address with underscores for dots, unless
/// the user fixed it.
pub struct Index<'a> {
    stack: &'a Stack,
    /// The types that resources have, each where its first resource stood.
    types: Vec<&'a str>,
    /// Which of them each resource has: looked up for every reference, so it is small and holds no names.
    type_of: Vec<u32>,
    /// Where templates are put together, one after the other.
    scratch: Cell<String>,
}

impl<'a> Index<'a> {
    /// The names of a stack's resources.
    pub fn new(stack: &'a Stack) -> Self {
        let mut types = Vec::new();
        let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
        let number = |resource: &'a Resource| {
            *numbers.entry(&resource.r#type).or_insert_with(|| {
                types.push(resource.r#type.as_ref());
                u32::try_from(types.len() - 1).unwrap_or(u32::MAX)
            })
        };
        let type_of = stack.resources.iter().map(number).collect();
        Self { stack, types, type_of, scratch: Cell::default() }
    }

    /// The words a reference to a resource begins with. Settling refuses a reference to nothing.
    pub fn name(&self, address: &Address) -> String {
        let mut name = String::with_capacity(NAME);
        self.push_name(address, &mut name);
        name
    }

    /// Writes the same.
    pub fn push_name(&self, address: &Address, out: &mut String) {
        let Some(at) = self.stack.at(address) else { return out.push_str("missing.resource") };
        out.extend([self.types[self.type_of[at] as usize], "."]);
        self.push_local(address, out);
    }

    fn push_local(&self, address: &Address, out: &mut String) {
        if let Some(id) = self.stack.ids.get(address) {
            return out.push_str(id);
        }
        push_replaced(address.as_str(), b'.', b'_', out);
    }

    /// The places of the resources of each type.
    fn by_type(&self) -> Vec<(&'a str, Vec<usize>)> {
        let mut all: Vec<_> = self.types.iter().map(|r#type| (*r#type, Vec::new())).collect();
        self.type_of.iter().enumerate().for_each(|(at, r#type)| all[*r#type as usize].1.push(at));
        all
    }

    /// Hands on what is written into a text of its own.
    fn with_text<T>(&self, write: impl FnOnce(&mut String), hand_on: impl FnOnce(&str) -> T) -> T {
        let mut text = self.scratch.take();
        text.clear();
        write(&mut text);
        let done = hand_on(&text);
        self.scratch.set(text);
        done
    }
}

/// Most names are no longer.
const NAME: usize = 64;

/// Writes the stacks.
pub fn encode(settled: &Settled) -> Template {
    Template { stacks: settled.stacks.iter().map(file).collect() }
}

fn file(stack: &Stack) -> StackFile {
    let index = Index::new(stack);
    let file = match &stack.name {
        Some(name) => format!("{name}.main.tf.json"),
        None => "main.tf.json".to_owned(),
    };
    let text = pretty(&Document { stack, index: &index }, stack.resources.len() * 640);
    let mut ids = Ids::with_capacity(stack.resources.len());
    for resource in &stack.resources {
        let is_named = resource.r#type != PROVIDER;
        ids.push(|id| {
            if is_named {
                index.push_name(&resource.address, id);
            }
        });
    }
    StackFile { file, text, ids }
}

/// The type of the resource that stands for the provider's settings.
pub const PROVIDER: &str = "provider.google";

/// What the type of something begins with that is read and not made.
const DATA: &str = "data.";

struct Document<'a> {
    stack: &'a Stack,
    index: &'a Index<'a>,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { stack, index } = *self;
        let beta = stack.resources.iter().any(|resource| resource.r#type.starts_with("google_api_gateway_"));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("terraform", &Requirements { beta })?;
        map.serialize_entry("provider", &Providers { stack, index, beta })?;
        if !stack.parameters.is_empty() {
            map.serialize_entry("variable", &Variables(&stack.parameters))?;
        }
        let types = index.by_type().into_iter().filter(|(r#type, _)| *r#type != PROVIDER);
        let (data, made): (Vec<_>, Vec<_>) = types.partition(|(r#type, _)| r#type.starts_with(DATA));
        if !data.is_empty() {
            map.serialize_entry("data", &Section { types: &data, stack, index })?;
        }
        if !made.is_empty() {
            map.serialize_entry("resource", &Section { types: &made, stack, index })?;
        }
        let moves = moves(stack, index);
        if !moves.is_empty() {
            map.serialize_entry("moved", &moves)?;
        }
        if !stack.outputs.is_empty() {
            map.serialize_entry("output", &Outputs(&stack.outputs, index))?;
        }
        map.end()
    }
}

/// What has another name and stays what it is (Terraform language, "Refactor modules").
fn moves(stack: &Stack, index: &Index<'_>) -> Vec<BTreeMap<&'static str, String>> {
    let one = |(old, new): &(Address, Address)| {
        let to = index.name(new);
        let r#type = to.split('.').next().unwrap_or_default();
        let from = format!("{type}.{}", old.as_str().replace('.', "_"));
        let is_made = !r#type.starts_with("data") && !r#type.starts_with("provider");
        (is_made && from != to).then(|| BTreeMap::from([("from", from), ("to", to)]))
    };
    stack.moves.iter().filter_map(one).collect()
}

struct Requirements {
    beta: bool,
}

impl Serialize for Requirements {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let provider = |source| BTreeMap::from([("source", source), ("version", ">= 6.50.0, < 8.0.0")]);
        let mut providers = BTreeMap::from([("google", provider("hashicorp/google"))]);
        if self.beta {
            providers.insert("google-beta", provider("hashicorp/google-beta"));
        }
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("required_version", ">= 1.5.7")?;
        map.serialize_entry("required_providers", &providers)?;
        map.end()
    }
}

/// Both providers have the same settings; the second is there only for the types that the first lacks.
struct Providers<'a> {
    stack: &'a Stack,
    index: &'a Index<'a>,
    beta: bool,
}

impl Serialize for Providers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let settings = self.stack.resources.iter().find(|resource| resource.r#type == PROVIDER);
        let mut map = serializer.serialize_map(None)?;
        if let Some(settings) = settings {
            map.serialize_entry("google", &Properties(&settings.body, self.index))?;
            if self.beta {
                map.serialize_entry("google-beta", &Properties(&settings.body, self.index))?;
            }
        }
        map.end()
    }
}

struct Variables<'a>(&'a [Parameter]);

impl Serialize for Variables<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|parameter| (parameter.name.as_str(), Variable(parameter))))
    }
}

/// A variable: its texts are read without expressions, so nothing is escaped (Terraform documentation, JSON
/// configuration syntax, `variable` blocks).
struct Variable<'a>(&'a Parameter);

impl Serialize for Variable<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(parameter) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "string")?;
        if let Some(description) = &parameter.description {
            map.serialize_entry("description", description.as_str())?;
        }
        if let Some(default) = parameter.default.as_ref().and_then(Value::as_text) {
            map.serialize_entry("default", default)?;
        }
        if parameter.secret {
            map.serialize_entry("sensitive", &true)?;
        }
        map.end()
    }
}

struct Outputs<'a>(&'a [Output], &'a Index<'a>);

impl Serialize for Outputs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|output| (output.name.as_str(), Shown(output, self.1))))
    }
}

struct Shown<'a>(&'a Output, &'a Index<'a>);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(output, index) = self;
        let mut map = serializer.serialize_map(None)?;
        if let Some(description) = &output.description {
            map.serialize_entry("description", description.as_str())?;
        }
        map.serialize_entry("value", &Written(&output.value, index))?;
        if output.secret {
            map.serialize_entry("sensitive", &true)?;
        }
        map.end()
    }
}

/// Resources of one type after the other, each type where its first resource stood.
struct Section<'a> {
    types: &'a [(&'a str, Vec<usize>)],
    stack: &'a Stack,
    index: &'a Index<'a>,
}

impl Serialize for Section<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { types, stack, index } = *self;
        let groups = types.iter().map(|(r#type, places)| (*r#type, Group { places, stack, index }));
        serializer.collect_map(groups.map(|(r#type, group)| (r#type.strip_prefix(DATA).unwrap_or(r#type), group)))
    }
}

struct Group<'a> {
    places: &'a [usize],
    stack: &'a Stack,
    index: &'a Index<'a>,
}

impl Serialize for Group<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { places, stack, index } = *self;
        let block = |at: &usize| {
            let resource = &stack.resources[*at];
            (Local(&resource.address, index), Block(resource, index))
        };
        serializer.collect_map(places.iter().map(block))
    }
}

/// What a resource is called among those of its type.
struct Local<'a>(&'a Address, &'a Index<'a>);

impl Serialize for Local<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(address, index) = self;
        index.with_text(|text| index.push_local(address, text), |text| serializer.serialize_str(text))
    }
}

/// What a resource is called among all.
struct Named<'a>(&'a Address, &'a Index<'a>);

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(address, index) = self;
        index.with_text(|text| index.push_name(address, text), |text| serializer.serialize_str(text))
    }
}

struct After<'a>(&'a [Address], &'a Index<'a>);

impl Serialize for After<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|address| Named(address, self.1)))
    }
}

struct Block<'a>(&'a Resource, &'a Index<'a>);

impl Serialize for Block<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(resource, index) = self;
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in &resource.body {
            map.serialize_entry(key.as_str(), &Written(value, index))?;
        }
        if !resource.after.is_empty() {
            map.serialize_entry("depends_on", &After(&resource.after, index))?;
        }
        if resource.retain {
            map.serialize_entry("lifecycle", &Lifecycle { prevent_destroy: true })?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct Lifecycle {
    prevent_destroy: bool,
}

/// Properties whose keys are ours.
struct Properties<'a>(&'a Map, &'a Index<'a>);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key.as_str(), Written(value, self.1))))
    }
}

/// A value. Keys of maps inside a property are templates too.
struct Written<'a>(&'a Value, &'a Index<'a>);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(value, index) = self;
        match value {
            Value::Text(text) => serializer.serialize_str(&text::literal(text)),
            Value::Number(number) => serializer.serialize_i64(*number),
            Value::Bool(truth) => serializer.serialize_bool(*truth),
            Value::List(items) => serializer.collect_seq(items.iter().map(|item| Written(item, index))),
            Value::Map(map) => {
                serializer.collect_map(map.iter().map(|(key, value)| (text::literal(key), Written(value, index))))
            }
            Value::Raw(raw) => Verbatim(raw, index).serialize(serializer),
            value => index.with_text(|text| text::write(value, index, text), |text| serializer.serialize_str(text)),
        }
    }
}

/// Target syntax.
struct Verbatim<'a>(&'a Raw, &'a Index<'a>);

impl Serialize for Verbatim<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(raw, index) = self;
        match raw {
            Raw::Null => serializer.serialize_unit(),
            Raw::Bool(truth) => serializer.serialize_bool(*truth),
            Raw::Number(number) => match number.parse::<serde_json::Number>() {
                Ok(number) => number.serialize(serializer),
                Err(_) => serializer.serialize_str(number),
            },
            Raw::Text(text) => serializer.serialize_str(text),
            Raw::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&Verbatim(item, index))?;
                }
                list.end()
            }
            Raw::Map(entries) => {
                serializer.collect_map(entries.iter().map(|(key, raw)| (key.as_str(), Verbatim(raw, index))))
            }
            Raw::Value(value) => Written(value, index).serialize(serializer),
        }
    }
}
