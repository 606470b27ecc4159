//! What esbuild complains of, at the line of the user's that it is about.

use std::path::{Path, PathBuf};

use portolan_diagnostics::{Diagnostic, Sources, Span};

use super::esbuild::{Location, Message, Told};
use crate::Request;
use crate::handler::at_handler;

/// Its errors, each at its place.
pub(super) fn errors(request: &Request, root: &Path, sources: &mut Sources, told: &Told) -> Vec<Diagnostic> {
    let said = told.errors.iter().map(|message| {
        let found = Diagnostic::error("package/bundle", text(request, message));
        let found = placed(request, root, sources, message, found);
        match unresolved(message) {
            Some(name) => found.help(format!(
                "add `{name}` to `dependencies` in package.json, or to `external` of `bundle` where it is there when the \
                 function runs"
            )),
            None => found,
        }
    });
    said.collect()
}

/// Its warnings.
pub(super) fn warnings(request: &Request, root: &Path, sources: &mut Sources, told: &Told) -> Vec<Diagnostic> {
    let said = told.warnings.iter().map(|message| {
        let found = Diagnostic::warning("package/bundle", text(request, message));
        placed(request, root, sources, message, found)
    });
    said.collect()
}

/// Something that was taken from outside of the app.
pub(super) fn outside(request: &Request, path: &str) -> Diagnostic {
    let message =
        format!("`{}` cannot be bundled: `{path}` is no file of its code and of no package", request.function);
    at_handler(request, Diagnostic::error("package/bundle", message))
        .help("add the package to `dependencies` in package.json")
}

fn text(request: &Request, message: &Message) -> String {
    let first = message.text.lines().next().unwrap_or_default();
    let said = first.trim_end_matches('.').replace('"', "`");
    let mut letters = said.chars();
    let said = letters.next().map(|letter| letter.to_lowercase().chain(letters).collect()).unwrap_or(said.clone());
    let elsewhere = message.location.as_ref().filter(|place| own(request, place).is_none());
    let place = elsewhere.map(|place| format!(" (`{}`, line {})", place.file, place.line)).unwrap_or_default();
    format!("`{}` cannot be bundled as it is: {said}{place}", request.function)
}

/// The package that could not be found; a path is the user's own affair.
fn unresolved(message: &Message) -> Option<&str> {
    let name = message.text.strip_prefix("Could not resolve \"")?.strip_suffix('"')?;
    let words = if name.starts_with('@') { 2 } else { 1 };
    let end = name.match_indices('/').nth(words - 1).map_or(name.len(), |(at, _)| at);
    (!name.starts_with(['.', '/']) && !name.contains(':')).then(|| &name[..end])
}

fn placed(request: &Request, root: &Path, sources: &mut Sources, message: &Message, found: Diagnostic) -> Diagnostic {
    let place = message.location.as_ref().and_then(|place| Some((own(request, place)?, place)));
    match place {
        Some((text, place)) => found.at(span(root, sources, text, place), ""),
        None => at_handler(request, found),
    }
}

/// The text of a file of the user's.
fn own<'a>(request: &'a Request, place: &Location) -> Option<&'a str> {
    let file = request.files.iter().find(|file| file.path == place.file)?;
    std::str::from_utf8(&file.bytes).ok()
}

fn span(root: &Path, sources: &mut Sources, text: &str, place: &Location) -> Span {
    // Without `.` between its words: findings show it.
    let path: PathBuf = root.components().chain(Path::new(&place.file).components()).collect();
    let shown = path.strip_prefix(".").unwrap_or(&path).display().to_string();
    let source = sources.add(shown, text.to_owned());
    let before: usize = text.split_inclusive('\n').take(place.line.saturating_sub(1)).map(str::len).sum();
    let start = (before + place.column).min(text.len());
    source.span(start..(start + place.length).min(text.len()))
}
