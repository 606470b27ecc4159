//! Packages that are known to call a cloud, and not how.

use super::symbol::Symbol;
use crate::{Argument, Library, Object, Outcome};

/// ORMs, wrappers, and clients of services that nobody here understands.
pub struct Strange;

/// Packages by the beginning of their path, and what they are.
const PACKAGES: &[(&str, &str)] = &[
    ("github.com/aws/aws-dax-go", "a cache before DynamoDB"),
    ("github.com/awslabs/aws-athena", "a driver of Athena"),
    ("github.com/aws-samples/dynamodb", "a layer over DynamoDB"),
    ("github.com/nabeken/aws-go-", "a layer over AWS"),
    ("github.com/nabeken/aws-go/", "a layer over AWS"),
    ("github.com/opensearch-project/opensearch-go/signer", "a signer of requests"),
    ("github.com/sha1sum/aws_signing_client", "a signer of requests"),
    ("github.com/smartystreets/go-aws-auth", "a signer of requests"),
    ("github.com/uw-labs/substrate", "a layer over queues"),
    ("github.com/versent/", "a layer over AWS"),
    ("github.com/wolfeidau/dynastore", "a layer over DynamoDB"),
    ("gocloud.dev/", "a layer over clouds"),
    ("github.com/mitchellh/goamz", "an old SDK of AWS"),
    ("gopkg.in/amz", "an old SDK of AWS"),
];

impl Library for Strange {
    fn call(&self, _symbol: &str, _arguments: &[Argument]) -> Option<Outcome> {
        None
    }

    fn method(&self, _object: &Object, _name: &str, _arguments: &[Argument]) -> Option<Outcome> {
        None
    }

    fn strange(&self, symbol: &str) -> Option<String> {
        let symbol = Symbol::read(symbol)?;
        let makes = symbol.name.starts_with("New") || symbol.name.starts_with("Open");
        if let Some((_, what)) = PACKAGES.iter().find(|(path, _)| symbol.package.starts_with(path)) {
            return makes.then(|| format!("`{}` is {what}, which is not followed", symbol.package));
        }
        unknown_client(symbol)
    }
}

/// A client of a cloud's own SDK that no library here makes.
fn unknown_client(symbol: Symbol<'_>) -> Option<String> {
    let Symbol { package, name } = symbol;
    let of_aws = package.starts_with("github.com/aws/aws-sdk-go")
        && package.contains("/service/")
        && matches!(name, "New" | "NewFromConfig");
    let of_google = package.starts_with("cloud.google.com/go") && name.starts_with("New") && name.ends_with("Client");
    let of_azure = package.starts_with("github.com/Azure/azure-sdk-for-go")
        && name.starts_with("New")
        && name.contains("Client")
        && !package.ends_with("/azcore");
    (of_aws || of_google || of_azure).then(|| format!("what clients of `{package}` do is not known here"))
}
