//! Azure's libraries for .NET, all surfaces in `data/csharp/azure-*.surface`.

use super::names::{bare, last, values};
use crate::azure::bindings;
use crate::libraries::given::value;
use crate::surface::{Surface, Surfaces};
use crate::{Argument, Library, Object, Outcome, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static SURFACES: LazyLock<Surfaces> = LazyLock::new(|| {
    let texts = [
        include_str!("../../../data/csharp/azure-storage.surface"),
        include_str!("../../../data/csharp/azure-queues.surface"),
        include_str!("../../../data/csharp/azure-tables.surface"),
        include_str!("../../../data/csharp/azure-servicebus.surface"),
        include_str!("../../../data/csharp/azure-others.surface"),
        include_str!("../../../data/csharp/azure-eventgrid.surface"),
        include_str!("../../../data/csharp/azure-cosmos.surface"),
        include_str!("../../../data/csharp/azure-keyvault.surface"),
        include_str!("../../../data/csharp/azure-config.surface"),
    ];
    Surfaces(texts.into_iter().map(Surface::read).collect())
});

/// Namespaces of clients that do nothing on a cloud by themselves.
const SILENT: &[&str] = &["Azure.Identity.", "Azure.Core.", "Azure.Monitor."];

/// Azure's libraries.
pub struct Azure;

impl Library for Azure {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        SURFACES.call(symbol, &values(arguments)).or_else(|| attribute(symbol, arguments))
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        match name {
            "bind" => bindings::bound(object),
            _ => SURFACES.method(object, bare(name), &values(arguments)),
        }
    }

    fn member(&self, object: &Object, name: &str) -> Option<Term> {
        SURFACES.member(object, name)
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        SURFACES.instance(symbol)
    }

    fn strange(&self, symbol: &str) -> Option<String> {
        let silent = SILENT.iter().any(|prefix| symbol.starts_with(prefix));
        let client = symbol.starts_with("Azure.") && last(symbol).ends_with("Client");
        (client && !silent).then(|| format!("what `{symbol}` does on Azure is not known here"))
    }

    fn beside(&self) -> Option<&'static str> {
        Some(bindings::FILE)
    }

    fn declared(&self, text: &str) -> Vec<(usize, Outcome)> {
        bindings::declared(text)
    }

    fn telling(&self, method: &str) -> bool {
        matches!(method, "GetBlobContainerClient" | "GetBlobClient" | "UpsertEntityAsync" | "UpsertItemAsync")
    }
}

/// An attribute that is a binding, in brackets: `[BlobInput]`, `[Queue]` with its direction.
fn attribute(symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
    let name = symbol.strip_prefix('[')?.strip_suffix(']')?;
    let (kind, direction) = match (name.strip_suffix("Input"), name.strip_suffix("Output")) {
        (Some(kind), _) => (kind, "in"),
        (_, Some(kind)) => (kind, "out"),
        _ => (name, "in"),
    };
    let mut settings = BTreeMap::new();
    let mut positions = positions(kind).iter();
    for argument in arguments {
        let name = argument.name.clone().or_else(|| positions.next().map(|name| SmolStr::from(*name)));
        if let Some(name) = name {
            settings.insert(name, argument.term.clone());
        }
    }
    let told = settings.remove("direction");
    let direction = told.as_ref().and_then(Term::literal).unwrap_or(direction);
    Some(value(Term::Object(bindings::binding(kind, direction, settings))))
}

/// What an attribute is told without names.
fn positions(kind: &str) -> &'static [&'static str] {
    match kind.to_ascii_lowercase().as_str() {
        "blob" => &["path"],
        "queue" | "servicebus" => &["queueName"],
        "table" => &["tableName"],
        "cosmosdb" => &["databaseName", "containerName"],
        "eventhub" => &["eventHubName"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_names_what_there_is() {
        assert_eq!(SURFACES.missing_classes(), Vec::<&str>::new());
        for (_, service, name) in SURFACES.operations() {
            assert_eq!(crate::azure::operation(service, name), Some(name), "{service} {name}");
        }
    }
}
