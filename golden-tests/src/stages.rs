//! What is asked of a spec: a file per stage of the compiler.

use crate::{Golden, mapped, model_yaml};
use portolan_access::Calls;
use portolan_catalog::{Catalog, File, load, standard, standard_files};
use portolan_cli::observed::Observed;
use portolan_cli::output;
use portolan_cli::pipeline::{self, Compiled};
use portolan_diagnostics::{Diagnostic, Source, Sources, Style, render};
use portolan_model::{Asked, Wanted};
use portolan_syntax::{Spec, decode, parse};
use portolan_target::{Artifacts, Settings};
use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;

/// A spec that was checked for all of its targets.
#[derive(Debug)]
pub struct Checked {
    /// The texts its diagnostics point into.
    pub sources: Sources,
    /// What was found, each once.
    pub found: Vec<Diagnostic>,
    /// The targets that compiled, in order.
    pub compiled: Vec<Compiled>,
}

/// Checks a spec for all of its targets, one after the other, so that one that fails does not hide the others. `kinds`
/// are files of a library beside the standard one: path and text.
#[must_use]
pub fn check(bytes: &[u8], kinds: &[(String, String)]) -> Checked {
    check_with_code(bytes, kinds, None)
}

/// The same, with the functions' code below a folder.
#[must_use]
pub fn check_with_code(bytes: &[u8], kinds: &[(String, String)], code: Option<&Path>) -> Checked {
    let mut checked = Checked { sources: Sources::default(), found: Vec::new(), compiled: Vec::new() };
    if let Some(catalog) = catalog(kinds, &mut checked) {
        match decode(&mut checked.sources, "spec.yaml", bytes) {
            Err(diagnostic) => checked.found.push(*diagnostic),
            Ok(source) => compile(&source, &catalog, code, &mut checked),
        }
    }
    checked.found = pipeline::distinct(checked.found);
    checked
}

fn catalog(kinds: &[(String, String)], checked: &mut Checked) -> Option<Cow<'static, Catalog>> {
    if kinds.is_empty() {
        return Some(Cow::Borrowed(standard()));
    }
    let own = kinds.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let all = standard_files().iter().copied().chain(own);
    let mut file = |(path, text): (&str, &str)| File { path: path.to_owned(), source: checked.sources.add(path, text) };
    let files: Vec<File> = all.map(&mut file).collect();
    load(&files).report_to(&mut checked.found).map(Cow::Owned)
}

fn compile(source: &Source, catalog: &Catalog, code: Option<&Path>, checked: &mut Checked) {
    let (spec, wrong) = parse(source);
    let readable = !wrong.iter().any(Diagnostic::is_error);
    checked.found.extend(wrong);
    for wanted in wanted(&spec) {
        let done = target(&spec, catalog, wanted, code, checked);
        checked.compiled.extend(done.filter(|_| readable).into_iter().flatten());
    }
}

fn wanted(spec: &Spec) -> Vec<Wanted> {
    let plain = spec.targets.iter().filter(|target| !target.name.value.contains('*'));
    let mut wanted: Vec<Wanted> = plain.map(|target| Wanted::Name(target.name.value.to_string())).collect();
    if wanted.is_empty() {
        wanted.push(Wanted::All);
    }
    wanted
}

fn target(
    spec: &Spec,
    catalog: &Catalog,
    wanted: Wanted,
    code: Option<&Path>,
    checked: &mut Checked,
) -> Option<Vec<Compiled>> {
    let Checked { sources, found, .. } = checked;
    let settings = Settings::default();
    let asked = Asked { targets: wanted, variables: Vec::new() };
    let models = pipeline::models(spec, catalog, &asked, settings).report_to(found)?;
    let artifacts = Artifacts::default();
    let observed = code.map(|folder| Observed::read(&models, folder));
    Some(
        models
            .into_iter()
            .filter_map(|model| {
                let calls = observed.as_ref().map_or_else(Calls::default, |observed| observed.calls(&model, sources));
                let compiled = pipeline::compile(model, &calls, catalog, &artifacts, settings).report_to(found)?;
                pipeline::prove(&compiled, &calls).report_to(found)?;
                Some(compiled)
            })
            .collect(),
    )
}

/// The answers to a spec that has at least one target that compiles.
#[must_use]
pub fn answers(checked: &Checked, spec: &str) -> Golden {
    let mut golden = Golden::default();
    if let Some(first) = checked.compiled.first() {
        golden.add("model.yaml", model_yaml(&first.model));
        golden.add("access.md", access(checked));
        golden.add("mapped.yaml", mapped::mapped(spec, checked));
    }
    if !checked.found.is_empty() {
        golden.add("diagnostics.txt", diagnostics(checked));
    }
    for compiled in &checked.compiled {
        let folder = folder(compiled);
        for stack in &compiled.template.stacks {
            golden.add(format!("{folder}/{}", stack.file), stack.text.clone());
        }
        let files = output::files(compiled, &checked.sources);
        golden.add(format!("{folder}/map.json"), String::from_utf8_lossy(&files["map.json"]));
    }
    golden
}

/// Everything that was found, exactly as a user sees it.
#[must_use]
pub fn diagnostics(checked: &Checked) -> String {
    let texts: Vec<String> = checked.found.iter().map(|found| render(found, &checked.sources, Style::Plain)).collect();
    texts.join("\n")
}

fn folder(compiled: &Compiled) -> String {
    let target = &compiled.model.target;
    match target.regional {
        true => format!("{}/{}", target.name.value, target.region.value),
        false => target.name.value.to_string(),
    }
}

/// Each permission with its reason: the page a security reviewer reads.
fn access(checked: &Checked) -> String {
    let mut text = String::from("# What each function may do, and why\n");
    for compiled in &checked.compiled {
        let access = output::access(compiled, &checked.sources);
        let _ = write!(text, "\n## {}\n\n", folder(compiled));
        text.push_str("| function | resource | verb | permission | on | because |\n|---|---|---|---|---|---|\n");
        for row in access.permissions {
            let holder = row.holder.map(|holder| format!(" [{holder}]")).unwrap_or_default();
            let condition = row.condition.map(|condition| format!(" if `{condition}`")).unwrap_or_default();
            let role = row.role.map(|role| format!(" in {role}")).unwrap_or_default();
            let beyond =
                if row.beyond.is_empty() { String::new() } else { format!(" beyond: {}", row.beyond.join(", ")) };
            let wider = match row.wider.is_empty() {
                true => String::new(),
                false => format!(" wider than {}", row.wider.join(", ")),
            };
            let why: Vec<String> = row.reasons.iter().map(|why| format!("{} ({})", why.reason, why.place)).collect();
            let cells = [
                format!("{}{holder}", row.function),
                row.resource,
                row.verb,
                format!("{}{role}{beyond}", row.permission),
                format!("`{}`{condition}{wider}", row.scope),
                why.join(", "),
            ];
            let _ = writeln!(text, "| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | "));
        }
    }
    text
}
