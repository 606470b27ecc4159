//! A page on which not even all that must be decided has room: a line for each, the worst first, then a precise count.

use super::super::markup::code;
use super::super::{plain, words};
use super::{Budget, head, marker};
use crate::{Deployment, Effect, Finding, Judgement, Plan};

/// How many letters of a sentence are shown.
const SAID: usize = 120;

/// How many letters and bytes are kept for the count.
const COUNT: usize = 600;

/// What a line is about. They are told in this order.
const ABOUT: [&str; 6] =
    ["denial", "needed approval", "loss of data", "exposure", "warning", "approval that was given"];

/// A line, and which of `ABOUT` it is about.
struct Line {
    about: usize,
    text: String,
}

/// A line for each thing that must be decided, as many as have room, and how many have none.
pub(super) fn page(plan: &Plan, judgement: &Judgement, budget: Budget) -> String {
    let mut page = format!("{}\n", marker(plan));
    let mut headless = 0;
    for deployment in &plan.deployments {
        let mut head = String::new();
        self::head(deployment, plan, &mut head);
        let all = &deployment.permissions;
        if !all.wider.is_empty() || !all.narrower.is_empty() {
            let (wider, narrower) = (all.wider.len(), all.narrower.len());
            head.push_str(&format!("### Permissions: {wider} wider, {narrower} taken away\n\n"));
        }
        let letters = page.chars().count() + head.chars().count() + COUNT;
        match budget.fits(letters, page.len() + head.len() + COUNT) {
            true => page.push_str(&head),
            false => headless += 1,
        }
    }
    let mut all: Vec<Line> = Vec::new();
    for deployment in &plan.deployments {
        lines(deployment, plan, judgement, &mut all);
    }
    let strangers = judgement.findings.iter().filter(|finding| super::super::results::is_stranger(finding, plan));
    all.extend(strangers.map(finding));
    all.sort_by_key(|line| line.about);
    let mut left = [0_usize; ABOUT.len()];
    let (mut letters, mut bytes) = (page.chars().count() + COUNT, page.len() + COUNT);
    for line in all {
        let (more_letters, more_bytes) = (line.text.chars().count(), line.text.len());
        if budget.fits(letters + more_letters, bytes + more_bytes) {
            (letters, bytes) = (letters + more_letters, bytes + more_bytes);
            page.push_str(&line.text);
        } else {
            left[line.about] += 1;
        }
    }
    let counts = left.iter().zip(ABOUT).filter(|(count, _)| **count > 0);
    let counts: Vec<String> = counts.map(|(count, word)| counted(*count, word)).collect();
    let changes: usize = plan.deployments.iter().map(|deployment| deployment.changes.len()).sum();
    let headless = (headless > 0).then(|| words::counted(headless, "deployment"));
    let changes = words::counted(changes, "change");
    let counts: Vec<String> = counts.into_iter().chain([changes]).chain(headless).collect();
    page.push_str(&format!(
        "\n**Not shown here for want of room:** {}. `portolan show` prints all of a saved plan.\n",
        counts.join(", ")
    ));
    page
}

fn counted(count: usize, word: &str) -> String {
    match (count, word.split_once(' ')) {
        (1, _) => format!("1 {word}"),
        (_, Some((first @ ("loss" | "approval"), rest))) => {
            format!("{count} {first}{} {}", if first == "loss" { "es" } else { "s" }, rest.replace("was", "were"))
        }
        _ => format!("{count} {word}s"),
    }
}

fn finding(finding: &Finding) -> Line {
    let word = if finding.denied { "⛔ **denied**" } else { "warned" };
    let address = finding.address.as_ref().map(|address| format!("{}: ", said(address))).unwrap_or_default();
    let text = format!("- {word} by {}: {address}{}\n", said(&finding.by), said(&finding.message));
    Line { about: if finding.denied { 0 } else { 4 }, text }
}

fn said(text: &str) -> String {
    code(&plain::cut(&plain::line(text), SAID))
}

fn lines(deployment: &Deployment, plan: &Plan, judgement: &Judgement, all: &mut Vec<Line>) {
    let about = |finding: &&Finding| {
        words::is_about(&finding.deployment, deployment, plan) && !words::is_repeated(finding, deployment)
    };
    all.extend(judgement.findings.iter().filter(about).map(finding));
    for needed in &deployment.approvals {
        let flag = words::flag(needed, deployment, plan);
        let line = match words::approval(needed, deployment, plan, judgement) {
            Some(_) => Line { about: 5, text: format!("- approved: {}\n", code(&flag)) },
            None => Line { about: 1, text: format!("- {}\n", code(&format!("--approve {flag}"))) },
        };
        all.push(line);
    }
    for change in deployment.changes.iter().filter(|change| words::is_lost_itself(change, deployment)) {
        all.push(Line { about: 2, text: format!("- ⚠ {}: {}\n", said(&change.address), words::lost(change)) });
    }
    for alarm in &deployment.alarms {
        let about = if alarm.effect == Effect::PublicExposure { 3 } else { 2 };
        all.push(Line { about, text: format!("- ⚠ {}: {}\n", said(&alarm.address), said(&alarm.says)) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_counted_in_words() {
        let told: Vec<String> = ABOUT.iter().map(|word| counted(2, word)).collect();
        let expected = [
            "2 denials",
            "2 needed approvals",
            "2 losses of data",
            "2 exposures",
            "2 warnings",
            "2 approvals that were given",
        ];
        assert_eq!(told, expected);
        assert_eq!(counted(1, ABOUT[2]), "1 loss of data");
    }
}
