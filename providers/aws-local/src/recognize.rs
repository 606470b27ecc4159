//! From a request to the operation that it asks for.
//!
//! Which protocol a request speaks is seen on the request itself: SDKs choose among those that a service knows. A name
//! that the request carries is enough; else its method, path and query are compared with those of the services that it
//! may be for.

use crate::request::{OWN, Request, form, plain};
use crate::table::{Line, Section, sections};
use crate::{body, rest};
use portolan_sdk::aws::{Service, perform};
use portolan_sdk::{Operation, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// The members of an input.
pub(crate) type Members = BTreeMap<SmolStr, Term>;

/// How a service wants an answer to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// AWS JSON, with the operation in `X-Amz-Target`.
    Json,
    /// Smithy RPC v2 with bodies in CBOR.
    Cbor,
    /// A form with `Action`, answered in XML.
    Query,
    /// The same, as EC2 speaks it.
    Ec2,
    /// Method and path, with bodies in JSON.
    RestJson,
    /// Method and path, with bodies in XML.
    RestXml,
}

/// A request that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognized {
    /// What it asks for.
    pub operation: Operation,
    /// How its answer is to be written.
    pub protocol: Protocol,
}

/// The variables that tell clients where services answer, of those services whose requests alone do not say whose they are
/// (SDKs and tools reference guide, "Service-specific endpoints").
pub fn addresses(endpoint: &str) -> impl Iterator<Item = (String, String)> {
    let shared = sections().iter().filter(|section| section.own != "-");
    shared.map(move |section| (format!("AWS_ENDPOINT_URL_{}", section.own), format!("{endpoint}{OWN}{}", section.id)))
}

/// The operation of a request.
///
/// # Errors
/// Why it is not known, in a few words.
pub fn recognize(request: &Request) -> Result<Recognized, String> {
    let signed = request.signed_for();
    let meant = Meant { signed: signed.as_deref(), service: request.service.as_deref() };
    if request.header("smithy-protocol") == Some("rpc-v2-cbor") {
        return by_path(request, meant);
    }
    if let Some(target) = request.header("x-amz-target") {
        return by_target(request, target, meant);
    }
    if let Some(fields) = fields(request) {
        return by_action(&fields, meant);
    }
    by_form(request, meant)
}

/// What a request says of the service that it is for.
#[derive(Clone, Copy)]
struct Meant<'r> {
    signed: Option<&'r str>,
    service: Option<&'r str>,
}

impl Meant<'_> {
    /// The one service whose address it was sent to; else those that sign with the name, the one that is called so first;
    /// else all.
    fn candidates(self) -> Vec<&'static Section> {
        if let Some(own) = self.service.and_then(|id| sections().iter().find(|section| section.id == id)) {
            return vec![own];
        }
        let fits = |section: &&Section| self.signed.is_none_or(|name| section.signs == name);
        let mut sections: Vec<_> = sections().iter().filter(fits).collect();
        sections.sort_by_key(|section| Some(section.id) != self.signed);
        sections
    }
}

/// AWS JSON: `DynamoDB_20120810.PutItem`.
fn by_target(request: &Request, target: &str, meant: Meant<'_>) -> Result<Recognized, String> {
    let (prefix, name) = target.rsplit_once('.').ok_or_else(|| format!("`{target}` names no operation"))?;
    let named = |section: &&Section| section.target == prefix;
    let mut fitting: Vec<_> = meant.candidates().into_iter().filter(named).collect();
    // What is signed for another name than its model says is still what its target says.
    fitting.extend(sections().iter().filter(named));
    found(&fitting, name, body::json(&request.body), Protocol::Json).ok_or_else(|| format!("`{target}` is not known"))
}

/// Smithy RPC v2: `/service/GraniteServiceVersion20100801/operation/PutMetricData`.
fn by_path(request: &Request, meant: Meant<'_>) -> Result<Recognized, String> {
    let mut parts = request.path.rsplit('/');
    let name = parts.next().unwrap_or_default();
    let service = parts.nth(1).unwrap_or_default();
    let known = || format!("`{}` is not known", request.path);
    // Other SDKs write the name of the service's model there, which botocore has for none but these.
    let named = sections().iter().filter(|section| section.target == service);
    let signing = if meant.signed.is_some() { meant.candidates() } else { Vec::new() };
    let all: Vec<_> = named.chain(signing).collect();
    found(&all, name, body::cbor(&request.body), Protocol::Cbor).ok_or_else(known)
}

/// The form of a request of the query protocols: its body, or the query of its address.
fn fields(request: &Request) -> Option<Vec<(String, String)>> {
    let text = match request.media_type() {
        "application/x-www-form-urlencoded" if !request.body.is_empty() => std::str::from_utf8(&request.body).ok()?,
        _ => request.query.as_str(),
    };
    let fields: Vec<(String, String)> =
        form(text).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let has = |wanted: &str| fields.iter().any(|(name, _)| name == wanted);
    (has("Action") && has("Version")).then_some(fields)
}

/// The query protocols: `Action=SendMessage&Version=2012-11-05`.
fn by_action(fields: &[(String, String)], meant: Meant<'_>) -> Result<Recognized, String> {
    let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let (action, version) = (field("Action").unwrap_or_default(), field("Version").unwrap_or_default());
    let fitting: Vec<_> = meant.candidates().into_iter().filter(|section| section.version == version).collect();
    let protocol = |section: &Section| if section.id == "ec2" { Protocol::Ec2 } else { Protocol::Query };
    let known = fitting.first().map_or(Protocol::Query, |section| protocol(section));
    found(&fitting, action, body::fields(fields), known)
        .ok_or_else(|| format!("the action `{action}` of version `{version}` is not known"))
}

/// Method and path: the operation of which the request has most.
fn by_form(request: &Request, meant: Meant<'_>) -> Result<Recognized, String> {
    let Some(signed) = meant.service.or(meant.signed) else {
        return Err("it is not signed, and nothing in it names an operation".to_owned());
    };
    let path = rest::path(request, signed);
    let mut best: Option<(rest::Likeness, &Section, &Line, Members)> = None;
    for section in meant.candidates() {
        for line in section.lines() {
            let Some((likeness, labels)) = rest::compare(line, request, &path) else { continue };
            if best.as_ref().is_none_or(|(known, ..)| likeness > *known) {
                best = Some((likeness, section, line, labels));
            }
        }
    }
    let (_, section, line, mut members) =
        best.ok_or_else(|| format!("`{} {}` is no operation of `{signed}`", request.method, plain(&request.path)))?;
    rest::places(line, request, &mut members);
    let xml = XML.contains(&section.id);
    members.extend(body::document(line, &request.body, xml));
    let protocol = if xml { Protocol::RestXml } else { Protocol::RestJson };
    operation(section, line.name, members, protocol).ok_or_else(|| format!("`{}` is not known", line.name))
}

/// The services whose bodies are XML.
const XML: [&str; 4] = ["cloudfront", "route53", "s3", "s3control"];

/// The operation of a name, of the first service that has it.
fn found(fitting: &[&'static Section], name: &str, input: Members, protocol: Protocol) -> Option<Recognized> {
    let section = fitting.iter().find(|one| Service::by_id(one.id).and_then(|it| it.operation(name)) == Some(name))?;
    let input = match section.line(name) {
        Some(line) => body::renamed(line, input),
        None => input,
    };
    operation(section, name, input, protocol)
}

fn operation(section: &Section, name: &str, input: Members, protocol: Protocol) -> Option<Recognized> {
    let service = Service::by_id(section.id)?;
    Some(Recognized { operation: perform(service, name, &Term::Record(input)), protocol })
}
