//! What tests stand on: a spec's text as a model, and what becomes of it.

use portolan_access::infer;
use portolan_catalog::standard;
use portolan_diagnostics::{Diagnostic, Sources};
use portolan_model::{Asked, Model, Wanted, resolve, targets};
use portolan_target::{Artifacts, Backend, Request, Settings, settle};

/// The model of a spec for one of its targets.
pub fn model(text: &str, target: &str) -> Model {
    let mut sources = Sources::default();
    let source = sources.add("spec.yaml", text);
    let (spec, found) = portolan_syntax::parse(&source);
    assert!(!found.iter().any(Diagnostic::is_error), "{found:#?}");
    let asked = Asked { targets: Wanted::Name(target.to_owned()), variables: Vec::new() };
    let (requests, mut found) = targets(&spec, &asked);
    let request = requests.first().unwrap_or_else(|| panic!("no target: {found:#?}"));
    let model = resolve(&spec, standard(), request).report_to(&mut found);
    model.unwrap_or_else(|| panic!("{found:#?}"))
}

/// What a back end says and writes for a model.
pub struct Built {
    /// Everything that is said.
    pub found: Vec<Diagnostic>,
    /// What is written; nothing after an error.
    pub text: String,
    /// Every permission: function, holder, permission, scope, condition, role.
    pub permissions: Vec<String>,
}

/// Compiles a model.
pub fn build(backend: &dyn Backend, model: &Model, settings: Settings) -> Built {
    let (grants, artifacts) = (infer(model), Artifacts::default());
    let request = Request { model, grants: &grants, catalog: standard(), artifacts: &artifacts, settings };
    let mut found = backend.supports(&request);
    let settled = settle(backend.lower(&request)).report_to(&mut found);
    let permissions = settled.iter().flat_map(|settled| &settled.permissions).map(told).collect();
    found.extend(settled.iter().flat_map(|settled| backend.limits(settled)));
    let wrong = found.iter().any(Diagnostic::is_error);
    let template = settled.filter(|_| !wrong).map(|settled| backend.encode(&settled));
    let text = template.map(|template| template.stacks[0].text.clone()).unwrap_or_default();
    Built { found, text, permissions }
}

fn told(permission: &portolan_target::Permission) -> String {
    let holder = permission.holder.as_deref().map(|holder| format!(" [{holder}]")).unwrap_or_default();
    let condition = permission.condition.as_deref().map(portolan_target::describe);
    format!(
        "{}{holder} {} {}: {} on {}{} by {}",
        permission.function,
        permission.verb,
        permission.subject,
        permission.permission,
        portolan_target::describe(&permission.scope),
        condition.map(|condition| format!(" if {condition}")).unwrap_or_default(),
        permission.role.as_deref().unwrap_or_default()
    )
}

/// The ids of what was found.
pub fn ids(built: &Built) -> Vec<&'static str> {
    built.found.iter().map(|found| found.id).collect()
}
