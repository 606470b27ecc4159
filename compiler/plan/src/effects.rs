//! What follows from a change: what is lost, what stops, what opens, what stands in the way.

use crate::change::{Changing, sources};
use crate::shown::Showing;
use crate::unseen::{Hidden, hidden};
use crate::{Action, Alarm, Cause, Effect, Place, Severity, Shown, Sides, Verdict};
use portolan_target::{Counts, EVERYBODY, Fate, Holding, Quota, Raises, Written};

/// What follows from a change, with a sentence on each that a reader should know.
#[derive(Debug, Default)]
pub(crate) struct Follows {
    /// The effects, the worst first, each once.
    pub effects: Vec<Effect>,
    /// Sentences.
    pub notes: Vec<String>,
    /// What opens something, or takes a protection away.
    pub alarms: Vec<Alarm>,
}

impl Follows {
    fn add(&mut self, effect: Effect, note: impl Into<String>) {
        if !self.effects.contains(&effect) {
            self.effects.push(effect);
        }
        let note = note.into();
        if !note.is_empty() && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }
}

/// What follows from a change. `dependents` is how many others refer to the resource.
pub(crate) fn follows(
    changing: &Changing<'_>,
    sides: &Sides<'_>,
    showing: &Showing<'_>,
    dependents: usize,
    place: Option<&Place>,
) -> Follows {
    let mut follows = Follows::default();
    match changing.action() {
        Action::Delete => {
            ends(changing, sides, &mut follows);
            if changing.external && sides.stakes.held(&changing.holding().r#type).is_some() {
                follows.note("the spec says that it is external from now on, and nothing keeps it: make it kept first");
            }
        }
        Action::Forget => follows.note("it leaves the deployment and stays in the cloud"),
        Action::Import => {
            follows.note("it is taken into the deployment as it is; where its properties differ, that is refused");
        }
        Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst => replaced(changing, sides, dependents, &mut follows),
        Action::Update | Action::Rename => updated(changing, sides, &mut follows),
        _ => {}
    }
    alarms(changing, sides, showing, place, &mut follows);
    quotas(changing, sides, &mut follows);
    follows.effects.sort_unstable();
    follows
}

fn ends(changing: &Changing<'_>, sides: &Sides<'_>, follows: &mut Follows) {
    let r#type = &changing.holding().r#type;
    if let Some(held) = sides.stakes.held(r#type) {
        follows.add(Effect::DataLoss, gone(held, changing.fate()));
    }
    if let (Some(why), false) = (sides.stakes.end(r#type), matches!(changing.fate(), Fate::Kept(_))) {
        follows.add(Effect::Irreversible, why);
    }
}

/// What becomes of what a resource holds when it goes.
fn gone(held: &str, fate: Fate) -> String {
    match fate {
        Fate::Lost => format!("lost with it: {held}"),
        Fate::Kept(why) => {
            format!("{why}: the data stays until you delete it, and is no longer part of the deployment")
        }
        Fate::Refused(why) => format!("it is not let go: {why}"),
    }
}

fn replaced(changing: &Changing<'_>, sides: &Sides<'_>, dependents: usize, follows: &mut Follows) {
    let holding = changing.holding();
    let why = changing.properties.iter().find(|property| property.verdict == changing.verdict);
    let why = why.map(|property| format!("`{}` cannot change in place ({})", property.path, sources(&property.said)));
    let why = why.unwrap_or_default();
    match is_package(changing) {
        true => follows.note(why),
        false => follows.add(Effect::Replacement, why),
    }
    if let Some(held) = sides.stakes.held(&holding.r#type) {
        let note = match changing.fate() {
            Fate::Kept(why) => format!("the new one is empty; kept in the old one, {why}: {held}"),
            fate => format!("the new one is empty; {}", gone(held, fate)),
        };
        follows.add(Effect::DataLoss, note);
        if let (Some(why), Fate::Lost) = (sides.stakes.end(&holding.r#type), changing.fate()) {
            follows.add(Effect::Irreversible, why);
        }
    }
    if let Some(stops) = sides.stakes.served(&holding.r#type) {
        follows.add(Effect::Downtime, format!("while it is replaced, {stops}"));
    } else if !changing.create_first && dependents > 0 && !is_package(changing) {
        follows.add(Effect::Downtime, "it is missing between the old one and the new one");
    }
    if dependents > 0 {
        follows.note(format!(
            "{dependents} {} to it and {} with it",
            plural(dependents, "resource refers", "resources refer"),
            plural(dependents, "changes", "change")
        ));
    }
    if changing.create_first && keeps_name(changing, sides) {
        let note =
            "its name stays the same, so the new one cannot be made while the old one is there: the deployment fails";
        follows.add(Effect::NameCollision, note);
    }
}

/// Whether nothing but a function's package is another one.
fn is_package(changing: &Changing<'_>) -> bool {
    changing.properties.iter().all(|property| property.cause == Cause::Artifact)
}

fn plural<'t>(count: usize, one: &'t str, many: &'t str) -> &'t str {
    if count == 1 { one } else { many }
}

/// Whether a resource has a name of the template's that does not change.
fn keeps_name(changing: &Changing<'_>, sides: &Sides<'_>) -> bool {
    let (Some(before), Some(after)) = (changing.before, changing.after) else { return false };
    let name =
        |holding: &Holding| sides.stakes.name_of(&holding.r#type).and_then(|name| holding.body.get(name).cloned());
    name(after).is_some() && name(before) == name(after)
}

fn updated(changing: &Changing<'_>, sides: &Sides<'_>, follows: &mut Follows) {
    let holding = changing.holding();
    for hidden in differing(changing, sides).iter().filter(|hidden| hidden.route.is_none()) {
        let (old, new) = (hidden.before.unwrap_or_default(), hidden.after.unwrap_or_default());
        let note = format!("what is in it lies by `{old}`, and is not found by `{new}`: nothing moves it");
        follows.add(Effect::DataLoss, note);
    }
    let held = sides.stakes.held(&holding.r#type);
    let worst = |verdict| changing.properties.iter().filter(move |property| property.verdict == verdict);
    for property in worst(Verdict::Impossible) {
        let way = format!("the cloud refuses a change of `{}` ({})", property.path, sources(&property.said));
        follows.note(format!("{way}: make a new one under another name, or take it out first and bring it back"));
    }
    for property in worst(Verdict::Conditional) {
        let note = format!(
            "whether `{}` changes in place depends on what it changes from and to ({})",
            property.path,
            sources(&property.said)
        );
        match held {
            _ if matches!(holding.replaced, Fate::Refused(_)) => {
                follows.add(Effect::Unknown, format!("{note}; if it does not, the cloud refuses it"));
            }
            Some(held) => {
                follows.add(Effect::DataLoss, format!("{note}; if it is replaced, {}", gone(held, holding.replaced)));
            }
            None => follows.add(Effect::Replacement, note),
        }
    }
    for property in worst(Verdict::Unknown) {
        follows.add(Effect::Unknown, format!("nobody says how `{}` takes a change", property.path));
    }
}

/// What differs in a resource and in none of its properties.
fn differing<'h>(changing: &'h Changing<'_>, sides: &Sides<'_>) -> Vec<Hidden<'h>> {
    let both = changing.before.zip(changing.after);
    both.map(|(before, after)| hidden(before, after, sides)).unwrap_or_default()
}

/// Whether the permissions in effect tell already that everybody comes in somewhere.
fn is_told(address: &str, sides: &Sides<'_>) -> bool {
    let owner = |address: &str| address.split('.').next().map(str::to_owned);
    sides.permissions.wider.iter().any(|grant| grant.public && owner(&grant.address) == owner(address))
}

/// What rules of the back end say of a change, and what was kept and will be lost.
fn alarms(
    changing: &Changing<'_>,
    sides: &Sides<'_>,
    showing: &Showing<'_>,
    place: Option<&Place>,
    follows: &mut Follows,
) {
    let Some(after) = changing.after else { return };
    let address = after.called().to_owned();
    let tell = |effect: Effect, path: &str, says: &str, change: String| Alarm {
        effect,
        address: address.clone(),
        path: path.to_owned(),
        says: says.to_owned(),
        change,
        place: place.cloned(),
        requires: format!("{}:{address}", effect.word()),
    };
    let shown = |path: &str, text: &str| match showing.beside(path, &Written::text(text)) {
        Shown::Value(text) => text,
        _ => portolan_secrecy::HIDDEN.to_owned(),
    };
    for (rule, before, now) in sides.stakes.raised(changing.before, after) {
        let effect = match rule.raises {
            Raises::Exposure => Effect::PublicExposure,
            Raises::Protection => Effect::DataLoss,
            Raises::Irreversible => Effect::Irreversible,
        };
        let change = format!("{} → {}", shown(rule.path, &before), shown(rule.path, &now));
        follows.alarms.push(tell(effect, rule.path, rule.says, change));
        follows.add(effect, "");
    }
    for hidden in differing(changing, sides).iter().filter(|hidden| hidden.opens() && !is_told(&address, sides)) {
        let was = hidden.before.unwrap_or("not there");
        let change = format!("{} → {EVERYBODY}", shown(&hidden.path, was));
        let says = format!("everybody comes in by {}", hidden.route.unwrap_or_default());
        follows.alarms.push(tell(Effect::PublicExposure, &hidden.path, &says, change));
        follows.add(Effect::PublicExposure, "");
    }
    if let (Some(before), Some(_)) = (changing.before, sides.stakes.held(&after.r#type)) {
        for (what, old, new) in
            [("removed", before.removed, after.removed), ("replaced", before.replaced, after.replaced)]
        {
            if let (Fate::Kept(why) | Fate::Refused(why), Fate::Lost) = (old, new) {
                let says = format!("from now on its data goes when it is {what}");
                follows.alarms.push(tell(Effect::DataLoss, "retention", &says, format!("{why} → nothing keeps it")));
                follows.add(Effect::DataLoss, "");
            }
        }
    }
}

fn quotas(changing: &Changing<'_>, sides: &Sides<'_>, follows: &mut Follows) {
    let (Some(before), Some(after)) = (changing.before, changing.after) else { return };
    let own = |quota: &&Quota| quota.r#type.eq_ignore_ascii_case(&after.r#type);
    for quota in sides.stakes.quotas.iter().filter(own) {
        if let Counts::ItemsAtOnce(list) = quota.counts {
            let items = |holding: &Holding| holding.body.get(list).map_or(0, |list| list.items().len());
            let came_or_went = changing.properties.iter().filter(|property| {
                let inside = property.path.strip_prefix(list).is_some_and(|rest| !rest.contains("]."));
                inside && (property.before.is_none() || property.after.is_none())
            });
            let whole = items(before) == 0 || items(after) == 0;
            let count = if whole { items(before).abs_diff(items(after)) } else { came_or_went.count() };
            if count > quota.most {
                follows.add(Effect::Quota, format!("{count} of `{list}` change at once: {}", quota.says));
            }
        }
    }
}

/// Quotas that the deployment as a whole runs into, by type: the address of the first resource beyond, and the sentence.
pub(crate) fn exceeded(sides: &Sides<'_>) -> Vec<(String, String)> {
    let counted = |quota: &Quota| {
        let of = |holdings: &[Holding]| {
            holdings
                .iter()
                .filter(|one| one.r#type.eq_ignore_ascii_case(quota.r#type))
                .map(|one| one.called().to_owned())
                .collect::<Vec<_>>()
        };
        let (before, after) = (of(&sides.before.holdings), of(&sides.after.holdings));
        let grown = after.len() > quota.most && after.len() > before.len();
        let first = after.get(quota.most).filter(|_| grown)?.clone();
        Some((first, format!("there are {} of them: {}", after.len(), quota.says)))
    };
    let counts = sides.stakes.quotas.iter().filter(|quota| matches!(quota.counts, Counts::Resources));
    counts.filter_map(counted).collect()
}

/// How bad effects are.
pub(crate) fn severity(effects: &[Effect], verdict: Verdict) -> Severity {
    let of = |effect: &Effect| match effect {
        Effect::DataLoss | Effect::Irreversible => Severity::Loss,
        Effect::PublicExposure | Effect::PermissionWidening => Severity::Widening,
        Effect::NameCollision | Effect::Downtime | Effect::Replacement | Effect::Quota | Effect::Unknown => {
            Severity::Disruptive
        }
    };
    let least = if verdict == Verdict::Impossible { Severity::Disruptive } else { Severity::Safe };
    effects.iter().map(of).max().unwrap_or_default().max(least)
}

/// The effects that somebody must approve before they happen. What is unknown of something that holds data is one of them.
pub(crate) fn needs_approval(effect: Effect, holds_data: bool) -> bool {
    match effect {
        Effect::DataLoss | Effect::Irreversible | Effect::PublicExposure | Effect::PermissionWidening => true,
        Effect::Unknown => holds_data,
        Effect::NameCollision | Effect::Downtime | Effect::Replacement | Effect::Quota => false,
    }
}
