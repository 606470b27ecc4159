//! Installing: once for each set of packages and platform, several at a time, and not at all where the cache knows it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use portolan_diagnostics::{Checked, Diagnostic};
use sha2::{Digest, Sha256};

use super::cache::{Cache, Entry, Record};
use super::declared::{Declared, Manifest, NodeManifest};
use super::placed::Dependencies;
use super::resolution::Resolution;
use super::tools::{Python, Tool, Tools};
use super::{Asked, adapters, complaint, node, python, tree};
use crate::{Language, Platform, SourceFile, archive};

/// Who is told how far it is.
pub trait Progress: Sync {
    /// So many of all sets are done, and this one is next or was last.
    fn at(&self, done: usize, all: usize, what: &str);
}

/// Installs what functions depend on, in the order given. Findings come once for each set of packages.
pub fn install(
    functions: &[(&str, &Asked)],
    tools: &Tools,
    cache: &Cache,
    progress: &dyn Progress,
) -> Vec<Checked<Dependencies>> {
    let mut sets: BTreeMap<String, &Asked> = BTreeMap::new();
    for (_, asked) in functions.iter().filter(|(_, asked)| !asked.is_empty()) {
        sets.entry(asked.digest()).or_insert(asked);
    }
    let sets: Vec<(String, &Asked)> = sets.into_iter().collect();
    let done = installed(&sets, tools, cache, progress);
    let mut told: Vec<&str> = Vec::new();
    functions
        .iter()
        .map(|(function, asked)| {
            let digest = asked.digest();
            let Some((digest, outcome)) = done.get_key_value(&digest) else {
                return Checked::new(Dependencies::default().for_nothing(asked), Vec::new());
            };
            let first = !told.contains(&digest.as_str());
            told.push(digest);
            match outcome {
                Ok(entry) => {
                    let found = asked.unlocked(function).filter(|_| first);
                    Checked::new(dependencies(asked, digest, entry), found.into_iter().collect())
                }
                Err(wrong) => Checked::stopped(if first { wrong.clone() } else { Vec::new() }),
            }
        })
        .collect()
}

/// What an artifact's packages are called, without installing anything: by its lock, or by what the same files came to when
/// they were last installed on this machine.
#[must_use]
pub fn expected(function: &str, asked: &Asked, cache: Option<&Cache>) -> (Dependencies, Option<Diagnostic>) {
    if asked.is_empty() {
        return (Dependencies::default().for_nothing(asked), None);
    }
    let digest = asked.digest();
    if asked.is_locked() {
        return (Dependencies::known(asked, digest), None);
    }
    match cache.and_then(|cache| cache.last(&digest)) {
        Some(known) => (Dependencies::known(asked, known), None),
        None => {
            let message =
                format!("which packages `{function}` gets is not known before it is built: they have no lock");
            let found = Diagnostic::note("package/unresolved", message);
            let found = match asked.declared.as_ref().and_then(complaint::start) {
                Some(place) => found.at(place, "its package counts as changed"),
                None => found,
            };
            let found = found.help("build it here, or commit a lock: then only what changes is shown as changed");
            (Dependencies::known(asked, format!("{digest} unresolved")), Some(found))
        }
    }
}

fn dependencies(asked: &Asked, digest: &str, entry: &Entry) -> Dependencies {
    let name = if asked.is_locked() { digest.to_owned() } else { came_to(digest, &entry.record.resolution) };
    Dependencies::known(asked, name).with_files(
        entry.zip.clone(),
        entry.record.packages.clone(),
        &entry.record.resolution,
    )
}

/// What is asked for and what it came to, in one hash.
fn came_to(asked: &str, resolution: &Resolution) -> String {
    crate::hash::hex(&Sha256::digest(format!("{asked}\n{}", resolution.lock)))
}

type Outcome = Result<Entry, Vec<Diagnostic>>;

/// Every set, two or more at a time: what they wait for is mostly the network.
fn installed(
    sets: &[(String, &Asked)],
    tools: &Tools,
    cache: &Cache,
    progress: &dyn Progress,
) -> BTreeMap<String, Outcome> {
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let outcomes = Mutex::new(BTreeMap::new());
    let workers = sets.len().min(4);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((digest, asked)) = sets.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let what = asked.what();
                    progress.at(done.load(Ordering::Relaxed), sets.len(), &what);
                    let outcome = Set { asked, digest, tools, cache }.entry();
                    progress.at(done.fetch_add(1, Ordering::Relaxed) + 1, sets.len(), &what);
                    outcomes.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(digest.clone(), outcome);
                }
            });
        }
    });
    outcomes.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Asked {
    /// `requirements.txt for python3.13, aarch64, glibc 2.34`
    fn what(&self) -> String {
        let added = match self.abi.language {
            Language::Node => node::AZURE_FUNCTIONS,
            Language::Python => "the app's adapters",
        };
        let name = self.declared.as_ref().map_or(added.to_owned(), complaint::name_of);
        format!("{name} for {}", self.abi.name())
    }
}

/// One set of packages on one platform.
struct Set<'a> {
    asked: &'a Asked,
    digest: &'a str,
    tools: &'a Tools,
    cache: &'a Cache,
}

impl Set<'_> {
    fn entry(&self) -> Outcome {
        let added = self.added();
        let about = self.asked.declared.as_ref().unwrap_or(&added);
        let tool = self.tool(about).map_err(|wrong| vec![wrong])?;
        let key = crate::hash::hex(&Sha256::digest(format!("{}\n{}", self.digest, tool.version)));
        if let Some(entry) = self.cache.get(&key) {
            self.remember(&entry)?;
            return Ok(entry);
        }
        let scratch = self.cache.scratch().map_err(|error| vec![complaint::scratch(&error)])?;
        let entry = self.made(&added, scratch.path())?;
        self.cache.put(&key, &entry, scratch.path()).map_err(|error| vec![complaint::scratch(&error)])?;
        self.remember(&entry)?;
        Ok(entry)
    }

    fn remember(&self, entry: &Entry) -> Result<(), Vec<Diagnostic>> {
        if self.asked.is_locked() {
            return Ok(());
        }
        let name = came_to(self.digest, &entry.record.resolution);
        self.cache.remember(self.digest, &name).map_err(|error| vec![complaint::scratch(&error)])
    }

    fn tool(&self, about: &Declared) -> Result<&Tool, Diagnostic> {
        let tool = match about.manifest {
            Manifest::Node(_) => self.tools.npm(),
            _ => self.tools.python().map(Python::tool),
        };
        let tool = tool.ok_or_else(|| complaint::no_tool(about))?;
        let least = match (&about.manifest, self.tools.python()) {
            // `--libc` came with npm 10, `--report` with pip 22.2 and uv's `pylock.toml` with 0.7.
            (Manifest::Node(_), _) => ((10, 0), "npm 10"),
            (_, Some(Python::Pip(_))) => ((23, 0), "pip 23"),
            _ => ((0, 7), "uv 0.7"),
        };
        if tool.number() < least.0 { Err(complaint::old_tool(about, tool, least.1)) } else { Ok(tool) }
    }

    /// The manifest of what is added where nothing is asked for: what Node always has on Azure, an application's adapters.
    fn added(&self) -> Declared {
        if self.asked.abi.language == Language::Python {
            return adapters::nobodys();
        }
        let manifest = Manifest::Node(Box::new(node::azure()));
        let text = super::declared::Declaring { path: "package.json".into(), source: None, bytes: Vec::new() };
        Declared { folder: "/".into(), app: "/".into(), manifest, is_locked: true, is_pinned: true, texts: vec![text] }
    }

    fn made(&self, added: &Declared, scratch: &Path) -> Outcome {
        let mut files: BTreeMap<String, SourceFile> = BTreeMap::new();
        let mut packages = Vec::new();
        let mut resolution = Resolution::default();
        let declared = self.asked.declared.as_ref().or((!self.asked.adapters.is_empty()).then_some(added));
        if let Some(declared) = declared {
            let (found, listed, chosen) = match &declared.manifest {
                Manifest::Node(manifest) => self.node(declared, manifest, &scratch.join("own"))?,
                _ => self.python(declared, &scratch.join("own"))?,
            };
            (files, packages, resolution) = (found, listed, chosen);
        }
        if self.asked.has_azure_library()
            && let Manifest::Node(manifest) = &added.manifest
        {
            let (found, listed, _) = self.node(added, manifest, &scratch.join("library"))?;
            files.extend(found.into_values().map(nested).map(|file| (file.path.clone(), file)));
            packages.extend(listed);
        }
        let unpacked = files.values().map(|file| u64::try_from(file.bytes.len()).unwrap_or(u64::MAX)).sum();
        let zip = archive::archive(files.values()).map_err(|error| {
            let message = format!("installed packages do not fit into a zip ({error}): this is a bug in the compiler");
            vec![Diagnostic::error("target/bug", message)]
        })?;
        let record = Record::new(resolution, packages, unpacked, &zip);
        Ok(Entry { record, zip: zip.into() })
    }

    fn python(&self, declared: &Declared, scratch: &Path) -> Result<Made, Vec<Diagnostic>> {
        let tool = self.tools.python().ok_or_else(|| vec![complaint::no_tool(declared)])?;
        let into = scratch.join("site-packages");
        std::fs::create_dir_all(&into).map_err(|error| vec![complaint::scratch(&error)])?;
        let work = python::Work { declared, abi: &self.asked.abi, tool, scratch };
        let mut resolution = match self.asked.declared {
            Some(_) => work.resolve().map_err(|wrong| vec![wrong])?,
            None => Resolution::default(),
        };
        adapters::add(&self.asked.adapters, &mut resolution);
        if !self.asked.is_vendored {
            return Ok(uploaded("requirements.txt", resolution));
        }
        work.install(&resolution, &into).map_err(|wrong| vec![wrong])?;
        let files = tree::read(&into, scratch).map_err(|error| vec![complaint::scratch(&error)])?;
        let (files, packages) = tree::settle(files, &resolution, declared, &self.asked.abi)?;
        let prefix = self.asked.prefix();
        let placed = files.into_values().map(|file| {
            let path = format!("{prefix}{}", file.path);
            (path.clone(), SourceFile { path, ..file })
        });
        Ok((placed.collect(), packages, resolution))
    }

    fn node(&self, declared: &Declared, manifest: &NodeManifest, scratch: &Path) -> Result<Made, Vec<Diagnostic>> {
        let npm = self.tools.npm().ok_or_else(|| vec![complaint::no_tool(declared)])?;
        let work = node::Work { declared, manifest, abi: &self.asked.abi, npm, scratch };
        let resolution = work.resolve().map_err(|wrong| vec![wrong])?;
        if self.asked.platform == Platform::Azure {
            old_library(declared, &resolution)?;
        }
        if !self.asked.is_installed_here() {
            return Ok(uploaded("package-lock.json", resolution));
        }
        let folder = work.install(&resolution).map_err(|wrong| vec![wrong])?;
        let all = tree::read(&folder.join("node_modules"), scratch);
        // Without packages npm makes no folder.
        let files = all.unwrap_or_default();
        let files = files.into_values().map(|file| {
            let path = format!("node_modules/{}", file.path);
            (path.clone(), SourceFile { path, ..file })
        });
        let (files, packages) = tree::settle(files.collect(), &resolution, declared, &self.asked.abi)?;
        Ok((files, packages, resolution))
    }
}

type Made = (BTreeMap<String, SourceFile>, Vec<super::Package>, Resolution);

/// A lock that goes up, from which the cloud installs.
fn uploaded(path: &str, resolution: Resolution) -> Made {
    let file = SourceFile::plain(path, resolution.lock.as_bytes());
    let packages = resolution.packages.iter().map(|package| tree::listed(package, None)).collect();
    (BTreeMap::from([(path.to_owned(), file)]), packages, resolution)
}

/// Azure's library keeps what it needs to itself, so that nothing of the function's is another version for it.
fn nested(file: SourceFile) -> SourceFile {
    let own = format!("node_modules/{}/", node::AZURE_FUNCTIONS);
    let path = if file.path.starts_with(&own) { file.path.clone() } else { format!("{own}{}", file.path) };
    SourceFile { path, ..file }
}

/// A version of Azure's library with another programming model.
fn old_library(declared: &Declared, resolution: &Resolution) -> Result<(), Vec<Diagnostic>> {
    let named = resolution.packages.iter().find(|package| package.name == node::AZURE_FUNCTIONS);
    match named.filter(|package| !package.version.starts_with("4.")) {
        None => Ok(()),
        Some(package) => {
            let message = format!(
                "`{}` {} has another programming model than the entry, which needs 4",
                package.name, package.version
            );
            let wrong = Diagnostic::error("package/requirement", message);
            let wrong = match declared.place(&package.name) {
                Some(place) => wrong.at(place, ""),
                None => wrong,
            };
            Err(vec![wrong.help("leave it out: version 4 is always installed on azure")])
        }
    }
}
