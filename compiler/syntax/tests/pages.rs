//! The page of each diagnostic keeps its word: its example shows the finding, its cure reads without any.

use portolan_diagnostics::Sources;
use portolan_syntax::parse;
use std::path::{Path, PathBuf};

/// Ids of this room that a page finds in a text.
fn found(text: &str) -> Vec<&'static str> {
    let whole = if text.contains("portolan: ") || text.contains("app: ") || text.starts_with('#') {
        text.to_owned()
    } else {
        format!("portolan: 1\napp: demo\n{text}")
    };
    let (_, findings) = parse(&Sources::default().add("portolan.yaml", whole));
    findings.iter().map(|finding| finding.id).collect()
}

/// The YAML block under a heading.
fn block<'a>(page: &'a str, heading: &str) -> &'a str {
    let (_, after) = page.split_once(&format!("## {heading}\n```yaml\n")).unwrap_or_default();
    after.split_once("```").map_or("", |(block, _)| block)
}

#[expect(clippy::disallowed_methods, reason = "a test reads the pages it is about")]
fn pages() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/diagnostics/syntax");
    let files = std::fs::read_dir(folder).expect("the pages").flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = files.collect();
    files.sort();
    let page = |file: &PathBuf| {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        (format!("syntax/{name}"), std::fs::read_to_string(file).expect("a page"))
    };
    files.iter().map(page).collect()
}

#[test]
fn every_example_shows_its_finding_and_every_cure_cures() {
    let pages = pages();
    assert!(pages.len() > 40, "{} pages", pages.len());
    for (id, page) in pages {
        assert!(page.starts_with(&format!("# {id}: ")), "{id} begins with its title");
        let cure = found(block(&page, "Cure"));
        let only_parts_missing = |id: &&str| matches!(*id, "syntax/version-missing" | "syntax/missing-key");
        assert!(cure.iter().all(|found| only_parts_missing(found) && *found != id), "{id}: the cure shows {cure:?}");
        // Bytes that are no UTF-8 cannot stand in a page.
        if id != "syntax/encoding" {
            let example = found(block(&page, "Example"));
            assert!(example.contains(&id.as_str()), "{id}: the example shows {example:?}");
        }
    }
}
