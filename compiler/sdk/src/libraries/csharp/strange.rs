//! What is known to call a cloud, and not how.

use super::names::{last, service};
use crate::libraries::given::unresolved;
use crate::{Argument, Library, Object, Outcome};

/// Libraries that hide an SDK.
pub struct Strange;

const STRANGE: &str = "csharp.strange:";

/// Classes and interfaces of libraries that call a cloud by themselves, and the libraries.
const CLASSES: &[(&str, &str)] = &[
    ("IMessagePublisher", "the AWS Message Processing Framework"),
    ("ISQSPublisher", "the AWS Message Processing Framework"),
    ("ISNSPublisher", "the AWS Message Processing Framework"),
    ("IEventBridgePublisher", "the AWS Message Processing Framework"),
    ("IBus", "a bus whose transport is configured"),
    ("IPublishEndpoint", "a bus whose transport is configured"),
    ("ISendEndpointProvider", "a bus whose transport is configured"),
    ("CloudStorageAccount", "Azure's first SDK for storage"),
    ("CloudBlobContainer", "Azure's first SDK for storage"),
    ("CloudBlobClient", "Azure's first SDK for storage"),
    ("CloudQueue", "Azure's first SDK for storage"),
    ("CloudTable", "Azure's first SDK for storage"),
    ("DocumentClient", "Azure's first SDK for Cosmos DB"),
];

impl Library for Strange {
    fn call(&self, _: &str, _: &[Argument]) -> Option<Outcome> {
        None
    }

    fn method(&self, of: &Object, _: &str, _: &[Argument]) -> Option<Outcome> {
        let what = of.class.strip_prefix(STRANGE)?;
        Some(unresolved(format!("{what} is not understood")))
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let (_, what) = CLASSES.iter().find(|(class, _)| *class == last(symbol))?;
        Some(Object { class: format!("{STRANGE}{what}").into(), facts: Default::default() })
    }

    fn strange(&self, symbol: &str) -> Option<String> {
        let class = last(symbol);
        if let Some((_, what)) = CLASSES.iter().find(|(known, _)| *known == class) {
            return Some(format!("{what} is not understood"));
        }
        if symbol.ends_with("Activator.CreateInstance") {
            return Some("it is not known of which class an object is made".to_owned());
        }
        let client = class.starts_with("Amazon") && class.ends_with("Client") && service(class).is_none();
        client.then(|| format!("`{class}` is not a client that is known"))
    }
}
