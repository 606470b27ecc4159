//! `aws-secretsmanager-caching`: a cache that reads secrets when they are asked for.

use crate::libraries::given::{asked, at, done, plain, record, value};
use crate::{Argument, Library, Object, Outcome};

/// The cache.
pub struct SecretCache;

const CLASS: &str = "rust.secretcache";
const TYPE: &str = "aws_secretsmanager_caching.SecretsManagerCachingClient";

impl Library for SecretCache {
    fn call(&self, symbol: &str, _: &[Argument]) -> Option<Outcome> {
        symbol.strip_prefix(TYPE)?.starts_with('.').then(|| value(plain(CLASS)))
    }

    /// A version that is kept is compared with the described one when it is old.
    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        if object.class != CLASS {
            return None;
        }
        if name != "get_secret_value" {
            return Some(Outcome::default());
        }
        let input = record([("SecretId", at(arguments, 0))]);
        let described = asked("secretsmanager", "DescribeSecret", &input);
        Some(done(described.into_iter().chain(asked("secretsmanager", "GetSecretValue", &input)).collect()))
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        (symbol == TYPE).then(|| Object { class: CLASS.into(), facts: Default::default() })
    }
}
