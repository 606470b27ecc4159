//! AWS's SDKs for JavaScript.
//!
//! An object's class says what it is and of which service: `aws.v2:s3`, `aws.v3:s3` (clients), `aws.v3.command:s3.GetObject`
//! (its facts are its input), `aws.document` (items as plain records, in both generations), `aws.assumed` (a client with another
//! role's credentials).

pub mod v2; // start reading here
pub mod v3;
pub mod helpers; // packages beside the clients: uploads, presigned requests, credentials
pub mod encryption; // AWS's client for encryption, over keys of KMS
mod document; // operations by the names that document clients give them
mod names; // services by the names of packages and classes

use super::given::{at, member, object, value};
use crate::aws::{ASSUMED, Service};
use crate::{Argument, Object, Outcome, Term};
use std::collections::BTreeMap;

/// A client with another role's credentials: what it does needs nothing of one's own.
const OF_OTHERS: &str = "aws.assumed";

/// A client of a class, made with a configuration.
fn client(class: &str, service: &Service, arguments: &[Argument]) -> Outcome {
    let configuration = at(arguments, 0);
    if assumes(&configuration, 0) {
        return value(object(OF_OTHERS, BTreeMap::new()));
    }
    let params = member(&configuration, "params");
    let facts = match params {
        Term::Unknown => BTreeMap::new(),
        params => BTreeMap::from([("params".into(), params)]),
    };
    value(object(format!("{class}:{}", service.id()), facts))
}

/// Whether a configuration holds credentials that were assumed.
fn assumes(term: &Term, depth: usize) -> bool {
    term.each().iter().any(|term| match term {
        Term::Object(Object { class, .. }) => class == ASSUMED || class == OF_OTHERS,
        Term::Record(members) => depth < 3 && members.values().any(|inner| assumes(inner, depth + 1)),
        _ => false,
    })
}

/// Credentials that were assumed.
fn assumed() -> Term {
    object(ASSUMED, BTreeMap::new())
}
