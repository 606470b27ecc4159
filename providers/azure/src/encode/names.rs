//! What resources are called in expressions: their names, ids and what they wait for.

use super::expression;
use super::json::{literal, quoted};
use portolan_target::Stack;
use portolan_value::{Address, Raw, Reference, Resource, Value};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

/// The resources of a stack as expressions name them. Ids are written once, when somebody first asks.
pub(crate) struct Names<'a> {
    resources: &'a [Resource],
    index: HashMap<&'a Address, usize>,
    ids: Vec<OnceCell<String>>,
}

impl<'a> Names<'a> {
    /// The names of a stack's resources.
    pub(crate) fn of(stack: &'a Stack) -> Self {
        let resources = stack.resources.as_slice();
        let index = resources.iter().enumerate().map(|(at, resource)| (&resource.address, at)).collect();
        Self { resources, index, ids: vec![OnceCell::new(); resources.len()] }
    }

    /// A value as a JSON text: a literal, or an expression in brackets.
    pub(crate) fn text<'v>(&self, value: &'v Value) -> Cow<'v, str> {
        match value {
            Value::Text(text) => literal(text),
            value => match self.known(value) {
                Value::Text(text) => Cow::Owned(literal(&text).into_owned()),
                value => Cow::Owned(format!("[{}]", expression::of(&value, self))),
            },
        }
    }

    /// A value with everything in place that the template itself knows: names of its resources, languages written out.
    pub(crate) fn known(&self, value: &Value) -> Value {
        match value {
            Value::Ref(reference) if reference.attribute == "name" => self
                .index
                .get(&reference.address)
                .and_then(|at| self.own_name(&self.resources[*at]))
                .unwrap_or_else(|| value.clone()),
            Value::Embed(embed) => match embed.written() {
                left @ Value::Embed(_) => left,
                written => self.known(&written),
            },
            Value::Join(parts) => Value::join(parts.iter().map(|part| self.known(part))),
            value => value.clone(),
        }
    }

    /// The last segment of a resource's name; none where a raw body makes it one expression.
    fn own_name(&self, resource: &Resource) -> Option<Value> {
        match resource.body.get("name")? {
            Value::Raw(Raw::Value(name)) => value_segments(name).pop().map(|segment| self.known(&segment)),
            Value::Raw(_) => None,
            name => value_segments(name).pop().map(|segment| self.known(&segment)),
        }
    }

    /// The expression of a resource's id; settling has made sure that the resource exists.
    pub(crate) fn id(&self, address: &Address) -> &str {
        self.index.get(address).map_or("", |at| self.ids[*at].get_or_init(|| self.write_id(&self.resources[*at])))
    }

    fn write_id(&self, resource: &Resource) -> String {
        let kind = quoted(&resource.r#type);
        let name = self.segments(resource).join(", ");
        if let Some(group) = elsewhere(resource) {
            return format!("extensionResourceId({}, {kind}, {name})", quoted(&group));
        }
        match &resource.scope {
            Some(scope) => format!("extensionResourceId({}, {kind}, {name})", expression::of(scope, self)),
            None => format!("resourceId({kind}, {name})"),
        }
    }

    /// The expression of what a reference stands for: the id, the resource's own name, or what the deployed resource
    /// says about itself.
    pub(crate) fn reference(&self, reference: &Reference) -> String {
        let Some(resource) = self.index.get(&reference.address).map(|at| &self.resources[*at]) else {
            return String::from("''");
        };
        match reference.attribute.as_ref() {
            "id" => self.id(&reference.address).to_owned(),
            "name" => self.segments(resource).pop().unwrap_or_default(),
            attribute => {
                let id = self.id(&reference.address);
                let version = quoted(resource.api_version.as_deref().unwrap_or_default());
                match attribute.strip_prefix("properties.") {
                    Some(property) => format!("reference({id}, {version}){}", path(property)),
                    None => format!("reference({id}, {version}, 'full'){}", path(attribute)),
                }
            }
        }
    }

    /// A name's segments, as many as its type has. The slashes between them are literal everywhere but in a raw body,
    /// whose name may be one expression.
    fn segments(&self, resource: &Resource) -> Vec<String> {
        let wanted = resource.r#type.matches('/').count();
        match resource.body.get("name") {
            Some(Value::Raw(Raw::Text(raw))) => raw_segments(raw, wanted),
            Some(name) => {
                let name = if let Value::Raw(Raw::Value(inner)) = name { inner } else { name };
                value_segments(name).iter().map(|segment| expression::of(&self.known(segment), self)).collect()
            }
            None => Vec::new(),
        }
    }

    /// The expressions of what a resource waits for, in the order in which it mentions them.
    pub(crate) fn dependencies(&self, resource: &Resource) -> Vec<String> {
        let mut seen = HashSet::from([&resource.address]);
        let mut found = Vec::new();
        let mut visit = |address: &'_ Address| {
            if let Some((address, _)) = self.index.get_key_value(address).filter(|(address, _)| seen.insert(address)) {
                found.push(self.id(address).to_owned());
            }
        };
        let values = resource.scope.iter().chain(resource.body.iter().map(|(_, value)| value));
        values.for_each(|value| value.references(&mut |reference| visit(&reference.address)));
        resource.after.iter().for_each(visit);
        found
    }
}

/// The resource group that a nested deployment goes to, where it says so.
fn elsewhere(resource: &Resource) -> Option<String> {
    let subscription = resource.body.get("subscriptionId")?.as_text()?;
    let group = resource.body.get("resourceGroup")?.as_text()?;
    Some(format!("/subscriptions/{subscription}/resourceGroups/{group}"))
}

/// A name cut at the slashes of its literal parts.
fn value_segments(name: &Value) -> Vec<Value> {
    let mut segments = vec![Vec::new()];
    let mut push = |part: Value, begins: bool| {
        if begins {
            segments.push(Vec::new());
        }
        segments.last_mut().into_iter().for_each(|last| last.push(part.clone()));
    };
    for part in if let Value::Join(parts) = name { parts.as_slice() } else { std::slice::from_ref(name) } {
        match part {
            Value::Text(text) => {
                text.split('/').enumerate().for_each(|(index, piece)| push(piece.to_owned().into(), index > 0));
            }
            part => push(part.clone(), false),
        }
    }
    segments.into_iter().map(Value::join).collect()
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
fn path(attribute: &str) -> String {
    attribute
        .split('.')
        .map(|step| match step.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            true => format!(".{step}"),
            false => format!("[{}]", quoted(step)),
        })
        .collect()
}
