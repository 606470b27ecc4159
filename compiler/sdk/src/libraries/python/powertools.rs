//! Powertools for AWS Lambda: parameters, secrets, idempotency, feature flags. What logs, traces and measures needs nothing.

use super::given::Given;
use crate::aws::{Service, perform, transfer};
use crate::{Argument, Library, Object, Operation, Outcome, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// The toolkit.
pub struct Powertools;

const PACKAGE: &str = "aws_lambda_powertools.utilities.";

impl Library for Powertools {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let (package, name) = symbol.strip_prefix(PACKAGE)?.rsplit_once('.')?;
        let given = Given(arguments);
        match package.split('.').next()? {
            "parameters" => parameters(name, given),
            "idempotency" => idempotency(name, given),
            "feature_flags" => flags(name, given),
            "streaming" => streamed(name, given),
            // The decorator of version 1 deletes what was processed, where some messages failed.
            "batch" if name == "sqs_batch_processor" => Some(one("sqs", "DeleteMessageBatch", &[])),
            _ => None,
        }
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        provided(object.class.strip_prefix("powertools.")?, &object.facts, name, Given(arguments))
    }
}

fn parameters(name: &str, given: Given<'_>) -> Option<Outcome> {
    let first = |named: &str| given.take(0, named);
    Some(match name {
        "get_parameter" => one("ssm", "GetParameter", &[("Name", first("name"))]),
        "get_parameters" => one("ssm", "GetParametersByPath", &[("Path", first("path"))]),
        "get_parameters_by_name" => one("ssm", "GetParameters", &[("Names", keys(&first("parameters")))]),
        "set_parameter" => one("ssm", "PutParameter", &[("Name", first("name"))]),
        "get_secret" => one("secretsmanager", "GetSecretValue", &[("SecretId", first("name"))]),
        "set_secret" => one("secretsmanager", "PutSecretValue", &[("SecretId", first("name"))]),
        "get_app_config" => configuration(),
        "SSMProvider" | "SecretsProvider" | "AppConfigProvider" | "DynamoDBProvider" => {
            let table = BTreeMap::from([("table_name".into(), first("table_name"))]);
            let provider = Object { class: format!("powertools.{name}").into(), facts: table };
            Outcome { value: Term::Object(provider), ..Outcome::default() }
        }
        _ => return None,
    })
}

/// A method of a provider.
fn provided(provider: &str, facts: &BTreeMap<SmolStr, Term>, method: &str, given: Given<'_>) -> Option<Outcome> {
    let table = || facts.get("table_name").cloned().unwrap_or_default();
    Some(match (provider, method) {
        ("SSMProvider", "get") => parameters("get_parameter", given)?,
        ("SSMProvider", "get_multiple") => parameters("get_parameters", given)?,
        ("SSMProvider", "get_parameters_by_name") => parameters("get_parameters_by_name", given)?,
        ("SSMProvider", "set") => parameters("set_parameter", given)?,
        ("SecretsProvider", "get") => parameters("get_secret", given)?,
        ("SecretsProvider", "set") => parameters("set_secret", given)?,
        ("AppConfigProvider", "get") => configuration(),
        ("DynamoDBProvider", "get") => one("dynamodb", "GetItem", &[("TableName", table())]),
        ("DynamoDBProvider", "get_multiple") => one("dynamodb", "Query", &[("TableName", table())]),
        _ => return None,
    })
}

/// "Required IAM permissions" of the idempotency utility: all four, wherever the layer is used.
fn idempotency(name: &str, given: Given<'_>) -> Option<Outcome> {
    if name != "DynamoDBPersistenceLayer" {
        return None;
    }
    let input = [("TableName", given.take(0, "table_name"))];
    let operations = ["GetItem", "PutItem", "UpdateItem", "DeleteItem"];
    Some(done(operations.iter().filter_map(|operation| asked("dynamodb", operation, &input)).collect()))
}

fn flags(name: &str, _: Given<'_>) -> Option<Outcome> {
    (name == "AppConfigStore").then(configuration)
}

fn streamed(name: &str, given: Given<'_>) -> Option<Outcome> {
    let read = || transfer::download(given.take(0, "bucket"), given.take(1, "key"), &Term::Unknown);
    (name == "S3Object").then(|| done(vec![read()]))
}

fn configuration() -> Outcome {
    let operations = ["StartConfigurationSession", "GetLatestConfiguration"];
    done(operations.iter().filter_map(|operation| asked("appconfigdata", operation, &[])).collect())
}

fn keys(names: &Term) -> Term {
    match names {
        Term::Record(members) => {
            Term::List(members.keys().map(|key| Term::Text(crate::Template::from_literal(key))).collect())
        }
        _ => Term::Unknown,
    }
}

fn one(service: &str, operation: &str, input: &[(&str, Term)]) -> Outcome {
    done(asked(service, operation, input).into_iter().collect())
}

fn asked(service: &str, operation: &str, input: &[(&str, Term)]) -> Option<Operation> {
    let members = input.iter().map(|(name, term)| ((*name).into(), term.clone())).collect();
    Some(perform(Service::by_id(service)?, operation, &Term::Record(members)))
}

fn done(operations: Vec<Operation>) -> Outcome {
    Outcome { operations, ..Outcome::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(symbol: &str) -> Vec<SmolStr> {
        let outcome = Powertools.call(symbol, &[]).unwrap();
        outcome.operations.into_iter().map(|operation| operation.name).collect()
    }

    #[test]
    fn utilities_perform_operations() {
        assert_eq!(names("aws_lambda_powertools.utilities.parameters.get_secret"), ["GetSecretValue"]);
        assert_eq!(names("aws_lambda_powertools.utilities.parameters.get_parameter"), ["GetParameter"]);
        assert_eq!(names("aws_lambda_powertools.utilities.idempotency.DynamoDBPersistenceLayer").len(), 4);
        assert_eq!(Powertools.call("aws_lambda_powertools.Logger", &[]), None);
    }

    #[test]
    fn a_provider_is_asked_by_its_methods() {
        let made = Powertools.call("aws_lambda_powertools.utilities.parameters.ssm.SSMProvider", &[]).unwrap();
        let Term::Object(provider) = made.value else { panic!("no provider") };
        assert_eq!(Powertools.method(&provider, "get", &[]).unwrap().operations[0].name, "GetParameter");
        assert_eq!(Powertools.method(&provider, "close", &[]), None);
    }
}
