//! The third generation: `@aws-sdk/client-*` and `@aws-sdk/lib-dynamodb`. A command does nothing until it is sent.

use super::{client, document, names};
use crate::aws::{Service, answer, perform, spelling};
use crate::libraries::javascript::given::{at, object, unresolved, value};
use crate::{Argument, Library, Object, Operation, Outcome, Term};
use std::collections::BTreeMap;

/// `@aws-sdk/client-*`.
pub struct Version3;

pub const DOCUMENT: &str = "aws.v3.document:dynamodb";
pub const COMMAND: &str = "aws.v3.command:";

impl Library for Version3 {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        if let Some(name) = symbol.strip_prefix("@aws-sdk/lib-dynamodb.") {
            return of_documents(name, arguments);
        }
        let (service, name) = exported(symbol)?;
        if let Some(operation) = name.strip_suffix("Command").and_then(|name| service.operation(name)) {
            return Some(value(command(service, operation, &at(arguments, 0))));
        }
        let performed = |operation: Option<&str>| Some(answered(vec![perform(service, operation?, &at(arguments, 1))]));
        if let Some(operation) = name.strip_prefix("paginate") {
            return performed(service.operation(operation));
        }
        if let Some(state) = name.strip_prefix("waitUntil").or_else(|| name.strip_prefix("waitFor")) {
            return performed(service.waiter(state));
        }
        is_client(service, name).then(|| client("aws.v3", service, arguments))
    }

    fn method(&self, of: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        let service = match of.class.as_str() {
            DOCUMENT => Service::by_id("dynamodb")?,
            class => Service::by_id(class.strip_prefix("aws.v3:")?)?,
        };
        match name {
            "send" => Some(sent(&at(arguments, 0))),
            "destroy" => Some(Outcome::default()),
            _ => {
                let operation = match of.class == DOCUMENT {
                    true => document::operation(name)?,
                    false => service.operation(name)?,
                };
                Some(answered(vec![perform(service, operation, &at(arguments, 0))]))
            }
        }
    }

    fn member(&self, of: &Object, name: &str) -> Option<Term> {
        let command = of.class.strip_prefix(COMMAND)?;
        (!command.is_empty() && name == "input").then(|| Term::Record(of.facts.clone()))
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        if let Some(name) = symbol.strip_prefix("@aws-sdk/lib-dynamodb.") {
            let known = matches!(name, "DynamoDBDocumentClient" | "DynamoDBDocument");
            return known.then(|| Object { class: DOCUMENT.into(), facts: BTreeMap::new() });
        }
        let (service, name) = exported(symbol)?;
        let class = || format!("aws.v3:{}", service.id()).into();
        is_client(service, name).then(|| Object { class: class(), facts: BTreeMap::new() })
    }
}

/// The service of a package, and the name behind it.
fn exported(symbol: &str) -> Option<(&'static Service, &str)> {
    let (package, name) = symbol.strip_prefix("@aws-sdk/client-")?.rsplit_once('.')?;
    let package = package.split('/').next()?;
    Some((names::of_package(package)?, name))
}

/// `S3Client`, and `S3`, whose methods are the operations.
fn is_client(service: &Service, name: &str) -> bool {
    name.ends_with("Client") || spelling::same(name, service.sdk_id())
}

fn command(service: &Service, operation: &str, input: &Term) -> Term {
    object(format!("{COMMAND}{}.{operation}", service.id()), perform(service, operation, input).input)
}

/// What `@aws-sdk/lib-dynamodb` gives.
fn of_documents(name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let service = Service::by_id("dynamodb")?;
    if let Some(operation) = name.strip_suffix("Command").and_then(document::operation) {
        return Some(value(command(service, operation, &at(arguments, 0))));
    }
    if let Some(operation) = name.strip_prefix("paginate").and_then(document::operation) {
        return Some(answered(vec![perform(service, operation, &at(arguments, 1))]));
    }
    let made = matches!(
        name,
        "DynamoDBDocumentClient" | "DynamoDBDocument" | "DynamoDBDocumentClient.from" | "DynamoDBDocument.from"
    );
    made.then(|| around(&at(arguments, 0)))
}

/// A document client around another client: what that may not do, this may not do either.
fn around(inner: &Term) -> Outcome {
    let other =
        inner.each().iter().any(|term| matches!(term, Term::Object(object) if object.class == super::OF_OTHERS));
    value(object(if other { super::OF_OTHERS } else { DOCUMENT }, BTreeMap::new()))
}

/// `client.send(command)`.
pub fn sent(given: &Term) -> Outcome {
    let operations: Vec<Operation> = given.each().iter().filter_map(operation).collect();
    match operations.is_empty() {
        true => unresolved("it is not known which command is sent"),
        false => answered(operations),
    }
}

/// The operation of a command.
pub fn operation(command: &Term) -> Option<Operation> {
    let Term::Object(command) = command else { return None };
    let (service, operation) = command.class.strip_prefix(COMMAND)?.split_once('.')?;
    Some(perform(Service::by_id(service)?, operation, &Term::Object(command.clone())))
}

fn answered(operations: Vec<Operation>) -> Outcome {
    Outcome { value: Term::any(operations.iter().map(answer)), operations, ..Outcome::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libraries::javascript::given::{record, text};

    fn argument(term: Term) -> Argument {
        Argument { name: None, term }
    }

    fn made(symbol: &str, arguments: &[Argument]) -> Term {
        Version3.call(symbol, arguments).unwrap().value
    }

    #[test]
    fn a_command_performs_when_it_is_sent() {
        let Term::Object(client) = made("@aws-sdk/client-s3.S3Client", &[]) else { panic!("no client") };
        let input = record([("Bucket", text("photos"))]);
        let made = Version3.call("@aws-sdk/client-s3.GetObjectCommand", &[argument(input)]).unwrap();
        assert!(made.operations.is_empty());
        let sent = Version3.method(&client, "send", &[argument(made.value)]).unwrap();
        assert_eq!(sent.operations[0].name, "GetObject");
        assert_eq!(sent.operations[0].input["Bucket"], text("photos"));
        assert!(Version3.method(&client, "send", &[]).unwrap().unresolved.is_some());
    }

    #[test]
    fn documents_have_names_of_their_own() {
        let put = made("@aws-sdk/lib-dynamodb.PutCommand", &[]);
        assert_eq!(operation(&put).unwrap().name, "PutItem");
        let Term::Object(document) = made("@aws-sdk/lib-dynamodb.DynamoDBDocument.from", &[]) else { panic!("none") };
        assert_eq!(Version3.method(&document, "query", &[]).unwrap().operations[0].name, "Query");
        assert!(Version3.call("@aws-sdk/lib-dynamodb.NumberValue", &[]).is_none());
    }

    #[test]
    fn functions_beside_the_client_perform() {
        let pages = Version3.call("@aws-sdk/client-s3.paginateListObjectsV2", &[]).unwrap();
        assert_eq!(pages.operations[0].name, "ListObjectsV2");
        let waited = Version3.call("@aws-sdk/client-dynamodb.waitUntilTableExists", &[]).unwrap();
        assert_eq!(waited.operations[0].name, "DescribeTable");
        let Term::Object(states) = made("@aws-sdk/client-sfn.SFN", &[]) else { panic!("no client") };
        assert_eq!(Version3.method(&states, "startExecution", &[]).unwrap().operations[0].name, "StartExecution");
        assert!(Version3.call("@aws-sdk/client-s3.NoSuchKey", &[]).is_none());
    }
}
