//! Clients, and the requests that are built on them. A request's class says its operation, `rust.request:dynamodb.PutItem`; it
//! performs nothing before it is sent or signed.

use super::names::{ends, service};
use super::shape::{answered, tell};
use crate::aws::{Service, answer, perform};
use crate::libraries::given::{assumed, done, object, plain, unresolved, value};
use crate::{Api, Argument, Library, Object, Outcome, Provider, Term};
use smol_str::format_smolstr;
use std::collections::BTreeMap;

/// `rust.client:s3`, and requests.
pub struct Clients;

/// Clients that act for another role.
const OF_OTHERS: &str = "rust.others";

const CLIENT: &str = "rust.client:";
const REQUEST: &str = "rust.request:";

/// Methods of a request that send it or sign it.
const SENDS: &[&str] = &["send", "presigned", "send_with", "wait"];

/// Methods of a request that neither send it nor tell it anything.
const QUIET: &[&str] = &[
    "as_input",
    "build",
    "config_override",
    "customize",
    "interceptor",
    "into_paginator",
    "items",
    "map_request",
    "mutate_request",
    "page_size",
    "stop_on_duplicate_token",
];

/// Methods of a client that call nothing.
const OWN: &[&str] = &["conf", "config"];

/// Methods that hardly anything but a client has.
const TELLING: &[&str] = &[
    "batch_get_item",
    "batch_write_item",
    "delete_item",
    "delete_message",
    "delete_object",
    "execute_statement",
    "get_secret_value",
    "head_object",
    "list_objects_v2",
    "put_events",
    "put_item",
    "put_object",
    "receive_message",
    "send_message",
    "send_message_batch",
    "start_execution",
    "transact_get_items",
    "transact_write_items",
    "update_item",
];

impl Library for Clients {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let (service, rest) = service(symbol)?;
        if let "Client.new" | "Client.from_conf" | "client.Client.new" | "client.Client.from_conf" = rest {
            return Some(match assumed(arguments) {
                true => value(plain(OF_OTHERS)),
                false => value(Term::Object(client(service))),
            });
        }
        let (class, method) = ends(rest);
        let input = class.strip_suffix("Input").filter(|_| method == "builder")?;
        Some(value(Term::Object(request(service, service.operation(input)?))))
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        if object.class == OF_OTHERS {
            return Some(value(Term::Object(object.clone())));
        }
        if let Some(id) = object.class.strip_prefix(CLIENT) {
            return Some(on_client(Service::by_id(id)?, object, name));
        }
        let (id, operation) = object.class.strip_prefix(REQUEST)?.split_once('.')?;
        Some(on_request(Service::by_id(id)?, operation, object, name, arguments))
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let (service, rest) = service(symbol)?;
        match rest {
            "Client" | "client.Client" => Some(client(service)),
            _ => {
                let (_, name) = ends(rest);
                let operation =
                    ["FluentBuilder", "InputBuilder", "Paginator"].iter().find_map(|end| name.strip_suffix(end))?;
                Some(request(service, service.operation(operation)?))
            }
        }
    }

    fn telling(&self, method: &str) -> bool {
        TELLING.contains(&method)
    }
}

/// Whether an object is a client.
pub(super) fn is_client(object: &Object) -> bool {
    object.class.starts_with(CLIENT)
}

fn client(service: &Service) -> Object {
    Object { class: format_smolstr!("{CLIENT}{}", service.id()), facts: BTreeMap::new() }
}

fn request(service: &Service, operation: &str) -> Object {
    Object { class: format_smolstr!("{REQUEST}{}.{operation}", service.id()), facts: BTreeMap::new() }
}

fn on_client(service: &'static Service, client: &Object, name: &str) -> Outcome {
    if OWN.contains(&name) {
        return value(Term::Object(client.clone()));
    }
    let waited = name.strip_prefix("wait_until_").and_then(|state| service.waiter(state));
    match service.operation(name).or(waited) {
        Some(operation) => value(Term::Object(request(service, operation))),
        None => Outcome {
            of: vec![Api { provider: Provider::Aws, service: service.id().into() }],
            ..unresolved(format!("`{}` has no operation `{name}` that is known", service.id()))
        },
    }
}

fn on_request(
    service: &'static Service,
    operation: &str,
    request: &Object,
    name: &str,
    arguments: &[Argument],
) -> Outcome {
    if SENDS.contains(&name) {
        let performed = perform(service, operation, &Term::Record(request.facts.clone()));
        let given = answered(&answer(&performed));
        return Outcome { value: given, ..done(vec![performed]) };
    }
    if QUIET.contains(&name) {
        return value(Term::Object(request.clone()));
    }
    if arguments.is_empty() {
        return Outcome::default();
    }
    value(object(request.class.clone(), tell(&request.facts, name, arguments)))
}
