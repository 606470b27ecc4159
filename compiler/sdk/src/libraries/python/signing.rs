//! Requests that are signed by hand: botocore's signer, the packages around `requests`, clients of search services.

use super::given::Given;
use crate::aws::signed;
use crate::{Argument, Library, Object, Outcome, Template, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// Signers and what uses them.
pub struct Signing;

const SIGNER: &str = "signing.signer";
const REQUEST: &str = "signing.request";
const SEARCH: &str = "signing.search";
const GRAPHQL: &str = "signing.graphql";

impl Library for Signing {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let given = Given(arguments);
        let (package, name) = symbol.rsplit_once('.')?;
        match (package, name) {
            ("botocore.auth", "SigV4Auth" | "S3SigV4Auth" | "SigV4QueryAuth") => {
                Some(signer(given.take(1, "service_name")))
            }
            ("requests_aws4auth" | "requests_aws4auth.aws4auth", "AWS4Auth") => Some(signer(given.take(3, "service"))),
            (_, "AWSRequestsAuth") => Some(signer(given.take(4, "aws_service"))),
            (_, "BotoAWSRequestsAuth") => Some(signer(given.take(2, "aws_service"))),
            (_, "AWSV4SignerAuth" | "RequestsAWSV4SignerAuth" | "Urllib3AWSV4SignerAuth" | "AWSV4SignerAsyncAuth") => {
                Some(signer(given.named("service").or_else(|| given.at(2)).unwrap_or_else(|| text("es"))))
            }
            ("botocore.awsrequest", "AWSRequest") => Some(object(REQUEST, "Method", given.take(0, "method"))),
            ("httpx_auth", "AWS4Auth") | ("httpx_auth_awssigv4", "SigV4Auth") => {
                Some(signer(given.named("service").unwrap_or_else(|| text("execute-api"))))
            }
            ("opensearchpy" | "elasticsearch" | "elasticsearch7", _) => search(given),
            ("opensearchpy.helpers" | "elasticsearch.helpers" | "elasticsearch7.helpers", _) => helped(name, given),
            ("gql.transport.requests" | "gql.transport.httpx", _) => transported(given),
            ("gql.transport.appsync_auth", "AppSyncIAMAuthentication") => Some(signer(text("appsync"))),
            ("gql.transport.aiohttp", _) => transported(given),
            ("gql", "Client") => transported(given),
            ("requests" | "httpx" | "requests.Session()" | "requests.sessions.Session()" | "requests.session()", _) => {
                request(name, given)
            }
            _ => None,
        }
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        let given = Given(arguments);
        match (object.class.as_str(), name) {
            (SIGNER, "add_auth") => Some(sent(object, fact(&given.take(0, "request"), "Method"))),
            (SEARCH, "index") if given.named("id").or_else(|| given.at(3)).is_none() => {
                Some(sent(object, text("POST")))
            }
            (SEARCH, _) => Some(sent(object, text(method_of(name)?))),
            (GRAPHQL, "execute" | "execute_async" | "execute_sync") => Some(sent(object, text("POST"))),
            _ => None,
        }
    }

    fn member(&self, object: &Object, name: &str) -> Option<Term> {
        let inner = object.class == SEARCH && matches!(name, "indices" | "cluster" | "ingest" | "snapshot" | "cat");
        inner.then(|| Term::Object(object.clone()))
    }
}

fn signer(service: Term) -> Outcome {
    object(SIGNER, "service", service)
}

/// A client of a search service that signs its requests.
fn search(given: Given<'_>) -> Option<Outcome> {
    let signer = signer_of(&given.named("http_auth")?)?;
    Some(object(SEARCH, "service", signer.facts.get("service").cloned().unwrap_or_default()))
}

/// Functions beside a client of a search service: all of them post.
fn helped(name: &str, given: Given<'_>) -> Option<Outcome> {
    let posts = matches!(name, "bulk" | "streaming_bulk" | "parallel_bulk" | "async_bulk" | "scan" | "reindex");
    let client = given.take(0, "client");
    let client = client.each().iter().find_map(|term| match term {
        Term::Object(object) if object.class == SEARCH => Some(object.clone()),
        _ => None,
    })?;
    posts.then(|| sent(&client, text("POST")))
}

/// A client of GraphQL, or what carries its requests, with a signer.
fn transported(given: Given<'_>) -> Option<Outcome> {
    let by = given.named("auth").or_else(|| given.named("transport"))?;
    let service = by.each().iter().find_map(|term| match term {
        Term::Object(object) if matches!(object.class.as_str(), SIGNER | GRAPHQL) => object.facts.get("service"),
        _ => None,
    })?;
    Some(object(GRAPHQL, "service", service.clone()))
}

/// `requests.post(url, auth=signer)`.
fn request(name: &str, given: Given<'_>) -> Option<Outcome> {
    let signer = signer_of(&given.named("auth")?)?;
    let method = match name {
        "request" => given.take(0, "method"),
        _ => text(name),
    };
    Some(sent(&signer, method))
}

fn signer_of(term: &Term) -> Option<Object> {
    term.each().iter().find_map(|term| match term {
        Term::Object(object) if object.class == SIGNER => Some(object.clone()),
        _ => None,
    })
}

/// A signed request of some method of HTTP.
fn sent(object: &Object, method: Term) -> Outcome {
    let input = Term::Record(BTreeMap::from([("Method".into(), method)]));
    let service = object.facts.get("service").cloned().unwrap_or_default();
    let literals: Option<Vec<&str>> = service.each().iter().map(Term::literal).collect();
    match literals {
        Some(services) => {
            let operations = services.into_iter().map(|service| signed(service, &input)).collect();
            Outcome { operations, ..Outcome::default() }
        }
        None => Outcome {
            unresolved: Some("it is not known for which service this signs".to_owned()),
            ..Outcome::default()
        },
    }
}

/// The method of HTTP behind a method of a search client.
fn method_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "get" | "mget" | "get_source" | "info" | "get_mapping" | "get_alias" | "health" | "indices" => "GET",
        "search" | "msearch" | "bulk" | "update" | "count" | "scroll" | "delete_by_query" | "update_by_query"
        | "refresh" | "explain" | "reindex" => "POST",
        "index" | "create" | "put_mapping" | "put_settings" | "put_alias" | "put_pipeline" | "put_index_template" => {
            "PUT"
        }
        "delete" | "clear_scroll" => "DELETE",
        "exists" | "ping" => "HEAD",
        _ => return None,
    })
}

fn fact(term: &Term, name: &str) -> Term {
    match term {
        Term::Object(object) => object.facts.get(name).cloned().unwrap_or_default(),
        _ => Term::Unknown,
    }
}

fn object(class: &str, name: &str, term: Term) -> Outcome {
    let facts: BTreeMap<SmolStr, Term> = BTreeMap::from([(name.into(), term)]);
    Outcome { value: Term::Object(Object { class: class.into(), facts }), ..Outcome::default() }
}

fn text(literal: &str) -> Term {
    Term::Text(Template::from_literal(literal))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, term: Term) -> Argument {
        Argument { name: Some(name.into()), term }
    }

    #[test]
    fn a_signed_request_is_of_its_service_and_method() {
        let signer = Signing.call("requests_aws4auth.AWS4Auth", &[named("service", text("es"))]).unwrap().value;
        let outcome = Signing.call("requests.post", &[named("auth", signer)]).unwrap();
        assert_eq!(
            outcome.operations,
            [signed("es", &Term::Record(BTreeMap::from([("Method".into(), text("post"))])))]
        );
        assert_eq!(Signing.call("requests.post", &[]), None);
        assert_eq!(Signing.call("requests.post", &[named("auth", Term::Unknown)]), None);
    }

    #[test]
    fn a_signer_signs_what_it_is_given() {
        let service = text("execute-api");
        let Term::Object(signer) =
            Signing.call("botocore.auth.SigV4Auth", &[named("service_name", service)]).unwrap().value
        else {
            panic!("no signer")
        };
        let outcome = Signing.method(&signer, "add_auth", &[]).unwrap();
        assert_eq!(outcome.operations[0].name, "execute-api");
    }
}
