//! What AWS allows: one table of ranges and limits, each row with the document that says so.

use portolan_diagnostics::{Diagnostic, Span};

/// A number that a spec may ask for, and the numbers AWS has.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// The word of the spec.
    pub what: &'static str,
    /// The smallest.
    pub low: u64,
    /// The largest.
    pub high: u64,
    /// The unit, as it is said.
    pub unit: &'static str,
    /// Where AWS says so.
    pub source: &'static str,
}

impl Range {
    /// The allowed number nearest to one that was asked for.
    #[must_use]
    pub fn nearest(&self, asked: u64) -> u64 {
        asked.clamp(self.low, self.high)
    }

    /// A note where a number is not allowed: what it becomes.
    #[must_use]
    pub fn rounded(&self, of: &str, asked: u64, span: Span) -> Option<Diagnostic> {
        let nearest = self.nearest(asked);
        let label = format!("aws allows {} to {} {}", self.low, self.high, self.unit);
        (nearest != asked).then(|| rounded(self, of, (asked, nearest), span, label))
    }
}

fn rounded(range: &Range, of: &str, (asked, nearest): (u64, u64), span: Span, label: String) -> Diagnostic {
    let (what, unit) = (range.what, range.unit);
    let message = format!("`{what}` of `{of}` is {nearest} {unit} on aws, the nearest to {asked} {unit}");
    Diagnostic::note("target/rounded", message).at(span, label)
}

/// Every range, for tables of documentation.
pub const RANGES: [&Range; 13] = [
    &MEMORY,
    &TIMEOUT,
    &BATCH,
    &FIFO_BATCH,
    &CHANGES,
    &VISIBILITY,
    &RETENTION,
    &DELAY,
    &DELIVERIES,
    &EXPIRE,
    &CORS_AGE,
    &S3_CORS_AGE,
    &LOG_DAYS,
];

/// Memory of a function.
pub const MEMORY: Range =
    Range { what: "memory", low: 128, high: 10_240, unit: "MB", source: "Lambda developer guide, Lambda quotas" };

/// Timeout of a function.
pub const TIMEOUT: Range =
    Range { what: "timeout", low: 1, high: 900, unit: "s", source: "Lambda developer guide, Lambda quotas" };

/// Messages of one call.
pub const BATCH: Range = Range {
    what: "batch",
    low: 1,
    high: 10_000,
    unit: "messages",
    source: "Lambda API, CreateEventSourceMapping, BatchSize",
};

/// Messages of one call from a fifo queue.
pub const FIFO_BATCH: Range = Range {
    what: "batch",
    low: 1,
    high: 10,
    unit: "messages of a fifo queue",
    source: "Lambda API, CreateEventSourceMapping, BatchSize",
};

/// Changes of a table of one call.
pub const CHANGES: Range = Range {
    what: "batch",
    low: 1,
    high: 10_000,
    unit: "changes",
    source: "Lambda API, CreateEventSourceMapping, BatchSize",
};

/// How long a message that was taken stays hidden.
pub const VISIBILITY: Range = Range {
    what: "visibility",
    low: 0,
    high: 43_200,
    unit: "s",
    source: "SQS API, SetQueueAttributes, VisibilityTimeout",
};

/// How long a message waits.
pub const RETENTION: Range = Range {
    what: "retention",
    low: 60,
    high: 1_209_600,
    unit: "s",
    source: "SQS API, SetQueueAttributes, MessageRetentionPeriod",
};

/// How long a new message stays hidden.
pub const DELAY: Range =
    Range { what: "delay", low: 0, high: 900, unit: "s", source: "SQS API, SetQueueAttributes, DelaySeconds" };

/// Deliveries before a message goes to the dead letter.
pub const DELIVERIES: Range = Range {
    what: "after",
    low: 1,
    high: 1_000,
    unit: "deliveries",
    source: "SQS API, SetQueueAttributes, maxReceiveCount",
};

/// Days before an object is deleted.
pub const EXPIRE: Range =
    Range { what: "expire", low: 1, high: 2_147_483_647, unit: "days", source: "S3 API, LifecycleExpiration, Days" };

/// Seconds a browser may remember an api's answer.
pub const CORS_AGE: Range =
    Range { what: "max-age", low: 0, high: 86_400, unit: "s", source: "API Gateway V2 API, Cors, MaxAge" };

/// Seconds a browser may remember a bucket's answer.
pub const S3_CORS_AGE: Range =
    Range { what: "max-age", low: 0, high: 2_147_483_647, unit: "s", source: "S3 API, CORSRule, MaxAgeSeconds" };

/// Days a log is kept; only those of [`LOG_RETENTION`] exist.
pub const LOG_DAYS: Range = Range {
    what: "log-retention",
    low: 1,
    high: 3_653,
    unit: "days",
    source: "CloudWatch Logs API, PutRetentionPolicy, retentionInDays",
};

/// The days a log can be kept (CloudWatch Logs API, PutRetentionPolicy, retentionInDays).
const LOG_RETENTION: [u32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 2_192, 2_557, 2_922, 3_288, 3_653];

/// The shortest allowed retention that keeps a log as long as was asked for, else the longest.
#[must_use]
pub fn log_days(asked: u32) -> u32 {
    LOG_RETENTION.into_iter().find(|days| *days >= asked).unwrap_or(3_653)
}

/// A note where a log cannot be kept for that many days.
#[must_use]
pub fn log_days_rounded(of: &str, asked: u32, span: Span) -> Option<Diagnostic> {
    let kept = log_days(asked);
    let label = "aws keeps logs for 1, 3, 5, 7, 14, 30, 60, 90… up to 3653 days".to_owned();
    (kept != asked).then(|| rounded(&LOG_DAYS, of, (asked.into(), kept.into()), span, label))
}

/// Seconds after which an HTTP API gives up waiting (API Gateway developer guide, HTTP API quotas, "Maximum integration
/// timeout").
pub const HTTP_TIMEOUT: u32 = 30;

/// Routes of one function above which its resource policy, of at most 20 KB, names a whole host instead of each route
/// (Lambda developer guide, Lambda quotas, "Function resource-based policy").
pub const PERMITTED_ROUTES: usize = 40;

/// Resources of a template (CloudFormation user guide, "Quotas").
pub const RESOURCES: usize = 500;

/// Parameters of a template (the same page).
pub const PARAMETERS: usize = 200;

/// Outputs of a template (the same page).
pub const OUTPUTS: usize = 200;

/// Bytes of a template (the same page: "Template body size in an S3 object").
pub const TEMPLATE_BYTES: usize = 1_000_000;

/// Characters of all inline policies of one role (IAM user guide, "IAM and AWS STS quotas").
pub const POLICY_CHARACTERS: usize = 10_240;

/// Bytes of a function's environment (Lambda developer guide, Lambda quotas).
pub const ENVIRONMENT_BYTES: usize = 4_096;

/// Tags of a resource; characters of a key and of a value (Tagging user guide, "Tag naming limits and requirements").
pub const TAGS: (usize, usize, usize) = (50, 128, 256);

/// Indexes of a table (DynamoDB developer guide, "Service, account, and table quotas").
pub const INDEXES: usize = 20;

/// The runtimes that Lambda still offers for new functions (Lambda developer guide, "Supported runtimes"), in the
/// spec's words, with Lambda's.
pub const RUNTIMES: [(&str, &str); 19] = [
    ("python3.11", "python3.11"),
    ("python3.12", "python3.12"),
    ("python3.13", "python3.13"),
    ("python3.14", "python3.14"),
    ("python3.15", "python3.15"),
    ("nodejs22", "nodejs22.x"),
    ("nodejs24", "nodejs24.x"),
    ("nodejs26", "nodejs26.x"),
    ("java11", "java11"),
    ("java17", "java17"),
    ("java21", "java21"),
    ("java25", "java25"),
    ("dotnet8", "dotnet8"),
    ("dotnet10", "dotnet10"),
    ("ruby3.3", "ruby3.3"),
    ("ruby3.4", "ruby3.4"),
    ("ruby4.0", "ruby4.0"),
    ("go", "provided.al2023"),
    ("rust", "provided.al2023"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_outside_moves_to_the_nearest() {
        assert_eq!([64, 512, 20_000].map(|asked| MEMORY.nearest(asked)), [128, 512, 10_240]);
    }

    #[test]
    fn logs_are_kept_at_least_as_long() {
        assert_eq!([1, 2, 30, 31, 9_999].map(log_days), [1, 3, 30, 60, 3_653]);
    }

    #[test]
    fn every_row_has_its_source() {
        assert!(RANGES.iter().all(|range| range.low < range.high && range.source.contains(',')));
    }
}
