//! Where modules are: files beside and below the one that names them, and the roots of crates.

use crate::cargo;
use portolan_program::Files;

/// How far up a module's parents are looked for.
const HIGHEST: usize = 16;

/// The file that a path of a module means; none where it does not belong to the app.
pub(crate) fn resolve(module: &str, from: &str, files: &dyn Files) -> Option<String> {
    if let Some(path) = module.strip_prefix("path:") {
        return join(folder_of(from), path).filter(|path| files.has(path));
    }
    let mut names = module.split("::").filter(|name| !name.is_empty());
    let first = names.next()?;
    let mut at = match first {
        "crate" => root(from, files),
        "self" => from.to_owned(),
        "super" => parent(from, files)?,
        name => cargo::library(name, from, files)?,
    };
    for name in names {
        at = match name {
            "self" => at,
            "super" => parent(&at, files)?,
            name => child(&at, name, files)?,
        };
    }
    Some(at)
}

/// The file of a module inside the one of a file.
fn child(from: &str, name: &str, files: &dyn Files) -> Option<String> {
    let folder = inside(from, files);
    let path = |rest: &str| if folder.is_empty() { rest.to_owned() } else { format!("{folder}/{rest}") };
    let candidates = [path(&format!("{name}.rs")), path(&format!("{name}/mod.rs"))];
    candidates.into_iter().find(|path| files.has(path) && path != from)
}

/// The folder in which the modules inside a file lie.
fn inside(from: &str, files: &dyn Files) -> String {
    let (folder, file) = from.rsplit_once('/').unwrap_or(("", from));
    match file == "mod.rs" || is_root(from, files) {
        true => folder.to_owned(),
        false => from.trim_end_matches(".rs").to_owned(),
    }
}

/// The module around the one of a file.
fn parent(from: &str, files: &dyn Files) -> Option<String> {
    let (folder, file) = from.rsplit_once('/').unwrap_or(("", from));
    let around = if file == "mod.rs" { folder_of(folder) } else { folder };
    let join = |name: &str| if around.is_empty() { name.to_owned() } else { format!("{around}/{name}") };
    let candidates = [join("mod.rs"), format!("{around}.rs"), join("lib.rs"), join("main.rs")];
    let found = candidates.into_iter().find(|path| files.has(path) && path != from);
    Some(found.unwrap_or_else(|| root(from, files)))
}

/// The root of the crate that a file belongs to.
pub(crate) fn root(from: &str, files: &dyn Files) -> String {
    if is_root(from, files) {
        return from.to_owned();
    }
    let own = stem(from);
    let mut folder = folder_of(from);
    for _ in 0..HIGHEST {
        if let Some(root) = root_in(folder, own, files) {
            return root;
        }
        if folder.is_empty() {
            break;
        }
        folder = folder_of(folder);
    }
    from.to_owned()
}

/// The root in a folder: the one that declares the module, if there are several.
fn root_in(folder: &str, module: &str, files: &dyn Files) -> Option<String> {
    let path = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let known: Vec<String> = [path("lib.rs"), path("main.rs")].into_iter().filter(|path| files.has(path)).collect();
    let declares = known.iter().find(|path| declares(path, module, files)).cloned();
    if let Some(root) = declares.or_else(|| known.first().cloned()) {
        return Some(root);
    }
    let programs = beside(folder, files).filter(|path| is_root(path, files) && declares_module(path, module, files));
    programs.into_iter().next().cloned()
}

fn beside<'f>(folder: &'f str, files: &'f dyn Files) -> impl Iterator<Item = &'f String> {
    files.paths().iter().filter(move |path| path.ends_with(".rs") && folder_of(path) == folder)
}

fn declares(path: &str, module: &str, files: &dyn Files) -> bool {
    declares_module(path, module, files)
}

fn declares_module(path: &str, module: &str, files: &dyn Files) -> bool {
    files.text(path).is_some_and(|text| text.contains(&format!("mod {module};")))
}

/// Whether a file is the root of a crate.
fn is_root(path: &str, files: &dyn Files) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, "main.rs" | "lib.rs" | "build.rs")
        || files.text(path).is_some_and(|text| text.lines().any(starts_program))
}

fn starts_program(line: &str) -> bool {
    line.strip_prefix("pub ").unwrap_or(line).strip_prefix("async ").unwrap_or(line).starts_with("fn main(")
}

/// The name of a file's module.
fn stem(path: &str) -> &str {
    let path = path.strip_suffix("/mod.rs").unwrap_or(path);
    path.rsplit('/').next().unwrap_or(path).trim_end_matches(".rs")
}

/// The files that define a macro, when a name is one.
pub(crate) fn defines_macro(name: &str, from: &str, files: &dyn Files) -> Vec<String> {
    let Some(name) = name.strip_suffix('!') else { return Vec::new() };
    let words = [format!("macro_rules! {name} "), format!("macro_rules! {name}{{")];
    let defines = |path: &&String| {
        path.ends_with(".rs")
            && path.as_str() != from
            && files.text(path).is_some_and(|text| words.iter().any(|word| text.contains(word)))
    };
    files.paths().iter().filter(defines).take(1).cloned().collect()
}

/// A path beside a folder, with `.` and `..` taken out.
pub(crate) fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder of a path.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
