//! Node: `package.json` and its lock to `node_modules`, with npm and without any package's scripts.

use std::fs;
use std::path::{Component, Path, PathBuf};

use portolan_diagnostics::Diagnostic;
use serde_json::{Map, Value, json};

use super::complaint;
use super::declared::{Declared, NodeManifest};
use super::platform::Abi;
use super::resolution::{Resolution, Resolved};
use super::tools::Tool;

/// One manifest on one platform.
pub(super) struct Work<'a> {
    pub(super) declared: &'a Declared,
    pub(super) manifest: &'a NodeManifest,
    pub(super) abi: &'a Abi,
    pub(super) npm: &'a Tool,
    /// A folder of its own, to be thrown away.
    pub(super) scratch: &'a Path,
}

impl Work<'_> {
    /// Chooses every package, where no lock has.
    pub(super) fn resolve(&self) -> Result<Resolution, Diagnostic> {
        let folder = self.prepared()?;
        let run = match &self.manifest.lock {
            Some(_) => self.npm.run(&folder, &self.arguments("ci --dry-run")),
            None => self.npm.run(&folder, &self.arguments("install --package-lock-only")),
        };
        run.map_err(|said| complaint::npm(self.declared, &said))?;
        let lock = fs::read_to_string(folder.join("package-lock.json")).map_err(|error| complaint::scratch(&error))?;
        let packages = locked(&lock, self.abi).map_err(|error| complaint::unreadable("npm", &error))?;
        Ok(Resolution { packages, lock })
    }

    /// Installs what was chosen; returns the folder that holds `node_modules`.
    pub(super) fn install(&self, resolution: &Resolution) -> Result<PathBuf, Diagnostic> {
        let folder = self.prepared()?;
        fs::write(folder.join("package-lock.json"), &resolution.lock).map_err(|error| complaint::scratch(&error))?;
        let run = self.npm.run(&folder, &self.arguments("ci"));
        run.map_err(|said| complaint::npm(self.declared, &said))?;
        Ok(folder)
    }

    fn arguments(&self, command: &str) -> Vec<String> {
        let always = "--omit=dev --os=linux --libc=glibc --ignore-scripts --no-audit --no-fund --loglevel=error";
        let cpu = format!("--cpu={}", self.abi.architecture.node());
        command.split(' ').chain(always.split(' ')).map(str::to_owned).chain([cpu]).collect()
    }

    /// The manifest, its lock and the files it names, in a folder that npm may write to.
    fn prepared(&self) -> Result<PathBuf, Diagnostic> {
        let inside = self.declared.folder.strip_prefix(&self.declared.app).unwrap_or(Path::new(""));
        let folder = self.scratch.join("npm").join(inside);
        let written = || {
            fs::create_dir_all(&folder)?;
            fs::write(folder.join("package.json"), pretty(&self.manifest.package))?;
            if let Some(lock) = &self.manifest.lock {
                fs::write(folder.join("package-lock.json"), lock)?;
            }
            let settings = self.declared.folder.join(".npmrc");
            if settings.is_file() {
                fs::copy(settings, folder.join(".npmrc"))?;
            }
            Ok(())
        };
        written().map_err(|error| complaint::scratch(&error))?;
        for (name, path) in self.local() {
            let from = self.declared.folder.join(&path);
            let to = plain(&folder.join(&path));
            let fits = from.is_file() && to.starts_with(self.scratch.join("npm"));
            let copied = || fs::create_dir_all(to.parent().unwrap_or(&to)).and_then(|()| fs::copy(&from, &to));
            if !fits || copied().is_err() {
                return Err(complaint::no_file(self.declared, &name));
            }
        }
        Ok(folder)
    }

    /// The packages that are files beside the manifest: `file:vendor/own-1.0.0.tgz`.
    fn local(&self) -> Vec<(String, String)> {
        let sections = ["dependencies", "optionalDependencies"].into_iter();
        let asked = sections.filter_map(|section| self.manifest.package.get(section)?.as_object()).flatten();
        asked
            .filter_map(|(name, version)| {
                Some((name.clone(), version.as_str()?.strip_prefix("file:")?.trim_start_matches("./").to_owned()))
            })
            .collect()
    }
}

/// A path without `..`, by its words.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

pub(super) fn pretty(object: &Map<String, Value>) -> Vec<u8> {
    format!("{:#}\n", Value::Object(object.clone())).into_bytes()
}

/// The packages of a `package-lock.json` (lockfile version 2 or 3) that the platform installs.
fn locked(lock: &str, abi: &Abi) -> Result<Vec<Resolved>, String> {
    let lock: Value = serde_json::from_str(lock).map_err(|error| error.to_string())?;
    let entries =
        lock["packages"].as_object().ok_or("`package-lock.json` has no `packages`: it is of npm 6 or older")?;
    let fits = |entry: &Value, key: &str, value: &str| match entry[key].as_array() {
        None => true,
        Some(words) => {
            let has = |word: &str| words.iter().any(|known| known == word);
            !has(&format!("!{value}"))
                && (has(value) || words.iter().all(|word| word.as_str().is_some_and(|word| word.starts_with('!'))))
        }
    };
    let installed = |(place, entry): &(&String, &Value)| {
        !place.is_empty()
            && entry["dev"] != true
            && fits(entry, "os", "linux")
            && fits(entry, "cpu", abi.architecture.node())
            && fits(entry, "libc", "glibc")
    };
    Ok(entries.iter().filter(installed).filter_map(|(place, entry)| package(place, entry)).collect())
}

fn package(place: &str, entry: &Value) -> Option<Resolved> {
    let (_, name) = place.rsplit_once("node_modules/")?;
    let version = entry["version"].as_str()?;
    let plain = name.rsplit('/').next().unwrap_or(name);
    let named = entry["resolved"].as_str().and_then(|address| address.rsplit('/').next());
    Some(Resolved {
        name: entry["name"].as_str().unwrap_or(name).to_owned(),
        version: version.to_owned(),
        file: Some(named.map_or_else(|| format!("{plain}-{version}.tgz"), str::to_owned)),
        hash: entry["integrity"].as_str().and_then(integrity),
        size: None,
        place: Some(place.to_owned()),
        is_source: false,
    })
}

/// `sha512-<base64>` as `sha512:<hexadecimal>`.
fn integrity(text: &str) -> Option<String> {
    let (kind, text) = text.split(' ').next()?.split_once('-')?;
    let mut bits: u32 = 0;
    let mut held = 0;
    let mut hex = String::new();
    for letter in text.bytes().take_while(|letter| *letter != b'=') {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            hex.push_str(&format!("{:02x}", (bits >> held) & 0xff));
        }
    }
    Some(format!("{kind}:{hex}"))
}

/// The library of Azure's programming model, which every Node function needs there. Its worker does not bring it
/// ("Azure Functions Node.js developer guide").
pub(super) const AZURE_FUNCTIONS: &str = "@azure/functions";

/// Its package and those it needs: name, version, and the hash that its registry gives.
const AZURE: [(&str, &str, &str); 3] = [
    (
        AZURE_FUNCTIONS,
        "4.16.5",
        "sha512-h0lVUeI/Q36SyE2xGQOXZqBbmSgQHNLk8pvMxhq3Dw1TaT3eGWs2X25dceGJ153aXXkjcTEdkxg3D2Gcz1uJ0w==",
    ),
    (
        "@azure/functions-extensions-base",
        "0.3.0",
        "sha512-Cux0hLu5ZXlC/Kb+yvJVhRLIdkfFwui2HeT5oGZL00r/GCUUkhGTzRfZUjRN4Bq729mPv3okPucz2z7SMQLStA==",
    ),
    (
        "cookie",
        "0.7.2",
        "sha512-yki5XnKuf750l50uGTllt6kKILY4nQ1eNIQatoXEByZ5dWgnKqbnqmTrBE5B4N7lrMJKQ2ytWMiTO2o0v6Ew/w==",
    ),
];

/// The manifest of what every Node function has on Azure, and its lock.
pub(super) fn azure() -> NodeManifest {
    let asked: Map<String, Value> =
        AZURE.iter().map(|(name, version, _)| ((*name).to_owned(), json!(version))).collect();
    let mut entries = Map::from_iter([(String::new(), json!({ "dependencies": asked }))]);
    for (name, version, integrity) in AZURE {
        entries.insert(format!("node_modules/{name}"), json!({ "version": version, "integrity": integrity }));
    }
    let lock = json!({ "name": "portolan", "lockfileVersion": 3, "requires": true, "packages": entries });
    NodeManifest {
        package: Map::from_iter([
            ("private".to_owned(), json!(true)),
            ("dependencies".to_owned(), Value::Object(asked)),
        ]),
        is_of_cloud: false,
        lock: Some(lock.to_string().into_bytes()),
        lock_name: "package-lock.json".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Architecture, Language, Platform};

    #[test]
    fn a_hash_is_shown_in_hexadecimal() {
        assert_eq!(integrity("sha512-AAEC/w=="), Some("sha512:000102ff".to_owned()));
        assert_eq!(integrity("sha1-!"), None);
    }

    #[test]
    fn a_lock_gives_what_the_platform_installs() {
        let lock = json!({ "lockfileVersion": 3, "packages": {
            "": { "dependencies": { "sharp": "1" } },
            "node_modules/sharp": { "version": "1.0.0", "resolved": "file:packed/sharp-1.0.0.tgz" },
            "node_modules/@img/linux-arm64": { "version": "1.0.1", "os": ["linux"], "cpu": ["arm64"], "libc": ["glibc"] },
            "node_modules/@img/linux-x64": { "version": "1.0.1", "os": ["linux"], "cpu": ["x64"] },
            "node_modules/@img/musl": { "version": "1.0.1", "os": ["linux"], "cpu": ["arm64"], "libc": ["musl"] },
            "node_modules/notmac": { "version": "1.0.1", "os": ["!darwin"] },
            "node_modules/a/node_modules/b": { "version": "2.0.0" },
            "node_modules/tester": { "version": "3.0.0", "dev": true },
        } });
        let abi = Abi::of(Platform::Aws, Language::Node, "nodejs22", Architecture::Arm64);
        let shown: Vec<String> = locked(&lock.to_string(), &abi)
            .unwrap()
            .into_iter()
            .map(|package| format!("{} {} {}", package.name, package.version, package.file.unwrap()))
            .collect();
        assert_eq!(
            shown,
            [
                "sharp 1.0.0 sharp-1.0.0.tgz",
                "@img/linux-arm64 1.0.1 linux-arm64-1.0.1.tgz",
                "notmac 1.0.1 notmac-1.0.1.tgz",
                "b 2.0.0 b-2.0.0.tgz"
            ]
        );
        assert!(locked("{}", &abi).is_err());
    }
}
