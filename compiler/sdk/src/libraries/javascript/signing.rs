//! Requests that are signed by hand: `aws4` and its relatives, the SDK's own signer, clients of search services.

use super::given::{at, done, member, object, text, unresolved, value};
use crate::aws::signed;
use crate::{Argument, Library, Object, Outcome, Piece, Term};

/// Signers and what uses them.
pub struct Signing;

const SIGNER: &str = "signing.signer";
const CLIENT: &str = "signing.client";
const SEARCH: &str = "signing.search";
const REQUEST: &str = "signing.request";
const APPSYNC: &str = "signing.appsync";

impl Library for Signing {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let first = at(arguments, 0);
        let (package, name) = symbol.split_once('.').unwrap_or((symbol, ""));
        match (package, name) {
            ("aws4", "sign") => Some(Outcome { value: first.clone(), ..sent(&service_of(&first), &first) }),
            ("aws4-axios", "aws4Interceptor") => {
                let options = match member(&first, "options") {
                    Term::Unknown => first,
                    options => options,
                };
                let service = member(&options, "service");
                Some(sent(&if service == Term::Unknown { text("execute-api") } else { service }, &Term::Unknown))
            }
            ("aws4fetch", "AwsClient") => Some(signer(CLIENT, member(&first, "service"))),
            ("@smithy/signature-v4" | "@aws-sdk/signature-v4", "SignatureV4") => {
                Some(signer(SIGNER, member(&first, "service")))
            }
            ("@smithy/protocol-http" | "@aws-sdk/protocol-http", "HttpRequest") => {
                Some(value(object(REQUEST, [("method".into(), member(&first, "method"))].into())))
            }
            ("@opensearch-project/opensearch/aws" | "@opensearch-project/opensearch/aws-v3", "AwsSigv4Signer") => {
                let service = member(&first, "service");
                let service = if service == Term::Unknown { text("es") } else { service };
                let signer = object(SIGNER, [("service".into(), service)].into());
                Some(value(Term::Record([("Connection".into(), signer)].into())))
            }
            ("@opensearch-project/opensearch" | "@elastic/elasticsearch" | "elasticsearch", "Client") => search(&first),
            ("http-aws-es", "") | ("aws-elasticsearch-connector", "") => Some(signer(SIGNER, text("es"))),
            ("aws-appsync", "default" | "AWSAppSyncClient" | "") => appsync(&first),
            _ => None,
        }
    }

    fn method(&self, of: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        let service = of.facts.get("service").cloned().unwrap_or_default();
        match (of.class.as_str(), name) {
            (SIGNER, "sign" | "presign") => Some(sent(&service, &at(arguments, 0))),
            (CLIENT, "fetch" | "sign") => {
                let named = match (service, member(&member(&at(arguments, 1), "aws"), "service")) {
                    (Term::Unknown, Term::Unknown) => by_host(&at(arguments, 0)),
                    (Term::Unknown, named) => named,
                    (service, _) => service,
                };
                Some(sent(&named, &at(arguments, 1)))
            }
            (SEARCH, _) => {
                let method = method_of(name, &at(arguments, 0))?;
                Some(sent(&service, &Term::Record([("method".into(), text(method))].into())))
            }
            (APPSYNC, "query" | "mutate" | "subscribe") => {
                Some(sent(&text("appsync"), &Term::Record([("method".into(), text("POST"))].into())))
            }
            (APPSYNC, "hydrated") => Some(value(Term::Object(of.clone()))),
            _ => None,
        }
    }

    fn member(&self, of: &Object, name: &str) -> Option<Term> {
        let inner = of.class == SEARCH && matches!(name, "indices" | "cluster" | "ingest" | "snapshot" | "cat");
        inner.then(|| Term::Object(of.clone()))
    }
}

fn signer(class: &str, service: Term) -> Outcome {
    value(object(class, [("service".into(), service)].into()))
}

/// A client of a search service that signs its requests; another is nobody's business.
fn search(options: &Term) -> Option<Outcome> {
    let connections = ["Connection", "connectionClass"].map(|name| member(&member(options, name), "service"));
    let service = connections.into_iter().find(|service| *service != Term::Unknown).or_else(|| {
        let signed = matches!(member(options, "connectionClass"), Term::Symbol(name) if name == "http-aws-es");
        signed.then(|| text("es"))
    });
    service.map(|service| signer(SEARCH, service))
}

/// A client of AppSync; with a key or a token of Cognito it signs nothing.
fn appsync(options: &Term) -> Option<Outcome> {
    let kind = member(&member(options, "auth"), "type");
    let signs = match &kind {
        Term::Symbol(name) => name.ends_with("AWS_IAM"),
        term => term.literal().is_none_or(|kind| kind == "AWS_IAM"),
    };
    signs.then(|| value(object(APPSYNC, [].into())))
}

/// The service of a request: as it says, or by its host.
fn service_of(request: &Term) -> Term {
    match member(request, "service") {
        Term::Unknown => match by_host(&member(request, "host")) {
            Term::Unknown => by_host(&member(request, "hostname")),
            known => known,
        },
        known => known,
    }
}

/// The service by a host's name or an address; what stands behind a variable is most often an API of one's own, but that is not
/// known.
fn by_host(host: &Term) -> Term {
    let Term::Text(template) = host else { return Term::Unknown };
    let literal =
        |word: &str| template.0.iter().any(|piece| matches!(piece, Piece::Literal(text) if text.contains(word)));
    let services = [
        (".execute-api.", "execute-api"),
        (".appsync-api.", "appsync"),
        (".lambda-url.", "lambda"),
        (".es.amazonaws", "es"),
        (".aoss.amazonaws", "aoss"),
    ];
    services.iter().find(|(word, _)| literal(word)).map(|(_, service)| text(service)).unwrap_or_default()
}

/// A signed request; its method of HTTP is told where it is known.
fn sent(service: &Term, request: &Term) -> Outcome {
    let literals: Option<Vec<&str>> = service.each().iter().map(Term::literal).collect();
    let Some(services) = literals else { return unresolved("it is not known for which service this signs") };
    let method = match member(request, "method") {
        Term::Unknown => text(if member(request, "body") == Term::Unknown { "GET" } else { "POST" }),
        known => known,
    };
    let input = Term::Record([("Method".into(), method)].into());
    done(services.into_iter().map(|service| signed(service, &input)).collect())
}

/// The method of HTTP behind a method of a search client.
fn method_of(name: &str, given: &Term) -> Option<&'static str> {
    Some(match name {
        // A document without an id is posted, and gets one.
        "index" if member(given, "id") == Term::Unknown && matches!(given, Term::Record(_)) => "POST",
        "get" | "mget" | "getSource" | "info" | "getMapping" | "getAlias" | "health" => "GET",
        "search" | "msearch" | "bulk" | "update" | "count" | "scroll" | "deleteByQuery" | "updateByQuery"
        | "refresh" | "reindex" => "POST",
        "index" | "create" | "putMapping" | "putSettings" | "putAlias" => "PUT",
        "delete" | "clearScroll" => "DELETE",
        "exists" | "ping" => "HEAD",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libraries::javascript::given::record;

    fn argument(term: Term) -> Argument {
        Argument { name: None, term }
    }

    #[test]
    fn a_request_is_signed_for_its_service() {
        let host = record([("host", text("abc.execute-api.eu-west-1.amazonaws.com"))]);
        let signed = Signing.call("aws4.sign", &[argument(host)]).unwrap();
        assert_eq!(signed.operations[0].name, "execute-api");
        let other = Signing.call("aws4.sign", &[argument(record([("host", text("example.com"))]))]).unwrap();
        assert!(other.unresolved.is_some());
    }

    #[test]
    fn a_search_client_signs_what_it_is_told_to_sign() {
        let signer = Signing.call("@opensearch-project/opensearch/aws.AwsSigv4Signer", &[]).unwrap().value;
        let made = Signing.call("@opensearch-project/opensearch.Client", &[argument(signer)]).unwrap();
        let Term::Object(client) = made.value else { panic!("no client") };
        assert_eq!(Signing.method(&client, "search", &[]).unwrap().operations[0].name, "es");
        assert!(Signing.call("@opensearch-project/opensearch.Client", &[]).is_none());
    }
}
