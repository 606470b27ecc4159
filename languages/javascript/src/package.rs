//! Packages: those of the app's own workspace, and what a package says of its files.

use crate::resolve::{Near, directory, join, within};
use crate::settings::{by_pattern, texts};
use serde_json::Value;

/// Folders that hold what was compiled.
const COMPILED: &[&str] = &["dist", "lib", "build", "out", "dist/src", "lib/src"];

/// The file of a package of the app, by the package's name, and perhaps a path behind it.
pub fn member(module: &str, near: &Near<'_>) -> Option<String> {
    let (name, inner) = split(module);
    let folder = package(name, near)?;
    match inner {
        "" => main(folder, near)
            .or_else(|| near.file(&within(folder, "src/index")))
            .or_else(|| near.file(&within(folder, "index"))),
        inner => near
            .file(&within(folder, inner))
            .or_else(|| near.file(&within(folder, &format!("src/{inner}"))))
            .or_else(|| exported(folder, inner, near)),
    }
}

/// A name and the path behind it: `@acme/db/orders` is `@acme/db` and `orders`.
fn split(module: &str) -> (&str, &str) {
    let from = if module.starts_with('@') { module.find('/').map_or(module.len(), |at| at + 1) } else { 0 };
    match module[from..].find('/') {
        Some(at) => (&module[..from + at], &module[from + at + 1..]),
        None => (module, ""),
    }
}

/// The folder of the app's package of a name.
fn package<'f>(name: &str, near: &Near<'f>) -> Option<&'f str> {
    let quoted = format!("\"{name}\"");
    let is_manifest = |path: &&String| *path == "package.json" || path.ends_with("/package.json");
    let manifests = near.files.paths().iter().filter(is_manifest);
    manifests
        .filter(|path| !path.contains("node_modules/"))
        .find(|path| {
            let text = near.files.text(path);
            text.is_some_and(|text| text.contains(&quoted)) && read(path, near).is_some_and(|read| read["name"] == name)
        })
        .map(|path| directory(path))
}

fn read(path: &str, near: &Near<'_>) -> Option<Value> {
    serde_json::from_str(&near.files.text(path)?).ok()
}

/// What a folder's package says is its file.
pub fn main(folder: &str, near: &Near<'_>) -> Option<String> {
    let path = within(folder, "package.json");
    if !near.files.has(&path) {
        return None;
    }
    let manifest = read(&path, near)?;
    let exports = match &manifest["exports"] {
        Value::Object(all) if all.keys().any(|key| key.starts_with('.')) => &manifest["exports"]["."],
        other => other,
    };
    let named = ["source", "types", "main", "module"].into_iter().map(|key| &manifest[key]);
    named.chain([exports]).flat_map(texts).find_map(|target| source(folder, target, near))
}

/// The file behind one of a package's `exports`.
fn exported(folder: &str, inner: &str, near: &Near<'_>) -> Option<String> {
    let manifest = read(&within(folder, "package.json"), near)?;
    let targets = texts(&manifest["exports"][format!("./{inner}")]);
    targets.into_iter().find_map(|target| source(folder, target, near))
}

/// A file of a package, or the source that it is compiled from.
fn source(folder: &str, target: &str, near: &Near<'_>) -> Option<String> {
    let path = join("", target)?;
    let stem = path.strip_suffix(".d.ts").map_or_else(|| path.clone(), |stem| format!("{stem}.js"));
    let direct = (!stem.is_empty()).then(|| plain_file(&within(folder, &stem), near)).flatten();
    direct.or_else(|| {
        COMPILED.iter().find_map(|compiled| {
            let inner = stem.strip_prefix(compiled)?.strip_prefix('/')?;
            plain_file(&within(folder, &format!("src/{inner}")), near)
                .or_else(|| plain_file(&within(folder, inner), near))
        })
    })
}

/// A file, but not by asking its folder's package again.
fn plain_file(path: &str, near: &Near<'_>) -> Option<String> {
    let own = directory(path);
    let known = near.files.has(&within(path, "package.json"));
    (!known && !path.is_empty() && path != own).then(|| near.file(path)).flatten()
}

/// `#lib/db`, which the package around maps itself.
pub fn imports(module: &str, near: &Near<'_>) -> Option<String> {
    if !module.starts_with('#') {
        return None;
    }
    near.folders().find_map(|folder| {
        let manifest = read(&within(folder, "package.json"), near)?;
        by_pattern(module, manifest["imports"].as_object()?, folder, near)
    })
}
