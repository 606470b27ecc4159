//! Clients that are made from the API's own description: collections and methods by their names in the API.
//!
//! In Python a method, `build("compute", "v1").instances().stop(…)`, makes a request, which performs when it is executed. In
//! Node.js, `google.compute("v1").instances.stop(…)`, it performs at once.

use super::record;
use crate::{Argument, Object, Outcome, Template, Term, gcp};
use std::collections::BTreeMap;

const CLASS: &str = "google.discovery";

/// Collections that only say where: `projects.locations.jobs.list` is `jobs.list` where the table has no longer name.
const PLACES: &[&str] = &["projects", "locations", "v1", "zones", "regions", "organizations", "folders"];

/// A service by its name.
pub(in crate::libraries) fn service(name: Term) -> Object {
    let facts = BTreeMap::from([("service".into(), name), ("path".into(), path(""))]);
    Object { class: CLASS.into(), facts }
}

/// A service.
pub(in crate::libraries) fn build(symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
    if !matches!(symbol, "googleapiclient.discovery.build" | "googleapiclient.discovery.build_from_document") {
        return None;
    }
    let given =
        arguments.iter().find(|argument| argument.name.is_none() || argument.name.as_deref() == Some("serviceName"));
    let service = given.map(|argument| argument.term.clone()).unwrap_or_default();
    let unresolved =
        service.literal().is_none().then(|| "it is not known of which Google API this is a client".to_owned());
    let value = Term::Object(self::service(service));
    Some(Outcome { value, unresolved, ..Outcome::default() })
}

fn path(text: &str) -> Term {
    Term::Text(Template::from_literal(text))
}

/// A step of the path, or what the path performs.
pub(in crate::libraries) fn method(object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
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

/// A collection of a service, or a collection inside one: Node.js reads them as members.
pub(in crate::libraries) fn collection(object: &Object, name: &str) -> Option<Object> {
    (object.class == CLASS).then(|| {
        let before = object.facts.get("path").and_then(Term::literal).unwrap_or_default();
        let longer = if before.is_empty() { name.to_owned() } else { format!("{before}.{name}") };
        let mut facts = object.facts.clone();
        facts.insert("path".into(), path(&longer));
        Object { facts, ..object.clone() }
    })
}

/// What a method performs at once, with a record as its input.
pub(in crate::libraries) fn perform(object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let mut object = match name {
        "()" if object.class == CLASS => object.clone(),
        _ => collection(object, name)?,
    };
    let members = arguments.iter().filter_map(|argument| match &argument.term {
        Term::Record(members) => Some(members.clone()),
        _ => None,
    });
    object.facts.extend(members.flatten());
    let known = |fact: &str| object.facts.get(fact).and_then(Term::literal).unwrap_or_default().to_owned();
    Some(execute(&object, &known("service"), &known("path")))
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
            Outcome { unresolved: Some(why), of: gcp::api(service).into_iter().collect(), ..Outcome::default() }
        }
    }
}
