//! What is known of an operation's answer: names that were asked for, and whose credentials came back.

use crate::aws::spelling;
use crate::{Object, Operation, Term};
use std::collections::BTreeMap;

/// The class of credentials that belong to another role: what is done with them needs nothing of one's own.
pub const ASSUMED: &str = "aws.credentials:assumed";

/// What is known of the answer; unknown for most operations.
#[must_use]
pub fn answer(operation: &Operation) -> Term {
    let given = |name: &str| {
        let spelled = operation.input.iter().find(|(given, _)| spelling::same(given, name));
        spelled.map(|(_, term)| term.clone()).unwrap_or_default()
    };
    match (operation.service.as_str(), operation.name.as_str()) {
        ("sqs", "GetQueueUrl" | "CreateQueue") => record("QueueUrl", given("QueueName")),
        ("sns", "CreateTopic") => record("TopicArn", given("Name")),
        ("sts", "AssumeRole" | "AssumeRoleWithWebIdentity" | "AssumeRoleWithSAML") => {
            let part = Term::Object(Object { class: ASSUMED.into(), facts: BTreeMap::new() });
            let parts = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map(|name| (name.into(), part.clone()));
            record("Credentials", Term::Record(parts.into()))
        }
        _ => Term::Unknown,
    }
}

fn record(name: &str, term: Term) -> Term {
    Term::Record(BTreeMap::from([(name.into(), term)]))
}
