//! Resources that exist already, and what they cannot do for an app.

use portolan_diagnostics::{Diagnostic, Span};
use portolan_model::Resource;
use portolan_value::Format;

/// An external resource that cannot start a function on a format, since what it tells belongs to whoever made it: `why`, at
/// the trigger. None of a resource that the app makes.
#[must_use]
pub fn cannot_start(resource: &Resource, format: Format, trigger: Span, why: &str) -> Option<Diagnostic> {
    let given = resource.external.as_ref()?;
    let (kind, name) = (&resource.kind.name, &resource.name.value);
    let message = format!("the external {kind} `{name}` cannot start a function on {}", format.key());
    let diagnostic = Diagnostic::error("target/external-trigger", message).at(trigger, why);
    Some(diagnostic.also(given.span, "declared here as external"))
}
