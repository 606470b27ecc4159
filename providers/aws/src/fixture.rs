//! What the tests of this room share: a spec in, its lowering, its findings or its template out.

use crate::Aws;
use portolan_access::{Grants, infer};
use portolan_diagnostics::{Diagnostic, Sources};
use portolan_model::{Asked, Model, resolve, targets};
use portolan_target::{Artifacts, Backend, Lowered, Request, Settings, Settled, settle};
use serde_json::Value as Json;

/// The beginning of a whole spec, on three lines.
const HEAD: &str = "portolan: 1\napp: demo\ntargets: { dev: { provider: aws, region: eu-west-1 } }\n";

/// The model of a spec whose first three lines are [`HEAD`].
pub(crate) fn model(rest: &str) -> Model {
    whole(&format!("{HEAD}{rest}"))
}

/// The first model of a whole spec.
pub(crate) fn whole(text: &str) -> Model {
    let source = Sources::default().add("portolan.yaml", text);
    let (spec, mut found) = portolan_syntax::parse(&source);
    let asked = Asked::default();
    let (requests, more) = targets(&spec, &asked);
    found.extend(more);
    let catalog = portolan_catalog::standard();
    let model = requests.first().and_then(|request| resolve(&spec, catalog, request).report_to(&mut found));
    let errors: Vec<_> = found.iter().filter(|finding| finding.is_error()).map(|finding| &finding.message).collect();
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    model.expect("a model without errors")
}

fn ask<T>(model: &Model, answer: impl FnOnce(&Request<'_>) -> T) -> T {
    let grants: Grants = infer(model);
    let artifacts = Artifacts::default();
    let catalog = portolan_catalog::standard();
    answer(&Request { model, grants: &grants, catalog, artifacts: &artifacts, settings: Settings::default() })
}

/// What `supports` says of a spec, as `id`s.
pub(crate) fn supports(rest: &str) -> Vec<Diagnostic> {
    ask(&model(rest), |request| Aws.supports(request))
}

/// A spec, lowered.
pub(crate) fn lowered(rest: &str) -> Lowered {
    ask(&model(rest), |request| Aws.lower(request))
}

/// A spec, lowered and settled.
pub(crate) fn settled(rest: &str) -> Settled {
    let settled = settle(lowered(rest));
    let messages: Vec<_> = settled.diagnostics.iter().map(|finding| &finding.message).collect();
    assert!(messages.is_empty(), "{messages:?}");
    settled.product.expect("a product without errors")
}

/// A spec's template, read back.
pub(crate) fn template(rest: &str) -> Json {
    let settled = settled(rest);
    let file = Aws.encode(&settled).stacks.remove(0);
    serde_json::from_str(&file.text).expect("JSON")
}

/// One property of a spec's template; a pointer such as `/Resources/TagFunction/Properties/Timeout`.
pub(crate) fn at(template: &Json, pointer: &str) -> Json {
    template.pointer(pointer).cloned().unwrap_or(Json::Null)
}
