//! `googleapiclient.discovery.build("compute", "v1")`: collections and methods by their names in the API; a request performs when
//! it is executed.

use super::record;
use crate::{Argument, Object, Outcome, Template, Term, gcp};
use std::collections::BTreeMap;

const CLASS: &str = "google.discovery";

/// Collections that only say where: `projects.locations.jobs.list` is `jobs.list` where the table has no longer name.
const PLACES: &[&str] = &["projects", "locations", "v1", "zones", "regions", "organizations", "folders"];

/// A service.
pub(super) fn build(symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
    if !matches!(symbol, "googleapiclient.discovery.build" | "googleapiclient.discovery.build_from_document") {
        return None;
    }
    let given =
        arguments.iter().find(|argument| argument.name.is_none() || argument.name.as_deref() == Some("serviceName"));
    let service = given.map(|argument| argument.term.clone()).unwrap_or_default();
    let unresolved =
        service.literal().is_none().then(|| "it is not known of which Google API this is a client".to_owned());
    let facts = BTreeMap::from([("service".into(), service), ("path".into(), path(""))]);
    let value = Term::Object(Object { class: CLASS.into(), facts });
    Some(Outcome { value, unresolved, ..Outcome::default() })
}

fn path(text: &str) -> Term {
    Term::Text(Template::from_literal(text))
}

/// A step of the path, or what the path performs.
pub(super) fn method(object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
    if object.class != CLASS {
        return None;
    }
    let known = |fact: &str| object.facts.get(fact).and_then(Term::literal).unwrap_or_default();
    match name {
        "execute" | "next_chunk" => Some(execute(object, known("service"), known("path"))),
        "close" | "new_batch_http_request" | "add" | "with_http" | "uri" => {
            Some(Outcome { value: Term::Object(object.clone()), ..Outcome::default() })
        }
        _ => {
            let steps = [known("path"), name.trim_end_matches("_next")];
            let longer = steps.into_iter().filter(|step| !step.is_empty()).collect::<Vec<_>>().join(".");
            let mut facts = object.facts.clone();
            if name.ends_with("_next") {
                return Some(Outcome {
                    value: arguments.first().map(|a| a.term.clone()).unwrap_or_default(),
                    ..Outcome::default()
                });
            }
            facts.extend(record(arguments));
            facts.insert("path".into(), path(&longer));
            let value = Term::Object(Object { class: CLASS.into(), facts });
            Some(Outcome { value, ..Outcome::default() })
        }
    }
}

fn execute(object: &Object, service: &str, path: &str) -> Outcome {
    let short = path.split('.').filter(|step| !PLACES.contains(step)).collect::<Vec<_>>().join(".");
    let found = gcp::service(service).and_then(|service| {
        let operation =
            gcp::operation(service, path).filter(|name| *name != "*").or_else(|| gcp::operation(service, &short));
        operation.map(|operation| (service, operation))
    });
    match found {
        Some((service, operation)) => {
            let operations = vec![gcp::perform(service, operation, object.facts.clone())];
            Outcome { operations, ..Outcome::default() }
        }
        None => {
            let why = format!("what `{path}` of Google's `{service}` needs is not known here");
            Outcome { unresolved: Some(why), ..Outcome::default() }
        }
    }
}
