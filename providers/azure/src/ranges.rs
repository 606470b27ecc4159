//! Ranges and limits of Azure, one table each, every row with its source.

use portolan_diagnostics::{Diagnostic, Span};

/// A number that a spec may ask for, and the numbers Azure has.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// The word of the spec.
    pub what: &'static str,
    /// The smallest.
    pub low: u64,
    /// The largest.
    pub high: u64,
    /// The only allowed ones, in order; none means all between smallest and largest.
    pub steps: &'static [u64],
    /// The unit, as it is said.
    pub unit: &'static str,
    /// Where Azure says so.
    pub source: &'static str,
}

impl Range {
    /// The allowed number for one that was asked for: itself, the next step above it, or the nearest end.
    #[must_use]
    pub fn nearest(&self, asked: u64) -> u64 {
        match self.steps.iter().find(|step| **step >= asked) {
            Some(step) => *step,
            None => asked.clamp(self.low, self.high),
        }
    }

    /// A note where a number is not allowed: what it becomes.
    #[must_use]
    pub fn rounded(&self, of: &str, asked: u64, span: Span) -> Option<Diagnostic> {
        let (nearest, what, unit) = (self.nearest(asked), self.what, self.unit);
        let message = format!("`{what}` of `{of}` is {nearest} {unit} on azure, the nearest to {asked} {unit}");
        let label = match self.steps {
            [] => format!("azure allows {} to {} {unit}", self.low, self.high),
            steps => format!("azure allows {} {unit}", steps.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")),
        };
        (nearest != asked).then(|| Diagnostic::note("target/rounded", message).at(span, label))
    }
}

/// Every range, for tables of documentation.
pub const RANGES: [&Range; 8] = [&MEMORY, &INSTANCES, &READY, &LOG_DAYS, &LOCK, &LIFETIME, &DELIVERIES, &EXPIRE];

/// Memory of an instance.
pub const MEMORY: Range = Range {
    what: "memory",
    low: 512,
    high: 4096,
    steps: &[512, 2048, 4096],
    unit: "MB",
    source: "Azure Functions, Flex Consumption plan hosting, instance sizes",
};
/// Instances of an app.
pub const INSTANCES: Range = Range {
    what: "max-concurrency",
    low: 40,
    high: 1000,
    steps: &[],
    unit: "instances",
    source: "Azure Functions, Flex Consumption plan hosting, concurrency and scale",
};
/// Instances kept ready.
pub const READY: Range = Range {
    what: "min-instances",
    low: 0,
    high: 1000,
    steps: &[],
    unit: "instances",
    source: "Azure Functions, Flex Consumption plan hosting, always ready instances",
};
/// Days of a workspace.
pub const LOG_DAYS: Range = Range {
    what: "log-retention",
    low: 30,
    high: 730,
    steps: &[],
    unit: "days",
    source: "Azure Monitor, Manage data retention in a Log Analytics workspace",
};
/// The lock of a message.
pub const LOCK: Range = Range {
    what: "visibility",
    low: 5,
    high: 300,
    steps: &[],
    unit: "s",
    source: "Service Bus, Message transfers, locks, and settlement",
};
/// How long a message waits.
pub const LIFETIME: Range = Range {
    what: "retention",
    low: 1,
    high: 922_337_203_685,
    steps: &[],
    unit: "s",
    source: "Service Bus, Message expiration (time to live)",
};
/// Deliveries before a message is given up.
pub const DELIVERIES: Range = Range {
    what: "dead-letter.after",
    low: 1,
    high: 2000,
    steps: &[],
    unit: "deliveries",
    source: "Service Bus template reference, maxDeliveryCount",
};
/// Days until an object expires.
pub const EXPIRE: Range = Range {
    what: "expire",
    low: 1,
    high: 36_500,
    steps: &[],
    unit: "days",
    source: "Blob Storage, Lifecycle management policy structure",
};

/// Seconds after which the load balancer gives up on a request (Azure Functions, "Function app timeout duration").
pub(crate) const HTTP_SECONDS: u32 = 230;
/// Endings of one filter (Event Grid, "Event filtering": 25 values of all advanced filters together).
pub(crate) const FILTER_VALUES: usize = 25;

/// Resources of a template, false conditions and nested ones included (Azure Resource Manager limits).
pub(crate) const RESOURCES: usize = 800;
/// Parameters of a template (same page).
pub(crate) const PARAMETERS: usize = 256;
/// Outputs of a template (same page).
pub(crate) const OUTPUTS: usize = 64;
/// Bytes of a template (same page: 4 MB).
pub(crate) const TEMPLATE_BYTES: usize = 4 * 1024 * 1024;
/// Characters of an expression (same page).
pub(crate) const EXPRESSION: usize = 24_576;
/// Characters of a literal (same page).
pub(crate) const LITERAL: usize = 131_072;
/// Tags of a resource, characters of a tag's name (storage accounts take the fewest) and of its value
/// ("Use tags to organize your Azure resources").
pub(crate) const TAGS: (usize, usize, usize) = (50, 128, 256);

/// Versions that Flex Consumption runs, by language in its words ("Flex Consumption plan hosting", language stacks).
pub(crate) const RUNTIMES: &[(&str, &[&str])] = &[
    ("python", &["3.10", "3.11", "3.12", "3.13", "3.14"]),
    ("node", &["20", "22", "24"]),
    ("java", &["11", "17", "21", "25"]),
    ("dotnet-isolated", &["8.0", "9.0", "10.0"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_moves_to_the_nearest_allowed() {
        assert_eq!(
            [1, 512, 513, 2048, 4000, 10_240].map(|wish| MEMORY.nearest(wish)),
            [512, 512, 2048, 2048, 4096, 4096]
        );
        assert_eq!([0, 5, 300, 301].map(|wish| LOCK.nearest(wish)), [5, 5, 300, 300]);
    }
}
