//! Google's libraries for Ruby: surfaces in `data/ruby/google.surface`, and the clients that Google generates.

use crate::libraries::google::generated;
use crate::surface::{Surface, Surfaces};
use crate::{Argument, Library, Object, Outcome, Term, gcp};
use std::sync::LazyLock;

static SURFACES: LazyLock<Surfaces> =
    LazyLock::new(|| Surfaces(vec![Surface::read(include_str!("../../../data/ruby/google.surface"))]));

/// Google Cloud.
pub struct Google;

impl Library for Google {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        if !symbol.starts_with("Google.Cloud.") {
            return None;
        }
        SURFACES.call(symbol, arguments).or_else(|| {
            let client = factory(symbol)?;
            Some(Outcome { value: Term::Object(client), ..Outcome::default() })
        })
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        generated::method(object, name, arguments).or_else(|| SURFACES.method(object, name, arguments))
    }
}

/// `Google::Cloud::SecretManager.secret_manager_service`, `Google::Cloud::Tasks::V2::CloudTasks::Client.new`.
fn factory(symbol: &str) -> Option<Object> {
    let path = symbol.strip_suffix(".Client.new").or_else(|| symbol.strip_suffix(".client.new")).unwrap_or(symbol);
    let last = path.rsplit('.').next()?;
    if symbol == path && !last.starts_with(|letter: char| letter.is_ascii_lowercase()) {
        return None;
    }
    generated::client(&format!("{}Client", camel(last)), &symbol.to_lowercase())
        .filter(|client| client.class.strip_prefix("google.generated:").and_then(gcp::service).is_some())
}

/// `secret_manager_service` is `SecretManagerService`.
fn camel(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect::<String>())
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_a_surface_is_in_the_table() {
        for (_, service, name) in SURFACES.operations() {
            let query = (service, name) == ("bigquery", "jobs.query");
            assert!(query || gcp::operation(service, name).is_some(), "{service} {name}");
        }
        assert_eq!(SURFACES.missing_classes(), Vec::<&str>::new());
    }

    #[test]
    fn generated_clients_are_known_by_their_factories() {
        for (symbol, service) in [
            ("Google.Cloud.SecretManager.secret_manager_service", "secretmanager"),
            ("Google.Cloud.Tasks.cloud_tasks", "cloudtasks"),
            ("Google.Cloud.Tasks.V2.CloudTasks.Client.new", "cloudtasks"),
            ("Google.Cloud.Vision.image_annotator", "vision"),
        ] {
            let Some(Outcome { value: Term::Object(client), .. }) = Google.call(symbol, &[]) else {
                panic!("{symbol}")
            };
            assert_eq!(client.class, format!("google.generated:{service}"));
        }
        assert!(Google.call("Google.Cloud.Talent.job_service", &[]).is_none());
    }
}
