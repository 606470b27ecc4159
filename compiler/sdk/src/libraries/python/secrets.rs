//! Caches of secrets: AWS's own for Secrets Manager, credstash over a table and a key; AWS's library for encryption.

use super::given::Given;
use crate::aws::{Service, perform};
use crate::{Argument, Library, Object, Operation, Outcome, Term};
use std::collections::BTreeMap;

/// `aws_secretsmanager_caching`, `credstash`, `aws_encryption_sdk`.
pub struct Secrets;

const CACHE: &str = "secrets.cache";
/// Data under keys of its own, which lie under a key of KMS.
const ENVELOPE: &str = "secrets.envelope";

impl Library for Secrets {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let given = Given(arguments);
        match symbol.rsplit_once('.')? {
            ("aws_secretsmanager_caching" | "aws_secretsmanager_caching.secret_cache", "SecretCache") => {
                let cache = Object { class: CACHE.into(), facts: BTreeMap::new() };
                Some(Outcome { value: Term::Object(cache), ..Outcome::default() })
            }
            ("aws_encryption_sdk", "EncryptionSDKClient") => {
                let envelope = Object { class: ENVELOPE.into(), facts: BTreeMap::new() };
                Some(Outcome { value: Term::Object(envelope), ..Outcome::default() })
            }
            ("credstash", "getSecret") => {
                let table = given.named("table").unwrap_or_else(|| text("credential-store"));
                let of_table = |operation| asked("dynamodb", operation, "TableName", table.clone());
                let decrypt = asked("kms", "Decrypt", "", Term::Unknown);
                Some(done([of_table("Query"), of_table("GetItem"), decrypt].concat()))
            }
            _ => None,
        }
    }

    /// The cache describes a secret to know its current version, and then reads it.
    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        if object.class == ENVELOPE {
            let operation = if name == "encrypt" { "GenerateDataKey" } else { "Decrypt" };
            return matches!(name, "encrypt" | "decrypt").then(|| done(asked("kms", operation, "", Term::Unknown)));
        }
        let reads = matches!(name, "get_secret_string" | "get_secret_binary");
        if object.class != CACHE || !reads {
            return None;
        }
        let secret = Given(arguments).take(0, "secret_id");
        let of_secret = |operation| asked("secretsmanager", operation, "SecretId", secret.clone());
        Some(done([of_secret("DescribeSecret"), of_secret("GetSecretValue")].concat()))
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let cache = symbol == "aws_secretsmanager_caching.SecretCache";
        cache.then(|| Object { class: CACHE.into(), facts: BTreeMap::new() })
    }
}

fn asked(service: &str, operation: &str, name: &str, term: Term) -> Vec<Operation> {
    let input = Term::Record(BTreeMap::from([(name.into(), term)]));
    Service::by_id(service).map(|service| perform(service, operation, &input)).into_iter().collect()
}

fn done(operations: Vec<Operation>) -> Outcome {
    Outcome { operations, ..Outcome::default() }
}

fn text(literal: &str) -> Term {
    Term::Text(crate::Template::from_literal(literal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_describes_and_reads() {
        let Term::Object(cache) = Secrets.call("aws_secretsmanager_caching.SecretCache", &[]).unwrap().value else {
            panic!("no cache")
        };
        let read = Secrets.method(&cache, "get_secret_string", &[]).unwrap();
        let names: Vec<&str> = read.operations.iter().map(|operation| operation.name.as_str()).collect();
        assert_eq!(names, ["DescribeSecret", "GetSecretValue"]);
        assert_eq!(Secrets.method(&cache, "refresh", &[]), None);
    }
}
