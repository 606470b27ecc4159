//! Limits of Infrastructure Manager, and of IAM where conditions are.

use super::encode::Index;
use crate::limits::{at, shared};
use crate::ranges;
use portolan_diagnostics::Diagnostic;
use portolan_target::{Settled, Stack, describe};
use portolan_value::{Format, Resource};
use std::collections::BTreeMap;

/// What does not fit.
pub fn limits(settled: &Settled) -> Vec<Diagnostic> {
    let mut found = shared(settled, Format::Gcp);
    for stack in &settled.stacks {
        found.extend(too_many_variables(stack));
        found.extend(too_many_conditions(stack));
        found.extend(wrong_ids(stack));
    }
    found
}

fn too_many_variables(stack: &Stack) -> Option<Diagnostic> {
    let number = stack.parameters.len();
    let message = format!("the app has {number} inputs, and Infrastructure Manager takes {}", ranges::VARIABLES);
    let first = stack.parameters.get(ranges::VARIABLES)?;
    let diagnostic = Diagnostic::error("target/too-many", message);
    Some(match first.span {
        Some(span) => diagnostic.at(span, "the first beyond"),
        None => diagnostic,
    })
}

/// Bindings of one role for one member that differ only in their conditions.
fn too_many_conditions(stack: &Stack) -> Vec<Diagnostic> {
    let mut bindings: BTreeMap<(String, String), Vec<&Resource>> = BTreeMap::new();
    let conditional = |resource: &&Resource| {
        resource.r#type == "google_project_iam_member" && resource.body.get("condition").is_some()
    };
    for resource in stack.resources.iter().filter(conditional) {
        let text = |key| resource.body.get(key).map(describe).unwrap_or_default();
        bindings.entry((text("role"), text("member"))).or_default().push(resource);
    }
    let beyond = bindings.into_values().filter(|bindings| bindings.len() > ranges::CONDITIONS_OF_MEMBER);
    beyond.map(|bindings| conditions(&bindings)).collect()
}

fn conditions(bindings: &[&Resource]) -> Diagnostic {
    let owner = bindings[0].address.owner();
    let message = format!(
        "`{owner}` has one role under {} conditions, and IAM takes {}",
        bindings.len(),
        ranges::CONDITIONS_OF_MEMBER
    );
    let diagnostic = Diagnostic::error("gcp/too-many-conditions", message);
    at(diagnostic, bindings[ranges::CONDITIONS_OF_MEMBER], "the first beyond")
        .help("split the function, so that each uses fewer resources")
}

/// A local name that the user fixed is an identifier, and no two resources of a type share one.
fn wrong_ids(stack: &Stack) -> Vec<Diagnostic> {
    if stack.ids.is_empty() {
        return Vec::new();
    }
    let index = Index::new(stack);
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    stack.resources.iter().for_each(|resource| *known.entry(index.name(&resource.address)).or_default() += 1);
    let mut found = Vec::new();
    for resource in &stack.resources {
        let Some(id) = stack.ids.get(&resource.address) else { continue };
        let message = |why: &str| format!("`{id}` cannot be the id of `{}` in Terraform: {why}", resource.address);
        if !is_identifier(id) {
            let wrong = Diagnostic::error("target/logical-id", message("it is not an identifier"));
            found.push(at(wrong, resource, "").help("write letters, digits, underscores and hyphens, a letter first"));
        }
        if known.get(&index.name(&resource.address)).is_some_and(|times| *times > 1) {
            let wrong = Diagnostic::error("target/logical-id-taken", message("another resource of its type has it"));
            found.push(at(wrong, resource, "").help("each resource of a type has an id of its own"));
        }
    }
    found
}

/// An identifier of Terraform's language.
fn is_identifier(id: &str) -> bool {
    let begins = id.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}
