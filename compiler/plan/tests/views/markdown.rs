//! A plan as the comment on a change.

use crate::{compare, hostile, sample};
use portolan_plan::views::{Budget, markdown, marker};
use portolan_plan::{Action, Effect, Judgement, Plan, Severity, Verdict};

#[test]
fn a_rich_plan() {
    let page = markdown(&sample::rich(), &sample::judged(), Budget::COMMENT);
    hostile::checked(&page);
    compare("rich.md", &page);
    let short = markdown(&sample::rich(), &sample::judged(), Budget::Characters(2_400));
    hostile::checked(&short);
    compare("rich.short.md", &short);
}

#[test]
fn one_comment_is_written_anew() {
    let plan = sample::rich();
    assert_eq!(marker(&plan), "<!-- portolan-plan: podcast prod -->");
    let mut later = sample::plan(vec![sample::quiet()]);
    later.id = "sha256:0".to_owned();
    assert_eq!(marker(&later), marker(&plan));
    later.deployments[0].target = "a--> <b>".to_owned();
    assert_eq!(marker(&later), "<!-- portolan-plan: podcast a-%2D%3E%20%3Cb%3E -->");
}

/// A plan of so many changes, of which each tenth loses data, and as many approvals and findings.
fn large(changes: usize, every: usize) -> (Plan, Judgement) {
    let mut deployment = sample::quiet();
    let mut judgement = Judgement::default();
    for at in 0..changes {
        let address = format!("thing{at}.table");
        let mut change = sample::change(&address, "AWS::DynamoDB::Table", Action::Update, Verdict::InPlace);
        change.properties = vec![sample::property("Mode", sample::value("a"), sample::value("b"), Verdict::InPlace)];
        if at % every == 0 {
            (change.action, change.severity, change.effects) = (Action::Delete, Severity::Loss, vec![Effect::DataLoss]);
            deployment.approvals.push(sample::needed(Effect::DataLoss, &address, "the table goes", at + 1));
            judgement.findings.push(sample::finding(true, "policies/tables.rego", &address, "no table may go", at + 1));
        }
        deployment.changes.push(change);
    }
    let grant = |at: usize| sample::grant(&format!("f{at}"), "read", "uploads", "s3:GetObject", "uploads/*");
    deployment.permissions.wider = (0..changes).map(grant).collect();
    (sample::plan(vec![deployment]), judgement)
}

#[test]
fn two_thousand_changes_keep_all_that_must_be_decided() {
    let (plan, judgement) = large(2_000, 40);
    let page = markdown(&plan, &judgement, Budget::COMMENT);
    assert!(page.chars().count() <= 60_000, "{}", page.chars().count());
    hostile::checked(&page);
    for needed in &plan.deployments[0].approvals {
        assert!(page.contains(&format!("`--approve {}`", needed.approve)), "{}", needed.approve);
    }
    assert_eq!(page.matches("⛔ **denied**").count(), judgement.findings.len());
    assert!(page.contains("### Permissions: 2000 wider"), "the heading stays");
    assert!(
        page.contains("**Not shown here for want of room:** 2000 permissions, 50 loss changes, 1950 safe changes"),
        "{page}"
    );
}

#[test]
fn what_does_no_harm_goes_first() {
    let (mut plan, judgement) = large(900, 30);
    plan.deployments[0].permissions.wider.clear();
    let page = markdown(&plan, &judgement, Budget::COMMENT);
    assert!(page.chars().count() <= 60_000);
    assert!(page.contains("<details open><summary>Changes: 30</summary>"), "{page}");
    assert!(page.contains("**Not shown here for want of room:** 870 safe changes."), "{page}");
}

#[test]
fn more_than_fits_is_counted() {
    let (plan, judgement) = large(1_600, 2);
    let page = markdown(&plan, &judgement, Budget::COMMENT);
    assert!(page.chars().count() <= 60_000, "{}", page.chars().count());
    hostile::checked(&page);
    let denied = page.matches("⛔ **denied**").count();
    let asked = page.matches("--approve ").count();
    let rest =
        format!("**Not shown here for want of room:** {} denials, {} needed approvals, ", 800 - denied, 800 - asked);
    assert!(denied > 300, "{denied}");
    assert!(page.contains(&rest), "{denied} {asked}\n{}", page.lines().last().unwrap_or_default());
}

#[test]
fn a_summary_is_measured_in_bytes() {
    assert_eq!(Budget::SUMMARY, Budget::Bytes(1 << 20));
    let (plan, judgement) = large(800, 2);
    let page = markdown(&plan, &judgement, Budget::Bytes(100_000));
    assert!(page.len() <= 100_000 && page.len() > 80_000, "{}", page.len());
    hostile::checked(&page);
    let all = markdown(&plan, &judgement, Budget::SUMMARY);
    assert!(all.len() > 100_000 && all.contains("`thing799.table`"), "{}", all.len());
}
