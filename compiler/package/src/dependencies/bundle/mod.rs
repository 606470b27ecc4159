//! Bundling: a function's code and the packages that it imports become one file, with esbuild.
//!
//! In come a request and its installed dependencies; out go dependencies that hold the bundle and the packages that stay beside
//! it. What is packed is named after what goes in, not after the bundle: a plan knows the name and bundles nothing.

mod esbuild; // start reading here
mod external;
mod said;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use portolan_diagnostics::{Checked, Diagnostic, Sources};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::cache::{Cache, Entry, Record};
use super::declared::SECTIONS;
use super::placed::Dependencies;
use super::resolution::Resolution;
use super::{Asked, Package, RULES, Tools, complaint, node, strip, tree};
use crate::handler;
use crate::{Language, Platform, Request, SourceFile, archive};
use esbuild::{Esbuild, Told};
use external::{Beside, External};

/// That a function is bundled, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bundling {
    /// Packages that stay beside the bundle.
    pub external: Vec<String>,
}

impl Bundling {
    /// What is written of it into a key.
    pub(super) fn digest(&self) -> String {
        format!("bundle {} {:?}", esbuild::PINNED, self.external)
    }
}

/// What a bundle means for the files of an artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Bundled {
    /// The user's files that are in it.
    inside: BTreeSet<String>,
    /// The packages beside it, as `package.json` asks for them.
    beside: Map<String, Value>,
}

impl Bundled {
    /// The user's files and the generated ones without those that are in the bundle; `package.json` asks for what is beside it.
    pub(super) fn files(&self, files: &BTreeMap<String, SourceFile>) -> BTreeMap<String, SourceFile> {
        let mut kept = files.clone();
        kept.retain(|path, _| !self.inside.contains(path));
        if let Some(file) = kept.get_mut("package.json")
            && let Ok(mut package) = serde_json::from_slice::<Map<String, Value>>(&file.bytes)
        {
            SECTIONS.iter().for_each(|section| drop(package.shift_remove(*section)));
            if !self.beside.is_empty() {
                package.insert("dependencies".to_owned(), Value::Object(self.beside.clone()));
            }
            *file = SourceFile::plain("package.json", node::pretty(&package));
        }
        kept
    }
}

/// Who bundles: the tools of this machine, and where they and what they made are kept.
#[derive(Clone, Copy, Debug)]
pub struct Bundler<'a> {
    /// The tools.
    pub tools: &'a Tools,
    /// The cache.
    pub cache: &'a Cache,
}

impl Bundler<'_> {
    /// Dependencies with the bundle in them, where one is asked for; else as they are. `root` is where the request's files lie.
    #[must_use]
    pub fn bundle(
        self,
        request: &Request,
        dependencies: &Dependencies,
        root: &Path,
        sources: &mut Sources,
    ) -> Checked<Dependencies> {
        let unchanged = || Checked::new(dependencies.clone(), Vec::new());
        let (Some(asked), Some(digest)) = (&dependencies.asked, &dependencies.digest) else { return unchanged() };
        // What is wrong with the handler's file is said when the rest is packed.
        let (Some(bundling), Ok(found)) = (&asked.bundling, handler::find(request, Language::Node, true)) else {
            return unchanged();
        };
        let named = found.handler.into_iter().chain(found.application);
        let entries: BTreeSet<&str> = named.map(|named| named.file.path.as_str()).collect();
        let work = Work { request, dependencies, asked, bundling, digest, entries, bundler: self };
        match work.entry() {
            Ok((entry, told)) => {
                let told = said::warnings(request, root, sources, &told);
                Checked::new(dependencies.clone().with_bundle(entry), told)
            }
            Err(Wrong::Found(wrong)) => Checked::stopped(vec![*wrong]),
            Err(Wrong::Told(told)) => Checked::stopped(said::errors(request, root, sources, &told)),
        }
    }
}

/// Why there is no bundle.
enum Wrong {
    Found(Box<Diagnostic>),
    /// What esbuild complains of.
    Told(Told),
}

impl From<Diagnostic> for Wrong {
    fn from(found: Diagnostic) -> Self {
        Self::Found(Box::new(found))
    }
}

impl From<io::Error> for Wrong {
    fn from(error: io::Error) -> Self {
        complaint::scratch(&error).into()
    }
}

/// One function's bundle.
struct Work<'a> {
    request: &'a Request,
    dependencies: &'a Dependencies,
    asked: &'a Asked,
    bundling: &'a Bundling,
    digest: &'a str,
    /// The files that the entry loads.
    entries: BTreeSet<&'a str>,
    bundler: Bundler<'a>,
}

impl Work<'_> {
    /// The bundle as it is packed, from the cache where it is known; what esbuild warned of is said by the one that makes it.
    fn entry(&self) -> Result<(Entry, Told), Wrong> {
        let wanted = esbuild::wanted(self.asked, &self.dependencies.lock)?;
        let key = self.key(&wanted.version);
        if let Some(entry) = self.bundler.cache.get(&key) {
            return Ok((entry, Told::default()));
        }
        let esbuild = wanted.fetched(self.bundler, &self.request.function)?;
        let scratch = self.bundler.cache.scratch()?;
        let (entry, told) = self.made(&esbuild, scratch.path())?;
        if told.warnings.is_empty() {
            self.bundler.cache.put(&key, &entry, scratch.path())?;
        }
        Ok((entry, told))
    }

    fn key(&self, version: &str) -> String {
        let files = crate::hash::hash(&self.request.files, Some(self.digest));
        let key = format!("bundle {RULES}\n{version}\n{files}\n{:?}", self.entries);
        crate::hash::hex(&Sha256::digest(key))
    }

    fn made(&self, esbuild: &Esbuild, scratch: &Path) -> Result<(Entry, Told), Wrong> {
        let installed = archive::files(&self.dependencies.zip).map_err(io::Error::from)?;
        let external = External::of(self.asked, self.bundling, &self.dependencies.lock, &installed, self.request);
        let root = scratch.join("app");
        for file in self.request.files.iter().chain(installed.values()) {
            let path = root.join(&file.path);
            fs::create_dir_all(path.parent().unwrap_or(&root))?;
            fs::write(path, &file.bytes)?;
        }
        // What lies above the folder is no part of the app: it finds an end here.
        if !root.join("package.json").exists() {
            fs::create_dir_all(&root)?;
            fs::write(root.join("package.json"), "{}\n")?;
        }
        let out = scratch.join("out");
        fs::create_dir_all(&out)?;
        let builds = self.builds(&external.names);
        let told = esbuild.run(scratch, &json!({ "out": out, "root": root, "builds": builds }))?;
        if !told.errors.is_empty() {
            return Err(Wrong::Told(told));
        }
        if let Some(path) = told.inputs.iter().find(|path| path.starts_with("../") || Path::new(path).is_absolute()) {
            return Err(said::outside(self.request, path).into());
        }
        let files = tree::read(&out, scratch)?;
        let beside = external.beside(self.asked, &told.imported());
        Ok((self.packed(files, &installed, &beside, &told)?, told))
    }

    /// What esbuild is asked for: one build for each ending of what is made, since that says which kind of module it is.
    fn builds(&self, external: &BTreeSet<String>) -> Vec<Value> {
        let mut endings: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for path in &self.entries {
            let ending = handler::bundled(path).rsplit('.').next().unwrap_or_default().to_owned();
            endings.entry(ending).or_default().push(path);
        }
        endings.iter().map(|(ending, paths)| self.build(ending, paths, external)).collect()
    }

    fn build(&self, ending: &str, paths: &[&str], external: &BTreeSet<String>) -> Value {
        let is_module = ending == "mjs" || (ending == "js" && paths.iter().all(|path| self.is_module(path)));
        let stem = |path: &str| path.rsplit_once('.').map_or(path, |(stem, _)| stem).to_owned();
        let points: Vec<Value> = paths.iter().map(|path| json!({ "in": path, "out": stem(path) })).collect();
        let mut options = json!({
            "entryPoints": points, "outdir": ".", "outExtension": { ".js": format!(".{ending}") }, "allowOverwrite": true,
            "bundle": true, "platform": "node", "target": format!("node{}", self.asked.abi.version),
            "format": if is_module { "esm" } else { "cjs" }, "external": external, "charset": "utf8",
            "sourcemap": "linked", "sourcesContent": false,
        });
        if !self.request.files.iter().any(|file| file.path == "tsconfig.json") {
            options["tsconfigRaw"] = json!({});
        }
        if is_module {
            // CommonJS inside of an ES module has neither; names that the user declares are not touched by `define`.
            options["define"] = json!({ "__dirname": "portolanFolder", "__filename": "portolanFile" });
            options["banner"] = json!({ "js": MODULE });
            options["splitting"] = json!(paths.len() > 1);
            options["chunkNames"] = json!("portolan-chunks/[hash]");
        }
        options
    }

    /// Whether Node takes a `.js` for an ES module: by the nearest `package.json` ("Modules: Packages", determining module system).
    fn is_module(&self, path: &str) -> bool {
        let mut folder = path;
        while let Some((above, _)) = folder.rsplit_once('/').or((!folder.is_empty()).then_some(("", ""))) {
            let manifest = if above.is_empty() { "package.json".to_owned() } else { format!("{above}/package.json") };
            if let Some(file) = self.request.files.iter().find(|file| file.path == manifest) {
                return serde_json::from_slice::<Value>(&file.bytes).is_ok_and(|read| read["type"] == "module");
            }
            folder = above;
        }
        false
    }

    /// The bundle, what stays beside it, and the lists of both.
    fn packed(
        &self,
        mut files: BTreeMap<String, SourceFile>,
        installed: &BTreeMap<String, SourceFile>,
        beside: &Beside,
        told: &Told,
    ) -> Result<Entry, Wrong> {
        let inside: BTreeSet<String> = told.inputs.iter().filter(|path| self.is_own_code(path)).cloned().collect();
        // A cloud that installs packages itself gets a lock of those that are left.
        let uploads = self.asked.platform == Platform::Google && !self.asked.is_vendored;
        match uploads {
            false => files.extend(
                installed
                    .iter()
                    .filter(|(path, _)| beside.holds(path))
                    .map(|(path, file)| (path.clone(), file.clone())),
            ),
            true if beside.asked.is_empty() => {}
            true => {
                let lock = SourceFile::plain("package-lock.json", beside.lock.as_bytes());
                files.insert(lock.path.clone(), lock);
            }
        }
        let sizes = told.packages();
        let unpacked = files.values().map(|file| u64::try_from(file.bytes.len()).unwrap_or(u64::MAX)).sum();
        let zip = archive::archive(files.values()).map_err(io::Error::from)?;
        let packages = self.packages(beside, &sizes, uploads);
        let bundled = Bundled { inside, beside: beside.asked.clone() };
        let record = Record::new(Resolution::default(), packages, unpacked, &zip).with_bundle(bundled);
        Ok(Entry { record, zip: zip.into() })
    }

    /// Whether a file that was taken in is code of the user's; data may be read as a file, too, and stays.
    fn is_own_code(&self, path: &str) -> bool {
        let ending = path.rsplit('.').next().unwrap_or_default();
        let is_code = matches!(ending, "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx");
        is_code && self.request.files.iter().any(|file| file.path == path)
    }

    /// The packages that are in the artifact: whole beside the bundle, or with what the bundle takes of them.
    fn packages(&self, beside: &Beside, sizes: &BTreeMap<String, u64>, uploads: bool) -> Vec<Package> {
        let mut listed = Vec::new();
        for package in &self.dependencies.packages {
            let same =
                |known: &&super::resolution::Resolved| known.name == package.name && known.version == package.version;
            let mut places = self.dependencies.chosen.iter().filter(same).filter_map(|known| known.place.as_deref());
            let is_chosen = self.dependencies.chosen.iter().any(|known| same(&known));
            let is_whole = !is_chosen || places.clone().any(|place| beside.places.contains(place));
            let taken: u64 = places.by_ref().filter_map(|place| sizes.get(place)).sum();
            match is_whole {
                true => listed.push(Package { size: package.size.filter(|_| !uploads), ..package.clone() }),
                false if taken > 0 => listed.push(Package { size: Some(taken), ..package.clone() }),
                false => {}
            }
        }
        listed
    }
}

/// What an ES module lacks that CommonJS in it may use.
const MODULE: &str = r#"import { createRequire as portolanRequire } from "node:module";
import { dirname as portolanDirname } from "node:path";
import { fileURLToPath as portolanPath } from "node:url";
const require = portolanRequire(import.meta.url);
const portolanFile = portolanPath(import.meta.url);
const portolanFolder = portolanDirname(portolanFile);"#;

impl Told {
    /// What is imported from beside the bundle.
    fn imported(&self) -> BTreeSet<String> {
        let imports = self.outputs.values().flat_map(|output| &output.imports);
        imports.filter(|import| import.external).map(|import| import.path.clone()).collect()
    }

    /// How many bytes of each package are in what was made, by its place.
    fn packages(&self) -> BTreeMap<String, u64> {
        let mut sizes = BTreeMap::new();
        for (path, taken) in self.outputs.values().flat_map(|output| &output.inputs) {
            let place = strip::package_of(path).0;
            if !place.is_empty() {
                *sizes.entry(place.to_owned()).or_default() += taken.bytes;
            }
        }
        sizes
    }
}
