//! Google's libraries for .NET: `data/csharp/google-*.surface`, and clients that Google generates.

use super::names::{bare, last, values};
use crate::surface::{Surface, Surfaces};
use crate::{Argument, Library, Object, Outcome, Term, gcp};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static SURFACES: LazyLock<Surfaces> = LazyLock::new(|| {
    let texts = [
        include_str!("../../../data/csharp/google-storage.surface"),
        include_str!("../../../data/csharp/google-pubsub.surface"),
        include_str!("../../../data/csharp/google-firestore.surface"),
        include_str!("../../../data/csharp/google-bigquery.surface"),
    ];
    Surfaces(texts.into_iter().map(Surface::read).collect())
});

/// A client that Google generates: `csharp.google:secretmanager`.
const CLASS: &str = "csharp.google:";

/// Google's libraries.
pub struct Google;

impl Library for Google {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let known = SURFACES.call(symbol, &values(arguments));
        known.or_else(|| {
            let class = match symbol.rsplit_once('.') {
                Some((class, "Create" | "CreateAsync")) => class,
                _ => symbol.strip_suffix("Builder").unwrap_or(symbol),
            };
            let value = Term::Object(self.instance(class)?);
            Some(Outcome { value, ..Outcome::default() })
        })
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        let arguments = values(arguments);
        let name = bare(name);
        let Some(service) = object.class.strip_prefix(CLASS) else {
            return SURFACES.method(object, name, &arguments);
        };
        if matches!(name, "Build" | "Dispose" | "ToString") {
            return Some(Outcome { value: Term::Object(object.clone()), ..Outcome::default() });
        }
        Some(match gcp::operation(service, name) {
            Some(operation) => {
                let operations = vec![gcp::perform(service, operation, input(&arguments))];
                Outcome { operations, ..Outcome::default() }
            }
            None => {
                let why = format!("what `{name}` of Google's `{service}` needs is not known here");
                Outcome { unresolved: Some(why), of: gcp::api(service).into_iter().collect(), ..Outcome::default() }
            }
        })
    }

    fn member(&self, object: &Object, name: &str) -> Option<Term> {
        SURFACES.member(object, name)
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        SURFACES.instance(symbol).or_else(|| {
            let service = gcp::client(last(symbol), &symbol.to_ascii_lowercase())?;
            Some(Object { class: format!("{CLASS}{service}").into(), facts: BTreeMap::new() })
        })
    }

    fn strange(&self, symbol: &str) -> Option<String> {
        let client = symbol.starts_with("Google.Cloud.") && last(symbol).ends_with("Client");
        client.then(|| format!("what `{symbol}` does on Google Cloud is not known here"))
    }
}

/// The input of a call: named arguments, the members of the request, or the first argument.
fn input(arguments: &[Argument]) -> BTreeMap<SmolStr, Term> {
    let mut input = BTreeMap::new();
    for argument in arguments {
        match (&argument.name, &argument.term) {
            (Some(name), term) => {
                input.insert(snake(name), term.clone());
            }
            (None, Term::Record(members)) => {
                input.extend(members.iter().map(|(name, term)| (snake(name), term.clone())));
            }
            (None, term) if !input.contains_key("0") => {
                input.insert("0".into(), term.clone());
            }
            _ => {}
        }
    }
    input
}

/// `SecretVersionName` is told of as `name` in the API, `SecretId` as `secret_id`.
fn snake(name: &str) -> SmolStr {
    if name.ends_with("AsName") || name.ends_with("VersionName") || name.ends_with("SecretName") {
        return "name".into();
    }
    let mut text = String::new();
    for (at, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && at > 0 {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_names_what_there_is() {
        assert_eq!(SURFACES.missing_classes(), Vec::<&str>::new());
        // A query is asked what it does (`gcp::query`).
        for (_, service, name) in SURFACES.operations().into_iter().filter(|(_, _, name)| *name != "jobs.query") {
            assert_eq!(gcp::operation(service, name), Some(name), "{service} {name}");
        }
    }

    #[test]
    fn a_generated_client_is_known_by_its_class() {
        assert!(Google.instance("Google.Cloud.SecretManager.V1.SecretManagerServiceClient").is_some());
        assert!(Google.call("SecretManagerServiceClient.Create", &[]).is_some());
        assert!(Google.call("HttpClient", &[]).is_none());
    }
}
