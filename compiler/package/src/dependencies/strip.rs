//! What is installed and never runs: scripts with this machine's paths in them, tests, documents, headers, types.
//!
//! When in doubt a file stays: a folder that other code mentions, and what packages are known to read while they run.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Language, SourceFile};

/// Takes out what is not needed. `files` are below the root that the interpreter searches.
pub(super) fn strip(files: &mut BTreeMap<String, SourceFile>, language: Language, node_cpu: &str) {
    match language {
        Language::Python => python(files),
        Language::Node => node(files, node_cpu),
    }
}

/// Packages that compile something while they run, and need their headers.
const COMPILING: [&str; 12] =
    ["cffi", "cupy", "jax", "jaxlib", "numba", "nvidia", "pybind11", "pythran", "tensorflow", "torch", "triton", "tvm"];

fn python(files: &mut BTreeMap<String, SourceFile>) {
    // Modules that are loaded lazily are listed in their `.pyi` (lazy_loader's `attach_stub`).
    let keeps_types = files.keys().any(|path| path.starts_with("lazy_loader/"));
    let mentioned = mentioned(
        files,
        |path| path.ends_with(".py"),
        |line| line.contains("import") && (line.contains(".tests") || line.contains("tests import")),
    );
    files.retain(|path, _| {
        let (package, name) = (first(path), last(path));
        let folders: Vec<&str> = path.split('/').rev().skip(1).collect();
        let generated = package == "bin" || folders.contains(&"__pycache__") || name.ends_with(".pyc");
        let is_info = package.ends_with(".dist-info");
        let record = is_info
            && matches!(
                name,
                "RECORD" | "INSTALLER" | "REQUESTED" | "direct_url.json" | "uv_cache.json" | "uv_build.json"
            );
        let test = folders.contains(&"tests") && !mentioned.contains(package);
        let document = is_document(&folders, name);
        let types = name.ends_with(".pyi") && !keeps_types;
        let header = [".h", ".hpp", ".pxd", ".a"].iter().any(|ending| name.ends_with(ending));
        let header = header && !COMPILING.contains(&package);
        !(generated || record || (!is_info && (test || document || types || header)) || package == ".lock")
    });
}

/// A page in a folder of documents; modules there are code (`botocore.docs`).
fn is_document(folders: &[&str], name: &str) -> bool {
    let page = [".rst", ".md", ".txt", ".html", ".png", ".svg", ".ipynb"].iter().any(|ending| name.ends_with(ending));
    page && folders.iter().any(|folder| matches!(*folder, "doc" | "docs" | "examples"))
}

fn node(files: &mut BTreeMap<String, SourceFile>, cpu: &str) {
    const FOLDERS: [&str; 8] = [".github", "__tests__", "test", "tests", "doc", "docs", "example", "examples"];
    let own = format!("linux-{cpu}");
    let is_code = |path: &str| [".js", ".cjs", ".mjs", ".json"].iter().any(|ending| path.ends_with(ending));
    let mentioned = mentioned_folders(files, is_code, &FOLDERS);
    files.retain(|path, _| {
        let (package, inside) = package_of(path);
        let folder = inside.split('/').next().filter(|_| inside.contains('/')).unwrap_or_default();
        let name = last(path);
        let generated = package.is_empty() || path.contains("/.bin/");
        let unused = FOLDERS.contains(&folder) && !mentioned.contains(&(package.to_owned(), folder.to_owned()));
        let types = [".d.ts", ".d.mts", ".d.cts", ".js.map", ".mjs.map", ".cjs.map", ".ts.map"];
        let types = types.iter().any(|ending| name.ends_with(ending));
        let lower = name.to_ascii_lowercase();
        let page = lower.ends_with(".md") && !lower.starts_with("licen");
        // `node-gyp-build` looks for the machine's own folder.
        let foreign = inside.split_once("prebuilds/").is_some_and(|(_, rest)| !rest.starts_with(&own))
            || lower.ends_with(".musl.node");
        !(generated || unused || types || page || foreign)
    });
}

/// The package of a path below `node_modules`, and the path in it.
pub(super) fn package_of(path: &str) -> (&str, &str) {
    let Some(at) = path.rfind("node_modules/") else { return ("", path) };
    let start = at + "node_modules/".len();
    let rest = &path[start..];
    let words = if rest.starts_with('@') { 2 } else { 1 };
    let end = rest.match_indices('/').nth(words - 1).map_or(rest.len(), |(at, _)| at);
    // What lies in `node_modules` itself is of no package: npm's hidden lock, `.bin`.
    if end == rest.len() || rest.starts_with('.') {
        return ("", path);
    }
    (&path[..start + end], &rest[end + 1..])
}

/// Packages some line of whose own code, outside of tests, says something.
fn mentioned(
    files: &BTreeMap<String, SourceFile>,
    is_code: impl Fn(&str) -> bool,
    says: impl Fn(&str) -> bool,
) -> BTreeSet<String> {
    let outside = |path: &str| is_code(path) && !path.split('/').any(|folder| folder == "tests");
    let code = files.iter().filter(|(path, _)| outside(path));
    let saying = code.filter(|(_, file)| String::from_utf8_lossy(&file.bytes).lines().any(&says));
    saying.map(|(path, _)| first(path).to_owned()).collect()
}

/// Folders at the root of packages that the package's own code names in a path.
fn mentioned_folders(
    files: &BTreeMap<String, SourceFile>,
    is_code: impl Fn(&str) -> bool,
    folders: &[&str],
) -> Vec<(String, String)> {
    let mut candidates: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in files.keys() {
        let (package, inside) = package_of(path);
        if let Some((folder, _)) = inside.split_once('/').filter(|(folder, _)| folders.contains(folder)) {
            let known = candidates.entry(package).or_default();
            if !known.contains(&folder) {
                known.push(folder);
            }
        }
    }
    let mut mentioned = Vec::new();
    for (path, file) in files.iter().filter(|(path, _)| is_code(path)) {
        let (package, inside) = package_of(path);
        let Some(wanted) = candidates.get(package) else { continue };
        let folder = inside.split('/').next().unwrap_or_default();
        if wanted.contains(&folder) && inside.contains('/') {
            continue;
        }
        let text = String::from_utf8_lossy(&file.bytes);
        for name in wanted {
            let ways = [format!("/{name}/"), format!("/{name}\""), format!("/{name}'"), format!("\"{name}/")];
            if ways.iter().any(|way| text.contains(way.as_str())) {
                mentioned.push((package.to_owned(), (*name).to_owned()));
            }
        }
    }
    mentioned
}

fn first(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(language: Language, files: &[(&str, &str)]) -> Vec<String> {
        let mut all: BTreeMap<String, SourceFile> =
            files.iter().map(|(path, text)| ((*path).to_owned(), SourceFile::plain(*path, text.as_bytes()))).collect();
        strip(&mut all, language, "arm64");
        all.into_keys().collect()
    }

    #[test]
    fn python_loses_what_never_runs() {
        let files = [
            ("a/__init__.py", ""),
            ("a/__init__.pyi", ""),
            ("a/py.typed", ""),
            ("a/__pycache__/x.cpython-311.pyc", ""),
            ("a/tests/test_a.py", ""),
            ("a/include/a.h", ""),
            ("a/docs/index.rst", ""),
            ("a/docs/__init__.py", ""),
            ("a-1.dist-info/METADATA", ""),
            ("a-1.dist-info/RECORD", ""),
            ("a-1.dist-info/entry_points.txt", ""),
            ("b/__init__.py", "from b.tests import helper\n"),
            ("b/tests/helper.py", ""),
            ("cffi/parse.h", ""),
            ("bin/a", "#!/home/me/python"),
        ];
        assert_eq!(
            kept(Language::Python, &files),
            [
                "a-1.dist-info/METADATA",
                "a-1.dist-info/entry_points.txt",
                "a/__init__.py",
                "a/docs/__init__.py",
                "a/py.typed",
                "b/__init__.py",
                "b/tests/helper.py",
                "cffi/parse.h",
            ]
        );
        assert_eq!(kept(Language::Python, &[("a/x.pyi", ""), ("lazy_loader/__init__.py", "")]).len(), 2);
    }

    #[test]
    fn node_loses_what_never_runs() {
        let files = [
            ("node_modules/.bin/x", ""),
            ("node_modules/.package-lock.json", ""),
            ("node_modules/a/index.js", "require('./lib/x')"),
            ("node_modules/a/index.d.ts", ""),
            ("node_modules/a/README.md", ""),
            ("node_modules/a/LICENSE.md", ""),
            ("node_modules/a/test/x.js", ""),
            ("node_modules/a/dist/doc/x.js", ""),
            ("node_modules/a/prebuilds/linux-arm64/x.node", ""),
            ("node_modules/a/prebuilds/win32-x64/x.node", ""),
            ("node_modules/@s/b/package.json", "{\"main\":\"./docs/index.js\"}"),
            ("node_modules/@s/b/docs/index.js", ""),
            ("node_modules/@s/b/node_modules/c/example/x.js", ""),
        ];
        assert_eq!(
            kept(Language::Node, &files),
            [
                "node_modules/@s/b/docs/index.js",
                "node_modules/@s/b/package.json",
                "node_modules/a/LICENSE.md",
                "node_modules/a/dist/doc/x.js",
                "node_modules/a/index.js",
                "node_modules/a/prebuilds/linux-arm64/x.node",
            ]
        );
    }

    #[test]
    fn a_path_belongs_to_the_innermost_package() {
        assert_eq!(package_of("node_modules/@s/b/x/y.js"), ("node_modules/@s/b", "x/y.js"));
        assert_eq!(package_of("node_modules/a/node_modules/c/x.js"), ("node_modules/a/node_modules/c", "x.js"));
        assert_eq!(package_of("node_modules/.bin/x"), ("", "node_modules/.bin/x"));
    }
}
