//! What an app becomes on Google, in no template's words: identities, services, topics, subscriptions, notifications,
//! jobs, roles and bindings.
//!
//! In come a model and its grants; out goes a [`Decision`] that both formats write down. This room knows which account
//! may do what and why; it does not know how a resource type spells a property.

mod events;
mod functions;
mod gateway;
mod grants;
mod invoke;
mod logs;
mod nouns; // start reading here
mod permissions;
mod platform;

mod allow;

pub use functions::{runtime, timeout_range};
pub use gateway::{has_comma, openapi};
pub use nouns::*;

use crate::hooks::Google;
use crate::place::Place;
use permissions::Told;
use portolan_access::{Grant, Reason, Right};
use portolan_diagnostics::Span;
use portolan_model::{Function, FunctionId, Model};
use portolan_target::{Kinds, Request};
use portolan_value::{Address, Addresses, Origin, Text, Value};
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Decides everything for a request. `decided` takes what is decided by itself, function by function; what is left at the
/// end is what functions decide together.
pub fn decide<'a>(
    request: Request<'a>,
    google: &'static Google,
    kinds: Kinds<'a>,
    place: Place<'a>,
    mut decided: impl FnMut(&mut Decision<'a>),
) -> Decision<'a> {
    let invoked = invoke::invoked(request.model);
    let own = |(id, function): (FunctionId, &Function)| {
        let [identity, service] = ["identity", "function"].map(|part| Address::new(&function.name.value, part));
        Own { name: google.function_name(&request, id), identity: Identity::new(identity), function: service }
    };
    let own = request.model.function_ids().map(own).collect();
    let mut decider = Decider {
        request,
        kinds,
        place,
        invoked,
        own,
        decision: Decision::with_room(request.grants.len()),
        bound: FxHashSet::default(),
        lettered: None,
        changes: false,
    };
    decider.platform();
    decided(&mut decider.decision);
    for (id, _) in request.model.function_ids() {
        decider.function(id);
        decider.events(id);
        decider.callers(id);
        decider.grants(id);
        decider.allowed(id);
        decider.log(id);
        decided(&mut decider.decision);
    }
    decider.queues();
    decider.gateways();
    decided(&mut decider.decision);
    decider.decision
}

/// Collects a decision.
struct Decider<'a> {
    request: Request<'a>,
    kinds: Kinds<'a>,
    /// What the target says about the place of deployment.
    place: Place<'a>,
    /// What is each function's own, in their order.
    own: Vec<Own>,
    /// Functions that other functions call.
    invoked: BTreeSet<FunctionId>,
    decision: Decision<'a>,
    /// Who was let into which service: one binding is enough, however many reasons there are.
    bound: FxHashSet<(Text, FunctionId)>,
    /// The last function that got dead letters of its own.
    lettered: Option<FunctionId>,
    /// Whether the account that calls for triggers receives events already.
    changes: bool,
}

/// What is asked of a function again and again.
struct Own {
    /// What it is called.
    name: Value,
    /// Who it runs as.
    identity: Identity,
    /// The function itself.
    function: Address,
}

impl<'a> Decider<'a> {
    fn model(&self) -> &'a Model {
        self.request.model
    }

    fn name(&self, function: FunctionId) -> &'a str {
        &self.model().function(function).name.value
    }

    /// A parent of this name is needed.
    fn needs(&mut self, parent: &'static str) {
        if !self.decision.parents.contains(&parent) {
            self.decision.parents.push(parent);
        }
    }

    /// The physical name of a resource that is made in Rust.
    fn physical(&self, address: &Address, r#type: &str) -> Value {
        self.kinds.physical_name(address, r#type).unwrap_or_else(|| "".into())
    }

    /// Why a trigger's needs are granted.
    fn reasons_of_trigger(&self, function: FunctionId, index: usize) -> Arc<[Reason]> {
        let is_trigger = |grant: &&Grant| matches!(grant.right, Right::Trigger(at) if at == index);
        let mut grants = self.request.grants.of(function).filter(is_trigger);
        grants.next().map(|grant| grant.reasons.shared()).unwrap_or_default()
    }

    /// Lets someone into the service behind a function, once.
    fn admit(&mut self, function: FunctionId, via: &str, member: Member, origin: Origin) {
        if self.bound.insert((member.key(), function)) {
            let owner = self.name(function);
            self.decision.bindings.push(Binding {
                address: Address::via(owner, via, "grant"),
                scope: Scope::Service(self.service_name(function)),
                role: predefined("roles/run.servicesInvoker"),
                member,
                condition: None,
                after: Addresses::from([self.own(function).function.clone()]),
                origin,
            });
        }
    }

    fn own(&self, function: FunctionId) -> &Own {
        &self.own[function.index()]
    }

    fn identity(&self, function: FunctionId) -> Identity {
        self.own(function).identity.clone()
    }

    fn service_name(&self, function: FunctionId) -> Value {
        self.own(function).name.clone()
    }

    /// Records that someone may call a function.
    fn permit_call(&mut self, call: Call<'_>, function: FunctionId, reasons: Arc<[Reason]>) {
        let told = Told {
            function: call.function,
            holder: call.holder,
            principal: self.principal(&call.member),
            verb: call.verb,
            subject: call.subject,
            scope: &Scope::Service(self.service_name(function)),
            condition: call.condition.map(Value::from),
            role: &predefined("roles/run.servicesInvoker"),
            beyond: Vec::new(),
            by_hand: false,
            reasons: reasons.into(),
            wider: Vec::new(),
        };
        self.tell(&["run.routes.invoke".into()], &told);
    }
}

/// Someone who may call a function, for a review.
struct Call<'t> {
    function: &'t str,
    holder: Option<&'t str>,
    member: Member,
    verb: &'t str,
    subject: &'t str,
    condition: Option<&'static str>,
}

/// A binding's or permission's role that is Google's.
fn predefined(role: &'static str) -> Role {
    Role::Predefined(Text::fixed(role))
}

/// The origin of something that a line of the spec asks for.
fn asked(span: Span, rule: &'static str) -> Origin {
    Origin::new(span, rule)
}
