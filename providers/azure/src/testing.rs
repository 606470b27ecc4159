//! What the tests of this room share: a spec in, its lowering, its findings or its template out.

use crate::Azure;
use portolan_access::{Grants, infer};
use portolan_diagnostics::{Diagnostic, Sources};
use portolan_model::{Asked, Model, resolve, targets};
use portolan_target::{Artifacts, Backend, Lowered, Request, Settings, Settled, settle};
use serde_json::Value as Json;

/// The beginning of a whole spec, on three lines.
const HEAD: &str = "portolan: 1\napp: demo\ntargets: { dev: { provider: azure, region: westeurope } }\n";

/// The same, with the application that guards calls.
pub(crate) const GUARDED: &str = "portolan: 1\napp: demo\ntargets: { dev: { provider: azure, region: westeurope, \
                                  entra-app-id: 7f3a91c2-0000-4000-8000-000000000001 } }\n";

/// The first model of a spec; one that does not say its version stands under [`HEAD`].
pub(crate) fn model(text: &str) -> Model {
    let whole = if text.starts_with("portolan:") { text.to_owned() } else { format!("{HEAD}{text}") };
    let source = Sources::default().add("portolan.yaml", whole.as_str());
    let (spec, mut found) = portolan_syntax::parse(&source);
    let asked = Asked::default();
    let (requests, more) = targets(&spec, &asked);
    found.extend(more);
    let catalog = portolan_catalog::standard();
    let model = requests.first().and_then(|request| resolve(&spec, catalog, request).report_to(&mut found));
    let errors: Vec<_> = found.iter().filter(|finding| finding.is_error()).map(|finding| &finding.message).collect();
    assert!(errors.is_empty(), "{errors:?}\n{whole}");
    model.expect("a model without errors")
}

fn ask<T>(text: &str, settings: Settings, answer: impl FnOnce(&Request<'_>) -> T) -> T {
    let model = model(text);
    let grants: Grants = infer(&model);
    let artifacts = Artifacts::default();
    let catalog = portolan_catalog::standard();
    answer(&Request { model: &model, grants: &grants, catalog, artifacts: &artifacts, settings })
}

/// What `supports` says of a spec.
pub(crate) fn supports(text: &str) -> Vec<Diagnostic> {
    ask(text, Settings::default(), |request| Azure.supports(request))
}

/// A spec, lowered.
pub(crate) fn lowered(text: &str) -> Lowered {
    ask(text, Settings::default(), |request| Azure.lower(request))
}

/// A spec, lowered with Azure's own roles.
pub(crate) fn with_built_in_roles(text: &str) -> Lowered {
    ask(text, Settings { built_in_roles: true }, |request| Azure.lower(request))
}

/// A spec, lowered and settled.
pub(crate) fn settled(text: &str) -> Settled {
    settle_all(lowered(text))
}

fn settle_all(lowered: Lowered) -> Settled {
    let settled = settle(lowered);
    let messages: Vec<_> = settled.diagnostics.iter().map(|finding| &finding.message).collect();
    assert!(messages.is_empty(), "{messages:?}");
    settled.product.expect("a product without errors")
}

/// A spec's template, read back.
pub(crate) fn template(text: &str) -> Json {
    let file = Azure.encode(&settled(text)).stacks.remove(0);
    serde_json::from_str(&file.text).expect("JSON")
}

/// A resource of a spec's template, by its address.
pub(crate) fn at(template: &Json, address: &str) -> Json {
    let resources = template["resources"].as_array().expect("resources");
    let found = resources.iter().find(|resource| resource["metadata"]["address"] == address);
    found.unwrap_or_else(|| panic!("no {address}")).clone()
}

/// An app setting of a function.
pub(crate) fn setting(template: &Json, function: &str, name: &str) -> Json {
    let site = at(template, &format!("{function}.function"));
    let settings = site["properties"]["siteConfig"]["appSettings"].as_array().expect("settings").clone();
    settings.into_iter().find(|setting| setting["name"] == name).map_or(Json::Null, |setting| setting["value"].clone())
}
