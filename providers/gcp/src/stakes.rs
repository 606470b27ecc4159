//! What is at stake with Google's types: what they hold, what opens them, what takes a protection away.
//!
//! The meanings are those of the google provider's reference and of each API's own.

use portolan_target::Raises::{Exposure, Irreversible, Protection};
use portolan_target::When::{Becomes, Falls, FallsIn, Goes, Leaves};
use portolan_target::{Counts, Quota, Raises, Replaces, Rule, Stakes, Undone, When};

/// The tables for Terraform JSON.
pub(crate) static TERRAFORM: Stakes = Stakes {
    holds: &HOLDS,
    serves: &SERVES,
    ends: &ENDS,
    alarms: &ALARMS,
    packages: &[
        ("google_storage_bucket_object", "source"),
        ("google_storage_bucket_object", "name"),
        ("google_cloudfunctions2_function", "build_config.source"),
    ],
    names: &NAMES,
    environments: &[
        ("google_cloudfunctions2_function", "service_config.environment_variables"),
        ("google_cloudfunctions2_function", "build_config.environment_variables"),
        ("google_cloudfunctions_function", "environment_variables"),
        ("google_cloud_run_v2_service", "template.containers.env"),
        ("google_cloud_run_service", "template.spec.containers.env"),
        ("google_cloud_run_v2_job", "template.template.containers.env"),
    ],
    quotas: &QUOTAS,
    undone: Undone {
        create: "stays when the deployment fails; the next one goes on from there",
        update: "stays as far as it came when the deployment fails",
        replace: "the old one is gone when the deployment fails after that",
        delete: "stays gone when the deployment fails after that",
    },
    keeps_type: false,
    unordered: &UNORDERED,
    same,
    replaces: Replaces::DeleteFirst,
    renames: true,
};

/// The tables for Deployment Manager.
pub(crate) static CONFIGURATION: Stakes = Stakes {
    holds: &CONFIGURATION_HOLDS,
    serves: &CONFIGURATION_SERVES,
    ends: &[],
    alarms: &CONFIGURATION_ALARMS,
    packages: &[("gcp-types/cloudfunctions-v2beta:projects.locations.functions", "buildConfig.source")],
    names: &CONFIGURATION_NAMES,
    environments: &[
        ("gcp-types/cloudfunctions-v2beta:projects.locations.functions", "serviceConfig.environmentVariables"),
        ("gcp-types/cloudfunctions-v2beta:projects.locations.functions", "buildConfig.environmentVariables"),
    ],
    quotas: &CONFIGURATION_QUOTAS,
    undone: Undone {
        create: "stays when the deployment fails; the next one goes on from there",
        update: "stays as far as it came when the deployment fails",
        replace: "the old one is gone when the deployment fails after that",
        delete: "stays gone when the deployment fails after that",
    },
    keeps_type: true,
    unordered: &UNORDERED,
    same,
    replaces: Replaces::Never,
    renames: false,
};

const QUOTAS: [Quota; 2] = [
    Quota {
        r#type: "google_service_account",
        counts: Counts::Resources,
        most: 100,
        says: "a project has 100 service accounts unless more were asked for (IAM, \"Quotas and limits\")",
    },
    Quota {
        r#type: "google_project_iam_custom_role",
        counts: Counts::Resources,
        most: 300,
        says: "a project has 300 custom roles (IAM, \"Quotas and limits\")",
    },
];

const CONFIGURATION_QUOTAS: [Quota; 2] = [
    Quota { r#type: "gcp-types/iam-v1:projects.serviceAccounts", ..QUOTAS[0] },
    Quota { r#type: "gcp-types/iam-v1:projects.roles", ..QUOTAS[1] },
];

/// The lists of roles and of policies (Identity and Access Management, `Policy`, `Role`).
const UNORDERED: [&str; 6] = ["permissions", "includedPermissions", "members", "bindings", "dependsOn", "depends_on"];

/// A link of an API and the name in it mean the same; so do the cases of a multi-region (Cloud Storage, "Bucket
/// locations").
fn same(property: &str, one: &str, other: &str) -> Option<&'static str> {
    let name = |link: &str| {
        let path = link.strip_prefix("https://").or_else(|| link.strip_prefix("//"))?;
        path.find("projects/").map(|at| path[at..].to_owned())
    };
    let short = |text: &str| name(text).unwrap_or_else(|| text.to_owned());
    match property {
        "location" if one.eq_ignore_ascii_case(other) => Some("case-of-a-location"),
        _ if short(one) == short(other) => Some("link-or-name"),
        _ => None,
    }
}

const HOLDS: [(&str, &str); 25] = [
    ("google_alloydb_cluster", "its rows"),
    ("google_artifact_registry_repository", "its images"),
    ("google_bigquery_dataset", "its tables"),
    ("google_bigquery_table", "its rows"),
    ("google_bigtable_instance", "its rows"),
    ("google_bigtable_table", "its rows"),
    ("google_compute_disk", "its blocks"),
    ("google_container_cluster", "what runs in it"),
    ("google_datastream_stream", "its position"),
    ("google_dns_managed_zone", "its records"),
    ("google_filestore_instance", "its files"),
    ("google_firestore_database", "its documents"),
    ("google_identity_platform_tenant", "its users"),
    ("google_kms_crypto_key", "everything that only it can decrypt"),
    ("google_logging_project_bucket_config", "its logs"),
    ("google_memorystore_instance", "what it caches"),
    ("google_pubsub_subscription", "the messages that wait in it"),
    ("google_redis_instance", "what it caches"),
    ("google_secret_manager_secret", "its versions"),
    ("google_spanner_database", "its rows"),
    ("google_spanner_instance", "its databases"),
    ("google_sql_database", "its rows"),
    ("google_sql_database_instance", "its databases"),
    ("google_storage_bucket", "its objects"),
    ("google_vertex_ai_index", "its vectors"),
];

const SERVES: [(&str, &str); 9] = [
    ("google_api_gateway_gateway", "its address changes"),
    ("google_cloud_run_v2_service", "it cannot be called"),
    ("google_cloud_scheduler_job", "its function is not started"),
    ("google_cloudfunctions2_function", "it cannot be called"),
    ("google_eventarc_trigger", "events meanwhile do not arrive"),
    ("google_firestore_database", "its functions find it empty"),
    ("google_pubsub_subscription", "what is published meanwhile does not arrive"),
    ("google_pubsub_topic", "what is published meanwhile is lost"),
    ("google_storage_notification", "events meanwhile do not arrive"),
];

const ENDS: [(&str, &str); 4] = [
    (
        "google_kms_crypto_key",
        "its versions are destroyed, and what they encrypted is lost with them; its name stays taken",
    ),
    ("google_kms_key_ring", "a key ring cannot be deleted: it leaves the deployment, and its name stays taken"),
    ("google_project", "a project's id can never be used again"),
    ("google_app_engine_application", "a project has one application for ever"),
];

/// Types whose names a template gives. A second one of the same name cannot be made before the first is gone, which is
/// the order in which Terraform replaces.
const NAMES: [(&str, &str); 12] = [
    ("google_cloud_scheduler_job", "name"),
    ("google_cloudfunctions2_function", "name"),
    ("google_firestore_database", "name"),
    ("google_parameter_manager_parameter", "parameter_id"),
    ("google_parameter_manager_parameter_version", "parameter_version_id"),
    ("google_project_iam_custom_role", "role_id"),
    ("google_pubsub_subscription", "name"),
    ("google_pubsub_topic", "name"),
    ("google_secret_manager_secret", "secret_id"),
    ("google_service_account", "account_id"),
    ("google_sql_database_instance", "name"),
    ("google_storage_bucket", "name"),
];

const fn rule(r#type: &'static str, path: &'static str, when: When, raises: Raises, says: &'static str) -> Rule {
    Rule { r#type, path, when, raises, says }
}

const ON: When = Leaves(&["true"]);
const ANYWHERE: When = Becomes(&["0.0.0.0/0", "::/0"]);

static ALARMS: [Rule; 36] = [
    rule(
        "google_storage_bucket",
        "public_access_prevention",
        Leaves(&["enforced"]),
        Exposure,
        "a binding may open the bucket to everybody",
    ),
    rule("google_storage_bucket", "uniform_bucket_level_access", ON, Exposure, "access lists may open single objects"),
    rule(
        "google_storage_bucket",
        "cors.*.origin.*",
        Becomes(&["*"]),
        Exposure,
        "every site may call it from a browser",
    ),
    rule("google_storage_bucket", "versioning.enabled", ON, Protection, "overwritten objects are gone"),
    rule(
        "google_storage_bucket",
        "soft_delete_policy.retention_duration_seconds",
        Falls,
        Protection,
        "deleted objects can be restored for less long",
    ),
    rule(
        "google_storage_bucket",
        "retention_policy.retention_period",
        Falls,
        Protection,
        "objects can be deleted sooner",
    ),
    rule(
        "google_storage_bucket",
        "retention_policy.is_locked",
        Becomes(&["true"]),
        Irreversible,
        "a locked retention policy can never be taken away",
    ),
    rule(
        "google_storage_bucket",
        "force_destroy",
        Becomes(&["true"]),
        Protection,
        "the bucket can be deleted with its objects",
    ),
    rule("google_storage_bucket", "lifecycle.prevent_destroy", ON, Protection, "the bucket can be replaced"),
    rule(
        "google_storage_bucket",
        "encryption",
        Goes,
        Exposure,
        "objects are no longer encrypted with the key it named",
    ),
    rule(
        "google_firestore_database",
        "delete_protection_state",
        Leaves(&["DELETE_PROTECTION_ENABLED"]),
        Protection,
        "the database can be deleted by mistake",
    ),
    rule(
        "google_firestore_database",
        "deletion_policy",
        Becomes(&["DELETE"]),
        Protection,
        "the database goes with its block",
    ),
    rule(
        "google_firestore_database",
        "point_in_time_recovery_enablement",
        Leaves(&["POINT_IN_TIME_RECOVERY_ENABLED"]),
        Protection,
        "it can no longer be restored to an earlier moment",
    ),
    rule("google_pubsub_subscription", "message_retention_duration", Falls, Protection, "older messages are dropped"),
    rule("google_pubsub_subscription", "dead_letter_policy", Goes, Protection, "messages that fail are no longer kept"),
    rule(
        "google_pubsub_subscription",
        "retain_acked_messages",
        ON,
        Protection,
        "messages that were handled cannot be replayed",
    ),
    rule(
        "google_pubsub_topic",
        "kms_key_name",
        Goes,
        Exposure,
        "messages are no longer encrypted with the key it named",
    ),
    rule("google_pubsub_topic", "message_retention_duration", Falls, Protection, "older messages cannot be replayed"),
    rule(
        "google_cloudfunctions2_function",
        "service_config.ingress_settings",
        Becomes(&["ALLOW_ALL"]),
        Exposure,
        "requests from the internet reach it",
    ),
    rule(
        "google_cloud_run_v2_service",
        "ingress",
        Becomes(&["INGRESS_TRAFFIC_ALL"]),
        Exposure,
        "requests from the internet reach it",
    ),
    rule("google_cloud_run_v2_service", "invoker_iam_disabled", Becomes(&["true"]), Exposure, "everybody can call it"),
    rule("google_cloud_run_v2_service", "deletion_protection", ON, Protection, "the service can be deleted by mistake"),
    rule(
        "google_cloud_run_service",
        "metadata.annotations.run.googleapis.com/ingress",
        Becomes(&["all"]),
        Exposure,
        "requests from the internet reach it",
    ),
    rule(
        "google_sql_database_instance",
        "settings.ip_configuration.ipv4_enabled",
        Becomes(&["true"]),
        Exposure,
        "it gets a public address",
    ),
    rule(
        "google_sql_database_instance",
        "settings.ip_configuration.authorized_networks.*.value",
        ANYWHERE,
        Exposure,
        "every address may connect",
    ),
    rule(
        "google_sql_database_instance",
        "settings.ip_configuration.ssl_mode",
        Leaves(&["ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"]),
        Exposure,
        "connections need not be encrypted",
    ),
    rule(
        "google_sql_database_instance",
        "settings.backup_configuration.enabled",
        ON,
        Protection,
        "it is no longer backed up",
    ),
    rule(
        "google_sql_database_instance",
        "settings.backup_configuration.point_in_time_recovery_enabled",
        ON,
        Protection,
        "it can no longer be restored to an earlier moment",
    ),
    rule(
        "google_sql_database_instance",
        "deletion_protection",
        ON,
        Protection,
        "the instance can be deleted by mistake",
    ),
    rule("google_compute_firewall", "source_ranges.*", ANYWHERE, Exposure, "every address may connect"),
    rule(
        "google_compute_ssl_policy",
        "min_tls_version",
        FallsIn(&["TLS_1_0", "TLS_1_1", "TLS_1_2", "TLS_1_3"]),
        Exposure,
        "older TLS is accepted",
    ),
    rule(
        "google_bigquery_dataset",
        "delete_contents_on_destroy",
        Becomes(&["true"]),
        Protection,
        "the dataset can be deleted with its tables",
    ),
    rule("google_bigquery_table", "deletion_protection", ON, Protection, "the table can be deleted by mistake"),
    rule(
        "google_secret_manager_secret",
        "version_destroy_ttl",
        Falls,
        Protection,
        "destroyed versions can be restored for less long",
    ),
    rule("google_logging_project_bucket_config", "retention_days", Falls, Protection, "older logs are deleted"),
    rule(
        "google_logging_project_bucket_config",
        "locked",
        Becomes(&["true"]),
        Irreversible,
        "a locked log bucket can never be unlocked",
    ),
];

const CONFIGURATION_HOLDS: [(&str, &str); 6] = [
    ("gcp-types/storage-v1:buckets", "its objects"),
    ("storage.v1.bucket", "its objects"),
    ("gcp-types/pubsub-v1:projects.subscriptions", "the messages that wait in it"),
    ("pubsub.v1.subscription", "the messages that wait in it"),
    ("gcp-types/sqladmin-v1beta4:instances", "its databases"),
    ("gcp-types/artifactregistry-v1:projects.locations.repositories", "its images"),
];

const CONFIGURATION_NAMES: [(&str, &str); 7] = [
    ("gcp-types/cloudfunctions-v2beta:projects.locations.functions", "function"),
    ("gcp-types/cloudscheduler-v1:projects.locations.jobs", "name"),
    ("gcp-types/iam-v1:projects.roles", "roleId"),
    ("gcp-types/iam-v1:projects.serviceAccounts", "accountId"),
    ("gcp-types/pubsub-v1:projects.subscriptions", "subscription"),
    ("gcp-types/pubsub-v1:projects.topics", "topic"),
    ("gcp-types/storage-v1:buckets", "name"),
];

const CONFIGURATION_SERVES: [(&str, &str); 5] = [
    ("gcp-types/cloudfunctions-v2beta:projects.locations.functions", "it cannot be called"),
    ("gcp-types/cloudscheduler-v1:projects.locations.jobs", "its function is not started"),
    ("gcp-types/pubsub-v1:projects.subscriptions", "what is published meanwhile does not arrive"),
    ("gcp-types/pubsub-v1:projects.topics", "what is published meanwhile is lost"),
    ("gcp-types/storage-v1:notifications", "events meanwhile do not arrive"),
];

static CONFIGURATION_ALARMS: [Rule; 9] = [
    rule(
        "gcp-types/storage-v1:buckets",
        "iamConfiguration.publicAccessPrevention",
        Leaves(&["enforced"]),
        Exposure,
        "a binding may open the bucket to everybody",
    ),
    rule(
        "gcp-types/storage-v1:buckets",
        "iamConfiguration.uniformBucketLevelAccess.enabled",
        ON,
        Exposure,
        "access lists may open single objects",
    ),
    rule(
        "gcp-types/storage-v1:buckets",
        "cors.*.origin.*",
        Becomes(&["*"]),
        Exposure,
        "every site may call it from a browser",
    ),
    rule("gcp-types/storage-v1:buckets", "versioning.enabled", ON, Protection, "overwritten objects are gone"),
    rule(
        "gcp-types/storage-v1:buckets",
        "softDeletePolicy.retentionDurationSeconds",
        Falls,
        Protection,
        "deleted objects can be restored for less long",
    ),
    rule(
        "gcp-types/storage-v1:buckets",
        "retentionPolicy.isLocked",
        Becomes(&["true"]),
        Irreversible,
        "a locked retention policy can never be taken away",
    ),
    rule(
        "gcp-types/pubsub-v1:projects.subscriptions",
        "messageRetentionDuration",
        Falls,
        Protection,
        "older messages are dropped",
    ),
    rule(
        "gcp-types/pubsub-v1:projects.subscriptions",
        "deadLetterPolicy",
        Goes,
        Protection,
        "messages that fail are no longer kept",
    ),
    rule(
        "gcp-types/cloudfunctions-v2beta:projects.locations.functions",
        "serviceConfig.ingressSettings",
        Becomes(&["ALLOW_ALL"]),
        Exposure,
        "requests from the internet reach it",
    ),
];
