//! What the methods of models and items perform.

use super::{ITEM, at, done, object, performed, request, value};
use crate::{Argument, Object, Outcome, Term};

/// A method of a model.
pub fn of_model(dialect: &str, of: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
    match dialect {
        "dynamoose" | "vogels" => with_items(dialect, of, name),
        "electrodb" => electrodb(name, &at(arguments, 0)).map(|operation| value(request(operation, of))),
        "toolbox" if name == "build" => command(&at(arguments, 0)).map(|operation| value(request(operation, of))),
        "onetable" if matches!(name, "getModel" | "model") => Some(value(Term::Object(of.clone()))),
        _ => plain(name).map(|operation| done(vec![performed(operation, of)])),
    }
}

/// Models that make items, and requests that are sent by `exec`.
fn with_items(dialect: &str, of: &Object, name: &str) -> Option<Outcome> {
    let item = || object(format!("{ITEM}{dialect}"), of.facts.clone());
    let operation = match name {
        "()" => return Some(value(item())),
        "query" | "queryOne" | "parallelScan" | "scan" => {
            let operation = if name.starts_with("query") { "Query" } else { "Scan" };
            return Some(value(request(operation, of)));
        }
        "create" => "PutItem",
        "get" => "GetItem",
        "batchGet" | "getItems" => "BatchGetItem",
        "batchPut" | "batchDelete" => "BatchWriteItem",
        "update" => "UpdateItem",
        "delete" | "remove" | "destroy" => "DeleteItem",
        "createTable" => "CreateTable",
        "describeTable" => "DescribeTable",
        _ => return None,
    };
    Some(Outcome { value: item(), ..done(vec![performed(operation, of)]) })
}

/// A method of an item.
pub fn of_item(dialect: &str, name: &str) -> Option<&'static str> {
    Some(match (dialect, name) {
        (_, "save" | "put") => "PutItem",
        (_, "update") => "UpdateItem",
        (_, "delete" | "destroy" | "remove") => "DeleteItem",
        _ => return None,
    })
}

/// What ElectroDB asks for: one item, or a list of them.
fn electrodb(name: &str, given: &Term) -> Option<&'static str> {
    let several = matches!(given, Term::List(_));
    Some(match (name, several) {
        ("get", false) => "GetItem",
        ("get", true) => "BatchGetItem",
        ("put" | "create", false) => "PutItem",
        ("delete" | "remove", false) => "DeleteItem",
        ("put" | "create" | "delete" | "remove", true) => "BatchWriteItem",
        ("update" | "patch" | "upsert", _) => "UpdateItem",
        ("find" | "match", _) => "Query",
        _ => return None,
    })
}

/// The operation of a command's class: `PutItemCommand`, `UpdateAttributesCommand`.
fn command(class: &Term) -> Option<&'static str> {
    let Term::Symbol(symbol) = class else { return None };
    let name = symbol.rsplit(['.', '/']).next()?.trim_end_matches("Command");
    Some(match name {
        "PutItem" => "PutItem",
        "GetItem" => "GetItem",
        "UpdateItem" | "UpdateAttributes" => "UpdateItem",
        "DeleteItem" => "DeleteItem",
        "Query" => "Query",
        "Scan" => "Scan",
        "BatchGet" => "BatchGetItem",
        "BatchWrite" => "BatchWriteItem",
        _ => return None,
    })
}

/// Models whose methods ask at once.
fn plain(name: &str) -> Option<&'static str> {
    Some(match name {
        "put" | "create" | "putItem" => "PutItem",
        "get" | "findOne" | "exists" | "getItem" => "GetItem",
        "update" | "upsert" | "updateItem" => "UpdateItem",
        "delete" | "remove" | "deleteItem" => "DeleteItem",
        "query" | "find" | "count" | "queryItems" => "Query",
        "scan" | "parallelScan" | "scanItems" => "Scan",
        "batchGet" | "read" => "BatchGetItem",
        "batchPut" | "batchDelete" | "batchWrite" | "write" => "BatchWriteItem",
        _ => return None,
    })
}
