//! `portolan graph`: functions, triggers, resources and grants, drawn from left to right.

mod dot;
mod drawing; // start reading here
mod layout;
mod mermaid;
mod svg;

use crate::arguments::{Drawing as Style, Graph};
use crate::{Exit, input, pipeline, talk};
use drawing::Drawing;
use portolan_access::{Grants, infer};
use portolan_diagnostics::Sources;
use portolan_model::Model;
use portolan_target::Settings;

/// Draws the app as its first target, or the one asked for, sees it.
pub fn run(graph: &Graph) -> Exit {
    let (mut sources, mut found) = (Sources::default(), Vec::new());
    if let Some(input) = input::read(&graph.chosen, &mut sources, &mut found) {
        let asked = graph.chosen.asked(graph.chosen.wanted().unwrap_or_default());
        let settings = Settings { built_in_roles: graph.chosen.built_in_roles };
        let models = pipeline::models(&input.spec, &input.catalog, &asked, settings).report_to(&mut found);
        // A broken spec may leave a model; a picture of it would hide what is wrong.
        let models = models.filter(|_| !found.iter().any(portolan_diagnostics::Diagnostic::is_error));
        if let Some(model) = models.unwrap_or_default().first() {
            talk::data(&write(&Drawing::of(model, &infer(model)), graph.format));
        }
    }
    found.retain(portolan_diagnostics::Diagnostic::is_error);
    talk::findings(&pipeline::distinct(found.clone()), &sources);
    talk::outcome(&found)
}

/// A picture of an app with what its functions are granted, for pages.
pub(super) fn picture(model: &Model, grants: &Grants) -> String {
    svg::write(&Drawing::of(model, grants))
}

fn write(drawing: &Drawing, style: Style) -> String {
    match style {
        Style::Mermaid => mermaid::write(drawing),
        Style::Dot => dot::write(drawing),
        Style::Svg => svg::write(drawing),
    }
}
