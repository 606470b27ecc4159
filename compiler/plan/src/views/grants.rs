//! Permissions as sentences.

use super::words;
use crate::{Deployment, Grant, Reason};

/// Grants that differ in their permission alone, in the order of their first.
pub(super) fn joined<'g>(grants: impl IntoIterator<Item = &'g Grant>) -> Vec<Vec<&'g Grant>> {
    let mut all: Vec<Vec<&'g Grant>> = Vec::new();
    for grant in grants {
        let alike = |known: &&mut Vec<&'g Grant>| known.first().is_some_and(|first| are_alike(first, grant));
        match all.iter_mut().rev().take(20).find(alike) {
            Some(known) => known.push(grant),
            None => all.push(vec![grant]),
        }
    }
    all
}

fn are_alike(one: &Grant, other: &Grant) -> bool {
    let who = |grant: &'_ Grant| (grant.public, grant.assumed, grant.by_hand);
    let texts = (&one.who, &one.on, &one.class, &one.address) == (&other.who, &other.on, &other.class, &other.address);
    let options = (&one.verb, &one.resource, &one.condition, &one.escalation)
        == (&other.verb, &other.resource, &other.condition, &other.escalation);
    texts && options && who(one) == who(other) && one.because == other.because && one.requires == other.requires
}

/// `notify may read uploads`.
pub(super) fn may(grant: &Grant) -> String {
    let verb = grant.verb.as_deref();
    let what = [verb, grant.resource.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let who = match (grant.public, grant.who.as_str()) {
        (true, "everybody" | "*") => "EVERYBODY".to_owned(),
        (true, who) => format!("EVERYBODY ({who})"),
        (false, who) => who.to_owned(),
    };
    if what.is_empty() { who } else { format!("{who} may {what}") }
}

/// The sign of a permission: new, wider than before, for everybody, or taken away.
#[must_use]
pub(super) fn sign(grant: &Grant, wider: bool) -> char {
    match (wider, grant.public, is_new(grant)) {
        (false, ..) => '-',
        (true, true, _) => '!',
        (true, false, true) => '+',
        (true, false, false) => '~',
    }
}

/// In which way it is wider than before, where its sign does not say so.
#[must_use]
pub(super) fn way(grant: &Grant, wider: bool) -> String {
    match (wider, is_new(grant)) {
        (false, _) => "taken away".to_owned(),
        (true, true) => String::new(),
        (true, false) => grant.class.replace('-', " "),
    }
}

fn is_new(grant: &Grant) -> bool {
    grant.class.starts_with("new-")
}

/// Whether a permission is told even where it needs no approval.
#[must_use]
pub(super) fn is_loud(grant: &Grant) -> bool {
    grant.public || grant.assumed || grant.by_hand || grant.escalation.is_some()
}

/// What makes a permission worth a second look, and whether that is loud.
pub(super) fn marks(grant: &Grant) -> Vec<(bool, String)> {
    let condition = grant.condition.as_ref().map(|condition| (false, format!("only if {condition}")));
    let escalation = grant.escalation.as_ref().map(|gives| (true, format!("ESCALATES: {gives}")));
    let assumed = grant.assumed.then(|| (true, "assumed: not all of the code was understood".to_owned()));
    let by_hand = grant.by_hand.then(|| (true, "BY HAND: nobody proves that it is needed".to_owned()));
    [condition, escalation, assumed, by_hand].into_iter().flatten().collect()
}

/// The first reason with its words, and where the others are.
pub(super) fn because(grant: &Grant, deployment: &Deployment) -> String {
    let told = |reason: &Reason| words::place(&reason.place, deployment);
    let mut all: Vec<String> = Vec::new();
    for reason in &grant.because {
        let place = told(reason);
        if !all.contains(&place) {
            all.push(place);
        }
    }
    match (all.len(), all.first()) {
        (0, _) | (_, None) => format!("granted by {}", grant.address),
        (1..=3, _) => all.join("  "),
        (more, Some(first)) => format!("{first}  and {} more lines", more - 1),
    }
}

/// Permissions with what they begin with told once: `sqs:ReceiveMessage, DeleteMessage`.
pub(super) fn folded(permissions: &[&str]) -> String {
    let Some(first) = permissions.first() else { return String::new() };
    let begins = first.rfind(['/', ':', '.']).map_or("", |at| &first[..=at]);
    let rest = permissions[1..].iter().map(|one| one.strip_prefix(begins).unwrap_or(one));
    std::iter::once(*first).chain(rest).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_folded() {
        assert_eq!(folded(&["sqs:ReceiveMessage", "sqs:DeleteMessage"]), "sqs:ReceiveMessage, DeleteMessage");
        assert_eq!(folded(&["a.b.get", "a.c.list"]), "a.b.get, a.c.list");
        assert_eq!(folded(&["write"]), "write");
        assert_eq!(folded(&[]), "");
    }
}
