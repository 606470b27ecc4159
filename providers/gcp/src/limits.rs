//! Whether a settled template is within what Google takes: names, counts, sizes, and references that can be written.

use crate::{names, ranges};
use portolan_diagnostics::Diagnostic;
use portolan_target::{Settled, unwritable};
use portolan_value::{Context, Format, Resource, Text, Value};
use std::collections::BTreeMap;

/// What both formats have in common.
pub fn shared(settled: &Settled, format: Format) -> Vec<Diagnostic> {
    let mut found = unwritable(settled);
    let mut counts: BTreeMap<&str, Vec<&Resource>> = BTreeMap::new();
    for resource in settled.stacks.iter().flat_map(|stack| &stack.resources) {
        counts.entry(resource.r#type.as_ref()).or_default().push(resource);
        found.extend(reserved(resource));
        found.extend(wrong_name(resource));
        found.extend(environment(resource));
        for (_, value) in &resource.body {
            value.walk(&mut |value| found.extend(unspeakable(value, resource, format)));
        }
    }
    for output in settled.stacks.iter().flat_map(|stack| &stack.outputs) {
        output
            .value
            .walk(&mut |value| found.extend(unknown_context(value, &format!("output `{}`", output.name), format)));
    }
    found.extend(too_many(&counts, format));
    found
}

/// A finding at the line a resource was made for.
pub fn at(diagnostic: Diagnostic, resource: &Resource, label: &str) -> Diagnostic {
    match resource.origin.span {
        Some(span) => diagnostic.at(span, label),
        None => diagnostic,
    }
}

fn unspeakable(value: &Value, resource: &Resource, format: Format) -> Option<Diagnostic> {
    let found = match value {
        Value::Ref(reference) => unknown_path(&reference.attribute, resource, format),
        value => unknown_context(value, &format!("`{}`", resource.address), format),
    };
    found.map(|found| at(found, resource, "made for this line"))
}

/// An attribute is a path of words and numbers; anything else would be read as more than a reference.
fn unknown_path(attribute: &Text, resource: &Resource, format: Format) -> Option<Diagnostic> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[' | ']' | '-');
    let begins = attribute.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let message =
        format!("`{attribute}` in `{}` is not the path of an attribute on {}", resource.address, format.key());
    (!begins || !attribute.chars().all(allowed)).then(|| {
        Diagnostic::error("gcp/attribute", message)
            .help("write words with dots between them, such as `service_config[0].uri`")
    })
}

fn unknown_context(value: &Value, place: &str, format: Format) -> Option<Diagnostic> {
    let Value::Context(context) = value else { return None };
    let word = match context {
        Context::Partition => "partition",
        Context::UrlSuffix => "url-suffix",
        Context::Subscription => "subscription",
        Context::ResourceGroup => "resource-group",
        Context::Tenant => "tenant",
        Context::Account | Context::Region | Context::Project | Context::ProjectNumber => return None,
    };
    let message = format!("{place} asks for the {word}, which {} does not have", format.key());
    Some(
        Diagnostic::error("target/no-such-context", message)
            .help("`${account}` is the project here, `${region}` the region"),
    )
}

/// The name of a resource as it is written, where it is a literal.
fn name_of(resource: &Resource) -> Option<&str> {
    const KEYS: [&str; 9] = [
        "name",
        "account_id",
        "secret_id",
        "parameter_id",
        "api_id",
        "gateway_id",
        "topic",
        "subscription",
        "accountId",
    ];
    let keys: &[&str] = match resource.r#type.as_ref() {
        "gcp-types/pubsub-v1:projects.subscriptions" => &["subscription"],
        "gcp-types/cloudfunctions-v2beta:projects.locations.functions" => &["function"],
        "gcp-types/cloudscheduler-v1:projects.locations.jobs" => &[],
        _ => &KEYS,
    };
    keys.iter().find_map(|key| resource.body.get(key)).and_then(Value::as_text)
}

/// Names that Google keeps for itself (Pub/Sub documentation, Names; Cloud Storage documentation, Bucket names).
fn reserved(resource: &Resource) -> Option<Diagnostic> {
    let name = name_of(resource)?;
    let why = match resource.r#type.as_ref() {
        r#type if is_messages(r#type) && name.starts_with("goog") => {
            "topics and subscriptions may not begin with `goog`"
        }
        r#type if is_bucket(r#type) && (name.starts_with("goog") || name.contains("google")) => {
            "buckets may not begin with `goog` or contain `google`"
        }
        _ => return None,
    };
    let diagnostic =
        Diagnostic::error("gcp/reserved-name", format!("`{}` would be called `{name}`: {why}", resource.address));
    let help = format!("give it another name: `keep: {{ gcp: {{ {}: {{ name: … }} }} }}`", resource.address);
    Some(at(diagnostic, resource, "made for this line").help(help))
}

fn is_messages(r#type: &str) -> bool {
    r#type.starts_with("gcp-types/pubsub-v1:projects.")
        || matches!(r#type, "google_pubsub_topic" | "google_pubsub_subscription")
}

fn is_bucket(r#type: &str) -> bool {
    matches!(r#type, "google_storage_bucket" | "gcp-types/storage-v1:buckets")
}

/// Derived names fit; a name that the user fixed may not.
fn wrong_name(resource: &Resource) -> Option<Diagnostic> {
    let shape = names::known_shape(&resource.r#type)?;
    let name = name_of(resource).filter(|_| resource.address.part() != "native")?;
    let fits = (shape.shortest..=shape.longest).contains(&name.chars().count());
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '+' | '%');
    let message = format!("`{name}` cannot be the name of `{}`", resource.address);
    let help = format!("names of this type have {} to {} letters, digits and hyphens", shape.shortest, shape.longest);
    let diagnostic =
        || at(Diagnostic::error("target/physical-name", message), resource, "made for this line").help(help);
    (!fits || !name.chars().all(allowed)).then(diagnostic)
}

/// The size of what a function sees.
fn environment(resource: &Resource) -> Vec<Diagnostic> {
    let config = resource.body.get("service_config").or_else(|| resource.body.get("serviceConfig"));
    let Some(Value::Map(config)) = config else { return Vec::new() };
    let environment = config.get("environment_variables").or_else(|| config.get("environmentVariables"));
    let Some(Value::Map(environment)) = environment else { return Vec::new() };
    let mut found = Vec::new();
    if environment.len() > ranges::FUNCTION_VARIABLES {
        let message = format!(
            "`{}` sees {} variables, and {} is the most",
            resource.address.owner(),
            environment.len(),
            ranges::FUNCTION_VARIABLES
        );
        found.push(at(Diagnostic::error("target/environment-size", message), resource, ""));
    }
    for (name, value) in environment {
        let size = value.as_text().map_or(0, str::len);
        if size > ranges::VARIABLE_BYTES {
            let message = format!(
                "`{name}` of `{}` has {size} bytes, and {} is the most",
                resource.address.owner(),
                ranges::VARIABLE_BYTES
            );
            found.push(at(Diagnostic::error("target/environment-size", message), resource, ""));
        }
    }
    found
}

fn too_many(counts: &BTreeMap<&str, Vec<&Resource>>, format: Format) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (terraform, deployment_manager, most, what) in ranges::PER_PROJECT {
        let r#type = if format == Format::Gcp { terraform } else { deployment_manager };
        let Some(resources) = counts.get(r#type).filter(|resources| resources.len() > most) else { continue };
        let message =
            format!("the template has {} resources of type `{type}`, and {most} is the most ({what})", resources.len());
        let diagnostic =
            Diagnostic::error("target/too-many", message).help("split the app: each app is a deployment of its own");
        found.push(at(diagnostic, resources[most], "the first beyond"));
    }
    let accounts =
        if format == Format::Gcp { "google_service_account" } else { "gcp-types/iam-v1:projects.serviceAccounts" };
    if let Some(resources) = counts.get(accounts).filter(|resources| resources.len() > ranges::SERVICE_ACCOUNTS) {
        let message = format!(
            "the template has {} service accounts, and a project holds {} unless more are asked for",
            resources.len(),
            ranges::SERVICE_ACCOUNTS
        );
        found.push(
            Diagnostic::warning("gcp/service-accounts", message)
                .help("ask for more of the quota `Service Account Count` of the IAM API"),
        );
    }
    found
}
