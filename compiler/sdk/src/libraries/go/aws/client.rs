//! Clients: making them, and the operations that are methods of theirs.

use super::OF_OTHERS;
use super::names::{Generation, service};
use crate::aws::{Service, answer, perform};
use crate::libraries::given::{assumed, at, plain, value};
use crate::libraries::go::symbol::Symbol;
use crate::{Argument, Object, Outcome, Term};
use smol_str::format_smolstr;

/// `s3.New(session)` and `s3.NewFromConfig(config)`.
pub fn make(symbol: Symbol<'_>, arguments: &[Argument]) -> Option<Outcome> {
    let (generation, service) = service(symbol)?;
    let makes = symbol.name == "New" || symbol.name == "NewFromConfig";
    makes.then(|| match assumed(arguments) {
        true => value(plain(OF_OTHERS)),
        false => value(plain(class(generation, service))),
    })
}

/// A value of a client's type: `*s3.Client`, `*s3.S3`, `s3iface.S3API`; of an interface that a helper asks for.
pub fn instance(symbol: Symbol<'_>) -> Option<Object> {
    let (generation, service) = service(symbol)?;
    let name = symbol.name;
    let of_package = symbol.package.rsplit('/').next().unwrap_or_default();
    let client = match generation {
        Generation::Two => name == "Client" || name.ends_with("APIClient"),
        Generation::One => name.eq_ignore_ascii_case(of_package) || name.ends_with("API") || name == "Client",
    };
    client.then(|| Object { class: class(generation, service), facts: Default::default() })
}

fn class(generation: Generation, service: &Service) -> smol_str::SmolStr {
    match generation {
        Generation::One => format_smolstr!("go.v1:{}", service.id()),
        Generation::Two => format_smolstr!("go.v2:{}", service.id()),
    }
}

/// `client.PutItem(ctx, input)`.
pub fn perform_v2(service: &str, name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let service = Service::by_id(service)?;
    Some(performed(service, service.operation(name)?, &at(arguments, 1)))
}

/// `client.PutItem(input)` and what is built around it: `PutItemWithContext`, `PutItemRequest`, `QueryPages`,
/// `QueryPagesWithContext`, `WaitUntilTableExists`.
pub fn perform_v1(service: &str, name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let service = Service::by_id(service)?;
    let (plain, position) = match name.strip_suffix("WithContext") {
        Some(plain) => (plain, 1),
        None => (name, 0),
    };
    let input = at(arguments, position);
    if let Some(waiter) = plain.strip_prefix("WaitUntil") {
        return Some(performed(service, service.waiter(waiter)?, &input));
    }
    if let Some(operation) = service.operation(plain) {
        return Some(performed(service, operation, &input));
    }
    let base = plain.strip_suffix("Pages").or_else(|| plain.strip_suffix("Request"))?;
    let outcome = performed(service, service.operation(base)?, &input);
    Some(Outcome { value: Term::Unknown, ..outcome })
}

fn performed(service: &Service, operation: &str, input: &Term) -> Outcome {
    let operation = perform(service, operation, input);
    Outcome { value: answer(&operation), operations: vec![operation], ..Outcome::default() }
}
