//! Layers over DynamoDB: the enhanced client of the second generation; the mapper and the documents of the first.

use super::names::{at, gives, object};
use crate::aws::{Service, perform};
use crate::libraries::given::{member, record};
use crate::{Argument, Library, Object, Outcome, Term};
use smol_str::SmolStr;

/// Requests of the enhanced client that hold several items.
const REQUEST: &str = "java.enhanced.request";
const ITEMS: &str = "TransactItems";

/// `java.enhanced` and `java.documents` give tables (`java.table`), tables give indexes; `java.mapper` maps classes.
pub struct Layers;

impl Library for Layers {
    fn call(&self, symbol: &str, _: &[Argument]) -> Option<Outcome> {
        let (class, method) = split(symbol);
        if class == "software.amazon.awssdk.enhanced.dynamodb.model" && method.ends_with("EnhancedRequest.builder") {
            return Some(gives(Term::Object(object(REQUEST))));
        }
        let made = match (class, method) {
            (
                "software.amazon.awssdk.enhanced.dynamodb",
                "DynamoDbEnhancedClient.create" | "DynamoDbEnhancedClient.builder",
            ) => "java.enhanced",
            (
                "software.amazon.awssdk.enhanced.dynamodb",
                "DynamoDbEnhancedAsyncClient.create" | "DynamoDbEnhancedAsyncClient.builder",
            ) => "java.enhanced",
            ("com.amazonaws.services.dynamodbv2.document", "DynamoDB") => "java.documents",
            ("com.amazonaws.services.dynamodbv2.datamodeling", "DynamoDBMapper" | "DynamoDBMapper.builder") => {
                "java.mapper"
            }
            _ => return None,
        };
        Some(gives(Term::Object(object(made))))
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        match object.class.as_str() {
            "java.enhanced" | "java.documents" => Some(on_client(object, name, arguments)),
            "java.table" => Some(on_table(object, name, arguments)),
            "java.mapper" => Some(mapped(name, arguments)),
            REQUEST => Some(gives(Term::Object(item_added(object, name, arguments)))),
            _ => None,
        }
    }

    fn builder(&self, to: &Object, name: &str) -> Option<Object> {
        let many = name.starts_with("transact") || name.starts_with("batch");
        (to.class == "java.enhanced" && many).then(|| object(REQUEST))
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let (class, name) = split(symbol);
        let made = match (class, name) {
            ("software.amazon.awssdk.enhanced.dynamodb", "DynamoDbEnhancedClient" | "DynamoDbEnhancedAsyncClient") => {
                "java.enhanced"
            }
            ("software.amazon.awssdk.enhanced.dynamodb", "DynamoDbTable" | "DynamoDbAsyncTable" | "DynamoDbIndex") => {
                "java.table"
            }
            ("com.amazonaws.services.dynamodbv2.document", "DynamoDB") => "java.documents",
            ("com.amazonaws.services.dynamodbv2.document", "Table" | "Index") => "java.table",
            ("com.amazonaws.services.dynamodbv2.datamodeling", "DynamoDBMapper" | "IDynamoDBMapper") => "java.mapper",
            _ => return None,
        };
        Some(object(made))
    }
}

/// A symbol's package, and the class and method in it.
fn split(symbol: &str) -> (&str, &str) {
    let class = symbol.char_indices().find(|(at, letter)| letter.is_uppercase() && symbol[..*at].ends_with('.'));
    class.map_or((symbol, ""), |(at, _)| (&symbol[..at - 1], &symbol[at..]))
}

fn on_client(client: &Object, name: &str, arguments: &[Argument]) -> Outcome {
    match name {
        "table" | "getTable" => gives(table("TableName", &at(arguments, 0), None)),
        "batchGetItem" => done("BatchGetItem", client),
        "batchWriteItem" => done("BatchWriteItem", client),
        "transactGetItems" | "transactWriteItems" => transacted(name, &at(arguments, 0)),
        "listTables" => done("ListTables", client),
        _ => gives(Term::Object(client.clone())),
    }
}

fn table(fact: &str, name: &Term, of: Option<&Object>) -> Term {
    let mut made = object("java.table");
    made.facts.extend(of.map(|of| of.facts.clone()).unwrap_or_default());
    made.facts.insert(fact.into(), name.clone());
    Term::Object(made)
}

fn on_table(table_object: &Object, name: &str, arguments: &[Argument]) -> Outcome {
    let bare = name.strip_suffix("WithResponse").unwrap_or(name);
    match bare {
        "getItem" => done("GetItem", table_object),
        "putItem" => done("PutItem", table_object),
        "updateItem" => done("UpdateItem", table_object),
        "deleteItem" => done("DeleteItem", table_object),
        "query" => done("Query", table_object),
        "scan" => done("Scan", table_object),
        "createTable" => done("CreateTable", table_object),
        "deleteTable" => done("DeleteTable", table_object),
        "describeTable" | "describe" => done("DescribeTable", table_object),
        "index" | "getIndex" => gives(table("IndexName", &at(arguments, 0), Some(table_object))),
        _ => Outcome::default(),
    }
}

/// Keeps an item that a transaction is told: `addPutItem(table, item)`.
fn item_added(request: &Object, name: &str, arguments: &[Argument]) -> Object {
    let kind = match name {
        "addPutItem" => "Put",
        "addUpdateItem" => "Update",
        "addDeleteItem" => "Delete",
        "addConditionCheck" => "ConditionCheck",
        "addGetItem" => "Get",
        _ => return request.clone(),
    };
    let table = member(&at(arguments, 0), "TableName");
    let item = record([(kind, record([("TableName", table)]))]);
    let mut request = request.clone();
    let items = match request.facts.remove(ITEMS) {
        Some(Term::List(mut items)) => {
            items.push(item);
            items
        }
        _ => vec![item],
    };
    request.facts.insert(ITEMS.into(), Term::List(items));
    request
}

fn transacted(name: &str, request: &Term) -> Outcome {
    let operation = if name == "transactGetItems" { "TransactGetItems" } else { "TransactWriteItems" };
    match request {
        Term::Object(request) if request.class == REQUEST => done(operation, request),
        _ => done(operation, &object("java.enhanced")),
    }
}

/// The mapper's tables are named by its classes, which are not followed. `save` updates by default (DynamoDBMapper, class
/// `SaveBehavior`).
///
/// An object whose key the mapper makes is put where it has none yet (class `DynamoDBAutoGeneratedKey`).
fn mapped(name: &str, arguments: &[Argument]) -> Outcome {
    let generated =
        |term: &Term| matches!(term, Term::Record(members) if members.contains_key("[DynamoDBAutoGeneratedKey]"));
    if name == "save" && at(arguments, 0).each().iter().any(generated) {
        let mut outcome = done("PutItem", &object("java.mapper"));
        outcome.operations.extend(done("UpdateItem", &object("java.mapper")).operations);
        return outcome;
    }
    let operation = match name {
        "save" => "UpdateItem",
        "load" => "GetItem",
        "delete" => "DeleteItem",
        "query" | "queryPage" => "Query",
        "scan" | "scanPage" | "parallelScan" => "Scan",
        "count" => "Query",
        "batchLoad" => "BatchGetItem",
        "batchSave" | "batchWrite" | "batchDelete" => "BatchWriteItem",
        "transactionWrite" => "TransactWriteItems",
        "transactionLoad" => "TransactGetItems",
        _ => return Outcome::default(),
    };
    done(operation, &object("java.mapper"))
}

fn done(operation: &str, of: &Object) -> Outcome {
    let Some(service) = Service::by_id("dynamodb") else { return Outcome::default() };
    let facts: Vec<(SmolStr, Term)> = of.facts.iter().map(|(name, term)| (name.clone(), term.clone())).collect();
    let input = Term::Record(facts.into_iter().collect());
    Outcome { operations: vec![perform(service, operation, &input)], ..Outcome::default() }
}
