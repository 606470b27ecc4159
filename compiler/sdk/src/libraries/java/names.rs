//! Packages of services, and the objects and arguments that all of Java's libraries share.

use crate::aws::Service;
use crate::{Argument, Object, Outcome, Term};

/// The packages of the second generation and of the first.
pub(super) const V2: &str = "software.amazon.awssdk.services.";
pub(super) const V1: &str = "com.amazonaws.services.";

/// The service of a package of either generation, and what stands behind the package.
pub(super) fn service(symbol: &str) -> Option<(&'static Service, &str)> {
    let (package, rest) = symbol.strip_prefix(V2).or_else(|| symbol.strip_prefix(V1))?.split_once('.')?;
    let id = match package {
        "dynamodbv2" => "dynamodb",
        "cognitoidp" => "cognitoidentityprovider",
        "simpleemail" => "ses",
        "simpleemailv2" => "sesv2",
        "simplesystemsmanagement" => "ssm",
        "stepfunctions" => "sfn",
        "securitytoken" => "sts",
        "logs" => "cloudwatchlogs",
        "cloudwatchevents" => "eventbridge",
        "identitymanagement" => "iam",
        "elasticmapreduce" => "emr",
        "kinesisfirehose" => "firehose",
        known => known,
    };
    Some((Service::by_sdk_id(id).or_else(|| Service::by_id(id))?, rest))
}

/// An object of a class, of which nothing is known.
pub(super) fn object(class: impl AsRef<str>) -> Object {
    Object { class: class.as_ref().into(), facts: Default::default() }
}

/// A call that only gives something.
pub(super) fn gives(value: Term) -> Outcome {
    Outcome { value, ..Outcome::default() }
}

/// The argument at a position.
pub(super) fn at(arguments: &[Argument], position: usize) -> Term {
    arguments.get(position).map(|argument| argument.term.clone()).unwrap_or_default()
}
