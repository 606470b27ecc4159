//! Lowering: from a model and its grants to ARM resources of typed values.
//!
//! First what several resources share, then the declared resources, then each function with its identity, its host and
//! whatever its triggers and uses take, then the roles that were needed, then the user's own resources. Nothing here
//! refuses: `supports` asked before, `limits` asks after.

mod allow;
mod api;
mod conditions;
mod events;
mod foreign;
mod frame;
mod function; // start reading here
mod grants;
mod http;
mod policy;
mod roles;
mod cosmos;
mod schedule;
mod table;
mod types;

use crate::hooks::kinds;
use portolan_access::Reason;
use portolan_diagnostics::Span;
use portolan_model::{Event, FunctionId, Model};
use portolan_target::{Kinds, Lowered, Request};
use portolan_value::{Address, Map, Origin, Resource, Text, Value};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

pub(crate) use allow::{Meaning, group, meaning};
pub(crate) use frame::native_lacks;
pub(crate) use function::runtime;
pub(crate) use http::{Doors, Invokers, doors, platform_cors};
pub(crate) use schedule::ncrontab;

#[cfg(test)]
pub(crate) use policy::sample;
#[cfg(test)]
mod tests;

/// Lowers an app.
pub(crate) fn lower(request: &Request<'_>) -> Lowered {
    let mut lowering = Lowering::new(request);
    let model = request.model;
    lowering.shared();
    model.resource_ids().for_each(|(id, _)| lowering.resource(id));
    model.function_ids().for_each(|(id, _)| lowering.function(id));
    lowering.definitions();
    lowering.natives();
    lowering.finish()
}

/// A lowering under way.
struct Lowering<'a> {
    request: Request<'a>,
    kinds: Kinds<'a>,
    out: Lowered,
    /// The roles that something is assigned, by key.
    roles: BTreeMap<String, roles::Definition>,
    /// What the function at hand is assigned.
    assignments: Vec<roles::Assignment>,
    /// Who invokes a function because its uses say so.
    invokers: Invokers,
    /// Where resources are that several triggers need, once they are made.
    made: HashSet<Address>,
}

impl<'a> Lowering<'a> {
    fn new(request: &Request<'a>) -> Self {
        let mut out = Lowered { stack: request.model.stack(), ..Lowered::default() };
        out.resources.reserve(request.model.functions.len() * 16);
        out.permissions.reserve(request.model.functions.len() * 12);
        Self {
            request: *request,
            kinds: kinds(request),
            out,
            roles: BTreeMap::new(),
            assignments: Vec::new(),
            invokers: Invokers::of(request.model),
            made: HashSet::new(),
        }
    }

    fn model(&self) -> &'a Model {
        self.request.model
    }

    /// What declared resources share, and the namespace that object events go through on their way to a function.
    fn shared(&mut self) {
        let objects = self.model().triggers().any(|(_, trigger)| matches!(trigger.event, Event::Bucket(_)));
        let named: &[&str] = if objects { &["service-bus"] } else { &[] };
        self.out.resources.extend(self.kinds.parents(named));
    }

    fn resource(&mut self, id: portolan_model::ResourceId) {
        let resources = self.kinds.resources(id);
        self.out.resources.extend(resources);
        let resource = self.model().resource(id);
        if resource.kind.name == "api" && resource.external.is_none() {
            self.api_cors(id);
        }
    }

    /// The physical name of a resource of ours.
    fn name(&self, address: &Address, r#type: types::Type) -> Value {
        self.kinds.physical_name(address, r#type.0).unwrap_or_else(|| "".into())
    }

    /// Adds a resource.
    fn add(&mut self, address: Address, r#type: types::Type, body: Map, origin: Origin) -> Address {
        self.out.add(resource(address, r#type, body, origin))
    }
}

/// A resource of a type that Rust lowers.
fn resource(address: Address, r#type: types::Type, body: Map, origin: Origin) -> Resource {
    let mut resource = Resource::new(address, r#type.0, body, origin);
    resource.api_version = Some(Text::fixed(r#type.1));
    resource
}

/// The address of something of a function's own.
fn of(function: &str, part: &str) -> Address {
    Address::new(function, part)
}

/// The id of a resource.
fn id(address: &Address) -> Value {
    Value::reference(address.clone(), "id")
}

/// The own name of a resource.
fn name(address: &Address) -> Value {
    Value::reference(address.clone(), "name")
}

/// The principal of a function's identity.
fn principal(function: &str) -> Value {
    Value::reference(of(function, "role"), "properties.principalId")
}

/// The reasons for what a function needs by itself.
fn platform(span: Span, text: &'static str) -> Arc<[Reason]> {
    [Reason { span, text: text.into() }].into()
}

/// The name of a function.
fn named(model: &Model, function: FunctionId) -> &str {
    &model.function(function).name.value
}
