//! The join of all evidence: for now the spec's triggers and uses.

use crate::{Grant, Grants, Reason, Reasons, Right};
use portolan_model::{FunctionId, Model, Pattern, Trigger, Use};

/// The grants of a model.
#[must_use]
pub fn infer(model: &Model) -> Grants {
    let mut grants = Vec::new();
    for (id, function) in model.function_ids() {
        grants.extend(function.triggers.iter().enumerate().map(|(index, trigger)| triggered(model, id, index, trigger)));
        let first_use = grants.len();
        for entry in &function.uses {
            add_use(model, id, entry, first_use, &mut grants);
        }
    }
    Grants { grants }
}

fn triggered(model: &Model, function: FunctionId, index: usize, trigger: &Trigger) -> Grant {
    let subject = trigger.event.subject().map(|subject| model.name_of(subject)).unwrap_or_default();
    let text = format!("trigger {} {subject}", trigger.event.word());
    let first = Reason { span: trigger.span, text: text.trim_end().to_owned() };
    Grant { function, right: Right::Trigger(index), reasons: Reasons { first, more: Vec::new() } }
}

/// Adds a use: to the grant of the same verb and subject where there is one, so that each pair is granted once.
fn add_use(model: &Model, function: FunctionId, entry: &Use, first_use: usize, grants: &mut Vec<Grant>) {
    let text = format!("uses {}: {}", model.name_of(entry.subject), entry.verb.name());
    let reason = Reason { span: entry.span, text };
    let same = grants[first_use..].iter_mut().find_map(|grant| match &mut grant.right {
        Right::Verb { verb, subject, only } if *verb == entry.verb && *subject == entry.subject => {
            Some((only, &mut grant.reasons))
        }
        _ => None,
    });
    match same {
        Some((only, reasons)) => {
            widen(only, entry);
            reasons.more.push(reason);
        }
        None => {
            let only = entry.only.iter().map(|pattern| pattern.value.clone()).collect();
            let right = Right::Verb { verb: entry.verb.clone(), subject: entry.subject, only };
            grants.push(Grant { function, right, reasons: Reasons { first: reason, more: Vec::new() } });
        }
    }
}

/// Everything wins over some objects; otherwise the objects of both.
fn widen(only: &mut Vec<Pattern>, entry: &Use) {
    if entry.only.is_empty() {
        only.clear();
    }
    if only.is_empty() {
        return;
    }
    for pattern in &entry.only {
        if !only.contains(&pattern.value) {
            only.push(pattern.value.clone());
        }
    }
}
