//! What a reviewer wants to be told without asking: permissions that lead to others, and who is let in from outside.

use super::document::{Escalation, Trust};
use super::facts::{Facts, shown};
use portolan_policy::{Effect, Side, Statement, public};
use portolan_target::describe;
use std::collections::HashSet;

/// Permissions with which their holder can get more than it was given.
pub(super) fn escalation(facts: &Facts<'_>) -> Vec<Escalation> {
    let mut all: Vec<Escalation> = Vec::new();
    let mut seen = HashSet::new();
    let granting = |statement: &&Statement| {
        statement.effect == Effect::Allow && matches!(statement.side, Side::Identity | Side::Resource)
    };
    for statement in facts.policies().statements().iter().filter(granting) {
        for permission in statement.permissions.open() {
            let Some(known) = facts.backend.escalation(permission) else { continue };
            for principal in &statement.principals.only {
                let (address, place) = facts.origin(&statement.origin);
                let on = statement.resources.only.first().cloned().unwrap_or_default();
                let row = facts.row(principal, permission, &on).map(|(row, _)| row);
                let place = row.and_then(|row| row.reasons.first()).map(|why| facts.place(why.span)).or(place);
                let found = Escalation {
                    who: facts.who(principal),
                    permission: permission.as_atom().map_or_else(|| permission.to_string(), str::to_owned),
                    on: row.map_or_else(|| shown(&statement.resources), |row| describe(&row.scope)),
                    gives: known.gives.to_owned(),
                    source: known.source.to_owned(),
                    address,
                    place,
                };
                if seen.insert((found.who.clone(), found.permission.clone(), found.on.clone())) {
                    all.push(found);
                }
            }
        }
    }
    all
}

/// Who from outside of the account, project or tenant is let in. Everybody is not somebody: that is exposure.
pub(super) fn trust(facts: &Facts<'_>) -> Vec<Trust> {
    let mut all = Vec::new();
    let granting = |statement: &&Statement| {
        statement.effect == Effect::Allow && matches!(statement.side, Side::Trust | Side::Resource)
    };
    for statement in facts.policies().statements().iter().filter(granting) {
        for principal in statement.principals.open().filter(|principal| !public(principal)) {
            let Some(who) = facts.backend.outsider(principal, &facts.compiled.model) else { continue };
            let (address, place) = facts.origin(&statement.origin);
            all.push(Trust {
                who,
                permission: shown(&statement.permissions),
                on: shown(&statement.resources),
                condition: (!statement.condition.is_always()).then(|| statement.condition.to_string()),
                address,
                place,
            });
        }
    }
    all
}
