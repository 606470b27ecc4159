//! Lowering: from a model and its grants to CloudFormation resources of typed values.
//!
//! First the declared resources, then each function with its identity, its grant and whatever its triggers take, then
//! the user's own resources. What a trigger touches elsewhere (a bucket's notifications) is contributed, never reached
//! into. Nothing here refuses: `supports` asked before, `limits` asks after.

mod bucket;
mod callers;
mod cron;
mod function; // start reading here
mod grants;
mod host;
mod policy;
mod queue;
mod routes;
mod schedule;
mod table;
mod tags;
mod topic;

#[cfg(test)]
mod tests;

use crate::hooks::kinds;
use crate::names::{ARTIFACTS, part};
use portolan_access::{Reason, Right};
use portolan_diagnostics::Span;
use portolan_model::{Event, FunctionId, Host, Input, Model, Native, ResourceId};
use portolan_target::{Kinds, Lowered, Output, Parameter, Permission, Request};
use portolan_value::{Address, Map, Origin, Raw, Resource, Text, Value};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub(crate) use bucket::{Filter, filters};
pub(crate) use cron::expression;
pub(crate) use function::runtime_word;
pub(crate) use host::url_of;

/// Lowers an app.
pub(crate) fn lower(request: &Request<'_>) -> Lowered {
    let mut lowering = Lowering::new(request);
    let model = request.model;
    lowering.out.resources.extend(lowering.kinds.parents(&[]));
    model.resource_ids().for_each(|(id, _)| lowering.resource(id));
    model.function_ids().for_each(|(id, _)| lowering.function(id));
    model.natives.iter().for_each(|native| lowering.native(native));
    lowering.finish()
}

/// A lowering under way.
struct Lowering<'a> {
    request: Request<'a>,
    kinds: Kinds<'a>,
    out: Lowered,
    /// The routes that are written down for each api, so that a method left out of `ANY` is known.
    shapes: HashMap<ResourceId, HashSet<String>>,
    /// Who may call what, by the caller: the callee and the line that says so.
    calls: HashMap<FunctionId, Vec<(FunctionId, Span)>>,
    /// How long the log of each api's requests is kept: as long as that of any function with routes on it.
    log_days: HashMap<ResourceId, u32>,
    /// Addresses that several triggers ask for, once made.
    made: HashSet<Address>,
}

impl<'a> Lowering<'a> {
    fn new(request: &Request<'a>) -> Self {
        let model = request.model;
        let mut out = Lowered { stack: model.stack(), ..Lowered::default() };
        out.resources.reserve(model.resources.len() + model.functions.len() * 8);
        out.permissions.reserve(model.functions.len() * 8);
        Self {
            request: *request,
            kinds: kinds(request),
            out,
            shapes: shapes(model),
            calls: calls(model),
            log_days: log_days(model),
            made: HashSet::new(),
        }
    }

    fn model(&self) -> &'a Model {
        self.request.model
    }

    /// A declared resource: its tree, and for an api what only Rust can say.
    fn resource(&mut self, id: ResourceId) {
        let resource = self.model().resource(id);
        if resource.external.is_none() && resource.kind.name == "api" {
            return self.api(id);
        }
        let lowered = self.kinds.resources(id);
        self.out.resources.extend(lowered);
    }

    /// A resource of the user's: its body is the whole resource.
    fn native(&mut self, native: &Native) {
        let entries = match self.kinds.raw(&native.body) {
            Raw::Map(entries) => entries,
            _ => Vec::new(),
        };
        let r#type = entries.iter().find(|(key, _)| key == "Type").map(|(_, value)| value);
        let r#type = match r#type {
            Some(Raw::Text(text)) => text.clone(),
            _ => Text::fixed(""),
        };
        let body: Map = entries.into_iter().map(|(key, raw)| (key, Value::raw(raw))).collect();
        let origin = Origin::new(native.name.span, "native");
        self.out.add(Resource::new(part(&native.name.value, "native"), r#type, body, origin));
    }

    /// Adds a resource that several may ask for, the first time.
    fn add_once(&mut self, address: &Address, make: impl FnOnce(&mut Self) -> Resource) {
        if self.made.insert(address.clone()) {
            let resource = make(self);
            self.out.add(resource);
        }
    }

    /// Why a trigger is granted what it takes.
    fn reasons(&self, function: FunctionId, trigger: usize) -> Arc<[Reason]> {
        let mut grants = self.request.grants.of(function);
        let grant = grants.find(|grant| matches!(grant.right, Right::Trigger(index) if index == trigger));
        grant.map(|grant| grant.reasons.shared()).unwrap_or_default()
    }

    /// What belongs to the template as a whole.
    fn finish(mut self) -> Lowered {
        let model = self.model();
        tags::tag(&self.kinds, model, &mut self.out.resources);
        self.out.outputs = self.outputs();
        self.out.overrides =
            model.overrides.iter().map(|entry| (entry.address.clone(), self.kinds.raw(&entry.body))).collect();
        self.out.ids = model.keeps.iter().map(|keep| (keep.address.clone(), keep.id.clone())).collect();
        self.out.parameters = self.parameters();
        self.out
    }

    fn outputs(&self) -> Vec<Output> {
        let output = |output: &portolan_model::Output| Output {
            name: output.name.value.clone(),
            value: self.kinds.text(&output.value),
            description: output.description.clone(),
            secret: false,
        };
        self.model().outputs.iter().map(output).collect()
    }

    /// The place of the packages, and every input that something may refer to: verbatim bodies cannot be searched, so
    /// with one of those every input is there.
    fn parameters(&self) -> Vec<Parameter> {
        let model = self.model();
        let artifacts = (!model.functions.is_empty()).then(|| Parameter {
            name: ARTIFACTS.into(),
            secret: false,
            default: None,
            stored_at: None,
            description: Some("The bucket that holds the functions' packages".into()),
            span: None,
        });
        let verbatim = !model.natives.is_empty() || !model.overrides.is_empty();
        let used = if model.inputs.is_empty() { HashSet::new() } else { self.used_inputs() };
        let wanted = model.inputs.iter().filter(|input| verbatim || used.contains(input.name.value.as_str()));
        artifacts.into_iter().chain(wanted.map(parameter)).collect()
    }

    fn used_inputs(&self) -> HashSet<&str> {
        let mut used = HashSet::new();
        let bodies = self.out.resources.iter().flat_map(|resource| &resource.body).map(|(_, value)| value);
        for value in bodies.chain(self.out.outputs.iter().map(|output| &output.value)) {
            value.walk(&mut |value| {
                if let Value::Input(name) = value {
                    used.insert(name.as_str());
                }
            });
        }
        used
    }

    /// Notes a permission for reviews.
    fn permit(&mut self, permission: Permission) {
        self.out.permissions.push(permission);
    }
}

fn parameter(input: &Input) -> Parameter {
    Parameter {
        name: input.name.value.clone(),
        secret: input.secret,
        default: input.default.as_ref().map(|default| default.value.clone().into()),
        stored_at: input.ssm.as_ref().map(|path| path.value.clone()),
        description: input.description.clone(),
        span: Some(input.name.span),
    }
}

/// A row of `access.json` for what a function may do on its own behalf.
fn permission(function: &str, verb: &str, subject: &str, permission: Text, scope: Arc<Value>) -> Permission {
    Permission {
        function: Text::new(function),
        holder: None,
        principal: Value::reference(part(function, "role"), "Arn").into(),
        verb: Text::new(verb),
        subject: Text::new(subject),
        permission,
        scope,
        condition: None,
        role: None,
        beyond: Vec::new(),
        wider: Vec::new(),
        by_hand: false,
        reasons: Arc::default(),
    }
}

fn shapes(model: &Model) -> HashMap<ResourceId, HashSet<String>> {
    let mut shapes: HashMap<ResourceId, HashSet<String>> = HashMap::new();
    for (_, trigger) in model.triggers() {
        if let Event::Http(http) = &trigger.event
            && let Host::Api(api) = http.host
        {
            shapes.entry(api).or_default().extend(http.routes.iter().map(|route| routes::shape(&route.value)));
        }
    }
    shapes
}

fn log_days(model: &Model) -> HashMap<ResourceId, u32> {
    let mut days: HashMap<ResourceId, u32> = HashMap::new();
    for function in &model.functions {
        for (_, http) in function.http() {
            if let Host::Api(api) = http.host {
                let kept = days.entry(api).or_default();
                *kept = (*kept).max(function.log_retention.value);
            }
        }
    }
    days
}

fn calls(model: &Model) -> HashMap<FunctionId, Vec<(FunctionId, Span)>> {
    let mut calls: HashMap<FunctionId, Vec<(FunctionId, Span)>> = HashMap::new();
    for (callee, function) in model.function_ids() {
        for caller in &function.callers.functions {
            calls.entry(caller.value).or_default().push((callee, caller.span));
        }
    }
    calls
}
