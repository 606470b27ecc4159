//! Bindings as members: they add to a policy and never replace what others put there.

use crate::decide::{Binding, Condition, Named, Role, Scope};
use crate::parents::IMAGES_NAME;
use crate::place::Place;
use portolan_value::{Map, Resource, Text, Value};

/// The resource of a binding.
pub fn resource(binding: Binding, place: &Place<'_>) -> Resource {
    let (r#type, mut body) = on(binding.scope, place);
    body.push("role", role(binding.role));
    body.push("member", binding.member.written(place));
    if let Some(condition) = binding.condition {
        body.push("condition", self::condition(condition));
    }
    let mut resource = Resource::new(binding.address, r#type, body, binding.origin);
    resource.after = binding.after;
    resource
}

/// The type of a member resource, and the properties that say on what.
fn on(scope: Scope, place: &Place<'_>) -> (Text, Map) {
    // A place of up to three properties, role, member, condition.
    let on = |argument: Text, value: Value| Map::with_capacity(6).with(argument, value);
    let project = || on("project".into(), place.project());
    let located = || project().with("location", place.region());
    let (r#type, body) = match scope {
        Scope::Project => ("google_project_iam_member", project()),
        Scope::Service(name) => ("google_cloud_run_v2_service_iam_member", located().with("name", name)),
        Scope::Bucket(name) => ("google_storage_bucket_iam_member", on("bucket".into(), name)),
        Scope::Topic(topic) => ("google_pubsub_topic_iam_member", on("topic".into(), named(topic, "id"))),
        Scope::Subscription(name) => {
            ("google_pubsub_subscription_iam_member", on("subscription".into(), named(name, "id")))
        }
        Scope::Secret(name) => ("google_secret_manager_secret_iam_member", on("secret_id".into(), name)),
        Scope::Images => {
            let body = located().with("repository", IMAGES_NAME.clone());
            ("google_artifact_registry_repository_iam_member", body)
        }
        Scope::Column { bind, argument, on: value, .. } => return (bind, on(argument, value)),
    };
    (r#type.into(), body)
}

fn named(named: Named, attribute: &'static str) -> Value {
    match named {
        Named::Own(address) => Value::reference(address, attribute),
        Named::Given(name) => name,
    }
}

fn role(role: Role) -> Value {
    match role {
        Role::Predefined(name) => name.into(),
        Role::Own(role) => role.name,
    }
}

fn condition(condition: Condition) -> Map {
    Map::from([("title", condition.title.into()), ("expression", condition.expression)])
}
