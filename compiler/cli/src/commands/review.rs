//! `portolan review`: what each function may do, on what, and why, for the person who signs.
//!
//! A compiled deployment becomes a [`document`], and everything that is printed is drawn from that: text, Markdown, a page,
//! SARIF. Gates and policies judge the same document.

pub(super) mod document; // start reading here
pub(super) mod facts;
mod gather;
mod exposure;
mod alarms;

pub(super) mod against;
pub(super) mod changes;
mod gates;
pub(super) mod policies;

mod html;
mod lines;
mod markdown;
mod sarif;
mod text;

pub use document::schema;

use super::graph;
use crate::arguments::{Chosen, Gate, Review, View};
use crate::input::Input;
use crate::installing::{Mode, Prepared};
use crate::observed::Observed;
use crate::packing::{Shelf, pack};
use crate::pipeline::{self, Compiled};
use crate::proof::Proved;
use crate::{Exit, input, talk};
use against::Against;
use document::{Deployment, Document, VERSION, Verdict};
use facts::Facts;
use policies::Policies;
use portolan_access::Calls;
use portolan_diagnostics::{Diagnostic, Severity, Sources};
use portolan_model::{Model, Wanted};
use portolan_target::{Artifacts, Settings};
use std::path::Path;

/// A deployment, what was seen in its code, and what was proved of its template.
pub(super) struct Seen {
    /// What was compiled.
    pub compiled: Compiled,
    /// What was seen in its code.
    pub calls: Calls,
    /// What was proved.
    pub proved: Proved,
    /// Its packages, where they were made.
    pub artifacts: Artifacts,
}

/// Whether functions are packed, so that templates name their packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    /// They are.
    Packed,
    /// They are not: permissions do not depend on it.
    Unpacked,
}

/// Reviews a spec.
pub fn run(review: &Review) -> Exit {
    let mut sources = Sources::default();
    match document(review, &mut sources) {
        Ok((document, seen)) => {
            talk::data(&view(&document, &seen, review));
            verdicts(&document.verdicts)
        }
        Err(found) => {
            talk::findings(&found, &sources);
            let errors = talk::counted(talk::count(&found, Severity::Error), "error");
            talk::say(&format!("{errors}; there is nothing to review"));
            Exit::Invalid
        }
    }
}

/// The review of a spec, or everything that is wrong.
fn document(review: &Review, sources: &mut Sources) -> Result<(Document, Vec<Seen>), Vec<Diagnostic>> {
    if review.deny.contains(&Gate::Widening) && review.against.is_none() {
        let wrong = Diagnostic::error("cli/gate", "the gate `widening` compares, and there is nothing to compare with");
        let help = "add `--against REVISION`, an earlier template, or the folder of an earlier build";
        return Err(vec![wrong.help(help)]);
    }
    let mut found = Vec::new();
    let seen = match input::read(&review.chosen, sources, &mut found) {
        Some(input) => compiled(&review.chosen, &input, Packing::Unpacked, sources, &mut found),
        None => Vec::new(),
    };
    let found = pipeline::distinct(found);
    if found.iter().any(Diagnostic::is_error) {
        return Err(found);
    }
    let deployments = deployments(review, &seen, sources).map_err(|wrong| vec![*wrong])?;
    let mut verdicts = gates::judged(&review.deny, &deployments);
    let mut document = Document { version: VERSION, deployments, verdicts: Vec::new() };
    if !review.policy.is_empty() {
        let mut policies = Policies::read(&review.policy, sources)?;
        verdicts.extend(policies.judge(&document).map_err(|wrong| vec![*wrong])?);
    }
    document.verdicts = verdicts;
    Ok((document, seen))
}

fn deployments(review: &Review, seen: &[Seen], sources: &Sources) -> Result<Vec<Deployment>, Box<Diagnostic>> {
    let mut targets: Vec<String> = seen.iter().map(|seen| seen.compiled.model.target.name.value.to_string()).collect();
    targets.dedup();
    let against = review
        .against
        .as_ref()
        .map(|asked| Against::of(asked, &review.chosen, &targets, Packing::Unpacked))
        .transpose()?;
    let one = |seen_one: &Seen| {
        let facts = Facts::of(seen_one, sources);
        let mut deployment = gather::deployment(&facts);
        if let Some(against) = &against {
            let before = against.before(&facts, seen.len() == 1)?;
            deployment.changes = Some(changes::changes(&before, &facts));
        }
        Ok(deployment)
    };
    seen.iter().map(one).collect()
}

/// The deployments of a spec that was read. `found` gets everything that is wrong.
pub(super) fn compiled(
    chosen: &Chosen,
    input: &Input,
    packing: Packing,
    sources: &mut Sources,
    found: &mut Vec<Diagnostic>,
) -> Vec<Seen> {
    let settings = Settings { built_in_roles: chosen.built_in_roles };
    let asked = chosen.asked(chosen.wanted().unwrap_or(Wanted::First));
    let models = pipeline::models(&input.spec, &input.catalog, &asked, settings).report_to(found).unwrap_or_default();
    let observed = Observed::read(&models, &input.folder);
    let excluded = [input.path.clone(), input.folder.join("build")];
    let mut shelf = Shelf::default();
    let prepared = match packing {
        Packing::Packed => Prepared::new(&models, &input.folder, &Mode::expected(), sources, found),
        Packing::Unpacked => Prepared::default(),
    };
    let compile = |model: Model| {
        let artifacts = match packing {
            Packing::Packed => pack(&model, &input.folder, &excluded, &mut shelf, &prepared, sources, found).artifacts,
            Packing::Unpacked => Artifacts::default(),
        };
        let calls = observed.calls(&model, sources);
        let compiled = pipeline::compile(model, &calls, &input.catalog, &artifacts, settings).report_to(found)?;
        let proved = pipeline::prove(&compiled, &calls).report_to(found)?;
        Some(Seen { compiled, calls, proved, artifacts })
    };
    models.into_iter().filter_map(compile).collect()
}

fn view(document: &Document, seen: &[Seen], review: &Review) -> String {
    match review.format {
        View::Json => serde_json::to_string_pretty(document).unwrap_or_default() + "\n",
        View::Text => text::text(document),
        View::Markdown => markdown::markdown(document),
        View::Sarif => sarif::sarif(document, &review.deny, &folder(&review.chosen.path)),
        View::Html => {
            let draw = |seen: &Seen| graph::picture(&seen.compiled.model, &seen.compiled.grants);
            html::html(document, &seen.iter().map(draw).collect::<Vec<_>>())
        }
    }
}

/// The spec's folder as the command line names it; nothing for the one that one stands in.
pub(super) fn folder(path: &Path) -> String {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new("")) };
    let text = folder.to_string_lossy().replace('\\', "/");
    text.trim_start_matches("./").trim_end_matches('/').trim_matches('.').to_owned()
}

/// Says what gates and policies found, and how that ends the run.
fn verdicts(verdicts: &[Verdict]) -> Exit {
    for verdict in verdicts {
        let word = if verdict.denied { "denied" } else { "warned" };
        let place = verdict.place.as_ref().map(|place| format!("  {}", lines::place(place))).unwrap_or_default();
        talk::say(&text::line(&format!("{word}  {}  {}{place}", verdict.by, verdict.message)));
    }
    match verdicts.iter().filter(|verdict| verdict.denied).count() {
        0 => Exit::Success,
        denied => {
            let stand = if denied == 1 { "stands" } else { "stand" };
            talk::say(&format!("{} {stand} in the way", talk::counted(denied, "finding")));
            Exit::Held
        }
    }
}
