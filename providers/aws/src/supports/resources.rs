//! Resources: names of what exists elsewhere, numbers, and what a kind's service does not know.

use crate::hooks::{bucket_methods, days, deliveries, entries, flag, seconds};
use crate::names::external;
use crate::ranges::{DELAY, DELIVERIES, EXPIRE, INDEXES, RETENTION, S3_CORS_AGE, VISIBILITY};
use portolan_diagnostics::{Diagnostic, Span};
use portolan_model::{Cors, Model, Resource, ResourceId, Setting};

/// Every resource.
pub(super) fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for resource in &model.resources {
        if let Some(diagnostic) = external_name(resource) {
            found.push(diagnostic);
        }
        match resource.kind.name.as_str() {
            "queue" => queue(model, resource, found),
            "bucket" => bucket(resource, found),
            "table" => table(resource, found),
            "parameter" => found.extend(value(resource)),
            _ => {}
        }
    }
}

/// Where an option was written, else the resource.
fn span(resource: &Resource, option: &str) -> Span {
    resource.option(option).map_or(resource.name.span, |setting| setting.span)
}

fn queue(model: &Model, resource: &Resource, found: &mut Vec<Diagnostic>) {
    let name = &resource.name.value;
    for range in [VISIBILITY, RETENTION, DELAY] {
        let asked = seconds(resource, range.what);
        found.extend(asked.and_then(|asked| range.rounded(name, asked, span(resource, range.what))));
    }
    let after = deliveries(resource);
    found.extend(after.and_then(|after| DELIVERIES.rounded(name, after, span(resource, "dead-letter"))));
    found.extend(dead_letter_of(resource).and_then(|other| dead_letter(model, resource, other)));
}

fn dead_letter_of(resource: &Resource) -> Option<ResourceId> {
    let to = entries(resource, "dead-letter").iter().find(|(key, _)| key.value == "to").map(|(_, to)| &to.value);
    match to {
        Some(Setting::Resource(id)) => Some(*id),
        _ => None,
    }
}

fn dead_letter(model: &Model, resource: &Resource, other: ResourceId) -> Option<Diagnostic> {
    let other = model.resource(other);
    if other.external.is_some() || flag(resource, "fifo") == flag(other, "fifo") {
        return None;
    }
    let (name, to) = (&resource.name.value, &other.name.value);
    let message = format!("`{to}` cannot be the dead letter of `{name}`: on aws both are fifo queues, or neither is");
    let diagnostic = Diagnostic::error("aws/dead-letter-fifo", message)
        .at(span(resource, "dead-letter"), "asked for here")
        .also(other.name.span, "declared here")
        .help("set `fifo` on both, or leave `to` out: a queue makes a dead letter of its own");
    Some(diagnostic)
}

fn bucket(resource: &Resource, found: &mut Vec<Diagnostic>) {
    let name = &resource.name.value;
    if let Some(expire) = seconds(resource, "expire") {
        found.extend(whole_days(name, expire, span(resource, "expire")));
    }
    if let Some(Setting::Cors(cors)) = resource.option("cors").map(|setting| &setting.value) {
        let place = span(resource, "cors");
        found.extend(cors.max_age.and_then(|age| S3_CORS_AGE.rounded(name, age.into(), place)));
        found.extend(cors_method(name, cors, place));
    }
}

fn whole_days(name: &str, expire: u64, span: Span) -> Option<Diagnostic> {
    let nearest = EXPIRE.nearest(days(expire));
    let message = format!("`expire` of `{name}` is {nearest} days on aws, the nearest to {expire} s");
    (nearest * 86_400 != expire).then(|| Diagnostic::note("target/rounded", message).at(span, "S3 counts whole days"))
}

fn cors_method(name: &str, cors: &Cors, span: Span) -> Option<Diagnostic> {
    let known = bucket_methods(cors);
    let other = cors.methods.iter().find(|method| *method != "*" && !known.contains(&method.as_str()))?;
    let message = format!("the bucket `{name}` cannot let pages use {other} on aws");
    let diagnostic = Diagnostic::error("aws/cors-method", message).at(span, "");
    Some(diagnostic.help("S3 answers for GET, HEAD, PUT, POST and DELETE"))
}

fn table(resource: &Resource, found: &mut Vec<Diagnostic>) {
    let indexes = entries(resource, "indexes");
    for (name, _) in indexes.iter().filter(|(name, _)| !(3..=255).contains(&name.value.len())) {
        let message = format!("the index `{}` of `{}` has too short a name for aws", name.value, resource.name.value);
        let diagnostic = Diagnostic::error("aws/index-name", message).at(name.span, "");
        found.push(diagnostic.help("DynamoDB wants at least three characters: `by-date`"));
    }
    if let Some((name, _)) = indexes.get(INDEXES) {
        let message = format!(
            "`{}` has {} indexes, and a table on aws has at most {INDEXES}",
            resource.name.value,
            indexes.len()
        );
        found.push(Diagnostic::error("aws/indexes", message).at(name.span, "one too many"));
    }
}

/// The longest value in the standard tier, in bytes (Systems Manager user guide, "Managing parameter tiers").
const VALUE: usize = 4096;

/// What Parameter Store does not keep: long values, and what it would read as a reference (Systems Manager API reference,
/// PutParameter, Value).
fn value(resource: &Resource) -> Option<Diagnostic> {
    let Setting::Text(value) = &resource.option("value")?.value else { return None };
    let name = &resource.name.value;
    let (message, help) = match value {
        value if value.len() > VALUE => (
            format!("the value of `{name}` has {} bytes, and a parameter on aws holds {VALUE}", value.len()),
            "put it into a bucket",
        ),
        value if value.contains("{{") => (
            format!("the value of `{name}` has `{{{{` in it, which Parameter Store takes for a reference"),
            "write it in another way, or put it into a bucket",
        ),
        _ => return None,
    };
    let diagnostic = Diagnostic::error("target/parameter-value", message).at(span(resource, "value"), "");
    Some(diagnostic.help(help))
}

/// What an external resource may be called: it lands in policies, where `*` would mean everything.
struct Spelling {
    service: &'static str,
    /// Characters beside letters and digits.
    further: &'static str,
    most: usize,
}

fn spelling(kind: &str) -> Option<Spelling> {
    let (service, further, most) = match kind {
        "api" => ("apigateway", "", 32),
        "bucket" => ("s3", ".-", 63),
        "queue" => ("sqs", "_-.", 80),
        "topic" => ("sns", "_-.", 256),
        "table" => ("dynamodb", "_.-", 255),
        "secret" => ("secretsmanager", "/_+=.@-", 512),
        "parameter" => ("ssm", "/_.-", 1011),
        "bus" => ("events", "/_.-", 256),
        _ => return None,
    };
    Some(Spelling { service, further, most })
}

fn external_name(resource: &Resource) -> Option<Diagnostic> {
    let (given, is_arn) = external(resource)?;
    let Spelling { service, further, most } = spelling(&resource.kind.name)?;
    let fits = |text: &str, further: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || further.contains(c))
    };
    let right = match is_arn {
        true => {
            let parts: Vec<&str> = given.splitn(6, ':').collect();
            matches!(parts.as_slice(), ["arn", partition, named, _, _, rest]
                if partition.starts_with("aws") && *named == service && fits(rest, "/_+=.@-:"))
        }
        false => fits(given, further) && given.len() <= most,
    };
    let place = resource.external.as_ref()?.span;
    let message = format!("`{given}` is neither the name of a {} on aws nor its ARN", resource.kind.name);
    let help = format!("an ARN begins with `arn:aws:{service}:`; a name has letters and digits{}", also(further));
    (!right).then(|| Diagnostic::error("target/external-name", message).at(place, "").help(help))
}

fn also(further: &str) -> String {
    if further.is_empty() { String::new() } else { format!(" and any of `{further}`") }
}
