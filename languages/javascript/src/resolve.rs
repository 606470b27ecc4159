//! Which file a module's name means.

use crate::package;
use crate::settings;
use portolan_program::Files;

/// Extensions that a name may leave out, in the order in which they are tried from a TypeScript file.
const EXTENSIONS: &[&str] = &["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"];

/// The file that a module's name means in the file `from`; none where it lies outside the app.
pub fn resolve(module: &str, from: &str, files: &dyn Files) -> Option<String> {
    // A module of a bundle, by its place there.
    if let Some((file, part)) = module.rsplit_once('#')
        && !file.is_empty()
        && part.bytes().all(|byte| byte.is_ascii_digit())
    {
        return resolve(file, from, files).map(|file| format!("{file}#{part}"));
    }
    let near = Near { files, from };
    match module {
        _ if module == "." || module == ".." || module.starts_with("./") || module.starts_with("../") => {
            near.file(&join(directory(from), module)?)
        }
        _ if module.starts_with("/opt/") => layer(module, &near),
        _ if module.starts_with('/') => near.file(module.strip_prefix("/var/task/").unwrap_or(&module[1..])),
        _ if outside(module) => None,
        _ => settings::mapped(module, &near)
            .or_else(|| package::imports(module, &near))
            .or_else(|| package::member(module, &near))
            .or_else(|| aliased(module, &near)),
    }
}

/// Names that no app maps to its own files; asked first, because most imports are such.
fn outside(module: &str) -> bool {
    module.starts_with("node:")
        || module.starts_with("@aws-sdk/")
        || module.starts_with("@smithy/")
        || module == "aws-sdk"
        || module.starts_with("aws-sdk/")
        || module.contains("://")
        || module.is_empty()
}

/// The app's files, seen from one of them.
pub(crate) struct Near<'a> {
    pub files: &'a dyn Files,
    pub from: &'a str,
}

impl Near<'_> {
    /// The file at a path that may lack its extension, name a folder, or name what will be compiled.
    pub fn file(&self, path: &str) -> Option<String> {
        let path = path.trim_end_matches('/');
        self.exact(path)
            .or_else(|| self.extended(path))
            .or_else(|| package::main(path, self))
            .or_else(|| self.extended(&within(path, "index")))
    }

    /// The file itself, or the TypeScript that it is compiled from.
    fn exact(&self, path: &str) -> Option<String> {
        let (stem, extension) = path.rsplit_once('.')?;
        let sources: &[&str] = match extension {
            "js" => &["js", "ts", "tsx", "jsx"],
            "mjs" => &["mjs", "mts"],
            "cjs" => &["cjs", "cts"],
            "jsx" => &["jsx", "tsx"],
            _ if crate::lower::Grammar::of(path).is_some() => &[extension],
            _ => return None,
        };
        sources.iter().map(|extension| format!("{stem}.{extension}")).find(|path| self.files.has(path))
    }

    /// With an extension: of the file's own language first.
    fn extended(&self, path: &str) -> Option<String> {
        let script = self.from.rsplit('.').next().is_some_and(|own| own.ends_with("js") || own == "jsx");
        let (first, second) = EXTENSIONS.split_at(4);
        let order = if script { [second, first] } else { [first, second] };
        let paths = order.into_iter().flatten().map(|extension| format!("{path}.{extension}"));
        paths.into_iter().find(|path| self.files.has(path))
    }

    /// The folders around the file, from the innermost, the app's own last.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        let mut next = Some(directory(self.from));
        std::iter::from_fn(move || {
            let folder = next?;
            next = (!folder.is_empty()).then(|| directory(folder));
            Some(folder)
        })
    }
}

/// `/opt/nodejs/db`: a file of a layer, which is mounted there; the shortest path that ends so.
fn layer(module: &str, near: &Near<'_>) -> Option<String> {
    let rest = module.strip_prefix("/opt/")?;
    let short = rest.strip_prefix("nodejs/").unwrap_or(rest);
    [rest, short].into_iter().find_map(|wanted| ending_with(wanted, near))
}

fn ending_with(wanted: &str, near: &Near<'_>) -> Option<String> {
    let last = wanted.rsplit('/').next()?;
    let last = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let mut folders: Vec<&str> =
        near.files.paths().iter().filter(|path| path.contains(last)).map(|path| directory(path)).collect();
    folders.extend(folders.clone().into_iter().map(directory));
    folders.push("");
    folders.sort_by_key(|folder| (!folder.contains("layer"), folder.len(), *folder));
    folders.dedup();
    let depth = wanted.matches('/').count();
    let starts = folders.into_iter().filter_map(|folder| (0..depth).try_fold(folder, |folder, _| above(folder)));
    let mut starts: Vec<&str> = starts.collect();
    starts.dedup();
    starts.into_iter().find_map(|folder| near.file(&within(folder, wanted)))
}

fn above(folder: &str) -> Option<&str> {
    (!folder.is_empty()).then(|| directory(folder))
}

/// `@/lib/db`, `~/lib/db`, and a path from a folder around, without settings that say so.
fn aliased(module: &str, near: &Near<'_>) -> Option<String> {
    let rest = module.strip_prefix("@/").or_else(|| module.strip_prefix("~/")).or_else(|| module.strip_prefix('~'));
    let wanted = match rest {
        Some(rest) => rest,
        None if module.contains('/') && !module.starts_with('@') => module,
        None => return None,
    };
    near.folders().find_map(|folder| {
        let source =
            rest.is_some().then(|| within(folder, "src")).and_then(|source| near.file(&within(&source, wanted)));
        source.or_else(|| near.file(&within(folder, wanted)))
    })
}

/// The folder of a path; empty for the app's own.
pub(crate) fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path inside a folder.
pub(crate) fn within(folder: &str, path: &str) -> String {
    match (folder.is_empty(), path.is_empty()) {
        (true, _) => path.to_owned(),
        (_, true) => folder.to_owned(),
        _ => format!("{folder}/{path}"),
    }
}

/// A path relative to a folder; none where it leaves the app.
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
