//! What calls a whole application where a cloud does not by itself: packages that are added to the function's own.

use std::sync::LazyLock;

use portolan_diagnostics::Diagnostic;
use serde::Deserialize;

use super::declared::{Declared, Declaring, Manifest};
use super::resolution::{Resolution, Resolved};
use crate::{Language, Platform};

/// The table of adapters; its head says what a row is.
const TABLE: &str = include_str!("../../../../stdlib/runtime/adapters.toml");

static ADAPTERS: LazyLock<Table> = LazyLock::new(|| toml::from_str(TABLE).unwrap_or_default());

#[derive(Default, Deserialize)]
struct Table {
    adapter: Vec<Adapter>,
    package: Vec<Pinned>,
}

/// An adapter of one cloud and protocol.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Adapter {
    cloud: String,
    protocol: String,
    /// The adapter, then what it needs.
    packages: Vec<String>,
}

/// A package in the version that is known to work.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pinned {
    name: String,
    version: String,
    file: String,
    sha256: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "it is for those who read the table"))]
    source: String,
}

/// The adapters that an application may need on a cloud; none where the runtime calls it by itself.
pub(super) fn of(platform: Platform, language: Language) -> Vec<&'static Adapter> {
    ADAPTERS.adapter.iter().filter(|one| language == Language::Python && one.cloud == platform.word()).collect()
}

/// What is written of them into a key.
pub(super) fn digest(adapters: &[&'static Adapter]) -> String {
    let pinned = adapters.iter().flat_map(|adapter| &adapter.packages).filter_map(|name| pinned(name));
    pinned.map(Pinned::line).collect()
}

/// Adds the adapters to what was chosen, but for those that are among it.
pub(super) fn add(adapters: &[&'static Adapter], resolution: &mut Resolution) {
    for adapter in adapters {
        let has = |resolution: &Resolution, name: &str| resolution.packages.iter().any(|known| known.name == name);
        if has(resolution, adapter.name()) {
            continue;
        }
        for package in adapter.packages.iter().filter_map(|name| pinned(name)) {
            if !has(resolution, &package.name) {
                resolution.lock.push_str(&package.line());
                resolution.packages.push(package.resolved());
            }
        }
    }
}

/// Those that the requirements do not name: `apig-wsgi` and `mangum`, in words.
pub(super) fn missing(adapters: &[&'static Adapter], declared: Option<&Declared>) -> Option<String> {
    let is_named = |name: &str| declared.is_some_and(|declared| declared.place(name).is_some());
    let missing = adapters.iter().filter(|adapter| !is_named(adapter.name()));
    let shown: Vec<String> = missing.map(|adapter| format!("`{}` ({})", adapter.name(), adapter.protocol)).collect();
    (!shown.is_empty()).then(|| shown.join(" and "))
}

/// Requirements of nobody's, for an application that asks for no packages itself.
pub(super) fn nobodys() -> Declared {
    let text = Declaring { path: "app".into(), source: None, bytes: Vec::new() };
    Declared {
        folder: "/".into(),
        app: "/".into(),
        manifest: Manifest::Requirements,
        is_locked: true,
        is_pinned: true,
        texts: vec![text],
    }
}

/// Says that an application was packed without what calls it.
pub(super) fn skipped(function: &str, missing: &str) -> Diagnostic {
    let calls = if missing.contains(" and ") { "call" } else { "calls" };
    let message = format!("`{function}` is packed without {missing}, which {calls} its app");
    Diagnostic::note("package/skipped", message)
        .help("build without `--no-dependencies`, or name what is needed in the requirements")
}

impl Adapter {
    fn name(&self) -> &str {
        self.packages.first().map_or("", String::as_str)
    }
}

fn pinned(name: &str) -> Option<&'static Pinned> {
    ADAPTERS.package.iter().find(|package| package.name == name)
}

impl Pinned {
    /// The line of a lock.
    fn line(&self) -> String {
        format!("{}=={} \\\n    --hash=sha256:{}\n", self.name, self.version, self.sha256)
    }

    fn resolved(&self) -> Resolved {
        Resolved {
            name: self.name.clone(),
            version: self.version.clone(),
            file: Some(self.file.clone()),
            hash: Some(format!("sha256:{}", self.sha256)),
            ..Resolved::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(adapters: &[&'static Adapter], own: &[&str]) -> Vec<String> {
        let own = own.iter().map(|name| Resolved { name: (*name).to_owned(), ..Resolved::default() });
        let mut resolution = Resolution { packages: own.collect(), lock: String::new() };
        add(adapters, &mut resolution);
        let lines: Vec<&str> = resolution.lock.lines().filter(|line| !line.starts_with(' ')).collect();
        lines.into_iter().map(|line| line.trim_end_matches(" \\").to_owned()).collect()
    }

    #[test]
    fn the_table_pins_every_package_that_its_adapters_name() {
        let table: Table = toml::from_str(TABLE).unwrap();
        for adapter in &table.adapter {
            assert!(super::super::declared::CLOUDS.contains(&adapter.cloud.as_str()), "{adapter:?}");
            assert!(adapter.packages.iter().all(|name| pinned(name).is_some()), "{adapter:?}");
        }
        for package in &table.package {
            assert_eq!(package.name, super::super::requirements::normalized(&package.name));
            assert!(table.adapter.iter().any(|adapter| adapter.packages.contains(&package.name)), "{package:?}");
            assert!(package.source.ends_with(&format!("/{}/{}/", package.name, package.version)), "{package:?}");
            assert!(package.file.ends_with("-none-any.whl") && package.sha256.len() == 64, "{package:?}");
        }
    }

    #[test]
    fn a_cloud_gets_what_it_cannot_call_by_itself() {
        let aws = of(Platform::Aws, Language::Python);
        assert_eq!(names(&aws, &[]), ["apig-wsgi==2.20.0", "mangum==0.22.0", "typing-extensions==4.16.0"]);
        assert_eq!(
            names(&of(Platform::Google, Language::Python), &[]),
            ["a2wsgi==1.10.10", "typing-extensions==4.16.0"]
        );
        assert!(of(Platform::Azure, Language::Python).is_empty() && of(Platform::Aws, Language::Node).is_empty());
    }

    #[test]
    fn what_is_there_already_is_not_added() {
        let aws = of(Platform::Aws, Language::Python);
        assert_eq!(names(&aws, &["mangum"]), ["apig-wsgi==2.20.0"]);
        assert_eq!(names(&aws, &["typing-extensions"]), ["apig-wsgi==2.20.0", "mangum==0.22.0"]);
        assert_eq!(names(&aws, &["apig-wsgi", "mangum"]), [] as [&str; 0]);
    }
}
