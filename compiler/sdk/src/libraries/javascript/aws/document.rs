//! Document clients: DynamoDB with items as plain records.

use crate::aws::spelling;

/// The methods of a document client and the operations behind them; a command is called like its method.
const METHODS: &[(&str, &str)] = &[
    ("get", "GetItem"),
    ("put", "PutItem"),
    ("update", "UpdateItem"),
    ("delete", "DeleteItem"),
    ("query", "Query"),
    ("scan", "Scan"),
    ("batchGet", "BatchGetItem"),
    ("batchWrite", "BatchWriteItem"),
    ("transactGet", "TransactGetItems"),
    ("transactWrite", "TransactWriteItems"),
    ("executeStatement", "ExecuteStatement"),
    ("batchExecuteStatement", "BatchExecuteStatement"),
    ("executeTransaction", "ExecuteTransaction"),
];

/// The operation behind a method, or behind a command without the word `Command`.
pub fn operation(name: &str) -> Option<&'static str> {
    METHODS.iter().find(|(method, _)| spelling::same(method, name)).map(|(_, operation)| *operation)
}
