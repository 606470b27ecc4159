//! Every finding of this room, shown by a case under `golden-tests/errors/`: real files in, exact words out.
//!
//! A case is a folder `package-*` with `code/`, a `request.json` that says what differs from the usual request, and
//! what must not lie in a repository (links out of it, large files) described under `make`. `GOLDEN=update` rewrites
//! the expected `diagnostics.txt`.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use portolan_diagnostics::{Diagnostic, Sources, Style, render};
use portolan_package::{
    Architecture, Code, Deployment, Handler, Payload, Platform, Request, SourceFile, collect, pack,
};
use serde_json::Value;

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden-tests/errors");
    let all = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> = all.filter(|path| name(path).starts_with("package-")).collect();
    cases.sort();
    cases
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => fs::copy(entry.path(), target).map(drop).unwrap(),
        }
    }
}

/// The case's code in a folder of its own, with what is made for it.
fn code(case: &Path, asked: &Value) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cases").join(name(case));
    let _ = fs::remove_dir_all(&folder);
    copy(&case.join("code"), &folder);
    for thing in asked["make"].as_array().into_iter().flatten() {
        let path = folder.join(thing["path"].as_str().unwrap());
        match thing["link"].as_str() {
            Some(link) => symlink(link, path).unwrap(),
            None => fs::File::create(path).unwrap().set_len(thing["megabytes"].as_u64().unwrap_or(0) << 20).unwrap(),
        }
    }
    folder
}

fn request(asked: &Value, files: Vec<SourceFile>) -> Request {
    let text = |key: &str, usual: &str| asked[key].as_str().unwrap_or(usual).to_owned();
    Request {
        deployment: Deployment::default(),
        function: "tag".to_owned(),
        runtime: text("runtime", "python3.13"),
        architecture: Architecture::X86,
        handler: match asked["executable"].as_str() {
            Some(file) => Some(Handler { file: file.to_owned(), symbol: None }),
            None => Handler::parse(&text("handler", "src/tag.handle")),
        },
        application: None,
        payload: if text("payload", "native") == "native" { Payload::Native } else { Payload::Neutral },
        files,
        platform: match text("platform", "aws").as_str() {
            "aws" => Platform::Aws,
            "gcp" => Platform::Google,
            _ => Platform::Azure,
        },
        triggers: Vec::new(),
        timeout_seconds: 30,
        place: None,
    }
}

fn found(case: &Path) -> Vec<Diagnostic> {
    let asked: Value = serde_json::from_str(&fs::read_to_string(case.join("request.json")).unwrap()).unwrap();
    let folder = code(case, &asked);
    let parts: Vec<&str> = asked["code"].as_array().into_iter().flatten().map(|part| part.as_str().unwrap()).collect();
    let mut found = Vec::new();
    if let Some(files) = collect(&Code::of(&folder, &parts), &[]).report_to(&mut found) {
        let request = request(&asked, files);
        found.extend(pack(&request).diagnostics);
    }
    found
}

#[test]
fn every_case_shows_what_it_says() {
    assert!(cases().len() >= 11, "the cases are gone");
    for case in cases() {
        let found = found(&case);
        let marked = fs::read_to_string(case.join("shows")).unwrap();
        for one in &found {
            assert_eq!(marked.trim(), format!("# whole {}: {}", one.severity.word(), one.id), "{}", name(&case));
        }
        let shown: String = found.iter().map(|one| render(one, &Sources::default(), Style::Plain)).collect();
        let file = case.join("diagnostics.txt");
        if std::env::var("GOLDEN").is_ok_and(|mode| mode == "update") {
            fs::write(&file, &shown).unwrap();
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        assert!(!shown.is_empty() && shown == expected, "{}: expected\n{expected}\nfound\n{shown}", name(&case));
    }
}
