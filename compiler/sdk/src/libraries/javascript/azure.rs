//! Azure's libraries for Node.js: `@azure/storage-blob`, `@azure/cosmos` and their like, surfaces in
//! `data/javascript/azure-*.surface`; and `@azure/functions`, whose bindings the host uses as the app.

use super::given::{at, member};
use crate::azure::{bindings, perform};
use crate::libraries::sas;
use crate::surface::{Surface, Surfaces};
use crate::{Argument, Library, Object, Operation, Outcome, Term};
use std::sync::LazyLock;

static SURFACES: LazyLock<Surfaces> = LazyLock::new(|| {
    let texts = [
        include_str!("../../../data/javascript/azure-blob.surface"),
        include_str!("../../../data/javascript/azure-queue.surface"),
        include_str!("../../../data/javascript/azure-files.surface"),
        include_str!("../../../data/javascript/azure-tables.surface"),
        include_str!("../../../data/javascript/azure-servicebus.surface"),
        include_str!("../../../data/javascript/azure-eventhub.surface"),
        include_str!("../../../data/javascript/azure-eventgrid.surface"),
        include_str!("../../../data/javascript/azure-cosmos.surface"),
        include_str!("../../../data/javascript/azure-keyvault.surface"),
        include_str!("../../../data/javascript/azure-config.surface"),
        include_str!("../../../data/javascript/azure-pubsub.surface"),
        include_str!("../../../data/javascript/azure-compute.surface"),
    ];
    Surfaces(texts.into_iter().map(Surface::read).collect())
});

/// Packages that ask no cloud by themselves.
const SILENT: &[&str] =
    &["@azure/identity", "@azure/functions", "@azure/core-", "@azure/abort-controller", "@azure/logger"];

/// Azure's libraries.
pub struct Azure;

impl Library for Azure {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        if let Some(rest) = symbol.strip_prefix("@azure/functions.") {
            return functions(rest, arguments);
        }
        if symbol.strip_prefix("durable-functions.").is_some_and(registers) {
            return Some(Outcome { value: Term::Function, ..Outcome::default() });
        }
        if let Some(name) = symbol.strip_prefix("@azure/storage-blob.") {
            match name {
                "BlobSASPermissions"
                | "BlobSASPermissions.parse"
                | "BlobSASPermissions.from"
                | "ContainerSASPermissions"
                | "ContainerSASPermissions.parse"
                | "ContainerSASPermissions.from" => {
                    return Some(Outcome { value: sas::permissions(arguments), ..Outcome::default() });
                }
                // An account is named only where the key is no account's.
                "generateBlobSASQueryParameters" if arguments.len() > 2 => {
                    return Some(sas::signed_values(&at(arguments, 0)));
                }
                _ => {}
            }
        }
        symbol.starts_with("@azure/").then(|| SURFACES.call(symbol, arguments))?
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        match (object.class.as_str(), name) {
            (_, "bind") => bindings::bound(object),
            ("azure.blob.Blob" | "azure.blob.Container", "generateUserDelegationSasUrl") => {
                let fact = |name: &str| object.facts.get(name).cloned().unwrap_or_default();
                Some(sas::signed(&member(&at(arguments, 0), "permissions"), fact("container"), fact("blob")))
            }
            ("azure.table.Table", "submitTransaction") => Some(steps(object, "table", arguments, table_step)),
            ("azure.cosmos.Items", "bulk" | "batch" | "executeBulkOperations") => {
                Some(steps(object, "cosmos", arguments, cosmos_step))
            }
            _ => SURFACES.method(object, name, arguments),
        }
    }

    fn member(&self, object: &Object, name: &str) -> Option<Term> {
        match (object.class.as_str(), name) {
            ("azure.table.Table", "submitTransaction") => None,
            _ => SURFACES.member(object, name),
        }
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        SURFACES.instance(symbol)
    }

    fn strange(&self, symbol: &str) -> Option<String> {
        let known = ["azure-storage.", "azure-sb.", "documentdb.", "@azure/event-hubs-legacy."];
        let client = symbol.starts_with("@azure/") && symbol.split('.').any(|part| part.ends_with("Client"));
        let silent = SILENT.iter().any(|prefix| symbol.starts_with(prefix));
        let old = known.iter().any(|prefix| symbol.starts_with(prefix));
        (client && !silent || old).then(|| format!("what `{symbol}` does on Azure is not known here"))
    }

    fn beside(&self) -> Option<&'static str> {
        Some(bindings::FILE)
    }

    fn concerns(&self, path: &str, text: &str, handler: (&str, Option<&str>)) -> bool {
        bindings::concerns(path, text, handler)
    }

    fn declared(&self, text: &str) -> Vec<(usize, Outcome)> {
        bindings::declared(text)
    }

    fn telling(&self, method: &str) -> bool {
        const TELLING: &[&str] = &[
            "createEntity",
            "createMessageBatch",
            "getBlobClient",
            "getBlockBlobClient",
            "getContainerClient",
            "listBlobsFlat",
            "sendMessages",
            "submitTransaction",
            "upsertEntity",
        ];
        TELLING.contains(&method)
    }
}

/// What takes a function to run it later: `df.app.activity("name", { handler })`, `df.app.client.http(…)`, `df.orchestrator(…)`.
fn registers(symbol: &str) -> bool {
    matches!(symbol, "orchestrator" | "entity") || symbol.starts_with("app.")
}

/// `app.http("name", { handler, extraOutputs })` registers a function; `output.storageQueue({ queueName })` is a binding.
fn functions(symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
    let (module, name) = symbol.split_once('.')?;
    let direction = match module {
        "app" => return Some(Outcome { value: Term::Function, ..Outcome::default() }),
        "input" => "in",
        "output" => "out",
        _ => return None,
    };
    let options = at(arguments, 0);
    let settings = match &options {
        Term::Record(members) => members.clone(),
        _ => Default::default(),
    };
    let object = match name {
        "generic" => {
            let kind = member(&options, "type");
            Some(bindings::binding(kind.literal().unwrap_or_default(), direction, settings))
        }
        _ => bindings::named(name, Some(direction), settings),
    };
    let unresolved = object.is_none().then(|| format!("what a binding `{name}` needs is not known here"));
    Some(Outcome { value: object.map_or(Term::Unknown, Term::Object), unresolved, ..Outcome::default() })
}

/// What a list of steps does, each named by a word of its own.
fn steps(object: &Object, service: &str, arguments: &[Argument], step: fn(&Term) -> Option<&'static str>) -> Outcome {
    let mut names: Vec<&'static str> = Vec::new();
    if let Term::List(items) = at(arguments, 0) {
        for name in items.iter().flat_map(Term::each).filter_map(step) {
            names.extend((!names.contains(&name)).then_some(name));
        }
    }
    let unresolved = names.is_empty().then(|| "it is not known what these steps do".to_owned());
    let operations: Vec<Operation> = names.iter().map(|name| perform(service, name, object.facts.clone())).collect();
    Outcome { operations, unresolved, ..Outcome::default() }
}

/// `["create", entity]`.
fn table_step(item: &Term) -> Option<&'static str> {
    let Term::List(parts) = item else { return None };
    match parts.first()?.literal()? {
        "create" => Some("InsertEntity"),
        "update" => Some("UpdateEntity"),
        "upsert" => Some("UpsertEntity"),
        "delete" => Some("DeleteEntity"),
        _ => None,
    }
}

/// `{ operationType: BulkOperationType.Create }`.
fn cosmos_step(item: &Term) -> Option<&'static str> {
    let kind = member(item, "operationType");
    let word = match &kind {
        Term::Symbol(symbol) => symbol.rsplit('.').next()?.to_owned(),
        other => other.literal()?.to_owned(),
    };
    match word.as_str() {
        "Create" => Some("CreateItem"),
        "Upsert" => Some("UpsertItem"),
        "Replace" => Some("ReplaceItem"),
        "Patch" => Some("PatchItem"),
        "Delete" => Some("DeleteItem"),
        "Read" => Some("ReadItem"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure;

    #[test]
    fn every_operation_of_a_surface_is_in_the_table() {
        for (_, service, name) in SURFACES.operations() {
            assert!(azure::operation(service, name).is_some(), "{service} {name}");
        }
        assert_eq!(SURFACES.missing_classes(), Vec::<&str>::new());
    }

    #[test]
    fn steps_are_named_by_their_words() {
        let kind = Term::Symbol("@azure/cosmos.BulkOperationType.Upsert".into());
        assert_eq!(cosmos_step(&super::super::given::record([("operationType", kind)])), Some("UpsertItem"));
        assert!(Azure.strange("@azure/communication-email.EmailClient").is_some());
        assert!(Azure.strange("@azure/identity.DefaultAzureCredential").is_none());
    }
}
