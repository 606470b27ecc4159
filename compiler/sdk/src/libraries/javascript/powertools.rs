//! Powertools for AWS Lambda: parameters, secrets, idempotency. What logs, measures and routes needs nothing.

use super::given::{asked, at, done, member, object, text, value};
use crate::{Argument, Library, Object, Outcome, Term};

/// The toolkit.
pub struct Powertools;

const PACKAGE: &str = "@aws-lambda-powertools/";
const PROVIDER: &str = "powertools.";
const LAYER: &str = "powertools-layer";

impl Library for Powertools {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let (package, name) = symbol.strip_prefix(PACKAGE)?.split_once('.')?;
        match package.split('/').next()? {
            "parameters" => parameter(name, arguments),
            "idempotency" => idempotency(name, arguments),
            _ => None,
        }
    }

    fn method(&self, of: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        let provider = of.class.strip_prefix(PROVIDER)?;
        let function = match (provider, name) {
            ("SSMProvider", "get") => "getParameter",
            ("SSMProvider", "getMultiple") => "getParameters",
            ("SSMProvider", "getParametersByName") => "getParametersByName",
            ("SSMProvider", "set") => "setParameter",
            ("SecretsProvider", "get") => "getSecret",
            ("AppConfigProvider", "get") => "getAppConfig",
            ("DynamoDBProvider", "get") => return Some(of_table(of, "GetItem")),
            ("DynamoDBProvider", "getMultiple") => return Some(of_table(of, "Query")),
            _ => return None,
        };
        parameter(function, arguments)
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let (package, name) = symbol.strip_prefix(PACKAGE)?.split_once('.')?;
        let provider = package.starts_with("parameters") && name.ends_with("Provider");
        provider.then(|| Object { class: format!("{PROVIDER}{name}").into(), facts: Default::default() })
    }
}

fn parameter(name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let first = at(arguments, 0);
    let one = |service: &str, operation: &str, input: &str, term: Term| {
        Some(done(asked(service, &[operation], &Term::Record([(input.into(), term)].into()))))
    };
    match name {
        "getParameter" => one("ssm", "GetParameter", "Name", first),
        "getParameters" => one("ssm", "GetParametersByPath", "Path", first),
        "getParametersByName" => one("ssm", "GetParameters", "Names", keys(&first)),
        "setParameter" => one("ssm", "PutParameter", "Name", first),
        "getSecret" => one("secretsmanager", "GetSecretValue", "SecretId", first),
        "getAppConfig" => {
            let operations = ["StartConfigurationSession", "GetLatestConfiguration"];
            Some(done(asked("appconfigdata", &operations, &Term::Unknown)))
        }
        "SSMProvider" | "SecretsProvider" | "AppConfigProvider" | "DynamoDBProvider" => {
            let facts = [("TableName".into(), member(&first, "tableName"))];
            Some(value(object(format!("{PROVIDER}{name}"), facts.into())))
        }
        _ => None,
    }
}

fn of_table(of: &Object, operation: &str) -> Outcome {
    done(asked("dynamodb", &[operation], &Term::Record(of.facts.clone())))
}

/// "Required resources" of the idempotency utility: all four, where something is made idempotent. What wraps a function gives
/// that function.
fn idempotency(name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let options = match name {
        "DynamoDBPersistenceLayer" => {
            let facts = [("TableName".into(), member(&at(arguments, 0), "tableName"))];
            return Some(value(object(LAYER, facts.into())));
        }
        "makeIdempotent" | "makeFunctionIdempotent" => at(arguments, 1),
        "idempotent" | "makeHandlerIdempotent" => at(arguments, 0),
        _ => return None,
    };
    let table = Term::Record([("TableName".into(), member(&member(&options, "persistenceStore"), "TableName"))].into());
    let operations = asked("dynamodb", &["GetItem", "PutItem", "UpdateItem", "DeleteItem"], &table);
    Some(Outcome { operations, value: Term::Function, ..Outcome::default() })
}

fn keys(names: &Term) -> Term {
    match names {
        Term::Record(members) => Term::List(members.keys().map(|key| text(key)).collect()),
        _ => Term::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libraries::javascript::given::record;

    fn argument(term: Term) -> Argument {
        Argument { name: None, term }
    }

    #[test]
    fn functions_and_providers_read() {
        let read = Powertools.call("@aws-lambda-powertools/parameters/secrets.getSecret", &[]).unwrap();
        assert_eq!(read.operations[0].name, "GetSecretValue");
        let made = Powertools.call("@aws-lambda-powertools/parameters/ssm.SSMProvider", &[]).unwrap();
        let Term::Object(provider) = made.value else { panic!("no provider") };
        assert_eq!(Powertools.method(&provider, "getMultiple", &[]).unwrap().operations[0].name, "GetParametersByPath");
        assert_eq!(Powertools.call("@aws-lambda-powertools/logger.Logger", &[]), None);
    }

    #[test]
    fn idempotency_keeps_its_records_in_a_table() {
        let layer = Powertools.call(
            "@aws-lambda-powertools/idempotency/dynamodb.DynamoDBPersistenceLayer",
            &[argument(record([("tableName", text("seen"))]))],
        );
        let options = record([("persistenceStore", layer.unwrap().value)]);
        let made = Powertools
            .call("@aws-lambda-powertools/idempotency.makeIdempotent", &[argument(Term::Function), argument(options)]);
        let made = made.unwrap();
        assert_eq!(made.operations.len(), 4);
        assert_eq!(made.operations[0].input["TableName"], text("seen"));
        assert_eq!(made.value, Term::Function);
    }
}
