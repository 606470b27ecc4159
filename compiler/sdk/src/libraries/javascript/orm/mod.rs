//! ORMs over DynamoDB: Dynamoose, ElectroDB, DynamoDB-Toolbox, OneTable, AWS's data mapper, TypedORM, Vogels and its heirs.
//!
//! A model (`orm.model:electrodb`) knows its table; a request (`orm.request:Query`) does nothing until it is sent; an item
//! (`orm.item:dynamoose`) is saved and deleted by itself.

mod model; // what makes models
mod operations; // what their methods perform

use super::given::{at, done, member, object, value};
use crate::aws::{Service, key_of, perform};
use crate::{Argument, Library, Object, Operation, Outcome, Term};
use std::collections::BTreeMap;

/// ORMs over DynamoDB.
pub struct Orm;

const MODEL: &str = "orm.model:";
const ITEM: &str = "orm.item:";
const REQUEST: &str = "orm.request:";
const SERVICE: &str = "orm.service";
const TABLE: &str = "TableName";

/// Methods that send a request.
const SENDS: &[&str] = &["commit", "exec", "go", "page", "promise", "send"];

impl Library for Orm {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        model::made(symbol, arguments)
    }

    fn method(&self, of: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        let class = of.class.as_str();
        if let Some(dialect) = class.strip_prefix(MODEL) {
            return operations::of_model(dialect, of, name, arguments);
        }
        if let Some(dialect) = class.strip_prefix(ITEM) {
            return operations::of_item(dialect, name).map(|operation| done(vec![performed(operation, of)]));
        }
        let operation = class.strip_prefix(REQUEST)?;
        Some(match SENDS.contains(&name) {
            true => done(vec![performed(operation, of)]),
            false => value(Term::Object(of.clone())),
        })
    }

    fn member(&self, of: &Object, name: &str) -> Option<Term> {
        match (of.class.as_str(), name) {
            ("orm.model:electrodb", "query") => Some(request("Query", of)),
            ("orm.model:electrodb", "scan") => Some(request("Scan", of)),
            ("orm.model:typedorm", "entityManager" | "transactionManger" | "scanManager" | "batchManager") => {
                Some(Term::Object(of.clone()))
            }
            (SERVICE, "entities") => Some(Term::Record(of.facts.clone())),
            (SERVICE, "collections") => {
                let entity = of.facts.values().find_map(|term| match term {
                    Term::Object(entity) => Some(entity.clone()),
                    _ => None,
                });
                entity.map(|entity| request("Query", &entity))
            }
            _ => None,
        }
    }
}

/// An operation on the table that an object knows.
fn performed(operation: &str, of: &Object) -> Operation {
    let table = of.facts.get(TABLE).cloned().unwrap_or_default();
    let service = Service::by_id("dynamodb").expect("DynamoDB is in the table: a test finds it");
    let input = match (operation, &table) {
        ("BatchGetItem" | "BatchWriteItem", Term::Text(name)) => {
            let tables = BTreeMap::from([(key_of(name), Term::List(Vec::new()))]);
            BTreeMap::from([("RequestItems".into(), Term::Record(tables))])
        }
        _ => BTreeMap::from([(TABLE.into(), table)]),
    };
    perform(service, operation, &Term::Record(input))
}

fn request(operation: &str, of: &Object) -> Term {
    object(format!("{REQUEST}{operation}"), of.facts.clone())
}

fn model(dialect: &str, table: Term) -> Term {
    object(format!("{MODEL}{dialect}"), [(TABLE.into(), table)].into())
}

/// The table of a model that is among the arguments.
fn table_of(term: &Term) -> Term {
    member(term, TABLE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libraries::javascript::given::{record, text};

    fn argument(term: Term) -> Argument {
        Argument { name: None, term }
    }

    fn made(symbol: &str, arguments: &[Argument]) -> Object {
        match Orm.call(symbol, arguments).unwrap().value {
            Term::Object(object) => object,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_request_does_nothing_until_it_is_sent() {
        let entity = made("electrodb.Entity", &[argument(record([])), argument(record([("table", text("t"))]))]);
        let asked = Orm.method(&entity, "get", &[]).unwrap();
        assert!(asked.operations.is_empty());
        let Term::Object(request) = asked.value else { panic!("no request") };
        let sent = Orm.method(&request, "go", &[]).unwrap();
        assert_eq!((sent.operations[0].name.as_str(), &sent.operations[0].input[TABLE]), ("GetItem", &text("t")));
    }

    #[test]
    fn a_batch_names_its_table() {
        let batch = performed("BatchGetItem", &made("dynogels.define", &[argument(text("Order"))]));
        assert_eq!(batch.input[TABLE], Term::Unknown);
        let known =
            performed("BatchWriteItem", &Object { class: MODEL.into(), facts: [(TABLE.into(), text("t"))].into() });
        assert!(matches!(&known.input["RequestItems"], Term::Record(tables) if tables.contains_key("t")));
    }

    #[test]
    fn other_packages_are_no_orm() {
        assert_eq!(Orm.call("sequelize.define", &[]), None);
        assert_eq!(Orm.call("dynamoose.Schema", &[]).map(|outcome| outcome.operations.len()), Some(0));
    }
}
