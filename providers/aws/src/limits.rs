//! Limits: whether settled resources fit into a template, and whether it can hold what they say.

mod counts; // start reading here
mod identity;
mod sizes;
mod texts;

use portolan_diagnostics::{Diagnostic, Span};
use portolan_target::{Settled, unwritable};
use portolan_value::Resource;

/// Everything that CloudFormation would refuse in the template as a whole.
pub(crate) fn limits(settled: &Settled) -> Vec<Diagnostic> {
    let mut found = unwritable(settled);
    for stack in &settled.stacks {
        counts::check(stack, &mut found);
        texts::check(stack, &mut found);
        identity::check(stack, &mut found);
        sizes::check(&settled.stack, stack, &mut found);
    }
    found
}

/// A finding at the line a resource was made for.
fn at(diagnostic: Diagnostic, resource: &Resource) -> Diagnostic {
    place(diagnostic, resource.origin.span, format!("`{}` is made for this line", resource.address))
}

fn place(diagnostic: Diagnostic, span: Option<Span>, label: String) -> Diagnostic {
    match span {
        Some(span) => diagnostic.at(span, label),
        None => diagnostic,
    }
}
