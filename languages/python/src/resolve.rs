//! From a module's name to its file: beside the file that imports it, in a folder above, in a source folder or a layer, or the
//! one file whose path ends so.

use portolan_program::Files;

/// Packages of clouds and their kin: what libraries know by name is never looked for among the app's files, not even where a copy
/// lies there.
const OUTSIDE: &[&str] = &[
    "aioboto3",
    "aiobotocore",
    "aws_lambda_powertools",
    "aws_xray_sdk",
    "azure.ai",
    "azure.appconfiguration",
    "azure.common",
    "azure.core",
    "azure.cosmos",
    "azure.cosmosdb",
    "azure.data",
    "azure.eventgrid",
    "azure.eventhub",
    "azure.functions",
    "azure.identity",
    "azure.keyvault",
    "azure.mgmt",
    "azure.monitor",
    "azure.search",
    "azure.servicebus",
    "azure.storage",
    "boto",
    "boto3",
    "botocore",
    "chalice",
    "fastapi",
    "flask",
    "functions_framework",
    "firebase_admin",
    "google.api_core",
    "google.auth",
    "google.cloud",
    "google.oauth2",
    "googleapiclient",
    "mangum",
    "pynamodb",
    "requests",
    "s3fs",
    "s3transfer",
    "smart_open",
    "urllib3",
];

/// Modules of Python's own that programs cannot replace, or never do.
const OWN: &[&str] = &[
    "abc",
    "argparse",
    "ast",
    "asyncio",
    "base64",
    "binascii",
    "builtins",
    "collections",
    "concurrent",
    "contextlib",
    "copy",
    "csv",
    "ctypes",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "gc",
    "glob",
    "gzip",
    "hashlib",
    "heapq",
    "hmac",
    "html",
    "http",
    "importlib",
    "inspect",
    "io",
    "itertools",
    "json",
    "logging",
    "math",
    "mimetypes",
    "multiprocessing",
    "operator",
    "os",
    "pathlib",
    "pickle",
    "random",
    "re",
    "shutil",
    "signal",
    "socket",
    "sqlite3",
    "ssl",
    "string",
    "struct",
    "subprocess",
    "sys",
    "tempfile",
    "textwrap",
    "threading",
    "time",
    "traceback",
    "types",
    "typing",
    "unittest",
    "urllib",
    "uuid",
    "warnings",
    "weakref",
    "xml",
    "zipfile",
    "zlib",
    "zoneinfo",
];

/// Folders that hold copies of others' packages.
const COPIES: &[&str] =
    &["site-packages", "node_modules", ".venv", "venv", "vendor", ".aws-sam", ".serverless", "cdk.out"];

/// The file of a module.
pub(crate) fn resolve(module: &str, from: &str, files: &dyn Files) -> Option<String> {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    if let Some(relative) = module.strip_prefix('.') {
        return resolve_relative(relative, folder, files);
    }
    if module.is_empty() || is_outside(module) {
        return None;
    }
    let path = module.replace('.', "/");
    above(folder).find_map(|folder| file_in(folder, &path, files)).or_else(|| by_suffix(&path, from, files))
}

/// `.models` without its first point: each further point is a folder up.
fn resolve_relative(relative: &str, folder: &str, files: &dyn Files) -> Option<String> {
    let name = relative.trim_start_matches('.');
    let up = relative.len() - name.len();
    let start = above(folder).nth(up)?;
    match name.is_empty() {
        true => Some(joined(start, "__init__.py")).filter(|path| files.has(path)),
        false => file_in(start, &name.replace('.', "/"), files),
    }
}

fn is_outside(module: &str) -> bool {
    let first = module.split('.').next().unwrap_or_default();
    let known = |name: &str| module == name || module.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
    OWN.contains(&first) || OUTSIDE.iter().any(|name| known(name))
}

/// A folder and those around it, up to the app's root.
fn above(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| match folder.rsplit_once('/') {
        Some((outer, _)) => Some(outer),
        None if folder.is_empty() => None,
        None => Some(""),
    })
}

fn joined(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// A module or package in a folder, or in a source folder or layer directly in it.
fn file_in(folder: &str, path: &str, files: &dyn Files) -> Option<String> {
    let within = |inner: &str| {
        let stem = joined(folder, &format!("{inner}{path}"));
        [format!("{stem}.py"), format!("{stem}/__init__.py")].into_iter().find(|path| files.has(path))
    };
    ["", "src/", "python/", "lib/"].into_iter().find_map(within)
}

/// The file whose path ends so: the nearest to the one that imports it, of those in a layer first.
fn by_suffix(path: &str, from: &str, files: &dyn Files) -> Option<String> {
    let ends = [format!("/{path}.py"), format!("/{path}/__init__.py")];
    let fits = |candidate: &&String| {
        ends.iter().any(|end| candidate.ends_with(end)) && !candidate.split('/').any(|part| COPIES.contains(&part))
    };
    let closeness = |candidate: &String| {
        let shared = candidate.split('/').zip(from.split('/')).take_while(|(left, right)| left == right).count();
        let start = ends.iter().find_map(|end| candidate.strip_suffix(end)).unwrap_or_default();
        let layer = start.ends_with("python") || start.ends_with("src");
        (layer, shared, std::cmp::Reverse(candidate.len()))
    };
    files.paths().iter().filter(fits).max_by_key(|candidate| closeness(candidate)).cloned()
}

#[cfg(test)]
mod tests {
    use super::resolve;
    use portolan_program::Files;
    use std::sync::Arc;

    struct Paths(Vec<String>);

    impl Files for Paths {
        fn paths(&self) -> &[String] {
            &self.0
        }

        fn text(&self, _path: &str) -> Option<Arc<str>> {
            None
        }
    }

    fn found(module: &str, from: &str, paths: &[&str]) -> Option<String> {
        let mut paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        paths.sort();
        resolve(module, from, &Paths(paths))
    }

    #[test]
    fn beside_and_above() {
        let paths = ["functions/a/app.py", "functions/a/db.py", "functions/db.py", "common/db.py"];
        assert_eq!(found("db", "functions/a/app.py", &paths).as_deref(), Some("functions/a/db.py"));
        assert_eq!(found("common.db", "functions/a/app.py", &paths).as_deref(), Some("common/db.py"));
    }

    #[test]
    fn relative_names_go_up() {
        let paths = ["app/api/orders.py", "app/db/__init__.py", "app/api/__init__.py", "app/models.py"];
        assert_eq!(found("..db", "app/api/orders.py", &paths).as_deref(), Some("app/db/__init__.py"));
        assert_eq!(found("..models", "app/api/orders.py", &paths).as_deref(), Some("app/models.py"));
        assert_eq!(found(".", "app/api/orders.py", &paths).as_deref(), Some("app/api/__init__.py"));
        assert_eq!(found("....x", "app/api/orders.py", &paths), None);
    }

    #[test]
    fn layers_and_source_folders() {
        let paths = ["layers/shared/python/shared/db.py", "functions/a/app.py", "src/store/s3.py"];
        let layer = found("shared.db", "functions/a/app.py", &paths);
        assert_eq!(layer.as_deref(), Some("layers/shared/python/shared/db.py"));
        assert_eq!(found("store.s3", "functions/a/app.py", &paths).as_deref(), Some("src/store/s3.py"));
    }

    #[test]
    fn packages_of_others_stay_outside() {
        let paths = ["a/boto3/__init__.py", "a/json.py", "a/app.py", "lib/site-packages/x/y.py", "google/cloud/z.py"];
        assert_eq!(found("boto3", "a/app.py", &paths), None);
        assert_eq!(found("json", "a/app.py", &paths), None);
        assert_eq!(found("y", "a/app.py", &paths), None);
        assert_eq!(found("google.cloud.z", "a/app.py", &paths), None);
    }
}
