//! Gates: what a reviewer does not let pass. Compared with something earlier, only what is new is held up.

use super::document::{Change, Deployment, Form, Verdict};
use super::lines;
use super::text;
use crate::arguments::Gate;

/// What the gates find in all deployments.
pub(super) fn judged(gates: &[Gate], deployments: &[Deployment]) -> Vec<Verdict> {
    let several = deployments.len() > 1;
    let mut all = Vec::new();
    for deployment in deployments {
        for gate in gates {
            for mut verdict in found(*gate, deployment) {
                if several {
                    verdict.message = format!("{}: {}", deployment.target, verdict.message);
                }
                all.push(verdict);
            }
        }
    }
    all
}

fn found(gate: Gate, deployment: &Deployment) -> Vec<Verdict> {
    let denied = |(message, place)| Verdict { denied: true, by: gate.word().to_owned(), message, place };
    let all: Vec<(String, Option<super::document::Place>)> = match (&deployment.changes, gate) {
        (Some(changes), gate) => {
            let held = |change: &&Change| match gate {
                Gate::Widening => true,
                Gate::Public => change.public,
                Gate::Escalation => change.escalation.is_some(),
                Gate::Assumed => change.assumed,
                Gate::HandGranted => change.by_hand,
            };
            changes.wider.iter().filter(held).map(|change| (said(change), caused(change))).collect()
        }
        // The command line refuses this gate where nothing is compared.
        (None, Gate::Widening) => Vec::new(),
        (None, Gate::Public) => public(deployment),
        (None, Gate::Escalation) => {
            let said = |one: &super::document::Escalation| {
                (format!("`{}` may {} on {}: {}", one.who, one.permission, one.on, one.gives), one.place.clone())
            };
            deployment.escalation.iter().map(said).collect()
        }
        (None, Gate::Assumed) => {
            let assumed = deployment.functions.iter().filter(|one| one.permissions.iter().any(|row| row.assumed));
            let place = |one: &super::document::Function| one.gaps.first().map_or(&one.place, |gap| &gap.place).clone();
            assumed.map(|one| (format!("not all code of `{}` was understood", one.name), Some(place(one)))).collect()
        }
        (None, Gate::HandGranted) => {
            let grants = deployment.by_hand.iter().filter(|one| one.form == Form::Allow || !one.grants.is_empty());
            grants.map(|one| (text::by_hand(one), Some(one.place.clone()))).collect()
        }
    };
    all.into_iter().map(denied).collect()
}

fn public(deployment: &Deployment) -> Vec<(String, Option<super::document::Place>)> {
    let mut all = Vec::new();
    for function in deployment.functions.iter().filter(|function| function.public) {
        let ways = function.ways.iter().filter(|way| way.who == super::document::Who::Public);
        all.extend(ways.map(|way| {
            (format!("`{}` is open to everybody: {}", function.name, way.routes.join(", ")), Some(way.place.clone()))
        }));
    }
    let open = deployment.exposure.open.iter().filter(|open| !open.declared);
    all.extend(open.map(|open| (format!("everybody may {} on {}", open.permission, open.on), open.place.clone())));
    all
}

fn said(change: &Change) -> String {
    let resource = change.resource.as_deref().unwrap_or_default();
    let class = change.class.replace('-', " ");
    format!("{class}: {} may {} on {}", change.who, change.permission, lines::scope(&change.on, resource, None))
}

fn caused(change: &Change) -> Option<super::document::Place> {
    change.because.first().map(|reason| reason.place.clone()).or_else(|| change.place.clone())
}
