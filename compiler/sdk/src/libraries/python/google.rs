//! Google Cloud's libraries for Python: `google.cloud.*`, `googleapiclient`, `firebase_admin`, `vertexai`.
//!
//! The hand-written ones are surfaces, `data/python/google-*.surface`. The generated ones are alike: a client's class says the
//! service, a method is an operation, a request is a record or named arguments, and `*_path` makes names.

use crate::libraries::google::{discovery, generated, record, wild};
use crate::surface::{Surface, Surfaces};
use crate::{Argument, Library, Object, Outcome, Term};
use std::borrow::Cow;
use std::sync::LazyLock;

static SURFACES: LazyLock<Surfaces> = LazyLock::new(|| {
    let texts = [
        include_str!("../../../data/python/google-storage.surface"),
        include_str!("../../../data/python/google-firestore.surface"),
        include_str!("../../../data/python/google-datastore.surface"),
        include_str!("../../../data/python/google-bigquery.surface"),
        include_str!("../../../data/python/google-logging.surface"),
        include_str!("../../../data/python/google-translate.surface"),
        include_str!("../../../data/python/google-errors.surface"),
        include_str!("../../../data/python/google-spanner.surface"),
        include_str!("../../../data/python/google-bigtable.surface"),
        include_str!("../../../data/python/google-firebase.surface"),
        include_str!("../../../data/python/google-vertex.surface"),
        include_str!("../../../data/python/google-sql.surface"),
        include_str!("../../../data/python/google-auth.surface"),
    ];
    Surfaces(texts.into_iter().map(Surface::read).collect())
});

/// Other ways to make a client than to call its class.
const MAKERS: &[&str] = &[
    ".from_service_account_json",
    ".from_service_account_info",
    ".from_service_account_file",
    ".create_anonymous_client",
];

/// What does nothing on a cloud but to make credentials or to register a function.
const SILENT: &[&str] = &[
    "google.auth.default",
    "google.auth.load_credentials_from_file",
    "google.oauth2.id_token.verify_oauth2_token",
    "google.oauth2.id_token.verify_token",
    "google.oauth2.id_token.fetch_id_token",
    "google.cloud.firestore.transactional",
    "google.cloud.firestore.async_transactional",
    "google.cloud.logging.handlers.CloudLoggingHandler",
    "vertexai.init",
];

/// Google Cloud's libraries.
pub struct Google;

impl Library for Google {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        if !ours(symbol) {
            return None;
        }
        if symbol.starts_with("firebase_functions.") {
            let wild = |argument: &Argument| Argument { term: wild(&argument.term), ..argument.clone() };
            return SURFACES.call(symbol, &arguments.iter().map(wild).collect::<Vec<_>>());
        }
        let symbol = &firestore(symbol);
        let class = MAKERS.iter().find_map(|maker| symbol.strip_suffix(maker)).unwrap_or(symbol);
        SURFACES
            .call(class, if class == symbol { arguments } else { &[] })
            .or_else(|| Some(Outcome { value: Term::Object(client(class)?), ..Outcome::default() }))
            .or_else(|| discovery::build(symbol, arguments))
            .or_else(|| SILENT.contains(&&**symbol).then(Outcome::default))
            .or_else(|| message(symbol, arguments))
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        generated::method(object, name, arguments)
            .or_else(|| discovery::method(object, name, arguments))
            .or_else(|| SURFACES.method(object, name, arguments))
    }

    fn member(&self, object: &Object, name: &str) -> Option<Term> {
        SURFACES.member(object, name)
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        if !ours(symbol) {
            return None;
        }
        let symbol = &firestore(symbol);
        SURFACES.instance(symbol).or_else(|| client(symbol))
    }

    fn strange(&self, symbol: &str) -> Option<String> {
        let client = symbol.split('.').any(|part| part.ends_with("Client"));
        let client = ours(symbol) && client || symbol.starts_with("firebase_admin.");
        let wrapper = ["gcsfs.", "google.appengine.", "gspread_cloud.", "firebase_admin.db."];
        (client || wrapper.iter().any(|prefix| symbol.starts_with(prefix)))
            .then(|| format!("what `{symbol}` does on Google Cloud is not known here"))
    }

    fn telling(&self, method: &str) -> bool {
        const TELLING: &[&str] = &[
            "access_secret_version",
            "add_secret_version",
            "create_task",
            "download_as_bytes",
            "download_as_string",
            "download_as_text",
            "download_to_filename",
            "insert_rows_json",
            "list_blobs",
            "load_table_from_uri",
            "upload_from_filename",
            "upload_from_string",
        ];
        TELLING.contains(&method)
    }
}

fn ours(symbol: &str) -> bool {
    ["google.", "googleapiclient.", "firebase_admin.", "firebase_functions.", "vertexai."]
        .iter()
        .any(|prefix| symbol.starts_with(prefix))
}

/// Firebase hands on all names of Firestore's library, and adds `client`.
fn firestore(symbol: &str) -> Cow<'_, str> {
    let handed = ["firebase_admin.firestore.", "firebase_admin.firestore_async."];
    match handed.iter().find_map(|package| symbol.strip_prefix(package)) {
        Some(name) if name != "client" => format!("google.cloud.firestore.{name}").into(),
        _ => symbol.into(),
    }
}

/// A generated client, by the name of its class.
fn client(symbol: &str) -> Option<Object> {
    if !symbol.starts_with("google.cloud.") {
        return None;
    }
    let last = symbol.rsplit('.').next().unwrap_or_default();
    match last.strip_suffix("AsyncClient") {
        Some(name) => generated::client(&format!("{name}Client"), symbol),
        None => generated::client(last, symbol),
    }
}

/// A message: `tasks_v2.CreateTaskRequest(parent=…)` is the record of its arguments.
fn message(symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
    let last = symbol.rsplit('.').next().unwrap_or_default();
    let is_class = last.starts_with(|letter: char| letter.is_ascii_uppercase());
    if !["google.cloud.", "firebase_admin."].iter().any(|prefix| symbol.starts_with(prefix))
        || !is_class
        || last.ends_with("Client")
    {
        return None;
    }
    let mut members = record(arguments);
    if let Some(Argument { name: None, term: Term::Record(given) }) = arguments.first() {
        members.extend(given.clone());
    }
    Some(Outcome { value: Term::Record(members), ..Outcome::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Needed, Template, gcp, needed};
    use std::collections::BTreeMap;

    fn text(text: &str) -> Term {
        Term::Text(Template::from_literal(text))
    }

    fn plain(term: Term) -> Argument {
        Argument { name: None, term }
    }

    fn named(name: &str, term: Term) -> Argument {
        Argument { name: Some(name.into()), term }
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
            let query = (service, name) == ("bigquery", "jobs.query");
            assert!(query || gcp::operation(service, name).is_some(), "{service} {name}");
        }
        assert_eq!(SURFACES.missing_classes(), Vec::<&str>::new());
    }

    #[test]
    fn a_blob_knows_its_bucket() {
        let client = object(Google.call("google.cloud.storage.Client", &[]));
        let bucket = object(Google.method(&client, "bucket", &[plain(text("photos"))]));
        let blob = object(Google.method(&bucket, "blob", &[plain(text("a.png"))]));
        let upload = Google.method(&blob, "upload_from_string", &[plain(Term::Unknown)]);
        assert_eq!(permissions(upload), ["storage.objects.create photos"]);
        let copy = Google.method(&bucket, "copy_blob", &[plain(Term::Object(blob)), plain(text("other"))]);
        assert_eq!(permissions(copy), ["storage.objects.get photos", "storage.objects.create other"]);
    }

    #[test]
    fn a_generated_client_takes_requests_and_arguments() {
        let client = object(Google.call("google.cloud.tasks_v2.CloudTasksClient", &[]));
        let Some(Outcome { value: path, .. }) =
            Google.method(&client, "queue_path", &[plain(text("p")), plain(text("l")), plain(text("q"))])
        else {
            panic!("no path")
        };
        let request = Term::Record(BTreeMap::from([("parent".into(), path.clone())]));
        let by_request = Google.method(&client, "create_task", &[named("request", request)]);
        assert_eq!(permissions(by_request), ["cloudtasks.tasks.create q"]);
        let by_name = Google.method(&client, "create_task", &[named("parent", path.clone())]);
        assert_eq!(permissions(by_name), ["cloudtasks.tasks.create q"]);
        let by_position = Google.method(&client, "create_task", &[plain(path), plain(Term::Unknown)]);
        assert_eq!(permissions(by_position), ["cloudtasks.tasks.create q"]);
    }

    #[test]
    fn what_is_not_known_is_said() {
        let client = object(Google.call("google.cloud.pubsub_v1.PublisherClient", &[]));
        let outcome = Google.method(&client, "dance", &[]).expect("an outcome");
        assert!(outcome.unresolved.is_some());
        assert!(Google.strange("google.cloud.talent_v4.JobServiceClient").is_some());
        assert!(Google.call("boto3.client", &[]).is_none());
    }

    #[test]
    fn discovery_performs_when_it_is_executed() {
        let build = Google.call("googleapiclient.discovery.build", &[plain(text("compute")), plain(text("v1"))]);
        let service = object(build);
        let instances = object(Google.method(&service, "instances", &[]));
        let request = Google.method(&instances, "stop", &[named("instance", text("a"))]);
        assert_eq!(permissions(request.clone()), Vec::<String>::new());
        let executed = Google.method(&object(request), "execute", &[]);
        assert_eq!(permissions(executed), ["compute.instances.stop -"]);
    }

    #[test]
    fn entities_without_an_id_get_one() {
        let client = object(Google.call("google.cloud.datastore.Client", &[]));
        let key = object(Google.method(&client, "key", &[plain(text("Task"))]));
        let entity = object(Google.call("google.cloud.datastore.Entity", &[named("key", Term::Object(key))]));
        let put = Google.method(&client, "put", &[plain(Term::Object(entity))]);
        let expected = ["datastore.entities.create (default)", "datastore.entities.allocateIds (default)"];
        assert_eq!(permissions(put), expected);
    }
}
