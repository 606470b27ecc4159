//! Azure: services, their operations, and the actions those need.
//!
//! The operations are `data/azure/operations.txt`; what the host of Azure Functions does by itself is
//! `data/azure/bindings.txt`.

pub(crate) mod bindings;

use crate::table::Table;
use crate::{Needed, Operation, Provider, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("../data/azure/operations.txt")));

/// An operation of a service in any spelling.
pub(crate) fn operation(service: &str, spelling: &str) -> Option<&'static str> {
    TABLE.operation(service, spelling)
}

/// An operation with its input.
pub(crate) fn perform(service: &str, name: &str, input: BTreeMap<SmolStr, Term>) -> Operation {
    Operation { provider: Provider::Azure, service: service.into(), name: name.into(), input }
}

/// How far the actions of a service are all alike, at most: its provider, the type, and what lies in it, where blobs, queues
/// and tables part.
const ALIKE: usize = 3;

/// How the actions of a service begin.
pub(crate) fn beginnings(service: &str) -> Option<String> {
    let mut actions = TABLE.permissions_of(service);
    let mut common: Vec<&str> = actions.next()?.split('/').take(ALIKE).collect();
    for action in actions {
        let alike = common.iter().zip(action.split('/')).take_while(|(own, other)| *own == other).count();
        common.truncate(alike);
    }
    (!common.is_empty()).then(|| format!("{}/", common.join("/")))
}

/// What an operation needs.
pub(crate) fn needed(operation: &Operation) -> Needed {
    TABLE.needed(operation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_whole() {
        let permissions = TABLE.permissions();
        assert!(permissions.len() > 90);
        for permission in permissions {
            assert!(permission.starts_with("Microsoft."), "{permission}");
            let last = permission.rsplit('/').next().unwrap_or_default();
            let words = ["read", "write", "delete", "action", "executeQuery", "readChangeFeed", "readMetadata"];
            let items = ["create", "upsert", "replace", "executeStoredProcedure"];
            assert!(words.contains(&last) || items.contains(&last), "{permission}");
        }
        assert_eq!(operation("blob", "put_blob"), Some("PutBlob"));
    }
}
