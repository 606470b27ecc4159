//! What resources are called in expressions: their names, ids and what they wait for.

use super::expression;
use super::json::{literal, push_quoted, quoted};
use portolan_target::{Stack, holds};
use portolan_value::{Address, Raw, Reference, Resource, Value};
use std::borrow::Cow;
use std::cell::{Cell, OnceCell};

/// The resources of a stack as expressions name them. Each is spelled once, when somebody first asks.
pub(crate) struct Names<'a> {
    stack: &'a Stack,
    spelled: Vec<Spelled>,
    /// Where texts are put together, one after the other.
    scratch: Cell<String>,
}

/// What is known of a resource: its id as an expression in brackets, the last segment of its name as a value.
#[derive(Default)]
struct Spelled {
    id: OnceCell<String>,
    name: OnceCell<Option<Value>>,
}

impl<'a> Names<'a> {
    /// The names of a stack's resources.
    pub(crate) fn of(stack: &'a Stack) -> Self {
        let spelled = stack.resources.iter().map(|_| Spelled::default()).collect();
        Self { stack, spelled, scratch: Cell::default() }
    }

    /// Hands on a value as a JSON text: a literal, or an expression in brackets.
    pub(crate) fn with_text<T>(&self, value: &Value, hand_on: impl FnOnce(&str) -> T) -> T {
        if let Value::Ref(reference) = value
            && reference.attribute == "id"
            && let Some(at) = self.at(&reference.address)
        {
            return hand_on(self.whole_id_at(at));
        }
        let mut text = self.scratch.take();
        text.clear();
        text.push('[');
        let is_literal = match value {
            Value::Join(parts) => expression::join(parts, self, &mut text),
            _ => true,
        };
        let done = match is_literal.then(|| self.known(value)).as_deref() {
            Some(Value::Text(known)) => hand_on(&literal(known)),
            left => {
                if let Some(value) = left {
                    text.truncate(1);
                    expression::write(value, self, &mut text);
                }
                text.push(']');
                hand_on(&text)
            }
        };
        self.scratch.set(text);
        done
    }

    /// A value with everything in place that the template itself knows: names of its resources, languages written out.
    pub(crate) fn known<'v>(&'v self, value: &'v Value) -> Cow<'v, Value> {
        match value {
            Value::Ref(reference) if reference.attribute == "name" => match self.name(reference) {
                Some(name) => Cow::Borrowed(name),
                None => Cow::Borrowed(value),
            },
            Value::Embed(embed) => match embed.written() {
                left @ Value::Embed(_) => Cow::Owned(left),
                written => Cow::Owned(self.known(&written).into_owned()),
            },
            Value::Join(parts) if parts.iter().any(is_unknown) => {
                Cow::Owned(Value::join(parts.iter().map(|part| self.known(part).into_owned())))
            }
            value => Cow::Borrowed(value),
        }
    }

    fn at(&self, address: &Address) -> Option<usize> {
        self.stack.at(address)
    }

    /// The last segment of a resource's name; none where a raw body makes it one expression.
    pub(super) fn name(&self, reference: &Reference) -> Option<&Value> {
        let at = self.at(&reference.address)?;
        let name = self.spelled[at].name.get_or_init(|| {
            let name = match self.stack.resources[at].body.get("name")? {
                Value::Raw(raw) => match raw.as_ref() {
                    Raw::Value(name) => name,
                    _ => return None,
                },
                name => name,
            };
            match is_segment(name) {
                true => Some(self.known(name).into_owned()),
                false => value_segments(name).pop().map(|segment| self.known(&segment).into_owned()),
            }
        });
        name.as_ref()
    }

    /// The expression of a resource's id; settling has made sure that the resource exists.
    fn id_at(&self, at: usize) -> &str {
        let whole = self.whole_id_at(at);
        &whole[1..whole.len() - 1]
    }

    /// The same in the brackets of a text that is nothing else.
    fn whole_id_at(&self, at: usize) -> &str {
        self.spelled[at].id.get_or_init(|| self.write_id(&self.stack.resources[at]))
    }

    fn write_id(&self, resource: &Resource) -> String {
        let mut id = String::with_capacity(160);
        id.push('[');
        match (elsewhere(resource), &resource.scope) {
            (Some(group), _) => {
                id.push_str("extensionResourceId(");
                push_quoted(&group, &mut id);
                id.push_str(", ");
            }
            (None, Some(scope)) => {
                id.push_str("extensionResourceId(");
                expression::write(scope, self, &mut id);
                id.push_str(", ");
            }
            (None, None) => id.push_str("resourceId("),
        }
        push_quoted(&resource.r#type, &mut id);
        self.write_segments(resource, &mut id);
        id.push_str(")]");
        id
    }

    /// A name's segments, as many as its type has. The slashes between them are literal everywhere but in a raw body,
    /// whose name may be one expression.
    fn write_segments(&self, resource: &Resource, id: &mut String) {
        let Some(name) = resource.body.get("name") else { return };
        let name = match name.as_raw() {
            Some(Raw::Text(raw)) => {
                let wanted = resource.r#type.matches('/').count();
                return raw_segments(raw, wanted).iter().for_each(|segment| id.extend([", ", segment]));
            }
            Some(Raw::Value(name)) => name,
            _ => name,
        };
        if is_segment(name) {
            id.push_str(", ");
            return expression::write(name, self, id);
        }
        for segment in value_segments(name) {
            id.push_str(", ");
            expression::write(&segment, self, id);
        }
    }

    /// The expression of what a reference stands for: the id, the resource's own name, or what the deployed resource
    /// says about itself.
    pub(crate) fn write_reference(&self, reference: &Reference, out: &mut String) {
        let Some(at) = self.at(&reference.address) else { return out.push_str("''") };
        let resource = &self.stack.resources[at];
        match reference.attribute.as_ref() {
            "id" => out.push_str(self.id_at(at)),
            "name" => match self.name(reference) {
                Some(name) => expression::write(name, self, out),
                None => out.push_str(&raw_name(resource)),
            },
            attribute => {
                let version = resource.api_version.as_deref().unwrap_or_default();
                let (property, full) = match attribute.strip_prefix("properties.") {
                    Some(property) => (property, ""),
                    None => (attribute, ", 'full'"),
                };
                out.extend(["reference(", self.id_at(at), ", "]);
                push_quoted(version, out);
                out.extend([full, ")"]);
                push_path(property, out);
            }
        }
    }

    /// The ids, in brackets, of what a resource waits for, in the order in which it mentions them; without what another of
    /// them waits for itself, since a deployment may not grow too large and edges are most of it.
    pub(crate) fn dependencies(&self, resource: &Resource) -> Vec<&str> {
        let Some(own) = self.at(&resource.address) else { return Vec::new() };
        let mut direct: Vec<usize> = Vec::new();
        for at in self.stack.mentioned(own) {
            if at != own && !direct.contains(&at) {
                direct.push(at);
            }
        }
        let waits = |one: usize, at: usize| one != at && self.stack.mentioned(one).any(|mentioned| mentioned == at);
        let needless = |at: &usize| direct.iter().any(|other| waits(*other, *at));
        direct.iter().filter(|at| !needless(at)).map(|at| self.whole_id_at(*at)).collect()
    }
}

/// Whether [`Names::known`] has something to put in place.
fn is_unknown(part: &Value) -> bool {
    match part {
        Value::Ref(reference) => reference.attribute == "name",
        Value::Embed(_) => true,
        Value::Join(parts) => parts.iter().any(is_unknown),
        _ => false,
    }
}

/// The resource group that a nested deployment goes to, where it says so.
fn elsewhere(resource: &Resource) -> Option<String> {
    let subscription = resource.body.get("subscriptionId")?.as_text()?;
    let group = resource.body.get("resourceGroup")?.as_text()?;
    Some(format!("/subscriptions/{subscription}/resourceGroups/{group}"))
}

/// Whether a name has no slash in its literal parts.
fn is_segment(name: &Value) -> bool {
    let has_slash = |part: &Value| part.as_text().is_some_and(|text| holds(text, b'/'));
    match name {
        Value::Join(parts) => !parts.iter().any(has_slash),
        name => !has_slash(name),
    }
}

/// A name cut at the slashes of its literal parts.
fn value_segments(name: &Value) -> Vec<Value> {
    let mut segments = vec![Vec::new()];
    for part in if let Value::Join(parts) = name { parts.as_slice() } else { std::slice::from_ref(name) } {
        match part {
            Value::Text(text) => {
                for (index, piece) in text.split('/').enumerate() {
                    if index > 0 {
                        segments.push(Vec::new());
                    }
                    push(&mut segments, piece.to_owned().into());
                }
            }
            part => push(&mut segments, part.clone()),
        }
    }
    segments.into_iter().map(Value::join).collect()
}

fn push(segments: &mut [Vec<Value>], part: Value) {
    if let Some(last) = segments.last_mut() {
        last.push(part);
    }
}

fn raw_name(resource: &Resource) -> String {
    let wanted = resource.r#type.matches('/').count();
    match resource.body.get("name").and_then(Value::as_raw) {
        Some(Raw::Text(raw)) => raw_segments(raw, wanted).pop().unwrap_or_default(),
        _ => String::from("''"),
    }
}

fn raw_segments(raw: &str, wanted: usize) -> Vec<String> {
    let inner = raw.strip_prefix('[').filter(|rest| !rest.starts_with('[')).and_then(|rest| rest.strip_suffix(']'));
    match inner {
        None => raw.split('/').map(quoted).collect(),
        Some(inner) if wanted < 2 => vec![inner.to_owned()],
        Some(inner) => (0..wanted).map(|at| format!("split({inner}, '/')[{at}]")).collect(),
    }
}

/// The way into a result. A step that is no plain word is quoted, so that no attribute can end the expression.
fn push_path(attribute: &str, out: &mut String) {
    for step in attribute.split('.') {
        match step.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            true => out.extend([".", step]),
            false => {
                out.push('[');
                push_quoted(step, out);
                out.push(']');
            }
        }
    }
}
