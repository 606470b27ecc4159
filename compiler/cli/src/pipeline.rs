//! The straight line through the compiler: spec, model, grants, lowered, settled, template, proof.

use crate::proof::{self, Proved};
use portolan_access::{Calls, Grants, auto, infer, join};
use portolan_catalog::Catalog;
use portolan_diagnostics::{Checked, Diagnostic};
use portolan_model::{Asked, Model, resolve, targets};
use portolan_syntax::Spec;
use portolan_target::{Artifacts, Backend, Request, Settings, Settled, Template, settle};
use portolan_value::{Format, Resource};
use std::collections::HashSet;

/// The back ends: one row a target.
#[must_use]
pub fn backend(format: Format) -> &'static dyn Backend {
    match format {
        Format::Aws => &portolan_aws::Aws,
        Format::Gcp => &portolan_gcp::InfrastructureManager,
        Format::GcpDm => &portolan_gcp::DeploymentManager,
        Format::Azure => &portolan_azure::Azure,
    }
}

/// An app compiled for one target and region.
#[derive(Debug)]
pub struct Compiled {
    /// The app as this target sees it.
    pub model: Model,
    /// What its functions may do.
    pub grants: Grants,
    /// Its resources.
    pub settled: Settled,
    /// Its files.
    pub template: Template,
}

impl Compiled {
    /// Its resources by what they are called in their files.
    pub fn named(&self) -> impl Iterator<Item = (&str, &Resource)> {
        let stacks = self.template.stacks.iter().zip(&self.settled.stacks);
        stacks.flat_map(|(file, stack)| file.ids.iter().map(|(at, id)| (id, &stack.resources[at])))
    }
}

/// The apps of all targets that were asked for, resolved and supported, but not lowered.
#[must_use]
pub fn models(spec: &Spec, catalog: &Catalog, asked: &Asked, settings: Settings) -> Checked<Vec<Model>> {
    let (requests, mut found) = targets(spec, asked);
    let models: Vec<Model> = requests
        .iter()
        .filter_map(|request| {
            let model = resolve(spec, catalog, request).report_to(&mut found)?;
            found.extend(unsupported(&model, catalog, settings));
            Some(model)
        })
        .collect();
    Checked::new(models, distinct(found))
}

/// What a model's target says before lowering.
fn unsupported(model: &Model, catalog: &Catalog, settings: Settings) -> Vec<Diagnostic> {
    let (grants, artifacts) = (Grants::default(), Artifacts::default());
    let request = Request { model, grants: &grants, catalog, artifacts: &artifacts, settings };
    marked(backend(model.target.format).supports(&request), model)
}

/// Compiles a model that its target supports. `calls` is what was seen in its code.
#[must_use]
pub fn compile(
    model: Model,
    calls: &Calls,
    catalog: &Catalog,
    artifacts: &Artifacts,
    settings: Settings,
) -> Checked<Compiled> {
    let backend = backend(model.target.format);
    let (model, mut found) = with_uses(model, calls, catalog, settings);
    if found.iter().any(Diagnostic::is_error) {
        return Checked::stopped(marked(found, &model));
    }
    let (grants, joined) = join(&model, catalog, infer(&model), calls, &|action| backend.carries(action));
    found.extend(joined);
    if found.iter().any(Diagnostic::is_error) {
        return Checked::stopped(marked(found, &model));
    }
    let lowered = backend.lower(&Request { model: &model, grants: &grants, catalog, artifacts, settings });
    let Some(settled) = settle(lowered).report_to(&mut found) else { return Checked::stopped(marked(found, &model)) };
    found.extend(backend.limits(&settled));
    let found = marked(found, &model);
    if found.iter().any(Diagnostic::is_error) {
        return Checked::stopped(found);
    }
    let template = backend.encode(&settled);
    Checked::new(Compiled { model, grants, settled, template }, found)
}

/// A model in which functions use what their code does, where they leave it to the code; and whether its target supports
/// that.
fn with_uses(mut model: Model, calls: &Calls, catalog: &Catalog, settings: Settings) -> (Model, Vec<Diagnostic>) {
    if model.functions.iter().all(|function| function.auto.is_none()) {
        return (model, Vec::new());
    }
    let mut found = auto(&mut model, catalog, calls);
    found.extend(unsupported(&model, catalog, settings));
    (model, found)
}

/// Proves that what was compiled permits what is needed and nothing else, by its template as it is written. `calls` is
/// what was seen in the code. Nothing may be written that does not prove.
#[must_use]
pub fn prove(compiled: &Compiled, calls: &Calls) -> Checked<Proved> {
    let (proved, found) = proof::proved(compiled, calls);
    Checked::new(proved, marked(found, &compiled.model))
}

/// Findings that only this target has, marked with its name.
fn marked(found: Vec<Diagnostic>, model: &Model) -> Vec<Diagnostic> {
    found.into_iter().map(|diagnostic| diagnostic.target(model.target.name.value.clone())).collect()
}

/// Findings in the order of the spec, each once: what is wrong for every target is said once. Those about no place come
/// last.
#[must_use]
pub fn distinct(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let place = |diagnostic: &Diagnostic| diagnostic.primary.as_ref().map(|label| label.span);
    let mut seen = HashSet::new();
    let key = |found: &Diagnostic| (found.id, place(found), found.message.clone(), found.target.clone());
    let mut found: Vec<Diagnostic> = found.into_iter().filter(|diagnostic| seen.insert(key(diagnostic))).collect();
    found.sort_by_key(|diagnostic| (place(diagnostic).is_none(), place(diagnostic)));
    found
}
