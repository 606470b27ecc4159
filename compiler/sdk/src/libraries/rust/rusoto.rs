//! rusoto: clients behind a trait for each service, whose methods take an input structure.

use super::names::rusoto;
use super::shape::answered;
use crate::aws::{Service, answer, perform, spelling};
use crate::libraries::given::{asked, assumed, at, done, plain, record, value};
use crate::{Argument, Library, Object, Outcome, Term};
use smol_str::format_smolstr;
use std::collections::BTreeMap;

/// `rust.rusoto:dynamodb`.
pub struct Rusoto;

const CLIENT: &str = "rust.rusoto:";
const OF_OTHERS: &str = "rust.rusoto.others";

impl Library for Rusoto {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        if let Some(class) = symbol.strip_prefix("rusoto_sts.StsAssumeRoleSessionCredentialsProvider.") {
            let input = record([("RoleArn", at(arguments, 1))]);
            let operations = if class == "new" { asked("sts", "AssumeRole", &input) } else { Vec::new() };
            return Some(Outcome { value: plain(crate::aws::ASSUMED), ..done(operations) });
        }
        let (service, rest) = rusoto(symbol)?;
        let (class, method) = rest.split_once('.')?;
        let makes = class.ends_with("Client") && method.starts_with("new");
        makes.then(|| match assumed(arguments) {
            true => value(plain(OF_OTHERS)),
            false => value(Term::Object(client(service))),
        })
    }

    fn method(&self, of: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        if of.class == OF_OTHERS {
            return Some(Outcome::default());
        }
        let service = Service::by_id(of.class.strip_prefix(CLIENT)?)?;
        let bare = name.strip_suffix("_pages").unwrap_or(name);
        let Some(operation) = service.operation(bare) else { return Some(Outcome::default()) };
        let performed = perform(service, operation, &at(arguments, 0));
        Some(Outcome { value: answered(&answer(&performed)), ..done(vec![performed]) })
    }

    /// A client, or the trait of all clients of the service.
    fn instance(&self, symbol: &str) -> Option<Object> {
        let (service, name) = rusoto(symbol)?;
        let bare = name.strip_suffix("Client").unwrap_or(name);
        let named = spelling::same(bare, service.sdk_id()) || spelling::same(bare, service.id()) || bare != name;
        (named && !name.contains('.')).then(|| client(service))
    }
}

fn client(service: &Service) -> Object {
    Object { class: format_smolstr!("{CLIENT}{}", service.id()), facts: BTreeMap::new() }
}
