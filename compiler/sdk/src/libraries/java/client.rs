//! Clients of both generations: an operation by the method's name.

use super::names::{at, gives, object, service};
use super::request::{input, told};
use crate::aws::{Service, answer, perform};
use crate::{Argument, Library, Object, Outcome, Term};

/// Clients: `java.client:s3`; `java.waiter:dynamodb` waits.
pub struct Clients;

/// Methods of builders, and those of a client that call nothing.
const QUIET: &[&str] = &[
    "build",
    "close",
    "credentialsProvider",
    "defaultClientConfiguration",
    "endpointOverride",
    "httpClient",
    "httpClientBuilder",
    "overrideConfiguration",
    "region",
    "serviceName",
    "shutdown",
    "utilities",
    "withClientConfiguration",
    "withCredentials",
    "withEndpointConfiguration",
    "withRegion",
    "asyncConfiguration",
    "applyMutation",
    "standard",
    "serviceConfiguration",
    "forcePathStyle",
    "setRegion",
    "setEndpoint",
    "withRequestHandlers",
    "httpClientBuilder",
    "defaultsMode",
    "multipartEnabled",
];

impl Library for Clients {
    fn call(&self, symbol: &str, _: &[Argument]) -> Option<Outcome> {
        let (service, rest) = service(symbol)?;
        let (class, method) = rest.rsplit_once('.').filter(|_| rest != "waiters").unwrap_or((rest, "new"));
        let (class, method) = if method.starts_with(char::is_uppercase) { (rest, "new") } else { (class, method) };
        let waiter = class.strip_prefix("waiters.").is_some_and(|class| class.ends_with("Waiter"));
        if waiter && matches!(method, "create" | "builder") {
            return Some(gives(Term::Object(object(format!("java.waiter:{}", service.id())))));
        }
        let made = is_client(class)
            && matches!(
                method,
                "new"
                    | "create"
                    | "builder"
                    | "crtCreate"
                    | "crtBuilder"
                    | "standard"
                    | "defaultClient"
                    | "defaultAsyncClient"
            );
        made.then(|| gives(Term::Object(client(service))))
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        if let Some(id) = object.class.strip_prefix("java.waiter:") {
            return Some(waited(Service::by_id(id)?, name, arguments));
        }
        let service = Service::by_id(object.class.strip_prefix("java.client:")?)?;
        if name == "waiter" || name == "waiters" {
            return Some(gives(Term::Object(super::names::object(format!("java.waiter:{}", service.id())))));
        }
        match operation(service, name) {
            Some(operation) => Some(performed(service, operation, name, arguments)),
            None if QUIET.contains(&name) => Some(gives(Term::Object(object.clone()))),
            None => by_hand(service, name, arguments),
        }
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let (service, class) = service(symbol)?;
        if class.starts_with("waiters.") && class.ends_with("Waiter") {
            return Some(object(format!("java.waiter:{}", service.id())));
        }
        is_client(class).then(|| client(service))
    }

    fn telling(&self, method: &str) -> bool {
        [
            "batchGetItem",
            "batchWriteItem",
            "deleteObject",
            "listObjectsV2",
            "putItem",
            "putObject",
            "sendMessageBatch",
            "transactWriteItems",
            "updateItem",
        ]
        .contains(&method)
    }
}

/// `S3Client`, `S3AsyncClient`, `AmazonS3`, `AmazonS3Client`, `AWSLambda`, `AmazonSQSAsync`, `AmazonS3ClientBuilder`.
fn is_client(class: &str) -> bool {
    let v1 = class.starts_with("Amazon") || class.starts_with("AWS");
    !class.contains('.')
        && !class.ends_with("Exception")
        && (class.ends_with("Client") || class.ends_with("ClientBuilder") || v1)
}

fn client(service: &Service) -> Object {
    object(format!("java.client:{}", service.id()))
}

/// The operation of a method: `scanPaginator`, `putItemAsync` and `getObjectAsBytes` are `Scan`, `PutItem` and `GetObject`.
fn operation(service: &'static Service, name: &str) -> Option<&'static str> {
    let endings = ["", "Paginator", "Async", "AsBytes"];
    endings.iter().find_map(|ending| service.operation(name.strip_suffix(ending)?))
}

fn performed(service: &'static Service, operation: &str, name: &str, arguments: &[Argument]) -> Outcome {
    let performed = perform(service, operation, &input(service.id(), name, arguments));
    let value = answer(&performed);
    Outcome { operations: vec![performed], value, ..Outcome::default() }
}

fn waited(service: &'static Service, name: &str, arguments: &[Argument]) -> Outcome {
    let state = name.strip_prefix("waitUntil").unwrap_or(name);
    match service.waiter(state) {
        Some(operation) => {
            Outcome { operations: vec![perform(service, operation, &told(&at(arguments, 0)))], ..Outcome::default() }
        }
        None => gives(Term::Object(object(format!("java.waiter:{}", service.id())))),
    }
}

/// Methods that the first generation's clients bring beside the operations.
fn by_hand(service: &'static Service, name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let operation = match (service.id(), name) {
        ("s3", "doesObjectExist") => "HeadObject",
        ("s3", "doesBucketExist" | "doesBucketExistV2") => "HeadBucket",
        ("s3", "getObjectAsString" | "getObjectMetadata") => "GetObject",
        ("s3", "listNextBatchOfObjects") => "ListObjects",
        ("s3", "initiateMultipartUpload") => "CreateMultipartUpload",
        ("s3", "setObjectAcl") => "PutObjectAcl",
        ("s3", "generatePresignedUrl") => signed_for(arguments),
        _ => return None,
    };
    Some(performed(service, operation, name, arguments))
}

/// The operation that an address is signed for: of the method that is given beside, or told to the request; else it is read.
fn signed_for(arguments: &[Argument]) -> &'static str {
    let told = told(&at(arguments, 0));
    let method = match told.member("Method") {
        Term::Unknown => at(arguments, 3),
        known => known,
    };
    match method {
        Term::Symbol(name) if name.ends_with(".PUT") => "PutObject",
        Term::Symbol(name) if name.ends_with(".DELETE") => "DeleteObject",
        Term::Symbol(name) if name.ends_with(".HEAD") => "HeadObject",
        _ => "GetObject",
    }
}
