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

    #[test]
    fn the_library_has_no_mistake() {
        let found: Vec<String> = embedded().1.into_iter().map(|found| found.message).collect();
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn every_kind_is_there() {
        let kinds: Vec<&str> = standard().kinds().map(|kind| kind.name.as_str()).collect();
        assert_eq!(kinds, ["api", "bucket", "function", "queue", "secret", "table", "topic"]);
    }
}
