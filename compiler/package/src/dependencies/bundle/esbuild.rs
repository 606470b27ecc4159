//! esbuild: which version, where it is kept, and how it is run.
//!
//! It is a tool like npm: the version that is pinned here, or the one that the app's `package.json` names. It is fetched by its
//! name and version from the registry, and no script of its package runs.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use portolan_diagnostics::Diagnostic;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Bundler, Wrong};
use crate::dependencies::declared::{Declared, Manifest};
use crate::dependencies::tools::Tool;
use crate::dependencies::{Asked, complaint};

/// The version that bundles where the app names none.
pub(super) const PINNED: &str = "0.28.2";

/// Its lock, with the hashes of every platform's program.
const LOCK: &str = include_str!("esbuild-lock.json");

/// What runs in Node.
const SCRIPT: &str = include_str!("esbuild.cjs");

/// The version of esbuild that an app wants.
pub(super) struct Wanted<'a> {
    pub(super) version: String,
    /// Whether the app names it.
    is_own: bool,
    declared: Option<&'a Declared>,
}

/// The app's own version of esbuild, by its lock or its manifest; else the pinned one.
pub(super) fn wanted<'a>(asked: &'a Asked, lock: &str) -> Result<Wanted<'a>, Diagnostic> {
    let declared = asked.declared.as_ref();
    let pinned = Wanted { version: PINNED.to_owned(), is_own: false, declared };
    let Some((declared, Manifest::Node(manifest))) = declared.map(|declared| (declared, &declared.manifest)) else {
        return Ok(pinned);
    };
    let sections = ["dependencies", "devDependencies", "optionalDependencies"];
    let mut written = sections.iter().filter_map(|section| manifest.package.get(*section)?.get("esbuild")?.as_str());
    let Some(written) = written.next() else { return Ok(pinned) };
    let lock: Value = serde_json::from_str(lock).unwrap_or_default();
    let locked = lock["packages"]["node_modules/esbuild"]["version"].as_str();
    let version = locked.unwrap_or(written);
    match numbers(version) {
        Some(numbers) if numbers >= (0, 17) => {
            Ok(Wanted { version: version.to_owned(), is_own: true, declared: Some(declared) })
        }
        Some(_) => Err(unfit(declared, &format!("`esbuild` {version} is too old to bundle with"))),
        None => Err(unfit(declared, &format!("`{version}` is no version of `esbuild` to bundle with"))),
    }
}

/// The first two numbers of a plain version, `0.25.1`.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let parts: Vec<u32> = version.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match parts.as_slice() {
        [major, minor, _] => Some((*major, *minor)),
        _ => None,
    }
}

fn unfit(declared: &Declared, message: &str) -> Diagnostic {
    let found = Diagnostic::error("package/bundle", message.to_owned());
    let found = match declared.place("esbuild") {
        Some(place) => found.at(place, ""),
        None => found,
    };
    found.help(format!("name a version from 0.17 on, such as `{PINNED}`, or leave it out: that one is then taken"))
}

impl Wanted<'_> {
    /// esbuild in the cache, where it is put by npm when it is first needed.
    pub(super) fn fetched<'b>(&self, bundler: Bundler<'b>, function: &str) -> Result<Esbuild<'b>, Wrong> {
        let missing = |tool| no_tool(function, tool);
        let node = bundler.tools.node().ok_or_else(|| missing("node"))?;
        let name = format!("esbuild-{}-{}-{}", self.version, env::consts::OS, env::consts::ARCH);
        let folder = bundler.cache.tool(&name);
        let module = folder.join("node_modules/esbuild/lib/main.js");
        if !module.is_file() {
            let npm = bundler.tools.npm().ok_or_else(|| missing("npm"))?;
            let scratch = bundler.cache.scratch()?;
            let made = scratch.path().join("tool");
            self.prepare(&made)?;
            let command = if self.is_own { "install" } else { "ci" };
            let arguments = [command, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
            npm.run(&made, &arguments).map_err(|said| unfetched(function, &self.version, &said))?;
            bundler.cache.put_tool(&made, &folder)?;
        }
        Ok(Esbuild { node, module, version: self.version.clone() })
    }

    fn prepare(&self, folder: &Path) -> Result<(), Wrong> {
        fs::create_dir_all(folder)?;
        let manifest = json!({ "private": true, "dependencies": { "esbuild": self.version } });
        fs::write(folder.join("package.json"), manifest.to_string())?;
        if !self.is_own {
            fs::write(folder.join("package-lock.json"), LOCK)?;
        }
        let settings = self.declared.map(|declared| declared.folder.join(".npmrc")).filter(|path| path.is_file());
        if let Some(settings) = settings {
            fs::copy(settings, folder.join(".npmrc"))?;
        }
        Ok(())
    }
}

fn no_tool(function: &str, tool: &str) -> Diagnostic {
    let message = format!("`{function}` cannot be bundled: there is no {tool} on this machine");
    Diagnostic::error("package/tool", message).help("install Node 18 or newer with npm 10 or newer, see nodejs.org")
}

fn unfetched(function: &str, version: &str, said: &str) -> Diagnostic {
    let message =
        format!("esbuild {version}, which bundles `{function}`, cannot be fetched: {}", complaint::npm_cause(said).1);
    Diagnostic::error("package/fetch", message).help("what was fetched once is taken from the cache")
}

/// esbuild, ready to run.
#[derive(Debug)]
pub(super) struct Esbuild<'a> {
    node: &'a Tool,
    module: PathBuf,
    version: String,
}

impl Esbuild<'_> {
    /// Runs what is asked for, in a folder that may be written to.
    pub(super) fn run(&self, scratch: &Path, asked: &Value) -> Result<Told, Wrong> {
        let (script, file) = (scratch.join("esbuild.cjs"), scratch.join("asked.json"));
        fs::write(&script, SCRIPT)?;
        fs::write(&file, asked.to_string())?;
        let said = self.node.run(scratch, &[&script, &self.module, &file]).map_err(|said| self.broken(&said))?;
        serde_json::from_str(&said).map_err(|error| complaint::unreadable("esbuild", &error.to_string()).into())
    }

    fn broken(&self, said: &str) -> Diagnostic {
        let line = said.lines().map(str::trim).find(|line| line.contains("Error")).unwrap_or("it said nothing");
        Diagnostic::error("package/tool", format!("esbuild {} cannot be run: {line}", self.version))
            .help("remove `tools` in the cache, and it is fetched anew")
    }
}

/// What esbuild says ("Metafile" and "Message" of its API).
#[derive(Debug, Default, Deserialize)]
pub(super) struct Told {
    /// The paths of what was taken in.
    pub(super) inputs: Vec<String>,
    pub(super) outputs: BTreeMap<String, Output>,
    pub(super) errors: Vec<Message>,
    pub(super) warnings: Vec<Message>,
}

/// A file that it made.
#[derive(Debug, Deserialize)]
pub(super) struct Output {
    pub(super) inputs: BTreeMap<String, Taken>,
    pub(super) imports: Vec<Import>,
}

/// What a file that it made imports.
#[derive(Debug, Deserialize)]
pub(super) struct Import {
    pub(super) path: String,
    #[serde(default)]
    pub(super) external: bool,
}

/// What a file has of another.
#[derive(Debug, Deserialize)]
pub(super) struct Taken {
    #[serde(rename = "bytesInOutput")]
    pub(super) bytes: u64,
}

/// A complaint.
#[derive(Debug, Deserialize)]
pub(super) struct Message {
    pub(super) text: String,
    pub(super) location: Option<Location>,
}

/// Its place: a line from 1 on, a column and a length in bytes.
#[derive(Debug, Deserialize)]
pub(super) struct Location {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) length: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_three_numbers() {
        assert_eq!(numbers("0.25.1"), Some((0, 25)));
        for other in ["^0.25.1", "npm:another@1.0.0", "git+https://example.com/a", "latest", "0.25", ""] {
            assert_eq!(numbers(other), None, "{other}");
        }
    }

    #[test]
    fn the_lock_is_of_the_pinned_version() {
        let lock: Value = serde_json::from_str(LOCK).unwrap();
        for (place, package) in lock["packages"].as_object().unwrap().iter().filter(|(place, _)| !place.is_empty()) {
            assert_eq!(package["version"], PINNED, "{place}");
            assert!(package["integrity"].as_str().unwrap().starts_with("sha512-"), "{place}");
        }
        assert_eq!(lock["packages"][""]["dependencies"]["esbuild"], PINNED);
    }
}
