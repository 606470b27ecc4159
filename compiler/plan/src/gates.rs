//! Gates: effects that stand in the way of a plan unless somebody approved them.

use crate::{Approved, Change, Deployment, Effect, Finding, Plan, Verdict};

/// What gates find in a plan: every change with a denied effect that is not approved, and every needed approval that is
/// missing where approvals are asked for.
#[must_use]
pub fn judged(plan: &Plan, denied: &[Effect], approved: &[Approved]) -> Vec<Finding> {
    let mut all = Vec::new();
    for deployment in &plan.deployments {
        for effect in denied {
            all.extend(found(*effect, deployment, approved));
        }
    }
    all
}

/// What is missing of the approvals that a plan needs.
#[must_use]
pub fn unapproved(plan: &Plan, approved: &[Approved]) -> Vec<Finding> {
    let one = |(deployment, needed): (&Deployment, &crate::Needed)| Finding {
        denied: true,
        by: "approval".to_owned(),
        deployment: deployment.called(),
        address: Some(needed.address.clone()),
        message: format!("`{}` is not approved: {}", needed.approve, needed.says),
        place: needed.place.clone(),
    };
    crate::missing(plan, approved).into_iter().map(one).collect()
}

fn found(effect: Effect, deployment: &Deployment, approved: &[Approved]) -> Vec<Finding> {
    let is_approved =
        |approve: &str| approved.iter().any(|one| one.approve == approve && one.deployment == deployment.called());
    let finding = |address: &str, message: String, place| Finding {
        denied: true,
        by: effect.word().to_owned(),
        deployment: deployment.called(),
        address: Some(address.to_owned()),
        message,
        place,
    };
    let mut all: Vec<Finding> = Vec::new();
    for needed in deployment.approvals.iter().filter(|needed| needed.effect == effect && !is_approved(&needed.approve))
    {
        all.push(finding(&needed.address, needed.says.clone(), needed.place.clone()));
    }
    // What needs no approval is held up all the same where it is denied.
    let told: Vec<String> = deployment
        .approvals
        .iter()
        .filter(|needed| needed.effect == effect)
        .map(|needed| needed.address.clone())
        .collect();
    let beyond = |change: &&Change| {
        let own = format!("{}:", effect.word());
        change.effects.contains(&effect)
            && !told.contains(&change.address)
            && !change.requires.iter().any(|one| one.starts_with(&own))
    };
    for change in deployment.changes.iter().filter(beyond) {
        let why = change.notes.first().cloned().unwrap_or_else(|| effect.word().replace('-', " "));
        all.push(finding(&change.address, why, change.place.clone()));
    }
    if effect == Effect::PermissionWidening {
        for grant in deployment.permissions.wider.iter().filter(|grant| grant.requires.is_none()) {
            let place = grant.because.first().map(|reason| reason.place.clone());
            all.push(finding(&grant.address, format!("{} may {} on {}", grant.who, grant.permission, grant.on), place));
        }
    }
    all
}

/// The changes that the cloud will refuse: no approval helps.
#[must_use]
pub fn impossible(plan: &Plan) -> Vec<Finding> {
    let mut all = Vec::new();
    for deployment in &plan.deployments {
        for change in deployment.changes.iter().filter(|change| change.verdict == Verdict::Impossible) {
            let why =
                change.notes.iter().find(|note| note.contains("refuse") || note.contains("does not let")).cloned();
            all.push(Finding {
                denied: true,
                by: "impossible".to_owned(),
                deployment: deployment.called(),
                address: Some(change.address.clone()),
                message: why.unwrap_or_else(|| "the cloud refuses it".to_owned()),
                place: change.place.clone(),
            });
        }
    }
    all
}
