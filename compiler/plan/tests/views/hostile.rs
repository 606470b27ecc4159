//! Texts of users that want to be something else: they stay texts in every view.

use crate::sample;
use portolan_plan::views::{
    Budget, TextOptions, azure_devops, code_quality, github_annotations, github_outputs, gitlab, junit, markdown,
    sarif, text,
};
use portolan_plan::{Approved, Finding, Judgement, Plan};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;

/// What somebody may write into a name or a value.
pub const EVIL: [&str; 9] = [
    "`a` ``b`` ```\n```\n",
    "</code></details></td> <img src=x onerror=alert(1)> <script>alert(1)</script> -->",
    "| x | y |\n|---|---|",
    "@everyone #1 GH-1 acme/site#2 https://evil.example [l](http://evil.example) ![i](http://evil.example/i)",
    "\u{202e}fdp\u{2066}\u{200b}",
    "\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}31m\r",
    "\n::error::boo\n::set-output name=plan_id::0\n##[error]x\n##vso[task.complete result=Succeeded]\n",
    "%0A::error::x%25 ,:;]=\"'&]]><a>\0",
    "\\ \\| * _x_ ~~y~~ ## z",
];

/// The rich plan, with something evil in each name and text.
pub fn plan(evil: &str) -> Plan {
    let mut plan = serde_json::to_value(sample::rich()).expect("JSON");
    poison(&mut plan, "", evil);
    serde_json::from_value(plan).expect("a plan")
}

/// What is found of it.
pub fn judgement(plan: &Plan, evil: &str) -> Judgement {
    let first = &plan.deployments[0];
    let approved = Approved {
        approve: first.approvals[0].approve.clone(),
        deployment: first.called(),
        reason: Some(evil.to_owned()),
        expires: Some(evil.to_owned()),
    };
    let finding = |denied: bool, deployment: String| Finding {
        denied,
        by: format!("x{evil}"),
        deployment,
        address: Some(evil.to_owned()),
        message: evil.to_owned(),
        place: first.changes[0].place.clone(),
    };
    let findings = vec![finding(true, first.called()), finding(false, first.called()), finding(true, evil.to_owned())];
    Judgement { findings, approved: vec![approved] }
}

fn poison(value: &mut Value, key: &str, evil: &str) {
    let own = ["action", "verdict", "cause", "severity", "kind", "effect", "effects", "monthly_usd"];
    match value {
        Value::String(text) if text != "secret" && (!own.contains(&key) || text.contains('.')) => {
            *text = format!("{text}{evil}");
        }
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, key, evil)),
        Value::Object(entries) => entries.iter_mut().for_each(|(key, value)| poison(value, key, evil)),
        _ => {}
    }
}

fn each(check: impl Fn(&Plan, &Judgement, &str)) {
    for evil in EVIL.iter().copied().chain([EVIL.concat().as_str()]) {
        let plan = plan(evil);
        check(&plan, &judgement(&plan, evil), evil);
    }
}

/// Letters that nobody sees, and that move or command.
fn hidden(letter: char) -> bool {
    (letter.is_control() && letter != '\n') || matches!(letter, '\u{200b}' | '\u{202e}' | '\u{2066}')
}

#[test]
fn a_terminal_and_a_runner_are_not_commanded() {
    each(|plan, judgement, _| {
        for full in [false, true] {
            let page = text(plan, judgement, &TextOptions { full, suppressed: true, ..TextOptions::default() });
            assert!(!page.contains(hidden), "{page:?}");
            for line in page.lines() {
                assert!(!line.trim_start().starts_with("::"), "{line}");
                assert!(!line.contains("##[") && !line.contains("##vso["), "{line}");
            }
            let coloured = text(plan, judgement, &TextOptions { full, colour: true, ..TextOptions::default() });
            let ours = coloured.split('\u{1b}').skip(1).all(|rest| {
                rest.strip_prefix('[').is_some_and(|rest| {
                    rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').starts_with('m')
                })
            });
            assert!(ours && !coloured.contains("##vso[") && !coloured.contains("##["), "{coloured:?}");
        }
    });
}

#[test]
fn markdown_holds_what_users_wrote() {
    each(|plan, judgement, _| {
        for most in [1_000_000, 20_000, 4_000] {
            let page = markdown(plan, judgement, Budget::Characters(most));
            assert!(page.chars().count() <= most, "{}", page.chars().count());
            checked(&page);
        }
    });
}

/// That a page is only our own markup, and all else is in code.
pub fn checked(page: &str) {
    assert!(!page.contains(hidden), "{page:?}");
    assert!(!page.contains("##vso[") && !page.contains("##["), "{page}");
    assert!(page.starts_with("<!-- portolan-plan: "), "{page}");
    assert_eq!(
        page.matches("-->").count(),
        page.lines().next().unwrap_or_default().matches("-->").count().max(1)
            + page.lines().skip(1).map(|line| line.matches("-->").count()).sum::<usize>()
    );
    let (mut open, mut closed, mut in_code) = (0, 0, false);
    for event in Parser::new_ext(page, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                open += html.matches("<details").count();
                closed += html.matches("</details>").count();
                let ours = ["details", "summary", "code", "br>", "!-- portolan-plan: "];
                for tag in html.split('<').skip(1).map(|tag| tag.trim_start_matches('/')) {
                    assert!(ours.iter().any(|known| tag.starts_with(known)), "{html}");
                }
                let comment = html.starts_with("<!--");
                assert!(
                    comment
                        || !["@", "#1", "[", "`", "|", "\""].iter().any(|sign| html.replace("&#", "").contains(sign)),
                    "{html}"
                );
            }
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::BlockQuote(_)) if !page.contains("> ⚠") => {
                panic!("a link, an image or a quote in {page}")
            }
            Event::Start(Tag::Strikethrough | Tag::Emphasis) => panic!("markup of others in {page}"),
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(text) if !in_code => {
                for evil in ["@", "evil", "alert", "::", "boo", "%0A", "fdp", "~~"] {
                    assert!(!text.contains(evil), "{text}");
                }
            }
            _ => {}
        }
    }
    assert_eq!(open, closed, "folds are closed: {page}");
    assert!(!in_code);
}

#[test]
fn commands_of_runners_are_ours_alone() {
    each(|plan, judgement, _| {
        let annotations = github_annotations(plan, judgement, "apps/podcast");
        assert!(!annotations.is_empty() && !annotations.contains(hidden));
        for line in annotations.lines() {
            let rest = ["::error ", "::warning ", "::notice "].iter().find_map(|begin| line.strip_prefix(begin));
            let rest = rest.unwrap_or_else(|| panic!("{line}"));
            let (properties, _) = rest.split_once("::").expect("a message");
            for property in properties.split(',') {
                let name = property.split_once('=').map(|(name, _)| name);
                assert!(matches!(name, Some("file" | "line" | "title")), "{line}");
            }
            assert!(!line.contains("##[") && !line.contains("##vso["), "{line}");
        }
        let commands = azure_devops(plan, judgement, "apps/podcast", Some("/tmp/a ;]\n##vso[x]/plan.md"));
        assert!(!commands.contains(hidden));
        for line in commands.lines() {
            let rest = line.strip_prefix("##vso[task.").unwrap_or_else(|| panic!("{line}"));
            assert!(!rest.contains("##vso[") && !rest.contains("##["), "{line}");
            let (command, _) = rest.split_once(']').expect("an end");
            let name = command.split(' ').next();
            assert!(matches!(name, Some("logissue" | "setvariable" | "uploadsummary")), "{line}");
            let properties = command.split_once(' ').map(|(_, properties)| properties).unwrap_or_default();
            for property in properties.split(';') {
                let name = property.split_once('=').map(|(name, _)| name).unwrap_or(property);
                let known = ["type", "sourcepath", "linenumber", "code", "variable", "isOutput", ""];
                assert!(known.contains(&name), "{line}");
            }
        }
    });
}

#[test]
fn outputs_hold_what_they_are_given() {
    each(|plan, judgement, _| {
        let file = github_outputs(plan, judgement);
        let mut lines = file.lines();
        let mut names = Vec::new();
        while let Some(line) = lines.next() {
            match (line.split_once("<<"), line.split_once('=')) {
                (Some((name, end)), None) => {
                    assert!(lines.by_ref().any(|line| line == end), "{file}");
                    names.push(name);
                }
                (_, Some((name, _))) => names.push(name),
                _ => panic!("{line}"),
            }
        }
        assert_eq!(names.len(), 18, "{names:?}");
        assert!(names.iter().all(|name| name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')));
    });
}

#[test]
fn documents_for_tools_can_be_read() {
    each(|plan, judgement, evil| {
        for json in [sarif(plan, judgement, evil), gitlab(plan), code_quality(plan, judgement, evil)] {
            let _: Value = serde_json::from_str(&json).expect("JSON");
        }
        let xml = junit(plan, judgement, &[evil.to_owned()]);
        assert!(!xml.contains(hidden), "{xml:?}");
        let mut reader = quick_xml::Reader::from_str(&xml);
        reader.config_mut().check_end_names = true;
        loop {
            match reader.read_event().unwrap_or_else(|error| panic!("{error} in {xml}")) {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Start(tag) => {
                    let name = tag.name().as_ref().to_owned();
                    let known = ["testsuites", "testsuite", "testcase", "failure", "system-out"];
                    assert!(known.contains(&name.as_str()), "{name}");
                    tag.attributes().for_each(|attribute| assert!(attribute.is_ok(), "{xml}"));
                }
                _ => {}
            }
        }
    });
}
