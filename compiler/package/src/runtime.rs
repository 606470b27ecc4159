//! The files of `stdlib/runtime/` that a package carries: the entry, the runtime of its cloud, and the client where the
//! code asks for it.

use crate::{Language, Platform, SourceFile};

include!(concat!(env!("OUT_DIR"), "/runtime.rs"));

/// The folder of what all entries of a language share.
pub(crate) const RUNTIME_FOLDER: &str = "portolan_runtime";

/// The package of typed events and of the neutral client.
pub(crate) const CLIENT: &str = "portolan";

/// The entry of a platform and the runtime it stands on, by their paths in the package.
pub(crate) fn entry(platform: Platform, language: Language) -> Vec<SourceFile> {
    let cloud = platform.word();
    let of_entry = below(language, cloud).map(|(path, text)| (path.to_owned(), text));
    let of_runtime = below(language, RUNTIME_FOLDER)
        .filter(|(path, _)| another_cloud(path).is_none_or(|other| other == cloud))
        .map(|(path, text)| (format!("{RUNTIME_FOLDER}/{path}"), text));
    of_entry.chain(of_runtime).map(file).collect()
}

/// The client, where the language looks for packages.
pub(crate) fn client(language: Language) -> Vec<SourceFile> {
    let folder = match language {
        Language::Python => CLIENT.to_owned(),
        Language::Node => format!("node_modules/{CLIENT}"),
    };
    below(language, CLIENT).map(|(path, text)| file((format!("{folder}/{path}"), text))).collect()
}

/// Whether code asks for the client: it imports the package, and has no module of that name itself.
pub(crate) fn asks_for_client(language: Language, files: &[SourceFile]) -> bool {
    let (endings, own): (&[&str], &[&str]) = match language {
        Language::Python => (&[".py"], &["portolan.py", "portolan/"]),
        Language::Node => {
            (&[".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"], &["node_modules/portolan/"])
        }
    };
    let is_own = |file: &SourceFile| own.iter().any(|own| file.path == *own || file.path.starts_with(own));
    let mut code = files.iter().filter(|file| endings.iter().any(|ending| file.path.ends_with(ending)));
    !files.iter().any(is_own) && code.any(|file| imports(language, &file.bytes))
}

fn imports(language: Language, bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    match language {
        Language::Python => text.lines().map(str::trim_start).any(imported_by_python),
        Language::Node => {
            ["\"portolan\"", "'portolan'", "\"portolan/", "'portolan/"].iter().any(|name| text.contains(name))
        }
    }
}

fn imported_by_python(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("import ").or_else(|| line.strip_prefix("from ")) else { return false };
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
    rest.trim_start().strip_prefix(CLIENT).is_some_and(ends)
}

/// What lies below a folder of a language, by its path from there.
fn below(language: Language, folder: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let root = match language {
        Language::Python => "python",
        Language::Node => "node",
    };
    let folder = format!("{root}/{folder}/");
    RUNTIME.iter().filter_map(move |(path, text)| Some((path.strip_prefix(&folder)?, *text)))
}

/// The cloud that a module of the runtime is for, where it is for one: `aws.py`, `azure_http.mjs`, `gcp/push.py`.
fn another_cloud(path: &str) -> Option<&str> {
    let first = path.split(['/', '.', '_']).next()?;
    ["aws", "gcp", "azure"].contains(&first).then_some(first)
}

fn file((path, text): (String, &'static str)) -> SourceFile {
    SourceFile::plain(path, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(language: Language, path: &str, text: &str) -> bool {
        asks_for_client(language, &[SourceFile::plain(path, text.as_bytes())])
    }

    #[test]
    fn the_client_comes_where_it_is_imported() {
        for text in ["import portolan", "  from portolan import bucket", "from portolan.events import QueueEvent"] {
            assert!(asks(Language::Python, "src/a.py", text), "{text}");
        }
        for text in ["import portolan_runtime", "from portolans import x", "# portolan", "x = 'import portolan'"] {
            assert!(!asks(Language::Python, "src/a.py", text), "{text}");
        }
        assert!(asks(Language::Node, "a.mjs", "import { bucket } from \"portolan\";"));
        assert!(asks(Language::Node, "a.js", "const { bucket } = require('portolan')"));
        assert!(!asks(Language::Node, "a.js", "require('./portolan')"));
        assert!(!asks(Language::Node, "a.json", "\"portolan\""));
        let own = [SourceFile::plain("portolan.py", *b""), SourceFile::plain("a.py", *b"import portolan")];
        assert!(!asks_for_client(Language::Python, &own), "a module of the user's own");
    }

    #[test]
    fn a_package_carries_its_clouds_modules_alone() {
        assert_eq!(another_cloud("aws.py"), Some("aws"));
        assert_eq!(another_cloud("azure_http.mjs"), Some("azure"));
        assert_eq!(another_cloud("event.py"), None);
        for (platform, others) in [(Platform::Aws, ["gcp", "azure"]), (Platform::Azure, ["aws", "gcp"])] {
            for language in [Language::Python, Language::Node] {
                let files = entry(platform, language);
                assert!(
                    files.iter().any(|file| file.path.contains("portolan_entry") || file.path == "function_app.py")
                );
                for file in &files {
                    let path = file.path.strip_prefix("portolan_runtime/").unwrap_or_default();
                    assert!(another_cloud(path).is_none_or(|cloud| !others.contains(&cloud)), "{}", file.path);
                }
            }
        }
    }
}
