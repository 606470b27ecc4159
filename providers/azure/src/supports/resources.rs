//! Resources: ids of what exists elsewhere, numbers, and what a service does not know.

use crate::hooks::{External, days, deliveries, external_type, key, seconds};
use crate::ranges::{DELIVERIES, EXPIRE, LIFETIME, LOCK};
use portolan_diagnostics::{Diagnostic, Span};
use portolan_model::{Model, Resource, Setting};

/// Every resource.
pub(super) fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for resource in &model.resources {
        found.extend(external(resource));
        match resource.kind.name.as_str() {
            "queue" if resource.external.is_none() => queue(model, resource, found),
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

/// A name alone says neither the account nor the group that something lies in.
fn external(resource: &Resource) -> Option<Diagnostic> {
    let given = resource.external.as_ref()?;
    let kind = &resource.kind.name;
    let Some(wanted) = external_type(kind) else {
        let message = format!("an {kind} of another deployment cannot be used on azure");
        let diagnostic = Diagnostic::error("target/external-name", message).at(given.span, "");
        return Some(diagnostic.help("leave `external` out, so that the app has one of its own"));
    };
    let right = External::of(resource).is_some_and(|external| external.r#type.eq_ignore_ascii_case(wanted));
    let message = format!("`{}` is not the id of a {kind} on azure", given.value);
    let diagnostic = Diagnostic::error("target/external-name", message).at(given.span, "");
    let (namespace, types) = wanted.split_once('/').unwrap_or((wanted, ""));
    let steps: String = types.split('/').map(|word| format!("/{word}/NAME")).collect();
    let help = format!("an id is `/subscriptions/ID/resourceGroups/NAME/providers/{namespace}{steps}`")
        .replace("blobServices/NAME", "blobServices/default");
    (!right).then(|| diagnostic.help(help))
}

fn queue(model: &Model, resource: &Resource, found: &mut Vec<Diagnostic>) {
    let name = &resource.name.value;
    for range in [LOCK, LIFETIME] {
        let asked = seconds(resource, range.what);
        found.extend(asked.and_then(|asked| range.rounded(name, asked, span(resource, range.what))));
    }
    let after = deliveries(resource);
    found.extend(DELIVERIES.rounded(name, after, span(resource, "dead-letter")));
    found.extend(dead_letter(model, resource));
}

/// Messages are forwarded within a namespace only.
fn dead_letter(model: &Model, resource: &Resource) -> Option<Diagnostic> {
    let Setting::Map(fields) = &resource.option("dead-letter")?.value else { return None };
    let (_, to) = fields.iter().find(|(key, _)| key.value == "to")?;
    let Setting::Resource(other) = to.value else { return None };
    let other = model.resource(other);
    let given = other.external.as_ref()?;
    let (name, to_name) = (&resource.name.value, &other.name.value);
    let message = format!("`{to_name}` cannot be the dead letter of `{name}` on azure: it lies in another namespace");
    let diagnostic = Diagnostic::error("azure/dead-letter-elsewhere", message)
        .at(to.span, "asked for here")
        .also(given.span, "declared here as external")
        .help("leave `to` out: a queue on azure has a dead letter queue of its own");
    Some(diagnostic)
}

fn bucket(resource: &Resource, found: &mut Vec<Diagnostic>) {
    let Some(expire) = seconds(resource, "expire") else { return };
    let nearest = EXPIRE.nearest(days(expire));
    let message =
        format!("`expire` of `{}` is {nearest} days on azure, the nearest to {expire} s", resource.name.value);
    let note = Diagnostic::note("target/rounded", message).at(span(resource, "expire"), "azure counts whole days");
    found.extend((nearest * 86_400 != expire).then_some(note));
}

/// The longest value of a vault, in bytes (Key Vault documentation, "About Azure Key Vault secrets").
const VALUE: usize = 25 * 1024;

fn value(resource: &Resource) -> Option<Diagnostic> {
    let Setting::Text(value) = &resource.option("value")?.value else { return None };
    let (name, length) = (&resource.name.value, value.len());
    let message = format!("the value of `{name}` has {length} bytes, and a parameter on azure holds {VALUE}");
    let diagnostic = || Diagnostic::error("target/parameter-value", message).at(span(resource, "value"), "");
    (length > VALUE).then(|| diagnostic().help("put it into a bucket"))
}

fn table(resource: &Resource, found: &mut Vec<Diagnostic>) {
    let name = &resource.name.value;
    if let Some(ttl) = resource.option("ttl") {
        let attribute = match &ttl.value {
            Setting::Text(attribute) => attribute.as_str(),
            _ => "",
        };
        let message =
            format!("items of `{name}` do not expire by `{attribute}` on azure, but by a lifetime of their own");
        let diagnostic = Diagnostic::warning("azure/lifetime", message)
            .at(ttl.span, "Cosmos DB counts seconds from an item's last write")
            .help(format!("write the seconds that are left into the item's `ttl`, beside `{attribute}`"));
        found.push(diagnostic);
    }
    if let Some(recovery) = resource.option("recovery").filter(|setting| matches!(setting.value, Setting::Bool(false)))
    {
        let message = format!("`{name}` can be restored on azure all the same: backups belong to the whole account");
        found.push(Diagnostic::note("azure/recovery", message).at(recovery.span, ""));
    }
    found.extend(reserved(resource));
}

/// `id` is the text of the sort key, or of the only key; the other names are Cosmos DB's own.
fn reserved(resource: &Resource) -> Option<Diagnostic> {
    let key = key(resource);
    let place = span(resource, "key");
    for (at, (attribute, r#type)) in key.iter().enumerate() {
        let why = match *attribute {
            "_rid" | "_self" | "_etag" | "_ts" | "_attachments" | "ttl" => "Cosmos DB keeps something else there",
            "id" if at + 1 < key.len() => "an item's `id` is the text of the sort key there",
            "id" if *r#type == "number" => "an item's `id` is a text there",
            _ => continue,
        };
        let message = format!("the key of `{}` cannot have an attribute `{attribute}` on azure", resource.name.value);
        let diagnostic = Diagnostic::error("azure/reserved-attribute", message).at(place, why);
        return Some(diagnostic.help("choose another name for it"));
    }
    None
}
