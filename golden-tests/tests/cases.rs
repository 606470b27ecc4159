//! Every case and every example, compiled for every target it can have.

use portolan_golden_tests::{Golden, answers, check, check_with_code, diagnostics, kinds, root};
use std::fs;
use std::path::{Path, PathBuf};

fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

/// Compiles a spec and compares its answers with a folder.
fn compare(spec: &Path, folder: &Path, questions: impl Fn(&str) -> bool) -> Vec<String> {
    let code = folder.join("src").is_dir();
    let bytes = fs::read(spec).expect("a spec");
    let checked = check_with_code(&bytes, &kinds(folder), code.then_some(folder));
    let mut complaints = answers(&checked, &String::from_utf8_lossy(&bytes)).compare(folder, questions);
    if checked.compiled.is_empty() {
        complaints.push(format!("{}: no target compiles\n{}", spec.display(), diagnostics(&checked)));
    }
    complaints
}

#[test]
fn cases() {
    let folders = folders(&root().join("cases"));
    assert!(!folders.is_empty(), "there are no cases");
    let complaints: Vec<String> = folders
        .iter()
        .flat_map(|folder| {
            compare(&folder.join("spec.yaml"), folder, |path| {
                path == "spec.yaml" || path.starts_with("stdlib/") || path.starts_with("src/")
            })
        })
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
}

/// With their code, every example compiles for every target, and its templates prove.
#[test]
fn examples_prove_with_their_code() {
    for example in folders(&root().join("../examples")) {
        let bytes = fs::read(example.join("portolan.yaml")).expect("a spec");
        let checked = check_with_code(&bytes, &[], Some(&example));
        let errors = checked.found.iter().filter(|found| found.is_error()).count();
        assert!(errors == 0 && !checked.compiled.is_empty(), "{}\n{}", example.display(), diagnostics(&checked));
    }
}

/// What Deployment Manager lacks for an example that does not go there: its Google target, turned into one.
fn deployment_manager(spec: &Path) -> Option<Golden> {
    let text = fs::read_to_string(spec).expect("a spec");
    if text.contains("deployment-manager") {
        return None;
    }
    let turned =
        text.replace("provider: gcp,", "provider: gcp, format: deployment-manager, artifacts-bucket: acme-code,");
    let mut checked = check(turned.as_bytes(), &[]);
    checked.found.retain(|found| found.target.as_deref() == Some("gcp"));
    let mut golden = Golden::default();
    golden.add("diagnostics.txt", diagnostics(&checked));
    Some(golden)
}

#[test]
fn examples() {
    let examples = folders(&root().join("../examples"));
    assert!(!examples.is_empty(), "there are no examples");
    let golden = root().join("examples");
    let complaints: Vec<String> = examples
        .iter()
        .flat_map(|example| {
            let name = example.file_name().expect("a folder's name");
            let spec = example.join("portolan.yaml");
            let lacks = deployment_manager(&spec);
            let mut complaints = compare(&spec, &golden.join(name), |path| path.starts_with("gcp-dm/"));
            if let Some(lacks) = lacks {
                complaints.extend(lacks.compare(&golden.join(name).join("gcp-dm"), |_| false));
            }
            complaints
        })
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
}
