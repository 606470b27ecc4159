//! Physical names: what Google calls a resource, within the length and alphabet of its type.
//!
//! A name starts from the deployment's. What belongs to no single name of the spec, or to a name as its second resource,
//! has a double hyphen in it, which no name of a spec can contain: so no two names of a deployment are alike.

use portolan_model::{Model, cut, hash};
use portolan_target::Request;
use portolan_value::{Address, Text, Value};

/// The parts that bear their owner's name as it is; all others append their own.
const PLAIN: [&str; 12] = [
    "function",
    "identity",
    "bucket",
    "topic",
    "subscription",
    "table",
    "secret",
    "parameter",
    "api",
    "config",
    "gateway",
    "sink",
];

/// The name of a lowered resource.
pub fn physical_name(request: &Request<'_>, address: &Address, r#type: &str) -> Value {
    let (owner, part) = (address.owner(), address.part());
    let own = match (owner, PLAIN.contains(&part)) {
        (owner, true) => Text::new(owner),
        ("app", false) => Text::concat(&["-", part]),
        (owner, false) => Text::concat(&[owner, "--", part]),
    };
    name_of(request.model, &own, address.as_str(), r#type).into()
}

/// A name of a type: `own` after the deployment's name, within the type's length.
pub fn name_of(model: &Model, own: &str, address: &str, r#type: &str) -> Text {
    let shape = shape(r#type);
    match shape.global {
        true => everywhere(model, own, address, shape.longest),
        false => lengthened(model, model.derived_name(own, address, shape.longest), address, shape.shortest),
    }
}

/// A name that the whole world shares: it carries a hash of the project, the region and the identity.
fn everywhere(model: &Model, own: &str, address: &str, longest: usize) -> Text {
    let project = model.target.project.as_ref().map(|project| project.value.as_str()).unwrap_or_default();
    let place = format!("{project}/{}/{}", model.target.region.value, model.identity(address));
    Text::concat(&[&model.derived_name(own, address, longest - 7), "-", &hash(&place, 6)])
}

fn lengthened(model: &Model, name: Text, address: &str, shortest: usize) -> Text {
    match name.len() < shortest {
        true => Text::concat(&[&name, "-", &hash(&model.identity(address), 6)]),
        false => name,
    }
}

/// The id of a custom role: letters, digits and underscores, at most 64 (IAM API, projects.roles).
pub fn role_id(model: &Model, own: &str, address: &str) -> String {
    let whole = format!("{}-{own}", model.stack());
    cut(&whole, &model.identity(address), 64).replace('-', "_")
}

/// What a type allows its names to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Characters at least.
    pub shortest: usize,
    /// Characters at most.
    pub longest: usize,
    /// Whether the whole world shares the names.
    pub global: bool,
}

/// The shape of a type's names; of a type that is not in the table, a label's as it is in host names.
pub fn shape(r#type: &str) -> Shape {
    known_shape(r#type).unwrap_or(Shape { shortest: 1, longest: 63, global: false })
}

/// The shape of a type's names, in either format's word for the type.
pub fn known_shape(r#type: &str) -> Option<Shape> {
    let within = |shortest, longest| Shape { shortest, longest, global: false };
    Some(match r#type {
        // Cloud Run documentation: a service's name has fewer than 50 characters, and the function shares it.
        "google_cloudfunctions2_function" | "gcp-types/cloudfunctions-v2beta:projects.locations.functions" => {
            within(4, 49)
        }
        // IAM API, projects.serviceAccounts.create, accountId.
        "google_service_account" | "gcp-types/iam-v1:projects.serviceAccounts" => within(6, 30),
        // Cloud Storage documentation, Bucket names.
        "google_storage_bucket" | "gcp-types/storage-v1:buckets" => Shape { shortest: 3, longest: 63, global: true },
        // Pub/Sub API, projects.topics and projects.subscriptions, name.
        "google_pubsub_topic" | "google_pubsub_subscription" => within(3, 255),
        "gcp-types/pubsub-v1:projects.topics" | "gcp-types/pubsub-v1:projects.subscriptions" => within(3, 255),
        // Firestore API, projects.databases.create, databaseId.
        "google_firestore_database" => within(4, 63),
        // Secret Manager API, projects.secrets.create, secretId.
        "google_secret_manager_secret" => within(1, 255),
        // Eventarc API, projects.locations.triggers.create, triggerId.
        "google_eventarc_trigger" => within(1, 63),
        // Parameter Manager API, projects.locations.parameters.create, parameterId.
        "google_parameter_manager_parameter" => within(1, 63),
        // Cloud Scheduler API, projects.locations.jobs, name.
        "google_cloud_scheduler_job" | "gcp-types/cloudscheduler-v1:projects.locations.jobs" => within(1, 500),
        // API Gateway API, projects.locations.gateways.create, gatewayId.
        "google_api_gateway_api" | "google_api_gateway_gateway" => within(1, 49),
        // The provider appends 26 characters to a prefix.
        "google_api_gateway_api_config" => within(1, 36),
        // Logging API, projects.locations.buckets.create, bucketId, and projects.sinks, name.
        "google_logging_project_bucket_config" | "google_logging_project_sink" => within(1, 100),
        "gcp-types/logging-v2:projects.locations.buckets" | "gcp-types/logging-v2:projects.sinks" => within(1, 100),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::model;

    const SPEC: &str = "portolan: 1\napp: a\ntargets: { d: { provider: gcp, region: europe-west1, project: acme } }\nfunctions: { f: { runtime: python3.13, handler: a.b, triggers: { schedule: rate(1 hour) } } }\n";

    #[test]
    fn short_names_are_lengthened_and_long_ones_cut() {
        let model = model(SPEC, "d");
        let name = |own: &str, r#type| name_of(&model, own, "f.identity", r#type);
        assert_eq!(name("f", "google_service_account"), format!("a-d-f-{}", hash("a/d/f.identity", 6)));
        assert_eq!(name("f", "google_firestore_database"), "a-d-f");
        let long = name(&"x".repeat(40), "google_service_account");
        assert_eq!(long, format!("a-d-{}-{}", "x".repeat(19), hash("a/d/f.identity", 6)));
        assert_eq!(long.len(), 30);
    }

    #[test]
    fn a_bucket_carries_its_project() {
        let model = model(SPEC, "d");
        let name = name_of(&model, "uploads", "uploads.bucket", "google_storage_bucket");
        assert_eq!(name, format!("a-d-uploads-{}", hash("acme/europe-west1/a/d/uploads.bucket", 6)));
    }

    #[test]
    fn a_role_has_no_hyphen() {
        let model = model(SPEC, "d");
        assert_eq!(role_id(&model, "write-bucket", "app.write-bucket.rights"), "a_d_write_bucket");
        assert_eq!(role_id(&model, &"y".repeat(80), "x").len(), 64);
    }
}
