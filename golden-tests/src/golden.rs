//! Comparing a folder with what was produced.

use similar::TextDiff;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the golden tests.
#[must_use]
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The library in the `stdlib` folder of a case: paths inside it, and texts.
#[must_use]
pub fn kinds(case: &Path) -> Vec<(String, String)> {
    let folder = case.join("stdlib");
    let mut files = BTreeSet::new();
    list(&folder, &mut files);
    let inside = |path: &Path| path.strip_prefix(&folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
    files.iter().map(|path| (inside(path), fs::read_to_string(path).expect("a readable library"))).collect()
}

/// The answers of one case: paths inside its folder, and their texts.
#[derive(Debug, Default)]
pub struct Golden {
    /// The answers.
    pub answers: BTreeMap<String, String>,
}

impl Golden {
    /// Adds an answer.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.answers.insert(path.into(), text.into());
    }

    /// Compares with the folder, or rewrites it when `GOLDEN=update`. `questions` are the files that belong to the case
    /// and are no answers. Gives a readable complaint for every difference.
    #[must_use]
    pub fn compare(&self, folder: &Path, questions: impl Fn(&str) -> bool) -> Vec<String> {
        let update = std::env::var("GOLDEN").is_ok_and(|mode| mode == "update");
        let mut complaints = Vec::new();
        for (path, text) in &self.answers {
            let file = folder.join(path);
            let expected = fs::read_to_string(&file).unwrap_or_default();
            if *text == expected && file.exists() {
                continue;
            }
            match update {
                true => write(&file, text),
                false => complaints.push(difference(&file, &expected, text)),
            }
        }
        for path in self.left_over(folder, questions) {
            match update {
                true => fs::remove_file(&path).expect("a file that was just listed"),
                false => complaints.push(format!("{}: no stage produces this file any more", path.display())),
            }
        }
        complaints
    }

    fn left_over(&self, folder: &Path, questions: impl Fn(&str) -> bool) -> Vec<PathBuf> {
        let mut files = BTreeSet::new();
        list(folder, &mut files);
        let inside = |path: &PathBuf| path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
        files
            .into_iter()
            .filter(|path| !self.answers.contains_key(&inside(path)) && !questions(&inside(path)))
            .collect()
    }
}

fn write(file: &Path, text: &str) {
    fs::create_dir_all(file.parent().expect("a file in a folder")).expect("a writable tree");
    fs::write(file, text).expect("a writable tree");
}

fn difference(file: &Path, expected: &str, actual: &str) -> String {
    let diff = TextDiff::from_lines(expected, actual);
    let diff = diff.unified_diff().context_radius(3).header("expected", "actual").to_string();
    format!("{}\n{diff}\naccept with: GOLDEN=update cargo test -p portolan-golden-tests", file.display())
}

fn list(folder: &Path, files: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            list(&path, files);
        } else {
            files.insert(path);
        }
    }
}
