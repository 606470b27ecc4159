//! Where the views of a plan go: the terminal, files, and the systems that run it.

use crate::arguments::{PlanView, PlanViews};
use crate::talk;
use portolan_diagnostics::Diagnostic;
use portolan_plan::views::{self, Budget, TextOptions};
use portolan_plan::{Judgement, Plan};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Writes every view that was asked for, files first: whoever reads the terminal finds them written. `policies` were judged
/// by, and `folder` is the spec's as it is called from where one stands.
pub(super) fn written(
    plan: &Plan,
    judgement: &Judgement,
    asked: &PlanViews,
    policies: &[PathBuf],
    folder: &str,
) -> Result<(), Box<Diagnostic>> {
    let json = serde_json::to_string_pretty(plan).unwrap_or_default() + "\n";
    let policies: Vec<String> = policies.iter().map(|path| path.display().to_string()).collect();
    let to = |path: &Option<PathBuf>, text: &dyn Fn() -> String| match path {
        Some(path) => write(path, &text()),
        None => Ok(()),
    };
    to(&asked.out, &|| json.clone())?;
    to(&asked.markdown, &|| views::markdown(plan, judgement, Budget::COMMENT))?;
    to(&asked.sarif, &|| views::sarif(plan, judgement, folder))?;
    to(&asked.junit, &|| views::junit(plan, judgement, &policies))?;
    to(&asked.gitlab, &|| views::gitlab(plan))?;
    to(&asked.code_quality, &|| views::code_quality(plan, judgement, folder))?;
    if asked.github {
        append("GITHUB_OUTPUT", &views::github_outputs(plan, judgement))?;
        append("GITHUB_STEP_SUMMARY", &views::markdown(plan, judgement, Budget::SUMMARY))?;
    }
    match asked.format {
        PlanView::Json => talk::data(&json),
        PlanView::Markdown => talk::data(&views::markdown(plan, judgement, Budget::COMMENT)),
        PlanView::Text => {
            let options = TextOptions {
                full: asked.full,
                suppressed: asked.show_suppressed,
                colour: talk::is_coloured(),
                ..TextOptions::default()
            };
            talk::data(&views::text(plan, judgement, &options));
        }
    }
    commands(plan, judgement, asked, folder);
    Ok(())
}

/// Commands that a runner reads from what a step prints. Beside data for tools they are talk: runners read both streams.
fn commands(plan: &Plan, judgement: &Judgement, asked: &PlanViews, folder: &str) {
    let mut commands = String::new();
    if asked.github {
        commands.push_str(&views::github_annotations(plan, judgement, folder));
    }
    if asked.azure_devops {
        let summary = asked.markdown.as_ref().map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone()));
        let summary = summary.map(|path| path.display().to_string());
        commands.push_str(&views::azure_devops(plan, judgement, folder, summary.as_deref()));
    }
    match asked.format {
        PlanView::Text => talk::data(&commands),
        PlanView::Json | PlanView::Markdown => commands.lines().for_each(talk::say),
    }
}

fn write(path: &Path, text: &str) -> Result<(), Box<Diagnostic>> {
    fs::write(path, text).map_err(|error| unwritable(&path.display().to_string(), &error.to_string()))
}

/// Adds to the file that a variable of GitHub Actions names: steps share them.
fn append(variable: &str, text: &str) -> Result<(), Box<Diagnostic>> {
    let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) else {
        let wrong = unwritable(variable, "no file is named by this variable");
        return Err(Box::new((*wrong).help("`--github` is for steps of GitHub Actions, which sets it")));
    };
    let opened = OpenOptions::new().append(true).create(true).open(&path);
    let added = opened.and_then(|mut file| file.write_all(text.as_bytes()));
    added.map_err(|error| unwritable(&path.to_string_lossy(), &error.to_string()))
}

fn unwritable(name: &str, why: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error("cli/unwritable", format!("`{name}` cannot be written: {why}")))
}
