//! The forms of a review: JSON by our own schema, SARIF by its authors', Markdown and pages as their readers take them.

use crate::golden;
use crate::review::app::App;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

fn podcast() -> String {
    golden::root().join("examples/podcast").display().to_string()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn check(schema: &Value, document: &Value) {
    let validator = jsonschema::validator_for(schema).expect("a schema");
    let wrong: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_document_is_as_its_schema_says() {
    let app = App::new("schema");
    let schema = json(&app.said(&["schema", "--of", "review"]));
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    check(&schema, &json(&app.said(&["review", &podcast(), "--target", "all", "--format", "json"])));
    app.commit();
    app.change(&[("auth: { jwt: { issuer: \"https://login.example.com/\", audience: demo } }", "auth: public")]);
    let document = app.run(&["review", "--format", "json", "--against", "main", "--deny", "public"]);
    let document = json(&String::from_utf8_lossy(&document.stdout));
    check(&schema, &document);
    assert_eq!(document["version"], 1);
    assert_eq!(document["deployments"][0]["changes"]["wider"][0]["class"], "new-exposure");
    assert_eq!(document["verdicts"][0]["by"], "public");
    let mut more = document.clone();
    more["deployments"][0]["surprise"] = Value::Bool(true);
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    assert!(!validator.is_valid(&more), "a key that nobody declared is refused");
}

/// Where the crate that is made from the official schema keeps it.
fn official() -> PathBuf {
    let host = said(Command::new("rustc").args(["--print", "host-tuple"]));
    let mut command = Command::new(env!("CARGO"));
    // Without a platform, cargo asks for the packages of all of them, which were never fetched.
    command.args(["metadata", "--format-version", "1", "--offline", "--filter-platform", host.trim()]);
    let metadata = json(&said(command.current_dir(golden::root())));
    let packages = metadata["packages"].as_array().expect("packages");
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").expect("the crate");
    let manifest = package["manifest_path"].as_str().expect("a path");
    PathBuf::from(manifest).with_file_name("src").join("schema.json")
}

fn said(command: &mut Command) -> String {
    let output = command.output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn sarif_is_as_the_official_schema_says() {
    let mut schema = json(&fs::read_to_string(official()).expect("the schema"));
    assert!(schema["$id"].as_str().is_some_and(|id| id.ends_with("sarif-schema-2.1.0.json")), "{}", schema["$id"]);
    // Its pattern for languages has a bracket too many, which a strict reader of patterns refuses; we write none.
    for owner in ["run", "toolComponent"] {
        let language = schema.pointer_mut(&format!("/definitions/{owner}/properties/language"));
        assert!(language.and_then(Value::as_object_mut).expect("the property").remove("pattern").is_some());
    }
    let app = App::new("sarif");
    app.commit();
    app.change(&[
        ("auth: { jwt: { issuer: \"https://login.example.com/\", audience: demo } }", "auth: public"),
        ("    uses: { jobs: send }\n", "    uses: { jobs: send }\n    allow: { aws: [{ actions: [\"iam:*\"], resources: [\"*\"], why: \"\\\"<&>\" }] }\n"),
    ]);
    for arguments in [
        vec!["review", "--target", "all", "--format", "sarif"],
        vec!["review", "--target", "aws", "--format", "sarif", "--against", "main"],
        vec!["review", &podcast(), "--target", "all", "--format", "sarif"],
    ] {
        let log = json(&app.said(&arguments));
        check(&schema, &log);
        let read: serde_sarif::sarif::Sarif = serde_json::from_value(log.clone()).expect("SARIF");
        let results = read.runs[0].results.as_ref().expect("results");
        assert!(!results.is_empty(), "{arguments:?}");
        for result in results {
            let rules = read.runs[0].tool.driver.rules.as_ref().expect("rules");
            let index = usize::try_from(result.rule_index.expect("an index")).expect("an index");
            assert_eq!(Some(&rules[index].id), result.rule_id.as_ref());
        }
    }
    let denied = app.run(&["review", "--format", "sarif", "--deny", "public"]);
    let log = json(&String::from_utf8_lossy(&denied.stdout));
    let results = log["runs"][0]["results"].as_array().expect("results");
    let public = results.iter().find(|result| result["ruleId"] == "public").expect("a finding");
    assert_eq!(public["level"], "error");
    assert_eq!(public["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "portolan.yaml");
}

/// What a reader of Markdown makes of a page.
struct Read {
    html: usize,
    links: usize,
    code: Vec<String>,
    rows: usize,
}

fn read(page: &str) -> Read {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    let mut read = Read { html: 0, links: 0, code: Vec::new(), rows: 0 };
    for event in Parser::new_ext(page, Options::ENABLE_TABLES) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                let ours = ["details", "summary", "code", "br"];
                let inside = html.split('<').skip(1).map(|tag| tag.trim_start_matches('/'));
                let foreign = inside.filter(|tag| !ours.iter().any(|known| tag.starts_with(known)));
                read.html += foreign.count();
            }
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => read.links += 1,
            Event::Start(Tag::TableRow) => read.rows += 1,
            Event::Code(code) => read.code.push(code.to_string()),
            _ => {}
        }
    }
    read
}

#[test]
fn markdown_holds_what_users_wrote() {
    let evil = "a|b `x` ``y`` <img src=x onerror=alert(1)> [l](http://e.example) @octocat </code></details> \\";
    let app = App::new("markdown");
    let quoted = evil.replace('\\', "\\\\").replace('"', "\\\"");
    let grant = format!(
        "    uses: {{ jobs: send }}\n    allow: {{ aws: [{{ actions: [\"ses:SendEmail\"], resources: [\"*\"], why: \"{quoted}\" }}] }}\n"
    );
    app.change(&[("    uses: { jobs: send }\n", &grant)]);
    let page = app.said(&["review", "--target", "aws", "--format", "markdown"]);
    let found = read(&page);
    assert_eq!((found.html, found.links), (0, 0), "{page}");
    assert!(found.code.iter().any(|code| code.contains(evil)), "{:?}", found.code);
    assert!(found.rows > 5);
}

#[test]
fn markdown_fits_into_a_comment() {
    let mut spec = "portolan: 1\napp: big\ntargets: { aws: { provider: aws, region: eu-west-1 } }\ndefaults: { runtime: python3.13 }\nresources:\n".to_owned();
    let all = ["one", "two", "three", "four"];
    spec.extend(all.map(|name| format!("  {name}: {{ kind: bucket }}\n")));
    spec.push_str("functions:\n");
    let uses = all.map(|name| format!("{name}: [read, write, list, delete]")).join(", ");
    for at in 0..100 {
        let hand = match at % 40 {
            0 => ", allow: { aws: [{ actions: [\"ses:SendEmail\"], resources: [\"*\"], why: mail }] }",
            _ => "",
        };
        spec.push_str(&format!("  f{at}: {{ handler: src/work.handle, uses: {{ {uses} }}{hand} }}\n"));
    }
    let app = App::of("big", &spec);
    let page = app.said(&["review", "--format", "markdown"]);
    assert!(page.chars().count() < 60_000, "{}", page.chars().count());
    assert!(page.contains("ses:SendEmail"), "what deserves a look stays");
    let found = read(&page);
    assert_eq!((found.html, found.links), (0, 0));
    assert_eq!(page.matches("<details").count(), page.matches("</details>").count(), "folds are closed");
}
