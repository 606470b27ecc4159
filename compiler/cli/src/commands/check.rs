//! `portolan check`: everything that is wrong with a spec, and nothing written.

use crate::arguments::{Check, Format};
use crate::observed::Observed;
use crate::{Exit, input, packing, pipeline, talk};
use portolan_diagnostics::{Severity, Sources};
use portolan_target::{Artifacts, Settings};

/// Checks a spec for one target, or for all.
pub fn run(check: &Check) -> Exit {
    let mut sources = Sources::default();
    let mut found = Vec::new();
    let targets = check.chosen.wanted().unwrap_or(portolan_model::Wanted::All);
    let settings = Settings { built_in_roles: check.chosen.built_in_roles };
    let read = input::read(&check.chosen, &mut sources, &mut found);
    let mut compiled = 0;
    if let Some(input) = &read {
        let asked = check.chosen.asked(targets);
        let models = pipeline::models(&input.spec, &input.catalog, &asked, settings).report_to(&mut found);
        let models = models.unwrap_or_default();
        let observed = Observed::read(&models, &input.folder);
        for model in models {
            found.extend(packing::unpackable(&model));
            let artifacts = Artifacts::default();
            let calls = observed.calls(&model, &mut sources);
            let done = pipeline::compile(model, &calls, &input.catalog, &artifacts, settings).report_to(&mut found);
            let proved = done.and_then(|done| pipeline::prove(&done, &calls).report_to(&mut found));
            compiled += usize::from(proved.is_some());
        }
    }
    let found = talk::without_notes(pipeline::distinct(found));
    let errors = talk::count(&found, Severity::Error);
    match check.format {
        Format::Json => talk::data(&talk::findings_json(&found, &sources)),
        Format::Text => {
            talk::findings(&found, &sources);
            let path = read.map_or_else(|| check.chosen.path.clone(), |input| input.path);
            match errors {
                0 => talk::say(&format!("{} is right for {}", path.display(), talk::counted(compiled, "target"))),
                _ => talk::say(&format!(
                    "{}{}; nothing was written",
                    talk::counted(errors, "error"),
                    talk::inside(&path)
                )),
            }
        }
    }
    talk::outcome(&found)
}
