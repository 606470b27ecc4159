//! A plan for whoever shows tests: each gate and each policy is one that passes or fails.

use super::results::is_stranger;
use super::{plain, words};
use crate::{Deployment, Effect, Finding, Judgement, Plan};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::io;

/// A gate or a policy, and what it says of a deployment.
struct Case {
    name: String,
    failed: Vec<String>,
    warned: Vec<String>,
}

/// What gates and policies say of a plan, as JUnit writes the results of tests: a suite for each deployment, in it a case for
/// each effect and for each of `asked`, the policies that were judged by, which may have found nothing.
#[must_use]
pub fn junit(plan: &Plan, judgement: &Judgement, asked: &[String]) -> String {
    let mut suites: Vec<(String, Vec<Case>)> = Vec::new();
    for deployment in &plan.deployments {
        suites.push((words::title(deployment), cases(deployment, plan, judgement, asked)));
    }
    let others: Vec<&Finding> = judgement.findings.iter().filter(|finding| is_stranger(finding, plan)).collect();
    if !others.is_empty() {
        let case = |finding: &&Finding| case(&finding.by, vec![*finding]);
        suites.push(("other deployments".to_owned(), others.iter().map(case).collect()));
    }
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing to memory cannot fail.
    let _ = written(&suites, &mut writer);
    String::from_utf8(writer.into_inner()).unwrap_or_default() + "\n"
}

fn cases(deployment: &Deployment, plan: &Plan, judgement: &Judgement, asked: &[String]) -> Vec<Case> {
    let about = |finding: &&Finding| words::is_about(&finding.deployment, deployment, plan);
    let findings: Vec<&Finding> = judgement.findings.iter().filter(about).collect();
    let by = |name: &str| findings.iter().copied().filter(|finding| finding.by == name).collect::<Vec<_>>();
    let effects = Effect::ALL.into_iter().map(|effect| {
        let mut case = case(effect.word(), by(effect.word()));
        for needed in deployment.approvals.iter().filter(|needed| needed.effect == effect) {
            let said = format!("not approved: --approve {}: {}", words::flag(needed, deployment, plan), needed.says);
            if words::approval(needed, deployment, plan, judgement).is_none() {
                case.failed.push(said);
            }
        }
        case
    });
    let mut all: Vec<Case> = effects.collect();
    let mut names: Vec<&str> = asked.iter().map(String::as_str).collect();
    // What is missing of approvals stands with its effect.
    names.extend(findings.iter().map(|finding| finding.by.as_str()).filter(|by| *by != "approval"));
    for name in names {
        if Effect::from_word(name).is_none() && !all.iter().any(|case| case.name == name) {
            all.push(case(name, by(name)));
        }
    }
    all
}

fn case(name: &str, findings: Vec<&Finding>) -> Case {
    let mut case = Case { name: name.to_owned(), failed: Vec::new(), warned: Vec::new() };
    for finding in findings {
        let address = finding.address.as_ref().map(|address| format!("{address}: ")).unwrap_or_default();
        let place = finding.place.as_ref().map(|at| format!(" ({}:{})", at.file, at.line)).unwrap_or_default();
        let said = format!("{address}{}{place}", finding.message);
        if finding.denied { case.failed.push(said) } else { case.warned.push(said) }
    }
    case
}

fn written(suites: &[(String, Vec<Case>)], writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let all = || suites.iter().flat_map(|(_, cases)| cases);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let failures = all().filter(|case| !case.failed.is_empty()).count();
    let mut top = BytesStart::new("testsuites");
    attributes(&mut top, &[("name", "portolan plan")]);
    attributes(&mut top, &[("tests", &all().count().to_string()), ("failures", &failures.to_string())]);
    writer.write_event(Event::Start(top))?;
    for (name, cases) in suites {
        let failures = cases.iter().filter(|case| !case.failed.is_empty()).count();
        let mut suite = BytesStart::new("testsuite");
        let (tests, failures) = (cases.len().to_string(), failures.to_string());
        attributes(&mut suite, &[("name", name), ("tests", &tests), ("failures", &failures), ("errors", "0")]);
        writer.write_event(Event::Start(suite))?;
        for case in cases {
            one(name, case, writer)?;
        }
        writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuites")))
}

fn one(suite: &str, case: &Case, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let mut start = BytesStart::new("testcase");
    attributes(&mut start, &[("name", &case.name), ("classname", suite), ("time", "0")]);
    if case.failed.is_empty() && case.warned.is_empty() {
        return writer.write_event(Event::Empty(start));
    }
    writer.write_event(Event::Start(start))?;
    if let Some(first) = case.failed.first() {
        let mut failure = BytesStart::new("failure");
        attributes(&mut failure, &[("message", first), ("type", "denied")]);
        said("failure", failure, &case.failed, writer)?;
    }
    if !case.warned.is_empty() {
        said("system-out", BytesStart::new("system-out"), &case.warned, writer)?;
    }
    writer.write_event(Event::End(BytesEnd::new("testcase")))
}

fn said(name: &str, start: BytesStart<'_>, lines: &[String], writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
    let text: Vec<String> = lines.iter().map(|line| plain::line(line)).collect();
    writer.write_event(Event::Start(start))?;
    writer.write_event(Event::Text(BytesText::new(&text.join("\n"))))?;
    writer.write_event(Event::End(BytesEnd::new(name)))
}

/// Attributes of an element. XML has no way to write most control characters: they are made visible before.
fn attributes(start: &mut BytesStart<'_>, all: &[(&str, &str)]) {
    for (name, value) in all {
        start.push_attribute((*name, plain::line(value).as_str()));
    }
}
