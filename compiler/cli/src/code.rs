//! An app's code on disk, and the languages it may be written in.

use portolan_evidence::Front;
use portolan_program::Files;
use portolan_sdk::Language;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::{fs, io};

/// The languages whose calls are followed.
pub const FRONTS: &[Front<'static>] = &[
    Front { front: &portolan_python::Python, language: Language::Python },
    Front { front: &portolan_javascript::JavaScript, language: Language::JavaScript },
    Front { front: &portolan_go::Go, language: Language::Go },
    Front { front: &portolan_java::Java, language: Language::Java },
    Front { front: &portolan_ruby::Ruby, language: Language::Ruby },
    Front { front: &portolan_rust::Rust, language: Language::Rust },
    Front { front: &portolan_csharp::CSharp, language: Language::CSharp },
];

/// Folders that hold what others wrote or what was built.
const SKIPPED: &[&str] = &[
    ".aws-sam",
    ".git",
    ".hg",
    ".next",
    ".serverless",
    ".terraform",
    ".tox",
    ".venv",
    ".webpack",
    "__pycache__",
    "bower_components",
    "cdk.out",
    "node_modules",
    "obj",
    "site-packages",
    "venv",
];

/// Folders that hold what others wrote or what was built where one of these files is beside them, and the app's own otherwise.
const BESIDE: &[(&str, &[&str])] =
    &[("target", &["Cargo.toml", "build.sbt", "pom.xml"]), ("vendor", &["Gemfile", "composer.json", "go.mod"])];

/// Source files are smaller than this; bigger ones are bundles and data.
const LARGEST: u64 = 2 * 1024 * 1024;

/// The files below a folder: their names are read at once, their texts when they are asked for, and once.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    paths: Vec<String>,
    texts: Vec<OnceLock<Option<Arc<str>>>>,
}

impl Folder {
    /// Lists a folder. Folders of dependencies and builds are left out, unless `kept` (relative to the root) lies in them.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn read(root: &Path, kept: &str) -> io::Result<Self> {
        let mut paths = Vec::new();
        list(root, "", kept, &mut paths)?;
        paths.sort();
        let texts = paths.iter().map(|_| OnceLock::new()).collect();
        Ok(Self { root: root.to_path_buf(), paths, texts })
    }
}

impl Files for Folder {
    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn text(&self, path: &str) -> Option<Arc<str>> {
        let at = self.paths.binary_search_by(|known| known.as_str().cmp(path)).ok()?;
        self.texts[at].get_or_init(|| text(&self.root.join(path))).clone()
    }
}

fn text(path: &Path) -> Option<Arc<str>> {
    let small = fs::metadata(path).is_ok_and(|file| file.len() <= LARGEST);
    let bytes = small.then(|| fs::read(path).ok()).flatten()?;
    match String::from_utf8(bytes) {
        Ok(text) => Some(text.into()),
        Err(error) => Some(String::from_utf8_lossy(error.as_bytes()).into()),
    }
}

fn list(folder: &Path, inside: &str, kept: &str, paths: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = if inside.is_empty() { name.clone() } else { format!("{inside}/{name}") };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            let wanted = !is_skipped(folder, &name) || kept.starts_with(&format!("{path}/"));
            if wanted {
                list(&entry.path(), &path, kept, paths)?;
            }
        } else if kind.is_file() || entry.path().is_file() {
            paths.push(path);
        }
    }
    Ok(())
}

fn is_skipped(folder: &Path, name: &str) -> bool {
    let beside = BESIDE.iter().find(|(skipped, _)| *skipped == name).map_or(&[][..], |(_, files)| files);
    SKIPPED.contains(&name) || beside.iter().any(|file| folder.join(file).is_file())
}
