//! Requests: what they were told is the input of the operation they are handed to.

use super::names::{V1, V2, at, gives, object};
use crate::{Argument, Library, Object, Outcome, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// Requests and the structures in them, both `java.request`.
pub struct Requests;

const CLASS: &str = "java.request";

/// Objects whose methods build a request by a function.
const BUILDERS: &[&str] = &["java.client:", "java.waiter:", "java.presigner", "java.transfer", "java.table"];

/// Methods of theirs whose functions see an answer.
const ANSWERED: &[&str] = &["stream", "then", "when", "forEach", "subscribe"];

/// Classes of the language itself, which `import …model.*` does not bring.
const LANGUAGE: &[&str] = &[
    "Boolean",
    "Double",
    "Exception",
    "Integer",
    "Long",
    "Math",
    "Object",
    "Override",
    "Runtime",
    "RuntimeException",
    "String",
    "StringBuilder",
    "System",
    "Thread",
    "Throwable",
    "Void",
];

impl Library for Requests {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let (_, rest) = symbol.strip_prefix(V2).or_else(|| symbol.strip_prefix(V1))?.split_once(".model.")?;
        let (class, method) = rest.split_once('.').unwrap_or((rest, "new"));
        if LANGUAGE.contains(&class) {
            return None;
        }
        match method {
            "builder" => Some(gives(Term::Object(object(CLASS)))),
            "new" => Some(gives(Term::Object(constructed(class, arguments)))),
            _ => None,
        }
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        if object.class != CLASS {
            return None;
        }
        let mut object = object.clone();
        if let [only] = arguments
            && !matches!(name, "build" | "toBuilder" | "copy" | "get")
        {
            let member = member(name);
            object.facts.insert(member, told(&only.term));
        } else if arguments.len() > 1 {
            let all = arguments.iter().map(|argument| told(&argument.term)).collect();
            object.facts.insert(member(name), Term::List(all));
        } else if arguments.is_empty() && !matches!(name, "build" | "toBuilder" | "copy") {
            let known = object.facts.get(&member(name)).cloned().unwrap_or_default();
            return Some(gives(known));
        }
        Some(gives(Term::Object(object)))
    }

    fn builder(&self, to: &Object, name: &str) -> Option<Object> {
        let builds = to.class == CLASS || BUILDERS.iter().any(|class| to.class.starts_with(class));
        (builds && !ANSWERED.iter().any(|word| name.contains(word))).then(|| object(CLASS))
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let (_, rest) = symbol.strip_prefix(V2).or_else(|| symbol.strip_prefix(V1))?.split_once(".model.")?;
        rest.ends_with("Request").then(|| object(CLASS))
    }
}

/// `withTableName`, `setTableName` and `tableName` all tell the table's name.
fn member(name: &str) -> SmolStr {
    let bare = ["with", "set", "get"].iter().find_map(|start| {
        name.strip_prefix(start).filter(|rest| rest.starts_with(|letter: char| letter.is_uppercase()))
    });
    bare.unwrap_or(name).into()
}

/// What a request was told, and the requests inside it, as a record.
pub(super) fn told(term: &Term) -> Term {
    match term {
        Term::Object(object) if object.class == CLASS => {
            Term::Record(object.facts.iter().map(|(name, term)| (name.clone(), told(term))).collect())
        }
        Term::List(items) => Term::List(items.iter().map(told).collect()),
        Term::Record(members) => Term::Record(members.iter().map(|(name, term)| (name.clone(), told(term))).collect()),
        Term::Any(terms) => Term::any(terms.iter().map(told)),
        other => other.clone(),
    }
}

/// The first generation's requests take what names their resource when they are made.
fn constructed(class: &str, arguments: &[Argument]) -> Object {
    let mut request = object(CLASS);
    for (name, argument) in positions(class).iter().zip(arguments) {
        request.facts.insert((*name).into(), told(&argument.term));
    }
    request
}

fn positions(class: &str) -> &'static [&'static str] {
    match class {
        "CopyObjectRequest" => &["SourceBucket", "SourceKey", "Bucket", "Key"],
        "PutObjectRequest"
        | "GetObjectRequest"
        | "DeleteObjectRequest"
        | "GetObjectMetadataRequest"
        | "GeneratePresignedUrlRequest"
        | "InitiateMultipartUploadRequest"
        | "GetObjectTaggingRequest"
        | "SetObjectTaggingRequest" => &["Bucket", "Key"],
        "DeleteObjectsRequest" | "ListObjectsRequest" | "ListObjectsV2Request" => &["Bucket"],
        "PutItemRequest"
        | "GetItemRequest"
        | "UpdateItemRequest"
        | "DeleteItemRequest"
        | "QueryRequest"
        | "ScanRequest"
        | "DescribeTableRequest" => &["TableName"],
        "SendMessageRequest"
        | "ReceiveMessageRequest"
        | "DeleteMessageRequest"
        | "SendMessageBatchRequest"
        | "DeleteMessageBatchRequest" => &["QueueUrl"],
        "PublishRequest" => &["TopicArn"],
        "GetQueueUrlRequest" => &["QueueName"],
        _ => &[],
    }
}

/// The input of an operation: of a request, or of plain arguments, as the first generation takes them.
pub(super) fn input(service: &str, method: &str, arguments: &[Argument]) -> Term {
    let first = at(arguments, 0);
    let request = first.each().iter().any(|term| matches!(term, Term::Object(object) if object.class == CLASS));
    if request {
        return renamed(&told(&first));
    }
    let names: &[&str] = match (service, method) {
        ("s3", "copyObject") => &["SourceBucket", "SourceKey", "Bucket", "Key"],
        ("s3", _) => &["Bucket", "Key"],
        ("dynamodb", _) => &["TableName"],
        ("sqs", "getQueueUrl") => &["QueueName"],
        ("sqs", _) => &["QueueUrl"],
        ("sns", _) => &["TopicArn"],
        _ => &[],
    };
    let given = names.iter().zip(arguments).filter(|(_, argument)| argument.term != Term::Function);
    renamed(&Term::Record(given.map(|(name, argument)| ((*name).into(), argument.term.clone())).collect()))
}

/// The API's names for what the SDKs call otherwise.
fn renamed(input: &Term) -> Term {
    let Term::Record(members) = input else { return input.clone() };
    let mut renamed: BTreeMap<SmolStr, Term> = BTreeMap::new();
    for (name, term) in members {
        let api = match name.as_str() {
            "BucketName" | "bucketName" | "DestinationBucketName" | "destinationBucket" | "DestinationBucket" => {
                "Bucket"
            }
            "DestinationKey" | "destinationKey" => "Key",
            "CannedAcl" | "AccessControlList" | "acl" => "ACL",
            "SourceBucketName" | "sourceBucket" => "SourceBucket",
            "sourceKey" => "SourceKey",
            other => other,
        };
        renamed.insert(api.into(), term.clone());
    }
    if let (Some(Term::Text(bucket)), Some(key)) = (renamed.get("SourceBucket").cloned(), renamed.get("SourceKey")) {
        let mut source = bucket;
        source.0.push(crate::Piece::Literal("/".into()));
        match key {
            Term::Text(key) => source.0.extend(key.0.iter().cloned()),
            _ => source.0.push(crate::Piece::Hole),
        }
        renamed.insert("CopySource".into(), Term::Text(source));
    }
    Term::Record(renamed)
}
