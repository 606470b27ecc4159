//! A plan for GitHub Actions: outputs of a step, and annotations at lines of the spec.

use super::results::{Level, Told, file, results};
use super::{plain, words};
use crate::{Deployment, Judgement, Needed, Plan, Summary};

/// How many annotations of a level a step may make; GitHub drops what is more.
const MOST: usize = 10;

/// What a step tells those after it: lines for the file that `GITHUB_OUTPUT` names.
#[must_use]
pub fn github_outputs(plan: &Plan, judgement: &Judgement) -> String {
    facts(plan, judgement).iter().map(|fact| output(fact.name, &fact.value)).collect()
}

/// A fact about a plan for those who come after.
pub(super) struct Fact {
    pub(super) name: &'static str,
    pub(super) value: String,
}

/// What jobs of a pipeline decide by.
pub(super) fn facts(plan: &Plan, judgement: &Judgement) -> Vec<Fact> {
    let fact = |name, value: String| Fact { name, value };
    let sum =
        |of: fn(&Summary) -> usize| plan.deployments.iter().map(|one| of(&one.summary)).sum::<usize>().to_string();
    let missing = missing(plan, judgement);
    let flags: Vec<String> =
        missing.iter().map(|(deployment, needed)| plain::line(&words::flag(needed, deployment, plan))).collect();
    let denied = judgement.findings.iter().filter(|finding| finding.denied).count();
    vec![
        fact("has_changes", plan.deployments.iter().any(Deployment::has_changes).to_string()),
        fact("plan_id", plain::line(&plan.id)),
        fact("needs_approval", (!missing.is_empty()).to_string()),
        fact("denied", denied.to_string()),
        fact("max_severity", words::severity_word(words::worst(plan)).to_owned()),
        fact("create", sum(|summary| summary.create)),
        fact("update", sum(|summary| summary.update)),
        fact("replace", sum(|summary| summary.replace)),
        fact("delete", sum(|summary| summary.delete)),
        fact("rename", sum(|summary| summary.rename)),
        fact("import", sum(|summary| summary.import)),
        fact("forget", sum(|summary| summary.forget)),
        fact("unchanged", sum(|summary| summary.unchanged)),
        fact("impossible", sum(|summary| summary.impossible)),
        fact("data_loss", sum(|summary| summary.data_loss)),
        fact("widening", sum(|summary| summary.widening)),
        fact("exposure", sum(|summary| summary.exposure)),
        fact("approvals", flags.join("\n")),
    ]
}

fn missing<'p>(plan: &'p Plan, judgement: &Judgement) -> Vec<(&'p Deployment, &'p Needed)> {
    let all = plan.deployments.iter().flat_map(|one| one.approvals.iter().map(move |needed| (one, needed)));
    all.filter(|(deployment, needed)| words::approval(needed, deployment, plan, judgement).is_none()).collect()
}

/// A line, or lines between two that stand nowhere in them.
fn output(name: &str, value: &str) -> String {
    if !value.contains('\n') {
        return format!("{name}={value}\n");
    }
    let mut end = "END_OF_VALUE".to_owned();
    while value.contains(&end) {
        end.push('_');
    }
    format!("{name}<<{end}\n{value}\n{end}\n")
}

/// What is found in a plan, at its lines: commands that the runner reads from what a step prints. `folder` is the spec's as it
/// is called from the top of the repository.
#[must_use]
pub fn github_annotations(plan: &Plan, judgement: &Judgement, folder: &str) -> String {
    let all = results(plan, judgement);
    let levels = [(Level::Error, "error"), (Level::Warning, "warning"), (Level::Note, "notice")];
    levels.into_iter().map(|(level, command)| annotations(&all, level, command, folder)).collect()
}

fn annotations(all: &[Told], level: Level, command: &str, folder: &str) -> String {
    let told: Vec<&Told> = all.iter().filter(|told| told.level == level).collect();
    let shown = if told.len() > MOST { MOST - 1 } else { told.len() };
    let line = |told: &&Told| {
        let (file, line) = (property(&file(&told.place, folder)), told.place.line.max(1));
        let title = property(&format!("portolan: {}", told.rule));
        format!("::{command} file={file},line={line},title={title}::{}\n", data(&told.message))
    };
    let mut out: String = told[..shown].iter().map(line).collect();
    if shown < told.len() {
        out.push_str(&format!("::{command} title=portolan::and {} more: see the summary\n", told.len() - shown));
    }
    out
}

/// A message of a command, as the runner reads it back (actions/runner, `ActionCommand.cs`).
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command: it ends at a comma or a colon.
fn property(text: &str) -> String {
    data(&plain::line(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_they_end() {
        assert_eq!(output("a", "b"), "a=b\n");
        assert_eq!(output("a", "b\nc"), "a<<END_OF_VALUE\nb\nc\nEND_OF_VALUE\n");
        let evil = "b\nEND_OF_VALUE\nplan_id=0";
        assert_eq!(output("a", evil), format!("a<<END_OF_VALUE_\n{evil}\nEND_OF_VALUE_\n"));
    }

    #[test]
    fn commands_are_escaped() {
        assert_eq!(property("a,b:c%\n"), "a%2Cb%3Ac%25␊");
        assert_eq!(data("100%: a, b\r\n"), "100%25: a, b%0D%0A");
    }
}
