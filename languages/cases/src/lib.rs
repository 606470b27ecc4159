//! Small programs with the permissions they need written beside the calls, checked in both directions: what is expected and
//! not found, and what is found and not expected.
//!
//! A file of cases is Markdown. A case is a heading of the second level, files (a path in backticks on a line of its own, then
//! a fence), and perhaps `handler: app.py:handler` before the first file; otherwise the handler is what starts the first file.
//! A comment with `=>` at the end of a line lists, between semicolons, exactly what that line needs: `permission kind name`, and
//! `/ part` behind the name for an object's key or an index. `${X}` is an environment variable, `*` what is not known. `? words`
//! expects that the line is reported as not understood, in these words.

mod case; // start reading here
mod found;

pub use portolan_sdk::Language as Sdk;

use case::{Case, cases};
use found::found;
use portolan_evidence::{Front, Handler, Program, observe};
use portolan_program::Language;
use std::fs;
use std::path::Path;

/// Checks every case of a folder, and says how many there were.
///
/// # Panics
/// Where a case finds something else than it says, or the folder holds no case.
pub fn check(front: &dyn Language, language: Sdk, folder: &str) -> usize {
    let mut wrong = Vec::new();
    let mut count = 0;
    let entries = fs::read_dir(Path::new(folder)).expect("the folder of cases").filter_map(Result::ok);
    let mut paths: Vec<_> =
        entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "md")).collect();
    paths.sort();
    for path in paths {
        let text = fs::read_to_string(&path).expect("a file of cases");
        for case in cases(&text) {
            count += 1;
            if let Some(difference) = difference(front, language, &case) {
                wrong.push(format!("{}:{}: {}\n{difference}", path.display(), case.line, case.title));
            }
        }
    }
    assert!(count > 0, "{folder} holds no case");
    assert!(wrong.is_empty(), "{} of {count} cases are wrong\n\n{}", wrong.len(), wrong.join("\n"));
    count
}

/// Every file of a folder's cases: its path and text. For tests that feed a front end with real text.
#[must_use]
pub fn texts(folder: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(Path::new(folder)).into_iter().flatten().filter_map(Result::ok);
    let texts = entries.filter_map(|entry| fs::read_to_string(entry.path()).ok());
    texts.flat_map(|text| cases(&text)).flat_map(|case| case.files).collect()
}

fn difference(front: &dyn Language, language: Sdk, case: &Case) -> Option<String> {
    let files = case.tree();
    let fronts = [Front { front, language }];
    let program = Program::new(&files, &fronts);
    let (file, symbol) = match case.handler.split_once(':') {
        Some((file, symbol)) => (file.to_owned(), Some(symbol.to_owned())),
        None => (case.handler.clone(), None),
    };
    let evidence = match observe(&program, &Handler { file, symbol }) {
        Ok(evidence) => evidence,
        Err(missing) => return Some(format!("  there is no handler: {missing:?}\n")),
    };
    let found = found(&evidence);
    let expected = case.expected();
    let mut lines = String::new();
    for line in expected.iter().filter(|line| !found.iter().any(|found| line.is(found))) {
        lines.push_str(&format!("  not found: {line}\n"));
    }
    for line in found.iter().filter(|found| !expected.iter().any(|line| line.is(found))) {
        lines.push_str(&format!("  not expected: {line}\n"));
    }
    (!lines.is_empty()).then_some(lines)
}
