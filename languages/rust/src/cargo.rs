//! Crates of the app: `Cargo.toml` files, read line by line for what names a library.

use crate::resolve::{folder_of, join};
use portolan_program::Files;

/// Crates of the language, which no app has.
const LANGUAGE: &[&str] = &["alloc", "core", "proc_macro", "std"];

/// The root of the library that a crate's name means; none where the app has none of that name.
pub(crate) fn library(name: &str, from: &str, files: &dyn Files) -> Option<String> {
    if LANGUAGE.contains(&name) {
        return None;
    }
    let renamed = renamed(name, from, files);
    let wanted = renamed.as_deref().unwrap_or(name);
    let manifests = files.paths().iter().filter(|path| *path == "Cargo.toml" || path.ends_with("/Cargo.toml"));
    manifests.into_iter().find_map(|manifest| {
        let text = files.text(manifest)?;
        let package = value(&text, "[package]", "name").map(spelled);
        let library = value(&text, "[lib]", "name").map(spelled);
        if library.or(package).as_deref() != Some(wanted) {
            return None;
        }
        let root = join(folder_of(manifest), value(&text, "[lib]", "path").unwrap_or("src/lib.rs"))?;
        files.has(&root).then_some(root)
    })
}

/// The package behind a dependency that is called otherwise: `store = { package = "orders-store", … }`.
fn renamed(name: &str, from: &str, files: &dyn Files) -> Option<String> {
    let mut folder = folder_of(from);
    loop {
        let manifest = if folder.is_empty() { "Cargo.toml".to_owned() } else { format!("{folder}/Cargo.toml") };
        if let Some(text) = files.has(&manifest).then(|| files.text(&manifest)).flatten() {
            let line = text.lines().find(|line| {
                line.split_once('=').is_some_and(|(key, _)| spelled(key.trim()) == name) && line.contains("package")
            });
            if let Some(line) = line {
                let package = line.split_once("package")?.1.split('"').nth(1)?;
                return Some(spelled(package));
            }
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder_of(folder);
    }
}

/// The text of a key in a section.
fn value<'t>(text: &'t str, section: &str, key: &str) -> Option<&'t str> {
    let mut lines = text.lines().map(str::trim).skip_while(|line| *line != section).skip(1);
    let inside = lines.by_ref().take_while(|line| !line.starts_with('['));
    let mut found = inside.filter_map(|line| line.split_once('=')).filter(|(known, _)| known.trim() == key);
    found.next().and_then(|(_, value)| value.split('"').nth(1))
}

/// A package's name as code spells it.
fn spelled(name: &str) -> String {
    name.trim().trim_matches('"').replace('-', "_")
}
