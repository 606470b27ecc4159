//! Which files say what a function depends on: those nearest to its code, the cloud's own before the general ones.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use portolan_diagnostics::{Diagnostic, Source, Sources};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::requirements::{Kind, Requirements, normalized};
use crate::{Code, Language, Platform};

/// The files that declare a function's dependencies.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    /// The folder they lie in.
    pub(super) folder: PathBuf,
    /// The folder that nothing they name may leave.
    pub(super) app: PathBuf,
    pub(super) manifest: Manifest,
    /// Whether nothing but what they name can be installed.
    pub(super) is_locked: bool,
    /// Whether every requirement names one version.
    pub(super) is_pinned: bool,
    /// Everything that was read, in order: what the digest is of, and where findings point.
    pub(super) texts: Vec<Declaring>,
}

/// One of the files.
#[derive(Clone, Debug)]
pub(super) struct Declaring {
    pub(super) path: PathBuf,
    /// For findings; nothing for a file of bytes.
    pub(super) source: Option<Source>,
    pub(super) bytes: Vec<u8>,
}

/// What kind of files they are.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Manifest {
    /// `requirements.txt` and what it includes.
    Requirements,
    /// `pyproject.toml` without a lock.
    Project,
    /// `pyproject.toml` and `uv.lock`.
    UvLock,
    /// `package.json`, as it holds for the cloud, and the lock's text.
    Node(Box<NodeManifest>),
}

/// A Node manifest.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NodeManifest {
    /// The general file's keys under the cloud's own, and the dependencies of one of them only.
    pub(super) package: Map<String, Value>,
    /// Whether the cloud has a file of its own.
    pub(super) is_of_cloud: bool,
    pub(super) lock: Option<Vec<u8>>,
    /// The name that a lock would have to have.
    pub(super) lock_name: String,
}

/// The sections of a `package.json` that say what is installed.
pub(super) const SECTIONS: [&str; 5] =
    ["dependencies", "optionalDependencies", "peerDependencies", "devDependencies", "bundleDependencies"];

/// The clouds' words in names of files.
pub(super) const CLOUDS: [&str; 3] = ["aws", "gcp", "azure"];

/// Finds what a function depends on: in the root of its code, else in the app's folder.
pub(super) fn find(
    code: &Code,
    app: &Path,
    platform: Platform,
    language: Language,
    sources: &mut Sources,
) -> Result<Option<Declared>, Vec<Diagnostic>> {
    let root = match code {
        Code::Folder(folder) => folder,
        Code::Listed { base, .. } => base,
    };
    for folder in [root.as_path(), app] {
        // Without `.` between its words: findings show it.
        let folder: PathBuf = folder.components().collect();
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder.as_path() };
        let mut search = Search { folder, app, cloud: platform.word(), sources, texts: Vec::new(), wrong: Vec::new() };
        let found = match language {
            Language::Python => search.python(),
            Language::Node => search.node(),
        };
        if !search.wrong.is_empty() {
            return Err(search.wrong);
        }
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

struct Search<'a> {
    folder: &'a Path,
    app: &'a Path,
    cloud: &'static str,
    sources: &'a mut Sources,
    texts: Vec<Declaring>,
    wrong: Vec<Diagnostic>,
}

impl Search<'_> {
    fn python(&mut self) -> Option<Declared> {
        for name in [format!("requirements.{}.txt", self.cloud), "requirements.txt".to_owned()] {
            if let Some(source) = self.text(&self.folder.join(name)) {
                return self.requirements(&source);
            }
        }
        let project = self.text(&self.folder.join("pyproject.toml"))?;
        let table: toml::Table = match project.text().parse() {
            Ok(table) => table,
            Err(error) => {
                self.wrong.push(no_toml(&project, &error));
                return None;
            }
        };
        let asked =
            table.get("project").and_then(|project| project.get("dependencies")).and_then(toml::Value::as_array);
        let asked = asked.filter(|asked| !asked.is_empty())?;
        let is_pinned = asked.iter().filter_map(toml::Value::as_str).all(|one| Requirements::read(one).is_pinned());
        let is_locked = self.text(&self.folder.join("uv.lock")).is_some();
        Some(self.declared(if is_locked { Manifest::UvLock } else { Manifest::Project }, is_locked, is_pinned))
    }

    /// A requirements file that asks for something, with all that it includes.
    fn requirements(&mut self, source: &Source) -> Option<Declared> {
        let (mut is_locked, mut is_pinned, mut is_empty) = (true, true, true);
        let mut open = vec![(source.clone(), self.folder.to_owned())];
        while let Some((source, folder)) = open.pop() {
            let read = Requirements::read(source.text());
            is_locked &= read.is_lock();
            is_pinned &= read.is_pinned();
            is_empty &= read.is_empty();
            for (path, range) in read.includes() {
                let path = folder.join(path);
                if self.texts.iter().any(|known| known.path == path) {
                    continue;
                }
                match self.text(&path) {
                    Some(text) => open.push((text, path.parent().unwrap_or(&folder).to_owned())),
                    None => self.wrong.push(no_include(&source, range)),
                }
            }
            for line in &read.lines {
                // The bytes of local files belong to what is asked for.
                if let Kind::Requirement { name: None, .. } = line.kind {
                    let path = folder.join(source.text()[line.range.clone()].trim_start_matches("-e").trim());
                    if let (true, Ok(bytes)) = (path.is_file(), fs::read(&path)) {
                        self.texts.push(Declaring { path, source: None, bytes });
                    }
                }
            }
        }
        (!is_empty).then(|| self.declared(Manifest::Requirements, is_locked, is_pinned))
    }

    fn node(&mut self) -> Option<Declared> {
        let general = self.text(&self.folder.join("package.json"));
        let own = self.text(&self.folder.join(format!("package.{}.json", self.cloud)));
        let mut package = Map::new();
        for source in [&general, &own].into_iter().flatten() {
            let read: Map<String, Value> = match serde_json::from_str(source.text()) {
                Ok(read) => read,
                Err(error) => {
                    self.wrong.push(no_json(source, &error));
                    return None;
                }
            };
            // Lists of packages are not merged: the cloud's own take the place of the general ones.
            SECTIONS.iter().for_each(|section| drop(package.shift_remove(*section)));
            package.extend(read);
        }
        let asked: Vec<&Map<String, Value>> =
            SECTIONS[..2].iter().filter_map(|section| package.get(*section)?.as_object()).collect();
        if asked.iter().all(|asked| asked.is_empty()) {
            return None;
        }
        let exact = |version: &Value| {
            version.as_str().is_some_and(|version| version.starts_with(|first: char| first.is_ascii_digit()))
        };
        let is_pinned = asked.iter().flat_map(|asked| asked.values()).all(exact);
        let lock_name = match own {
            Some(_) => format!("package-lock.{}.json", self.cloud),
            None => "package-lock.json".to_owned(),
        };
        let lock = self.text(&self.folder.join(&lock_name)).map(|lock| lock.text().as_bytes().to_vec());
        self.text(&self.folder.join(".npmrc"));
        let is_locked = lock.is_some();
        let manifest = NodeManifest { package, is_of_cloud: own.is_some(), lock, lock_name };
        Some(self.declared(Manifest::Node(Box::new(manifest)), is_locked, is_pinned))
    }

    fn text(&mut self, path: &Path) -> Option<Source> {
        let bytes = fs::read(path).ok()?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let shown = path.strip_prefix(".").unwrap_or(path).display().to_string();
        let source = self.sources.add(shown, text);
        self.texts.push(Declaring { path: path.to_owned(), source: Some(source.clone()), bytes });
        Some(source)
    }

    fn declared(&mut self, manifest: Manifest, is_locked: bool, is_pinned: bool) -> Declared {
        let texts = std::mem::take(&mut self.texts);
        Declared { folder: self.folder.to_owned(), app: self.app.to_owned(), manifest, is_locked, is_pinned, texts }
    }
}

impl Declared {
    /// The file that a finding is about where it has no better place.
    pub(super) fn main(&self) -> &Declaring {
        let named = |known: &&Declaring| !known.path.ends_with("package.json");
        match &self.manifest {
            Manifest::Node(node) if node.is_of_cloud => self.texts.iter().find(named).unwrap_or(&self.texts[0]),
            _ => &self.texts[0],
        }
    }

    /// Everything that was read, in one hash. Paths do not count: the same app gives the same wherever it lies.
    pub(super) fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for text in &self.texts {
            let name = text.path.file_name().unwrap_or_default().to_string_lossy();
            for part in [name.as_bytes(), text.bytes.as_slice()] {
                hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
                hash.update(part);
            }
        }
        crate::hash::hex(&hash.finalize())
    }

    /// The requirements files among what was read.
    pub(super) fn requirements(&self) -> impl Iterator<Item = (&Path, Requirements)> {
        let sources = self.texts.iter().filter(|_| self.manifest == Manifest::Requirements);
        sources.filter_map(|text| Some((text.path.as_path(), Requirements::read(text.source.as_ref()?.text()))))
    }

    /// Where a package is asked for: its line, or its key in `package.json`.
    pub(super) fn place(&self, package: &str) -> Option<portolan_diagnostics::Span> {
        let of = |text: &Declaring| {
            let source = text.source.as_ref()?;
            let range = match self.manifest {
                Manifest::Requirements => line_of(source.text(), package)?,
                _ => quoted(source.text(), package)?,
            };
            Some(source.span(range))
        };
        let locks = |text: &&Declaring| {
            let name = text.path.file_name().unwrap_or_default().to_string_lossy();
            !name.contains("lock")
        };
        // The cloud's own file is read last and counts first.
        self.texts.iter().rev().filter(locks).find_map(of)
    }
}

fn line_of(text: &str, package: &str) -> Option<Range<usize>> {
    let named =
        |kind: &Kind| matches!(kind, Kind::Requirement { name: Some(name), .. } if *name == normalized(package));
    Requirements::read(text).lines.into_iter().find(|line| named(&line.kind)).map(|line| line.range)
}

/// `"numpy` at the beginning of a quoted text, up to its end.
fn quoted(text: &str, package: &str) -> Option<Range<usize>> {
    let begins = |at: usize, quote: char| {
        let rest = &text[at + 1..];
        let name = rest.get(..package.len())?;
        let after = rest[package.len()..].chars().next()?;
        let ends = !after.is_ascii_alphanumeric() && !"-_.".contains(after);
        (normalized(name) == normalized(package) && ends)
            .then(|| rest.find(quote).map(|end| at..at + end + 2))
            .flatten()
    };
    text.char_indices().filter(|(_, letter)| matches!(letter, '"' | '\'')).find_map(|(at, quote)| begins(at, quote))
}

fn no_include(source: &Source, range: &Range<usize>) -> Diagnostic {
    let message = format!("`{}` includes a file that cannot be read", source.name());
    Diagnostic::error("package/requirement", message)
        .at(source.span(range.clone()), "")
        .help("the path is relative to the file that includes it")
}

fn no_toml(source: &Source, error: &toml::de::Error) -> Diagnostic {
    let message = format!("`{}` cannot be read: {}", source.name(), error.message());
    Diagnostic::error("package/requirement", message).at(source.span(error.span().unwrap_or(0..0)), "")
}

fn no_json(source: &Source, error: &serde_json::Error) -> Diagnostic {
    let words = error.to_string();
    let what = words.split(" at line ").next().unwrap_or_default();
    let before: usize = source.text().split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let at = (before + error.column().saturating_sub(1)).min(source.text().len());
    Diagnostic::error("package/requirement", format!("`{}` is no JSON object: {what}", source.name()))
        .at(source.span(at..at), "")
}
