//! What approvals, gates and policies say to a plan.

use crate::arguments::Judging;
use crate::commands::review::policies::Policies;
use portolan_diagnostics::{Diagnostic, Sources, suggest};
use portolan_plan::{
    Approval, Finding, Judgement, Plan, Wrong, approved, impossible, judged as gated, read_approvals, unapproved,
};
use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

/// The judgement on a plan, or everything that is wrong with what was given for it.
pub(super) fn judged(plan: &Plan, asked: &Judging, sources: &mut Sources) -> Result<Judgement, Vec<Diagnostic>> {
    let given = given(asked).map_err(|wrong| vec![*wrong])?;
    let (approved, wrong) = approved(plan, &given, &today());
    if !wrong.is_empty() {
        return Err(wrong.iter().map(said).collect());
    }
    let mut findings = gated(plan, &asked.deny, &approved);
    if !given.is_empty() || asked.approvals.is_some() {
        let known = |finding: &Finding| {
            findings.iter().any(|one| one.address == finding.address && one.message == finding.message)
        };
        let missing: Vec<Finding> = unapproved(plan, &approved).into_iter().filter(|one| !known(one)).collect();
        findings.extend(missing);
        findings.extend(impossible(plan));
    }
    if !asked.policy.is_empty() {
        let mut policies = Policies::read(&asked.policy, sources)?;
        let verdicts = policies.judge(plan).map_err(|wrong| vec![*wrong])?;
        findings.extend(verdicts.into_iter().map(|verdict| Finding {
            denied: verdict.denied,
            by: verdict.by,
            deployment: plan.deployments.iter().map(portolan_plan::Deployment::called).collect::<Vec<_>>().join(", "),
            address: None,
            message: verdict.message,
            place: None,
        }));
    }
    Ok(Judgement { findings, approved })
}

/// The approvals of the command line and of the file.
fn given(asked: &Judging) -> Result<Vec<Approval>, Box<Diagnostic>> {
    let flag = |approve: &String| Approval { approve: approve.clone(), fingerprint: None, reason: None, expires: None };
    let mut given: Vec<Approval> = asked.approve.iter().map(flag).collect();
    if let Some(path) = &asked.approvals {
        let name = path.display();
        let text = fs::read_to_string(path)
            .map_err(|error| Diagnostic::error("cli/unreadable", format!("`{name}` cannot be read: {error}")))?;
        let read = read_approvals(&text).map_err(|why| {
            let help = "write {\"approvals\": [{\"approve\": \"data-loss:shows.table\", \"fingerprint\": \"…\", \
                        \"reason\": \"…\", \"expires\": \"2026-12-31\"}]}";
            Diagnostic::error("plan/approvals", format!("`{name}` holds no approvals: {why}")).help(help)
        })?;
        given.extend(read);
    }
    Ok(given)
}

/// What is wrong with an approval.
fn said(wrong: &Wrong) -> Diagnostic {
    match wrong {
        Wrong::Form(given) => Diagnostic::error("plan/approval", format!("`{given}` is no approval"))
            .help("write EFFECT:ADDRESS, as the plan shows it: `data-loss:shows.table`; nothing approves everything"),
        Wrong::Effect(given) => {
            let words = portolan_plan::Effect::ALL.map(portolan_plan::Effect::word);
            let word = given.split(':').next().unwrap_or_default();
            let close = suggest(word, words.iter().copied());
            let help = close.map_or_else(
                || format!("the effects are {}", words.join(", ")),
                |close| format!("did you mean `{close}`?"),
            );
            Diagnostic::error("plan/approval", format!("`{given}` approves no effect that there is")).help(help)
        }
        Wrong::Nothing(given, near) => {
            let message = format!("nothing in the plan needs the approval `{given}`");
            let help = match near.as_slice() {
                [] => "leave it out: an approval is for a change that is there".to_owned(),
                near => format!("what needs one: {}", near.join(", ")),
            };
            Diagnostic::error("plan/approval-for-nothing", message).help(help)
        }
        Wrong::Several(given, all) => {
            let message = format!("`{given}` could be for several deployments");
            Diagnostic::error("plan/approval", message).help(format!("say which: {}", all.join(", ")))
        }
        Wrong::Changed(given, old, new) => {
            let message =
                format!("`{given}` was approved for another change: its fingerprint is {old}, and the plan's is {new}");
            Diagnostic::error("plan/approval-void", message).help("read the plan again, and approve what it says now")
        }
        Wrong::Expired(given, day) => {
            Diagnostic::error("plan/approval-void", format!("the approval `{given}` has expired on {day}"))
                .help("read the plan again, and approve it with a later day")
        }
    }
}

/// The day by the system's clock, in UTC, as ISO 8601 writes it.
fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (year, month, day) = civil(seconds / 86_400);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The day of the Gregorian calendar that is so many days after the first of January 1970.
fn civil(days: u64) -> (u64, u64, u64) {
    // Counted from the first of March of the year 0, so that leap days come last in their year.
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::civil;

    #[test]
    fn days() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(20_786), (2026, 11, 29));
        assert_eq!(civil(20_819), (2027, 1, 1));
    }
}
