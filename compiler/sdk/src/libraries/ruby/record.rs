//! Classes that are tables: `include Aws::Record`, `include Dynamoid::Document`. What a class says in its body is among its
//! facts: the name of the table.

use super::aws::{done, value};
use crate::aws::{Service, perform};
use crate::{Argument, Library, Object, Operation, Outcome, Template, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// aws-record and Dynamoid.
pub struct Records;

/// What both call their models.
const RECORD: &str = "ruby.record";
const DOCUMENT: &str = "ruby.document";
/// The fact that an item was read from its table.
const READ: &str = "+read";

impl Library for Records {
    fn call(&self, symbol: &str, _: &[Argument]) -> Option<Outcome> {
        match symbol {
            "Aws.Record.Transactions.transact_write" => Some(plain(&["TransactWriteItems"])),
            "Aws.Record.Transactions.transact_find" => Some(plain(&["TransactGetItems"])),
            "Aws.Record.Batch.write" => Some(plain(&["BatchWriteItem"])),
            "Aws.Record.Batch.read" => Some(plain(&["BatchGetItem"])),
            "Aws.Record.TableMigration.new" => Some(value(object("ruby.migration", &BTreeMap::new()))),
            _ => None,
        }
    }

    fn method(&self, object: &Object, name: &str, _: &[Argument]) -> Option<Outcome> {
        let facts = &object.facts;
        match object.class.as_str() {
            RECORD => of_record(facts, name),
            DOCUMENT => of_document(facts, name),
            "ruby.query" => of_query(facts, name),
            "ruby.migration" => match name {
                "create!" => Some(plain(&["CreateTable"])),
                "update!" => Some(plain(&["UpdateTable"])),
                "delete!" => Some(plain(&["DeleteTable"])),
                "wait_until_available" => Some(plain(&["DescribeTable"])),
                _ => None,
            },
            _ => None,
        }
    }

    fn member(&self, object: &Object, name: &str) -> Option<Term> {
        let item = name == "[]" && matches!(object.class.as_str(), RECORD | DOCUMENT | "ruby.query");
        item.then(|| read(object.facts.get("class").and_then(Term::literal).unwrap_or(RECORD), &object.facts))
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        match symbol {
            "Aws.Record" => Some(Object { class: RECORD.into(), facts: BTreeMap::new() }),
            "Dynamoid.Document" => Some(Object { class: DOCUMENT.into(), facts: BTreeMap::new() }),
            _ => None,
        }
    }

    fn strange(&self, symbol: &str) -> Option<String> {
        symbol.starts_with("Dynamoid.").then(|| "this part of Dynamoid is not understood".to_owned())
    }
}

type Facts = BTreeMap<SmolStr, Term>;

/// aws-record ("Aws::Record::ItemOperations").
fn of_record(facts: &Facts, name: &str) -> Option<Outcome> {
    let new = !facts.contains_key(READ);
    let operation = match name {
        "save" | "save!" if new => "PutItem",
        "save" | "save!" | "update" | "update!" => "UpdateItem",
        "delete!" => "DeleteItem",
        "find" | "find_with_opts" => return Some(found(RECORD, facts, "GetItem")),
        "reload!" => "GetItem",
        "find_all" => return Some(found(RECORD, facts, "BatchGetItem")),
        "query" => return Some(found(RECORD, facts, "Query")),
        "scan" => return Some(found(RECORD, facts, "Scan")),
        "build_query" => return Some(query(RECORD, facts, "Query")),
        "build_scan" => return Some(query(RECORD, facts, "Scan")),
        "table_exists?" => "DescribeTable",
        "first" | "last" | "to_a" => return Some(value(read(RECORD, facts))),
        "each" | "map" | "select" | "each_with_index" | "each_slice" | "flat_map" | "reject" | "find_each" | "page" => {
            return Some(each(RECORD, facts));
        }
        _ => return None,
    };
    Some(done(vec![on(facts, operation)]))
}

/// Dynamoid ("Persistence", "Finders", "Criteria").
fn of_document(facts: &Facts, name: &str) -> Option<Outcome> {
    let operation = match name {
        "save" | "save!" if facts.contains_key(READ) => "UpdateItem",
        "save" | "save!" => "PutItem",
        "create" | "create!" => return Some(found(DOCUMENT, facts, "PutItem")),
        "update" | "update!" | "update_attribute" | "update_attributes" | "update_attributes!" | "update_fields"
        | "upsert" | "inc" | "touch" | "increment!" | "decrement!" => "UpdateItem",
        "delete" | "destroy" | "destroy!" => "DeleteItem",
        "find" | "find_by_id" => return Some(found(DOCUMENT, facts, "GetItem")),
        "reload" => "GetItem",
        "import" => "BatchWriteItem",
        "all" => return Some(found(DOCUMENT, facts, "Scan")),
        "create_table" => "CreateTable",
        "where" | "scan_index_forward" | "record_limit" | "batch" | "consistent" => {
            return Some(Outcome {
                unresolved: Some("whether Dynamoid queries or scans depends on the keys".to_owned()),
                ..value(read(DOCUMENT, facts))
            });
        }
        "first" | "last" | "to_a" => return Some(value(read(DOCUMENT, facts))),
        "each" | "map" | "select" | "each_with_index" | "flat_map" | "reject" | "find_each" => {
            return Some(each(DOCUMENT, facts));
        }
        _ => return None,
    };
    Some(done(vec![on(facts, operation)]))
}

/// A query that is built step by step, and performed when it is complete.
fn of_query(facts: &Facts, name: &str) -> Option<Outcome> {
    let operation = facts.get("operation").and_then(Term::literal)?;
    match name {
        "complete!" => Some(found(RECORD, facts, operation)),
        _ => Some(value(object("ruby.query", facts))),
    }
}

fn query(class: &str, facts: &Facts, operation: &str) -> Outcome {
    let mut facts = facts.clone();
    facts.insert("operation".into(), text(operation));
    facts.insert("class".into(), text(class));
    value(object("ruby.query", &facts))
}

/// An operation whose answer is an item of the table.
fn found(class: &str, facts: &Facts, operation: &str) -> Outcome {
    Outcome { value: read(class, facts), ..done(vec![on(facts, operation)]) }
}

/// A look at each item, which a block is called with.
fn each(class: &str, facts: &Facts) -> Outcome {
    Outcome { handed: vec![read(class, facts)], ..value(read(class, facts)) }
}

fn read(class: &str, facts: &Facts) -> Term {
    let mut facts = facts.clone();
    facts.insert(READ.into(), Term::Unknown);
    object(class, &facts)
}

/// An operation on the table of a class.
fn on(facts: &Facts, operation: &str) -> Operation {
    let names = ["set_table_name()", "table()", "table_name"];
    let name = names.iter().find_map(|name| facts.get(*name)).or_else(|| facts.get("(class)")).cloned();
    let name = match name {
        Some(Term::Record(members)) => members.get("name").cloned(),
        other => other,
    };
    let service = Service::by_id("dynamodb").expect("DynamoDB is in the table: a test finds it");
    let one = name.unwrap_or_default();
    let input = match (operation, &one) {
        ("BatchGetItem" | "BatchWriteItem", Term::Text(template)) => {
            let key = crate::aws::key_of(template);
            BTreeMap::from([("RequestItems".into(), Term::Record(BTreeMap::from([(key, Term::Unknown)])))])
        }
        _ => BTreeMap::from([("TableName".into(), one)]),
    };
    perform(service, operation, &Term::Record(input))
}

fn plain(operations: &[&str]) -> Outcome {
    done(operations.iter().map(|operation| on(&BTreeMap::new(), operation)).collect())
}

fn object(class: &str, facts: &Facts) -> Term {
    Term::Object(Object { class: class.into(), facts: facts.clone() })
}

fn text(literal: &str) -> Term {
    Term::Text(Template::from_literal(literal))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(object: &Object, method: &str) -> Vec<SmolStr> {
        let outcome = Records.method(object, method, &[]).unwrap();
        outcome.operations.into_iter().map(|operation| operation.name).collect()
    }

    #[test]
    fn an_item_that_was_read_is_updated() {
        let mut model = Records.instance("Aws.Record").unwrap();
        model.facts.insert("set_table_name()".into(), text("orders"));
        assert_eq!(names(&model, "save"), ["PutItem"]);
        let found = Records.method(&model, "find", &[]).unwrap();
        assert_eq!(found.operations[0].input["TableName"].literal(), Some("orders"));
        let Term::Object(item) = found.value else { panic!() };
        assert_eq!(names(&item, "save"), ["UpdateItem"]);
        assert_eq!(names(&item, "delete!"), ["DeleteItem"]);
    }

    #[test]
    fn dynamoids_finders_are_named_or_reported() {
        let model = Records.instance("Dynamoid.Document").unwrap();
        assert_eq!(names(&model, "create"), ["PutItem"]);
        assert!(Records.method(&model, "where", &[]).unwrap().unresolved.is_some());
        assert_eq!(Records.method(&model, "name", &[]), None);
    }
}
