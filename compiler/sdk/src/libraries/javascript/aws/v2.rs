//! The second generation: `aws-sdk`. A method makes a request, and who makes one sends it.

use super::{OF_OTHERS, assumed, assumes, client, document, names};
use crate::aws::{Service, answer, perform, signed, transfer};
use crate::libraries::javascript::given::{asked, at, done, member, object, text, unresolved, value};
use crate::{Argument, Library, Object, Operation, Outcome, Term};
use std::collections::BTreeMap;

/// `aws-sdk`.
pub struct Version2;

const REQUEST: &str = "aws.v2.request";
const DOCUMENT: &str = "aws.v2.document:dynamodb";
const UPLOAD: &str = "aws.v2.upload";
const DATABASE_SIGNER: &str = "aws.v2.database-signer";
const SIGNER: &str = "aws.v2.signer";

impl Library for Version2 {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let (class, inner) = class(symbol)?;
        match (class, inner) {
            ("ChainableTemporaryCredentials" | "TemporaryCredentials", "") => Some(assume(&at(arguments, 0))),
            ("CognitoIdentityCredentials" | "WebIdentityCredentials", "") => Some(value(assumed())),
            ("Credentials", "") if arguments.iter().any(|argument| assumes(&argument.term, 0)) => {
                Some(value(assumed()))
            }
            ("Signers", "V4") => {
                let service = BTreeMap::from([("service".into(), at(arguments, 1))]);
                Some(value(object(SIGNER, service)))
            }
            _ => made(names::of_class(class)?, inner, arguments),
        }
    }

    fn method(&self, of: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        match of.class.as_str() {
            REQUEST => Some(value(of.facts.get("answer").filter(|_| name == "promise").cloned().unwrap_or_default())),
            UPLOAD => matches!(name, "send" | "promise").then(|| done(vec![uploaded(&Term::Record(of.facts.clone()))])),
            DATABASE_SIGNER => (name == "getAuthToken").then(|| token(of, &at(arguments, 0))),
            SIGNER => (name == "addAuthorization").then(|| authorised(of)),
            OF_OTHERS => Some(Outcome::default()),
            DOCUMENT => {
                let service = Service::by_id("dynamodb")?;
                requested(service, document::operation(name)?, of, arguments)
            }
            class => of_service(Service::by_id(class.strip_prefix("aws.v2:")?)?, name, of, arguments),
        }
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let (class, inner) = class(symbol)?;
        match made(names::of_class(class)?, inner, &[])?.value {
            Term::Object(object) => Some(object),
            _ => None,
        }
    }

    fn telling(&self, method: &str) -> bool {
        TELLING.contains(&method)
    }
}

/// Methods that hardly anything but a client has.
const TELLING: &[&str] = &[
    "adminCreateUser",
    "adminGetUser",
    "batchGetItem",
    "batchWriteItem",
    "createPresignedPost",
    "deleteItem",
    "deleteMessageBatch",
    "describeTable",
    "getQueueUrl",
    "getSecretValue",
    "getSignedUrlPromise",
    "headObject",
    "listObjectsV2",
    "postToConnection",
    "putEvents",
    "putItem",
    "sendMessageBatch",
    "startExecution",
    "transactWriteItems",
    "updateItem",
];

/// The class that a symbol names and what is inside it: `DynamoDB` and `DocumentClient`.
fn class(symbol: &str) -> Option<(&str, &str)> {
    if let Some(inner) = symbol.strip_prefix("dynamodb-doc.") {
        return (inner == "DynamoDB").then_some(("DynamoDB", ""));
    }
    if symbol == "aws-sdk/lib/dynamodb/document_client"
        || symbol == "aws-sdk/lib/dynamodb/document_client.DocumentClient"
    {
        return Some(("DynamoDB", "DocumentClient"));
    }
    let rest = symbol.strip_prefix("aws-sdk")?;
    let rest = rest.strip_prefix("/clients/all").or_else(|| rest.strip_prefix("/global")).unwrap_or(rest);
    let path = rest.strip_prefix('.').or_else(|| rest.strip_prefix("/clients/"))?;
    let (class, inner) = path.split_once('.').unwrap_or((path, ""));
    let inner = inner.strip_prefix("js").map_or(inner, |inner| inner.trim_start_matches('.'));
    Some((class, inner))
}

/// What making an object of a service's class gives.
fn made(service: &Service, inner: &str, arguments: &[Argument]) -> Option<Outcome> {
    match (service.id(), inner) {
        (_, "") => Some(client("aws.v2", service, arguments)),
        ("dynamodb", "DocumentClient") => Some(client("aws.v2.document", service, arguments)),
        ("s3", "ManagedUpload") => {
            let upload = uploaded(&member(&at(arguments, 0), "params"));
            Some(value(object(UPLOAD, upload.input)))
        }
        ("rds", "Signer") => Some(value(object(DATABASE_SIGNER, perform(service, "", &at(arguments, 0)).input))),
        _ => None,
    }
}

/// A method of a service's client.
fn of_service(service: &'static Service, name: &str, of: &Object, arguments: &[Argument]) -> Option<Outcome> {
    match name {
        "waitFor" => Some(by_name(of, &at(arguments, 0), &at(arguments, 1), |state| service.waiter(state), service)),
        "makeRequest" | "getSignedUrl" | "getSignedUrlPromise" => {
            Some(by_name(of, &at(arguments, 0), &at(arguments, 1), |name| service.operation(name), service))
        }
        "makeUnauthenticatedRequest" => Some(Outcome::default()),
        "upload" if service.id() == "s3" => {
            let mut upload = uploaded(&at(arguments, 0));
            bind(&mut upload, of);
            Some(sent(vec![upload]))
        }
        "createPresignedPost" if service.id() == "s3" => Some(done(vec![posted(of, &at(arguments, 0))])),
        _ => requested(service, service.operation(name)?, of, arguments),
    }
}

/// An operation by its own method; the first argument may be the callback already.
fn requested(service: &Service, operation: &str, of: &Object, arguments: &[Argument]) -> Option<Outcome> {
    let mut operation = perform(service, operation, &at(arguments, 0));
    bind(&mut operation, of);
    Some(sent(vec![operation]))
}

/// Parameters that the client was made with stand for those that a call leaves out.
fn bind(operation: &mut Operation, of: &Object) {
    for term in of.facts.get("params").map(Term::each).unwrap_or_default() {
        let Term::Record(members) = term else { continue };
        for (name, term) in members {
            operation.input.entry(name.clone()).or_insert_with(|| term.clone());
        }
    }
}

/// Operations, and the request object that their answer comes out of.
fn sent(operations: Vec<Operation>) -> Outcome {
    let known = operations.iter().map(answer).find(|known| *known != Term::Unknown);
    let facts = known.map(|known| ("answer".into(), known)).into_iter().collect();
    Outcome { value: object(REQUEST, facts), operations, ..Outcome::default() }
}

/// An operation that an argument names.
fn by_name(
    of: &Object,
    name: &Term,
    input: &Term,
    find: impl Fn(&str) -> Option<&'static str>,
    service: &Service,
) -> Outcome {
    let found: Option<Vec<&str>> = name.each().iter().map(|name| find(name.literal()?)).collect();
    let Some(found) = found else { return unresolved("it is not known which operation this is") };
    let operations = found.into_iter().map(|operation| {
        let mut operation = perform(service, operation, input);
        bind(&mut operation, of);
        operation
    });
    sent(operations.collect())
}

fn uploaded(params: &Term) -> Operation {
    transfer::upload(member(params, "Bucket"), member(params, "Key"), &Term::Unknown)
}

/// Who signs a form gives away what they may do themselves.
fn posted(of: &Object, params: &Term) -> Operation {
    let key = member(&member(params, "Fields"), "key");
    let mut upload = transfer::upload(member(params, "Bucket"), key, &Term::Unknown);
    bind(&mut upload, of);
    upload
}

/// Credentials of a role, which is assumed when they are first used.
fn assume(options: &Term) -> Outcome {
    let params = match member(options, "params") {
        Term::Unknown => options.clone(),
        params => params,
    };
    Outcome { operations: asked("sts", &["AssumeRole"], &params), value: assumed(), ..Outcome::default() }
}

fn token(of: &Object, options: &Term) -> Outcome {
    let given = |name: &str| match member(options, name) {
        Term::Unknown => of.facts.get(name).cloned().unwrap_or_default(),
        known => known,
    };
    let input = [("DBHostname".into(), given("hostname")), ("DBUsername".into(), given("username"))];
    done(vec![signed("rds-db", &Term::Record(input.into()))])
}

/// A request that is signed by hand: with what method is set on it later.
fn authorised(of: &Object) -> Outcome {
    match of.facts.get("service").and_then(Term::literal) {
        Some("es") => done(vec![signed("es", &Term::Record(BTreeMap::from([("Method".into(), text("POST"))])))]),
        Some(service) => done(vec![signed(service, &Term::Unknown)]),
        None => unresolved("it is not known for which service this signs"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libraries::javascript::given::record;

    fn argument(term: Term) -> Argument {
        Argument { name: None, term }
    }

    fn object_of(symbol: &str, arguments: &[Argument]) -> Object {
        match Version2.call(symbol, arguments).unwrap().value {
            Term::Object(object) => object,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn clients_are_made_by_every_import() {
        for symbol in ["aws-sdk.S3", "aws-sdk/clients/s3", "aws-sdk/clients/all.S3"] {
            assert_eq!(object_of(symbol, &[]).class, "aws.v2:s3");
        }
        for symbol in ["aws-sdk.DynamoDB.DocumentClient", "aws-sdk/clients/dynamodb.DocumentClient"] {
            assert_eq!(object_of(symbol, &[]).class, DOCUMENT);
        }
        assert_eq!(object_of("dynamodb-doc.DynamoDB", &[]).class, "aws.v2:dynamodb");
        assert!(Version2.call("aws-sdk.CloudFront.Signer", &[]).is_none());
        assert!(Version2.call("aws-sdk.config.update", &[]).is_none());
        assert!(Version2.instance("aws-sdk.S3.GetObjectRequest").is_none());
    }

    #[test]
    fn bound_parameters_fill_what_a_call_leaves_out() {
        let params = record([("params", record([("Bucket", text("photos"))]))]);
        let s3 = object_of("aws-sdk.S3", &[argument(params)]);
        let got = Version2.method(&s3, "getObject", &[argument(record([("Key", text("a"))]))]).unwrap();
        assert_eq!(got.operations[0].input["Bucket"], text("photos"));
        assert_eq!(got.operations[0].input["Key"], text("a"));
    }

    #[test]
    fn signed_urls_name_their_operation() {
        let s3 = object_of("aws-sdk.S3", &[]);
        let url = Version2.method(&s3, "getSignedUrl", &[argument(text("putObject"))]).unwrap();
        assert_eq!(url.operations[0].name, "PutObject");
        assert!(Version2.method(&s3, "getSignedUrl", &[]).unwrap().unresolved.is_some());
        let waited = Version2.method(&s3, "waitFor", &[argument(text("objectExists"))]).unwrap();
        assert_eq!(waited.operations[0].name, "HeadObject");
    }

    #[test]
    fn a_client_of_another_role_needs_nothing() {
        let role = asked("sts", &["AssumeRole"], &Term::Unknown);
        let key = member(&member(&answer(&role[0]), "Credentials"), "AccessKeyId");
        let s3 = object_of("aws-sdk.S3", &[argument(record([("accessKeyId", key)]))]);
        assert_eq!(Version2.method(&s3, "getObject", &[]), Some(Outcome::default()));
    }

    #[test]
    fn sets_and_configuration_do_nothing() {
        let document = object_of("aws-sdk.DynamoDB.DocumentClient", &[]);
        assert!(Version2.method(&document, "createSet", &[]).is_none());
        assert_eq!(Version2.method(&document, "batchWrite", &[]).unwrap().operations[0].name, "BatchWriteItem");
    }
}
