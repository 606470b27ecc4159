//! What the standard library's columns say a target lacks.

use crate::Request;
use portolan_catalog::{Built, Column};
use portolan_diagnostics::{Diagnostic, Span};
use portolan_model::{Model, Resource, Setting, Subject, Use, article};
use portolan_value::Format;

/// Whatever a model asks for and a format's columns lack: kinds, options and verbs are errors with the column's
/// reason; a difference that the column tells is a note at the first resource of the kind.
#[must_use]
pub fn unsupported(request: &Request<'_>, format: Format) -> Vec<Diagnostic> {
    let model = request.model;
    let mut found = Vec::new();
    for (index, resource) in model.resources.iter().enumerate() {
        let first = !model.resources[..index].iter().any(|other| other.kind.name == resource.kind.name);
        match resource.kind.column(format) {
            Column::Unsupported(why) => found.push(kind(resource, why, format)),
            Column::Built(built) => {
                found.extend(options(resource, built, format));
                found.extend(built.notes.iter().filter(|_| first).map(|note| different(resource, note)));
            }
        }
    }
    for function in &model.functions {
        found.extend(function.uses.iter().filter_map(|entry| verb(model, entry, format)));
    }
    found
}

fn kind(resource: &Resource, why: &str, format: Format) -> Diagnostic {
    let message =
        format!("`{}` is {}, which {} does not have", resource.name.value, article(&resource.kind.name), format.key());
    Diagnostic::error("target/unsupported-kind", message)
        .at(resource.kind_span, why.to_owned())
        .help("leave it out for this target: `targets: [NAME]` on the resource and on what uses it")
}

fn options<'a>(resource: &'a Resource, built: &'a Built, format: Format) -> impl Iterator<Item = Diagnostic> + 'a {
    let written = |option: &str| resource.option(option).filter(|setting| setting.span != resource.name.span);
    let asked = move |option: &str| written(option).filter(|setting| !matches!(setting.value, Setting::Bool(false)));
    built.unsupported_options.iter().filter_map(move |(option, why)| {
        let span = asked(option)?.span;
        let message = format!("`{option}` of `{}` cannot be expressed on {}", resource.name.value, format.key());
        let diagnostic = Diagnostic::error("target/unsupported-option", message).at(span, why.clone());
        Some(diagnostic.help("leave it out, or set it for other targets only: `set:` in a target"))
    })
}

fn different(resource: &Resource, note: &str) -> Diagnostic {
    Diagnostic::note("target/different", note.to_owned()).at(resource.kind_span, "")
}

fn verb(model: &Model, entry: &Use, format: Format) -> Option<Diagnostic> {
    let Subject::Resource(id) = entry.subject else { return None };
    let resource = model.resource(id);
    let Column::Built(built) = resource.kind.column(format) else { return None };
    let (_, why) = built.unsupported_verbs.iter().find(|(verb, _)| verb == entry.verb.name())?;
    Some(no_verb(resource, entry.verb.name(), entry.span, why, format))
}

fn no_verb(resource: &Resource, verb: &str, span: Span, why: &str, format: Format) -> Diagnostic {
    let message = format!("`{verb}` on `{}` cannot be expressed on {}", resource.name.value, format.key());
    Diagnostic::error("target/unsupported-verb", message)
        .at(span, why.to_owned())
        .also(resource.kind_span, format!("a {} is declared here", resource.kind.name))
        .help("compile the function for other targets only: `targets: [NAME]`")
}
