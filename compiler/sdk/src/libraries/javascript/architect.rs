//! Architect: `@architect/functions` with its tables, events and sockets, and the client below it, `@aws-lite/client`.

use super::given::{asked, at, done, object, unresolved, value};
use crate::aws::{Service, perform};
use crate::{Argument, Library, Object, Outcome, Term};

/// Architect and its client.
pub struct Architect;

const TABLES: &str = "architect.tables";
const TABLE: &str = "architect.table";
const LITE: &str = "aws.lite";

impl Library for Architect {
    fn call(&self, symbol: &str, _arguments: &[Argument]) -> Option<Outcome> {
        if symbol == "@aws-lite/client" {
            return Some(value(object(LITE, Default::default())));
        }
        match symbol.strip_prefix("@architect/functions.")? {
            "tables" => Some(Outcome { value: object(TABLES, Default::default()), ..found() }),
            "services" => Some(found()),
            "http" | "http.async" | "http.middleware" | "events.subscribe" | "queues.subscribe" => {
                Some(value(Term::Function))
            }
            "events.publish" => Some(published("sns", "Publish")),
            "queues.publish" => Some(published("sqs", "SendMessage")),
            "ws.send" => Some(done(asked("apigatewaymanagementapi", &["PostToConnection"], &Term::Unknown))),
            "ws.close" => Some(done(asked("apigatewaymanagementapi", &["DeleteConnection"], &Term::Unknown))),
            "ws.info" => Some(done(asked("apigatewaymanagementapi", &["GetConnection"], &Term::Unknown))),
            _ => None,
        }
    }

    fn method(&self, of: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        if of.class == TABLE {
            let operation = match name {
                "delete" => "DeleteItem",
                "get" => "GetItem",
                "put" => "PutItem",
                "query" => "Query",
                "scan" | "scanAll" => "Scan",
                "update" => "UpdateItem",
                _ => return None,
            };
            return Some(done(asked("dynamodb", &[operation], &Term::Unknown)));
        }
        if of.class == LITE {
            return Some(unresolved("what a request of `@aws-lite/client` by hand does is not known"));
        }
        let service = Service::by_id(of.class.strip_prefix(LITE)?.strip_prefix(':')?)?;
        let operation = service.operation(name)?;
        Some(done(vec![perform(service, operation, &at(arguments, 0))]))
    }

    fn member(&self, of: &Object, name: &str) -> Option<Term> {
        match of.class.as_str() {
            TABLES => (!name.starts_with('_')).then(|| object(TABLE, Default::default())),
            LITE => Service::by_id(name).map(|service| object(format!("{LITE}:{}", service.id()), Default::default())),
            _ => None,
        }
    }
}

/// What an app is made of is found in its parameters.
fn found() -> Outcome {
    done(asked("ssm", &["GetParametersByPath"], &Term::Unknown))
}

fn published(service: &str, operation: &str) -> Outcome {
    let mut outcome = found();
    outcome.operations.extend(asked(service, &[operation], &Term::Unknown));
    outcome
}
