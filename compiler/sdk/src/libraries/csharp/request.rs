//! Requests: records that are set member by member, or told what names their resource when they are made.

use super::names::{given, last};
use crate::libraries::given::{joined, text, value};
use crate::{Argument, Library, Object, Outcome, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// Requests and the structures in them, all of them records.
pub struct Requests;

/// Structures inside requests, whose names do not say so.
const STRUCTURES: &[&str] = &[
    "ConditionCheck",
    "Delete",
    "Get",
    "KeyVersion",
    "KeysAndAttributes",
    "ParameterizedStatement",
    "Put",
    "TransactGetItem",
    "TransactWriteItem",
    "Update",
];

impl Library for Requests {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let class = last(symbol);
        let request = class.ends_with("Request") || STRUCTURES.contains(&class);
        // A member of a class is no class.
        let made = request && !symbol.rsplit('.').nth(1).is_some_and(|owner| owner.ends_with("Client"));
        made.then(|| value(constructed(class, arguments)))
    }

    fn method(&self, _: &Object, _: &str, _: &[Argument]) -> Option<Outcome> {
        None
    }
}

/// What a request is told when it is made.
fn constructed(class: &str, arguments: &[Argument]) -> Term {
    let names: &[&str] = match class {
        "PutItemRequest"
        | "GetItemRequest"
        | "UpdateItemRequest"
        | "DeleteItemRequest"
        | "QueryRequest"
        | "ScanRequest"
        | "DescribeTableRequest"
        | "DeleteTableRequest"
        | "CreateTableRequest" => &["TableName"],
        "BatchGetItemRequest" | "BatchWriteItemRequest" => &["RequestItems"],
        "SendMessageRequest"
        | "ReceiveMessageRequest"
        | "DeleteMessageRequest"
        | "SendMessageBatchRequest"
        | "DeleteMessageBatchRequest"
        | "ChangeMessageVisibilityRequest"
        | "GetQueueAttributesRequest" => &["QueueUrl"],
        "GetQueueUrlRequest" | "CreateQueueRequest" => &["QueueName"],
        "PublishRequest" | "SubscribeRequest" => &["TopicArn"],
        "CreateTopicRequest" => &["Name"],
        _ => &[],
    };
    let told = names.iter().enumerate().map(|(at, name)| (SmolStr::from(*name), given(arguments, at, name)));
    Term::Record(told.filter(|(_, term)| *term != Term::Unknown).collect())
}

/// The input of an operation: of a request, or of plain arguments.
pub(super) fn input(service: &str, method: &str, arguments: &[Argument]) -> Term {
    let first = arguments.first().map(|argument| argument.term.clone()).unwrap_or_default();
    let requests: Vec<Term> = first.each().iter().filter(|term| matches!(term, Term::Record(_))).cloned().collect();
    let only_items = service == "dynamodb" && method.starts_with("Batch") && !is_request(&first);
    if !requests.is_empty() && !only_items {
        return Term::any(requests.iter().map(|request| renamed(service, request)));
    }
    let names: &[&str] = match (service, method) {
        ("s3", "CopyObject") => &["SourceBucket", "SourceKey", "DestinationBucket", "DestinationKey"],
        ("s3", "ListObjects" | "ListObjectsV2" | "GetAllObjectKeys") => &["BucketName", "Prefix"],
        ("s3", _) => &["BucketName", "Key"],
        ("dynamodb", "BatchGetItem" | "BatchWriteItem") => &["RequestItems"],
        ("dynamodb", "TransactWriteItems" | "TransactGetItems" | "ExecuteStatement") => &[],
        ("dynamodb", "ExecuteTransaction" | "BatchExecuteStatement") => &[],
        ("dynamodb", _) => &["TableName"],
        ("sqs", "GetQueueUrl" | "CreateQueue") => &["QueueName"],
        ("sqs", _) => &["QueueUrl"],
        ("sns", "CreateTopic") => &["Name"],
        ("sns", _) => &["TopicArn"],
        _ => &[],
    };
    let mut members: BTreeMap<SmolStr, Term> =
        names.iter().enumerate().map(|(at, name)| ((*name).into(), given(arguments, at, name))).collect();
    if let (("s3", "GetObject" | "GetObjectMetadata" | "DeleteObject"), Term::Text(version)) =
        ((service, method), given(arguments, 2, "versionId"))
    {
        members.insert("VersionId".into(), Term::Text(version));
    }
    renamed(service, &Term::Record(members))
}

/// Whether a record is a request rather than the one member that is given in its place.
fn is_request(term: &Term) -> bool {
    term.each().iter().any(|term| matches!(term, Term::Record(members) if members.contains_key("RequestItems")))
}

/// The API's names for what the SDK calls otherwise.
fn renamed(service: &str, input: &Term) -> Term {
    let Term::Record(members) = input else { return input.clone() };
    if service != "s3" {
        return input.clone();
    }
    let mut renamed: BTreeMap<SmolStr, Term> = BTreeMap::new();
    for (name, term) in members {
        match name.as_str() {
            "BucketName" | "DestinationBucket" => renamed.insert("Bucket".into(), term.clone()),
            "DestinationKey" => renamed.insert("Key".into(), term.clone()),
            "CannedACL" => renamed.insert("ACL".into(), term.clone()),
            "TagSet" => renamed.insert("Tagging".into(), term.clone()),
            "Objects" => {
                let objects = Term::Record(BTreeMap::from([("Objects".into(), term.clone())]));
                renamed.insert("Delete".into(), objects)
            }
            other => renamed.insert(other.into(), term.clone()),
        };
    }
    if let Some(bucket) = members.get("SourceBucket") {
        let key = members.get("SourceKey").cloned().unwrap_or_default();
        renamed.insert("CopySource".into(), joined([bucket, &text("/"), &key]));
    }
    Term::Record(renamed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libraries::given::record;

    fn argument(term: Term) -> Argument {
        Argument { name: None, term }
    }

    #[test]
    fn plain_arguments_are_members_by_position() {
        let plain = [argument(text("photos")), argument(text("a.png")), argument(text("v1"))];
        let expected = record([("Bucket", text("photos")), ("Key", text("a.png")), ("VersionId", text("v1"))]);
        assert_eq!(input("s3", "GetObject", &plain), expected);
    }

    #[test]
    fn a_copy_has_a_source() {
        let request = record([("SourceBucket", text("a")), ("SourceKey", text("b")), ("DestinationBucket", text("c"))]);
        let copied = input("s3", "CopyObject", &[argument(request)]);
        let Term::Record(members) = copied else { panic!("no record") };
        assert_eq!(members["CopySource"], text("a/b"));
        assert_eq!(members["Bucket"], text("c"));
    }
}
