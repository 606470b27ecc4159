//! PynamoDB: models over tables.

use super::given::Given;
use crate::aws::{Service, key_of, perform};
use crate::{Argument, Library, Object, Operation, Outcome, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// Models, their indexes and their batches.
pub struct PynamoDb;

const MODEL: &str = "pynamodb.Model";
const INDEX: &str = "pynamodb.Index";
const BATCH: &str = "pynamodb.Batch";

impl Library for PynamoDb {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let name = symbol.strip_prefix("pynamodb.transactions.Trans")?;
        let transaction = Object { class: format!("pynamodb.Trans{name}").into(), facts: BTreeMap::new() };
        let _ = arguments;
        Some(Outcome { value: Term::Object(transaction), ..Outcome::default() })
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        match object.class.as_str() {
            MODEL => model(object, name, Given(arguments)),
            INDEX => index(object, name),
            BATCH => batch(object, name),
            "pynamodb.TransWrite" => transaction(name, Given(arguments)),
            "pynamodb.TransGet" => (name == "get").then(|| of_model("GetItem", &Given(arguments).take(0, "model_cls"))),
            _ => None,
        }
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let class = match symbol {
            "pynamodb.models.Model" => MODEL,
            "pynamodb.indexes.GlobalSecondaryIndex" | "pynamodb.indexes.LocalSecondaryIndex" => INDEX,
            _ => return None,
        };
        Some(Object { class: class.into(), facts: BTreeMap::new() })
    }

    fn strange(&self, symbol: &str) -> Option<String> {
        symbol.starts_with("pynamodb.connection").then(|| "PynamoDB's own connections are not understood".to_owned())
    }
}

fn model(object: &Object, name: &str, given: Given<'_>) -> Option<Outcome> {
    let table = setting(object, "table_name");
    let operation = match name {
        "save" => "PutItem",
        "get" | "refresh" => "GetItem",
        "delete" => "DeleteItem",
        "update" => "UpdateItem",
        "query" => "Query",
        "scan" | "rate_limited_scan" => "Scan",
        "count" if given.0.is_empty() => "DescribeTable",
        "count" => "Query",
        "batch_get" => "BatchGetItem",
        "exists" | "describe_table" => "DescribeTable",
        "create_table" => "CreateTable",
        "delete_table" => "DeleteTable",
        "batch_write" => {
            let batch = Object { class: BATCH.into(), facts: object.facts.clone() };
            return Some(Outcome { value: Term::Object(batch), ..Outcome::default() });
        }
        _ => return None,
    };
    let input = match operation {
        "BatchGetItem" => items(&table),
        _ => BTreeMap::from([("TableName".into(), table)]),
    };
    let found = Term::Object(object.clone());
    let value = match name {
        "get" => found,
        "query" | "scan" | "rate_limited_scan" | "batch_get" => Term::List(vec![found]),
        _ => Term::Unknown,
    };
    Some(Outcome { value, ..done(operation, input)? })
}

fn index(object: &Object, name: &str) -> Option<Outcome> {
    let operation = match name {
        "query" | "count" => "Query",
        "scan" => "Scan",
        _ => return None,
    };
    let some = Term::Object(Object { class: MODEL.into(), facts: BTreeMap::new() });
    let outcome = done(operation, BTreeMap::from([("IndexName".into(), setting(object, "index_name"))]))?;
    Some(Outcome { value: Term::List(vec![some]), ..outcome })
}

fn batch(object: &Object, name: &str) -> Option<Outcome> {
    let writes = matches!(name, "save" | "delete" | "commit");
    writes.then(|| done("BatchWriteItem", items(&setting(object, "table_name")))).flatten()
}

fn transaction(name: &str, given: Given<'_>) -> Option<Outcome> {
    let operation = match name {
        "save" => "PutItem",
        "update" => "UpdateItem",
        "delete" => "DeleteItem",
        "condition_check" => return Some(condition_check()),
        _ => return None,
    };
    Some(of_model(operation, &given.take(0, "model")))
}

/// What a transaction does with a model is judged as if it stood alone, but for a check.
fn of_model(operation: &str, model: &Term) -> Outcome {
    let table = match model {
        Term::Object(object) => setting(object, "table_name"),
        _ => Term::Unknown,
    };
    done(operation, BTreeMap::from([("TableName".into(), table)])).unwrap_or_default()
}

fn condition_check() -> Outcome {
    let check = Term::Record(BTreeMap::from([("ConditionCheck".into(), Term::Record(BTreeMap::new()))]));
    done("TransactWriteItems", BTreeMap::from([("TransactItems".into(), Term::List(vec![check]))])).unwrap_or_default()
}

/// A setting of the class `Meta` inside a model.
fn setting(object: &Object, name: &str) -> Term {
    object.facts.get("Meta").map(|meta| meta.member(name)).unwrap_or_default()
}

fn items(tables: &Term) -> BTreeMap<SmolStr, Term> {
    let keys = tables.each().iter().filter_map(|term| match term {
        Term::Text(template) => Some((key_of(template), Term::Unknown)),
        _ => None,
    });
    BTreeMap::from([("RequestItems".into(), Term::Record(keys.collect()))])
}

fn done(operation: &str, input: BTreeMap<SmolStr, Term>) -> Option<Outcome> {
    let operations: Vec<Operation> = vec![perform(Service::by_id("dynamodb")?, operation, &Term::Record(input))];
    Some(Outcome { operations, ..Outcome::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Template;

    #[test]
    fn a_model_works_on_the_table_its_meta_names() {
        let mut object = PynamoDb.instance("pynamodb.models.Model").unwrap();
        let name = Term::Text(Template::from_literal("threads"));
        let meta = Term::Record(BTreeMap::from([("table_name".into(), name.clone())]));
        object.facts.insert("Meta".into(), meta);
        for (method, operation) in [("save", "PutItem"), ("get", "GetItem"), ("scan", "Scan"), ("delete", "DeleteItem")]
        {
            let outcome = PynamoDb.method(&object, method, &[]).unwrap();
            assert_eq!(outcome.operations[0].name, operation);
            assert_eq!(outcome.operations[0].input["TableName"], name);
        }
        assert_eq!(PynamoDb.method(&object, "to_json", &[]), None);
    }
}
