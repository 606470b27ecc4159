//! Every diagnostic has one case that shows it, a page that explains it, and one meaning in the source.

use portolan_diagnostics::{Diagnostic, Severity};
use portolan_golden_tests::{Checked, Golden, check, diagnostics, kinds, root};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What a file says it will show: severity, id, and `file:line`.
type Marker = (Severity, String, Option<String>);

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> =
        fs::read_dir(root().join("errors")).expect("errors").flatten().map(|entry| entry.path()).collect();
    cases.sort();
    cases
}

/// Reads `# error: id` (this line), `# next error: id` (the next line) and `# whole error: id` (no line).
fn markers(name: &str, spec: &str) -> Vec<Marker> {
    let words = [("error: ", Severity::Error), ("warning: ", Severity::Warning), ("note: ", Severity::Note)];
    let mut markers = Vec::new();
    for (line, number) in spec.lines().zip(1_u32..) {
        for (word, severity) in words {
            for (lead, place) in [("# ", Some(number)), ("# next ", Some(number + 1)), ("# whole ", None)] {
                if let Some((_, rest)) = line.split_once(&format!("{lead}{word}")) {
                    let id: String = rest.chars().take_while(|c| !c.is_whitespace()).collect();
                    markers.push((severity, id, place.map(|line| format!("{name}:{line}"))));
                }
            }
        }
    }
    markers
}

fn place(found: &Diagnostic, checked: &Checked) -> Option<String> {
    found.primary.as_ref().map(|label| checked.sources.place(label.span))
}

/// All markers of a case: of its spec, and of the kinds and other files beside it.
fn markers_of(case: &Path) -> Vec<Marker> {
    let read = |file: &str| fs::read(case.join(file)).unwrap_or_default();
    let texts = ["spec.yaml", "shows"].map(|file| (file.to_owned(), String::from_utf8_lossy(&read(file)).into_owned()));
    texts.into_iter().chain(kinds(case)).flat_map(|(name, text)| markers(&name, &text)).collect()
}

#[test]
fn every_case_shows_what_it_says() {
    let mut complaints = Vec::new();
    for case in cases() {
        let Ok(bytes) = fs::read(case.join("spec.yaml")) else { continue };
        let checked = check(&bytes, &kinds(&case));
        let name = case.display();
        let markers = markers_of(&case);
        let found: BTreeSet<(Severity, &str)> = checked.found.iter().map(|found| (found.severity, found.id)).collect();
        let marked: BTreeSet<(Severity, &str)> =
            markers.iter().map(|(severity, id, _)| (*severity, id.as_str())).collect();
        if found != marked {
            complaints.push(format!("{name}: says {marked:?}, shows {found:?}\n{}", diagnostics(&checked)));
        }
        for (_, id, expected) in markers.iter().filter(|(_, _, expected)| expected.is_some()) {
            if !checked.found.iter().any(|found| found.id == id && place(found, &checked) == *expected) {
                complaints.push(format!("{name}: `{id}` is not at {expected:?}\n{}", diagnostics(&checked)));
            }
        }
        let mut golden = Golden::default();
        golden.add("diagnostics.txt", diagnostics(&checked));
        complaints.extend(golden.compare(&case, |path| path != "diagnostics.txt"));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

/// The ids that the source makes diagnostics with.
fn made() -> BTreeSet<String> {
    let mut files = Vec::new();
    for room in ["compiler", "providers"] {
        sources(&root().join("..").join(room), &mut files);
    }
    let phases =
        ["syntax", "model", "resolve", "access", "target", "catalog", "package", "plan", "cli", "aws", "gcp", "azure"];
    let mut ids = BTreeSet::new();
    // The room of SDKs makes no findings, and names packages that look like ids.
    let silent = ["tests", "sdk"];
    let finds = |file: &&PathBuf| !file.components().any(|step| silent.iter().any(|name| step.as_os_str() == *name));
    for file in files.iter().filter(finds) {
        let text = fs::read_to_string(file).expect("a source");
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for quoted in code.split('"').skip(1) {
            let Some((phase, what)) = quoted.split_once('/') else { continue };
            let word = !what.is_empty() && what.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
            if phases.contains(&phase) && word {
                ids.insert(quoted.to_owned());
            }
        }
    }
    ids
}

#[test]
fn every_id_has_a_case_and_a_page() {
    let mut shown: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for case in cases() {
        let name = case.file_name().expect("a name").to_string_lossy().into_owned();
        for id in markers_of(&case).into_iter().map(|(_, id, _)| id).collect::<BTreeSet<_>>() {
            shown.entry(id).or_default().push(name.clone());
        }
    }
    let mut complaints = Vec::new();
    let made = made();
    // A bug of ours cannot be shown by a spec; `settle` shows it in its own tests.
    for id in made.iter().filter(|id| *id != "target/bug") {
        match shown.get(id).map(Vec::as_slice) {
            Some([_]) => {}
            Some(cases) => complaints.push(format!("`{id}` is shown by several cases: {}", cases.join(", "))),
            None => complaints.push(format!("`{id}` is shown by no case under golden-tests/errors/")),
        }
        if !root().join(format!("../docs/diagnostics/{id}.md")).exists() {
            complaints.push(format!("`{id}` has no page docs/diagnostics/{id}.md"));
        }
    }
    complaints
        .extend(shown.keys().filter(|id| !made.contains(*id)).map(|id| format!("`{id}` is shown and never made")));
    complaints
        .extend(pages().difference(&made).map(|id| format!("docs/diagnostics/{id}.md explains what is never made")));
    assert!(complaints.is_empty(), "{} complaints\n{}", complaints.len(), complaints.join("\n"));
    assert!(made.len() >= 60, "there are {} diagnostics", made.len());
}

fn pages() -> BTreeSet<String> {
    let mut pages = BTreeSet::new();
    for phase in fs::read_dir(root().join("../docs/diagnostics")).expect("pages").flatten() {
        for page in fs::read_dir(phase.path()).into_iter().flatten().flatten() {
            let what = page.path().file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            pages.insert(format!("{}/{what}", phase.file_name().to_string_lossy()));
        }
    }
    pages
}
