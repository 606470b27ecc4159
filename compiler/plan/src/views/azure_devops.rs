//! A plan for Azure Pipelines: logging commands, which its agent reads from what a step prints.

use super::github::facts;
use super::plain;
use super::results::{Level, Told, file, results};
use crate::{Judgement, Plan};

/// How many issues of a type the agent keeps of a step.
const MOST: usize = 10;

/// What is found in a plan, what jobs decide by, and the page that a run shows. `folder` is the spec's as it is called from
/// the top of the repository, `summary` the whole path of a Markdown file.
#[must_use]
pub fn azure_devops(plan: &Plan, judgement: &Judgement, folder: &str, summary: Option<&str>) -> String {
    let all = results(plan, judgement);
    let mut out: String = [(Level::Error, "error"), (Level::Warning, "warning")]
        .into_iter()
        .map(|(level, word)| issues(&all, level, word, folder))
        .collect();
    for fact in facts(plan, judgement) {
        let name = property(&camel(fact.name));
        out.push_str(&format!("##vso[task.setvariable variable=portolan.{name};isOutput=true]{}\n", data(&fact.value)));
    }
    if let Some(path) = summary {
        out.push_str(&format!("##vso[task.uploadsummary]{}\n", data(&plain::line(path))));
    }
    out
}

fn issues(all: &[Told], level: Level, word: &str, folder: &str) -> String {
    let told: Vec<&Told> = all.iter().filter(|told| told.level == level).collect();
    let shown = if told.len() > MOST { MOST - 1 } else { told.len() };
    let line = |told: &&Told| {
        let (path, line) = (property(&file(&told.place, folder)), told.place.line.max(1));
        let code = property(&told.rule);
        let message = data(&told.message);
        format!("##vso[task.logissue type={word};sourcepath={path};linenumber={line};code={code}]{message}\n")
    };
    let mut out: String = told[..shown].iter().map(line).collect();
    if shown < told.len() {
        let more = told.len() - shown;
        out.push_str(&format!("##vso[task.logissue type={word}]and {more} more: see the summary\n"));
    }
    out
}

/// `has_changes` as variables are called: `hasChanges`.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |all, word| {
        let (head, tail) = word.split_at(word.len().min(1));
        all + &head.to_ascii_uppercase() + tail
    })
}

/// The message of a command ("Logging commands": what has a meaning is written with its number).
fn data(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command: it ends at a semicolon or a bracket.
fn property(text: &str) -> String {
    data(&plain::line(text)).replace(';', "%3B").replace(']', "%5D")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_escaped() {
        assert_eq!(property("a;b]c%\n"), "a%3Bb%5Dc%AZP25␊");
        assert_eq!(data("100%;]\r\n"), "100%AZP25;]%0D%0A");
        assert_eq!(camel("has_changes"), "hasChanges");
        assert_eq!(camel("denied"), "denied");
    }
}
