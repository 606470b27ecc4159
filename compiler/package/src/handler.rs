//! Finding the handler among the files.

use portolan_diagnostics::{Diagnostic, suggest};

use crate::{Handler, Language, Request, SourceFile, executable};

/// A file and the symbol in it.
#[derive(Clone, Copy)]
pub(crate) struct Named<'a> {
    /// The file.
    pub(crate) file: &'a SourceFile,
    /// The symbol; none where the file itself is run.
    pub(crate) symbol: Option<&'a str>,
}

impl Named<'_> {
    /// The path under which an entry finds it: TypeScript is JavaScript once it is bundled.
    pub(crate) fn loaded(&self) -> String {
        match self.symbol {
            Some(_) => bundled(&self.file.path),
            None => self.file.path.clone(),
        }
    }
}

/// What the bundle of a file is called: a module of the same kind.
pub(crate) fn bundled(path: &str) -> String {
    match path.rsplit_once('.') {
        Some((stem, "mts")) => format!("{stem}.mjs"),
        Some((stem, "ts" | "tsx")) => format!("{stem}.js"),
        Some((stem, "cts")) => format!("{stem}.cjs"),
        _ => path.to_owned(),
    }
}

/// The code that a request names, found among its files.
pub(crate) struct Found<'a> {
    /// The handler.
    pub(crate) handler: Option<Named<'a>>,
    /// The application.
    pub(crate) application: Option<Named<'a>>,
}

/// The files of the handler and of the application, or why there are none. TypeScript is among them where it is bundled.
pub(crate) fn find(request: &Request, language: Language, is_bundled: bool) -> Result<Found<'_>, Diagnostic> {
    Ok(Found {
        handler: named(request, request.handler.as_ref(), language, is_bundled)?,
        application: named(request, request.application.as_ref(), language, is_bundled)?,
    })
}

fn named<'a>(
    request: &'a Request,
    handler: Option<&'a Handler>,
    language: Language,
    is_bundled: bool,
) -> Result<Option<Named<'a>>, Diagnostic> {
    let Some(handler) = handler else { return Ok(None) };
    match &handler.symbol {
        Some(symbol) => Ok(Some(Named { file: file(request, handler, language, is_bundled)?, symbol: Some(symbol) })),
        None => Ok(Some(Named { file: executable::find(request, &handler.file)?, symbol: None })),
    }
}

fn file<'a>(
    request: &'a Request,
    handler: &Handler,
    language: Language,
    is_bundled: bool,
) -> Result<&'a SourceFile, Diagnostic> {
    if language == Language::Python && handler.file.contains('.') {
        return Err(not_importable(request, handler));
    }
    let mut candidates = candidates(handler, language);
    if language == Language::Node && is_bundled {
        candidates.extend(typed(handler));
    }
    let named = |path: &String| request.files.iter().find(|file| file.path == *path);
    candidates.iter().find_map(named).ok_or_else(|| missing(request, handler, &candidates))
}

/// A warning for each symbol that cannot be in its file, whatever the file does.
pub(crate) fn missing_symbols(request: &Request, language: Language, found: &Found<'_>) -> Vec<Diagnostic> {
    let all = found.handler.into_iter().chain(found.application);
    all.filter_map(|named| missing_symbol(request, language, named)).collect()
}

fn missing_symbol(request: &Request, language: Language, named: Named<'_>) -> Option<Diagnostic> {
    let Named { file, symbol } = named;
    let symbol = symbol?;
    let text = std::str::from_utf8(&file.bytes).ok()?;
    let certain = !mentions(text, symbol) && !indirect(language).iter().any(|way| text.contains(way));
    let message = format!("`{}` never mentions `{symbol}`, the handler of `{}`", file.path, request.function);
    let form = match language {
        Language::Python => format!("def {symbol}(event, context):"),
        Language::Node => format!("export const {symbol} = async (event, context) => …"),
    };
    certain.then(|| {
        at_handler(request, Diagnostic::warning("package/symbol-missing", message)).help(format!("define it: `{form}`"))
    })
}

/// Points a finding at the handler in the spec.
pub(crate) fn at_handler(request: &Request, diagnostic: Diagnostic) -> Diagnostic {
    match request.place {
        Some(place) => diagnostic.at(place, format!("the handler of `{}`", request.function)),
        None => diagnostic,
    }
}

fn candidates(handler: &Handler, language: Language) -> Vec<String> {
    let endings: &[&str] = match language {
        Language::Python => &["py"],
        Language::Node => &["mjs", "js", "cjs"],
    };
    endings.iter().map(|ending| format!("{}.{ending}", handler.file)).collect()
}

/// The files in TypeScript that a handler may be in.
fn typed(handler: &Handler) -> impl Iterator<Item = String> {
    ["mts", "ts", "cts", "tsx"].into_iter().map(|ending| format!("{}.{ending}", handler.file))
}

fn not_importable(request: &Request, handler: &Handler) -> Diagnostic {
    let message = format!("Python cannot import `{}.py`: a dot in a path separates packages", handler.file);
    at_handler(request, Diagnostic::error("package/handler-path", message))
        .help("rename the folder or file without the dot")
}

fn missing(request: &Request, handler: &Handler, candidates: &[String]) -> Diagnostic {
    let looked_for = candidates.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
    let message = format!("the handler of `{}` has no file: none of its code is {looked_for}", request.function);
    let close = candidates.iter().find_map(|path| suggest(path, request.files.iter().map(|file| file.path.as_str())));
    let typed = typed(handler).find(|path| request.files.iter().any(|file| file.path == *path));
    at_handler(request, Diagnostic::error("package/handler-missing", message))
        .help_if(typed.map(|path| format!("`{path}` is compiled where it is bundled: `bundle: true`")))
        .help_if(close.map(|path| format!("did you mean `{path}`?")))
        .help(if request.application.as_ref() == Some(handler) {
            "an app is `folder/file:name`, relative to the function's `code` and without the file's ending"
        } else {
            "a handler is `folder/file.symbol`, relative to the function's `code` and without the file's ending"
        })
}

fn mentions(text: &str, symbol: &str) -> bool {
    let inside_a_word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    text.match_indices(symbol).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + symbol.len()..].chars().next();
        !before.is_some_and(inside_a_word) && !after.is_some_and(inside_a_word)
    })
}

/// The ways in which a file can define a symbol without spelling it.
fn indirect(language: Language) -> &'static [&'static str] {
    match language {
        Language::Python => &["import *", "__getattr__", "globals", "exec", "eval", "setattr", "__dict__", "vars("],
        Language::Node => &["export *", "exports", "\\u", "eval"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_is_a_whole_word() {
        assert!(mentions("def handle(event):", "handle"));
        assert!(mentions("handler = 1\nhandle", "handle"));
        assert!(!mentions("def handler(event): _handle = 1", "handle"));
        assert!(!mentions("", "handle"));
    }

    #[test]
    fn a_bundle_of_typescript_is_a_module_of_its_kind() {
        let names = ["src/a.ts", "a.d.mts", "a.cts", "a.tsx", "a.mjs", "ts"].map(bundled);
        assert_eq!(names, ["src/a.js", "a.d.mjs", "a.cjs", "a.js", "a.mjs", "ts"]);
    }
}
