//! Clients: operations by their names, paginators, waiters, presigned requests, transfers.

use super::{made, transfer, unresolved, value};
use crate::aws::{Service, answer, perform, signed};
use crate::libraries::python::given::Given;
use crate::{Operation, Outcome, Piece, Template, Term};
use std::collections::BTreeMap;

/// A method of a client.
pub fn method(service: &str, name: &str, given: Given<'_>) -> Option<Outcome> {
    let service = Service::by_id(service)?;
    match name {
        "get_paginator" => Some(maker(service, "paginator", &given.take(0, "operation_name"), Service::operation)),
        "get_waiter" => Some(maker(service, "waiter", &given.take(0, "waiter_name"), Service::waiter)),
        "generate_presigned_url" => Some(presigned(service, given)),
        "generate_presigned_post" => Some(done(vec![transfer::put(given.take(0, "Bucket"), given.take(1, "Key"))])),
        "can_paginate" | "close" => Some(Outcome::default()),
        "generate_db_auth_token" | "generate_db_connect_auth_token" | "generate_db_connect_admin_auth_token" => {
            Some(token(service, name, given))
        }
        _ => transfer::of_client(service, name, given).or_else(|| operation(service, name, given)),
    }
}

fn operation(service: &Service, name: &str, given: Given<'_>) -> Option<Outcome> {
    // Methods are spelled in small letters: `DETECT_PHI` is no method, wherever such a text comes from.
    if name.contains(|letter: char| letter.is_ascii_uppercase()) {
        return None;
    }
    let operation = perform(service, service.operation(name)?, &given.record());
    Some(Outcome { value: answer(&operation), operations: vec![operation], ..Outcome::default() })
}

/// `get_paginator` and `get_waiter`: an object that knows the operation behind it.
fn maker(service: &Service, form: &str, name: &Term, find: impl Fn(&Service, &str) -> Option<&'static str>) -> Outcome {
    let literals: Option<Vec<&str>> = name.each().iter().map(Term::literal).collect();
    let Some(literals) = literals else { return unresolved(format!("it is not known of what this is a {form}")) };
    let operations = literals.iter().filter_map(|name| find(service, name));
    let objects = operations.map(|operation| made(form, &format!("{}.{operation}", service.id()), BTreeMap::new()));
    value(Term::any(objects))
}

/// A method of a paginator.
pub fn paginate(of: &str, name: &str, given: Given<'_>) -> Option<Outcome> {
    (name == "paginate").then(|| behind(of, given)).flatten()
}

/// A method of a waiter.
pub fn wait(of: &str, name: &str, given: Given<'_>) -> Option<Outcome> {
    (name == "wait").then(|| behind(of, given)).flatten()
}

fn behind(of: &str, given: Given<'_>) -> Option<Outcome> {
    let (service, operation) = of.split_once('.')?;
    Some(done(vec![perform(Service::by_id(service)?, operation, &given.record())]))
}

/// Who signs a request gives away what they may do themselves.
fn presigned(service: &Service, given: Given<'_>) -> Outcome {
    let (method, input) = (given.take(0, "ClientMethod"), given.take(1, "Params"));
    let named = |term: &Term| service.operation(term.literal()?);
    let operations: Option<Vec<&str>> = method.each().iter().map(named).collect();
    match operations {
        Some(operations) => {
            let operations = operations.into_iter().map(|operation| perform(service, operation, &input)).collect();
            Outcome { value: Term::Text(Template(vec![Piece::Hole])), ..done(operations) }
        }
        None => unresolved("it is not known what is signed"),
    }
}

/// A password that is made on the spot, from the right to connect.
fn token(service: &Service, name: &str, given: Given<'_>) -> Outcome {
    let (right, input) = match (service.id(), name) {
        ("rds", _) => {
            let (host, user) = (given.take(0, "DBHostname"), given.take(2, "DBUsername"));
            ("rds-db", BTreeMap::from([("DBHostname".into(), host), ("DBUsername".into(), user)]))
        }
        (_, "generate_db_connect_admin_auth_token") => ("dsql-admin", BTreeMap::new()),
        _ => ("dsql", BTreeMap::new()),
    };
    done(vec![signed(right, &Term::Record(input))])
}

/// These operations, and an answer of which nothing is known.
pub fn done(operations: Vec<Operation>) -> Outcome {
    Outcome { operations, ..Outcome::default() }
}
