//! What is known to call a cloud, and not how.

use super::client::is_client;
use super::names::ends;
use crate::libraries::given::unresolved;
use crate::{Argument, Library, Object, Outcome, Term};

/// Layers over clouds, their other SDKs, and macros that are not expanded.
pub struct Strange;

/// Crates by the beginning of their name, and what they are.
const CRATES: &[(&str, &str)] = &[
    ("azure_", "Azure's SDK for Rust"),
    ("cloud_storage.", "a client of Google's storage"),
    ("dynomite.", "a layer over DynamoDB"),
    ("firestore.", "a client of Firestore"),
    ("gcloud_", "Google's SDK for Rust"),
    ("google_cloud_", "Google's SDK for Rust"),
    ("modyne.", "a layer over DynamoDB"),
    ("object_store.", "a layer over stores of objects"),
    ("opendal.", "a layer over stores"),
    ("raiden.", "a layer over DynamoDB"),
    ("s3.", "a client of S3"),
    ("sqs_lambda.", "a layer over queues"),
];

/// Names of functions that make a client or begin to.
const MAKES: &[&str] = &["builder", "connect", "default", "from_conf", "from_env", "init", "open", "parse_url"];

/// Crates that do nothing with a client that they are given but to keep it.
const HARMLESS: &[&str] = &[
    "actix_web",
    "alloc",
    "anyhow",
    "async_once_cell",
    "axum",
    "core",
    "futures",
    "futures_util",
    "lambda_http",
    "lambda_runtime",
    "once_cell",
    "serde_json",
    "std",
    "tokio",
    "tower",
    "tracing",
];

impl Library for Strange {
    /// A client that is handed to a crate of which nothing is known.
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let (name, rest) = symbol.split_once('.')?;
        let client = |argument: &Argument| matches!(&argument.term, Term::Object(object) if is_client(object));
        let keeps = HARMLESS.contains(&name) || name.starts_with("aws_") || symbol.starts_with("macro ");
        if keeps || rest.ends_with('!') || !arguments.iter().any(client) {
            return None;
        }
        Some(unresolved(format!("`{}` is given a client, and what it does is not followed", symbol.replace('.', "::"))))
    }

    fn method(&self, _: &Object, _: &str, _: &[Argument]) -> Option<Outcome> {
        None
    }

    fn strange(&self, symbol: &str) -> Option<String> {
        if let Some(name) = symbol.strip_prefix("macro ") {
            return Some(format!("the macro `{name}` is not expanded"));
        }
        let (class, method) = ends(symbol);
        let makes = MAKES.contains(&method) || method.starts_with("new");
        if !makes {
            return None;
        }
        let known = CRATES.iter().find(|(name, _)| symbol.starts_with(name));
        if let Some((_, what)) = known {
            let name = symbol.split('.').next().unwrap_or_default();
            return Some(format!("`{name}` is {what}, which is not followed"));
        }
        let sdk = symbol.starts_with("aws_sdk_") || symbol.starts_with("rusoto_");
        (sdk && class.ends_with("Client")).then(|| format!("`{symbol}` is not a client that is known"))
    }
}
