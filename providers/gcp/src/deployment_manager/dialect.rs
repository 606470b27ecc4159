//! Every noun as a type of Deployment Manager's providers; properties are those of the API behind each.

use super::bindings;
use crate::decide::{
    Account, Binding, Endpoint, Job, Listener, Logs, Named, Notification, Push, Rights, Service, Subscription, Topic,
};
use crate::hooks::{DEPLOYMENT_MANAGER, Google, duration};
use crate::lower::{Dialect, Making};
use crate::parents::{BUILDER_NAME, BUILDS, CALLER, CLOCK, IAM, MESSAGES, SCHEDULER};
use crate::place::Place;
use portolan_model::{Body, Model, Native, ResourceId};
use portolan_target::{Kinds, Permission};
use portolan_value::{Address, Contribution, Language, Map, Origin, Raw, Resource, Shape, Text, Value};
use std::collections::BTreeSet;

/// The dialect of Deployment Manager.
#[derive(Debug)]
pub struct Configuration;

/// Types whose resources have labels.
const LABELLED: [&str; 4] = [
    "gcp-types/cloudfunctions-v2beta:projects.locations.functions",
    "gcp-types/pubsub-v1:projects.subscriptions",
    "gcp-types/pubsub-v1:projects.topics",
    "gcp-types/storage-v1:buckets",
];

/// Where a resource carries its own policy.
pub const POLICY: [&str; 3] = ["accessControl", "gcpIamPolicy", "bindings"];

impl Dialect for Configuration {
    fn google(&self) -> &'static Google {
        &DEPLOYMENT_MANAGER
    }

    fn parents(&self) -> &'static [&'static str] {
        &[]
    }

    fn has_labels(&self, r#type: &str) -> bool {
        LABELLED.contains(&r#type)
    }

    fn prepare(&self, bindings: &mut Vec<Binding>, callers: &mut BTreeSet<Text>) {
        bindings.retain_mut(|binding| bindings::prepare(binding, callers));
    }

    fn retell(&self, permissions: &mut [Permission], place: &Place<'_>) {
        bindings::retell(permissions, place);
    }

    fn local_name(&self, address: &Address) -> Text {
        address.as_str().replace('.', "--").into()
    }

    /// An output of a deployment is a text (Deployment Manager, "Exposing deployment metadata using outputs").
    fn hidden(&self, unseen: Map) -> Value {
        Value::embed(Language::Json, Value::Map(unseen))
    }

    fn account(&self, account: Account<'_>) -> Resource {
        let shown = Text::concat(&["function ", &account.function.name.value]);
        let body = Map::from([("accountId", account.id), ("displayName", shown.into())]);
        after(made(account.address, "gcp-types/iam-v1:projects.serviceAccounts", body, account.origin), &IAM)
    }

    fn service(&self, mut service: Service<'_>, making: &mut Making<'_>) {
        let Model { target, .. } = making.place.model;
        let bucket = target.artifacts_bucket.as_ref().map(|bucket| bucket.value.clone()).unwrap_or_default();
        let mut resource = function(&mut service, bucket, &making.place);
        resource.after.extend(BUILDS.iter().cloned());
        making.add(resource);
    }

    fn topic(&self, topic: Topic) -> Resource {
        let body = Map::from([("topic", topic.name)]);
        let resource = made(topic.address, "gcp-types/pubsub-v1:projects.topics", body, topic.origin);
        after(resource.with_slot("access", &POLICY, Shape::List), &MESSAGES)
    }

    fn subscription(&self, subscription: Subscription) -> Resource {
        let body = Map::from([("subscription", subscription.name), ("topic", topic(&subscription.topic))])
            .with("ackDeadlineSeconds", subscription.visibility)
            .with("messageRetentionDuration", duration(subscription.retention))
            // Empty: it never expires.
            .with("expirationPolicy", Map::new())
            .with_some("filter", subscription.filter)
            .with_some("pushConfig", subscription.function.map(|function| push_config(&function)))
            .with_some("retryPolicy", subscription.dead_letter.as_ref().map(|_| retries()))
            .with_some("deadLetterPolicy", subscription.dead_letter.map(|topic| dead_letters(&topic)));
        let resource =
            made(subscription.address, "gcp-types/pubsub-v1:projects.subscriptions", body, subscription.origin);
        after(resource.with_slot("access", &POLICY, Shape::List), &MESSAGES)
    }

    fn push(&self, push: Push) -> Vec<Contribution> {
        let Value::Map(config) = push_config(&push.function) else { return Vec::new() };
        let contribution = |(key, value): (Text, Value)| Contribution {
            address: push.subscription.clone(),
            slot: "push".into(),
            key: key.into(),
            value,
            after: Vec::new(),
            origin: push.origin.clone(),
        };
        config.into_iter().map(contribution).collect()
    }

    /// The topic carries its policy, so the bucket may publish as soon as the topic is there.
    fn notification(&self, notification: Notification) -> Resource {
        let bucket = match &notification.made {
            Some(made) => Value::reference(made.clone(), "name"),
            None => notification.bucket,
        };
        let topic = Value::join(["//pubsub.googleapis.com/".into(), Value::reference(notification.topic, "name")]);
        let events = notification.events.iter().map(|event| Value::from(*event)).collect::<Vec<_>>();
        let body = Map::from([("bucket", bucket), ("topic", topic)])
            .with("payload_format", "JSON_API_V1")
            .with("event_types", events)
            .with_some("object_name_prefix", notification.prefix);
        made(notification.address, "gcp-types/storage-v1:notifications", body, notification.origin)
    }

    fn job(&self, job: Job, place: &Place<'_>) -> Resource {
        let token = [("serviceAccountEmail", email(&SCHEDULER)), ("audience", uri(&job.function.function))];
        let headers = job.body.as_ref().map(|_| Map::from([("Content-Type", Value::from("application/json"))]));
        let target = Map::from([("uri", endpoint(&job.function)), ("httpMethod", "POST".into())])
            .with_some("headers", headers)
            .with_some("body", job.body.map(|body| Value::embed(Language::Base64, body.into())))
            .with("oidcToken", token);
        let name = Value::join([located(place), "/jobs/".into(), job.name]);
        let body = Map::from([("parent", located(place)), ("name", name)])
            .with("schedule", job.schedule)
            .with("timeZone", job.timezone)
            .with("attemptDeadline", duration(job.deadline))
            .with("retryConfig", [("retryCount", Value::Number(3))])
            .with("httpTarget", target);
        let resource = made(job.address, "gcp-types/cloudscheduler-v1:projects.locations.jobs", body, job.origin);
        after(resource, &CLOCK)
    }

    fn listener(&self, _: Listener, _: &Place<'_>) -> Option<Resource> {
        None
    }

    /// Logs stay as long as the project keeps them; `supports` says so.
    fn logs(&self, _: Logs, _: &Place<'_>) -> Vec<Resource> {
        Vec::new()
    }

    fn rights(&self, rights: Rights, place: &Place<'_>) -> Resource {
        let permissions = rights.permissions.into_iter().map(Value::Text).collect::<Vec<_>>();
        let role = Map::from([
            ("title", rights.title.into()),
            ("includedPermissions", permissions.into()),
            ("stage", "GA".into()),
        ]);
        let parent = Value::join(["projects/".into(), place.project()]);
        let body = Map::from([("parent", parent), ("roleId", rights.role.id.into())]).with("role", role);
        after(made(rights.address, "gcp-types/iam-v1:projects.roles", body, rights.origin), &IAM)
    }

    fn bind(&self, binding: Binding, making: &mut Making<'_>) {
        bindings::bind(binding, making);
    }

    fn further(&self, _: &Kinds<'_>, _: ResourceId, _: &Model) -> Vec<Resource> {
        Vec::new()
    }

    /// A whole resource but for its name: `{ type: …, properties: … }`.
    fn native(&self, native: &Native, body: Raw) -> Option<Resource> {
        let Raw::Map(entries) = body else { return None };
        let (_, kind) = entries.iter().find(|(key, _)| key == "type" || key == "action")?;
        let Raw::Text(r#type) = kind else { return None };
        let r#type = r#type.clone();
        let body: Map = entries.into_iter().map(|(key, raw)| (key, Value::raw(raw))).collect();
        Some(Resource::new(
            Address::new(&native.name.value, "native"),
            r#type,
            body,
            Origin::new(native.span, "native"),
        ))
    }
}

/// Whether a raw resource is one of Deployment Manager's, without its name.
pub fn is_native(body: &Body) -> bool {
    let Body::Map(entries) = body else { return false };
    let kinds =
        entries.iter().filter(|(key, value)| matches!((key.as_str(), value), ("type" | "action", Body::Text(_))));
    kinds.count() == 1 && !entries.iter().any(|(key, _)| key == "name")
}

fn made(address: Address, r#type: &'static str, body: Map, origin: Origin) -> Resource {
    Resource::new(address, r#type, body, origin)
}

fn after(mut resource: Resource, address: &Address) -> Resource {
    resource.after.push(address.clone());
    resource
}

/// `projects/P/locations/R`.
fn located(place: &Place<'_>) -> Value {
    Value::join(["projects/".into(), place.project(), "/locations/".into(), place.region()])
}

fn function(service: &mut Service<'_>, bucket: Text, place: &Place<'_>) -> Resource {
    let description = service.function.description.as_ref();
    let mut body = Map::with_capacity(6);
    body.push("parent", located(place));
    body.push("function", service.name.clone());
    body.push("environment", "GEN_2");
    body.push_some("description", description.map(|text| text.value.clone()));
    body.push("buildConfig", build_config(service, bucket));
    body.push("serviceConfig", service_config(service));
    made(service.address.clone(), DEPLOYMENT_MANAGER.function_type(), body, service.origin.clone())
}

fn build_config(service: &mut Service<'_>, bucket: Text) -> Map {
    let source = [("bucket", bucket.into()), ("object", service.artifact.file.clone().into())];
    let environment = Some(std::mem::take(&mut service.build)).filter(|environment| !environment.is_empty());
    let mut config = Map::with_capacity(5);
    config.push("runtime", service.runtime.clone());
    config.push("entryPoint", "portolan");
    config.push("source", [("storageSource", Value::from(source))]);
    config.push("serviceAccount", BUILDER_NAME.clone());
    config.push_some("environmentVariables", environment);
    config
}

fn service_config(service: &mut Service<'_>) -> Map {
    let environment = Some(std::mem::take(&mut service.environment)).filter(|environment| !environment.is_empty());
    let mut config = Map::with_capacity(8);
    config.push("availableMemory", Text::concat(&[&service.memory.to_string(), "Mi"]));
    config.push("timeoutSeconds", service.timeout);
    config.push("maxInstanceCount", service.most);
    config.push_some("minInstanceCount", (service.least > 0).then_some(service.least));
    config.push("ingressSettings", if service.open { "ALLOW_ALL" } else { "ALLOW_INTERNAL_ONLY" });
    config.push("allTrafficOnLatestRevision", true);
    config.push("serviceAccountEmail", service.account.email());
    config.push_some("environmentVariables", environment);
    config
}

fn uri(function: &Address) -> Value {
    Value::reference(function.clone(), "serviceConfig.uri")
}

fn email(account: &Address) -> Value {
    Value::reference(account.clone(), "email")
}

fn topic(named: &Named) -> Value {
    match named {
        Named::Own(address) => Value::reference(address.clone(), "name"),
        Named::Given(name) => name.clone(),
    }
}

/// Where a trigger's calls go.
fn endpoint(endpoint: &Endpoint) -> Value {
    Value::join([uri(&endpoint.function), endpoint.path.clone().into()])
}

/// The token is for the service, whose platform looks at it, and not for one path of it.
fn push_config(called: &Endpoint) -> Value {
    let token = [("serviceAccountEmail", email(&CALLER)), ("audience", uri(&called.function))];
    Value::from([("pushEndpoint", endpoint(called)), ("oidcToken", token.into())])
}

fn retries() -> Value {
    Value::from([("minimumBackoff", "10s".into()), ("maximumBackoff", "600s".into())])
}

fn dead_letters(topic: &Address) -> Value {
    let attempts = Value::Number(crate::ranges::ATTEMPTS.low);
    Value::from([("deadLetterTopic", Value::reference(topic.clone(), "name")), ("maxDeliveryAttempts", attempts)])
}
