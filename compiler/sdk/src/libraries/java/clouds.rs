//! Google's and Azure's SDKs for Java: surfaces in `data/java/`, the clients that Google generates, and their requests.
//!
//! Builders are told by methods that give the builder again. A request of Google's is `java.google.request`; a name such as
//! `SecretVersionName.of(…)` is the text it stands for.

use super::names::gives;
use crate::libraries::google::generated;
use crate::surface::{Surface, Surfaces};
use crate::{Argument, Library, Object, Outcome, Piece, Template, Term, gcp};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static SURFACES: LazyLock<Surfaces> = LazyLock::new(|| {
    let texts = [include_str!("../../../data/java/google.surface"), include_str!("../../../data/java/azure.surface")];
    Surfaces(texts.into_iter().map(Surface::read).collect())
});

/// A request of Google's, with what it was told.
const REQUEST: &str = "java.google.request";

/// Names of resources: the class, the service, and what its helper for such names is called.
const NAMES: &[(&str, &str, &str)] = &[
    ("TopicName", "pubsub", "topic_path"),
    ("ProjectTopicName", "pubsub", "topic_path"),
    ("SubscriptionName", "pubsub", "subscription_path"),
    ("ProjectSubscriptionName", "pubsub", "subscription_path"),
    ("SecretName", "secretmanager", "secret_path"),
    ("SecretVersionName", "secretmanager", "secret_version_path"),
    ("QueueName", "cloudtasks", "queue_path"),
    ("TaskName", "cloudtasks", "task_path"),
    ("CryptoKeyName", "cloudkms", "crypto_key_path"),
    ("ProjectName", "pubsub", "project_path"),
    ("LocationName", "pubsub", "location_path"),
];

/// How the methods of builders begin or are called that tell the builder something.
const TELLS: &[&str] = &[
    "set", "add", "put", "with", "where", "orderBy", "limit", "offset", "start", "end", "select", "enable", "disable",
];
const BUILDS: &[&str] = &[
    "build",
    "toBuilder",
    "toString",
    "credential",
    "connectionString",
    "endpoint",
    "key",
    "vaultUrl",
    "retryOptions",
    "consistencyLevel",
    "contentResponseOnWriteEnabled",
    "directMode",
    "gatewayMode",
    "httpClient",
    "clientOptions",
    "configuration",
    "serviceVersion",
    "sasToken",
    "receiveMode",
    "disableAutoComplete",
    "maxAutoLockRenewDuration",
    "prefetchCount",
    "consumerGroup",
    "fullyQualifiedNamespace",
    "transportType",
    "processMessage",
    "processError",
    "maxConcurrentCalls",
    "preferredRegions",
    "userAgentSuffix",
    "connectionSharingAcrossClientsEnabled",
    "messageEncoding",
    "addPolicy",
    "httpLogOptions",
    "retryPolicy",
    "resourceToken",
];

/// Google Cloud and Azure.
pub struct Clouds;

impl Library for Clouds {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        if !ours(symbol) {
            return is_bare_builder(symbol).then(builder);
        }
        SURFACES
            .call(symbol, arguments)
            .or_else(|| name(symbol, arguments))
            .or_else(|| Some(gives(Term::Object(made(symbol)?))))
            .or_else(|| request(symbol))
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        if object.class == REQUEST {
            return Some(gives(Term::Object(told(object, name, arguments))));
        }
        if object.class.starts_with("google.generated:") {
            return generated::method(object, name, &inputs(arguments));
        }
        let outcome = SURFACES.method(object, name, arguments)?;
        match outcome.unresolved.is_some() && tells(name) {
            true => Some(gives(Term::Object(object.clone()))),
            false => Some(outcome),
        }
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        ours(symbol).then(|| SURFACES.instance(symbol).or_else(|| client(symbol)))?
    }

    fn telling(&self, method: &str) -> bool {
        matches!(
            method,
            "accessSecretVersion" | "createTask" | "getBlobContainerClient" | "upsertItem" | "readAllBytes_"
        )
    }
}

fn ours(symbol: &str) -> bool {
    ["com.google.", "com.azure."].iter().any(|prefix| symbol.starts_with(prefix))
}

fn tells(name: &str) -> bool {
    TELLS.iter().any(|start| name.starts_with(start)) || BUILDS.contains(&name)
}

/// `SecretManagerServiceClient.create()`.
fn made(symbol: &str) -> Option<Object> {
    client(symbol.strip_suffix(".create")?)
}

fn client(class: &str) -> Option<Object> {
    let (package, name) = class.rsplit_once('.')?;
    package.starts_with("com.google.cloud.").then(|| generated::client(name, package)).flatten()
}

/// `SecretVersionName.of(project, secret, version)`, as the text it stands for.
fn name(symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
    let (class, method) = symbol.rsplit_once('.')?;
    let class = class.rsplit('.').next()?;
    let (_, service, helper) = NAMES.iter().find(|(name, ..)| *name == class)?;
    let form = (method == "of" || method == "format").then(|| gcp::path(service, helper)).flatten()?;
    let mut pieces = Vec::new();
    for (position, part) in form.split("{}").enumerate() {
        if position > 0 {
            match arguments.get(position - 1).map(|argument| &argument.term) {
                Some(Term::Text(Template(known))) => pieces.extend(known.iter().cloned()),
                _ => pieces.push(Piece::Hole),
            }
        }
        pieces.extend((!part.is_empty()).then(|| Piece::Literal(part.into())));
    }
    Some(gives(Term::Text(Template(pieces))))
}

/// `AccessSecretVersionRequest.newBuilder()`, and every other message of Google's.
fn request(symbol: &str) -> Option<Outcome> {
    let built = symbol.starts_with("com.google.") && symbol.ends_with(".newBuilder");
    let client = symbol.contains("Client.") || symbol.contains("Settings.");
    (built && !client).then(builder)
}

fn builder() -> Outcome {
    gives(Term::Object(Object { class: REQUEST.into(), facts: BTreeMap::new() }))
}

/// `Image.newBuilder()` of a class that came with all of its package.
fn is_bare_builder(symbol: &str) -> bool {
    let class = symbol.strip_suffix(".newBuilder");
    class.is_some_and(|class| !class.contains('.') && class.starts_with(char::is_uppercase))
}

/// `setName(name)` tells a request its name, `addFeatures(feature)` one of several.
fn told(request: &Object, name: &str, arguments: &[Argument]) -> Object {
    let mut request = request.clone();
    let [Argument { term, .. }] = arguments else { return request };
    if let Some(member) = name.strip_prefix("set") {
        request.facts.insert(SmolStr::from(member), plain(term));
    } else if let Some(member) = name.strip_prefix("addAll").or_else(|| name.strip_prefix("add")) {
        let all = request.facts.entry(SmolStr::from(member)).or_insert_with(|| Term::List(Vec::new()));
        if let Term::List(all) = all {
            all.push(plain(term));
        }
    }
    request
}

/// Requests as records.
fn plain(term: &Term) -> Term {
    match term {
        Term::Object(object) if object.class == REQUEST => {
            Term::Record(object.facts.iter().map(|(name, term)| (name.clone(), plain(term))).collect())
        }
        Term::List(terms) => Term::List(terms.iter().map(plain).collect()),
        Term::Any(terms) => Term::any(terms.iter().map(plain)),
        other => other.clone(),
    }
}

fn inputs(arguments: &[Argument]) -> Vec<Argument> {
    arguments.iter().map(|argument| Argument { term: plain(&argument.term), ..argument.clone() }).collect()
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
    fn names_are_texts() {
        let given = ["p", "key"].map(|text| Argument { name: None, term: Term::Text(Template::from_literal(text)) });
        let outcome = Clouds.call("com.google.cloud.secretmanager.v1.SecretName.of", &given).unwrap();
        let Term::Text(Template(pieces)) = outcome.value else { panic!("no text") };
        let text: String = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Literal(text) => Some(text.to_string()),
                _ => None,
            })
            .collect();
        assert_eq!(text, "projects/p/secrets/key");
        assert!(Clouds.call("com.google.gson.Gson", &[]).is_none());
    }
}
