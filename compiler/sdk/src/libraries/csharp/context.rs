//! DynamoDB by classes: the context of the object persistence model, its batches and transactions.
//!
//! A context asks for a table's description before it uses the table, unless it is told not to ("DisableFetchingTableMetadata",
//! Working with the .NET object persistence model).

use super::document::{self, TABLE};
use super::names::{bare, last, told, type_argument, values};
use crate::libraries::given::{asked, done, joined, member, object, plain, record, value};
use crate::{Argument, Library, Object, Operation, Outcome, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// Contexts (`csharp.context`), and batches and transactions (`csharp.batch:get`) of one table.
pub struct Contexts;

const CONTEXT: &str = "csharp.context";
pub(super) const BATCH: &str = "csharp.batch:";
const SEARCH: &str = "csharp.search";
const PREFIX: &str = "TableNamePrefix";
/// Told to a context that knows its tables.
pub(super) const QUIET: &str = "DisableFetchingTableMetadata";

impl Library for Contexts {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let made = matches!(last(symbol), "DynamoDBContext" | "DynamoDBContextBuilder");
        made.then(|| value(object(CONTEXT, settings(arguments))))
    }

    fn method(&self, of: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        if of.class == SEARCH {
            return Some(Outcome::default());
        }
        if let Some(kind) = of.class.strip_prefix(BATCH) {
            return batched(kind, of, bare(name), &values(arguments));
        }
        (of.class == CONTEXT).then(|| used(of, bare(name), arguments)).flatten()
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let context = matches!(last(symbol), "DynamoDBContext" | "IDynamoDBContext");
        context.then(|| Object { class: CONTEXT.into(), facts: BTreeMap::new() })
    }

    fn telling(&self, method: &str) -> bool {
        matches!(method, "CreateBatchWrite" | "CreateTransactWrite")
    }
}

/// What a context is told of its tables.
fn settings(arguments: &[Argument]) -> BTreeMap<SmolStr, Term> {
    let mut facts = BTreeMap::new();
    for term in arguments.iter().flat_map(|argument| argument.term.each()) {
        let Term::Record(members) = term else { continue };
        if members.contains_key(QUIET) {
            facts.insert(QUIET.into(), Term::Unknown);
        }
        if let Some(prefix) = members.get(PREFIX) {
            facts.insert(PREFIX.into(), prefix.clone());
        }
    }
    facts
}

/// The table of a call: what overrides it, the attribute of the class, or its name.
fn table(context: &Object, arguments: &[Argument]) -> Term {
    let given = values(arguments);
    let overriding = told(&given, "OverrideTableName");
    if overriding != Term::Unknown {
        return overriding;
    }
    let class = type_argument(arguments, 0);
    let first = given.first().map(|argument| argument.term.clone()).unwrap_or_default();
    let first = match &first {
        Term::List(items) => items.first().cloned().unwrap_or_default(),
        _ => first,
    };
    let marked = [member_exactly(&class, "[DynamoDBTable]"), member_exactly(&first, "[DynamoDBTable]")];
    let named = marked.into_iter().find(|term| *term != Term::Unknown);
    let name = named.unwrap_or_else(|| member_exactly(&class, "[class]"));
    match (context.facts.get(PREFIX), name) {
        (_, Term::Unknown) => Term::Unknown,
        (Some(prefix), name) => joined([prefix, &name]),
        (None, name) => name,
    }
}

fn member_exactly(term: &Term, name: &str) -> Term {
    match term {
        Term::Record(members) => members.get(name).cloned().unwrap_or_default(),
        _ => Term::Unknown,
    }
}

fn used(context: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let table = table(context, arguments);
    let operation = match name {
        // What is saved updates the item, so that attributes that the class does not know stay ("SaveAsync").
        "Save" => "UpdateItem",
        "Load" => "GetItem",
        "Delete" => "DeleteItem",
        "Query" | "FromQuery" => "Query",
        "Scan" | "FromScan" => "Scan",
        "CreateBatchGet" => return Some(batch("get", context, table)),
        "CreateBatchWrite" => return Some(batch("write", context, table)),
        "CreateTransactGet" => return Some(batch("transactget", context, table)),
        "CreateTransactWrite" => return Some(batch("transactwrite", context, table)),
        "CreateMultiTableBatchGet" | "ExecuteBatchGet" => return Some(all("get", context, arguments)),
        "CreateMultiTableBatchWrite" | "ExecuteBatchWrite" => return Some(all("write", context, arguments)),
        "CreateMultiTableTransactGet" | "ExecuteTransactGet" => return Some(all("transactget", context, arguments)),
        "CreateMultiTableTransactWrite" | "ExecuteTransactWrite" => {
            return Some(all("transactwrite", context, arguments));
        }
        "GetTargetTable" => {
            let facts = context.facts.clone().into_iter().chain([("TableName".into(), table.clone())]).collect();
            let operations = described(context, &table);
            return Some(Outcome { operations, value: object(TABLE, facts), ..Outcome::default() });
        }
        "WithDynamoDBClient" | "Build" => return Some(value(Term::Object(context.clone()))),
        "ConfigureContext" => return Some(value(Term::Object(context.clone()))),
        _ => return Some(Outcome::default()),
    };
    let index = told(&values(arguments), "IndexName");
    let mut operations = described(context, &table);
    operations.extend(asked("dynamodb", operation, &named(&table, &index)));
    let value = if matches!(operation, "Query" | "Scan") { plain(SEARCH) } else { Term::Unknown };
    Some(Outcome { operations, value, ..Outcome::default() })
}

fn named(table: &Term, index: &Term) -> Term {
    match index {
        Term::Unknown => record([("TableName", table.clone())]),
        index => record([("TableName", table.clone()), ("IndexName", index.clone())]),
    }
}

/// The table is described before it is used, unless the context was told not to.
pub(super) fn described(of: &Object, table: &Term) -> Vec<Operation> {
    match of.facts.contains_key(QUIET) {
        true => Vec::new(),
        false => asked("dynamodb", "DescribeTable", &record([("TableName", table.clone())])),
    }
}

fn batch(kind: &str, of: &Object, table: Term) -> Outcome {
    let mut facts = of.facts.clone();
    facts.insert("TableName".into(), table.clone());
    let operations = described(of, &table);
    Outcome { operations, value: object(format!("{BATCH}{kind}"), facts), ..Outcome::default() }
}

/// Batches of several tables together: each was made with its own.
fn all(kind: &str, context: &Object, arguments: &[Argument]) -> Outcome {
    let batches = arguments.iter().flat_map(|argument| match &argument.term {
        Term::List(items) => items.clone(),
        other => vec![other.clone()],
    });
    let tables: Vec<Term> = batches.map(|batch| member(&batch, "TableName")).collect();
    let table = Term::any(tables);
    let mut facts = context.facts.clone();
    facts.insert("TableName".into(), table);
    let made = Object { class: format!("{BATCH}{kind}").into(), facts };
    batched(kind, &made, "Execute", &[]).unwrap_or_default()
}

/// What is done with a batch: it acts when it is executed. A transaction needs what each of its items does.
fn batched(kind: &str, of: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let table = of.facts.get("TableName").cloned().unwrap_or_default();
    let operations = match (kind, name) {
        ("get", "Execute") => asked("dynamodb", "BatchGetItem", &items("RequestItems", &table)),
        ("write", "Execute") => asked("dynamodb", "BatchWriteItem", &items("RequestItems", &table)),
        ("transactget", "Execute") => asked("dynamodb", "TransactGetItems", &transaction("Get", &table)),
        ("transactwrite", _) => match document::transacted(name) {
            Some(item) => asked("dynamodb", "TransactWriteItems", &transaction(item, &table)),
            None => Vec::new(),
        },
        _ => Vec::new(),
    };
    let _ = arguments;
    Some(Outcome { operations, value: Term::Object(of.clone()), ..Outcome::default() })
}

/// Items by table.
fn items(name: &str, table: &Term) -> Term {
    let tables = table.each().iter().filter_map(|table| match table {
        Term::Text(text) => Some((crate::aws::key_of(text), Term::Unknown)),
        _ => None,
    });
    let tables: BTreeMap<SmolStr, Term> = tables.collect();
    if tables.is_empty() { Term::Unknown } else { record([(name, Term::Record(tables))]) }
}

fn transaction(item: &str, table: &Term) -> Term {
    let item = record([(item, record([("TableName", table.clone())]))]);
    record([("TransactItems", Term::List(vec![item]))])
}

/// A batch of a table of documents.
pub(super) fn batch_of(kind: &str, of: &Object) -> Outcome {
    let facts = of.facts.clone().into_iter().chain([(QUIET.into(), Term::Unknown)]).collect();
    done_with(object(format!("{BATCH}{kind}"), facts))
}

fn done_with(term: Term) -> Outcome {
    Outcome { value: term, ..done(Vec::new()) }
}
