//! Powertools for AWS Lambda: parameters and idempotency. What logs, traces and measures needs nothing.

use super::names::{bare, given, last, member, values};
use crate::libraries::given::{asked, done, object, plain, record, value};
use crate::{Argument, Library, Object, Outcome, Term};
use std::collections::BTreeMap;

/// The toolkit.
pub struct Powertools;

const PROVIDER: &str = "csharp.powertools:";
const IDEMPOTENCY: &str = "csharp.idempotency";

impl Library for Powertools {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        if last(symbol) == "DynamoDBPersistenceStoreBuilder" {
            return Some(value(plain(IDEMPOTENCY)));
        }
        if let Some((_, provider)) = symbol.split_once("ParametersManager.") {
            let (kind, method) = provider.split_once('.')?;
            let provider = Object { class: format!("{PROVIDER}{kind}").into(), facts: BTreeMap::new() };
            return self.method(&provider, method, arguments);
        }
        match member(symbol)? {
            // "Required resources" of the idempotency utility: all four, wherever it is configured.
            ("?", "UseDynamoDb") => Some(kept(&given(&values(arguments), 0, "tableName"))),
            _ => None,
        }
    }

    fn method(&self, of: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        let arguments = &values(arguments);
        let first = given(arguments, 0, "key");
        if of.class == IDEMPOTENCY {
            return Some(match name {
                "WithTableName" => Outcome { value: Term::Object(of.clone()), ..kept(&first) },
                _ => value(Term::Object(of.clone())),
            });
        }
        let kind = of.class.strip_prefix(PROVIDER)?;
        let table = of.facts.get("TableName").cloned().unwrap_or_default();
        let read = |service: &str, operation: &str, input: Term| Some(done(asked(service, operation, &input)));
        match (kind, bare(name)) {
            ("SsmProvider", "Get") => read("ssm", "GetParameter", record([("Name", first)])),
            ("SsmProvider", "GetMultiple") => read("ssm", "GetParametersByPath", record([("Path", first)])),
            ("SecretsProvider", "Get") => read("secretsmanager", "GetSecretValue", record([("SecretId", first)])),
            ("DynamoDBProvider", "Get") => read("dynamodb", "GetItem", record([("TableName", table)])),
            ("DynamoDBProvider", "GetMultiple") => read("dynamodb", "Query", record([("TableName", table)])),
            ("DynamoDBProvider", "UseTable") => {
                let facts = BTreeMap::from([("TableName".into(), given(arguments, 0, "tableName"))]);
                Some(value(object(of.class.clone(), facts)))
            }
            ("AppConfigProvider", "Get" | "IsFeatureFlagEnabled" | "GetFeatureFlagAttributeValue") => {
                let each = ["StartConfigurationSession", "GetLatestConfiguration"];
                Some(done(
                    each.iter().flat_map(|operation| asked("appconfigdata", operation, &Term::Unknown)).collect(),
                ))
            }
            _ => Some(value(Term::Object(of.clone()))),
        }
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let kind = match last(symbol) {
            "ISsmProvider" | "SsmProvider" => "SsmProvider",
            "ISecretsProvider" | "SecretsProvider" => "SecretsProvider",
            "IDynamoDBProvider" | "DynamoDBProvider" => "DynamoDBProvider",
            "IAppConfigProvider" | "AppConfigProvider" => "AppConfigProvider",
            _ => return None,
        };
        Some(Object { class: format!("{PROVIDER}{kind}").into(), facts: BTreeMap::new() })
    }
}

/// A store of what was done.
fn kept(table: &Term) -> Outcome {
    let input = record([("TableName", table.clone())]);
    let each = ["GetItem", "PutItem", "UpdateItem", "DeleteItem"];
    done(each.iter().flat_map(|operation| asked("dynamodb", operation, &input)).collect())
}
