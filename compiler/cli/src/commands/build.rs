//! `portolan build`: templates, permissions and packages, for all targets that were asked for or for none.

use crate::arguments::{Build, Format};
use crate::input::{self, Input};
use crate::installing::{Mode, Prepared};
use crate::observed::Observed;
use crate::output::{self, Files};
use crate::packing::{Shelf, pack};
use crate::pipeline::{self, Compiled};
use crate::proof::Proved;
use crate::{Exit, talk};
use portolan_diagnostics::{Diagnostic, Severity, Sources};
use portolan_model::{Model, Wanted};
use portolan_syntax::Spec;
use portolan_target::Settings;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Builds a spec.
pub fn run(build: &Build) -> Exit {
    let begun = Instant::now();
    let mut sources = Sources::default();
    let mut found = Vec::new();
    let built = input::read(&build.chosen, &mut sources, &mut found)
        .and_then(|mut input| Some((deployments(build, &mut input, &mut sources, &mut found)?, input)));
    let mut found = talk::without_notes(pipeline::distinct(found));
    let Some((deployments, input)) = built.filter(|_| !found.iter().any(Diagnostic::is_error)) else {
        return refuse(build, &found, &sources);
    };
    let out = build.out.clone().unwrap_or_else(|| input.folder.join("build"));
    let folders: Vec<(&Path, &Files)> =
        deployments.iter().map(|deployment| (deployment.folder.as_path(), &deployment.files)).collect();
    if let Err(error) = output::write(&out, &folders) {
        let message = format!("`{}` cannot be written: {error}", out.display());
        found.push(Diagnostic::error("cli/unwritable", message));
        return refuse(build, &talk::without_notes(found), &sources);
    }
    match build.format {
        Format::Json => talk::data(&summary_json(&deployments, &found, &sources, &out)),
        Format::Text => summary(build, &input, &deployments, &found, &sources, &out, begun),
    }
    // What is left is the end of the process, which gives all memory back at once; taking many thousand small values apart
    // before would be a twentieth of the build.
    std::mem::forget((deployments, input));
    Exit::Success
}

fn refuse(build: &Build, found: &[Diagnostic], sources: &Sources) -> Exit {
    match build.format {
        Format::Json => talk::data(&talk::findings_json(found, sources)),
        Format::Text => {
            talk::findings(found, sources);
            let errors = talk::counted(talk::count(found, Severity::Error), "error");
            talk::say(&format!("{errors}{}; nothing was written", talk::inside(&build.chosen.path)));
        }
    }
    Exit::Invalid
}

/// One target and region, ready to be written.
struct Deployment {
    folder: PathBuf,
    files: Files,
    compiled: Compiled,
    proved: Proved,
    /// The sizes of packages: function, and what is to be said.
    sizes: Vec<(String, String)>,
}

fn deployments(
    build: &Build,
    input: &mut Input,
    sources: &mut Sources,
    found: &mut Vec<Diagnostic>,
) -> Option<Vec<Deployment>> {
    let settings = Settings { built_in_roles: build.chosen.built_in_roles };
    let wanted = build.chosen.wanted().unwrap_or(Wanted::First);
    let asked = build.chosen.asked(wanted);
    let models = pipeline::models(&input.spec, &input.catalog, &asked, settings).report_to(found)?;
    // The models hold what the spec says; only the names of the targets are asked for again.
    input.spec = Spec { targets: std::mem::take(&mut input.spec.targets), ..Spec::default() };
    let out = build.out.clone().unwrap_or_else(|| input.folder.join("build"));
    // An earlier build in the usual place is no code, wherever this one goes.
    let excluded = [input.path.clone(), out, input.folder.join("build")];
    let mut shelf = Shelf::default();
    let observed = Observed::read(&models, &input.folder);
    // A build that fails anyway says what is wrong, and need not fetch packages for that.
    let mode = if found.iter().any(Diagnostic::is_error) { Mode::Leave } else { Mode::of(&build.installing) };
    let prepared = Prepared::new(&models, &input.folder, &mode, sources, found);
    let deployments: Vec<Option<Deployment>> = models
        .into_iter()
        .map(|model| {
            let packages = pack(&model, &input.folder, &excluded, &mut shelf, &prepared, sources, found);
            let folder = folder(&model);
            let calls = observed.calls(&model, sources);
            let compiled =
                pipeline::compile(model, &calls, &input.catalog, &packages.artifacts, settings).report_to(found)?;
            let proved = pipeline::prove(&compiled, &calls).report_to(found)?;
            let mut files = output::files(&compiled, sources);
            files.extend(packages.files.into_iter().map(|(name, bytes)| (format!("artifacts/{name}"), bytes)));
            files.extend(packages.lists.into_iter().map(|(name, bytes)| (format!("packages/{name}"), bytes)));
            Some(Deployment { folder, files, compiled, proved, sizes: packages.sizes })
        })
        .collect();
    deployments.into_iter().collect()
}

/// `<target>`, with a folder per region where the target is written with `regions`.
fn folder(model: &Model) -> PathBuf {
    let target = Path::new(model.target.name.value.as_str());
    if model.target.regional { target.join(model.target.region.value.as_str()) } else { target.to_owned() }
}

fn summary(
    build: &Build,
    input: &Input,
    deployments: &[Deployment],
    found: &[Diagnostic],
    sources: &Sources,
    out: &Path,
    begun: Instant,
) {
    if let Some(first) = deployments.first() {
        let model = &first.compiled.model;
        talk::say(&format!(
            "{} · {}, {}, {}\n",
            model.app.value,
            talk::counted(model.functions.len(), "function"),
            talk::counted(model.resources.len(), "resource"),
            talk::counted(first.compiled.grants.len(), "grant"),
        ));
    }
    for line in table(deployments, found) {
        talk::say(&line);
    }
    proofs(deployments);
    sizes(deployments);
    notes(found, sources);
    let milliseconds = begun.elapsed().as_millis();
    talk::say(&format!("\nwritten to {} in {milliseconds} ms", out.display()));
    if build.chosen.target.is_none() {
        others(input);
    }
    let target = deployments.first().map(|first| first.compiled.model.target.name.value.as_str()).unwrap_or_default();
    talk::say(&format!("next: portolan review {} --target {target}", build.chosen.path.display()));
}

/// Says which targets were left out because none was asked for.
fn others(input: &Input) {
    let names: Vec<&str> = input.spec.targets.iter().map(|target| target.name.value.as_str()).collect();
    if let [_, rest @ ..] = names.as_slice()
        && !rest.is_empty()
    {
        talk::say(&format!("other targets: {} (`--target NAME`, or `--target all`)", rest.join(", ")));
    }
}

fn table(deployments: &[Deployment], found: &[Diagnostic]) -> Vec<String> {
    let rows: Vec<[String; 6]> = deployments.iter().map(|deployment| table_row(deployment, found)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..6).map(width).collect();
    let line = |row: &[String; 6]| {
        let left = (0..3).map(|at| format!("{:<width$}", row[at], width = widths[at]));
        let right = (3..6).map(|at| format!("{:>width$}", row[at], width = widths[at]));
        format!("  {}", left.chain(right).collect::<Vec<_>>().join("   ")).trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn table_row(deployment: &Deployment, found: &[Diagnostic]) -> [String; 6] {
    let target = &deployment.compiled.model.target;
    let stacks = &deployment.compiled.template.stacks;
    let resources: usize = deployment.compiled.settled.stacks.iter().map(|stack| stack.resources.len()).sum();
    let bytes: usize = stacks.iter().map(|stack| stack.text.len()).sum();
    let noted = |diagnostic: &&Diagnostic| diagnostic.target.as_deref() == Some(target.name.value.as_str());
    let notes = found.iter().filter(noted).count();
    [
        target.name.value.to_string(),
        target.region.value.to_string(),
        stacks.iter().map(|stack| stack.file.as_str()).collect::<Vec<_>>().join(", "),
        talk::counted(resources, "resource"),
        format!("{} KB", bytes.div_ceil(1024)),
        if notes == 0 { String::new() } else { talk::counted(notes, "note") },
    ]
}

fn proofs(deployments: &[Deployment]) {
    let name = |deployment: &Deployment| deployment.compiled.model.target.name.value.to_string();
    let width = deployments.iter().map(|deployment| name(deployment).chars().count()).max().unwrap_or_default();
    talk::say("\nproof");
    for deployment in deployments {
        talk::say(&format!("  {:<width$}   {}", name(deployment), deployment.proved.summary()));
    }
}

/// `tag, list and 3 more`
fn several(names: &[&str]) -> String {
    match names {
        [first, second, rest @ ..] if rest.len() > 1 => format!("{first}, {second} and {} more", rest.len()),
        names => names.join(", "),
    }
}

fn sizes(deployments: &[Deployment]) {
    let mut rows: Vec<(&Deployment, String, &String)> = Vec::new();
    for one in deployments {
        let mut sizes: Vec<&String> = one.sizes.iter().map(|(_, size)| size).collect();
        sizes.dedup();
        // Functions that share their packages share the line.
        for size in sizes {
            let same: Vec<&str> =
                one.sizes.iter().filter(|(_, known)| known == size).map(|(name, _)| name.as_str()).collect();
            if !rows.iter().any(|(of, _, known)| std::ptr::eq(*of, one) && *known == size) {
                rows.push((one, several(&same), size));
            }
        }
    }
    let Some(functions) = rows.iter().map(|(_, name, _)| name.chars().count()).max() else { return };
    let target = |one: &Deployment| one.compiled.model.target.name.value.to_string();
    let targets = rows.iter().map(|(one, ..)| target(one).chars().count()).max().unwrap_or_default();
    talk::say("\npackages");
    for (one, name, size) in rows {
        talk::say(&format!("  {:<targets$}   {name:<functions$}   {size}", target(one)));
    }
}

fn notes(found: &[Diagnostic], sources: &Sources) {
    if found.is_empty() {
        return;
    }
    talk::say("\nnotes");
    let width =
        found.iter().filter_map(|diagnostic| diagnostic.target.as_ref()).map(String::len).max().unwrap_or_default();
    for (diagnostic, more) in alike(found) {
        let target = diagnostic.target.as_deref().unwrap_or_default();
        let word = if diagnostic.severity == Severity::Warning { "warning: " } else { "" };
        let more = if more == 0 { String::new() } else { format!(" (and {more} more)") };
        let place = diagnostic.primary.as_ref().map(|label| format!("   {}", output::place(label.span, sources)));
        talk::say(&format!("  {target:<width$}  {word}{}{more}{}", diagnostic.message, place.unwrap_or_default()));
    }
    if let Some(first) = found.first() {
        talk::say(&format!("  `portolan explain {}` tells more", first.id));
    }
}

/// Findings, and how many more of the kind there are at the same place: one `memory` under `defaults` is one line, however
/// many functions it is for.
fn alike(found: &[Diagnostic]) -> Vec<(&Diagnostic, usize)> {
    let kind = |found: &Diagnostic| (found.target.clone(), found.id, found.primary.as_ref().map(|label| label.span));
    let mut groups: Vec<(&Diagnostic, usize)> = Vec::new();
    for diagnostic in found {
        let same =
            |group: &&mut (&Diagnostic, usize)| diagnostic.primary.is_some() && kind(group.0) == kind(diagnostic);
        match groups.iter_mut().find(same) {
            Some(group) => group.1 += 1,
            None => groups.push((diagnostic, 0)),
        }
    }
    groups
}

/// The summary for tools.
#[derive(Serialize)]
struct Summary {
    out: String,
    deployments: Vec<Written>,
    diagnostics: Vec<portolan_diagnostics::Report>,
}

#[derive(Serialize)]
struct Written {
    target: String,
    region: String,
    format: &'static str,
    folder: String,
    files: Vec<String>,
    resources: usize,
}

fn summary_json(deployments: &[Deployment], found: &[Diagnostic], sources: &Sources, out: &Path) -> String {
    let written = |deployment: &Deployment| Written {
        target: deployment.compiled.model.target.name.value.to_string(),
        region: deployment.compiled.model.target.region.value.to_string(),
        format: deployment.compiled.model.target.format.key(),
        folder: out.join(&deployment.folder).display().to_string(),
        files: deployment.files.keys().cloned().collect(),
        resources: deployment.compiled.settled.stacks.iter().map(|stack| stack.resources.len()).sum(),
    };
    let summary = Summary {
        out: out.display().to_string(),
        deployments: deployments.iter().map(written).collect(),
        diagnostics: found.iter().map(|diagnostic| portolan_diagnostics::report(diagnostic, sources)).collect(),
    };
    serde_json::to_string_pretty(&summary).unwrap_or_default() + "\n"
}
