//! Paginators, waiters and presigned requests of the second generation.

use super::names::{Generation, service};
use crate::aws::{self, Service};
use crate::libraries::given::{at, done, object, plain, value};
use crate::libraries::go::symbol::Symbol;
use crate::{Argument, Object, Outcome};
use smol_str::format_smolstr;
use std::collections::BTreeMap;

/// `NewQueryPaginator(client, input)`, `NewTableExistsWaiter(client)`, `NewPresignClient(client)`.
pub fn call(symbol: Symbol<'_>, arguments: &[Argument]) -> Option<Outcome> {
    let (Generation::Two, service) = service(symbol)? else { return None };
    let name = symbol.name.strip_prefix("New")?;
    if name == "PresignClient" {
        return Some(value(plain(format_smolstr!("go.presign:{}", service.id()))));
    }
    if let Some(operation) = name.strip_suffix("Paginator").and_then(|name| service.operation(name)) {
        let input = BTreeMap::from([("input".into(), at(arguments, 1))]);
        return Some(value(object(format_smolstr!("go.paginator:{}.{operation}", service.id()), input)));
    }
    let operation = name.strip_suffix("Waiter").and_then(|name| service.waiter(name))?;
    Some(value(plain(format_smolstr!("go.waiter:{}.{operation}", service.id()))))
}

/// A value of the type of one of these.
pub fn instance(symbol: Symbol<'_>) -> Option<Object> {
    let (Generation::Two, service) = service(symbol)? else { return None };
    let class = match symbol.name {
        "PresignClient" => format_smolstr!("go.presign:{}", service.id()),
        name => {
            let operation = name.strip_suffix("Paginator").and_then(|name| service.operation(name))?;
            format_smolstr!("go.paginator:{}.{operation}", service.id())
        }
    };
    Some(Object { class, facts: BTreeMap::new() })
}

/// `NextPage`, `Wait`.
pub fn perform(of: &str, name: &str, helper: &Object, arguments: &[Argument]) -> Option<Outcome> {
    let (service, operation) = of.split_once('.')?;
    let service = Service::by_id(service)?;
    match name {
        "NextPage" => {
            let input = helper.facts.get("input").cloned().unwrap_or_default();
            Some(done(vec![aws::perform(service, operation, &input)]))
        }
        "Wait" | "WaitForOutput" => Some(done(vec![aws::perform(service, operation, &at(arguments, 1))])),
        _ => Some(Outcome::default()),
    }
}

/// `PresignGetObject(ctx, input)`. Who signs a request gives away what they may do themselves.
pub fn presign(service: &str, name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let service = Service::by_id(service)?;
    let name = name.strip_prefix("Presign")?;
    let operation = if name == "PostObject" { "PutObject" } else { service.operation(name)? };
    Some(done(vec![aws::perform(service, operation, &at(arguments, 1))]))
}
