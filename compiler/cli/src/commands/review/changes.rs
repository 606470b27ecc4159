//! What changed in effect between two templates, each change with its cause.

use super::against::Before;
use super::document::{Change, Changes};
use super::facts::Facts;
use portolan_diagnostics::Span;
use portolan_model::{Auth, Host};
use portolan_policy::{Comparison, Difference, Pattern, Side, public, widened};
use portolan_target::describe;

/// What is allowed now and was not, and what was and is not any more.
pub(in crate::commands) fn changes(before: &Before<'_>, after: &Facts<'_>) -> Changes {
    let (old, new) = (&before.policies, after.policies());
    let compare = |before, after| distinct(widened(&Comparison { before, after, universe: &[] }));
    let wider = compare(old, new).iter().map(|difference| change(difference, Some(after), after)).collect();
    let narrower = compare(new, old);
    let narrower = narrower.iter().map(|difference| change(difference, before.facts.as_ref(), after)).collect();
    let (mut wider, mut narrower) = (merged(wider), merged(narrower));
    if let Some(before) = &before.facts {
        doors(before, after, &mut wider);
        doors(after, before, &mut narrower);
    }
    Changes { against: before.name.clone(), wider, narrower }
}

/// Routes that everybody can take now and that were closed. Where only the generated entry refuses, a template does not
/// tell: its host is open to everybody in either case.
fn doors(before: &Facts<'_>, after: &Facts<'_>, changes: &mut Vec<Change>) {
    let known: Vec<(String, String)> =
        open(before).into_iter().map(|(function, route, ..)| (function, route)).collect();
    for (function, route, owner, span) in open(after) {
        let told = changes.iter().any(|change| {
            change.public && change.address.split('.').next().is_some_and(|one| one == function || one == owner)
        });
        if !known.contains(&(function.clone(), route.clone())) && !told {
            changes.push(Change {
                class: "new-exposure".to_owned(),
                who: "everybody".to_owned(),
                verb: None,
                resource: None,
                permission: "http".to_owned(),
                on: format!("{function} {route}"),
                condition: None,
                role: None,
                public: true,
                escalation: None,
                assumed: false,
                by_hand: false,
                address: format!("{function}.function"),
                because: Vec::new(),
                place: Some(after.place(span)),
            });
        }
    }
}

/// The routes that everybody can take: function, route, whose host it is, and the trigger's place.
fn open(facts: &Facts<'_>) -> Vec<(String, String, String, Span)> {
    let model = &facts.compiled.model;
    let mut all = Vec::new();
    for function in &model.functions {
        for (trigger, http) in function.http().filter(|(_, http)| matches!(http.auth.value, Auth::Public)) {
            let name = function.name.value.to_string();
            let owner = match http.host {
                Host::Own => name.clone(),
                Host::Api(api) => model.resource(api).name.value.to_string(),
            };
            let routes = http.routes.iter().map(|route| route.value.to_string());
            all.extend(routes.map(|route| (name.clone(), route, owner.clone(), trigger.span)));
        }
    }
    all
}

/// Without differences that say again of a part what another one says of the whole: what is granted on something is
/// granted on all that lies under it, too.
fn distinct(differences: Vec<Difference>) -> Vec<Difference> {
    let again = |one: &Difference| {
        differences.iter().any(|other| {
            let same =
                (&one.principal, &one.permission, &one.origin) == (&other.principal, &other.permission, &other.origin);
            same && one.resource != other.resource && under(&other.resource, &one.resource)
        })
    };
    differences.iter().filter(|one| !again(one)).cloned().collect()
}

fn under(whole: &Pattern, part: &Pattern) -> bool {
    whole.clone().then("/").then_any() == *part
}

/// Changes that are told alike are one.
fn merged(changes: Vec<Change>) -> Vec<Change> {
    let mut all: Vec<Change> = Vec::new();
    for change in changes {
        if !all.contains(&change) {
            all.push(change);
        }
    }
    all
}

/// `side` is where it stands: now, or before. Of an older template nothing is known but what it says.
fn change(difference: &Difference, side: Option<&Facts<'_>>, now: &Facts<'_>) -> Change {
    let Difference { principal, permission, resource, .. } = difference;
    let found = side.and_then(|facts| facts.row(principal, permission, resource));
    let (row, same) = (found.map(|(row, _)| row), found.is_some_and(|(_, same)| same));
    let (address, place) = match side {
        Some(facts) => facts.origin(&difference.origin),
        None => (now.origin(&difference.origin).0, None),
    };
    let part = address.rsplit('.').next().unwrap_or_default();
    let changed = side.is_some_and(|facts| {
        let overrides = &facts.compiled.model.overrides;
        row.is_none() && overrides.iter().any(|change| change.address.value.as_str() == address)
    });
    let everybody = public(principal);
    Change {
        class: if everybody { "new-exposure" } else { difference.class.word() }.to_owned(),
        who: side.unwrap_or(now).who(principal),
        verb: row.map(|row| row.verb.to_string()),
        resource: row.map(|row| row.subject.to_string()).filter(|subject| !subject.is_empty()),
        permission: permission.as_atom().map_or_else(|| permission.to_string(), str::to_owned),
        on: match row.filter(|_| same) {
            Some(row) => describe(&row.scope),
            None => resource.to_string(),
        },
        condition: condition(difference),
        public: everybody,
        role: difference.role.as_ref().filter(|_| row.is_none()).map(ToString::to_string),
        escalation: (difference.side != Side::Trust)
            .then(|| now.backend.escalation(permission))
            .flatten()
            .map(|known| known.gives.to_owned()),
        assumed: row.zip(side).is_some_and(|(row, facts)| facts.is_assumed(row)),
        by_hand: row.is_some_and(|row| row.by_hand) || part == "native" || changed,
        because: row.zip(side).map(|(row, facts)| facts.reasons(row)).unwrap_or_default(),
        address,
        place,
    }
}

fn condition(difference: &Difference) -> Option<String> {
    (!difference.condition.is_always()).then(|| difference.condition.to_string())
}
