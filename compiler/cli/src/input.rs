//! Reading specs and libraries from disk.

use crate::arguments::Chosen;
use portolan_catalog::{Catalog, File, load, standard, standard_files};
use portolan_diagnostics::{Diagnostic, Source, Sources};
use portolan_syntax::{Spec, decode, parse};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// A spec that was read, with everything its diagnostics need.
#[derive(Debug)]
pub struct Input {
    /// The spec's file.
    pub path: PathBuf,
    /// The folder it lies in: what `code` is relative to.
    pub folder: PathBuf,
    /// What it says.
    pub spec: Spec,
    /// The kinds.
    pub catalog: Cow<'static, Catalog>,
}

/// The names a spec may have inside its folder.
const NAMES: [&str; 3] = ["portolan.yaml", "portolan.yml", "portolan.json"];

/// The names a spec may have inside its folder.
#[must_use]
pub fn names() -> &'static [&'static str] {
    &NAMES
}

/// Reads a spec and its library. `found` gets everything that is wrong with their text.
pub fn read(chosen: &Chosen, sources: &mut Sources, found: &mut Vec<Diagnostic>) -> Option<Input> {
    let catalog = catalog(chosen.stdlib.as_deref(), sources, found)?;
    let path = spec_path(&chosen.path).map_err(|diagnostic| found.push(*diagnostic)).ok()?;
    let source = text(&path, sources).map_err(|diagnostic| found.push(*diagnostic)).ok()?;
    let (spec, wrong) = parse(&source);
    found.extend(wrong);
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    Some(Input { path, folder, spec, catalog })
}

/// The spec that a path means: the file itself, or the one in the folder.
fn spec_path(path: &Path) -> Result<PathBuf, Box<Diagnostic>> {
    if !path.is_dir() {
        return Ok(path.to_path_buf());
    }
    let folder = if path == Path::new(".") { Path::new("") } else { path };
    let found = NAMES.iter().map(|name| folder.join(name)).find(|candidate| candidate.is_file());
    found.ok_or_else(|| {
        let diagnostic = Diagnostic::error("cli/no-spec", format!("there is no spec in `{}`", path.display()));
        Box::new(diagnostic.help(format!("it is called {}; `portolan init` makes one", NAMES.join(", "))))
    })
}

fn text(path: &Path, sources: &mut Sources) -> Result<Source, Box<Diagnostic>> {
    let bytes = fs::read(path).map_err(|error| Box::new(unreadable(path, &error)))?;
    decode(sources, &path.display().to_string(), &bytes)
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error("cli/unreadable", format!("`{}` cannot be read: {error}", path.display()))
}

/// The standard library, with a folder of the user's kinds beside it where one is given.
pub fn catalog(
    folder: Option<&Path>,
    sources: &mut Sources,
    found: &mut Vec<Diagnostic>,
) -> Option<Cow<'static, Catalog>> {
    let Some(folder) = folder else { return Some(Cow::Borrowed(standard())) };
    let mut files: Vec<File> = Vec::new();
    for (path, text) in standard_files() {
        files.push(File { path: (*path).to_owned(), source: sources.add(*path, *text) });
    }
    let mut own = Vec::new();
    if let Err(error) = collect(folder, &mut own) {
        found.push(unreadable(folder, &error));
        return None;
    }
    own.sort();
    for path in own {
        let inside = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        match text(&path, sources) {
            Ok(source) => files.push(File { path: inside, source }),
            Err(diagnostic) => found.push(*diagnostic),
        }
    }
    load(&files).report_to(found).map(Cow::Owned)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}
