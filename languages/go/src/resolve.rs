//! Where packages are: by the modules of `go.mod` files, or by the end of the path where there is none.

use portolan_program::Files;

/// The rest of one's own package, as an import.
pub(crate) const PACKAGE: &str = ".";

/// The files of the package that an import path means; none where it does not belong to the app.
pub(crate) fn resolve(path: &str, from: &str, files: &dyn Files) -> Vec<String> {
    if path == PACKAGE {
        return neighbours(from, files);
    }
    let own = folder_of(from);
    let folder = match path.starts_with("./") || path.starts_with("../") {
        true => join(own, path),
        false => nearest(path, own, files).or_else(|| anywhere(path, files)).or_else(|| by_end(path, files)),
    };
    folder.map_or_else(Vec::new, |folder| package(&folder, files))
}

/// The other files of a file's package. Files that each have a `main` are programs of their own.
pub(crate) fn neighbours(from: &str, files: &dyn Files) -> Vec<String> {
    let mut package = package(folder_of(from), files);
    let programs = package.iter().filter(|path| is_program(path, files)).count();
    package.retain(|path| path != from && !(programs > 1 && is_program(path, files)));
    package
}

fn is_program(path: &str, files: &dyn Files) -> bool {
    files.text(path).is_some_and(|text| text.contains("\nfunc main()"))
}

/// The files of a package that are built: no tests, no scripts.
fn package(folder: &str, files: &dyn Files) -> Vec<String> {
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let start = files.paths().partition_point(|path| path.as_str() < prefix.as_str());
    let inside = files.paths()[start..].iter().take_while(|path| path.starts_with(&prefix));
    let own = inside
        .filter(|path| path.ends_with(".go") && !path.ends_with("_test.go") && !path[prefix.len()..].contains('/'));
    own.filter(|path| !is_left_out(path, files)).cloned().collect()
}

/// Whether a constraint keeps a file out of every build.
fn is_left_out(path: &str, files: &dyn Files) -> bool {
    files.text(path).is_some_and(|text| {
        let head = text.lines().take_while(|line| !line.starts_with("package "));
        head.into_iter().any(|line| matches!(line.trim(), "//go:build ignore" | "// +build ignore"))
    })
}

/// By the `go.mod` that is nearest above, and what it replaces.
fn nearest(path: &str, folder: &str, files: &dyn Files) -> Option<String> {
    let mut at = Some(folder);
    while let Some(folder) = at {
        let file = if folder.is_empty() { "go.mod".to_owned() } else { format!("{folder}/go.mod") };
        if let Some(text) = files.has(&file).then(|| files.text(&file)).flatten() {
            return within(path, folder, &text).or_else(|| replaced(path, folder, &text));
        }
        at = above(folder);
    }
    None
}

/// By any `go.mod` of the app, as a workspace puts them together. The longest module wins.
fn anywhere(path: &str, files: &dyn Files) -> Option<String> {
    let modules = files.paths().iter().filter(|file| *file == "go.mod" || file.ends_with("/go.mod"));
    let found = modules.filter_map(|file| {
        let text = files.text(file)?;
        Some((module_of(&text)?.len(), within(path, folder_of(file), &text)?))
    });
    found.max_by_key(|(length, _)| *length).map(|(_, folder)| folder)
}

/// Without modules: the folder whose path is the end of the import's.
fn by_end(path: &str, files: &dyn Files) -> Option<String> {
    let mut rest = path;
    let cloud = ["github.com/aws/", "github.com/Azure/", "cloud.google.com/", "google.golang.org/"];
    if !path.contains('.') || cloud.iter().any(|cloud| path.starts_with(cloud)) {
        return None;
    }
    if files.paths().iter().any(|file| file == "go.mod" || file.ends_with("/go.mod")) {
        return None;
    }
    for _ in 0..3 {
        rest = rest.split_once('/')?.1;
    }
    let file = |folder: &str| !package(folder, files).is_empty();
    file(rest).then(|| rest.to_owned())
}

/// The folder of a path within a module.
fn within(path: &str, folder: &str, text: &str) -> Option<String> {
    under(path, module_of(text)?, folder)
}

fn under(path: &str, module: &str, folder: &str) -> Option<String> {
    match path.strip_prefix(module)? {
        "" => Some(folder.to_owned()),
        rest => join(folder, rest.strip_prefix('/')?),
    }
}

fn module_of(text: &str) -> Option<&str> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix("module "))?;
    Some(line.split("//").next().unwrap_or(line).trim().trim_matches('"'))
}

/// `replace a => ../b`.
fn replaced(path: &str, folder: &str, text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (module, target) = line.trim().trim_start_matches("replace ").split_once("=>")?;
        let target = target.split_whitespace().next().filter(|target| target.starts_with('.'))?;
        under(path, module.split_whitespace().next()?, &join(folder, target)?)
    })
}

/// A path beside a folder, with `.` and `..` taken out.
fn join(folder: &str, path: &str) -> Option<String> {
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

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn above(folder: &str) -> Option<&str> {
    match folder {
        "" => None,
        _ => Some(folder_of(folder)),
    }
}
