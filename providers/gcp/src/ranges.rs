//! What Google allows: one table of ranges, each row with the document that says so, and the limits of a deployment.

use portolan_diagnostics::{Diagnostic, Span};
use portolan_value::Text;

/// A number that a spec may ask for, and the numbers Google has.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// The word of the spec.
    pub what: &'static str,
    /// The smallest.
    pub low: i64,
    /// The largest.
    pub high: i64,
    /// The unit, as it is said.
    pub unit: &'static str,
    /// Where Google says so.
    pub source: &'static str,
}

impl Range {
    const fn new(what: &'static str, low: i64, high: i64, unit: &'static str, source: &'static str) -> Self {
        Self { what, low, high, unit, source }
    }

    /// The allowed number nearest to one that was asked for.
    #[must_use]
    pub fn nearest(&self, asked: impl TryInto<i64>) -> i64 {
        asked.try_into().unwrap_or(i64::MAX).clamp(self.low, self.high)
    }

    /// A note when a number is not allowed as it was asked for.
    #[must_use]
    pub fn rounded(&self, of: &str, asked: impl TryInto<i64>, span: Span, format: &str) -> Option<Diagnostic> {
        let asked = asked.try_into().unwrap_or(i64::MAX);
        let nearest = self.nearest(asked);
        if nearest == asked {
            return None;
        }
        let (what, unit) = (self.what, self.unit);
        let message = format!("`{what}` of `{of}` is {nearest} {unit} on {format}, the nearest to {asked} {unit}");
        let label = format!("{format} allows {} to {} {unit}", self.low, self.high);
        Some(Diagnostic::note("target/rounded", message).at(span, label))
    }
}

/// Every range, for tables of documentation.
pub const RANGES: [&Range; 13] = [
    &MEMORY,
    &TIMEOUT,
    &TIMEOUT_OF_MESSAGES,
    &TIMEOUT_OF_SCHEDULES,
    &TIMEOUT_OF_GATEWAYS,
    &INSTANCES,
    &LEAST_INSTANCES,
    &LOG_DAYS,
    &VISIBILITY,
    &RETENTION,
    &ATTEMPTS,
    &EXPIRE,
    &ATTEMPT_DEADLINE,
];

/// Memory of a function.
pub const MEMORY: Range = Range::new("memory", 128, 32_768, "MB", "Cloud Run documentation, Configure memory limits");

/// Timeout of a function.
pub const TIMEOUT: Range = Range::new("timeout", 1, 3_600, "s", "Cloud Run functions documentation, Function timeout");

/// Timeout of a function that receives messages: Pub/Sub waits no longer for an answer.
pub const TIMEOUT_OF_MESSAGES: Range =
    Range::new("timeout", 1, 600, "s", "Pub/Sub API, projects.subscriptions, ackDeadlineSeconds");

/// Timeout of a function that the clock calls: Cloud Scheduler waits no longer for an answer.
pub const TIMEOUT_OF_SCHEDULES: Range =
    Range::new("timeout", 1, 1_800, "s", "Cloud Scheduler API, projects.locations.jobs, attemptDeadline");

/// Timeout of a function behind an api: API Gateway waits no longer for an answer.
pub const TIMEOUT_OF_GATEWAYS: Range =
    Range::new("timeout", 1, 600, "s", "API Gateway documentation, OpenAPI extensions, x-google-backend, deadline");

/// Instances of a function at most.
pub const INSTANCES: Range =
    Range::new("max-concurrency", 1, 1_000, "instances", "Cloud Run documentation, Quotas and limits");

/// Instances of a function at least.
pub const LEAST_INSTANCES: Range =
    Range::new("min-instances", 0, 1_000, "instances", "Cloud Run documentation, Quotas and limits");

/// Days a log is kept. The project's default bucket keeps thirty and is not ours to change; a bucket of our own keeps more.
pub const LOG_DAYS: Range =
    Range::new("log-retention", 30, 3_650, "days", "Cloud Logging documentation, Configure custom retention");

/// How long a message that was taken stays hidden.
pub const VISIBILITY: Range =
    Range::new("visibility", 10, 600, "s", "Pub/Sub API, projects.subscriptions, ackDeadlineSeconds");

/// How long a message waits.
pub const RETENTION: Range =
    Range::new("retention", 600, 2_678_400, "s", "Pub/Sub API, projects.subscriptions, messageRetentionDuration");

/// Deliveries before a message becomes a dead letter.
pub const ATTEMPTS: Range =
    Range::new("after", 5, 100, "deliveries", "Pub/Sub API, projects.subscriptions, deadLetterPolicy");

/// Days before an object is deleted.
pub const EXPIRE: Range =
    Range::new("expire", 1, 2_147_483_647, "days", "Cloud Storage API, buckets, lifecycle.rule.condition.age");

/// How long Cloud Scheduler waits for an answer.
pub const ATTEMPT_DEADLINE: Range =
    Range::new("timeout", 15, 1_800, "s", "Cloud Scheduler API, projects.locations.jobs, attemptDeadline");

/// Instances of a function that asks for no `max-concurrency`: a runaway bill needs an end.
pub const DEFAULT_INSTANCES: i64 = 100;

/// Days the project's default log bucket keeps.
pub const DEFAULT_LOG_DAYS: u32 = 30;

/// Regions of API Gateway (API Gateway documentation, Deployment model).
pub const GATEWAY_REGIONS: [&str; 10] = [
    "asia-northeast1",
    "australia-southeast1",
    "europe-west1",
    "europe-west2",
    "us-central1",
    "us-east1",
    "us-east4",
    "us-west2",
    "us-west3",
    "us-west4",
];

/// Versions of the languages that have a runtime (Cloud Run functions documentation, Runtime support).
pub const RUNTIMES: [&str; 29] = [
    "python39",
    "python310",
    "python311",
    "python312",
    "python313",
    "python314",
    "nodejs18",
    "nodejs20",
    "nodejs22",
    "nodejs24",
    "java11",
    "java17",
    "java21",
    "java25",
    "dotnet6",
    "dotnet8",
    "dotnet10",
    "ruby32",
    "ruby33",
    "ruby34",
    "go121",
    "go122",
    "go123",
    "go124",
    "go125",
    "go126",
    "php82",
    "php83",
    "php84",
];

/// Characters of the title of a custom role or a condition.
const TITLE: usize = 100;

/// A text as the title of a custom role or a condition: cut where it is too long.
pub fn title(text: Text) -> Text {
    // No text has more characters than bytes.
    if text.len() <= TITLE {
        return text;
    }
    let end = text.char_indices().nth(TITLE).map_or(text.len(), |(end, _)| end);
    Text::new(&text[..end])
}

/// `||` and `&&` in one condition (IAM documentation, Conditions, limits).
pub const CONDITION_OPERATORS: usize = 12;

/// Bindings of one role for one member that differ only in their condition (IAM documentation, Quotas and limits).
pub const CONDITIONS_OF_MEMBER: usize = 20;

/// Deploy parameters of a deployment (Infrastructure Manager documentation, Quotas and limits).
pub const VARIABLES: usize = 150;

/// Bytes of a configuration (Deployment Manager documentation, Quotas and limits).
pub const CONFIGURATION_BYTES: usize = 1_048_576;

/// Resources of one operation (Deployment Manager documentation, Quotas and limits).
pub const CONFIGURATION_RESOURCES: usize = 10_000;

/// The longest text of a variable of a function's environment, in bytes (Cloud Run documentation, Quotas and limits).
pub const VARIABLE_BYTES: usize = 32_768;

/// Variables of a function's environment (the same page).
pub const FUNCTION_VARIABLES: usize = 1_000;

/// The most resources of a type that one project holds: type, number, document. The formats name types differently.
pub const PER_PROJECT: [(&str, &str, usize, &str); 5] = [
    (
        "google_cloudfunctions2_function",
        "gcp-types/cloudfunctions-v2beta:projects.locations.functions",
        1_000,
        "services a region, Cloud Run documentation, Quotas and limits",
    ),
    (
        "google_project_iam_custom_role",
        "gcp-types/iam-v1:projects.roles",
        300,
        "custom roles a project, IAM documentation, Quotas and limits",
    ),
    ("google_firestore_database", "", 100, "databases a project, Firestore documentation, Quotas and limits"),
    ("google_pubsub_topic", "gcp-types/pubsub-v1:projects.topics", 10_000, "topics a project, Pub/Sub quotas"),
    (
        "google_pubsub_subscription",
        "gcp-types/pubsub-v1:projects.subscriptions",
        10_000,
        "subscriptions a project, Pub/Sub quotas",
    ),
];

/// Service accounts of a project before more are asked for (IAM documentation, Quotas and limits).
pub const SERVICE_ACCOUNTS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_move_to_the_nearest_allowed_one() {
        let span = Span::default();
        assert!(MEMORY.rounded("tag", 512_u32, span, "gcp").is_none());
        let note = MEMORY.rounded("tag", 64_u32, span, "gcp").expect("a note");
        assert_eq!(note.message, "`memory` of `tag` is 128 MB on gcp, the nearest to 64 MB");
        assert_eq!(RETENTION.nearest(u64::MAX), 2_678_400);
    }

    #[test]
    fn every_range_says_where_it_is_from() {
        assert!(RANGES.iter().all(|range| range.low < range.high && !range.source.is_empty()));
    }
}
