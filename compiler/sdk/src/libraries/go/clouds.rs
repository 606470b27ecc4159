//! Google's and Azure's SDKs for Go: surfaces in `data/go/`, and the clients that Google generates.

mod discovery; // google.golang.org/api

use super::symbol::Symbol;
use crate::libraries::given::object;
use crate::libraries::google::generated;
use crate::surface::{Surface, Surfaces};
use crate::{Argument, Library, Object, Outcome, Term, gcp};
use std::sync::LazyLock;

static SURFACES: LazyLock<Surfaces> = LazyLock::new(|| {
    let texts = [include_str!("../../../data/go/google.surface"), include_str!("../../../data/go/azure.surface")];
    Surfaces(texts.into_iter().map(Surface::read).collect())
});

/// How the paths of Azure's packages begin, for which the surface writes `sdk/`.
const AZURE: &str = "github.com/Azure/azure-sdk-for-go/sdk/";
const GOOGLE: &str = "cloud.google.com/go/";

/// Google Cloud and Azure.
pub struct Clouds;

impl Library for Clouds {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let symbol = Symbol::read(symbol)?;
        let made = || generated(symbol).or_else(|| discovery::service(symbol));
        SURFACES
            .call(&written(symbol), arguments)
            .or_else(|| Some(Outcome { value: Term::Object(made()?), ..Outcome::default() }))
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        let behind_context = arguments.get(1..).unwrap_or_default();
        generated::method(object, name, behind_context)
            .or_else(|| discovery::method(object, name, arguments))
            .or_else(|| SURFACES.method(object, name, arguments))
    }

    fn member(&self, object: &Object, name: &str) -> Option<Term> {
        discovery::member(object, name).or_else(|| SURFACES.member(object, name))
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let symbol = Symbol::read(symbol)?;
        SURFACES.instance(&written(symbol)).or_else(|| of_type(symbol))
    }

    fn telling(&self, method: &str) -> bool {
        matches!(method, "AccessSecretVersion" | "CreateTask" | "RunTransaction" | "UploadStream" | "NewRangeReader")
    }
}

/// A symbol as the surfaces write it.
fn written(symbol: Symbol<'_>) -> String {
    match symbol.behind(AZURE) {
        Some(package) => format!("sdk/{package}.{}", symbol.name),
        None => format!("{}.{}", symbol.package, symbol.name),
    }
}

/// `secretmanager.NewClient(ctx)`, `kms.NewKeyManagementClient(ctx)`, `compute.NewInstancesRESTClient(ctx)`.
fn generated(symbol: Symbol<'_>) -> Option<Object> {
    let name = symbol.name.strip_prefix("New")?;
    let name = name.strip_suffix("RESTClient").map_or_else(|| name.to_owned(), |stem| format!("{stem}Client"));
    client(symbol, &name)
}

/// A value of a generated client's type: `*secretmanager.Client`.
fn of_type(symbol: Symbol<'_>) -> Option<Object> {
    client(symbol, symbol.name)
}

fn client(symbol: Symbol<'_>, class: &str) -> Option<Object> {
    let path = symbol.behind(GOOGLE).filter(|path| path.contains("/apiv"))?;
    let stem = class.strip_suffix("Client")?;
    if stem.is_empty() {
        let service = path.split('/').rev().find_map(gcp::service)?;
        return match object(format!("google.generated:{service}"), Default::default()) {
            Term::Object(client) => Some(client),
            _ => None,
        };
    }
    let whole = symbol.package;
    let service = || generated::client(&format!("{stem}ServiceClient"), whole);
    generated::client(class, whole).or_else(service)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Provider, azure};

    #[test]
    fn every_operation_of_a_surface_is_in_the_table() {
        for (provider, service, name) in SURFACES.operations() {
            let known = match provider {
                Provider::Azure => azure::operation(service, name),
                _ => gcp::operation(service, name).or((name == "jobs.query").then_some(name)),
            };
            assert!(known.is_some(), "{service} {name}");
        }
        assert_eq!(SURFACES.missing_classes(), Vec::<&str>::new());
    }

    #[test]
    fn generated_clients_are_known_by_package_and_class() {
        for (made, service) in [
            ("cloud.google.com/go/secretmanager/apiv1.NewClient", "secretmanager"),
            ("cloud.google.com/go/cloudtasks/apiv2.NewClient", "cloudtasks"),
            ("cloud.google.com/go/kms/apiv1.NewKeyManagementClient", "cloudkms"),
            ("cloud.google.com/go/compute/apiv1.NewInstancesRESTClient", "compute"),
            ("cloud.google.com/go/vision/apiv1.NewImageAnnotatorClient", "vision"),
        ] {
            let Some(Outcome { value: Term::Object(client), .. }) = Clouds.call(made, &[]) else { panic!("{made}") };
            assert_eq!(client.class, format!("google.generated:{service}"));
        }
        assert!(Clouds.call("cloud.google.com/go/talent/apiv4.NewJobClient", &[]).is_none());
    }
}
