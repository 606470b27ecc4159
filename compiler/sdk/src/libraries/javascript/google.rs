//! Google's libraries for Node.js: `@google-cloud/*`, `googleapis`, `firebase-admin`, and the triggers of `firebase-functions`.
//!
//! The hand-written ones are surfaces, `data/javascript/google-*.surface`; those that are generated are alike.

mod datastore; // keys, and entities that are named by them
mod triggers; // functions that Firebase runs

use crate::libraries::google::{discovery, generated};
use crate::surface::{Surface, Surfaces};
use crate::{Argument, Library, Object, Outcome, Template, Term};
use std::sync::LazyLock;

static SURFACES: LazyLock<Surfaces> = LazyLock::new(|| {
    let texts = [
        include_str!("../../../data/javascript/google-storage.surface"),
        include_str!("../../../data/javascript/google-firestore.surface"),
        include_str!("../../../data/javascript/google-firebase.surface"),
        include_str!("../../../data/javascript/google-database.surface"),
        include_str!("../../../data/javascript/google-pubsub.surface"),
        include_str!("../../../data/javascript/google-datastore.surface"),
        include_str!("../../../data/javascript/google-bigquery.surface"),
        include_str!("../../../data/javascript/google-logging.surface"),
        include_str!("../../../data/javascript/google-spanner.surface"),
        include_str!("../../../data/javascript/google-bigtable.surface"),
        include_str!("../../../data/javascript/google-translate.surface"),
        include_str!("../../../data/javascript/google-errors.surface"),
        include_str!("../../../data/javascript/google-vertex.surface"),
        include_str!("../../../data/javascript/google-sql.surface"),
        include_str!("../../../data/javascript/google-auth.surface"),
    ];
    Surfaces(texts.into_iter().map(Surface::read).collect())
});

/// Packages that ask no API by themselves.
const SILENT: &[&str] = &[
    "@google-cloud/common",
    "@google-cloud/functions-framework",
    "@google-cloud/local-auth",
    "@google-cloud/opentelemetry-cloud-trace-exporter",
    "@google-cloud/paginator",
    "@google-cloud/precise-date",
    "@google-cloud/profiler",
    "@google-cloud/projectify",
    "@google-cloud/promisify",
];

/// An app of Firebase: its methods give what the functions of those names give.
const APP: &str = "google.firebase.App";

/// Google's libraries.
pub struct Google;

impl Library for Google {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        if !ours(symbol) {
            return None;
        }
        let symbol = triggers::symbol(symbol);
        let arguments = triggers::arguments(&symbol, arguments);
        SURFACES
            .call(&symbol, &arguments)
            .or_else(|| triggers::call(&symbol, &arguments))
            .or_else(|| Some(gives(client(&symbol)?)))
            .or_else(|| Some(gives(api(&symbol)?)))
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        if object.class == APP && name != "delete" {
            return self.call(&format!("firebase-admin.{name}"), arguments);
        }
        triggers::method(object, name, arguments)
            .or_else(|| datastore::method(object, name, arguments))
            .or_else(|| generated::method(object, name, arguments))
            .or_else(|| discovery::perform(object, name, arguments))
            .or_else(|| SURFACES.method(object, name, &datastore::by_key(object, arguments)))
    }

    fn member(&self, object: &Object, name: &str) -> Option<Term> {
        if object.class == APP {
            return None;
        }
        let collection = discovery::collection(object, name).map(Term::Object);
        collection.or_else(|| SURFACES.member(object, name))
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        SURFACES.instance(symbol).or_else(|| client(symbol))
    }

    fn strange(&self, symbol: &str) -> Option<String> {
        let (package, name) = package(symbol);
        let unknown = package.starts_with("@google-cloud/")
            && !SILENT.contains(&package)
            && !SURFACES.makers().any(|maker| self::package(maker).0 == package);
        let last = name.rsplit('.').next().unwrap_or_default();
        let makes = last.is_empty() || last.starts_with(|letter: char| letter.is_ascii_uppercase());
        let client = package.starts_with("@google-cloud/") && last.ends_with("Client");
        let why = || format!("what `{symbol}` does on Google Cloud is not known here");
        (client || unknown && makes || package == "gcs-resumable-upload").then(why)
    }

    fn telling(&self, method: &str) -> bool {
        const TELLING: &[&str] = &[
            "accessSecretVersion",
            "addSecretVersion",
            "collectionGroup",
            "createTask",
            "createQueryJob",
            "createWriteStream_",
            "publishMessage",
            "publishJSON",
            "runTransaction",
            "sendEachForMulticast",
            "setCustomUserClaims",
        ];
        TELLING.contains(&method)
    }
}

fn ours(symbol: &str) -> bool {
    const PREFIXES: &[&str] = &[
        "@google-cloud/",
        "@googleapis/",
        "@google/genai",
        "firebase-admin",
        "firebase-functions",
        "google-auth-library.",
        "googleapis.",
    ];
    PREFIXES.iter().any(|prefix| symbol.starts_with(prefix))
}

fn gives(object: Object) -> Outcome {
    Outcome { value: Term::Object(object), ..Outcome::default() }
}

/// The package of a symbol, `@scope/name` or `name`, and the names behind it.
fn package(symbol: &str) -> (&str, &str) {
    let from = if symbol.starts_with('@') { symbol.find('/').map_or(0, |slash| slash + 1) } else { 0 };
    let end = symbol[from..].find(['/', '.']).map_or(symbol.len(), |at| from + at);
    (&symbol[..end], symbol[end..].trim_start_matches('.'))
}

/// A generated client, by the name of its class.
fn client(symbol: &str) -> Option<Object> {
    let (package, name) = package(symbol);
    let class = name.rsplit('.').next()?;
    package.starts_with("@google-cloud/").then(|| generated::client(class, symbol)).flatten()
}

/// `google.compute("v1")` of googleapis, `compute(…)` of `@googleapis/compute`.
fn api(symbol: &str) -> Option<Object> {
    let name = symbol.strip_prefix("googleapis.google.").or_else(|| symbol.strip_prefix("@googleapis/"))?;
    let name = name.rsplit('.').next()?;
    let auth = symbol.contains(".auth.") || name == "auth" || name == "options";
    (!auth).then(|| discovery::service(Term::Text(Template::from_literal(name))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gcp;

    #[test]
    fn every_operation_of_a_surface_is_in_the_table() {
        for (_, service, name) in SURFACES.operations() {
            let query = (service, name) == ("bigquery", "jobs.query");
            assert!(query || gcp::operation(service, name).is_some(), "{service} {name}");
        }
        assert_eq!(SURFACES.missing_classes(), Vec::<&str>::new());
    }

    #[test]
    fn packages_and_names_are_told_apart() {
        assert_eq!(package("@google-cloud/tasks.v2.CloudTasksClient"), ("@google-cloud/tasks", "v2.CloudTasksClient"));
        assert_eq!(package("firebase-admin/firestore.getFirestore").0, "firebase-admin");
        assert!(Google.strange("@google-cloud/talent.JobServiceClient").is_some());
        assert!(Google.strange("@google-cloud/newest.Newest").is_some());
        assert!(Google.strange("@google-cloud/firestore.FieldValue").is_none());
        assert!(Google.strange("@google-cloud/storage.v2.StorageClient").is_some());
    }
}
