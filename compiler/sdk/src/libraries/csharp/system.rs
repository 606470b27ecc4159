//! The environment, and configuration, whose last source is the environment.

use super::names::{given, last, member, values};
use crate::libraries::given::{plain, some_text, text, value, variable};
use crate::{Argument, Library, Object, Outcome, Term};

/// `Environment.GetEnvironmentVariable`, `IConfiguration`.
pub struct System;

const VARIABLES: &str = "csharp.environment";
const CONFIGURATION: &str = "csharp.configuration";

impl Library for System {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        match (member(symbol), last(symbol)) {
            (Some(("Environment", "GetEnvironmentVariable")), _) => {
                Some(value(variable(&given(arguments, 0, "variable"))))
            }
            (Some(("Environment", "GetEnvironmentVariables")), _) => Some(value(plain(VARIABLES))),
            (_, "ConfigurationBuilder") => Some(value(plain(CONFIGURATION))),
            _ => None,
        }
    }

    fn method(&self, of: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        if of.class != CONFIGURATION {
            return None;
        }
        let arguments = values(arguments);
        match name {
            "GetValue" => Some(value(setting(of, &given(&arguments, 0, "key")))),
            "GetConnectionString" => Some(value(some_text())),
            "GetSection" | "GetRequiredSection" => Some(value(section(of, &given(&arguments, 0, "key")))),
            // What adds to a configuration gives it; what is an extension is asked by its name alone.
            "Build"
            | "AddJsonFile"
            | "AddEnvironmentVariables"
            | "SetBasePath"
            | "AddInMemoryCollection"
            | "AddUserSecrets"
            | "AddCommandLine" => Some(value(Term::Object(of.clone()))),
            "AddSystemsManager" | "AddSecretsManager" | "AddAppConfig" => {
                let outcome = super::settings::Settings.call(&format!("?.{name}"), &arguments)?;
                Some(Outcome { value: Term::Object(of.clone()), ..outcome })
            }
            _ => None,
        }
    }

    fn member(&self, of: &Object, name: &str) -> Option<Term> {
        match of.class.as_str() {
            VARIABLES => Some(variable(&text(name))),
            CONFIGURATION if name == "Value" => Some(setting(of, &text(""))),
            CONFIGURATION => Some(setting(of, &text(name))),
            _ => None,
        }
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let known = matches!(
            last(symbol),
            "IConfiguration"
                | "IConfigurationRoot"
                | "IConfigurationSection"
                | "IConfigurationBuilder"
                | "ConfigurationManager"
        );
        known.then(|| Object { class: CONFIGURATION.into(), facts: Default::default() })
    }
}

/// The variable of a setting: sections are joined by two underscores ("Environment variables configuration provider").
fn setting(of: &Object, key: &Term) -> Term {
    let section = of.facts.get("Section").and_then(Term::literal).unwrap_or_default();
    match key.literal() {
        Some(key) => {
            let full = [section, key].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("__");
            variable(&text(&full.replace(':', "__")))
        }
        None => some_text(),
    }
}

fn section(of: &Object, key: &Term) -> Term {
    let mut made = of.clone();
    let outer = of.facts.get("Section").and_then(Term::literal).unwrap_or_default();
    if let Some(key) = key.literal() {
        let full = if outer.is_empty() { key.to_owned() } else { format!("{outer}__{key}") };
        made.facts.insert("Section".into(), text(&full.replace(':', "__")));
    }
    Term::Object(made)
}
