//! A plan for GitLab: the numbers that a merge request shows, and findings at their lines.

use super::results::{Level, file, results};
use crate::{Judgement, Plan};
use serde_json::{Value, json};

/// The report that `artifacts:reports:terraform` takes. GitLab's own recipe counts each action that Terraform lists, and a
/// replacement lists two ("Terraform integration in merge requests"): it counts as a create and a delete.
#[must_use]
pub fn gitlab(plan: &Plan) -> String {
    let sum = |of: fn(&crate::Summary) -> usize| plan.deployments.iter().map(|one| of(&one.summary)).sum::<usize>();
    let report = json!({
        "create": sum(|summary| summary.create + summary.replace),
        "update": sum(|summary| summary.update),
        "delete": sum(|summary| summary.delete + summary.replace),
    });
    format!("{report}\n")
}

/// What is found in a plan, as `artifacts:reports:codequality` takes it. `folder` is the spec's as it is called from the top
/// of the repository.
#[must_use]
pub fn code_quality(plan: &Plan, judgement: &Judgement, folder: &str) -> String {
    let all: Vec<Value> = results(plan, judgement)
        .iter()
        .map(|told| {
            let severity = match told.level {
                Level::Error => "blocker",
                Level::Warning => "major",
                Level::Note => "info",
            };
            json!({
                "description": told.message,
                "check_name": format!("portolan/{}", told.rule),
                "fingerprint": told.fingerprint,
                "severity": severity,
                "location": { "path": file(&told.place, folder), "lines": { "begin": told.place.line.max(1) } },
            })
        })
        .collect();
    serde_json::to_string_pretty(&all).unwrap_or_default() + "\n"
}
