//! Where the views of a plan go: the terminal, files, and the systems that run it.

use crate::arguments::{PlanView, PlanViews};
use crate::talk;
use portolan_diagnostics::Diagnostic;
use portolan_plan::views::{self, TextOptions};
use portolan_plan::{Judgement, Plan};
use std::fs;
use std::path::Path;

/// Writes every view that was asked for, files first: whoever reads the terminal finds them written.
pub(super) fn written(
    plan: &Plan,
    judgement: &Judgement,
    asked: &PlanViews,
    _folder: &str,
) -> Result<(), Box<Diagnostic>> {
    let json = serde_json::to_string_pretty(plan).unwrap_or_default() + "\n";
    if let Some(path) = &asked.out {
        write(path, &json)?;
    }
    match asked.format {
        PlanView::Json => talk::data(&json),
        _ => {
            let options = TextOptions {
                full: asked.full,
                suppressed: asked.show_suppressed,
                colour: talk::is_coloured(),
                ..TextOptions::default()
            };
            talk::data(&views::text(plan, judgement, &options));
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), Box<Diagnostic>> {
    fs::write(path, text).map_err(|error| {
        Box::new(Diagnostic::error("cli/unwritable", format!("`{}` cannot be written: {error}", path.display())))
    })
}
