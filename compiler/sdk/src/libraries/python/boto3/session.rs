//! Sessions, and the clients and resources that they make.

use super::{made, unresolved, value};
use crate::aws::{ASSUMED, Service};
use crate::libraries::python::given::Given;
use crate::{Outcome, Term};
use std::collections::BTreeMap;

/// A function of one of the packages.
pub fn call(symbol: &str, given: Given<'_>) -> Option<Outcome> {
    let (package, name) = symbol.rsplit_once('.')?;
    match (package, name) {
        ("boto3" | "aioboto3" | "boto3.DEFAULT_SESSION", "client" | "resource") => method(name, given),
        ("boto3" | "boto3.session" | "aioboto3" | "aioboto3.session", "Session")
        | ("botocore.session" | "aiobotocore.session" | "aiobotocore", "get_session" | "Session" | "AioSession")
        | ("boto3", "_get_default_session") => Some(value(made(form("session", given), "", BTreeMap::new()))),
        ("boto3", "setup_default_session" | "set_stream_logger") => Some(Outcome::default()),
        _ => None,
    }
}

/// A method of a session.
pub fn method(name: &str, given: Given<'_>) -> Option<Outcome> {
    let service = given.take(0, "service_name");
    match name {
        "client" | "create_client" => Some(of_service(form("client", given), &service)),
        "resource" => Some(of_service(form("resource", given), &service)),
        "get_credentials" => Some(Outcome::default()),
        _ => None,
    }
}

/// What is done with another role's credentials needs nothing of one's own.
fn form<'form>(plain: &'form str, given: Given<'_>) -> &'form str {
    let assumed = |term: &Term| matches!(term, Term::Object(object) if object.class == ASSUMED);
    let key = given.named("aws_access_key_id").or_else(|| given.named("aws_session_token")).unwrap_or_default();
    if key.each().iter().any(assumed) { "assumed" } else { plain }
}

fn of_service(form: &str, service: &Term) -> Outcome {
    let mut made_of = Vec::new();
    let mut why = None;
    for term in service.each() {
        match term.literal() {
            Some(name) if Service::by_id(name).is_some() => made_of.push(made(form, name, BTreeMap::new())),
            Some(name) => why = Some(format!("boto3 has no service `{name}` that is known")),
            None => why = Some(format!("it is not known of which service this is a {form}")),
        }
    }
    match why {
        Some(why) => Outcome { value: Term::any(made_of), ..unresolved(why) },
        None => value(Term::any(made_of)),
    }
}
