//! The ways in from outside, and where they lead: what a function that can be reached may do itself, and what it can set
//! in motion through what it writes to or invokes.

use super::document::{Exposure, Function, May, Open, Reach, Who};
use super::facts::{Facts, shown};
use portolan_access::Right;
use portolan_model::{FunctionId, Subject};
use portolan_policy::{Effect, Side, public};
use std::collections::HashSet;

/// Kinds whose content opens other things.
const SECRET: [&str; 2] = ["secret", "key"];

/// Verbs that leave what they are on as it is, and so set nothing in motion.
const READING: [&str; 5] = ["read", "query", "scan", "list", "receive"];

/// The exposure of a deployment.
pub(super) fn exposure(facts: &Facts<'_>, functions: &[Function]) -> Exposure {
    let model = &facts.compiled.model;
    let mut reach: Vec<Reach> = Vec::new();
    for (id, function) in model.function_ids().zip(functions).map(|((id, _), function)| (id, function)) {
        let mut begun: Vec<(Who, Option<&str>)> =
            function.ways.iter().map(|way| (way.who, way.api.as_deref())).collect();
        begun.sort();
        begun.dedup();
        for (who, api) in begun {
            let path: Vec<String> = api.into_iter().chain([function.name.as_str()]).map(str::to_owned).collect();
            follow(id, &path, who, facts, &mut reach);
        }
    }
    reach.sort_by_key(|reach| reach.who);
    let public = || reach.iter().filter(|reach| reach.who == Who::Public);
    let mut secrets: Vec<String> = public()
        .flat_map(|reach| &reach.may)
        .filter(|may| SECRET.contains(&may.kind.as_str()))
        .map(|may| may.resource.clone())
        .collect();
    secrets.sort();
    secrets.dedup();
    let by_hand = functions.iter().filter(|function| function.public).flat_map(|function| &function.permissions);
    let unknown = by_hand.filter(|row| row.by_hand).count();
    Exposure { open: open(facts, functions), secrets, unknown, reach }
}

/// What a function may do, then what the functions may do that it sets in motion, each once.
fn follow(from: FunctionId, path: &[String], who: Who, facts: &Facts<'_>, reach: &mut Vec<Reach>) {
    let mut seen = HashSet::from([from]);
    let mut waiting = vec![(from, path.to_vec(), false)];
    while !waiting.is_empty() {
        let mut next = Vec::new();
        for (function, path, indirect) in waiting {
            for (through, started) in sets_in_motion(function, facts) {
                if seen.insert(started) {
                    let name = facts.compiled.model.function(started).name.value.to_string();
                    next.push((started, [path.clone(), through, vec![name]].concat(), true));
                }
            }
            reach.push(Reach { who, path, may: may(function, facts), indirect });
        }
        waiting = next;
    }
}

/// The verbs of a function, by resource.
fn may(function: FunctionId, facts: &Facts<'_>) -> Vec<May> {
    let model = &facts.compiled.model;
    let mut all: Vec<May> = Vec::new();
    for grant in facts.compiled.grants.of(function) {
        let Right::Verb { verb, subject, .. } = &grant.right else { continue };
        let resource = model.name_of(*subject);
        let kind = match subject {
            Subject::Resource(id) => model.resource(*id).kind.name.clone(),
            Subject::Function(_) => "function".to_owned(),
            Subject::Native(_) => "native".to_owned(),
        };
        match all.iter_mut().find(|known| known.resource == resource) {
            Some(known) => known.verbs.push(verb.name().to_owned()),
            None => all.push(May { resource: resource.to_owned(), kind, verbs: vec![verb.name().to_owned()] }),
        }
    }
    all
}

/// The functions that start when this one writes, sends or invokes, and through what.
fn sets_in_motion(function: FunctionId, facts: &Facts<'_>) -> Vec<(Vec<String>, FunctionId)> {
    let model = &facts.compiled.model;
    let mut started = Vec::new();
    for grant in facts.compiled.grants.of(function) {
        let Right::Verb { verb, subject, .. } = &grant.right else { continue };
        match subject {
            Subject::Function(id) => started.push((Vec::new(), *id)),
            Subject::Resource(id) if !READING.contains(&verb.name()) => {
                let name = || vec![model.resource(*id).name.value.to_string()];
                started.extend(facts.listeners(*subject).iter().map(|listener| (name(), *listener)));
            }
            Subject::Resource(_) | Subject::Native(_) => {}
        }
    }
    started
}

/// What the template opens to everybody.
fn open(facts: &Facts<'_>, functions: &[Function]) -> Vec<Open> {
    let declared: HashSet<&str> = functions
        .iter()
        .flat_map(|function| {
            let ways = function.ways.iter().filter(|way| way.who == Who::Public);
            ways.map(|way| way.api.as_deref().unwrap_or(&function.name))
        })
        .collect();
    let public_functions = functions.iter().filter(|function| function.public);
    let public_functions: HashSet<&str> = public_functions.map(|function| function.name.as_str()).collect();
    let mut all: Vec<Open> = Vec::new();
    for statement in facts.policies().statements() {
        let everybody = statement.principals.open().any(public);
        if statement.effect != Effect::Allow || statement.side == Side::Identity || !everybody {
            continue;
        }
        let (address, place) = facts.origin(&statement.origin);
        let owner = address.split('.').next().unwrap_or_default();
        all.push(Open {
            permission: shown(&statement.permissions),
            on: shown(&statement.resources),
            condition: (!statement.condition.is_always()).then(|| statement.condition.to_string()),
            declared: declared.contains(owner) || public_functions.contains(owner),
            address,
            place,
        });
    }
    all
}
