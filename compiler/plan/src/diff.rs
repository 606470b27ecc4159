//! The plan of one deployment: two templates in, everything that becomes of them out.

use crate::change::{Changing, Comparer};
use crate::compare::{canonical as spelled, settled};
use crate::cost::cost;
use crate::drift::drift;
use crate::effects::{exceeded, follows, needs_approval, severity};
use crate::identity::canonical;
use crate::order::waves;
use crate::pairs::{Likeness, pairs};
use crate::shown::Showing;
use crate::unseen;
use crate::{
    About, Action, Alarm, Change, Deployment, Effect, Grant, Needed, Origin, OutputChange, Permissions, Place, Shown,
    Sides, Summary, Suppressed, Unknown, Verdict,
};
use portolan_behaviour::table;
use portolan_secrecy::HIDDEN;
use portolan_target::{Contents, Fate, Stakes, Unseen, Written};
use portolan_value::Format;
use std::collections::{BTreeSet, HashMap, HashSet};

/// What would change of a deployment.
#[must_use]
pub fn diff(about: About, sides: &Sides<'_>) -> Deployment {
    let showing = Showing::of(sides.stakes, sides.secrets, [sides.before, sides.after], sides.names);
    let comparer = Comparer::new(sides, &showing);
    let (pairs, alike) = pairs(sides);
    let mut all: Vec<Changing<'_>> = pairs.iter().map(|pair| comparer.changing(pair)).collect();
    cascade(&mut all, sides, &comparer);
    let suppressed = suppressed(&all, &showing);
    let hidden = unseen::unknowns(&all, sides);
    let unchanged = all.iter().filter(|one| one.action() == Action::NoOp).count();
    all.retain(|one| one.action() != Action::NoOp);
    let told = Told { sides, showing: &showing, alike: &alike, dependents: dependents(sides) };
    let mut alarms = Vec::new();
    let mut changes: Vec<Change> =
        all.iter().zip(waves(&all)).map(|(changing, wave)| told.change(changing, wave, &mut alarms)).collect();
    told.deployment_quotas(&mut changes);
    let exists = !sides.before.holdings.is_empty();
    let permissions = permissions(sides.permissions, exists, &mut changes);
    changes.sort_by(|one, other| (one.action, &one.address, &one.id).cmp(&(other.action, &other.address, &other.id)));
    let mut unknowns = unknowns(&changes);
    unknowns.extend(hidden);
    let mut drift = drift(sides, &showing, &comparer);
    for one in &mut drift {
        one.touched = changes.iter().any(|change| change.address == one.address);
    }
    let approvals = approvals(&about, &changes, &alarms, &permissions);
    let mut deployment = Deployment {
        app: about.app,
        target: about.target,
        format: sides.format.key().to_owned(),
        region: about.region,
        place: about.place,
        stack: about.stack,
        basis: about.basis,
        inputs: about.inputs,
        summary: Summary::default(),
        outputs: outputs(sides, &showing),
        drift,
        cost: cost(sides.prices, sides.before, sides.after, &changes),
        changes,
        permissions,
        alarms,
        approvals,
        unknowns,
        suppressed,
        spec: about.spec,
    };
    deployment.inputs.behaviour = comparer.sources();
    deployment.summary = summary(&deployment, unchanged);
    deployment
}

/// The digest of what a template holds, whatever the order in which it is written.
#[must_use]
pub fn template_digest(contents: &Contents, format: Format, stakes: &Stakes) -> String {
    let table = table(format);
    let mut holdings: Vec<String> = contents
        .holdings
        .iter()
        .map(|holding| {
            let body = settled(&holding.body, &mut Vec::new(), table.find(&holding.r#type), stakes);
            let around = settled(&holding.around, &mut Vec::new(), None, stakes);
            let mut text = format!("{} {} {} {}", holding.id, holding.r#type, spelled(&body), spelled(&around));
            if holding.unseen != Unseen::default() {
                text.push_str(&canonical(&holding.unseen));
            }
            text
        })
        .collect();
    holdings.sort_unstable();
    let named = |all: &[(String, Written)]| {
        let mut all: Vec<String> = all.iter().map(|(name, value)| format!("{name} {}", spelled(value))).collect();
        all.sort_unstable();
        all
    };
    canonical(&(holdings, named(&contents.outputs), named(&contents.parameters)))
}

/// Lets every replacement reach those that refer to what is replaced, until nothing new follows.
fn cascade<'a>(all: &mut [Changing<'a>], sides: &Sides<'a>, comparer: &Comparer<'a>) {
    let mut waiting: Vec<usize> = (0..all.len()).filter(|at| all[*at].is_replaced()).collect();
    if waiting.is_empty() {
        return;
    }
    let mut referring: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, holding) in all.iter().enumerate().filter_map(|(at, one)| Some((at, one.after?))) {
        for id in holding.refers_to() {
            referring.entry(id).or_default().push(at);
        }
    }
    let mut done: HashSet<usize> = HashSet::new();
    while let Some(at) = waiting.pop() {
        if !done.insert(at) {
            continue;
        }
        let id = all[at].holding().id.clone();
        let name = sides.stakes.name_of(&all[at].holding().r#type);
        for other in referring.get(id.as_str()).cloned().unwrap_or_default() {
            if other == at || all[other].before.is_none() {
                continue;
            }
            let Some(holding) = all[other].after else { continue };
            let follows = {
                let replaced = &all[at];
                comparer.follows(holding, &id, &|attribute| replaced.is_new(attribute, name))
            };
            let was = all[other].is_replaced();
            all[other].follow(follows);
            if !was && all[other].is_replaced() {
                waiting.push(other);
            }
        }
    }
}

fn suppressed(all: &[Changing<'_>], showing: &Showing<'_>) -> Vec<Suppressed> {
    let mut found: Vec<Suppressed> = Vec::new();
    for changing in all {
        let holding = changing.holding();
        for same in &changing.same {
            let told = |value: &Option<Written>| match value {
                None => "not set".to_owned(),
                Some(value) => match showing.value(holding, &same.path, None, value) {
                    Shown::Value(text) => text,
                    Shown::Secret => HIDDEN.to_owned(),
                    Shown::Body(_) | Shown::Long { .. } | Shown::Unknown(_) => "a longer value".to_owned(),
                },
            };
            let change = match (&same.before, &same.after) {
                (None, None) => "the same in another order".to_owned(),
                (before, after) => format!("{} → {}", told(before), told(after)),
            };
            found.push(Suppressed {
                address: holding.called().to_owned(),
                path: crate::compare::path(&same.path),
                rule: same.rule.to_owned(),
                change,
            });
        }
    }
    found.sort_by(|one, other| (&one.address, &one.path, &one.rule).cmp(&(&other.address, &other.path, &other.rule)));
    found
}

/// How many resources refer to each, by its name.
fn dependents(sides: &Sides<'_>) -> HashMap<String, usize> {
    let mut all: HashMap<String, usize> = HashMap::new();
    for holding in &sides.after.holdings {
        for id in holding.refers_to().into_iter().filter(|id| *id != holding.id) {
            *all.entry(id.to_owned()).or_default() += 1;
        }
    }
    all
}

/// What is told of changes.
struct Told<'a> {
    sides: &'a Sides<'a>,
    showing: &'a Showing<'a>,
    alike: &'a [Likeness<'a>],
    dependents: HashMap<String, usize>,
}

impl Told<'_> {
    fn change(&self, changing: &Changing<'_>, wave: usize, alarms: &mut Vec<Alarm>) -> Change {
        let sides = self.sides;
        let holding = changing.holding();
        let goes = changing.after.is_none();
        let origins = if goes { sides.origins_before } else { sides.origins };
        let Origin { place, kind } = origins.get(&holding.id).cloned().unwrap_or_default();
        let (place, place_before) = if goes { (None, place) } else { (place, None) };
        let dependents = self.dependents.get(&holding.id).copied().unwrap_or_default();
        let mut follows = follows(changing, sides, self.showing, dependents, place.as_ref());
        follows.notes.extend(self.may_be(changing));
        let address = holding.called().to_owned();
        let was = changing.before.filter(|_| changing.renamed).map(|before| before.called().to_owned());
        if let (Some(was), true) = (&was, changing.is_replaced()) {
            let id = changing.before.map_or("", |before| before.id.as_str());
            let keep = format!("it was `{was}`; `keep` with the id `{id}` and its name lets it stay what it is");
            follows.notes.push(keep);
        }
        let mut verdict = changing.verdict;
        if changing.is_replaced()
            && let Fate::Refused(why) = holding.replaced
        {
            verdict = Verdict::Impossible;
            follows.notes.push(format!("the engine does not let it be replaced: {why}"));
        }
        let holds = sides.stakes.held(&holding.r#type).is_some();
        let requires = follows.effects.iter().filter(|effect| needs_approval(**effect, holds));
        let requires = requires.map(|effect| format!("{}:{address}", effect.word())).collect();
        let undone = sides.stakes.undone;
        let rollback = match changing.action() {
            Action::Create | Action::Import => undone.create,
            Action::Delete | Action::Forget => undone.delete,
            Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst => undone.replace,
            Action::Update | Action::Rename | Action::NoOp => undone.update,
        };
        let causes = changing.properties.iter().map(|property| property.cause);
        let change = Change {
            was,
            id: holding.id.clone(),
            kind,
            r#type: holding.r#type.clone(),
            action: changing.action(),
            fate: ends(changing.action()).then(|| changing.fate().into()),
            verdict,
            cause: causes.min().unwrap_or(sides.cause),
            place,
            place_before,
            properties: changing.properties.clone(),
            severity: severity(&follows.effects, verdict),
            effects: follows.effects,
            notes: follows.notes,
            requires,
            wave,
            rollback: rollback.to_owned(),
            address,
        };
        alarms.append(&mut follows.alarms);
        change
    }

    /// That a resource looks like another one under another name, and how to say so.
    fn may_be(&self, changing: &Changing<'_>) -> Option<String> {
        let id = &changing.holding().id;
        let likeness = self.alike.iter().find(|one| one.gone.id == *id || one.new.id == *id)?;
        let (gone, new) = (likeness.gone.called(), likeness.new.called());
        let owner = |address: &Option<portolan_value::Address>| {
            address.as_ref().map(|address| address.owner().to_owned()).unwrap_or_default()
        };
        let (old, now) = (owner(&likeness.gone.address), owner(&likeness.new.address));
        let is_raw = likeness.gone.address.as_ref().is_some_and(|address| address.part() == "native");
        let cannot = is_raw || !self.sides.stakes.renames;
        let cure = match cannot || old.is_empty() || now.is_empty() || old == now {
            true => format!("`keep` with the id `{}` keeps it", likeness.gone.id),
            false => format!("write `formerly: {old}` at `{now}` and it stays what it is"),
        };
        Some(match changing.after {
            Some(_) => format!("looks like `{gone}` under another name: if it is, {cure}"),
            None => format!("looks like `{new}`, which is new: if that is it under another name, {cure}"),
        })
    }

    fn deployment_quotas(&self, changes: &mut [Change]) {
        for (address, says) in exceeded(self.sides) {
            for change in changes.iter_mut().filter(|change| change.address == address) {
                change.effects.push(Effect::Quota);
                change.effects.sort_unstable();
                change.effects.dedup();
                change.notes.push(says.clone());
                change.severity = severity(&change.effects, change.verdict);
            }
        }
    }
}

/// Whether what there was is no longer the deployment's after that.
fn ends(action: Action) -> bool {
    match action {
        Action::Delete | Action::Forget | Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst => true,
        Action::Create | Action::Import | Action::Update | Action::Rename | Action::NoOp => false,
    }
}

/// The grants with the approvals that they need, and the effect on those resources that make them. What comes with a
/// deployment that does not exist yet widens nothing; what it opens to everybody still must be approved.
fn permissions(found: &Permissions, exists: bool, changes: &mut [Change]) -> Permissions {
    let mut permissions = found.clone();
    for grant in &mut permissions.wider {
        let effect = if grant.public { Effect::PublicExposure } else { Effect::PermissionWidening };
        grant.requires = (exists || grant.public).then(|| format!("{}:{}", effect.word(), subject(grant)));
        if grant.requires.is_none() {
            continue;
        }
        let required = grant.requires.clone().unwrap_or_default();
        let makes = |change: &&mut Change| {
            change.address == grant.address && !matches!(change.action, Action::Delete | Action::Forget)
        };
        for change in changes.iter_mut().filter(makes) {
            if !change.effects.contains(&effect) {
                change.effects.push(effect);
                change.effects.sort_unstable();
            }
            if !change.requires.contains(&required) {
                change.requires.push(required.clone());
            }
            change.severity = severity(&change.effects, change.verdict);
        }
    }
    permissions
}

/// What an approval of a grant is about: `notify.uploads.read`, and of what comes from no verb the resource that grants it.
fn subject(grant: &Grant) -> String {
    match (&grant.resource, &grant.verb) {
        _ if grant.public => grant.address.clone(),
        (Some(resource), Some(verb)) => format!("{}.{}.{verb}", grant.who, resource),
        _ => grant.address.clone(),
    }
}

fn unknowns(changes: &[Change]) -> Vec<Unknown> {
    let mut all = Vec::new();
    for change in changes {
        for property in change.properties.iter().filter(|property| property.verdict == Verdict::Unknown) {
            all.push(Unknown {
                address: change.address.clone(),
                path: property.path.clone(),
                why: format!("no source says how this property of {} takes a change", change.r#type),
            });
        }
    }
    all
}

fn approvals(about: &About, changes: &[Change], alarms: &[Alarm], permissions: &Permissions) -> Vec<Needed> {
    let mut needed: Vec<Needed> = Vec::new();
    let mut parts: Vec<Vec<String>> = Vec::new();
    let mut add = |approve: &str, says: String, part: String, place: Option<&Place>| {
        let Some((word, address)) = approve.split_once(':') else { return };
        let Some(effect) = Effect::from_word(word) else { return };
        match needed.iter().position(|one| one.approve == approve) {
            Some(at) => {
                if !needed[at].says.contains(&says) {
                    needed[at].says = format!("{}; {says}", needed[at].says);
                }
                parts[at].push(part);
            }
            None => {
                needed.push(Needed {
                    approve: approve.to_owned(),
                    effect,
                    address: address.to_owned(),
                    says,
                    fingerprint: String::new(),
                    place: place.cloned(),
                });
                parts.push(vec![part]);
            }
        }
    };
    for grant in &permissions.wider {
        if let Some(approve) = &grant.requires {
            let place = grant.because.first().map(|reason| &reason.place);
            let stable = (&grant.class, &grant.who, &grant.permission, &grant.on, &grant.condition, grant.public);
            add(approve, format!("{} may {} on {}", grant.who, grant.permission, grant.on), canonical(&stable), place);
        }
    }
    for alarm in alarms {
        let stable = (&alarm.path, &alarm.says, &alarm.change);
        add(&alarm.requires, format!("{} ({})", alarm.says, alarm.change), canonical(&stable), alarm.place.as_ref());
    }
    for change in changes {
        for approve in &change.requires {
            let granted = permissions.wider.iter().any(|grant| grant.requires.as_ref() == Some(approve));
            let alarmed = alarms.iter().any(|alarm| alarm.requires == *approve);
            let note = change.notes.first().cloned().unwrap_or_default();
            let acted =
                matches!(change.action, Action::Delete | Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst);
            if granted || (alarmed && !acted) {
                continue;
            }
            let word = match change.action {
                Action::Delete => "it goes",
                Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst => "it is replaced",
                _ => "it changes",
            };
            let shown: Vec<_> = change.properties.iter().map(|one| (&one.path, &one.before, &one.after)).collect();
            let stable = canonical(&(&change.r#type, change.action, &change.notes, shown));
            let says = if note.is_empty() { word.to_owned() } else { format!("{word}: {note}") };
            add(approve, says, stable, change.place.as_ref());
        }
    }
    for (one, mut parts) in needed.iter_mut().zip(parts) {
        parts.sort();
        let whole = canonical(&(&about.app, &about.target, &about.region, &one.approve, parts));
        one.fingerprint = whole.trim_start_matches("sha256:").get(..16).unwrap_or_default().to_owned();
    }
    needed.sort_by(|one, other| (one.effect, &one.address).cmp(&(other.effect, &other.address)));
    needed
}

fn outputs(sides: &Sides<'_>, showing: &Showing<'_>) -> Vec<OutputChange> {
    let find =
        |all: &[(String, Written)], name: &str| all.iter().find(|(one, _)| one == name).map(|(_, value)| value.clone());
    let names: BTreeSet<&String> =
        sides.before.outputs.iter().chain(&sides.after.outputs).map(|(name, _)| name).collect();
    let one = |name: &String| {
        let (before, after) = (find(&sides.before.outputs, name), find(&sides.after.outputs, name));
        let shown = |value: &Option<Written>| value.as_ref().map(|value| showing.beside(name, value));
        (before != after).then(|| OutputChange { name: name.clone(), before: shown(&before), after: shown(&after) })
    };
    names.into_iter().filter_map(one).collect()
}

fn summary(deployment: &Deployment, unchanged: usize) -> Summary {
    let count = |action: Action| deployment.changes.iter().filter(|change| change.action == action).count();
    let with = |effect: Effect| deployment.changes.iter().filter(|change| change.effects.contains(&effect)).count();
    let needed = |effect: Effect| deployment.approvals.iter().filter(|needed| needed.effect == effect).count();
    Summary {
        create: count(Action::Create),
        update: count(Action::Update),
        replace: count(Action::ReplaceCreateFirst) + count(Action::ReplaceDeleteFirst),
        delete: count(Action::Delete),
        rename: count(Action::Rename),
        import: count(Action::Import),
        forget: count(Action::Forget),
        unchanged,
        impossible: deployment.changes.iter().filter(|change| change.verdict == Verdict::Impossible).count(),
        data_loss: with(Effect::DataLoss),
        widening: deployment.permissions.wider.iter().filter(|grant| !grant.public && grant.requires.is_some()).count(),
        exposure: needed(Effect::PublicExposure),
        approvals: deployment.approvals.len(),
    }
}
