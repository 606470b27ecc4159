//! AWS's SDKs for Go. Packages are folders named after services; a client's class says the generation and the service:
//! `go.v2:dynamodb`, `go.v1:s3`. Their helpers are `go.paginator:dynamodb.Query`, `go.waiter:…`, `go.presign:s3`, `go.transfer:s3`.

mod names; // folders of services
mod client; // operations by their names
mod helper; // paginators, waiters, presigned requests
mod transfer; // managers of transfers
mod session; // configuration and credentials

use super::symbol::Symbol;
use crate::{Argument, Library, Object, Outcome};

/// Both generations.
pub struct Aws;

/// The first part of an import's path.
const V2: &str = "github.com/aws/aws-sdk-go-v2/";
const V1: &str = "github.com/aws/aws-sdk-go/";

/// The class of clients that act for another role.
const OF_OTHERS: &str = "go.others";

impl Library for Aws {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let symbol = Symbol::read(symbol)?;
        transfer::call(symbol)
            .or_else(|| helper::call(symbol, arguments))
            .or_else(|| client::make(symbol, arguments))
            .or_else(|| session::call(symbol, arguments))
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        if object.class == OF_OTHERS {
            return Some(Outcome::default());
        }
        let (form, of) = object.class.strip_prefix("go.")?.split_once(':')?;
        match form {
            "v2" => client::perform_v2(of, name, arguments),
            "v1" => client::perform_v1(of, name, arguments),
            "paginator" | "waiter" => helper::perform(of, name, object, arguments),
            "presign" => helper::presign(of, name, arguments),
            "transfer" => transfer::perform(name, arguments),
            _ => None,
        }
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let symbol = Symbol::read(symbol)?;
        transfer::instance(symbol).or_else(|| helper::instance(symbol)).or_else(|| client::instance(symbol))
    }

    fn telling(&self, method: &str) -> bool {
        TELLING.contains(&method)
    }
}

/// Methods that hardly anything but a client has.
const TELLING: &[&str] = &[
    "BatchGetItemWithContext",
    "BatchWriteItem",
    "BatchWriteItemWithContext",
    "DeleteItemWithContext",
    "DescribeTable",
    "GetItemWithContext",
    "GetObjectRequest",
    "GetObjectWithContext",
    "GetSecretValue",
    "GetSecretValueWithContext",
    "HeadObject",
    "ListObjectsV2",
    "ListObjectsV2Pages",
    "PublishWithContext",
    "PutItemWithContext",
    "PutObjectRequest",
    "PutObjectWithContext",
    "QueryPages",
    "QueryWithContext",
    "ScanPages",
    "ScanWithContext",
    "SendMessageBatch",
    "SendMessageWithContext",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItemWithContext",
];
