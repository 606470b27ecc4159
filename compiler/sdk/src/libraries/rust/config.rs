//! Configuration and credentials. Only one thing about them matters: whether they are of another role.

use super::names::{ends, service};
use crate::aws::ASSUMED;
use crate::libraries::given::{asked, assumed, at, done, object, plain, record, value};
use crate::{Argument, Library, Object, Outcome, Term};
use std::collections::BTreeMap;

/// `rust.config`; `rust.assuming` becomes credentials when it is built.
pub struct Configuration;

const CONFIG: &str = "rust.config";
const ASSUMING: &str = "rust.assuming";

impl Library for Configuration {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let (class, method) = ends(symbol);
        if class == "Credentials" || class == "SharedCredentialsProvider" {
            return is_aws(symbol).then(|| value(credentials(arguments)));
        }
        if class == "AssumeRoleProvider" && method == "builder" {
            return Some(value(object(ASSUMING, BTreeMap::from([("RoleArn".into(), at(arguments, 0))]))));
        }
        let loads = symbol.starts_with("aws_config.") || symbol.starts_with("aws_types.");
        let of_service = service(symbol).is_some_and(|(_, rest)| {
            rest.starts_with("Config.") || rest.starts_with("config.Config.") || rest.starts_with("config.Builder.")
        });
        (loads || of_service).then(|| value(configured(arguments)))
    }

    fn method(&self, of: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        match of.class.as_str() {
            CONFIG if assumed(arguments) => Some(value(configured(arguments))),
            CONFIG => Some(value(Term::Object(of.clone()))),
            ASSUMED => Some(value(Term::Object(of.clone()))),
            ASSUMING if name.starts_with("build") => {
                let input = record([("RoleArn", of.facts.get("RoleArn").cloned().unwrap_or_default())]);
                Some(Outcome { value: plain(ASSUMED), ..done(asked("sts", "AssumeRole", &input)) })
            }
            ASSUMING => Some(value(Term::Object(of.clone()))),
            _ => None,
        }
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let known = matches!(symbol, "aws_config.SdkConfig" | "aws_types.SdkConfig" | "aws_types.sdk_config.SdkConfig");
        known.then(|| Object { class: CONFIG.into(), facts: BTreeMap::new() })
    }
}

fn is_aws(symbol: &str) -> bool {
    symbol.starts_with("aws_")
}

fn configured(arguments: &[Argument]) -> Term {
    object(CONFIG, BTreeMap::from([("credentials".into(), credentials(arguments))]))
}

/// Credentials that were made of others; otherwise one's own.
fn credentials(arguments: &[Argument]) -> Term {
    if assumed(arguments) { plain(ASSUMED) } else { Term::Unknown }
}
