//! DynamoDB by documents: tables that are loaded by name, their searches and batches.

use super::context::{QUIET, batch_of, described};
use super::names::{bare, given, last, member, told, values};
use crate::libraries::given::{asked, object, plain, record, value};
use crate::{Argument, Library, Object, Outcome, Term};
use std::collections::BTreeMap;

/// Tables: `csharp.table`.
pub struct Documents;

pub(super) const TABLE: &str = "csharp.table";
const SEARCH: &str = "csharp.search";

impl Library for Documents {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        if last(symbol) == "TableBuilder" {
            let quiet = [(QUIET.into(), Term::Unknown), ("TableName".into(), given(arguments, 1, "tableName"))];
            return Some(value(object(TABLE, quiet.into())));
        }
        if let Some(kind) = batch_kind(last(symbol)) {
            let Term::Object(table) = given(arguments, 0, "targetTable") else { return None };
            return Some(batch_of(kind, &table));
        }
        match member(symbol)? {
            // A table is loaded with its description ("LoadTable").
            ("Table", "LoadTable" | "TryLoadTable") => {
                let name = match told(arguments, "TableName") {
                    Term::Unknown => given(arguments, 1, "tableName"),
                    named => named,
                };
                let facts = BTreeMap::from([("TableName".into(), name.clone())]);
                let loaded = Object { class: TABLE.into(), facts };
                let operations = described(&loaded, &name);
                Some(Outcome { operations, value: Term::Object(loaded), ..Outcome::default() })
            }
            _ => None,
        }
    }

    fn method(&self, of: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        if of.class != TABLE {
            return None;
        }
        let name = bare(name);
        let operation = match name {
            "GetItem" | "PutItem" | "UpdateItem" | "DeleteItem" | "Query" | "Scan" => name,
            "CreateBatchGet" => return Some(batch_of("get", of)),
            "CreateBatchWrite" => return Some(batch_of("write", of)),
            "CreateTransactGet" => return Some(batch_of("transactget", of)),
            "CreateTransactWrite" => return Some(batch_of("transactwrite", of)),
            _ => return Some(value(Term::Object(of.clone()))),
        };
        let table = of.facts.get("TableName").cloned().unwrap_or_default();
        let input = match told(&values(arguments), "IndexName") {
            Term::Unknown => record([("TableName", table)]),
            index => record([("TableName", table), ("IndexName", index)]),
        };
        let value = if matches!(operation, "Query" | "Scan") { plain(SEARCH) } else { Term::Unknown };
        Some(Outcome { operations: asked("dynamodb", operation, &input), value, ..Outcome::default() })
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let table = symbol == "Table" || symbol.ends_with("DocumentModel.Table") || symbol.ends_with(".ITable");
        table.then(|| Object { class: TABLE.into(), facts: BTreeMap::new() })
    }
}

fn batch_kind(class: &str) -> Option<&'static str> {
    Some(match class {
        "DocumentBatchGet" => "get",
        "DocumentBatchWrite" => "write",
        "DocumentTransactGet" => "transactget",
        "DocumentTransactWrite" => "transactwrite",
        _ => return None,
    })
}

/// What an item that is added to a transaction does.
pub(super) fn transacted(method: &str) -> Option<&'static str> {
    Some(match method {
        "AddDocumentToPut" => "Put",
        "AddSaveItem" | "AddSaveItems" | "AddSaveKey" | "AddDocumentToUpdate" => "Update",
        "AddDeleteItem" | "AddDeleteItems" | "AddDeleteKey" | "AddKeyToDelete" | "AddItemToDelete" => "Delete",
        "AddVersionCheckItem"
        | "AddVersionCheckItems"
        | "AddVersionCheckKey"
        | "AddDocumentToConditionCheck"
        | "AddKeyToConditionCheck" => "ConditionCheck",
        _ => return None,
    })
}
