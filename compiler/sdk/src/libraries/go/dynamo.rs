//! guregu/dynamo: tables, and requests that are built call by call and then run.
//!
//! Classes are `go.dynamo:db`, `go.dynamo:table`, and a request's verb: `go.dynamo:get`, `go.dynamo:put`, …. A request's facts
//! are the inputs of its operation.

use super::symbol::Symbol;
use crate::libraries::given::{asked, assumed, at, done, object, plain, record, value};
use crate::{Argument, Library, Object, Outcome, Term};
use smol_str::{SmolStr, format_smolstr};
use std::collections::BTreeMap;

/// guregu/dynamo.
pub struct Dynamo;

/// Methods by which a request is run.
const RUNS: &[&str] = &[
    "All",
    "AllWithLastEvaluatedKey",
    "AllParallel",
    "AllParallelWithLastEvaluatedKeys",
    "Count",
    "CurrentValue",
    "Iter",
    "IterParallel",
    "OldValue",
    "OnlyUpdatedOldValue",
    "OnlyUpdatedValue",
    "One",
    "Run",
    "Value",
    "ValueOnConditionFail",
    "Wait",
];

impl Library for Dynamo {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let symbol = Symbol::read(symbol).filter(|symbol| symbol.package == "github.com/guregu/dynamo")?;
        let makes = matches!(symbol.name, "New" | "NewFromIface");
        makes.then(|| value(plain(if assumed(arguments) { "go.others" } else { "go.dynamo:db" })))
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        match object.class.strip_prefix("go.dynamo:")? {
            "db" => Some(of_database(name, arguments)),
            "table" => Some(of_table(object, name)),
            "transaction" => Some(in_transaction(object, name, arguments)),
            "batch" => Some(of_batch(object, name)),
            verb => Some(of_request(verb, object, name, arguments)),
        }
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let symbol = Symbol::read(symbol).filter(|symbol| symbol.package == "github.com/guregu/dynamo")?;
        let class = match symbol.name {
            "DB" => "go.dynamo:db",
            "Table" => "go.dynamo:table",
            "Query" => "go.dynamo:get",
            "Scan" => "go.dynamo:scan",
            "Put" => "go.dynamo:put",
            "Update" => "go.dynamo:update",
            "Delete" => "go.dynamo:delete",
            "Batch" => "go.dynamo:batch",
            "BatchGet" => "go.dynamo:batchget",
            "BatchWrite" => "go.dynamo:batchwrite",
            "WriteTx" | "GetTx" => "go.dynamo:transaction",
            _ => return None,
        };
        Some(Object { class: class.into(), facts: BTreeMap::new() })
    }
}

fn of_database(name: &str, arguments: &[Argument]) -> Outcome {
    let table = |class: &str| value(object(class, BTreeMap::from([("TableName".into(), at(arguments, 0))])));
    match name {
        "Table" => table("go.dynamo:table"),
        "CreateTable" => table("go.dynamo:create"),
        "ListTables" => value(plain("go.dynamo:list")),
        "WriteTx" | "GetTx" => {
            let verb = if name == "GetTx" { "TransactGetItems" } else { "TransactWriteItems" };
            let facts = BTreeMap::from([("verb".into(), crate::libraries::given::text(verb))]);
            value(object("go.dynamo:transaction", facts))
        }
        "Client" => value(plain("go.v2:dynamodb")),
        _ => Outcome::default(),
    }
}

/// `table.Get(key, value)` and its like: a request with the table's name.
fn of_table(table: &Object, name: &str) -> Outcome {
    let verb = match name {
        "Get" | "Put" | "Update" | "Delete" | "Scan" | "Batch" | "Check" | "Describe" => name.to_lowercase(),
        "DeleteTable" => "drop".to_owned(),
        "UpdateTable" => "alter".to_owned(),
        "DescribeTTL" => "describettl".to_owned(),
        "UpdateTTL" => "updatettl".to_owned(),
        "Wait" | "WaitWithContext" => return done(asked("dynamodb", "DescribeTable", &Term::Object(table.clone()))),
        "Name" => return value(table.facts.get("TableName").cloned().unwrap_or_default()),
        _ => return Outcome::default(),
    };
    value(object(format_smolstr!("go.dynamo:{verb}"), table.facts.clone()))
}

fn of_batch(batch: &Object, name: &str) -> Outcome {
    let class = match name {
        "Get" => "go.dynamo:batchget",
        "Write" => "go.dynamo:batchwrite",
        _ => return value(Term::Object(batch.clone())),
    };
    value(object(class, batch.facts.clone()))
}

/// What builds a request gives it again; what runs it performs its operation.
fn of_request(verb: &str, request: &Object, name: &str, arguments: &[Argument]) -> Outcome {
    let running = name.strip_suffix("WithContext").unwrap_or(name);
    if RUNS.contains(&running) {
        return done(asked("dynamodb", operation(verb, request, running), &input(verb, request)));
    }
    let mut facts = request.facts.clone();
    match name {
        "Index" => {
            facts.insert("IndexName".into(), at(arguments, 0));
        }
        "Range" if !equals(&at(arguments, 1)) => {
            facts.insert("ranged".into(), Term::Unknown);
        }
        "Filter" => {
            facts.insert("ranged".into(), Term::Unknown);
        }
        _ => {}
    }
    value(object(request.class.clone(), facts))
}

/// `One` gets an item where the whole key is given by equality, and queries otherwise.
fn operation(verb: &str, request: &Object, running: &str) -> &'static str {
    match verb {
        "get" if running == "One" && !queries(request) => "GetItem",
        "get" => "Query",
        "put" => "PutItem",
        "update" => "UpdateItem",
        "delete" => "DeleteItem",
        "scan" => "Scan",
        "batchget" => "BatchGetItem",
        "batchwrite" => "BatchWriteItem",
        "create" => "CreateTable",
        "drop" => "DeleteTable",
        "alter" => "UpdateTable",
        "list" => "ListTables",
        "describettl" => "DescribeTimeToLive",
        "updatettl" => "UpdateTimeToLive",
        _ => "DescribeTable",
    }
}

fn equals(operator: &Term) -> bool {
    matches!(operator, Term::Symbol(symbol) if symbol.ends_with(".Equal"))
}

fn queries(request: &Object) -> bool {
    request.facts.contains_key("IndexName") || request.facts.contains_key("ranged")
}

/// The operation's input: batches name their tables as keys.
fn input(verb: &str, request: &Object) -> Term {
    let table = request.facts.get("TableName").cloned().unwrap_or_default();
    let Some(Term::Text(name)) = verb.starts_with("batch").then_some(table) else {
        return Term::Object(request.clone());
    };
    let items = BTreeMap::from([(crate::aws::key_of(&name), Term::Unknown)]);
    record([("RequestItems", Term::Record(items))])
}

/// A transaction gathers requests and then runs them together.
fn in_transaction(transaction: &Object, name: &str, arguments: &[Argument]) -> Outcome {
    let verb = transaction.facts.get("verb").and_then(Term::literal).unwrap_or("TransactWriteItems").to_owned();
    let running = name.strip_suffix("WithContext").unwrap_or(name);
    if RUNS.contains(&running) {
        return done(asked("dynamodb", &verb, &Term::Object(transaction.clone())));
    }
    let mut facts = transaction.facts.clone();
    let mut items = match facts.remove("TransactItems") {
        Some(Term::List(items)) => items,
        _ => Vec::new(),
    };
    items.extend(arguments.iter().flat_map(|argument| argument.term.each()).filter_map(item));
    facts.insert("TransactItems".into(), Term::List(items));
    value(object(transaction.class.clone(), facts))
}

/// A request as an item of a transaction: `{ Put: { TableName } }`.
fn item(term: &Term) -> Option<Term> {
    let Term::Object(request) = term else { return None };
    let verb: SmolStr = match request.class.strip_prefix("go.dynamo:")? {
        "get" => "Get".into(),
        "put" => "Put".into(),
        "update" => "Update".into(),
        "delete" => "Delete".into(),
        "check" => "ConditionCheck".into(),
        _ => return None,
    };
    Some(Term::Record(BTreeMap::from([(verb, Term::Record(request.facts.clone()))])))
}
