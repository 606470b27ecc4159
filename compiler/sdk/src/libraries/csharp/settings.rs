//! Secrets and parameters: a cache of secrets, and configuration that is read from services when an app starts.
//!
//! An extension of something outside the program has the symbol `?.Name`.

use super::names::{bare, given, last, told, values};
use crate::libraries::given::{asked, done, plain, record, text, value};
use crate::{Argument, Library, Object, Outcome, Term};

/// `csharp.secretcache` keeps secrets.
pub struct Settings;

const CACHE: &str = "csharp.secretcache";

impl Library for Settings {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        if last(symbol) == "SecretsManagerCache" {
            return Some(value(plain(CACHE)));
        }
        match symbol.strip_prefix("?.")? {
            "AddSystemsManager" => Some(parameters(&values(arguments))),
            "AddSecretsManager" => {
                let each = ["ListSecrets", "GetSecretValue"];
                let none = Term::Unknown;
                Some(done(each.iter().flat_map(|operation| asked("secretsmanager", operation, &none)).collect()))
            }
            "AddAppConfig" | "AddAppConfigUsingLambdaExtension" => {
                let each = ["StartConfigurationSession", "GetLatestConfiguration"];
                Some(done(
                    each.iter().flat_map(|operation| asked("appconfigdata", operation, &Term::Unknown)).collect(),
                ))
            }
            _ => None,
        }
    }

    fn method(&self, of: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        if of.class != CACHE {
            return None;
        }
        if !matches!(bare(name), "GetSecretString" | "GetSecretBinary" | "RefreshNow" | "GetCachedSecret") {
            return Some(Outcome::default());
        }
        let input = record([("SecretId", given(arguments, 0, "secretId"))]);
        let each = ["DescribeSecret", "GetSecretValue"];
        Some(done(each.iter().flat_map(|operation| asked("secretsmanager", operation, &input)).collect()))
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        matches!(last(symbol), "SecretsManagerCache" | "ISecretsManagerCache")
            .then(|| Object { class: CACHE.into(), facts: Default::default() })
    }
}

/// All parameters below a path; a path into Secrets Manager is one parameter.
fn parameters(arguments: &[Argument]) -> Outcome {
    let path = match told(arguments, "Path") {
        Term::Unknown => given(arguments, 0, "path"),
        path => path,
    };
    const SECRETS: &str = "/aws/reference/secretsmanager/";
    match path.literal().and_then(|path| path.strip_prefix(SECRETS)) {
        Some(secret) => {
            let mut operations = asked("ssm", "GetParameter", &record([("Name", path.clone())]));
            operations.extend(asked("secretsmanager", "GetSecretValue", &record([("SecretId", text(secret))])));
            done(operations)
        }
        None => done(asked("ssm", "GetParametersByPath", &record([("Path", path)]))),
    }
}
