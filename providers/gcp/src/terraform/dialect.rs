//! Every noun as a resource of the google provider (its registry documentation, by the type's name).

use super::{bindings, tables};
use crate::decide::{
    Account, Binding, Endpoint, Job, Listener, Logs, Named, Notification, Push, Rights, Service, Sink, Subscription,
    Topic,
};
use crate::hooks::{Google, TERRAFORM, duration};
use crate::lower::{Dialect, Making};
use crate::parents::{
    ARTIFACTS_NAME, BUILDER_NAME, BUILDS, CALLER, CHANGES, CLOCK, IAM, IMAGES_ID, MESSAGES, SCHEDULER,
};
use crate::place::Place;
use portolan_model::{Body, Model, Native, ResourceId};
use portolan_target::{Kinds, Permission};
use portolan_value::{Address, Contribution, Language, Map, Origin, Raw, Resource, Text, Value};
use std::collections::BTreeSet;

/// The dialect of Terraform.
#[derive(Debug)]
pub struct Terraform;

/// Types whose resources have labels.
const LABELLED: [&str; 12] = [
    "google_api_gateway_api",
    "google_api_gateway_api_config",
    "google_api_gateway_gateway",
    "google_artifact_registry_repository",
    "google_cloudfunctions2_function",
    "google_eventarc_trigger",
    "google_parameter_manager_parameter",
    "google_pubsub_subscription",
    "google_pubsub_topic",
    "google_secret_manager_secret",
    "google_storage_bucket",
    "google_cloud_run_v2_service",
];

impl Dialect for Terraform {
    fn google(&self) -> &'static Google {
        &TERRAFORM
    }

    fn parents(&self) -> &'static [&'static str] {
        &["provider"]
    }

    fn has_labels(&self, r#type: &str) -> bool {
        LABELLED.contains(&r#type)
    }

    fn prepare(&self, _: &mut Vec<Binding>, _: &mut BTreeSet<Text>) {}

    fn retell(&self, _: &mut [Permission], _: &Place<'_>) {}

    fn local_name(&self, address: &Address) -> Text {
        address.as_str().replace('.', "_").into()
    }

    fn hidden(&self, unseen: Map) -> Value {
        Value::Map(unseen)
    }

    fn account(&self, account: Account<'_>) -> Resource {
        let shown = Text::concat(&["function ", &account.function.name.value]);
        let body = Map::from([("account_id", account.id), ("display_name", shown.into())]);
        made(account.address, "google_service_account", body, account.origin).after(&IAM)
    }

    fn service(&self, mut service: Service<'_>, making: &mut Making<'_>) {
        let archive = archive(&service);
        let mut resource = function(&mut service, &archive.address, &making.place);
        resource.after.extend(BUILDS.iter().cloned());
        making.add(archive);
        making.add(resource);
    }

    fn topic(&self, topic: Topic) -> Resource {
        made(topic.address, "google_pubsub_topic", Map::from([("name", topic.name)]), topic.origin).after(&MESSAGES)
    }

    fn subscription(&self, subscription: Subscription) -> Resource {
        let body = Map::from([("name", subscription.name), ("topic", topic(&subscription.topic))])
            .with("ack_deadline_seconds", subscription.visibility)
            .with("message_retention_duration", duration(subscription.retention))
            .with("expiration_policy", [("ttl", "".into())])
            .with_some("filter", subscription.filter)
            .with_some("push_config", subscription.function.map(|function| push_config(&function)))
            .with_some("retry_policy", subscription.dead_letter.as_ref().map(|_| retries()))
            .with_some("dead_letter_policy", subscription.dead_letter.map(|topic| dead_letters(&topic)));
        made(subscription.address, "google_pubsub_subscription", body, subscription.origin).after(&MESSAGES)
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

    fn notification(&self, notification: Notification) -> Resource {
        let bucket = match &notification.made {
            Some(made) => Value::reference(made.clone(), "name"),
            None => notification.bucket,
        };
        let events = notification.events.iter().map(|event| Value::from(*event)).collect::<Vec<_>>();
        let body = Map::from([("bucket", bucket), ("topic", Value::reference(notification.topic, "id"))])
            .with("payload_format", "JSON_API_V1")
            .with("event_types", events)
            .with_some("object_name_prefix", notification.prefix);
        let mut resource = made(notification.address, "google_storage_notification", body, notification.origin);
        resource.after.push(notification.after);
        resource
    }

    fn job(&self, job: Job, place: &Place<'_>) -> Resource {
        let token = [("service_account_email", email(&SCHEDULER)), ("audience", uri(&job.function.function))];
        let headers = job.body.as_ref().map(|_| Map::from([("Content-Type", Value::from("application/json"))]));
        let target = Map::from([("uri", endpoint(&job.function)), ("http_method", "POST".into())])
            .with_some("headers", headers)
            .with_some("body", job.body.map(|body| Value::embed(Language::Base64, body.into())))
            .with("oidc_token", token);
        let body = Map::from([("name", job.name), ("region", place.region())])
            .with("schedule", job.schedule)
            .with("time_zone", job.timezone)
            .with("attempt_deadline", duration(job.deadline))
            .with("retry_config", [("retry_count", Value::Number(3))])
            .with("http_target", target);
        made(job.address, "google_cloud_scheduler_job", body, job.origin).after(&CLOCK)
    }

    /// It must be where the database is, wherever an override puts that (Eventarc documentation, Eventarc locations).
    fn listener(&self, listener: Listener, place: &Place<'_>) -> Option<Resource> {
        let criterion =
            |attribute: &'static str, value: Value| Map::from([("attribute", attribute.into()), ("value", value)]);
        let criteria = vec![
            criterion("type", listener.event.into()).into(),
            criterion("database", Value::reference(listener.table.clone(), "name")).into(),
            criterion("document", "items/*".into()).with("operator", "match-path-pattern").into(),
        ];
        let service = Map::from([
            ("service", Value::reference(listener.function.function.clone(), "name")),
            ("region", place.region()),
            ("path", listener.function.path.into()),
        ]);
        let body = Map::from([
            ("name", listener.name),
            ("location", Value::reference(listener.table, "location_id")),
            ("service_account", email(&CALLER)),
            ("event_data_content_type", "application/protobuf".into()),
        ])
        .with("matching_criteria", Value::list(criteria))
        .with("destination", [("cloud_run_service", Value::from(service))]);
        let resource = made(listener.address, "google_eventarc_trigger", body, listener.origin);
        Some(resource.after(&CHANGES).after(&listener.after))
    }

    fn logs(&self, logs: Logs, place: &Place<'_>) -> Vec<Resource> {
        let body = Map::from([("project", place.project()), ("location", place.region())])
            .with("bucket_id", logs.name)
            .with("retention_days", logs.days);
        let store = made(logs.address.clone(), "google_logging_project_bucket_config", body, logs.origin);
        let sinks = logs.sinks.into_iter().map(|sink| self::sink(sink, &logs.address, place));
        std::iter::once(store).chain(sinks).collect()
    }

    fn rights(&self, rights: Rights, _: &Place<'_>) -> Resource {
        let permissions = rights.permissions.into_iter().map(Value::Text).collect::<Vec<_>>();
        let body = Map::from([("role_id", rights.role.id.into()), ("title", rights.title.into())])
            .with("permissions", permissions);
        made(rights.address, "google_project_iam_custom_role", body, rights.origin).after(&IAM)
    }

    fn bind(&self, binding: Binding, making: &mut Making<'_>) {
        let resource = bindings::resource(binding, &making.place);
        making.add(resource);
    }

    fn further(&self, kinds: &Kinds<'_>, id: ResourceId, model: &Model) -> Vec<Resource> {
        tables::further(kinds, id, model)
    }

    /// `{ type: google_…, body: … }`.
    fn native(&self, native: &Native, body: Raw) -> Option<Resource> {
        let Raw::Map(mut entries) = body else { return None };
        let mut take = |key: &str| entries.iter().position(|(name, _)| name == key).map(|at| entries.remove(at).1);
        let (Some(Raw::Text(r#type)), Some(Raw::Map(body))) = (take("type"), take("body")) else { return None };
        let body: Map = body.into_iter().map(|(key, raw)| (key, Value::raw(raw))).collect();
        Some(Resource::new(
            Address::new(&native.name.value, "native"),
            r#type,
            body,
            Origin::new(native.span, "native"),
        ))
    }
}

/// Whether a raw resource is one of Terraform's: `{ type: …, body: … }`.
pub fn is_native(body: &Body) -> bool {
    let Body::Map(entries) = body else { return false };
    entries.len() == 2
        && entries.iter().all(|(key, value)| match (key.as_str(), value) {
            ("type", Body::Text(r#type)) => is_type(r#type),
            ("body", Body::Map(_)) => true,
            _ => false,
        })
}

/// A type is one word, with `data.` before it for something that is only read.
fn is_type(text: &str) -> bool {
    let word = text.strip_prefix("data.").unwrap_or(text);
    !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// A resource and nothing else to say.
pub fn made(address: Address, r#type: &'static str, body: Map, origin: Origin) -> Resource {
    Resource::new(address, r#type, body, origin)
}

/// What must exist before.
pub trait After {
    /// The same resource, after another one.
    fn after(self, address: &Address) -> Self;
}

impl After for Resource {
    fn after(mut self, address: &Address) -> Self {
        self.after.push(address.clone());
        self
    }
}

fn archive(service: &Service<'_>) -> Resource {
    let file = &service.artifact.file;
    let body = Map::from([
        ("name", file.clone().into()),
        ("source", Text::concat(&["artifacts/", file]).into()),
        ("bucket", ARTIFACTS_NAME.clone()),
    ]);
    let address = Address::new(&service.function.name.value, "archive");
    made(address, "google_storage_bucket_object", body, service.origin.clone())
}

fn function(service: &mut Service<'_>, archive: &Address, place: &Place<'_>) -> Resource {
    let description = service.function.description.as_ref();
    let mut body = Map::with_capacity(5);
    body.push("name", service.name.clone());
    body.push("location", place.region());
    body.push_some("description", description.map(|text| text.value.clone()));
    body.push("build_config", build_config(service, archive));
    body.push("service_config", service_config(service));
    made(service.address.clone(), "google_cloudfunctions2_function", body, service.origin.clone())
}

fn build_config(service: &mut Service<'_>, archive: &Address) -> Map {
    let source = [("bucket", ARTIFACTS_NAME.clone()), ("object", Value::reference(archive.clone(), "name"))];
    let environment = Some(std::mem::take(&mut service.build)).filter(|environment| !environment.is_empty());
    let mut config = Map::with_capacity(6);
    config.push("runtime", service.runtime.clone());
    config.push("entry_point", "portolan");
    config.push("source", [("storage_source", Value::from(source))]);
    config.push("service_account", BUILDER_NAME.clone());
    config.push("docker_repository", IMAGES_ID.clone());
    config.push_some("environment_variables", environment);
    config
}

fn service_config(service: &mut Service<'_>) -> Map {
    let environment = Some(std::mem::take(&mut service.environment)).filter(|environment| !environment.is_empty());
    let mut config = Map::with_capacity(8);
    config.push("available_memory", Text::concat(&[&service.memory.to_string(), "Mi"]));
    config.push("timeout_seconds", service.timeout);
    config.push("max_instance_count", service.most);
    config.push_some("min_instance_count", (service.least > 0).then_some(service.least));
    config.push("ingress_settings", if service.open { "ALLOW_ALL" } else { "ALLOW_INTERNAL_ONLY" });
    config.push("all_traffic_on_latest_revision", true);
    config.push("service_account_email", service.account.email());
    config.push_some("environment_variables", environment);
    config
}

/// The address of the service behind a function, which Pub/Sub and Cloud Scheduler call.
fn uri(function: &Address) -> Value {
    Value::reference(function.clone(), "service_config[0].uri")
}

fn email(account: &Address) -> Value {
    Value::reference(account.clone(), "email")
}

fn topic(named: &Named) -> Value {
    match named {
        Named::Own(address) => Value::reference(address.clone(), "id"),
        Named::Given(name) => name.clone(),
    }
}

/// Where a trigger's calls go.
fn endpoint(endpoint: &Endpoint) -> Value {
    Value::join([uri(&endpoint.function), endpoint.path.clone().into()])
}

/// The token is for the service, whose platform looks at it, and not for one path of it.
fn push_config(called: &Endpoint) -> Value {
    let token = [("service_account_email", email(&CALLER)), ("audience", uri(&called.function))];
    Value::from([("push_endpoint", endpoint(called)), ("oidc_token", token.into())])
}

fn retries() -> Value {
    Value::from([("minimum_backoff", "10s".into()), ("maximum_backoff", "600s".into())])
}

fn dead_letters(topic: &Address) -> Value {
    let attempts = Value::Number(crate::ranges::ATTEMPTS.low);
    Value::from([("dead_letter_topic", Value::reference(topic.clone(), "id")), ("max_delivery_attempts", attempts)])
}

fn sink(sink: Sink, store: &Address, place: &Place<'_>) -> Resource {
    let filter = Value::join([
        "resource.type=\"cloud_run_revision\" AND resource.labels.location=\"".into(),
        place.region(),
        "\" AND resource.labels.service_name=".into(),
        Value::embed(Language::Filter, sink.service),
    ]);
    let destination = Value::join(["logging.googleapis.com/".into(), Value::reference(store.clone(), "id")]);
    let body = Map::from([("name", sink.name), ("destination", destination)])
        .with("filter", filter)
        .with("unique_writer_identity", true);
    made(sink.address, "google_logging_project_sink", body, sink.origin)
}
