//! Approvals: which of those that are needed were given, and which were given for nothing.

use crate::{Approved, Deployment, Effect, Needed, Plan};
use serde::Deserialize;

/// An approval as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// `data-loss:shows.table`, after `prod/` or `prod/eu-west-1/` where it is for one deployment of several.
    pub approve: String,
    /// The change that it is for, of one from a file: it holds for no other.
    pub fingerprint: Option<String>,
    /// Why, of one from a file.
    pub reason: Option<String>,
    /// The last day on which it holds, of one from a file: `2026-12-31`.
    pub expires: Option<String>,
}

/// A file of approvals.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    approvals: Vec<Row>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    approve: String,
    fingerprint: String,
    reason: String,
    expires: String,
}

/// What is wrong with approvals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is not written as an approval is.
    Form(String),
    /// There is no such effect.
    Effect(String),
    /// Nothing in the plan needs it; what does, in the order of likeness.
    Nothing(String, Vec<String>),
    /// Several deployments have such a change, and it does not say which it is for.
    Several(String, Vec<String>),
    /// The change is another one than the one that was approved: the old fingerprint, the new one.
    Changed(String, String, String),
    /// It has expired.
    Expired(String, String),
}

/// Reads a file of approvals, in JSON. A reason that is empty or a day that is none is an error.
pub fn read_approvals(text: &str) -> Result<Vec<Approval>, String> {
    let written: Written = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let one = |row: Row| match (row.reason.trim().is_empty(), is_day(&row.expires)) {
        (true, _) => Err(format!("`{}` gives no reason", row.approve)),
        (false, false) => Err(format!("`expires` of `{}` is no day: write 2026-12-31", row.approve)),
        (false, true) => Ok(Approval {
            approve: row.approve,
            fingerprint: Some(row.fingerprint),
            reason: Some(row.reason),
            expires: Some(row.expires),
        }),
    };
    written.approvals.into_iter().map(one).collect()
}

/// Whether a text is a day as ISO 8601 writes it.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |text: &str, length: usize, most: u32| {
        text.len() == length && text.parse::<u32>().is_ok_and(|number| (1..=most).contains(&number))
    };
    matches!(parts.as_slice(), [year, month, day] if number(year, 4, 9999) && number(month, 2, 12) && number(day, 2, 31))
}

/// The approvals of a plan that were given, and what is wrong with those that are not among them. `today` is a day as
/// ISO 8601 writes it.
#[must_use]
pub fn approved(plan: &Plan, given: &[Approval], today: &str) -> (Vec<Approved>, Vec<Wrong>) {
    let mut approved: Vec<Approved> = Vec::new();
    let mut wrong = Vec::new();
    for approval in given {
        match one(plan, approval, today) {
            Ok(found) if approved.contains(&found) => {}
            Ok(found) => approved.push(found),
            Err(found) => wrong.push(found),
        }
    }
    (approved, wrong)
}

fn one(plan: &Plan, given: &Approval, today: &str) -> Result<Approved, Wrong> {
    let (asked, approve) = match given.approve.rsplit_once('/') {
        Some((deployment, approve)) if approve.contains(':') => (Some(deployment), approve),
        _ => (None, given.approve.as_str()),
    };
    let Some((word, address)) = approve.split_once(':') else { return Err(Wrong::Form(given.approve.clone())) };
    if Effect::from_word(word).is_none() || address.is_empty() {
        return Err(Wrong::Effect(given.approve.clone()));
    }
    let is_asked =
        |deployment: &&Deployment| asked.is_none_or(|asked| asked == deployment.target || asked == deployment.called());
    let deployments: Vec<&Deployment> = plan.deployments.iter().filter(is_asked).collect();
    let found: Vec<(&Deployment, &Needed)> = deployments
        .iter()
        .flat_map(|deployment| deployment.approvals.iter().map(move |needed| (*deployment, needed)))
        .filter(|(_, needed)| needed.approve == approve)
        .collect();
    match found.as_slice() {
        [] => Err(Wrong::Nothing(given.approve.clone(), near(plan, approve))),
        [(deployment, needed)] => checked(given, deployment, needed, today),
        several => match several.iter().find(|(_, needed)| given.fingerprint.as_ref() == Some(&needed.fingerprint)) {
            Some((deployment, needed)) => checked(given, deployment, needed, today),
            None => {
                let names = several.iter().map(|(deployment, _)| format!("{}/{approve}", deployment.called()));
                Err(Wrong::Several(given.approve.clone(), names.collect()))
            }
        },
    }
}

fn checked(given: &Approval, deployment: &Deployment, needed: &Needed, today: &str) -> Result<Approved, Wrong> {
    if let Some(fingerprint) = given.fingerprint.as_ref().filter(|one| **one != needed.fingerprint) {
        return Err(Wrong::Changed(given.approve.clone(), fingerprint.clone(), needed.fingerprint.clone()));
    }
    if let Some(expires) = given.expires.as_ref().filter(|day| day.as_str() < today) {
        return Err(Wrong::Expired(given.approve.clone(), expires.clone()));
    }
    Ok(Approved {
        approve: needed.approve.clone(),
        deployment: deployment.called(),
        reason: given.reason.clone(),
        expires: given.expires.clone(),
    })
}

/// What is needed and begins or ends the same.
fn near(plan: &Plan, approve: &str) -> Vec<String> {
    let (word, address) = approve.split_once(':').unwrap_or((approve, ""));
    let all = plan.deployments.iter().flat_map(|deployment| &deployment.approvals);
    let mut near: Vec<String> = all
        .filter(|needed| needed.effect.word() == word || needed.address == address)
        .map(|needed| needed.approve.clone())
        .collect();
    near.dedup();
    near.truncate(5);
    near
}

/// The approvals that a plan needs and that were not given.
#[must_use]
pub fn missing<'p>(plan: &'p Plan, approved: &[Approved]) -> Vec<(&'p Deployment, &'p Needed)> {
    let is_given = |deployment: &Deployment, needed: &Needed| {
        approved.iter().any(|one| one.approve == needed.approve && one.deployment == deployment.called())
    };
    let all = plan
        .deployments
        .iter()
        .flat_map(|deployment| deployment.approvals.iter().map(move |needed| (deployment, needed)));
    all.filter(|(deployment, needed)| !is_given(deployment, needed)).collect()
}
