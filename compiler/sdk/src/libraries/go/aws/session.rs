//! Configuration, sessions and credentials. Only one thing about them matters: whether they are of another role.

use super::{V1, V2};
use crate::aws::ASSUMED;
use crate::libraries::given::{asked, assumed, at, plain, record, value};
use crate::libraries::go::symbol::Symbol;
use crate::{Argument, Outcome, Term};

/// What makes configurations, sessions and credentials, and what wraps texts.
pub fn call(symbol: Symbol<'_>, arguments: &[Argument]) -> Option<Outcome> {
    let helper = symbol.package == "github.com/aws/smithy-go/ptr";
    let path = symbol.behind(V2).or_else(|| symbol.behind(V1)).or(helper.then_some("aws"))?;
    match path {
        "aws" => of_values(symbol.name, arguments),
        "config" => configuration(symbol.name, arguments),
        "aws/session" => session(symbol.name, arguments),
        "credentials" | "aws/credentials" => Some(value(credentials(arguments))),
        "credentials/stscreds" | "aws/credentials/stscreds" => Some(assuming(symbol.name, arguments)),
        _ => None,
    }
}

/// `aws.String(x)` and `aws.ToString(x)` give what they are given.
fn of_values(name: &str, arguments: &[Argument]) -> Option<Outcome> {
    match name {
        "String" | "ToString" | "StringValue" | "StringSlice" | "ToStringSlice" | "StringValueSlice" | "StringMap" => {
            Some(value(at(arguments, 0)))
        }
        "NewCredentialsCache" => Some(value(credentials(arguments))),
        "NewConfig" => Some(value(record([]))),
        _ => None,
    }
}

fn configuration(name: &str, arguments: &[Argument]) -> Option<Outcome> {
    match name {
        "LoadDefaultConfig" => Some(value(configured(arguments))),
        "WithCredentialsProvider" => Some(value(credentials(arguments))),
        _ => None,
    }
}

fn session(name: &str, arguments: &[Argument]) -> Option<Outcome> {
    match name {
        "Must" => Some(value(at(arguments, 0))),
        "New" | "NewSession" | "NewSessionWithOptions" => Some(value(configured(arguments))),
        _ => None,
    }
}

fn configured(arguments: &[Argument]) -> Term {
    record([("Credentials", credentials(arguments))])
}

/// Credentials that were made of others; otherwise one's own.
fn credentials(arguments: &[Argument]) -> Term {
    if assumed(arguments) { plain(ASSUMED) } else { Term::Unknown }
}

/// `stscreds.NewAssumeRoleProvider(client, role)`: the role is assumed when the credentials are used.
fn assuming(name: &str, arguments: &[Argument]) -> Outcome {
    let operation = if name.contains("WebIdentity") { "AssumeRoleWithWebIdentity" } else { "AssumeRole" };
    match name.starts_with("New") {
        true => Outcome {
            operations: asked("sts", operation, &record([("RoleArn", at(arguments, 1))])),
            value: plain(ASSUMED),
            ..Outcome::default()
        },
        false => Outcome::default(),
    }
}
