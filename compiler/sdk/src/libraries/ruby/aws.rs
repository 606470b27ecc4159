//! AWS SDK for Ruby: clients and what is made of them.
//!
//! An object's class says what it is and of which service: `ruby.client:s3`, `ruby.presigner:s3`, `ruby.transfer:s3`. A client
//! with credentials of another role is `ruby.assumed:s3`: what it does needs nothing of one's own.

use crate::aws::transfer::{download, upload};
use crate::aws::{ASSUMED, Service, answer, perform, signed};
use crate::libraries::python::Boto3;
use crate::{Argument, Library, Object, Operation, Outcome, Piece, Template, Term};
use smol_str::{SmolStr, format_smolstr};
use std::collections::BTreeMap;

/// The AWS SDK for Ruby.
pub struct Aws;

/// Services that are called otherwise than by their id.
const ALIASES: &[(&str, &str)] = &[("states", "sfn"), ("stepfunctions", "sfn"), ("transcribeservice", "transcribe")];

impl Library for Aws {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let made = symbol.strip_prefix("Aws.")?.strip_suffix(".new")?;
        let input = record(arguments);
        match made {
            "AssumeRoleCredentials" => return Some(assumed("AssumeRole", &input)),
            "AssumeRoleWebIdentityCredentials" => return Some(assumed("AssumeRoleWithWebIdentity", &input)),
            "Sigv4.Signer" => return Some(value(object("signer", "", members(&input)))),
            "Credentials" | "SharedCredentials" | "InstanceProfileCredentials" | "ECSCredentials" => {
                return Some(Outcome::default());
            }
            _ => {}
        }
        let (name, class) = made.split_once('.')?;
        let service = service(name)?;
        let form = match class {
            _ if others(&input) => "assumed",
            "Client" | "Encryption.Client" | "EncryptionV2.Client" | "EncryptionV3.Client" => "client",
            "Presigner" => "presigner",
            "TransferManager" => "transfer",
            "QueuePoller" => return Some(value(object("poller", service.id(), queue(arguments)))),
            "AuthTokenGenerator" => return Some(value(object("token", service.id(), BTreeMap::new()))),
            _ => return None,
        };
        Some(value(object(form, service.id(), BTreeMap::new())))
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        let (form, of) = object.class.strip_prefix("ruby.")?.split_once(':')?;
        match form {
            "client" => client(Service::by_id(of)?, name, arguments),
            "presigner" => presigned(Service::by_id(of)?, name, arguments),
            "transfer" => transferred(name, arguments),
            "poller" => polled(&object.facts, name),
            "token" if name == "auth_token" => Some(done(vec![signed("rds-db", &Term::Unknown)])),
            "signer" => sign(&object.facts, name),
            "assumed" => Some(Outcome { value: Term::Object(object.clone()), ..Outcome::default() }),
            _ => None,
        }
    }

    fn strange(&self, symbol: &str) -> Option<String> {
        let known = [
            ("AWS.", "version 1 of the AWS SDK is not understood"),
            ("Fog.", "Fog is not understood"),
            ("Shrine.", "Shrine's storage is not understood"),
            ("Google.Cloud.", "Google Cloud's libraries for Ruby are not understood"),
            ("Google.Apis.", "Google's API clients for Ruby are not understood"),
            ("Azure.", "Azure's libraries for Ruby are not understood"),
        ];
        if let Some((_, why)) = known.iter().find(|(prefix, _)| symbol.starts_with(prefix)) {
            return Some((*why).to_owned());
        }
        let client = symbol.strip_prefix("Aws.")?.strip_suffix(".Client.new")?;
        Some(format!("`Aws::{}` is no service of AWS that is known here", client.replace('.', "::")))
    }

    fn telling(&self, method: &str) -> bool {
        Boto3.telling(method)
    }
}

/// A service by the name of its module: `S3`, `DynamoDB`, `CloudWatchLogs`.
pub fn service(module: &str) -> Option<&'static Service> {
    let id = module.to_ascii_lowercase();
    let id = ALIASES.iter().find(|(alias, _)| *alias == id).map_or(id.as_str(), |(_, id)| id);
    Service::by_sdk_id(id).or_else(|| Service::by_id(id))
}

/// A call's options: those it names, and those of a record that it passes.
pub fn record(arguments: &[Argument]) -> Term {
    let named = arguments.iter().filter(|argument| argument.term != Term::Function);
    let mut all: BTreeMap<SmolStr, Term> = BTreeMap::new();
    for argument in named {
        match &argument.name {
            Some(name) => {
                all.insert(name.clone(), argument.term.clone());
            }
            None => {
                for (name, term) in members(&argument.term) {
                    all.entry(name).or_insert(term);
                }
            }
        }
    }
    Term::Record(all)
}

/// The members of a record, or of one of several.
fn members(term: &Term) -> BTreeMap<SmolStr, Term> {
    let mut all: BTreeMap<SmolStr, Term> = BTreeMap::new();
    for term in term.each() {
        let Term::Record(members) = term else { continue };
        for (name, value) in members {
            let known = all.remove(name);
            all.insert(name.clone(), Term::any(known.into_iter().chain([value.clone()])));
        }
    }
    all
}

/// Whether options hold another role's credentials, or a client that does.
fn others(input: &Term) -> bool {
    let Term::Record(members) = input else { return false };
    let foreign = |term: &Term| matches!(term, Term::Object(object) if object.class == ASSUMED || object.class.starts_with("ruby.assumed:"));
    ["credentials", "client", "access_key_id"].iter().any(|name| members.get(*name).is_some_and(foreign))
}

fn client(service: &Service, name: &str, arguments: &[Argument]) -> Option<Outcome> {
    if name == "wait_until" {
        return Some(waited(service, arguments));
    }
    let operation = perform(service, service.operation(name)?, &record(arguments));
    let value = spelled(answer(&operation));
    Some(Outcome { value, operations: vec![operation], ..Outcome::default() })
}

/// `client.wait_until(:bucket_exists, bucket: "b")`.
fn waited(service: &Service, arguments: &[Argument]) -> Outcome {
    let waiter = arguments.first().and_then(|argument| service.waiter(argument.term.literal()?));
    match waiter {
        Some(operation) => done(vec![perform(service, operation, &record(&arguments[1..]))]),
        None => unresolved("it is not known what is waited for"),
    }
}

/// Who signs a request gives away what they may do themselves.
fn presigned(service: &Service, name: &str, arguments: &[Argument]) -> Option<Outcome> {
    if !matches!(name, "presigned_url" | "presigned_request") {
        return None;
    }
    let operation = arguments.first().and_then(|argument| service.operation(argument.term.literal()?));
    Some(match operation {
        Some(operation) => {
            let operation = perform(service, operation, &record(&arguments[1..]));
            Outcome { value: Term::Text(Template(vec![Piece::Hole])), ..done(vec![operation]) }
        }
        None => unresolved("it is not known what is signed"),
    })
}

/// `TransferManager.new.upload_file(path, bucket:, key:)`.
fn transferred(name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let input = record(arguments);
    let (bucket, key) = (input.member("bucket"), input.member("key"));
    match name {
        "upload_file" | "upload_stream" => Some(done(vec![upload(bucket, key, &input)])),
        "download_file" => Some(done(vec![download(bucket, key, &input)])),
        _ => None,
    }
}

fn queue(arguments: &[Argument]) -> BTreeMap<SmolStr, Term> {
    let url = arguments.first().map(|argument| argument.term.clone()).unwrap_or_default();
    BTreeMap::from([("QueueUrl".into(), url)])
}

/// A poller receives messages and deletes those that were handled.
fn polled(facts: &BTreeMap<SmolStr, Term>, name: &str) -> Option<Outcome> {
    let sqs = Service::by_id("sqs")?;
    let input = Term::Record(facts.clone());
    let operations: &[&str] = match name {
        "poll" => &["ReceiveMessage", "DeleteMessage"],
        "delete_message" | "delete_messages" => &["DeleteMessage"],
        "change_message_visibility_timeout" => &["ChangeMessageVisibility"],
        _ => return None,
    };
    Some(done(operations.iter().map(|operation| perform(sqs, operation, &input)).collect()))
}

fn sign(facts: &BTreeMap<SmolStr, Term>, name: &str) -> Option<Outcome> {
    if !matches!(name, "sign_request" | "presign_url" | "sign_event") {
        return None;
    }
    let service = facts.get("service").and_then(Term::literal);
    Some(match service {
        Some(service) => done(vec![signed(service, &Term::Unknown)]),
        None => unresolved("it is not known for which service a request is signed"),
    })
}

fn assumed(operation: &str, input: &Term) -> Outcome {
    let credentials = Term::Object(Object { class: ASSUMED.into(), facts: BTreeMap::new() });
    let operations = Service::by_id("sts").map(|service| perform(service, operation, input)).into_iter().collect();
    Outcome { value: credentials, operations, ..Outcome::default() }
}

/// What is known of an answer, by the names that Ruby has for its members.
fn spelled(answer: Term) -> Term {
    match answer {
        Term::Record(members) => {
            Term::Record(members.into_iter().map(|(name, term)| (snake(&name), spelled(term))).collect())
        }
        other => other,
    }
}

/// `QueueUrl` is `queue_url`.
fn snake(name: &str) -> SmolStr {
    let mut spelled = String::new();
    for (at, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && at > 0 {
            spelled.push('_');
        }
        spelled.push(letter.to_ascii_lowercase());
    }
    spelled.into()
}

/// An object of this SDK.
pub fn object(form: &str, of: &str, facts: BTreeMap<SmolStr, Term>) -> Term {
    Term::Object(Object { class: format_smolstr!("ruby.{form}:{of}"), facts })
}

/// A value, and nothing is performed.
pub fn value(value: Term) -> Outcome {
    Outcome { value, ..Outcome::default() }
}

/// These operations, and an answer of which nothing is known.
pub fn done(operations: Vec<Operation>) -> Outcome {
    Outcome { operations, ..Outcome::default() }
}

/// Not known, for a reason.
pub fn unresolved(why: &str) -> Outcome {
    Outcome { unresolved: Some(why.to_owned()), ..Outcome::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: Option<&str>, literal: &str) -> Argument {
        Argument { name: name.map(Into::into), term: Term::Text(Template::from_literal(literal)) }
    }

    fn made(symbol: &str) -> Object {
        match Aws.call(symbol, &[]).unwrap().value {
            Term::Object(object) => object,
            other => panic!("{other:?}"),
        }
    }

    fn names(object: &Object, method: &str, arguments: &[Argument]) -> Vec<SmolStr> {
        let outcome = Aws.method(object, method, arguments).unwrap();
        outcome.operations.into_iter().map(|operation| operation.name).collect()
    }

    #[test]
    fn modules_are_services() {
        for (module, id) in [("S3", "s3"), ("States", "stepfunctions"), ("CloudWatchLogs", "logs"), ("SESV2", "sesv2")]
        {
            assert_eq!(service(module).map(Service::id), Some(id));
        }
        assert!(Aws.strange("Aws.Nothing.Client.new").is_some() && Aws.strange("Aws.config.update").is_none());
    }

    #[test]
    fn clients_perform() {
        let client = made("Aws.DynamoDB.Client.new");
        assert_eq!(names(&client, "put_item", &[text(Some("table_name"), "t")]), ["PutItem"]);
        assert_eq!(names(&client, "wait_until", &[text(None, "table_exists")]), ["DescribeTable"]);
        assert_eq!(Aws.method(&client, "config", &[]), None);
        assert_eq!(names(&made("Aws.S3.Presigner.new"), "presigned_url", &[text(None, "get_object")]), ["GetObject"]);
        assert_eq!(names(&made("Aws.SQS.QueuePoller.new"), "poll", &[]), ["ReceiveMessage", "DeleteMessage"]);
    }

    #[test]
    fn an_answer_is_read_in_snake_case() {
        let outcome =
            Aws.method(&made("Aws.SQS.Client.new"), "get_queue_url", &[text(Some("queue_name"), "q")]).unwrap();
        assert_eq!(outcome.value.member("queue_url").literal(), Some("q"));
    }

    #[test]
    fn another_roles_clients_need_nothing() {
        let credentials = Aws.call("Aws.AssumeRoleCredentials.new", &[text(Some("role_arn"), "r")]).unwrap();
        assert_eq!(credentials.operations[0].name, "AssumeRole");
        let given = [Argument { name: Some("credentials".into()), term: credentials.value }];
        let Term::Object(client) = Aws.call("Aws.S3.Client.new", &given).unwrap().value else { panic!() };
        assert_eq!(names(&client, "put_object", &[]), Vec::<SmolStr>::new());
    }
}
