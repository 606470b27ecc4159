//! Clients: an operation by the method's name, with `Async` or without.

use super::names::{OF_OTHERS, bare, last, member, service, values};
use super::request::input;
use crate::aws::{ASSUMED, Service, answer, perform};
use crate::libraries::given::{asked, assumed, member as fact, plain, record, unresolved, value};
use crate::{Argument, Library, Object, Outcome, Term};

/// Clients (`csharp.client:s3`) and their paginators (`csharp.paginators:s3`).
pub struct Clients;

const CLIENT: &str = "csharp.client:";
const PAGINATORS: &str = "csharp.paginators:";

impl Library for Clients {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let class = last(symbol);
        if let Some(credentials) = credentials(class, arguments) {
            return Some(credentials);
        }
        if symbol == "?.Invoke" {
            let client = arguments.iter().any(|argument| is_client(&argument.term));
            return client.then(|| unresolved("a method of a client is called by reflection"));
        }
        let class = class.strip_prefix("Create").filter(|_| symbol.contains("ClientFactory")).unwrap_or(class);
        let made = service(class).filter(|_| class.ends_with("Client"))?;
        Some(match assumed(arguments) {
            true => value(plain(OF_OTHERS)),
            false => value(client(made)),
        })
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        let arguments = &values(arguments);
        if object.class == OF_OTHERS {
            return Some(Outcome::default());
        }
        if let Some(id) = object.class.strip_prefix(PAGINATORS) {
            let service = Service::by_id(id)?;
            return Some(performed(service, service.operation(name)?, name, arguments));
        }
        let service = Service::by_id(object.class.strip_prefix(CLIENT)?)?;
        let name = bare(name);
        match (service.id(), name) {
            ("s3", "GetPreSignedURL" | "GeneratePreSignedURL") => return Some(signed(service, name, arguments)),
            ("s3", "MakeObjectPublic") => return Some(performed(service, "PutObjectAcl", name, arguments)),
            _ => {}
        }
        let operation = by_hand(service.id(), name, arguments).or_else(|| service.operation(name))?;
        Some(performed(service, operation, name, arguments))
    }

    fn member(&self, object: &Object, name: &str) -> Option<Term> {
        let id = object.class.strip_prefix(CLIENT)?;
        match name {
            "Paginators" => Some(plain(format!("{PAGINATORS}{id}"))),
            "Config" => Some(Term::Unknown),
            _ => None,
        }
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let class = last(symbol);
        match client(service(class)?) {
            Term::Object(object) => Some(object),
            _ => None,
        }
    }

    fn telling(&self, method: &str) -> bool {
        const TELLING: &[&str] = &[
            "BatchGetItem",
            "BatchWriteItem",
            "DeleteItem",
            "DeleteObject",
            "GetItem",
            "GetSecretValue",
            "ListObjectsV2",
            "PutItem",
            "PutObject",
            "SendMessageBatch",
            "TransactWriteItems",
            "UpdateItem",
        ];
        method.ends_with("Async") && TELLING.contains(&bare(method))
    }
}

fn client(service: &Service) -> Term {
    plain(format!("{CLIENT}{}", service.id()))
}

fn is_client(term: &Term) -> bool {
    term.each().iter().any(|term| matches!(term, Term::Object(object) if object.class.starts_with(CLIENT)))
}

/// Credentials: those of another role need nothing but to be had.
fn credentials(class: &str, arguments: &[Argument]) -> Option<Outcome> {
    match class {
        "AssumeRoleAWSCredentials" => {
            let role = super::names::given(arguments, 1, "roleArn");
            let operations = asked("sts", "AssumeRole", &record([("RoleArn", role)]));
            Some(Outcome { operations, value: plain(ASSUMED), ..Outcome::default() })
        }
        "SessionAWSCredentials" | "BasicAWSCredentials" if assumed(arguments) => Some(value(plain(ASSUMED))),
        _ => None,
    }
}

/// Methods whose names are not the API's.
fn by_hand(service: &str, method: &str, arguments: &[Argument]) -> Option<&'static str> {
    let object = || fact(&arguments.first()?.term, "Key").ne(&Term::Unknown).then_some(());
    Some(match (service, method) {
        ("s3", "GetObjectMetadata") => "HeadObject",
        ("s3", "InitiateMultipartUpload") => "CreateMultipartUpload",
        ("s3", "CopyPart") => "UploadPartCopy",
        ("s3", "PutBucket" | "EnsureBucketExists") => "CreateBucket",
        ("s3", "GetACL") if object().is_some() || arguments.len() > 1 => "GetObjectAcl",
        ("s3", "GetACL") => "GetBucketAcl",
        ("s3", "PutACL") if object().is_some() => "PutObjectAcl",
        ("s3", "PutACL") => "PutBucketAcl",
        ("s3", "ListVersions") => "ListObjectVersions",
        ("s3", "GetLifecycleConfiguration") => "GetBucketLifecycleConfiguration",
        ("s3", "PutLifecycleConfiguration") => "PutBucketLifecycleConfiguration",
        ("s3", "DeleteLifecycleConfiguration") => "DeleteBucketLifecycle",
        ("s3", "GetCORSConfiguration") => "GetBucketCors",
        ("s3", "PutCORSConfiguration") => "PutBucketCors",
        ("s3", "DeleteCORSConfiguration") => "DeleteBucketCors",
        ("s3", "GetBucketNotification") => "GetBucketNotificationConfiguration",
        ("s3", "PutBucketNotification") => "PutBucketNotificationConfiguration",
        ("s3", "GetObjectStream" | "DownloadToFilePath") => "GetObject",
        ("s3", "UploadObjectFromStream" | "UploadObjectFromFilePath") => "PutObject",
        ("s3", "GetAllObjectKeys") => "ListObjects",
        ("s3", "Delete") => "DeleteObject",
        ("s3", "Deletes") => "DeleteObjects",
        ("sns", "FindTopic") => "ListTopics",
        ("lambda", "InvokeWithResponseStream") => "InvokeWithResponseStream",
        _ => return None,
    })
}

fn performed(service: &Service, operation: &str, method: &str, arguments: &[Argument]) -> Outcome {
    let performed = perform(service, operation, &input(service.id(), method, arguments));
    let value = answer(&performed);
    Outcome { operations: vec![performed], value, ..Outcome::default() }
}

/// A signed address permits what its verb says, `GET` where it says nothing ("GetPreSignedUrlRequest").
fn signed(service: &Service, method: &str, arguments: &[Argument]) -> Outcome {
    let request = arguments.first().map(|argument| argument.term.clone()).unwrap_or_default();
    let verb = fact(&request, "Verb");
    let mut names: Vec<&str> = Vec::new();
    for verb in verb.each() {
        let name = match verb {
            Term::Symbol(verb) => match member(verb).map(|(_, verb)| verb) {
                Some("PUT") => "PutObject",
                Some("DELETE") => "DeleteObject",
                Some("HEAD") => "HeadObject",
                _ => "GetObject",
            },
            _ => "GetObject",
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let said = fact(&request, "Verb") != Term::Unknown || !has(&request, "Verb");
    let input = input(service.id(), method, arguments);
    Outcome {
        operations: names.into_iter().map(|name| perform(service, name, &input)).collect(),
        value: Term::Unknown,
        unresolved: (!said).then(|| "it is not known for which verb this address is signed".to_owned()),
        ..Outcome::default()
    }
}

fn has(term: &Term, name: &str) -> bool {
    term.each().iter().any(|term| matches!(term, Term::Record(members) if members.contains_key(name)))
}
