//! The words that all views say the same things with.

use crate::unseen::LAYOUT;
use crate::{
    Action, Alarm, Approved, Basis, BasisKind, Cause, Change, Deployment, Effect, Finding, Judgement, Needed, Place,
    Plan, Property, Said, Severity, Verdict,
};

/// The beginning of a plan's identity: `7f3a91c2`.
#[must_use]
pub(super) fn short(id: &str) -> String {
    let digest = id.split_once(':').map_or(id, |(_, digest)| digest);
    digest.chars().take(8).collect()
}

/// `podcast → aws eu-west-1 (prod)`.
#[must_use]
pub(super) fn title(deployment: &Deployment) -> String {
    let Deployment { app, target, format, region, place, .. } = deployment;
    let target = (target != format).then_some(target);
    let names: Vec<&str> = target.into_iter().chain(place.as_ref()).map(String::as_str).collect();
    let names = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
    format!("{app} → {format} {region}{names}")
}

/// Whether a finding or an approval is about a deployment: it names target and region, or the target, where that has one
/// region.
#[must_use]
pub(super) fn is_about(named: &str, deployment: &Deployment, plan: &Plan) -> bool {
    let regions = || plan.deployments.iter().filter(|other| other.target == deployment.target).count();
    named == deployment.called() || (named == deployment.target && regions() == 1)
}

/// What a deployment was compared with.
#[must_use]
pub(super) fn compared(basis: &Basis) -> String {
    let name = basis.name.as_deref().unwrap_or("a file");
    match basis.kind {
        BasisKind::Nothing => "compared with NOTHING".to_owned(),
        BasisKind::Build => format!("compared with the build in {name}"),
        BasisKind::Template => format!("compared with the template {name}"),
        BasisKind::Revision => format!("compared with the spec of {name}"),
        BasisKind::Observed => {
            let seen = basis.observed_at.as_ref().map(|at| format!(", as seen at {at}")).unwrap_or_default();
            format!("compared with what is deployed{seen}")
        }
    }
}

/// What a reader must know of the basis before anything else: a word that is loud, and why.
#[must_use]
pub(super) fn warnings(deployment: &Deployment) -> Vec<(&'static str, String)> {
    let basis = &deployment.basis;
    let mut all = Vec::new();
    match basis.kind {
        BasisKind::Nothing => {
            all.push(("NO BASIS", "everything is told as a create; nobody looked for what exists already".to_owned()));
        }
        BasisKind::Build | BasisKind::Template | BasisKind::Revision => {
            all.push(("OFFLINE", "nobody looked at what is deployed; what was changed there is not seen".to_owned()));
        }
        BasisKind::Observed if !basis.drift_checked => all.push((
            "DRIFT NOT CHECKED",
            "compared with the deployed template; what was changed by hand since is not seen".to_owned(),
        )),
        BasisKind::Observed => {}
    }
    if basis.foreign {
        let says = "it was not made by Portolan; what stays the same is told by names and types alone";
        all.push(("FOREIGN BASIS", says.to_owned()));
    }
    match basis.lowering {
        Some(before) if before != deployment.inputs.lowering && !basis.foreign => all.push((
            "OTHER LOWERING",
            format!(
                "the basis was lowered by version {before}, this by version {}; what changes for that reason alone says so",
                deployment.inputs.lowering
            ),
        )),
        _ => {}
    }
    all
}

/// What is said of a deployment in which nothing would be done.
#[must_use]
pub(super) fn nothing(deployment: &Deployment) -> Option<&'static str> {
    match (deployment.has_changes(), deployment.unknowns.is_empty()) {
        (true, _) => None,
        (false, true) => Some("nothing changes"),
        (false, false) => Some("nothing is known to change, and not all is known"),
    }
}

/// A number of the first line, in words, and how loud it is.
pub(super) struct Count {
    /// `2 permissions widen`.
    pub(super) text: String,
    /// How bad it is.
    pub(super) severity: Severity,
}

/// How many there are of what, the worst first. Nothing is counted twice, but that permissions, exposures and lost guards
/// are no resources.
#[must_use]
pub(super) fn counts(deployment: &Deployment) -> Vec<Count> {
    let summary = &deployment.summary;
    let losing = |action: fn(Action) -> bool| {
        let loses = |change: &&Change| action(change.action) && change.effects.contains(&Effect::DataLoss);
        deployment.changes.iter().filter(loses).count()
    };
    let removed = losing(|action| action == Action::Delete).min(summary.delete);
    let replaced = losing(is_replaced).min(summary.replace);
    let stranded = deployment.changes.iter().filter(|change| is_stranded(change)).count();
    let unguarded = summary.data_loss.saturating_sub(removed + replaced + stranded);
    let words: [(usize, &str, &str, Severity); 15] = [
        (removed, "to remove with its data", "to remove with their data", Severity::Loss),
        (replaced, "to replace without its data", "to replace without their data", Severity::Loss),
        (stranded, "no longer finds its data", "no longer find their data", Severity::Loss),
        (unguarded, "loses what guards its data", "lose what guards their data", Severity::Loss),
        (summary.widening, "permission widens", "permissions widen", Severity::Widening),
        (summary.exposure, "opens to the public", "open to the public", Severity::Widening),
        (summary.impossible, "the cloud will refuse", "the cloud will refuse", Severity::Disruptive),
        (summary.replace - replaced, "to replace", "to replace", Severity::Disruptive),
        (summary.delete - removed, "to remove", "to remove", Severity::Disruptive),
        (summary.create, "to create", "to create", Severity::Safe),
        (summary.update, "changes in place", "change in place", Severity::Safe),
        (summary.rename, "renamed", "renamed", Severity::Safe),
        (summary.import, "to import", "to import", Severity::Safe),
        (summary.forget, "to forget", "to forget", Severity::Safe),
        (summary.unchanged, "unchanged", "unchanged", Severity::Safe),
    ];
    let told = words.into_iter().filter(|(count, ..)| *count > 0);
    told.map(|(count, one, many, severity)| Count { text: number(count, one, many), severity }).collect()
}

fn number(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// `3 changes`, `1 change`.
#[must_use]
pub(super) fn counted(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// Whether another resource takes its place.
#[must_use]
pub(super) fn is_replaced(action: Action) -> bool {
    matches!(action, Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst)
}

/// The sign of a change: what cannot be done or told comes before what is done.
#[must_use]
pub(super) fn sign(change: &Change) -> char {
    match (change.verdict, change.action) {
        (Verdict::Impossible, _) => '!',
        (Verdict::Unknown, Action::Update) => '?',
        (_, Action::Create) => '+',
        (_, Action::Update) => '~',
        (_, Action::ReplaceDeleteFirst | Action::ReplaceCreateFirst) => '±',
        (_, Action::Delete) => '-',
        (_, Action::NoOp) => '=',
        (_, Action::Import) => '>',
        (_, Action::Forget) => '<',
        (_, Action::Rename) => '→',
    }
}

/// What the signs mean.
pub(super) const LEGEND: &str =
    "+ create  ~ change  ± replace  - remove  = stays  > import  < forget  → rename  ! refused  ? unknown";

/// Whether the engine replaces what does not change in place; where it does not, nobody can tell what comes.
fn may_be_replaced(change: &Change) -> bool {
    change.effects.iter().any(|effect| matches!(effect, Effect::Replacement | Effect::DataLoss))
}

/// What is done with a resource, in words.
#[must_use]
pub(super) fn done(change: &Change) -> &'static str {
    match (change.action, change.verdict) {
        (_, Verdict::Impossible) => "the cloud will refuse this",
        (Action::Update, Verdict::Unknown) => "nobody says how it takes this",
        (Action::Update, Verdict::Conditional) if may_be_replaced(change) => "changes, or is replaced",
        (Action::Update, Verdict::Conditional) => "changes, or the cloud refuses it",
        (Action::Update, _) => "changes in place",
        (Action::Create, _) => "is created",
        (Action::Delete, _) => "is removed",
        (Action::ReplaceDeleteFirst, _) => "is replaced, the old one goes first",
        (Action::ReplaceCreateFirst, _) => "is replaced, the new one comes first",
        (Action::Forget, _) => "leaves the deployment and stays in the cloud",
        (Action::Rename, _) => "gets another name here and stays what it is",
        (Action::Import, _) => "is taken into the deployment",
        (Action::NoOp, _) => "stays as it is",
    }
}

/// Who caused a change, where that is not the spec.
#[must_use]
pub(super) fn cause(cause: Cause) -> Option<&'static str> {
    match cause {
        Cause::Spec => None,
        Cause::Artifact => Some("its package is another one"),
        Cause::Compiler => Some("the spec is the same: Portolan lowers it in another way"),
        Cause::Drift => Some("somebody changed what is deployed"),
    }
}

/// What happens to a resource when a property changes so.
#[must_use]
pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::InPlace => "in place",
        Verdict::Unknown => "unknown",
        Verdict::Conditional => "it depends",
        Verdict::Replace => "replaced",
        Verdict::Impossible => "refused",
    }
}

/// A property's verdict with who says so, and who says something else.
#[must_use]
pub(super) fn judged(property: &Property, full: bool) -> String {
    let word = verdict(property.verdict);
    let source = |said: &Said| match (&said.version, full) {
        (Some(version), true) => format!("{} {version}", said.source),
        _ => said.source.clone(),
    };
    if property.said.iter().any(|said| said.verdict != property.verdict) {
        let each: Vec<String> =
            property.said.iter().map(|said| format!("{} says {}", source(said), verdict(said.verdict))).collect();
        return format!("{word}: {}", each.join(", "));
    }
    let names: Vec<String> = property.said.iter().map(source).collect();
    match (property.verdict, names.is_empty()) {
        (Verdict::InPlace, _) if !full => word.to_owned(),
        (Verdict::Unknown, true) => "unknown: no source says".to_owned(),
        (_, true) => word.to_owned(),
        (_, false) => format!("{word} ({})", names.join(", ")),
    }
}

/// A line of the spec, or of another file: `spec :28`, `src/tag.py:19`.
#[must_use]
pub(super) fn place(place: &Place, deployment: &Deployment) -> String {
    match place.file == deployment.spec.file {
        true => format!("spec :{}", place.line),
        false => format!("{}:{}", place.file, place.line),
    }
}

/// Where a change comes from: the line of the spec, or of the earlier one where it is gone from there.
#[must_use]
pub(super) fn source(change: &Change, deployment: &Deployment) -> Option<String> {
    match (&change.place, &change.place_before) {
        (Some(at), _) => Some(place(at, deployment)),
        (None, Some(at)) => Some(format!("was {}", place(at, deployment))),
        (None, None) => None,
    }
}

/// How bad the worst of a plan is.
#[must_use]
pub(super) fn worst(plan: &Plan) -> Severity {
    let of = |deployment: &Deployment| {
        let summary = &deployment.summary;
        let effects =
            deployment.alarms.iter().map(|alarm| alarm.effect).chain(deployment.approvals.iter().map(|one| one.effect));
        let wider = if summary.widening + summary.exposure > 0 { Severity::Widening } else { Severity::Safe };
        effects.map(severity).chain(deployment.changes.iter().map(|change| change.severity)).chain([wider]).max()
    };
    plan.deployments.iter().filter_map(of).max().unwrap_or_default()
}

/// Whether a change takes something away for good.
#[must_use]
pub(super) fn is_lost(change: &Change) -> bool {
    change.effects.iter().any(|effect| matches!(effect, Effect::DataLoss | Effect::Irreversible))
}

/// How bad an effect is.
#[must_use]
pub(super) fn severity(effect: Effect) -> Severity {
    match effect {
        Effect::DataLoss | Effect::Irreversible => Severity::Loss,
        Effect::PublicExposure | Effect::PermissionWidening => Severity::Widening,
        Effect::NameCollision | Effect::Downtime | Effect::Replacement | Effect::Quota | Effect::Unknown => {
            Severity::Disruptive
        }
    }
}

/// A severity as outputs name it.
#[must_use]
pub(super) fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Safe => "safe",
        Severity::Disruptive => "disruptive",
        Severity::Widening => "widening",
        Severity::Loss => "loss",
    }
}

/// An effect in words: `data loss`.
#[must_use]
pub(super) fn effect(effect: Effect) -> String {
    effect.word().replace('-', " ")
}

/// The approval that was given for what needs one.
#[must_use]
pub(super) fn approval<'j>(
    needed: &Needed,
    deployment: &Deployment,
    plan: &Plan,
    judgement: &'j Judgement,
) -> Option<&'j Approved> {
    judgement.approved.iter().find(|one| one.approve == needed.approve && is_about(&one.deployment, deployment, plan))
}

/// Whether a finding only repeats what the needed approvals and the verdicts say.
#[must_use]
pub(super) fn is_repeated(finding: &Finding, deployment: &Deployment) -> bool {
    match finding.by.as_str() {
        "approval" => deployment.approvals.iter().any(|needed| finding.address.as_ref() == Some(&needed.address)),
        _ => false,
    }
}

/// An approval as it is typed after `--approve`: with its deployment, where several need one of that name.
#[must_use]
pub(super) fn flag(needed: &Needed, deployment: &Deployment, plan: &Plan) -> String {
    if plan.deployments.len() == 1 {
        return needed.approve.clone();
    }
    let needs = |other: &&Deployment| other.approvals.iter().any(|one| one.approve == needed.approve);
    match plan.deployments.iter().filter(needs).count() {
        0 | 1 => needed.approve.clone(),
        _ => format!("{}/{}", deployment.called(), needed.approve),
    }
}

/// Whether a change takes something away for good, and no alarm says the same: what stays and only loses what guards it is
/// told by its alarm.
#[must_use]
pub(super) fn is_lost_itself(change: &Change, deployment: &Deployment) -> bool {
    let goes = change.action == Action::Delete || is_replaced(change.action);
    let alarmed = |alarm: &Alarm| alarm.effect != Effect::PublicExposure && alarm.address == change.address;
    is_lost(change) && (goes || !deployment.alarms.iter().any(alarmed))
}

/// Whether what a resource holds stays and is no longer found.
fn is_stranded(change: &Change) -> bool {
    !is_replaced(change.action) && change.properties.iter().any(|property| property.path == LAYOUT)
}

/// What is lost with a change, in words.
#[must_use]
pub(super) fn lost(change: &Change) -> &'static str {
    match (change.action, change.effects.contains(&Effect::DataLoss)) {
        (Action::Delete, true) => "is removed with its data",
        (Action::Delete, false) => "is removed, and that cannot be undone",
        (action, true) if is_replaced(action) => "is replaced, without its data",
        (action, false) if is_replaced(action) => "is replaced, and that cannot be undone",
        (_, true) if is_stranded(change) => "what is in it is no longer found",
        (_, true) => "its data goes, or loses what kept it",
        (_, false) => "changes, and that cannot be undone",
    }
}
