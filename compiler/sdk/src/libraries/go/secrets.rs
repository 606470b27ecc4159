//! `aws-secretsmanager-caching-go`: a cache that reads secrets when they are asked for.

use super::symbol::Symbol;
use crate::libraries::given::{asked, at, done, plain, record, value};
use crate::{Argument, Library, Object, Outcome};

/// The cache.
pub struct SecretCache;

const CLASS: &str = "go.secretcache";

impl Library for SecretCache {
    fn call(&self, symbol: &str, _arguments: &[Argument]) -> Option<Outcome> {
        (of_cache(symbol)? == "New").then(|| value(plain(CLASS)))
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        if object.class != CLASS || !name.starts_with("GetSecret") {
            return None;
        }
        let position = if name.contains("WithContext") { 1 } else { 0 };
        let input = record([("SecretId", at(arguments, position))]);
        let described = asked("secretsmanager", "DescribeSecret", &input);
        Some(done(described.into_iter().chain(asked("secretsmanager", "GetSecretValue", &input)).collect()))
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        (of_cache(symbol)? == "Cache").then(|| Object { class: CLASS.into(), facts: Default::default() })
    }
}

fn of_cache(symbol: &str) -> Option<&str> {
    let symbol = Symbol::read(symbol)?;
    (symbol.package == "github.com/aws/aws-secretsmanager-caching-go/secretcache").then_some(symbol.name)
}
