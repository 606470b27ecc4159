//! Bindings: members that Deployment Manager adds to a policy, and policies that topics and subscriptions carry.
//!
//! The policy of the Cloud Run service behind a function is out of its reach: accounts may call on the whole project
//! instead, once each, and a service that everybody may call has to be opened by hand.

use crate::decide::{Binding, Member, Named, Role, Scope};
use crate::lower::Making;
use crate::place::Place;
use portolan_diagnostics::Diagnostic;
use portolan_target::Permission;
use portolan_value::{Address, Contribution, Map, Origin, Resource, Text, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Puts a binding that cannot be said in the words that can; says whether it is needed.
pub fn prepare(binding: &mut Binding, callers: &mut BTreeSet<Text>) -> bool {
    if matches!(binding.scope, Scope::Images) || is_ours(&binding.address) {
        binding.scope = Scope::Project;
        binding.condition = None;
    }
    match (&binding.scope, &binding.member) {
        (Scope::Service(_), Member::Everyone) => {
            binding.role = Role::Predefined("roles/cloudfunctions.invoker".into());
            true
        }
        (Scope::Service(_), _) => on_project(binding, callers),
        _ => true,
    }
}

/// Tells reviews the same.
pub fn retell(permissions: &mut [Permission], place: &Place<'_>) {
    let project = Arc::new(Scope::Project.described(place));
    for permission in permissions {
        let by_everybody = permission.holder.as_deref() == Some("everybody");
        if by_everybody {
            permission.permission = "cloudfunctions.functions.invoke".into();
            permission.role = Some("roles/cloudfunctions.invoker".into());
            permission.scope = Value::reference(Address::new(&permission.function, "function"), "name").into();
        }
        let calls = permission.permission == "run.routes.invoke" && !by_everybody && !permission.by_hand;
        if calls || permission.holder.as_deref() == Some("build") {
            permission.scope = Arc::clone(&project);
            permission.condition = None;
        }
    }
}

/// The builder's bindings.
fn is_ours(address: &Address) -> bool {
    address.owner() == "app" && address.as_str().starts_with("app.build-")
}

/// One binding on the project is enough for each caller.
fn on_project(binding: &mut Binding, callers: &mut BTreeSet<Text>) -> bool {
    let first = callers.insert(binding.member.key());
    let via = match &binding.member {
        Member::Account(identity) if identity.address().owner() == "app" => {
            format!("invoke-{}", identity.address().part())
        }
        Member::Account(identity) => format!("invoke-by-{}", identity.address().owner()),
        _ => format!("invoke-given-{}", callers.len()),
    };
    binding.address = Address::via("app", &via, "grant");
    binding.scope = Scope::Project;
    binding.after.clear();
    first
}

/// Adds a binding.
pub fn bind(binding: Binding, making: &mut Making<'_>) {
    if binding.condition.is_some() {
        return making.lowered.diagnostics.push(conditional(&binding));
    }
    let place = making.place;
    match way(&binding, &place) {
        Way::Member(r#type, argument, on) => making.add(resource(r#type, argument, on, binding, &place)),
        Way::Carried(address) => making.lowered.contributions.push(carried(address, binding, &place)),
        Way::None => making.lowered.diagnostics.push(unreachable_policy(&binding)),
    }
}

/// How a binding is said.
enum Way {
    /// A member that is added: the type, and the property that says on what.
    Member(Text, Text, Value),
    /// In the policy that a resource carries.
    Carried(Address),
    /// Not at all.
    None,
}

const PROJECT: &str = "gcp-types/cloudresourcemanager-v1:virtual.projects.iamMemberBinding";
const BUCKET: &str = "gcp-types/storage-v1:virtual.buckets.iamMemberBinding";
const TOPIC: &str = "gcp-types/pubsub-v1:virtual.topics.iamMemberBinding";
const FUNCTION: &str = "gcp-types/cloudfunctions-v2beta:virtual.projects.locations.functions.iamMemberBinding";

fn way(binding: &Binding, place: &Place<'_>) -> Way {
    let member =
        |r#type: &'static str, argument: &'static str, on: Value| Way::Member(r#type.into(), argument.into(), on);
    match &binding.scope {
        Scope::Project | Scope::Images => member(PROJECT, "resource", place.project()),
        Scope::Bucket(name) => member(BUCKET, "bucket", name.clone()),
        Scope::Topic(Named::Given(name)) => member(TOPIC, "resource", name.clone()),
        Scope::Topic(Named::Own(address)) | Scope::Subscription(Named::Own(address)) => Way::Carried(address.clone()),
        Scope::Service(_) => {
            let function = Address::new(binding.address.owner(), "function");
            member(FUNCTION, "resource", Value::reference(function, "name"))
        }
        Scope::Column { bind, argument, on, part, .. } => match (bind.as_ref(), part, argument.as_ref()) {
            ("access-control", Some(address), _) => Way::Carried(address.clone()),
            ("access-control", None, "topic") => member(TOPIC, "resource", on.clone()),
            ("access-control", None, _) => Way::None,
            _ => Way::Member(bind.clone(), argument.clone(), on.clone()),
        },
        Scope::Subscription(Named::Given(_)) | Scope::Secret(_) => Way::None,
    }
}

fn resource(r#type: Text, argument: Text, on: Value, binding: Binding, place: &Place<'_>) -> Resource {
    let body =
        Map::from_iter([(argument, on)]).with("role", role(binding.role)).with("member", binding.member.written(place));
    let mut resource = Resource::new(binding.address, r#type, body, binding.origin);
    resource.after = binding.after;
    resource
}

/// The resource carries the binding itself.
fn carried(address: Address, binding: Binding, place: &Place<'_>) -> Contribution {
    let members = vec![binding.member.written(place)];
    Contribution {
        address,
        slot: "access".into(),
        key: binding.address.to_string(),
        value: Map::from([("role", role(binding.role)), ("members", members.into())]).into(),
        after: Vec::new(),
        origin: binding.origin,
    }
}

fn role(role: Role) -> Value {
    match role {
        Role::Predefined(name) => name.into(),
        Role::Own(role) => role.name,
    }
}

fn at(diagnostic: Diagnostic, origin: &Origin) -> Diagnostic {
    match origin.span {
        Some(span) => diagnostic.at(span, ""),
        None => diagnostic,
    }
}

fn conditional(binding: &Binding) -> Diagnostic {
    let message =
        format!("`{}` is granted under a condition, which bindings on gcp-dm do not have", binding.address.owner());
    at(Diagnostic::error("gcp/no-conditions", message), &binding.origin)
        .help("compile it for Infrastructure Manager: leave `format:` out of the target")
}

fn unreachable_policy(binding: &Binding) -> Diagnostic {
    let owner = binding.address.owner();
    let message = format!("what `{owner}` may do on this cannot be granted on gcp-dm: its policy is not in reach");
    at(Diagnostic::error("gcp/policy-out-of-reach", message), &binding.origin)
        .help("grant it outside, or compile for Infrastructure Manager: leave `format:` out of the target")
}
