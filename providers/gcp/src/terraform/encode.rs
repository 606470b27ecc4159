//! From settled resources to `main.tf.json`, streamed.

use super::text;
use portolan_target::{Output, Parameter, Settled, Stack, StackFile, Template, pretty};
use portolan_value::{Address, Map, Raw, Resource, Value};
use rustc_hash::FxHashMap;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use std::cell::Cell;
use std::collections::BTreeMap;

/// What resources are called.
pub struct Index<'a> {
    stack: &'a Stack,
    names: Vec<Name>,
    /// Where templates are put together, one after the other.
    scratch: Cell<String>,
}

/// `google_pubsub_topic.jobs_topic`, and where the second word begins: the address with underscores for dots, unless
/// the user fixed it.
#[derive(Debug)]
struct Name {
    whole: String,
    local: usize,
}

impl Name {
    fn new(resource: &Resource, stack: &Stack) -> Self {
        let local = resource.r#type.len() + 1;
        let (id, fixed) = match stack.ids.get(&resource.address) {
            Some(id) => (id.as_str(), true),
            None => (resource.address.as_str(), false),
        };
        let mut whole = Vec::with_capacity(local + id.len());
        whole.extend_from_slice(resource.r#type.as_bytes());
        whole.push(b'.');
        whole.extend_from_slice(id.as_bytes());
        if !fixed {
            whole[local..].iter_mut().filter(|byte| **byte == b'.').for_each(|byte| *byte = b'_');
        }
        // Whole characters were copied, so this is text.
        Self { whole: String::from_utf8(whole).unwrap_or_default(), local }
    }
}

impl<'a> Index<'a> {
    /// The names of a stack's resources.
    pub fn new(stack: &'a Stack) -> Self {
        let names = stack.resources.iter().map(|resource| Name::new(resource, stack)).collect();
        Self { stack, names, scratch: Cell::default() }
    }

    /// The words a reference to a resource begins with. Settling refuses a reference to nothing.
    pub fn name(&self, address: &Address) -> &str {
        self.stack.at(address).map_or("missing.resource", |at| &self.names[at].whole)
    }

    fn local(&self, at: usize) -> &str {
        let name = &self.names[at];
        &name.whole[name.local..]
    }

    /// Hands on a value that is a string, written as a template.
    fn with_template<T>(&self, value: &Value, hand_on: impl FnOnce(&str) -> T) -> T {
        let mut text = self.scratch.take();
        text.clear();
        text::write(value, self, &mut text);
        let done = hand_on(&text);
        self.scratch.set(text);
        done
    }
}

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
    let mut map = Vec::with_capacity(stack.resources.len());
    let named = stack.resources.iter().zip(index.names);
    let named = named.filter(|(resource, _)| !resource.r#type.starts_with("provider."));
    map.extend(named.map(|(resource, name)| (name.whole, resource.address.clone(), resource.origin.span)));
    StackFile { file, text, map }
}

/// The type of the resource that stands for the provider's settings.
pub const PROVIDER: &str = "provider.google";

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
        let (data, made) = sections(&stack.resources);
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
        let to = index.name(new).to_owned();
        let r#type = to.split('.').next().unwrap_or_default();
        let from = format!("{type}.{}", old.as_str().replace('.', "_"));
        let is_made = !r#type.starts_with("data") && !r#type.starts_with("provider");
        (is_made && from != to).then(|| BTreeMap::from([("from", from), ("to", to)]))
    };
    stack.moves.iter().filter_map(one).collect()
}

/// Resources of one type after the other, each type where its first resource stood.
type Types<'a> = Vec<(&'a str, Vec<usize>)>;

fn sections(resources: &[Resource]) -> (Types<'_>, Types<'_>) {
    let (mut data, mut made): (Types<'_>, Types<'_>) = (Vec::new(), Vec::new());
    let mut places: FxHashMap<&str, usize> = FxHashMap::default();
    let written = resources.iter().enumerate().filter(|(_, resource)| resource.r#type != PROVIDER);
    for (at, resource) in written {
        let (section, r#type) = match resource.r#type.strip_prefix("data.") {
            Some(r#type) => (&mut data, r#type),
            None => (&mut made, resource.r#type.as_ref()),
        };
        let place = *places.entry(resource.r#type.as_ref()).or_insert_with(|| {
            section.push((r#type, Vec::new()));
            section.len() - 1
        });
        section[place].1.push(at);
    }
    (data, made)
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

struct Section<'a> {
    types: &'a Types<'a>,
    stack: &'a Stack,
    index: &'a Index<'a>,
}

impl Serialize for Section<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { types, stack, index } = *self;
        serializer.collect_map(types.iter().map(|(r#type, places)| (r#type, Group { places, stack, index })))
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
        serializer.collect_map(places.iter().map(|at| (index.local(*at), Block(&stack.resources[*at], index))))
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
            let after: Vec<&str> = resource.after.iter().map(|address| index.name(address)).collect();
            map.serialize_entry("depends_on", &after)?;
        }
        if resource.retain {
            map.serialize_entry("lifecycle", &BTreeMap::from([("prevent_destroy", true)]))?;
        }
        map.end()
    }
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
            value => index.with_template(value, |text| serializer.serialize_str(text)),
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
