//! One question to the compiler.

use portolan_access::Calls;
use portolan_catalog::standard;
use portolan_cli::{packing, pipeline};
use portolan_diagnostics::{Diagnostic, Sources};
use portolan_model::{Asked, Wanted};
use portolan_target::{Artifacts, Guards, Settings};
use portolan_value::Format;

/// What a format does with something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// As the spec says it.
    Native,
    /// There, and different in this way.
    Noted(Vec<String>),
    /// Done by the generated entry.
    Emulated(Vec<String>),
    /// Not there, and why.
    Unsupported(String),
}

/// What the compiler says about a spec.
struct Heard {
    found: Vec<Diagnostic>,
    guarded: bool,
}

/// What a format does with a spec, but for what it does with the plain one.
pub fn ask(spec: &str, plain: &str, format: Format) -> Answer {
    let before = hear(plain, format);
    let after = hear(spec, format);
    if let Some(error) = after.found.iter().find(|found| found.is_error()) {
        return Answer::Unsupported(reason(error));
    }
    let said = |found: &Diagnostic| before.found.iter().any(|old| old.message == found.message);
    let mut emulated = after.guarded && !before.guarded;
    let mut notes: Vec<String> = Vec::new();
    // A warning is a difference too: something that the cloud leaves to be done by hand.
    for note in after.found.iter().filter(|found| !found.is_error() && !said(found)) {
        emulated |= note.id == "target/emulated";
        if !notes.contains(&note.message) {
            notes.push(note.message.clone());
        }
    }
    match (emulated, notes.is_empty()) {
        (true, _) => Answer::Emulated(notes),
        (false, true) => Answer::Native,
        (false, false) => Answer::Noted(notes),
    }
}

/// What is wrong, and what is said at its place.
fn reason(error: &Diagnostic) -> String {
    match error.primary.as_ref().map(|label| label.text.as_str()).filter(|text| !text.is_empty()) {
        Some(label) => format!("{}: {label}", error.message),
        None => error.message.clone(),
    }
}

fn target(format: Format) -> &'static str {
    match format {
        Format::Aws => "{ provider: aws, region: eu-west-1 }",
        Format::Gcp => "{ provider: gcp, region: europe-west1, project: acme-probe }",
        Format::GcpDm => {
            "{ provider: gcp, format: deployment-manager, region: europe-west1, project: acme-probe, artifacts-bucket: acme-code }"
        }
        Format::Azure => {
            "{ provider: azure, region: westeurope, resource-group: probe, entra-app-id: 00000000-0000-4000-8000-000000000000 }"
        }
    }
}

fn hear(spec: &str, format: Format) -> Heard {
    let text = format!("portolan: 1\napp: probe\ntargets: {{ dev: {} }}\n{spec}", target(format));
    let (spec, mut found) = portolan_syntax::parse(&Sources::default().add("spec.yaml", text.as_str()));
    let asked = Asked { targets: Wanted::All, variables: Vec::new() };
    let settings = Settings::default();
    let models = pipeline::models(&spec, standard(), &asked, settings).report_to(&mut found).unwrap_or_default();
    let backend = pipeline::backend(format);
    let mut guarded = false;
    for model in models {
        found.extend(packing::unpackable(&model));
        guarded |= model.function_ids().any(|(id, _)| backend.guards(&model, id) != Guards::default());
        pipeline::compile(model, &Calls::default(), standard(), &Artifacts::default(), settings).report_to(&mut found);
    }
    Heard { found, guarded }
}
