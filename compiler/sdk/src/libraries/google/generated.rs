//! Clients that Google generates: one form for all services.

use super::{addresses, record};
use crate::surface::parts_of_address;
use crate::{Argument, Object, Operation, Outcome, Piece, Template, Term, gcp};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// What an object of such a client is called: its service stands behind.
const CLASS: &str = "google.generated:";

/// Methods that ask nobody.
const LOCAL: &[&str] = &[
    "close",
    "__enter__",
    "__exit__",
    "get_mtls_endpoint_and_cert_source",
    "transport",
    "initialize",
    "getProjectId",
    "shutdown",
    "shutdownNow",
    "awaitTermination",
    "Close",
];

/// Packages of Compute Engine, which has a client for each of its collections.
const COMPUTE: &[&str] =
    &["google.cloud.compute", "@google-cloud/compute", "com.google.cloud.compute", "cloud.google.com/go/compute"];

/// The client that a class' name and its package say: `CloudTasksClient` of `google.cloud.tasks_v2`.
pub(in crate::libraries) fn client(class: &str, package: &str) -> Option<Object> {
    let compute = || {
        let ours = COMPUTE.iter().any(|known| package.starts_with(known));
        (ours && class.ends_with("Client")).then_some("compute")
    };
    let service = gcp::client(class, package).or_else(compute)?;
    let mut facts = BTreeMap::new();
    if service == "compute" {
        facts.insert("collection".into(), Term::Text(Template::from_literal(&collection(class))));
    }
    Some(Object { class: format!("{CLASS}{service}").into(), facts })
}

/// `InstanceGroupManagersClient` is of `instanceGroupManagers`.
fn collection(class: &str) -> String {
    let name = class.trim_end_matches("Client");
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// What a method of such a client does.
pub(in crate::libraries) fn method(object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let service = object.class.strip_prefix(CLASS)?;
    if let Some(form) = gcp::path(service, name) {
        return Some(Outcome { value: Term::Text(filled(form, arguments)), ..Outcome::default() });
    }
    if LOCAL.contains(&name) || is_naming(name) {
        return Some(Outcome::default());
    }
    let input = input(arguments);
    let wanted = match object.facts.get("collection").and_then(Term::literal) {
        Some(collection) => format!("{collection}.{name}"),
        None => name.to_owned(),
    };
    match operation(service, &wanted) {
        Some(operation) => Some(performed(service, operation, input)),
        None => {
            let why = format!("what `{name}` of Google's `{service}` needs is not known here");
            Some(Outcome { unresolved: Some(why), of: gcp::api(service).into_iter().collect(), ..Outcome::default() })
        }
    }
}

/// Helpers for the names of resources: they make one or take it apart.
fn is_naming(name: &str) -> bool {
    let ends = name.ends_with("_path") || name.ends_with("Path");
    ends || name.starts_with("parse_") || name.starts_with("match") && name.contains("From")
}

/// The operation of a method: `listSecretsAsync` and `listSecretsStream` are `ListSecrets`, as is `listSecretsPagedCallable`.
fn operation(service: &str, name: &str) -> Option<&'static str> {
    const ENDINGS: &[&str] = &["", "Async", "Stream", "OperationCallable", "PagedCallable", "Callable"];
    ENDINGS.iter().find_map(|ending| gcp::operation(service, name.strip_suffix(ending)?))
}

/// Services that read and write buckets as an account of their own ("Export and import data" of Firestore).
const BY_THEMSELVES: &[&str] = &["firestoreadmin"];

/// The operation, and the objects in buckets that its input names: they are read as the caller, and written where they are an
/// output.
fn performed(service: &str, operation: &str, input: BTreeMap<SmolStr, Term>) -> Outcome {
    let mut named = Vec::new();
    let as_caller = !BY_THEMSELVES.contains(&service);
    input.iter().for_each(|(name, term)| addresses(name, term, &mut named));
    let mut operations: Vec<Operation> = vec![gcp::perform(service, operation, input)];
    for (argument, address) in named.into_iter().filter(|_| as_caller) {
        let written = ["output", "destination"].iter().any(|word| argument.contains(word));
        let name = if written { "objects.insert" } else { "objects.get" };
        operations.push(gcp::perform("storage", name, parts_of_address(&address).into_iter().collect()));
    }
    Outcome { operations, ..Outcome::default() }
}

/// The input of a call: named arguments, those of the request, and the first argument that is neither.
fn input(arguments: &[Argument]) -> BTreeMap<SmolStr, Term> {
    let mut input = record(arguments);
    let first = arguments.iter().find(|argument| argument.name.is_none()).map(|argument| argument.term.clone());
    for request in input.remove("request").into_iter().chain(first) {
        match request {
            Term::Record(members) => input.extend(members),
            other => {
                input.insert("0".into(), other);
            }
        }
    }
    input
}

/// A name with the arguments in its holes.
fn filled(form: &str, arguments: &[Argument]) -> Template {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut given = arguments.iter();
    let mut parts = form.split("{}");
    if let Some(first) = parts.next() {
        pieces.push(Piece::Literal(first.into()));
    }
    for part in parts {
        match given.next().map(|argument| &argument.term) {
            Some(Term::Text(template)) => pieces.extend(template.0.iter().cloned()),
            _ => pieces.push(Piece::Hole),
        }
        if !part.is_empty() {
            pieces.push(Piece::Literal(part.into()));
        }
    }
    Template(joined(pieces))
}

/// Literals beside each other become one.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut all: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (all.last_mut(), piece) {
            (Some(Piece::Literal(last)), Piece::Literal(text)) => *last = format!("{last}{text}").into(),
            (_, piece) => all.push(piece),
        }
    }
    all
}
