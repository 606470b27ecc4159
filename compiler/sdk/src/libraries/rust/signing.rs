//! Requests that are signed by hand with `aws-sigv4`.

use super::names::ends;
use crate::aws::signed;
use crate::libraries::given::{at, done, member, object, plain, record, unresolved, value};
use crate::{Argument, Library, Object, Outcome, Term};

/// What a signature is told, and requests to sign.
pub struct Signing;

const PARAMETERS: &str = "rust.signing";

impl Library for Signing {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        symbol.strip_prefix("aws_sigv4.")?;
        Some(match ends(symbol) {
            ("SigningParams" | "Builder", "builder" | "default") => value(plain(PARAMETERS)),
            ("SignableRequest", "new") => value(record([("Method", at(arguments, 0))])),
            ("http_request", "sign") => sent(&at(arguments, 1), &at(arguments, 0)),
            _ => Outcome::default(),
        })
    }

    fn method(&self, of: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        if of.class != PARAMETERS {
            return None;
        }
        let mut facts = of.facts.clone();
        if let "name" | "service_name" = name {
            facts.insert("service".into(), at(arguments, 0));
        }
        Some(value(object(PARAMETERS, facts)))
    }
}

fn sent(parameters: &Term, request: &Term) -> Outcome {
    let services = member(parameters, "service");
    let literals: Option<Vec<&str>> = services.each().iter().map(Term::literal).collect();
    match literals.filter(|literals| !literals.is_empty()) {
        Some(services) => done(services.into_iter().map(|service| signed(service, request)).collect()),
        None => unresolved("it is not known for which service this signs"),
    }
}
