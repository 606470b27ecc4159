//! What the target says about the place of deployment, put where a value asks for it.
//!
//! In goes any value; out comes one without project and region in it, since a Google target names both. What only the
//! deployment knows — the project's number — becomes a reference.

use portolan_model::Model;
use portolan_value::{Address, Context, Map, Raw, Reference, Text, Value};

/// The place of a deployment.
pub struct Place<'a> {
    model: &'a Model,
    /// What reads the project, and the attribute that is its number.
    pub number: Reference,
    /// What stands for a deploy parameter where a format has none.
    inputs: Option<&'a Model>,
}

impl<'a> Place<'a> {
    /// The place of a model. `number` is the attribute of `app.project` that is its number; `inputs` is the model where a
    /// format has no deploy parameters.
    pub fn new(model: &'a Model, number: &'static str, inputs: Option<&'a Model>) -> Self {
        let number = Reference { address: Address::new("app", "project"), attribute: number.into() };
        Self { model, number, inputs }
    }

    /// What the place of deployment is in one respect, as far as the target says.
    pub fn context(&self, context: Context) -> Value {
        self.known(context).unwrap_or_else(|| context.into())
    }

    /// A value with its place filled.
    pub fn filled(&self, mut value: Value) -> Value {
        self.fill(&mut value);
        value
    }

    /// Fills a body; says whether the project's number was asked for.
    pub fn fill_map(&self, map: &mut Map) -> bool {
        let mut numbered = false;
        for value in map.values_mut() {
            numbered |= self.fill(value);
        }
        numbered
    }

    /// Fills a value; says whether the project's number was asked for.
    pub fn fill(&self, value: &mut Value) -> bool {
        match value {
            Value::Context(context) => match self.known(*context) {
                Some(known) => {
                    *value = known;
                    matches!(value, Value::Ref(_))
                }
                None => false,
            },
            Value::Input(name) => {
                if let Some(text) = self.inputs.and_then(|model| default_of(model, name)) {
                    *value = text;
                }
                false
            }
            Value::Join(parts) => {
                let asks = parts.iter().any(|part| matches!(part, Value::Context(_) | Value::Input(_)));
                let numbered = parts.iter_mut().fold(false, |numbered, part| self.fill(part) | numbered);
                if asks {
                    *value = Value::join(std::mem::take(parts));
                }
                numbered
            }
            Value::List(items) => items.iter_mut().fold(false, |numbered, item| self.fill(item) | numbered),
            Value::Map(map) => self.fill_map(map),
            Value::Unique(unique) => unique.parts.iter_mut().fold(false, |numbered, part| self.fill(part) | numbered),
            Value::Embed(embed) => self.fill(&mut embed.value),
            Value::Raw(raw) => self.fill_raw(raw),
            Value::Text(_) | Value::Number(_) | Value::Bool(_) | Value::Ref(_) => false,
        }
    }

    /// Fills target syntax; says whether the project's number was asked for.
    pub fn fill_raw(&self, raw: &mut Raw) -> bool {
        match raw {
            Raw::List(items) => items.iter_mut().fold(false, |numbered, item| self.fill_raw(item) | numbered),
            Raw::Map(entries) => entries.iter_mut().fold(false, |numbered, (_, item)| self.fill_raw(item) | numbered),
            Raw::Value(value) => self.fill(value),
            Raw::Null | Raw::Bool(_) | Raw::Number(_) | Raw::Text(_) => false,
        }
    }

    fn known(&self, context: Context) -> Option<Value> {
        match context {
            Context::ProjectNumber => Some(Value::Ref(Box::new(self.number.clone()))),
            context => known(self.model, context).map(|text| Text::new(text).into()),
        }
    }
}

/// What a target names itself.
pub fn known(model: &Model, context: Context) -> Option<&str> {
    match context {
        Context::Project | Context::Account => Some(model.target.project.as_ref().map_or("", |project| &project.value)),
        Context::Region => Some(&model.target.region.value),
        Context::ProjectNumber
        | Context::Partition
        | Context::UrlSuffix
        | Context::Subscription
        | Context::ResourceGroup
        | Context::Tenant => None,
    }
}

fn default_of(model: &Model, name: &str) -> Option<Value> {
    let input = model.inputs.iter().find(|input| input.name.value == name)?;
    input.default.as_ref().map(|default| default.value.clone().into())
}
