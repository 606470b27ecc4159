//! Lowered resources, and what others add to them.

use crate::{Address, Addresses, Map, Text, Value};
use portolan_diagnostics::Span;
use std::sync::Arc;

/// Where something came from: the line of the spec that asked for it and the rule that made it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The place in the spec.
    pub span: Option<Span>,
    /// The rule: a standard library file (`bucket/aws.yaml`) or a sentence of a lowering.
    pub rule: Text,
}

impl Origin {
    /// Something a line of the spec asked for.
    pub fn new(span: Span, rule: impl Into<Text>) -> Self {
        Self { span: Some(span), rule: rule.into() }
    }
}

/// One resource of a template. Order, retention, scope and version belong here, not into the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its name in overrides, plans, reviews and logical ids.
    pub address: Address,
    /// The provider's type.
    pub r#type: Text,
    /// The version of the provider's interface, where types have one.
    pub api_version: Option<Text>,
    /// What it extends, where that is said outside the body.
    pub scope: Option<Value>,
    /// The properties, in the provider's names.
    pub body: Map,
    /// What must exist before, beyond what the body refers to.
    pub after: Addresses,
    /// Whether its data outlives the deployment.
    pub retain: bool,
    /// Where others may add to the body: the same for all resources of a part.
    pub slots: Arc<[Slot]>,
    /// Where it came from.
    pub origin: Origin,
}

impl Resource {
    /// A resource with a body and nothing else to say.
    pub fn new(address: Address, r#type: impl Into<Text>, body: impl Into<Map>, origin: Origin) -> Self {
        Self {
            address,
            r#type: r#type.into(),
            api_version: None,
            scope: None,
            body: body.into(),
            after: Addresses::new(),
            retain: false,
            slots: Arc::default(),
            origin,
        }
    }

    /// Declares where others may add.
    #[must_use]
    pub fn with_slot(mut self, name: impl Into<Text>, path: &[&'static str], shape: Shape) -> Self {
        let path = path.iter().map(|step| Text::fixed(step)).collect();
        let slot = Slot { name: name.into(), path, shape };
        self.slots = self.slots.iter().cloned().chain([slot]).collect();
        self
    }
}

/// A place in a body that several contributors fill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its name.
    pub name: Text,
    /// Where it lies in the body; missing maps on the way are made.
    pub path: Vec<Text>,
    /// How contributions are put together.
    pub shape: Shape,
}

/// How contributions are put together, always in the order of their keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The values as a list, after what the body has there already.
    List,
    /// The values under their keys, beside what the body has there already.
    Map,
}

/// Something added to a declared slot of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The resource.
    pub address: Address,
    /// The slot.
    pub slot: Text,
    /// Orders the contributions; two values for one key are refused.
    pub key: String,
    /// What is added.
    pub value: Value,
    /// What must exist before the resource because of it.
    pub after: Vec<Address>,
    /// Where it came from.
    pub origin: Origin,
}
