//! What deserves a look, one by one, for tools that show each at its line: SARIF, code quality, annotations.
//!
//! The same list stands behind all of them: what gates and policies found, the approvals that are needed, and what the cloud
//! will refuse or nobody can tell. It is sorted, the worst first, because each of these tools shows only so many.

use super::{plain, words};
use crate::{Change, Deployment, Effect, Finding, Judgement, Needed, Place, Plan, Severity, Verdict, digest};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// How loud a result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Error,
    Warning,
    Note,
}

/// Something that deserves a look.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) level: Level,
    /// How bad what it is about is.
    pub(super) severity: Severity,
    /// `gate`, `approval/data-loss`, `verdict/impossible`.
    pub(super) rule: String,
    /// On one line, with nothing in it that is not seen.
    pub(super) message: String,
    pub(super) place: Place,
    /// Stays the same when other things change.
    pub(super) fingerprint: String,
}

/// The most letters of a message.
const LONGEST: usize = 1000;

/// Everything that deserves a look, each once, the worst first.
#[must_use]
pub(super) fn results(plan: &Plan, judgement: &Judgement) -> Vec<Told> {
    let mut results = Results { several: plan.deployments.len() > 1, all: Vec::new(), known: BTreeSet::new() };
    for deployment in &plan.deployments {
        let about = |finding: &&Finding| words::is_about(&finding.deployment, deployment, plan);
        let findings: Vec<&Finding> = judgement.findings.iter().filter(about).collect();
        let denied = Denied::of(findings.iter().copied().filter(|finding| finding.denied));
        for needed in &deployment.approvals {
            let given = words::approval(needed, deployment, plan, judgement).is_some();
            results.needed(needed, deployment, given, denied.contains(needed));
        }
        for change in &deployment.changes {
            results.verdicts(change, deployment);
        }
        let known = known(deployment);
        for finding in findings.iter().filter(|finding| !known.contains(&key(finding))) {
            results.finding(finding, deployment);
        }
        results.unknowns(deployment);
    }
    for finding in judgement.findings.iter().filter(|finding| is_stranger(finding, plan)) {
        if let Some(first) = plan.deployments.first() {
            results.finding(finding, first);
        }
    }
    results.all.sort_by_key(|told| (told.level, Reverse(told.severity)));
    results.all
}

/// What a finding is by and about.
type Key<'f> = (&'f str, &'f str);

fn key(finding: &Finding) -> Key<'_> {
    (&finding.by, finding.address.as_deref().unwrap_or_default())
}

/// The findings that only say again what approvals and verdicts tell anyway.
fn known(deployment: &Deployment) -> BTreeSet<Key<'_>> {
    let approvals = deployment.approvals.iter();
    let approvals =
        approvals.flat_map(|needed| ["approval", needed.effect.word()].map(|by| (by, needed.address.as_str())));
    let refused = deployment.changes.iter().filter(|change| change.verdict == Verdict::Impossible);
    approvals.chain(refused.map(|change| ("impossible", change.address.as_str()))).collect()
}

/// What gates deny, by whom and about what.
struct Denied<'f>(BTreeSet<Key<'f>>);

impl<'f> Denied<'f> {
    fn of(findings: impl Iterator<Item = &'f Finding>) -> Self {
        Self(findings.map(key).collect())
    }

    fn contains(&self, needed: &Needed) -> bool {
        ["approval", needed.effect.word()].iter().any(|by| self.0.contains(&(by, needed.address.as_str())))
    }
}

/// Whether a finding is about a deployment that the plan does not have.
#[must_use]
pub(super) fn is_stranger(finding: &Finding, plan: &Plan) -> bool {
    !plan.deployments.iter().any(|deployment| words::is_about(&finding.deployment, deployment, plan))
}

struct Results {
    /// Whether each says which deployment it is about.
    several: bool,
    all: Vec<Told>,
    known: BTreeSet<String>,
}

impl Results {
    fn needed(&mut self, needed: &Needed, deployment: &Deployment, given: bool, denied: bool) {
        let (level, word) = match (given, denied) {
            (true, _) => (Level::Note, "approved"),
            (false, true) => (Level::Error, "needs approval"),
            (false, false) => (Level::Warning, "needs approval"),
        };
        let says = format!("{word}: `{}`: {}", needed.approve, needed.says);
        let rule = format!("approval/{}", needed.effect.word());
        let parts = [needed.approve.as_str(), needed.fingerprint.as_str()];
        let loud = (level, words::severity(needed.effect));
        self.add(loud, &rule, &says, needed.place.as_ref(), deployment, &parts);
    }

    fn finding(&mut self, finding: &Finding, deployment: &Deployment) {
        let level = if finding.denied { Level::Error } else { Level::Warning };
        let address = finding.address.as_ref().map(|address| format!("`{address}`: ")).unwrap_or_default();
        let word = if finding.denied { "denied" } else { "warned" };
        let says = format!("{word} by {}: {address}{}", finding.by, finding.message);
        let parts = [finding.by.as_str(), finding.address.as_deref().unwrap_or_default(), finding.message.as_str()];
        let severity = Effect::from_word(&finding.by).map(words::severity).unwrap_or_default();
        self.add((level, severity), "gate", &says, finding.place.as_ref(), deployment, &parts);
    }

    fn verdicts(&mut self, change: &Change, deployment: &Deployment) {
        for property in &change.properties {
            let (level, rule, says) = match property.verdict {
                Verdict::Impossible => (Level::Error, "verdict/impossible", "the cloud will refuse a change of"),
                Verdict::Unknown => (Level::Note, "verdict/unknown", "nobody says what happens on a change of"),
                _ => continue,
            };
            let says = format!("`{}`: {says} `{}` ({})", change.address, property.path, words::judged(property, false));
            let parts = [change.address.as_str(), property.path.as_str()];
            self.add((level, change.severity), rule, &says, change.place.as_ref(), deployment, &parts);
        }
    }

    fn unknowns(&mut self, deployment: &Deployment) {
        for unknown in &deployment.unknowns {
            let path = if unknown.path.is_empty() { String::new() } else { format!(", `{}`", unknown.path) };
            let says = format!("`{}`{path}: not known: {}", unknown.address, unknown.why);
            let of = |change: &&Change| change.address == unknown.address;
            let place = deployment.changes.iter().find(of).and_then(|change| change.place.as_ref());
            let parts = [unknown.address.as_str(), unknown.path.as_str(), unknown.why.as_str()];
            self.add((Level::Note, Severity::Safe), "verdict/unknown", &says, place, deployment, &parts);
        }
    }

    fn add(
        &mut self,
        (level, severity): (Level, Severity),
        rule: &str,
        says: &str,
        place: Option<&Place>,
        deployment: &Deployment,
        parts: &[&str],
    ) {
        let called = deployment.called();
        let of = if self.several { format!(" ({called})") } else { String::new() };
        let all = std::iter::once(rule).chain([called.as_str()]).chain(parts.iter().copied());
        // Parts are told apart by what no part can have in it once it is written with its length.
        let key: String = all.map(|part| format!("{}:{part}", part.len())).collect();
        let fingerprint = digest(key.as_bytes()).trim_start_matches("sha256:").to_owned();
        if self.known.insert(fingerprint.clone()) {
            let message = plain::cut(&plain::line(&format!("{says}{of}")), LONGEST);
            let place = place.unwrap_or(&deployment.spec).clone();
            self.all.push(Told { level, severity, rule: rule.to_owned(), message, place, fingerprint });
        }
    }
}

/// A file as tools find it from the top of a repository: `folder` is the spec's.
#[must_use]
pub(super) fn file(place: &Place, folder: &str) -> String {
    let folder = folder.replace('\\', "/");
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    let file = place.file.replace('\\', "/");
    if folder.is_empty() || folder == "." { file } else { format!("{folder}/{file}") }
}
