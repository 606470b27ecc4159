//! A plan for the comment on a change: what must be decided comes first, and never goes for want of room.

mod changes;
mod short;

use super::markup::{cell, code};
use super::{grants, plain, values, words};
use crate::{Alarm, Deployment, Effect, Finding, Grant, Judgement, Needed, Plan, Severity, digest};

/// How long a page may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    /// So many characters. Less than 2,000 are taken as 2,000.
    Characters(usize),
    /// So many bytes. Less than 8,000 are taken as 8,000.
    Bytes(usize),
}

impl Budget {
    /// A comment: GitHub takes 65,536 characters, and something else may stand around the plan.
    pub const COMMENT: Self = Self::Characters(60_000);
    /// The summary of a step of GitHub Actions: 1 MiB.
    pub const SUMMARY: Self = Self::Bytes(1024 * 1024);

    /// Whether there is room for something of so many characters and bytes.
    fn fits(self, characters: usize, bytes: usize) -> bool {
        match self {
            Self::Characters(most) => characters <= most.max(2_000),
            Self::Bytes(most) => bytes <= most.max(8_000),
        }
    }

    fn holds(self, page: &str) -> bool {
        self.fits(page.chars().count(), page.len())
    }
}

/// How much is told; each tells less than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Detail {
    /// Everything that a comment shows.
    All,
    /// Without changes that do no harm.
    Harm,
    /// Without the properties of changes, outputs, drift and cost.
    Changes,
    /// Without changes that only stop something for a while.
    Widening,
    /// Without changes that only open something: the permissions say what.
    Loss,
    /// Without rows of permissions: how many there are stays.
    Headings,
}

/// The first line of a page, by which a comment is found again and written anew: the same for each plan of an app's targets.
#[must_use]
pub fn marker(plan: &Plan) -> String {
    let mut targets: Vec<String> = plan.deployments.iter().map(|deployment| word(&deployment.target)).collect();
    targets.dedup();
    let app = plan.deployments.first().map(|deployment| word(&deployment.app)).unwrap_or_default();
    format!("<!-- portolan-plan: {app} {} -->", targets.join(","))
}

/// A name of which nothing can end a comment.
fn word(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_./".contains(&byte);
    let mut out = String::new();
    for byte in name.bytes() {
        match byte {
            b'-' if !out.ends_with('-') => out.push('-'),
            byte if plain(byte) => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    if out.len() <= NAMES { out } else { digest(out.as_bytes()) }
}

/// A plan as Markdown, as long as it may be. What is too long loses what does no harm first, then details, then what is less
/// bad; gates, approvals, lost data and exposures stay, and it says what is left out.
#[must_use]
pub fn markdown(plan: &Plan, judgement: &Judgement, budget: Budget) -> String {
    use Detail::{All, Changes, Harm, Headings, Loss, Widening};
    for detail in [All, Harm, Changes, Widening, Loss, Headings] {
        let page = page(plan, judgement, detail);
        if budget.holds(&page) {
            return page;
        }
    }
    short::page(plan, judgement, budget)
}

fn page(plan: &Plan, judgement: &Judgement, detail: Detail) -> String {
    let mut page = format!("{}\n", marker(plan));
    for deployment in &plan.deployments {
        self::deployment(deployment, plan, judgement, detail, &mut page);
    }
    let known = |finding: &&Finding| !super::results::is_stranger(finding, plan);
    let others: Vec<&Finding> = judgement.findings.iter().filter(|finding| !known(finding)).collect();
    findings(&others, &mut page);
    page
}

fn deployment(deployment: &Deployment, plan: &Plan, judgement: &Judgement, detail: Detail, page: &mut String) {
    head(deployment, plan, page);
    let about = |finding: &&Finding| {
        words::is_about(&finding.deployment, deployment, plan) && !words::is_repeated(finding, deployment)
    };
    findings(&judgement.findings.iter().filter(about).collect::<Vec<_>>(), page);
    approvals(deployment, plan, judgement, page);
    let mut left = Vec::new();
    permissions(deployment, detail, &mut left, page);
    let open = deployment.alarms.iter().filter(|alarm| alarm.effect == Effect::PublicExposure);
    alarms("Exposure", &open.collect::<Vec<_>>(), deployment, page);
    data(deployment, page);
    changes::changes(deployment, detail, &mut left, page);
    beside(deployment, detail, &mut left, page);
    if !left.is_empty() {
        page.push_str(&format!(
            "**Not shown here for want of room:** {}. `portolan show` prints all of a saved plan.\n\n",
            left.join(", ")
        ));
    }
}

/// The most letters of names that stand where nothing can be left out.
const NAMES: usize = 160;

/// What it is, what it was compared with, and how many there are of what.
fn head(deployment: &Deployment, plan: &Plan, page: &mut String) {
    page.push_str(&format!("## {}\n\n", code(&plain::cut(&words::title(deployment), NAMES))));
    let compared = plain::cut(&words::compared(&deployment.basis), NAMES);
    page.push_str(&format!("{} · plan {}\n\n", code(&compared), code(&words::short(&plan.id))));
    for (word, says) in words::warnings(deployment) {
        page.push_str(&format!("> ⚠ **{word}**: {says}\n\n"));
    }
    if let Some(nothing) = words::nothing(deployment) {
        page.push_str(&format!("**{nothing}** · "));
    }
    let count = |count: &words::Count| match count.severity {
        Severity::Safe => count.text.clone(),
        _ => format!("**{}**", count.text),
    };
    let counts: Vec<String> = words::counts(deployment).iter().map(count).collect();
    page.push_str(&format!("{}\n\n", counts.join(" · ")));
}

/// What gates and policies found, what stands in the way first.
fn findings(findings: &[&Finding], page: &mut String) {
    if findings.is_empty() {
        return;
    }
    page.push_str("### Gates and policies\n\n| | by | found | where |\n|---|---|---|---|\n");
    let (denied, warned): (Vec<&Finding>, Vec<&Finding>) = findings.iter().partition(|finding| finding.denied);
    for finding in denied.into_iter().chain(warned) {
        let word = if finding.denied { "⛔ **denied**" } else { "warned" };
        let at = finding.place.as_ref().map(|at| cell(&format!("{}:{}", at.file, at.line))).unwrap_or_default();
        let address = finding.address.as_ref().map(|address| format!("{}: ", cell(address))).unwrap_or_default();
        page.push_str(&format!("| {word} | {} | {address}{} | {at} |\n", cell(&finding.by), cell(&finding.message)));
    }
    page.push('\n');
}

/// What must be approved, as it is typed, and what was.
fn approvals(deployment: &Deployment, plan: &Plan, judgement: &Judgement, page: &mut String) {
    let (given, missing): (Vec<&Needed>, Vec<&Needed>) =
        deployment.approvals.iter().partition(|needed| words::approval(needed, deployment, plan, judgement).is_some());
    if !missing.is_empty() {
        page.push_str("### Needs approval before apply\n\n");
        for needed in missing {
            let flag = code(&format!("--approve {}", words::flag(needed, deployment, plan)));
            page.push_str(&format!("- {flag}: {}\n", code(&needed.says)));
        }
        page.push('\n');
    }
    if !given.is_empty() {
        page.push_str("### Approved\n\n");
        for needed in given {
            let approval = words::approval(needed, deployment, plan, judgement);
            let why = approval.and_then(|one| one.reason.as_ref()).map(|why| format!(": {}", code(why)));
            let until = approval.and_then(|one| one.expires.as_ref()).map(|day| format!(" until {}", code(day)));
            let more = [why, until].into_iter().flatten().collect::<String>();
            page.push_str(&format!("- {}{more}\n", code(&needed.approve)));
        }
        page.push('\n');
    }
}

fn permissions(deployment: &Deployment, detail: Detail, left: &mut Vec<String>, page: &mut String) {
    let all = &deployment.permissions;
    if all.wider.is_empty() && all.narrower.is_empty() {
        return;
    }
    let public = all.wider.iter().filter(|grant| grant.public).count();
    page.push_str(&format!(
        "### Permissions: {} wider ({public} for everybody), {} taken away\n\n",
        all.wider.len(),
        all.narrower.len()
    ));
    if detail >= Detail::Headings {
        left.push(words::counted(all.wider.len() + all.narrower.len(), "permission"));
        return;
    }
    page.push_str("| | who may | permission | because | in which way |\n|---|---|---|---|---|\n");
    for grants in grants::joined(&all.wider) {
        permission(&grants, true, deployment, page);
    }
    for grants in grants::joined(&all.narrower) {
        permission(&grants, false, deployment, page);
    }
    page.push('\n');
}

fn permission(grants: &[&Grant], wider: bool, deployment: &Deployment, page: &mut String) {
    let grant = grants[0];
    let permissions: Vec<&str> = grants.iter().map(|grant| grant.permission.as_str()).collect();
    let what = cell(&format!("{} on {}", grants::folded(&permissions), grant.on));
    let marks = grants::marks(grant).into_iter().map(|(loud, said)| match loud {
        true => format!("<br>⚠ {}", cell(&said)),
        false => format!("<br>{}", cell(&said)),
    });
    let sign = grants::sign(grant, wider).to_string();
    let cells = [
        cell(&sign),
        cell(&grants::may(grant)),
        std::iter::once(what).chain(marks).collect(),
        cell(&grants::because(grant, deployment)),
        cell(&grants::way(grant, wider)),
    ];
    page.push_str(&format!("| {} |\n", cells.join(" | ")));
}

fn alarms(title: &str, alarms: &[&Alarm], deployment: &Deployment, page: &mut String) {
    if alarms.is_empty() {
        return;
    }
    page.push_str(&format!("### {title}\n\n"));
    alarms.iter().for_each(|one| alarm(one, deployment, page));
    page.push('\n');
}

fn alarm(alarm: &Alarm, deployment: &Deployment, page: &mut String) {
    let place =
        alarm.place.as_ref().map(|at| format!(" ({})", code(&words::place(at, deployment)))).unwrap_or_default();
    let (address, says, change) = (code(&alarm.address), code(&alarm.says), code(&alarm.change));
    page.push_str(&format!("- ⚠ {address}: {says}: {change}{place}\n"));
}

/// Whose data goes, and what loses a guard.
fn data(deployment: &Deployment, page: &mut String) {
    let guards: Vec<&Alarm> = deployment.alarms.iter().filter(|alarm| alarm.effect != Effect::PublicExposure).collect();
    let lost: Vec<_> = deployment.changes.iter().filter(|change| words::is_lost_itself(change, deployment)).collect();
    if guards.is_empty() && lost.is_empty() {
        return;
    }
    page.push_str("### Data\n\n");
    for change in lost {
        let place = words::source(change, deployment).map(|at| format!(" ({})", code(&at)));
        let notes: String = change.notes.iter().map(|note| format!("; {}", code(note))).collect();
        let (address, r#type) = (code(&change.address), code(&change.r#type));
        let place = place.unwrap_or_default();
        page.push_str(&format!("- ⚠ {address} ({type}): {}{notes}{place}\n", words::lost(change)));
    }
    guards.iter().for_each(|one| alarm(one, deployment, page));
    page.push('\n');
}

/// What stands beside changes: outputs, drift, cost, the unknown.
fn beside(deployment: &Deployment, detail: Detail, left: &mut Vec<String>, page: &mut String) {
    let unknown = deployment.unknowns.len();
    if detail >= Detail::Changes {
        let counts = [
            (deployment.outputs.len(), "output"),
            (deployment.drift.len(), "drifted resource"),
            (deployment.cost.known.len(), "price"),
        ];
        left.extend(counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| words::counted(*count, word)));
        if unknown > 0 {
            left.push(format!("{unknown} of which something is not known"));
        }
        return;
    }
    let outputs = deployment.outputs.iter().map(|output| {
        format!(
            "- {}: {}\n",
            code(&output.name),
            code(&values::change(output.before.as_ref(), output.after.as_ref(), 80))
        )
    });
    folded("Outputs", outputs.collect(), page);
    let drift = deployment.drift.iter().map(|drift| {
        let state = if drift.gone { "is gone" } else { "was changed by hand" };
        let touched = if drift.touched { "; this plan changes it, too" } else { "" };
        format!("- {} {state}{touched}\n", code(&drift.address))
    });
    folded("Drift", drift.collect(), page);
    let cost = deployment.cost.known.iter().map(|price| {
        let (what, source) = (code(&price.what), code(&format!("{}, read {}", price.source, price.date)));
        format!("- {}: {what}: {} USD a month ({source})\n", code(&price.address), code(&price.monthly_usd))
    });
    let units = deployment.cost.units.iter().map(|unit| {
        let (what, source) = (code(&unit.what), code(&format!("{}, read {}", unit.source, unit.date)));
        format!("- {}: {what}: {} USD per {} ({source})\n", code(&unit.r#type), code(&unit.usd), code(&unit.per))
    });
    let open = &deployment.cost.not_estimated;
    let open = (!open.is_empty()).then(|| format!("- not estimated: {}\n", code(&open.join(", "))));
    folded("Cost, by the month and by use", cost.chain(units).chain(open).collect(), page);
    let unknowns = deployment.unknowns.iter().map(|one| {
        let path = if one.path.is_empty() { String::new() } else { format!(" {}", code(&one.path)) };
        format!("- {}{path}: {}\n", code(&one.address), code(&one.why))
    });
    folded("Not known, and not told as unchanged", unknowns.collect(), page);
}

fn folded(title: &str, lines: Vec<String>, page: &mut String) {
    if !lines.is_empty() {
        page.push_str(&format!("<details><summary>{title}: {}</summary>\n\n", lines.len()));
        lines.iter().for_each(|line| page.push_str(line));
        page.push_str("\n</details>\n\n");
    }
}
