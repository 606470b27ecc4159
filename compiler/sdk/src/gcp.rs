//! Google Cloud: services, their operations, and the permissions those need.
//!
//! All of it is `data/gcp/operations.txt`; a query of BigQuery is asked what it does with which tables.

mod query;

use crate::table::Table;
use crate::{Api, Needed, Operation, Provider, Term};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("../data/gcp/operations.txt")));

/// The service of a generated client, by the name of its class and its package: `CloudTasksClient` is of `cloudtasks`.
pub(crate) fn client(class: &str, package: &str) -> Option<&'static str> {
    TABLE.client(class, package)
}

/// A service by its name, in any spelling.
pub(crate) fn service(name: &str) -> Option<&'static str> {
    TABLE.service(name)
}

/// The API of a service.
pub(crate) fn api(service: &str) -> Option<Api> {
    TABLE.service(service).map(|service| Api { provider: Provider::Gcp, service: service.into() })
}

/// An operation of a service in any spelling: `create_task`, `createTask`, `CreateTask`.
pub(crate) fn operation(service: &str, spelling: &str) -> Option<&'static str> {
    TABLE.operation(service, spelling)
}

/// The form of the names that a client's helper gives, each hole as `{}`.
pub(crate) fn path(service: &str, helper: &str) -> Option<&'static str> {
    TABLE.path(service, helper)
}

/// An operation with its input.
pub(crate) fn perform(service: &str, name: &str, input: BTreeMap<SmolStr, Term>) -> Operation {
    Operation { provider: Provider::Gcp, service: service.into(), name: name.into(), input }
}

/// How the permissions of a service begin: `storage.` and whatever else its operations need.
pub(crate) fn beginnings(service: &str) -> Vec<String> {
    let heads = TABLE.permissions_of(service).filter_map(|permission| permission.split_once('.'));
    let heads: BTreeSet<String> = heads.map(|(head, _)| format!("{head}.")).collect();
    heads.into_iter().collect()
}

/// What an operation needs.
pub(crate) fn needed(operation: &Operation) -> Needed {
    match (operation.service.as_str(), operation.name.as_str()) {
        ("bigquery", "jobs.query") => query::needed(&TABLE, operation),
        _ => TABLE.needed(operation),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_has_three_parts() {
        let permissions = TABLE.permissions();
        assert!(permissions.len() > 200);
        for permission in permissions {
            assert_eq!(permission.split('.').count(), 3, "{permission}");
        }
    }

    #[test]
    fn clients_are_known_by_their_class() {
        assert_eq!(client("CloudTasksClient", "google.cloud.tasks_v2"), Some("cloudtasks"));
        assert_eq!(client("JobServiceClient", "google.cloud.talent_v4"), None);
        assert_eq!(operation("cloudtasks", "createTask"), Some("CreateTask"));
        assert_eq!(operation("vision", "label_detection"), Some("*"));
        assert_eq!(path("pubsub", "topicPath"), Some("projects/{}/topics/{}"));
        assert_eq!(service("cloudTasks"), Some("cloudtasks"));
    }
}
