//! Which packages stay beside a bundle: those that a program cannot be made one file with, and those that the spec names.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::Bundling;
use crate::dependencies::declared::Manifest;
use crate::dependencies::{Asked, node, strip};
use crate::runtime::{CLIENT, asks_for_client, client};
use crate::{Language, Platform, Request, SourceFile};

/// What a bundle must not take in.
pub(super) struct External {
    /// What esbuild is told to leave as it is.
    pub(super) names: BTreeSet<String>,
    /// The packages that are there whether the bundle imports them or not.
    always: BTreeSet<String>,
    tree: Tree,
}

/// What stays beside a bundle.
pub(super) struct Beside {
    /// The installed packages, as `package.json` asks for them.
    pub(super) asked: Map<String, Value>,
    /// Where they and what they need lie below `node_modules`.
    pub(super) places: BTreeSet<String>,
    /// Their lock, a part of the whole one.
    pub(super) lock: String,
    /// Whether Azure's library was added to what the app asks for.
    has_library: bool,
}

impl External {
    pub(super) fn of(
        asked: &Asked,
        bundling: &Bundling,
        lock: &str,
        installed: &BTreeMap<String, SourceFile>,
        request: &Request,
    ) -> Self {
        let lock: Value = serde_json::from_str(lock).unwrap_or_default();
        let tree = Tree { entries: lock["packages"].as_object().cloned().unwrap_or_default() };
        let mut always: BTreeSet<String> = bundling.external.iter().cloned().collect();
        if asked.platform == Platform::Azure {
            always.insert(node::AZURE_FUNCTIONS.to_owned());
        }
        if asks_for_client(Language::Node, &request.files) {
            always.extend(tree.asked_by_the_client());
        }
        let mut names = always.clone();
        names.extend(tree.native(installed));
        names.insert(CLIENT.to_owned());
        // What Lambda's runtime brings is there where the app does not bring it ("Lambda runtimes", Node.js).
        if asked.platform == Platform::Aws
            && !tree.entries.keys().any(|place| place.starts_with("node_modules/@aws-sdk/"))
        {
            names.insert("@aws-sdk/*".to_owned());
        }
        Self { names, always, tree }
    }

    /// What stays, once it is known what the bundle imports.
    pub(super) fn beside(&self, asked: &Asked, imported: &BTreeSet<String>) -> Beside {
        let Self { names, always, tree } = self;
        let is_imported = |name: &String| {
            let below = format!("{name}/");
            imported.iter().any(|path| path == name || path.starts_with(&below))
        };
        let stays = |name: &&String| always.contains(*name) || is_imported(name);
        let roots: Vec<&String> = names.iter().filter(|name| tree.has(&place("", name))).filter(stays).collect();
        let places = tree.closure(&roots);
        let written = root_dependencies(asked);
        let spec = |name: &String| {
            let own = written.and_then(|written| written.get(name.as_str())).cloned();
            own.unwrap_or_else(|| tree.entries[&place("", name)]["version"].clone())
        };
        let asked_for: Map<String, Value> = roots.iter().map(|name| ((*name).clone(), spec(name))).collect();
        let lock = tree.part(&asked_for, &places);
        Beside { asked: asked_for, places, lock, has_library: asked.has_azure_library() }
    }
}

impl Beside {
    /// Whether an installed file is of a package that stays.
    pub(super) fn holds(&self, path: &str) -> bool {
        let library = format!("node_modules/{}/", node::AZURE_FUNCTIONS);
        self.places.contains(strip::package_of(path).0) || (self.has_library && path.starts_with(&library))
    }
}

fn root_dependencies(asked: &Asked) -> Option<&Map<String, Value>> {
    match asked.declared.as_ref().map(|declared| &declared.manifest) {
        Some(Manifest::Node(manifest)) => manifest.package.get("dependencies")?.as_object(),
        _ => None,
    }
}

/// Where a package lies that another one has for itself; with nobody, the one that all have.
fn place(above: &str, name: &str) -> String {
    if above.is_empty() { format!("node_modules/{name}") } else { format!("{above}/node_modules/{name}") }
}

/// The packages of a lock, by their places.
struct Tree {
    entries: Map<String, Value>,
}

impl Tree {
    fn has(&self, place: &str) -> bool {
        self.entries.contains_key(place)
    }

    /// Where Node finds a package from another: the nearest folder above that has it ("Modules: CommonJS modules", loading
    /// from `node_modules` folders).
    fn resolved(&self, from: &str, name: &str) -> Option<String> {
        let mut above = from;
        loop {
            let candidate = place(above, name);
            if self.has(&candidate) {
                return Some(candidate);
            }
            if above.is_empty() {
                return None;
            }
            above = above.rsplit_once("/node_modules/").map_or("", |(above, _)| above);
        }
    }

    /// Packages and all that they need.
    fn closure(&self, roots: &[&String]) -> BTreeSet<String> {
        let mut places = BTreeSet::new();
        let mut open: Vec<String> = roots.iter().map(|name| place("", name)).collect();
        while let Some(next) = open.pop() {
            let Some(entry) = self.entries.get(&next).filter(|_| !places.contains(&next)) else { continue };
            let sections = ["dependencies", "optionalDependencies", "peerDependencies"];
            let needed = sections.iter().filter_map(|section| entry[*section].as_object()).flat_map(Map::keys);
            open.extend(needed.filter_map(|name| self.resolved(&next, name)));
            places.insert(next);
        }
        places
    }

    /// Packages with native code, and those that choose among such by the machine they run on: what they load is not written in
    /// them. One that lies inside of another takes that one with it, since only there it is found.
    fn native(&self, installed: &BTreeMap<String, SourceFile>) -> BTreeSet<String> {
        let native = installed.keys().filter(|path| path.ends_with(".node"));
        let native: BTreeSet<&str> = native.map(|path| strip::package_of(path).0).collect();
        let chooses = |(from, entry): &(&String, &Value)| {
            let optional = entry["optionalDependencies"].as_object().into_iter().flat_map(Map::keys);
            let mut places = optional.filter_map(|name| self.resolved(from, name));
            places.any(|place| native.contains(place.as_str()))
        };
        let choosing = self.entries.iter().filter(|(place, _)| !place.is_empty()).filter(chooses);
        let all = choosing.map(|(place, _)| place.as_str()).chain(native.iter().copied());
        all.map(outermost).filter(|name| !name.is_empty()).collect()
    }

    /// The SDKs that the neutral client imports by their names when a verb is first used.
    fn asked_by_the_client(&self) -> BTreeSet<String> {
        let texts: Vec<SourceFile> = client(Language::Node);
        let names = self.entries.keys().filter_map(|place| place.strip_prefix("node_modules/"));
        let is_asked = |name: &&str| {
            let quoted = format!("\"{name}\"");
            texts.iter().any(|file| String::from_utf8_lossy(&file.bytes).contains(&quoted))
        };
        names.filter(|name| !name.contains("node_modules/")).filter(is_asked).map(str::to_owned).collect()
    }

    /// The lock of some of the packages.
    fn part(&self, asked: &Map<String, Value>, places: &BTreeSet<String>) -> String {
        let mut entries = Map::from_iter([(String::new(), json!({ "dependencies": asked }))]);
        let kept = self.entries.iter().filter(|(place, _)| places.contains(*place));
        entries.extend(kept.map(|(place, entry)| (place.clone(), entry.clone())));
        format!("{:#}\n", json!({ "lockfileVersion": 3, "requires": true, "packages": entries }))
    }
}

/// The package at the root of `node_modules` that a place is in.
fn outermost(place: &str) -> String {
    let rest = place.strip_prefix("node_modules/").unwrap_or_default();
    rest.split("/node_modules/").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        let entries = json!({
            "": { "dependencies": { "sharp": "1.0.0", "web": "2.0.0" } },
            "node_modules/sharp": { "version": "1.0.0", "dependencies": { "semver": "7" },
                "optionalDependencies": { "@img/sharp-linux-x64": "1.0.0", "@img/sharp-win32-x64": "1.0.0" } },
            "node_modules/@img/sharp-linux-x64": { "version": "1.0.0", "optionalDependencies": { "@img/libvips": "1.0.0" } },
            "node_modules/@img/libvips": { "version": "1.0.0" },
            "node_modules/semver": { "version": "6.0.0" },
            "node_modules/sharp/node_modules/semver": { "version": "7.0.0" },
            "node_modules/web": { "version": "2.0.0", "dependencies": { "semver": "6", "bcrypt": "5" } },
            "node_modules/web/node_modules/bcrypt": { "version": "5.0.0" },
            "node_modules/@aws-sdk/client-s3": { "version": "3.0.0" },
        });
        Tree { entries: entries.as_object().cloned().unwrap() }
    }

    fn installed(paths: &[&str]) -> BTreeMap<String, SourceFile> {
        paths.iter().map(|path| ((*path).to_owned(), SourceFile::plain(*path, *b""))).collect()
    }

    #[test]
    fn a_package_brings_what_it_needs_from_where_it_finds_it() {
        let closure = tree().closure(&[&"sharp".to_owned()]);
        let places: Vec<&str> = closure.iter().map(|place| place.trim_start_matches("node_modules/")).collect();
        assert_eq!(places, ["@img/libvips", "@img/sharp-linux-x64", "sharp", "sharp/node_modules/semver"]);
    }

    #[test]
    fn native_code_stays_with_what_chooses_it() {
        let native =
            tree().native(&installed(&["node_modules/@img/sharp-linux-x64/lib/sharp.node", "node_modules/web/a.js"]));
        assert_eq!(native.into_iter().collect::<Vec<_>>(), ["@img/sharp-linux-x64", "sharp"]);
        let inside = tree().native(&installed(&["node_modules/web/node_modules/bcrypt/bcrypt.node"]));
        assert_eq!(inside.into_iter().collect::<Vec<_>>(), ["web"], "only inside of it Node finds the other");
    }

    #[test]
    fn the_client_names_the_sdks_that_it_imports() {
        assert_eq!(tree().asked_by_the_client().into_iter().collect::<Vec<_>>(), ["@aws-sdk/client-s3"]);
    }

    #[test]
    fn a_part_of_a_lock_is_a_lock() {
        let asked = Map::from_iter([("web".to_owned(), json!("2.0.0"))]);
        let part: Value = serde_json::from_str(&tree().part(&asked, &tree().closure(&[&"web".to_owned()]))).unwrap();
        let places: Vec<&String> = part["packages"].as_object().unwrap().keys().collect();
        assert_eq!(places, ["", "node_modules/semver", "node_modules/web", "node_modules/web/node_modules/bcrypt"]);
        assert_eq!(part["packages"][""]["dependencies"]["web"], "2.0.0");
    }
}
