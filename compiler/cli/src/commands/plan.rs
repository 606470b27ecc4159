//! `portolan plan`: what would change before anything does, for people, for tools and for reviewers.
//!
//! The spec is compiled as `build` does it, the basis is read back, and `portolan_plan` says what becomes of what. Everything
//! that is printed or written is drawn from that one document.

mod base; // start reading here
mod deployment;
mod observed;
mod origins;

mod judging;
mod views;

use super::review::{self, Packing};
use crate::arguments::{Plan as Asked, Show};
use crate::{Exit, input, pipeline, talk};
use base::Base;
use portolan_diagnostics::{Diagnostic, Severity, Sources};
use portolan_model::Model;
use portolan_plan::{FORMAT, Plan, VERSION, identity};
use std::fs;

/// Plans a spec.
pub fn run(asked: &Asked) -> Exit {
    let mut sources = Sources::default();
    match planned(asked, &mut sources) {
        Ok(plan) => told(&plan, asked.chosen.path.as_path(), &asked.judging, &asked.views, &mut sources),
        Err(found) => refused(&found, &sources),
    }
}

/// Shows a plan that was saved.
pub fn show(asked: &Show) -> Exit {
    let mut sources = Sources::default();
    match saved(asked) {
        Ok(plan) => told(&plan, asked.file.as_path(), &asked.judging, &asked.views, &mut sources),
        Err(found) => refused(&[*found], &sources),
    }
}

fn refused(found: &[Diagnostic], sources: &Sources) -> Exit {
    talk::findings(found, sources);
    let errors = talk::counted(talk::count(found, Severity::Error), "error");
    talk::say(&format!("{errors}; there is no plan"));
    Exit::Invalid
}

/// The plan of a spec, or everything that is wrong.
fn planned(asked: &Asked, sources: &mut Sources) -> Result<Plan, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let read = input::read(&asked.chosen, sources, &mut found);
    let seen = match &read {
        Some(input) => review::compiled(&asked.chosen, input, Packing::Packed, sources, &mut found),
        None => Vec::new(),
    };
    let found = pipeline::distinct(found);
    let Some(input) = read.filter(|_| !found.iter().any(Diagnostic::is_error)) else { return Err(found) };
    if asked.base.as_ref().is_none_or(|base| !base.starts_with("git:")) {
        let unknown: Vec<Diagnostic> = found.into_iter().filter(|one| one.id == "package/unresolved").collect();
        talk::findings(&unknown, sources);
    }
    let base = Base::of(asked, &seen).map_err(|wrong| vec![*wrong])?;
    let mut deployments = Vec::new();
    for one in &seen {
        deployments.push(deployment::planned(one, &seen, &base, &input, sources).map_err(|wrong| vec![*wrong])?);
    }
    deployments.sort_by(|one, other| (&one.target, &one.region).cmp(&(&other.target, &other.region)));
    let plan = Plan { format: FORMAT.to_owned(), version: VERSION.to_owned(), id: String::new(), deployments };
    Ok(plan.identified())
}

/// A plan as it was written.
fn saved(asked: &Show) -> Result<Plan, Box<Diagnostic>> {
    let name = asked.file.display();
    let text = fs::read_to_string(&asked.file)
        .map_err(|error| Diagnostic::error("cli/unreadable", format!("`{name}` cannot be read: {error}")))?;
    let wrong = |why: String| Diagnostic::error("cli/no-plan", format!("`{name}` is no plan: {why}"));
    let json: serde_json::Value = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    if json.get("format").and_then(serde_json::Value::as_str) != Some(FORMAT) {
        return Err(Box::new(wrong(format!("its `format` is not `{FORMAT}`"))));
    }
    let version = json.get("version").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    if version.split('.').next() != VERSION.split('.').next() {
        let help = format!("this Portolan reads version {VERSION}; plan again");
        return Err(Box::new(wrong(format!("its version is {version:?}")).help(help)));
    }
    let identity = identity(&json);
    let plan: Plan = serde_json::from_value(json).map_err(|error| wrong(error.to_string()))?;
    match plan.id == identity {
        true => Ok(plan),
        false => Err(Box::new(
            wrong("its id is not that of its content".to_owned()).help("it was edited or cut: plan again"),
        )),
    }
}

/// Judges a plan, writes its views and says how that ends the run.
fn told(
    plan: &Plan,
    path: &std::path::Path,
    judging: &crate::arguments::Judging,
    asked: &crate::arguments::PlanViews,
    sources: &mut Sources,
) -> Exit {
    let judgement = match judging::judged(plan, judging, sources) {
        Ok(judgement) => judgement,
        Err(found) => return refused(&found, sources),
    };
    if let Err(found) = views::written(plan, &judgement, asked, &judging.policy, &review::folder(path)) {
        return refused(&[*found], sources);
    }
    let changes = plan.deployments.iter().any(portolan_plan::Deployment::has_changes);
    match judgement.findings.iter().filter(|finding| finding.denied).count() {
        0 if judging.detailed_exitcode && changes => Exit::Changes,
        0 => Exit::Success,
        denied => {
            let stand = if denied == 1 { "stands" } else { "stand" };
            talk::say(&format!("{} {stand} in the way", talk::counted(denied, "finding")));
            Exit::Held
        }
    }
}

/// The kind, or `function`, that an address belongs to.
fn kind_of(model: &Model, owner: &str) -> Option<String> {
    let resource = model.resources.iter().find(|resource| resource.name.value.as_str() == owner);
    let function = || model.functions.iter().any(|function| function.name.value.as_str() == owner);
    match resource {
        Some(resource) => Some(resource.kind.name.to_string()),
        None => function().then(|| "function".to_owned()),
    }
}
