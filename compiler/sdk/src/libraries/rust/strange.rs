//! What is known to call a cloud, and not how.

use super::names::ends;
use crate::{Argument, Library, Object, Outcome};

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

impl Library for Strange {
    fn call(&self, _: &str, _: &[Argument]) -> Option<Outcome> {
        None
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
