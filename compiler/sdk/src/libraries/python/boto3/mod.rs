//! boto3, botocore and their asynchronous forms.
//!
//! An object's class says what it is and of which service: `boto3.client:s3`, `boto3.resource:dynamodb.Table`,
//! `boto3.collection:s3.Bucket.Objects`, `boto3.paginator:s3.ListObjectsV2`. Its facts are its identifiers.

mod session; // start reading here
mod client;
mod resource;
mod description; // what boto3 says of its resources
mod transfer;
mod types;

use crate::libraries::python::given::Given;
use crate::{Argument, Library, Object, Operation, Outcome, Term};
use smol_str::{SmolStr, format_smolstr};
use std::collections::BTreeMap;

/// boto3 and its relatives.
pub struct Boto3;

impl Library for Boto3 {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        session::call(symbol, Given(arguments))
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        let given = Given(arguments);
        let (form, of) = object.class.strip_prefix("boto3.")?.split_once(':')?;
        match form {
            "session" => session::method(name, given),
            "client" => client::method(of, name, given),
            "paginator" => client::paginate(of, name, given),
            "waiter" => client::wait(of, name, given),
            "resource" => resource::method(of, &object.facts, name, given),
            "collection" => resource::collection(of, &object.facts, name, given),
            "batch" => resource::batch(&object.facts, name),
            "assumed" => Some(value(made("assumed", of, BTreeMap::new()))),
            _ => None,
        }
    }

    fn member(&self, object: &Object, name: &str) -> Option<Term> {
        let (form, of) = object.class.strip_prefix("boto3.")?.split_once(':')?;
        match (form, name) {
            ("client", "exceptions" | "meta") => Some(Term::Unknown),
            ("resource", "meta") => Some(made("meta", service_of(of), BTreeMap::new())),
            ("meta", "client") => Some(made("client", of, BTreeMap::new())),
            ("resource", _) => resource::member(of, &object.facts, name),
            ("collection", "[]") => resource::element(of, &object.facts),
            _ => None,
        }
    }

    fn read(&self, object: &Object, name: &str) -> Vec<Operation> {
        match object.class.strip_prefix("boto3.resource:") {
            Some(of) => resource::read(of, &object.facts, name),
            None => Vec::new(),
        }
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        types::instance(symbol)
    }

    fn strange(&self, symbol: &str) -> Option<String> {
        types::strange(symbol)
    }

    fn telling(&self, method: &str) -> bool {
        types::telling(method)
    }
}

/// An object of boto3.
fn made(form: &str, of: &str, facts: BTreeMap<SmolStr, Term>) -> Term {
    Term::Object(Object { class: format_smolstr!("boto3.{form}:{of}"), facts })
}

fn service_of(of: &str) -> &str {
    of.split('.').next().unwrap_or_default()
}

fn value(value: Term) -> Outcome {
    Outcome { value, ..Outcome::default() }
}

fn unresolved(why: impl Into<String>) -> Outcome {
    Outcome { unresolved: Some(why.into()), ..Outcome::default() }
}
