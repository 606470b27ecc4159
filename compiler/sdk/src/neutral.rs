//! The neutral client's verbs: what they need on each cloud, all of it `data/neutral/*.txt`.

use crate::table::Table;
use crate::{Needed, Operation, Permission, Provider, Resource, Template, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static AWS: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("../data/neutral/aws.txt")));
static GCP: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("../data/neutral/gcp.txt")));
static AZURE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("../data/neutral/azure.txt")));

/// A verb on something of the spec.
pub(crate) fn perform(kind: &str, verb: &str, input: BTreeMap<SmolStr, Term>) -> Operation {
    Operation { provider: Provider::Neutral, service: kind.into(), name: verb.into(), input }
}

/// What a verb needs on a cloud; on none, the verb itself.
pub(crate) fn needed(operation: &Operation, provider: Provider) -> Needed {
    match provider {
        Provider::Aws => AWS.needed(operation),
        Provider::Gcp => GCP.needed(operation),
        Provider::Azure => AZURE.needed(operation),
        Provider::Neutral => Needed::Permissions(vec![itself(operation)]),
    }
}

fn itself(operation: &Operation) -> Permission {
    let part = operation.input.get("key").or_else(|| operation.input.get("index"));
    let verb = operation.name.split('-').next().unwrap_or_default();
    let text = |term: &Term| match term {
        Term::Text(template) => template.clone(),
        _ => Template(vec![crate::Piece::Hole]),
    };
    Permission {
        permission: verb.into(),
        resource: Resource {
            kind: operation.service.clone(),
            name: operation.input.get("name").map(text),
            part: part.map(text),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cloud_knows_the_same_verbs() {
        for kind in ["bucket", "queue", "topic", "table", "secret", "parameter", "bus", "function"] {
            for verb in ["read", "write", "create", "delete", "list", "send", "receive", "ack", "release", "publish"]
                .into_iter()
                .chain(["query", "query-index", "scan", "write-absent", "write-present", "invoke"])
            {
                let known = |table: &Table| table.operation(kind, verb).is_some();
                assert_eq!(known(&AWS), known(&GCP), "{kind} {verb}");
                assert_eq!(known(&AWS), known(&AZURE), "{kind} {verb}");
            }
        }
    }
}
