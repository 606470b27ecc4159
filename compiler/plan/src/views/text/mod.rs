//! A plan for a terminal: a screen that says what matters, then what changes, readable without colour.

mod changes;
mod page;
mod sections; // permissions, exposure and data come first

use super::words;
use crate::{Deployment, Finding, Judgement, Needed, Plan, Severity};
use page::{Page, Row, Tone};

/// How a plan is told on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextOptions {
    /// Every property of every change, bodies as diffs, and who says what of them.
    pub full: bool,
    /// Differences that mean nothing, with the rule that says so.
    pub suppressed: bool,
    /// Whether colour underlines what the words say.
    pub colour: bool,
    /// How wide a line may be before it is broken.
    pub width: usize,
}

impl Default for TextOptions {
    fn default() -> Self {
        Self { full: false, suppressed: false, colour: false, width: 118 }
    }
}

/// A plan for a terminal, one deployment after the other.
#[must_use]
pub fn text(plan: &Plan, judgement: &Judgement, options: &TextOptions) -> String {
    let mut page = Page::new(options.colour, options.width);
    for (at, deployment) in plan.deployments.iter().enumerate() {
        if at > 0 {
            page.blank();
        }
        self::deployment(deployment, plan, judgement, options, &mut page);
    }
    if plan.deployments.is_empty() {
        page.line(&[(Tone::Plain, "the plan is about no deployment")]);
    }
    strangers(plan, judgement, &mut page);
    page.into_text()
}

fn deployment(deployment: &Deployment, plan: &Plan, judgement: &Judgement, options: &TextOptions, page: &mut Page) {
    head(deployment, &words::short(&plan.id), page);
    permissions(deployment, options, page);
    let sections = [
        ("EXPOSURE", "", sections::exposure(deployment)),
        ("DATA", "", sections::data(deployment)),
        ("CHANGES", words::LEGEND, changes::changes(deployment, options)),
        ("OUTPUTS", "", sections::outputs(deployment, options)),
    ];
    for (title, more, rows) in &sections {
        section(title, more, rows, page);
    }
    drift(deployment, options, page);
    cost(deployment, options, page);
    section("UNKNOWN", "nothing of this is told as unchanged", &sections::unknowns(deployment), page);
    suppressed(deployment, options, page);
    approvals(deployment, plan, judgement, page);
    let findings = judgement.findings.iter().filter(|finding| {
        words::is_about(&finding.deployment, deployment, plan) && !words::is_repeated(finding, deployment)
    });
    self::findings(&findings.collect::<Vec<_>>(), page);
}

fn section(title: &str, more: &str, rows: &[Row], page: &mut Page) {
    if !rows.is_empty() {
        page.heading(title, more);
        page.table(rows);
    }
}

/// What it is, what it was compared with, and how many there are of what.
fn head(deployment: &Deployment, id: &str, page: &mut Page) {
    let title = words::title(deployment);
    let rest = format!(" · {} · plan {id}", words::compared(&deployment.basis));
    page.line(&[(Tone::Strong, &title), (Tone::Plain, &rest)]);
    for (word, says) in words::warnings(deployment) {
        page.said(2, Tone::Careful, &format!("! {word}: {says}"));
    }
    page.blank();
    let counts = words::counts(deployment);
    if let Some(nothing) = words::nothing(deployment) {
        page.said(2, Tone::Strong, nothing);
    }
    let mut line: Vec<(Tone, String)> = Vec::new();
    let mut width = 2;
    for count in counts {
        let tone = match count.severity {
            Severity::Loss => Tone::Bad,
            Severity::Widening | Severity::Disruptive => Tone::Careful,
            Severity::Safe => Tone::Plain,
        };
        let wide = count.text.chars().count() + 3;
        if width + wide > page.width() && !line.is_empty() {
            counted(&std::mem::take(&mut line), page);
            width = 2;
        }
        width += wide;
        line.push((tone, count.text));
    }
    counted(&line, page);
}

fn counted(counts: &[(Tone, String)], page: &mut Page) {
    let mut pieces: Vec<(Tone, &str)> = Vec::new();
    for (at, (tone, text)) in counts.iter().enumerate() {
        pieces.extend([(Tone::Plain, if at == 0 { "  " } else { "   " }), (*tone, text.as_str())]);
    }
    if !pieces.is_empty() {
        page.line(&pieces);
    }
}

fn permissions(deployment: &Deployment, options: &TextOptions, page: &mut Page) {
    let (rows, untold) = sections::permissions(deployment, options);
    section("PERMISSIONS", "", &rows, page);
    if untold > 0 {
        if rows.is_empty() {
            page.heading("PERMISSIONS", "");
        }
        let (word, come) = if untold == 1 { ("permission", "comes") } else { ("permissions", "come") };
        let says = format!("{untold} {word} {come} with what is new, and need no approval (--full)");
        page.said(2, Tone::Quiet, &says);
    }
}

fn drift(deployment: &Deployment, options: &TextOptions, page: &mut Page) {
    let (rows, left) = sections::drift(deployment, options);
    section("DRIFT", "changed since the last deployment, not by this plan", &rows, page);
    if left > 0 {
        if rows.is_empty() {
            page.heading("DRIFT", "");
        }
        let was = if left == 1 { "was" } else { "were" };
        page.said(
            2,
            Tone::Quiet,
            &format!("{} that this plan does not touch {was} changed, too (--full)", words::counted(left, "resource")),
        );
    }
}

fn cost(deployment: &Deployment, options: &TextOptions, page: &mut Page) {
    let rows = sections::cost(deployment);
    let open = &deployment.cost.not_estimated;
    let units = deployment.cost.units.len();
    if rows.is_empty() && open.is_empty() && units == 0 {
        return;
    }
    page.heading("COST", "what does not depend on use");
    page.table(&rows);
    match (units, options.full) {
        (0, _) => {}
        (_, true) => page.table(&sections::unit_prices(deployment)),
        (_, false) => {
            let known = words::counted(units, "price");
            page.said(2, Tone::Quiet, &format!("paid by use: {known} known (--full)"));
        }
    }
    if !open.is_empty() {
        page.said(2, Tone::Quiet, &format!("not estimated: {}", open.join(", ")));
    }
}

fn suppressed(deployment: &Deployment, options: &TextOptions, page: &mut Page) {
    let all = &deployment.suppressed;
    match (all.len(), options.suppressed) {
        (0, _) => {}
        (count, false) => {
            page.blank();
            let mean = if count == 1 { "means nothing is" } else { "mean nothing are" };
            page.said(
                0,
                Tone::Quiet,
                &format!("{} that {mean} not shown (--show-suppressed)", words::counted(count, "difference")),
            );
        }
        (_, true) => {
            let row = |one: &crate::Suppressed| Row {
                sign: '=',
                tone: Tone::Quiet,
                cells: vec![one.address.clone(), one.path.clone(), one.rule.replace('-', " "), one.change.clone()],
                below: Vec::new(),
            };
            section("SUPPRESSED", "differences that mean nothing", &all.iter().map(row).collect::<Vec<_>>(), page);
        }
    }
}

/// What must be approved, as it is typed, and what was.
fn approvals(deployment: &Deployment, plan: &Plan, judgement: &Judgement, page: &mut Page) {
    let (given, missing): (Vec<&Needed>, Vec<&Needed>) =
        deployment.approvals.iter().partition(|needed| words::approval(needed, deployment, plan, judgement).is_some());
    if !missing.is_empty() {
        page.heading("needs approval before apply:", "");
        let rows: Vec<Row> =
            missing.iter().map(|needed| asked(needed, &words::flag(needed, deployment, plan))).collect();
        page.table_of(&rows, &[64]);
    }
    if given.is_empty() {
        return;
    }
    page.heading("approved:", "");
    for needed in given {
        let approval = words::approval(needed, deployment, plan, judgement);
        let why = approval.and_then(|one| one.reason.as_ref()).map(|why| format!("   {why}")).unwrap_or_default();
        let until =
            approval.and_then(|one| one.expires.as_ref()).map(|until| format!(" (until {until})")).unwrap_or_default();
        page.said(2, Tone::Good, &format!("{}{why}{until}", needed.approve));
    }
}

fn asked(needed: &Needed, flag: &str) -> Row {
    let cells = vec![format!("--approve {flag}"), needed.says.clone()];
    Row { sign: ' ', tone: Tone::Careful, cells, below: Vec::new() }
}

/// What gates and policies found.
fn findings(findings: &[&Finding], page: &mut Page) {
    if findings.is_empty() {
        return;
    }
    page.heading("gates and policies:", "");
    let row = |finding: &&Finding| {
        let (sign, tone, word) = match finding.denied {
            true => ('!', Tone::Bad, "denied"),
            false => ('~', Tone::Careful, "warned"),
        };
        let place = finding.place.as_ref().map(|at| format!("{}:{}", at.file, at.line)).unwrap_or_default();
        let address = finding.address.as_ref().map(|address| format!("{address}: ")).unwrap_or_default();
        let cells = vec![format!("{word} by {}", finding.by), format!("{address}{}", finding.message), place];
        Row { sign, tone, cells, below: Vec::new() }
    };
    let (denied, warned): (Vec<&Finding>, Vec<&Finding>) = findings.iter().partition(|finding| finding.denied);
    page.table_of(&denied.iter().chain(&warned).map(row).collect::<Vec<_>>(), &[38, 64]);
}

/// Findings about deployments that the plan does not have are told, too.
fn strangers(plan: &Plan, judgement: &Judgement, page: &mut Page) {
    let known = |named: &str| plan.deployments.iter().any(|deployment| words::is_about(named, deployment, plan));
    let others: Vec<&Finding> = judgement.findings.iter().filter(|finding| !known(&finding.deployment)).collect();
    findings(&others, page);
}
