//! Libraries that read on behalf of the code: Powertools' parameters and idempotency, and the cache of secrets.

use super::names::{at, gives, object};
use crate::libraries::given::{asked, done, record};
use crate::{Argument, Library, Object, Outcome, Term};

/// Providers of parameters (`java.provider:SSM`), stores of idempotency (`java.idempotency`), and the cache.
pub struct Powertools;

const PARAMETERS: &str = "software.amazon.lambda.powertools.parameters.";
const PERSISTENCE: &str = "software.amazon.lambda.powertools.idempotency.";
const CACHE: &str = "com.amazonaws.secretsmanager.caching.SecretCache";
const STORE: &str = "java.idempotency";

impl Library for Powertools {
    fn call(&self, symbol: &str, _: &[Argument]) -> Option<Outcome> {
        if symbol == CACHE {
            return Some(gives(Term::Object(object("java.secretcache"))));
        }
        if let Some(name) = symbol.strip_prefix(PARAMETERS) {
            let (class, method) = name.rsplit_once('.').unwrap_or((name, "new"));
            let named = method.strip_prefix("get").filter(|rest| rest.ends_with("Provider")).unwrap_or(class);
            return provider(named).map(|provider| gives(Term::Object(provider)));
        }
        let name = symbol.strip_prefix(PERSISTENCE)?;
        let store = name.ends_with("DynamoDBPersistenceStore.builder");
        Some(if store { gives(Term::Object(object(STORE))) } else { Outcome::default() })
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        match object.class.as_str() {
            "java.secretcache" => Some(cached(name, arguments)),
            STORE => Some(stored(object, name, arguments)),
            class => Some(provided(class.strip_prefix("java.provider:")?, object, name, arguments)),
        }
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        if symbol == CACHE {
            return Some(object("java.secretcache"));
        }
        provider(symbol.strip_prefix(PARAMETERS)?)
    }
}

/// The provider of a class, in both generations: `SSMProvider`, `ssm.SSMProvider`, `SsmProvider` of `ParamManager`.
fn provider(class: &str) -> Option<Object> {
    let class = class.rsplit('.').next()?.to_ascii_lowercase();
    let known = ["ssmprovider", "secretsprovider", "dynamodbprovider", "appconfigprovider"];
    known.contains(&class.as_str()).then(|| object(format!("java.provider:{class}")))
}

fn provided(provider: &str, of: &Object, name: &str, arguments: &[Argument]) -> Outcome {
    let named = |member| record([(member, at(arguments, 0))]);
    let table = || record([("TableName", of.facts.get("table").cloned().unwrap_or_default())]);
    let operation = match (provider, name) {
        ("ssmprovider", "get") => asked("ssm", "GetParameter", &named("Name")),
        ("ssmprovider", "getMultiple") => asked("ssm", "GetParametersByPath", &named("Path")),
        ("secretsprovider", "get") => asked("secretsmanager", "GetSecretValue", &named("SecretId")),
        ("dynamodbprovider", "get") => asked("dynamodb", "GetItem", &table()),
        ("dynamodbprovider", "getMultiple") => asked("dynamodb", "Query", &table()),
        ("appconfigprovider", "get") => {
            let started = asked("appconfigdata", "StartConfigurationSession", &Term::Unknown);
            let read = asked("appconfigdata", "GetLatestConfiguration", &Term::Unknown);
            return done(started.into_iter().chain(read).collect());
        }
        _ => return gives(Term::Object(told(of, name, arguments))),
    };
    done(operation.into_iter().collect())
}

fn told(of: &Object, name: &str, arguments: &[Argument]) -> Object {
    let mut of = of.clone();
    if name.ends_with("able") || name.ends_with("ableName") {
        of.facts.insert("table".into(), at(arguments, 0));
    }
    of
}

/// "Required permissions" of the idempotency utility: all four, wherever a store is built.
fn stored(store: &Object, name: &str, arguments: &[Argument]) -> Outcome {
    if name != "build" {
        return gives(Term::Object(told(store, name, arguments)));
    }
    let input = record([("TableName", store.facts.get("table").cloned().unwrap_or_default())]);
    let operations = ["GetItem", "PutItem", "UpdateItem", "DeleteItem"];
    done(operations.iter().flat_map(|operation| asked("dynamodb", operation, &input)).collect())
}

/// The cache asks for a secret's versions, then for its value.
fn cached(name: &str, arguments: &[Argument]) -> Outcome {
    if !name.starts_with("getSecret") && name != "refreshNow" {
        return Outcome::default();
    }
    let input = record([("SecretId", at(arguments, 0))]);
    let described = asked("secretsmanager", "DescribeSecret", &input);
    done(described.into_iter().chain(asked("secretsmanager", "GetSecretValue", &input)).collect())
}
