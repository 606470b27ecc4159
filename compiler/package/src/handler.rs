//! Finding the handler among the files.

use portolan_diagnostics::{Diagnostic, suggest};

use crate::{Handler, Language, Request, SourceFile};

/// The path of the handler's file, or why there is none.
pub(crate) fn find(request: &Request, language: Language) -> Result<&SourceFile, Diagnostic> {
    if language == Language::Python && request.handler.file.contains('.') {
        return Err(not_importable(request));
    }
    let candidates = candidates(&request.handler, language);
    let named = |path: &String| request.files.iter().find(|file| file.path == *path);
    candidates.iter().find_map(named).ok_or_else(|| missing(request, &candidates))
}

/// A warning when the symbol cannot be in the file, whatever the file does.
pub(crate) fn missing_symbol(request: &Request, language: Language, file: &SourceFile) -> Option<Diagnostic> {
    let text = std::str::from_utf8(&file.bytes).ok()?;
    let symbol = request.handler.symbol.as_str();
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

fn not_importable(request: &Request) -> Diagnostic {
    let message = format!("Python cannot import `{}.py`: a dot in a path separates packages", request.handler.file);
    at_handler(request, Diagnostic::error("package/handler-path", message))
        .help("rename the folder or file without the dot")
}

fn missing(request: &Request, candidates: &[String]) -> Diagnostic {
    let looked_for = candidates.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
    let message = format!("the handler of `{}` has no file: none of its code is {looked_for}", request.function);
    let close = candidates.iter().find_map(|path| suggest(path, request.files.iter().map(|file| file.path.as_str())));
    at_handler(request, Diagnostic::error("package/handler-missing", message))
        .help_if(close.map(|path| format!("did you mean `{path}`?")))
        .help("a handler is `folder/file.symbol`, relative to the function's `code` and without the file's ending")
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
}
