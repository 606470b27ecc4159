//! Packages that are known to call a cloud, and not how.

use crate::{Argument, Library, Object, Outcome};

/// ORMs, wrappers and clients that nobody here understands.
pub struct Strange;

/// A package, and what it is.
const PACKAGES: &[(&str, &str)] = &[
    ("@auth/dynamodb-adapter", "a store in DynamoDB"),
    ("aws-amplify", "a wrapper around AWS"),
    ("aws-elasticsearch-connector", "a signer of requests"),
    ("connect-dynamodb", "a store in DynamoDB"),
    ("dyngoose", "an ORM over DynamoDB"),
    ("http-aws-es", "a signer of requests"),
    ("keyv-dynamodb", "a store in DynamoDB"),
    ("nestjs-dynamoose", "an ORM over DynamoDB"),
    ("s3-upload-stream", "a wrapper around S3"),
];

impl Library for Strange {
    fn call(&self, _symbol: &str, _arguments: &[Argument]) -> Option<Outcome> {
        None
    }

    fn method(&self, _object: &Object, _name: &str, _arguments: &[Argument]) -> Option<Outcome> {
        None
    }

    fn strange(&self, symbol: &str) -> Option<String> {
        let package = package(symbol);
        let known = PACKAGES.iter().find(|(name, _)| *name == package);
        if let Some((name, what)) = known {
            return Some(format!("`{name}` is {what}, which is not followed"));
        }
        unknown_client(symbol)
    }
}

/// The package of a symbol: `@scope/name` or `name`, without a path or members behind it.
fn package(symbol: &str) -> &str {
    let from = if symbol.starts_with('@') { symbol.find('/').map_or(0, |at| at + 1) } else { 0 };
    let end = symbol[from..].find(['/', '.']).map_or(symbol.len(), |at| from + at);
    &symbol[..end]
}

/// A client or library of the SDK whose service is not in the table.
fn unknown_client(symbol: &str) -> Option<String> {
    let package = package(symbol).strip_prefix("@aws-sdk/")?;
    let service = package.strip_prefix("client-").or_else(|| package.strip_prefix("lib-"))?;
    let name = symbol.rsplit('.').next()?;
    let made = name.ends_with("Command") || name.ends_with("Client");
    (made || package.starts_with("lib-")).then(|| format!("`{name}` of `{service}` is not known"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_calls_a_cloud_is_told() {
        assert!(Strange.strange("dyngoose.Dyngoose").unwrap().contains("ORM"));
        assert!(Strange.strange("@aws-sdk/client-newest.NewestClient").is_some());
        assert!(Strange.strange("@aws-sdk/util-dynamodb.marshall").is_none());
        assert!(Strange.strange("lodash.get").is_none());
    }
}
