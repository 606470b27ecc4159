//! Managers of transfers, and requests that are signed to be sent by somebody else.

use super::names::{at, gives, object};
use super::request::told;
use crate::aws::{Service, perform, transfer};
use crate::{Argument, Library, Object, Outcome, Term};

/// `java.transfer` moves files, `java.presigner` signs.
pub struct Transfers;

impl Library for Transfers {
    fn call(&self, symbol: &str, _: &[Argument]) -> Option<Outcome> {
        let class = match symbol {
            "software.amazon.awssdk.transfer.s3.S3TransferManager.create"
            | "software.amazon.awssdk.transfer.s3.S3TransferManager.builder"
            | "com.amazonaws.services.s3.transfer.TransferManager"
            | "com.amazonaws.services.s3.transfer.TransferManagerBuilder.standard"
            | "com.amazonaws.services.s3.transfer.TransferManagerBuilder.defaultTransferManager" => "java.transfer",
            "software.amazon.awssdk.services.s3.presigner.S3Presigner.create"
            | "software.amazon.awssdk.services.s3.presigner.S3Presigner.builder" => "java.presigner",
            _ => return presign_request(symbol),
        };
        Some(gives(Term::Object(object(class))))
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        match object.class.as_str() {
            "java.transfer" => Some(moved(object, name, arguments)),
            "java.presigner" => Some(signed(object, name, arguments)),
            _ => None,
        }
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        match symbol {
            "software.amazon.awssdk.transfer.s3.S3TransferManager"
            | "com.amazonaws.services.s3.transfer.TransferManager" => Some(object("java.transfer")),
            "software.amazon.awssdk.services.s3.presigner.S3Presigner" => Some(object("java.presigner")),
            _ => None,
        }
    }
}

/// Requests to sign and to transfer are built like any other.
fn presign_request(symbol: &str) -> Option<Outcome> {
    let built = symbol.ends_with("Request.builder")
        && (symbol.starts_with("software.amazon.awssdk.services.s3.presigner.model.")
            || symbol.starts_with("software.amazon.awssdk.transfer.s3.model."));
    built.then(|| gives(Term::Object(object("java.request"))))
}

/// The request inside a request: `putObjectRequest`, `getObjectRequest`.
fn inner(arguments: &[Argument], name: &str) -> Term {
    let outer = told(&at(arguments, 0));
    match outer.member(name) {
        Term::Unknown => outer,
        inner => inner,
    }
}

fn moved(manager: &Object, name: &str, arguments: &[Argument]) -> Outcome {
    let operation = match name {
        "upload" | "uploadFile" | "uploadDirectory" => {
            let request = inner(arguments, "putObjectRequest");
            let (bucket, key) = named(&request, arguments);
            transfer::upload(bucket, key, &Term::Unknown)
        }
        "download" | "downloadFile" | "downloadDirectory" => {
            let request = inner(arguments, "getObjectRequest");
            let (bucket, key) = named(&request, arguments);
            transfer::download(bucket, key, &Term::Unknown)
        }
        "copy" => {
            let request = inner(arguments, "copyObjectRequest");
            let (bucket, key) = (request.member("destinationBucket"), request.member("destinationKey"));
            transfer::copy(Term::Unknown, bucket, key, &Term::Unknown)
        }
        _ => return gives(Term::Object(manager.clone())),
    };
    Outcome { operations: vec![operation], ..Outcome::default() }
}

/// Bucket and key, of a request or as plain arguments.
fn named(request: &Term, arguments: &[Argument]) -> (Term, Term) {
    match request {
        Term::Record(_) => (request.member("bucket"), request.member("key")),
        _ => (at(arguments, 0), at(arguments, 1)),
    }
}

fn signed(presigner: &Object, name: &str, arguments: &[Argument]) -> Outcome {
    let found = name.strip_prefix("presign").and_then(|operation| {
        let service = Service::by_id("s3")?;
        Some((service, service.operation(operation)?))
    });
    match found {
        Some((service, operation)) => {
            let mut first = operation[..1].to_ascii_lowercase();
            first.push_str(&operation[1..]);
            let input = inner(arguments, &format!("{first}Request"));
            Outcome { operations: vec![perform(service, operation, &input)], ..Outcome::default() }
        }
        None => gives(Term::Object(presigner.clone())),
    }
}
