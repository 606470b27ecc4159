//! The standard library that is built into the program. It is parsed when somebody first asks for it.

use crate::load::read;
use crate::{Catalog, File};
use portolan_diagnostics::{Diagnostic, Sources};
use std::sync::OnceLock;

include!(concat!(env!("OUT_DIR"), "/stdlib.rs"));

/// The texts of the standard library, by path.
#[must_use]
pub fn standard_files() -> &'static [(&'static str, &'static str)] {
    STDLIB
}

/// The standard library. Should a file of it be wrong, that is a bug of ours which the tests find; what could be read
/// is there all the same.
pub fn standard() -> &'static Catalog {
    static STANDARD: OnceLock<Catalog> = OnceLock::new();
    STANDARD.get_or_init(|| embedded().0)
}

fn embedded() -> (Catalog, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let file =
        |(path, text): &(&str, &'static str)| File { path: (*path).to_owned(), source: sources.add(*path, *text) };
    read(&STDLIB.iter().map(file).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_library_has_no_mistake() {
        let found: Vec<String> = embedded().1.into_iter().map(|found| found.message).collect();
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn every_kind_is_there() {
        let kinds: Vec<&str> = standard().kinds().map(|kind| kind.name.as_str()).collect();
        assert_eq!(kinds, ["api", "bucket", "bus", "function", "parameter", "queue", "secret", "table", "topic"]);
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the folder is what the program is compared with")]
    fn every_folder_is_built_in() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../stdlib");
        let entries = std::fs::read_dir(root).expect("the library's folder").map(|entry| entry.expect("a file").path());
        let kinds = entries.filter(|path| path.join("kind.yaml").exists());
        let new = kinds.filter_map(|path| {
            let name = path.file_name()?.to_str()?.to_owned();
            standard().kind(&name).is_none().then_some(name)
        });
        let new: Vec<String> = new.collect();
        assert_eq!(new, Vec::<String>::new(), "`touch compiler/catalog/build.rs` makes cargo look for kinds again");
    }
}
