//! The table of changes, and bodies that differ as fences below it.

use super::super::markup::{cell, fenced, html};
use super::super::{bodies, plain, values, words};
use super::Detail;
use crate::{Change, Deployment, Property, Severity, Shown};

/// How many properties of a change are shown.
const SHOWN: usize = 6;

/// How many letters of a value are shown.
const VALUE: usize = 60;

/// How many lines of a body's diff are shown.
const LINES: usize = 60;

pub(super) fn changes(deployment: &Deployment, detail: Detail, left: &mut Vec<String>, page: &mut String) {
    let least = match detail {
        Detail::All => Severity::Safe,
        Detail::Harm | Detail::Changes => Severity::Disruptive,
        Detail::Widening => Severity::Widening,
        Detail::Loss | Detail::Headings => Severity::Loss,
    };
    let (told, untold): (Vec<&Change>, Vec<&Change>) =
        deployment.changes.iter().partition(|change| change.severity >= least && detail < Detail::Headings);
    for severity in [Severity::Loss, Severity::Widening, Severity::Disruptive, Severity::Safe] {
        let count = untold.iter().filter(|change| change.severity == severity).count();
        if count > 0 {
            left.push(words::counted(count, &format!("{} change", words::severity_word(severity))));
        }
    }
    if detail == Detail::Changes && !told.is_empty() {
        left.push("the properties of the others".to_owned());
    }
    if told.is_empty() {
        return;
    }
    let open = if told.iter().any(|change| change.severity > Severity::Safe) { " open" } else { "" };
    page.push_str(&format!("<details{open}><summary>Changes: {}</summary>\n\n", told.len()));
    page.push_str(&format!("{}\n\n", cell(words::LEGEND)));
    page.push_str("| | resource | type | what | where |\n|---|---|---|---|---|\n");
    told.iter().for_each(|change| row(change, deployment, detail, page));
    page.push_str("\n</details>\n\n");
    if detail < Detail::Changes {
        told.iter().for_each(|change| differing(change, page));
    }
}

fn row(change: &Change, deployment: &Deployment, detail: Detail, page: &mut String) {
    let mut what = vec![words::done(change).to_owned()];
    what.extend(change.was.iter().map(|was| format!("was {}", cell(was))));
    if detail < Detail::Changes {
        what.extend(properties(change));
    }
    what.extend(change.notes.iter().map(|note| cell(note)));
    what.extend(words::cause(change.cause).map(str::to_owned));
    let place = words::source(change, deployment).map(|at| cell(&at)).unwrap_or_default();
    let sign = cell(&words::sign(change).to_string());
    let cells = [sign, cell(&change.address), cell(&change.r#type), what.join("<br>"), place];
    page.push_str(&format!("| {} |\n", cells.join(" | ")));
}

fn properties(change: &Change) -> Vec<String> {
    let mut sorted: Vec<&Property> = change.properties.iter().collect();
    sorted.sort_by_key(|property| std::cmp::Reverse(property.verdict));
    let line = |property: &&Property| {
        let (path, values) = (cell(&property.path), cell(&values::of(property, VALUE)));
        format!("{path}: {values} {}", cell(&words::judged(property, false)))
    };
    let mut lines: Vec<String> = sorted.iter().take(SHOWN).map(line).collect();
    match sorted.len().saturating_sub(SHOWN) {
        0 => {}
        1 => lines.push("… and 1 more property".to_owned()),
        more => lines.push(format!("… and {more} more properties")),
    }
    lines
}

/// The bodies of a change, each folded.
fn differing(change: &Change, page: &mut String) {
    for property in &change.properties {
        let (Some(Shown::Body(before)), Some(Shown::Body(after))) = (&property.before, &property.after) else {
            continue;
        };
        let Some(lines) = bodies::diff(before, after) else { continue };
        let (address, path) = (html(&change.address), html(&property.path));
        page.push_str(&format!("<details><summary><code>{address}</code> <code>{path}</code></summary>\n\n"));
        page.push_str(&fenced("diff", &told(&lines)));
        page.push_str("\n</details>\n\n");
    }
}

fn told(lines: &[bodies::Line]) -> Vec<String> {
    let text = |line: &bodies::Line| match line.sign {
        '@' => line.text(),
        sign => format!("{sign}{}", line.text()),
    };
    let mut told: Vec<String> = lines.iter().take(LINES).map(|line| plain::cut(&text(line), 200)).collect();
    if lines.len() > LINES {
        told.push(format!("@@ and {} more lines @@", lines.len() - LINES));
    }
    told
}
