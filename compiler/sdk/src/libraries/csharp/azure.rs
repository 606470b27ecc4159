//! Azure's libraries for .NET, all surfaces in `data/csharp/azure-*.surface`.

use super::names::{bare, last, values};
use crate::surface::{Surface, Surfaces};
use crate::{Argument, Library, Object, Outcome, Term};
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
        SURFACES.call(symbol, &values(arguments))
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        SURFACES.method(object, bare(name), &values(arguments))
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

    fn telling(&self, method: &str) -> bool {
        matches!(method, "GetBlobContainerClient" | "GetBlobClient" | "UpsertEntityAsync" | "UpsertItemAsync")
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
