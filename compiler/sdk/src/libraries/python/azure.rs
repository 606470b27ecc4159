//! Azure's libraries for Python: `azure.storage.*`, `azure.data.tables`, `azure.servicebus`, `azure.cosmos` and their like, all
//! surfaces in `data/python/azure-*.surface`. The asynchronous clients have the same names in a module `aio`.

use crate::azure::bindings;
use crate::libraries::given::at;
use crate::libraries::sas;
use crate::surface::{Surface, Surfaces};
use crate::{Argument, Library, Object, Operation, Outcome, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static SURFACES: LazyLock<Surfaces> = LazyLock::new(|| {
    let texts = [
        include_str!("../../../data/python/azure-blob.surface"),
        include_str!("../../../data/python/azure-queue.surface"),
        include_str!("../../../data/python/azure-tables.surface"),
        include_str!("../../../data/python/azure-servicebus.surface"),
        include_str!("../../../data/python/azure-eventhub.surface"),
        include_str!("../../../data/python/azure-eventgrid.surface"),
        include_str!("../../../data/python/azure-cosmos.surface"),
        include_str!("../../../data/python/azure-keyvault.surface"),
        include_str!("../../../data/python/azure-config.surface"),
        include_str!("../../../data/python/azure-pubsub.surface"),
        include_str!("../../../data/python/azure-compute.surface"),
    ];
    Surfaces(texts.into_iter().map(Surface::read).collect())
});

/// Packages that do nothing on a cloud by themselves: credentials, triggers and bindings, errors.
const SILENT: &[&str] = &["azure.identity.", "azure.core.", "azure.functions.", "azure.monitor.opentelemetry."];

/// What functions are registered with, and by what they are decorated.
const OWNERS: &[&str] = &[
    "azure.functions.FunctionApp()",
    "azure.functions.Blueprint()",
    "azure.durable_functions.DFApp()",
    "azure.durable_functions.Blueprint()",
];

/// Azure's libraries.
pub struct Azure;

impl Library for Azure {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let symbol = plain(symbol)?;
        if let Some(decorator) = OWNERS.iter().find_map(|owner| symbol.strip_prefix(owner)) {
            return decorated(decorator.strip_prefix('.')?, arguments);
        }
        if let Some(name) = symbol.strip_prefix("azure.storage.blob.")
            && let Some(outcome) = signature(name.trim_start_matches("_shared_access_signature."), arguments)
        {
            return Some(outcome);
        }
        SURFACES.call(&symbol, arguments).or_else(|| message(&symbol))
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        match (object.class.as_str(), name) {
            ("azure.table.Table", "submit_transaction") => Some(transaction(object, arguments)),
            (_, "bind") => bindings::bound(object),
            _ => SURFACES.method(object, name, arguments),
        }
    }

    fn member(&self, object: &Object, name: &str) -> Option<Term> {
        match (object.class.as_str(), name) {
            ("azure.table.Table", "submit_transaction") => None,
            _ => SURFACES.member(object, name),
        }
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        SURFACES.instance(&plain(symbol)?)
    }

    fn strange(&self, symbol: &str) -> Option<String> {
        let named = |word: &str| symbol.split('.').any(|part| part.ends_with(word));
        let silent = SILENT.iter().any(|prefix| symbol.starts_with(prefix));
        let client = symbol.starts_with("azure.") && (named("Client") || named("Service"));
        (client && !silent).then(|| format!("what `{symbol}` does on Azure is not known here"))
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
            "create_entity",
            "download_blob",
            "get_blob_client",
            "get_container_client",
            "query_entities",
            "query_items",
            "send_messages",
            "submit_transaction",
            "upload_blob",
            "upsert_entity",
            "upsert_item",
        ];
        TELLING.contains(&method)
    }
}

/// A decorator that declares a binding: `app.queue_output(arg_name=…, queue_name=…)`.
fn decorated(name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let named = arguments.iter().filter_map(|argument| Some((argument.name.clone()?, argument.term.clone())));
    let settings: BTreeMap<SmolStr, Term> = named.collect();
    let kind = settings.get("type").and_then(Term::literal).unwrap_or_default().to_owned();
    let object = match name {
        "generic_input_binding" => Some(bindings::binding(&kind, "in", settings)),
        "generic_output_binding" => Some(bindings::binding(&kind, "out", settings)),
        _ => bindings::named(name, None, settings),
    };
    Some(Outcome { value: Term::Object(object?), ..Outcome::default() })
}

/// A symbol of Azure without `aio`.
fn plain(symbol: &str) -> Option<String> {
    let ours = symbol.starts_with("azure.") || symbol.starts_with("azurefunctions.");
    ours.then(|| symbol.replace(".aio.", "."))
}

/// What a batch of entities does, by the first word of each: `("upsert", entity)`.
fn transaction(object: &Object, arguments: &[Argument]) -> Outcome {
    let operations = arguments.first().map(|argument| &argument.term);
    let mut names: Vec<&'static str> = Vec::new();
    if let Some(Term::List(items)) = operations {
        for word in items.iter().flat_map(Term::each).filter_map(first_word) {
            names.extend(entity_operation(word).filter(|name| !names.contains(name)));
        }
    }
    let unresolved = names.is_empty().then(|| "it is not known what this transaction does".to_owned());
    let perform = |name: &&str| crate::azure::perform("table", name, object.facts.clone());
    let operations: Vec<Operation> = names.iter().map(perform).collect();
    Outcome { operations, unresolved, ..Outcome::default() }
}

fn first_word(item: &Term) -> Option<&str> {
    match item {
        Term::List(parts) => parts.first().and_then(Term::literal),
        _ => None,
    }
}

fn entity_operation(word: &str) -> Option<&'static str> {
    match word.to_lowercase().as_str() {
        "create" => Some("InsertEntity"),
        "update" => Some("UpdateEntity"),
        "upsert" => Some("UpsertEntity"),
        "delete" => Some("DeleteEntity"),
        _ => None,
    }
}

/// Permissions of a signed address, and the address where it is signed with a user delegation key.
fn signature(name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let named = |wanted: &str| {
        let found = arguments.iter().find(|argument| argument.name.as_deref() == Some(wanted));
        found.map(|argument| argument.term.clone())
    };
    match name {
        "BlobSasPermissions"
        | "BlobSasPermissions.from_string"
        | "ContainerSasPermissions"
        | "ContainerSasPermissions.from_string" => {
            Some(Outcome { value: sas::permissions(arguments), ..Outcome::default() })
        }
        "generate_blob_sas" | "generate_container_sas" => {
            named("user_delegation_key")?;
            let given = |name: &str, position: usize| named(name).unwrap_or_else(|| at(arguments, position));
            let blob = if name == "generate_blob_sas" { given("blob_name", 2) } else { Term::Unknown };
            let permissions = named("permission").unwrap_or_default();
            Some(sas::signed(&permissions, given("container_name", 1), blob))
        }
        _ => None,
    }
}

/// Messages, settings and errors: classes that are no clients.
fn message(symbol: &str) -> Option<Outcome> {
    let silent = SILENT.iter().any(|prefix| symbol.starts_with(prefix));
    let messages = [
        "azure.servicebus.ServiceBusMessage",
        "azure.eventhub.EventData",
        "azure.eventgrid.EventGridEvent",
        "azure.storage.blob.ContentSettings",
        "azure.cosmos.PartitionKey",
    ];
    (silent && !symbol.starts_with("azure.functions.") || messages.contains(&symbol)).then(Outcome::default)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Needed, Template, azure, needed};

    fn text(text: &str) -> Argument {
        Argument { name: None, term: Term::Text(Template::from_literal(text)) }
    }

    fn object(outcome: Option<Outcome>) -> Object {
        match outcome.map(|outcome| outcome.value) {
            Some(Term::Object(object)) => object,
            other => panic!("no object: {other:?}"),
        }
    }

    fn permissions(outcome: Option<Outcome>) -> Vec<String> {
        let outcome = outcome.expect("an outcome");
        assert_eq!(outcome.unresolved, None);
        let mut all = Vec::new();
        for operation in &outcome.operations {
            let Needed::Permissions(permissions) = needed(operation) else { panic!("unknown: {operation:?}") };
            for permission in permissions {
                let name = permission.resource.name.as_ref().and_then(Template::literal).unwrap_or("-").to_owned();
                all.push(format!("{} {name}", permission.permission));
            }
        }
        all
    }

    #[test]
    fn every_operation_of_a_surface_is_in_the_table() {
        for (_, service, name) in SURFACES.operations() {
            assert!(azure::operation(service, name).is_some(), "{service} {name}");
        }
        assert_eq!(SURFACES.missing_classes(), Vec::<&str>::new());
    }

    #[test]
    fn a_blob_knows_its_container() {
        let service = "azure.storage.blob.aio.BlobServiceClient.from_connection_string";
        let service = object(Azure.call(service, &[text("x")]));
        let container = object(Azure.method(&service, "get_container_client", &[text("photos")]));
        let upload = Azure.method(&container, "upload_blob", &[text("a"), text("b")]);
        let blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";
        assert_eq!(permissions(upload), [format!("{blobs}/write photos")]);
        let blob = object(Azure.method(&service, "get_blob_client", &[text("photos"), text("a")]));
        assert_eq!(permissions(Azure.method(&blob, "download_blob", &[])), [format!("{blobs}/read photos")]);
    }

    #[test]
    fn a_transaction_does_what_its_words_say() {
        let table = object(Azure.call("azure.data.tables.TableClient", &[text("x"), text("orders")]));
        let pair = |word: &str| Term::List(vec![text(word).term, Term::Unknown]);
        let list = Term::List(vec![pair("create"), pair("DELETE"), pair("create")]);
        let done = Azure.method(&table, "submit_transaction", &[Argument { name: None, term: list }]);
        let entities = "Microsoft.Storage/storageAccounts/tableServices/tables/entities";
        assert_eq!(permissions(done), [format!("{entities}/add/action orders"), format!("{entities}/delete orders")]);
        let unknown = Azure.method(&table, "submit_transaction", &[Argument { name: None, term: Term::Unknown }]);
        assert!(unknown.is_some_and(|outcome| outcome.unresolved.is_some()));
    }
}
