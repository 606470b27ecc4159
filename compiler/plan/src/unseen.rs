//! What changes in a resource and in none of its properties: the key by which its items lie, whom its entry lets in.
//!
//! A template says it beside its lowering version. One of another version may not say all of it, and one that is not ours
//! says nothing: what cannot be told then is unknown.

use crate::change::Changing;
use crate::{Cause, Sides, Unknown};
use portolan_target::{EVERYBODY, Holding};
use std::collections::HashSet;

/// What the key is called by which items lie. No property has such a name.
pub(crate) const LAYOUT: &str = "how its items lie";

/// What it is called whom the entry lets in.
fn entry(route: &str) -> String {
    format!("who comes in by {route}")
}

/// Something that no property tells, as it was and as it will be.
pub(crate) struct Hidden<'a> {
    /// What it is called.
    pub path: String,
    /// What it was.
    pub before: Option<&'a str>,
    /// What it will be.
    pub after: Option<&'a str>,
    /// The route, where it is about who is let in.
    pub route: Option<&'a str>,
}

impl Hidden<'_> {
    /// Whether everybody comes in who did not.
    pub fn opens(&self) -> bool {
        self.route.is_some() && self.after == Some(EVERYBODY)
    }
}

/// What differs between a resource and itself.
pub(crate) fn hidden<'a>(before: &'a Holding, after: &'a Holding, sides: &Sides<'_>) -> Vec<Hidden<'a>> {
    let (was, is) = (&before.unseen, &after.unseen);
    let layout = match (was.layout.as_deref(), is.layout.as_deref()) {
        (Some(old), Some(new)) => {
            Some(Hidden { path: LAYOUT.to_owned(), before: Some(old), after: Some(new), route: None })
        }
        _ => None,
    };
    let both: HashSet<&String> = was.routes.keys().chain(is.routes.keys()).collect();
    let mut both: Vec<&String> = both.into_iter().collect();
    both.sort();
    let route = |route: &'a String| Hidden {
        path: entry(route),
        before: was.routes.get(route).map(String::as_str),
        after: is.routes.get(route).map(String::as_str),
        route: Some(route),
    };
    let routes = both.into_iter().map(route).filter(|one| one.before.is_some() || tells(sides));
    layout.into_iter().chain(routes).filter(|one| one.before != one.after).collect()
}

/// Whether the older template says all that the newer one does.
fn tells(sides: &Sides<'_>) -> bool {
    sides.before.lowering.is_some() && sides.before.lowering == sides.after.lowering
}

/// What the older template does not tell of resources that are in both.
pub(crate) fn unknowns(all: &[Changing<'_>], sides: &Sides<'_>) -> Vec<Unknown> {
    let owner = |holding: &Holding| holding.address.as_ref().map(|address| address.owner().to_owned());
    let is_packed = |one: &&Changing<'_>| one.properties.iter().any(|property| property.cause == Cause::Artifact);
    let packed: HashSet<String> = all.iter().filter(is_packed).filter_map(|one| owner(one.holding())).collect();
    let mut unknowns = Vec::new();
    for (before, after) in all.iter().filter_map(|one| one.before.zip(one.after)) {
        let unknown =
            |path: String, why: &str| Unknown { address: after.called().to_owned(), path, why: why.to_owned() };
        if before.unseen.layout.is_none() && after.unseen.layout.is_some() {
            let why = "by which key its items lie, the basis does not tell: by another one they are not found: compare \
                       with `--base git:REV`";
            unknowns.push(unknown(LAYOUT.to_owned(), why));
        }
        // The same package lets in the same people.
        if tells(sides) || !owner(after).is_some_and(|owner| packed.contains(&owner)) {
            continue;
        }
        let open = after
            .unseen
            .routes
            .iter()
            .filter(|(route, who)| who.as_str() == EVERYBODY && !before.unseen.routes.contains_key(*route));
        unknowns.extend(open.map(|(route, _)| {
            let why = "it is open to everybody; whether it asked for a token before, the basis does not tell: compare with \
                       `--base git:REV`";
            unknown(entry(route), why)
        }));
    }
    unknowns
}
