//! Requests that are signed by hand, with the SDKs' own signers.

use super::symbol::Symbol;
use crate::aws::signed;
use crate::libraries::given::{at, done, plain, record, unresolved, value};
use crate::{Argument, Library, Object, Outcome, Term};

/// Signers and the requests they sign.
pub struct Signing;

const SIGNER: &str = "go.signer";

impl Library for Signing {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let symbol = Symbol::read(symbol)?;
        let signer = symbol.package.starts_with("github.com/aws/aws-sdk-go") && symbol.package.ends_with("/signer");
        match (symbol.package, symbol.name) {
            (_, "NewSigner") if signer => Some(value(plain(SIGNER))),
            ("net/http", "NewRequest") => Some(value(record([("Method", at(arguments, 0))]))),
            ("net/http", "NewRequestWithContext") => Some(value(record([("Method", at(arguments, 1))]))),
            _ => None,
        }
    }

    /// `Sign(request, body, service, region, time)`; `SignHTTP(ctx, credentials, request, hash, service, region, time)`.
    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        if object.class != SIGNER {
            return None;
        }
        Some(match name {
            "Sign" | "Presign" => sent(&at(arguments, 2), &at(arguments, 0)),
            "SignHTTP" | "PresignHTTP" => sent(&at(arguments, 4), &at(arguments, 2)),
            _ => Outcome::default(),
        })
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let symbol = Symbol::read(symbol)?;
        let signer = symbol.package.starts_with("github.com/aws/aws-sdk-go")
            && symbol.package.ends_with("/signer")
            && matches!(symbol.name, "Signer" | "HTTPSigner");
        signer.then(|| Object { class: SIGNER.into(), facts: Default::default() })
    }
}

fn sent(service: &Term, request: &Term) -> Outcome {
    let literals: Option<Vec<&str>> = service.each().iter().map(Term::literal).collect();
    match literals {
        Some(services) => done(services.into_iter().map(|service| signed(service, request)).collect()),
        None => unresolved("it is not known for which service this signs"),
    }
}
