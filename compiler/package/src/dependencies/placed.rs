//! What goes into an artifact: installed files beside the user's, and the lists that lie beside it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use portolan_diagnostics::Diagnostic;

use super::bundle::Bundled;
use super::cache::Entry;
use super::declared::{CLOUDS, Declared, Manifest};
use super::node;
use super::package::Package;
use super::resolution::{Resolution, Resolved};
use super::sbom::{self, Listed};
use super::{Asked, adapters, complaint};
use crate::{Artifact, Language, Platform, SourceFile, archive};

/// A function's packages, ready for its artifact.
#[derive(Clone, Debug, Default)]
pub struct Dependencies {
    pub(super) asked: Option<Asked>,
    /// What they are called: a part of the artifact's name.
    pub(crate) digest: Option<String>,
    /// The files, packed.
    pub(crate) zip: Arc<[u8]>,
    pub(super) packages: Vec<Package>,
    /// What was chosen, with the places of packages.
    pub(super) chosen: Vec<Resolved>,
    pub(super) lock: String,
    /// What a bundle means for the user's files.
    bundled: Option<Bundled>,
}

/// The bytes a package may have on a cloud, unpacked.
fn most(platform: Platform) -> Option<(u64, &'static str)> {
    match platform {
        // "Lambda quotas": 250 MB unzipped, 262,144,000 bytes.
        Platform::Aws => Some((262_144_000, "250 MB")),
        // "Azure Functions hosting options", service limits: 0.8 GB of temporary storage, where a package is unpacked.
        Platform::Azure => Some((858_993_459, "0.8 GB")),
        // "Cloud Run functions quotas": none for the second generation.
        Platform::Google => None,
    }
}

fn megabytes(size: u64) -> String {
    let tenths = size.saturating_mul(10).div_ceil(1024 * 1024);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

impl Dependencies {
    /// Packages that were installed or are known.
    pub(super) fn known(asked: &Asked, digest: String) -> Self {
        Self { asked: Some(asked.clone()), digest: Some(digest), ..Self::default() }
    }

    pub(super) fn with_files(mut self, zip: Arc<[u8]>, packages: Vec<Package>, resolution: &Resolution) -> Self {
        self.zip = zip;
        self.packages = packages;
        self.lock.clone_from(&resolution.lock);
        self.chosen.clone_from(&resolution.packages);
        self
    }

    /// Whether the function's code is bundled, now or by whoever packs it.
    pub(crate) fn are_bundled(&self) -> bool {
        self.digest.is_some() && self.asked.as_ref().is_some_and(|asked| asked.bundling.is_some())
    }

    /// The same with a bundle in place of what went into it.
    pub(super) fn with_bundle(mut self, entry: Entry) -> Self {
        self.zip = entry.zip;
        self.packages = entry.record.packages;
        self.bundled = entry.record.bundled;
        self
    }

    /// An artifact's own files, without those that are in the bundle.
    pub(crate) fn beside<'a>(&self, files: &'a BTreeMap<String, SourceFile>) -> Cow<'a, BTreeMap<String, SourceFile>> {
        match &self.bundled {
            Some(bundled) => Cow::Owned(bundled.files(files)),
            None => Cow::Borrowed(files),
        }
    }

    /// A function that asks for no packages; files that other clouds get are left out all the same.
    pub(super) fn for_nothing(mut self, asked: &Asked) -> Self {
        self.asked = Some(asked.clone());
        self
    }

    /// Nothing is installed, and what the user's files hold is packed as it is. Says so where something was asked for.
    #[must_use]
    pub fn skipped(function: &str, asked: &Asked) -> (Self, Vec<Diagnostic>) {
        let packages = asked.declared.as_ref().map(|declared| {
            let message =
                format!("`{function}` is packed without the packages that `{}` asks for", complaint::name_of(declared));
            let note = Diagnostic::note("package/skipped", message);
            let note = match complaint::start(declared) {
                Some(place) => note.at(place, ""),
                None => note,
            };
            note.help("build without `--no-dependencies` to install them")
        });
        let missing = adapters::missing(&asked.adapters, asked.declared.as_ref());
        let unbundled = asked.bundling.as_ref().map(|_| {
            let message = format!("`{function}` is packed as it is: what it imports is not there to be bundled");
            Diagnostic::note("package/skipped", message).help("build without `--no-dependencies` to bundle it")
        });
        let added = missing.map(|missing| adapters::skipped(function, &missing));
        let notes = packages.into_iter().chain(added).chain(unbundled);
        (Self { asked: Some(asked.clone()), ..Self::default() }, notes.collect())
    }

    /// The user's files as they go into the artifact: without those that say what other clouds get, and without what was
    /// installed by hand where Portolan installs.
    #[must_use]
    pub fn files(&self, files: Vec<SourceFile>) -> Vec<SourceFile> {
        let Some(asked) = &self.asked else { return files };
        let mut kept: Vec<SourceFile> = files.into_iter().filter(|file| !self.is_left_out(asked, &file.path)).collect();
        for file in asked.declared.iter().flat_map(|declared| self.manifests(asked, declared)) {
            let is_own = kept.iter().any(|known| known.path == file.path);
            if is_own && asked.keeps_manifest() {
                continue;
            }
            kept.retain(|known| known.path != file.path);
            kept.push(file);
        }
        kept
    }

    fn is_left_out(&self, asked: &Asked, path: &str) -> bool {
        let of_cloud = CLOUDS.iter().any(|cloud| {
            path == format!("requirements.{cloud}.txt")
                || path == format!("package.{cloud}.json")
                || path == format!("package-lock.{cloud}.json")
        });
        if of_cloud || self.digest.is_none() || asked.is_empty() {
            return of_cloud;
        }
        match (asked.abi.language, asked.is_vendored) {
            (Language::Python, true) => path.starts_with(".python_packages/"),
            (Language::Node, true) => path.starts_with("node_modules/"),
            // The lock that goes up takes their place.
            (Language::Python, false) => matches!(path, "requirements.txt" | "pyproject.toml" | "uv.lock"),
            (Language::Node, false) => {
                path.starts_with("node_modules/") || matches!(path, "package-lock.json" | "npm-shrinkwrap.json")
            }
        }
    }

    /// The manifest as it holds for this cloud, where the artifact needs one.
    fn manifests(&self, asked: &Asked, declared: &Declared) -> Vec<SourceFile> {
        match &declared.manifest {
            Manifest::Node(manifest) => {
                let lock = manifest.lock.as_ref().filter(|_| self.digest.is_none() && !asked.is_vendored);
                let lock = lock.map(|lock| SourceFile::plain("package-lock.json", lock.as_slice()));
                // Without the sections of other clouds; what it says about modules holds either way.
                [SourceFile::plain("package.json", node::pretty(&manifest.package))].into_iter().chain(lock).collect()
            }
            Manifest::Requirements if self.digest.is_none() && !asked.is_vendored => {
                vec![SourceFile::plain("requirements.txt", declared.main().bytes.as_slice())]
            }
            _ => Vec::new(),
        }
    }

    /// What is wrong with an artifact's size.
    pub(crate) fn too_large(&self, platform: Platform, unpacked: u64) -> Option<Diagnostic> {
        let (most, words) = most(platform).filter(|(most, _)| unpacked > *most)?;
        let named = self.largest();
        let message = format!(
            "the package has {} with its dependencies, and {words} is what a function may hold here: {} too many",
            megabytes(unpacked),
            megabytes(unpacked - most)
        );
        let help = match named.is_empty() {
            true => "leave out what is not needed with `.portolanignore`".to_owned(),
            false => format!("the largest packages are {}", named.join(", ")),
        };
        Some(Diagnostic::error("package/too-large", message).help(help))
    }

    /// The lists that go beside an artifact, under the function's folder: what is in it, for people and for scanners, and
    /// the lock to commit.
    #[must_use]
    pub fn lists(&self, function: &str, artifact: &Artifact) -> Vec<(String, Vec<u8>)> {
        let Some(asked) = self.asked.as_ref().filter(|asked| self.digest.is_some() && !asked.is_empty()) else {
            return Vec::new();
        };
        let platform = asked.abi.name();
        let listed = Listed {
            function,
            artifact: &artifact.file_name,
            sha256: &artifact.sha256,
            platform: &platform,
            packed: u64::try_from(artifact.bytes.len()).unwrap_or(u64::MAX),
            unpacked: archive::unpacked(&artifact.bytes),
            language: asked.abi.language,
            packages: &self.packages,
        };
        let mut lists = vec![
            (format!("{function}/package.lock.json"), sbom::lock(&listed)),
            (format!("{function}/sbom.cdx.json"), sbom::bom(&listed)),
        ];
        let lock = match asked.abi.language {
            Language::Python => "requirements.txt",
            Language::Node => "package-lock.json",
        };
        if asked.declared.as_ref().is_some_and(|declared| !declared.is_locked) {
            lists.push((format!("{function}/{lock}"), self.lock.clone().into_bytes()));
        }
        lists
    }

    /// An artifact's size against what the cloud allows, and its largest packages; nothing where none were asked for.
    #[must_use]
    pub fn size(&self, artifact: &Artifact) -> Option<String> {
        let asked = self.asked.as_ref().filter(|asked| self.digest.is_some() && !asked.is_empty())?;
        let count = match self.packages.len() {
            1 => "1 package".to_owned(),
            count => format!("{count} packages"),
        };
        if !asked.is_vendored && self.bundled.is_none() {
            return Some(format!("{count}, installed by the cloud from the lock"));
        }
        let packed = megabytes(u64::try_from(artifact.bytes.len()).unwrap_or(u64::MAX));
        let unpacked = megabytes(archive::unpacked(&artifact.bytes));
        let of = most(asked.platform).map(|(_, words)| format!(" of {words}")).unwrap_or_default();
        let largest = self.largest().first().map(|largest| format!("; the largest is {largest}")).unwrap_or_default();
        Some(format!("{count}, {unpacked} unpacked{of}, {packed} packed{largest}"))
    }

    /// The largest packages and their sizes.
    fn largest(&self) -> Vec<String> {
        let mut largest: Vec<&Package> = self.packages.iter().collect();
        largest.sort_by_key(|package| (std::cmp::Reverse(package.size), package.name.as_str()));
        let named =
            |package: &&Package| format!("`{}` ({})", package.name, megabytes(package.size.unwrap_or_default()));
        largest.iter().take(3).map(named).collect()
    }
}
