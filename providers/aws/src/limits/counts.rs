//! How many of everything.

use crate::ranges::{OUTPUTS, PARAMETERS, RESOURCES};
use portolan_diagnostics::Diagnostic;
use portolan_target::Stack;
use std::collections::BTreeMap;

/// Resources, parameters and outputs.
pub(super) fn check(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if stack.resources.len() > RESOURCES {
        found.push(too_many("resources", stack.resources.len(), RESOURCES).help(per_type(stack)));
    }
    if stack.parameters.len() > PARAMETERS {
        found.push(too_many("parameters", stack.parameters.len(), PARAMETERS));
    }
    if stack.outputs.len() > OUTPUTS {
        found.push(too_many("outputs", stack.outputs.len(), OUTPUTS));
    }
}

fn too_many(what: &str, count: usize, most: usize) -> Diagnostic {
    let message = format!("the template has {count} {what}, and CloudFormation takes at most {most}");
    Diagnostic::error("target/too-many", message).help("split the app in two, each with a spec of its own")
}

/// The types, the most frequent first.
fn per_type(stack: &Stack) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for resource in &stack.resources {
        *counts.entry(&resource.r#type).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let counts: Vec<String> = counts.iter().map(|(r#type, count)| format!("{count} {type}")).collect();
    format!("it has {}", counts.join(", "))
}
