//! Runtimes, handlers and code: `python3.13`, `src/tag.handle`, `./bin/tag`, and folders below the spec.

use crate::{Handler, Language, Runtime};
use portolan_diagnostics::{Diagnostic, Span, Spanned, suggest};
use portolan_value::Text;

/// How the version of a language is written.
#[derive(Clone, Copy)]
enum Version {
    /// `3.13`.
    Dotted,
    /// `22`.
    Whole,
    /// None.
    Absent,
}

/// The languages: the word, and what follows it.
const LANGUAGES: [(&str, Language, Version); 8] = [
    ("python", Language::Python, Version::Dotted),
    ("nodejs", Language::Node, Version::Whole),
    ("java", Language::Java, Version::Whole),
    ("dotnet", Language::Dotnet, Version::Whole),
    ("ruby", Language::Ruby, Version::Dotted),
    ("go", Language::Go, Version::Dotted),
    ("rust", Language::Rust, Version::Absent),
    ("custom", Language::Custom, Version::Absent),
];

/// What others call a runtime that runs an executable, and languages that have no runtime of their own. A version may
/// follow.
const EXECUTABLES: [&str; 25] = [
    "provided",
    "binary",
    "executable",
    "native",
    "shell",
    "bash",
    "sh",
    "perl",
    "php",
    "lua",
    "c",
    "c++",
    "cpp",
    "swift",
    "zig",
    "nim",
    "crystal",
    "haskell",
    "ocaml",
    "elixir",
    "erlang",
    "kotlin",
    "scala",
    "deno",
    "bun",
];

/// Runtimes to suggest.
const KNOWN: [&str; 21] = [
    "python3.13",
    "python3.12",
    "python3.14",
    "python3.11",
    "python3.10",
    "nodejs22",
    "nodejs24",
    "nodejs20",
    "java21",
    "java25",
    "java17",
    "dotnet8",
    "dotnet9",
    "dotnet10",
    "ruby3.4",
    "ruby3.3",
    "go1.25",
    "go1.24",
    "go1.26",
    "rust",
    "custom",
];

/// Endings of files, for handlers that name a file instead of a symbol.
const ENDINGS: [&str; 11] = ["py", "js", "mjs", "cjs", "ts", "mts", "java", "cs", "rb", "go", "rs"];

/// A runtime, or what is wrong with it.
pub(crate) fn runtime(written: &Spanned<Text>) -> Result<Spanned<Runtime>, Box<Diagnostic>> {
    let text = written.value.as_str();
    let known = LANGUAGES.iter().find_map(|(word, language, version)| {
        let rest = text.strip_prefix(word)?;
        fits(rest, *version).then(|| Runtime { language: *language, version: Text::new(rest) })
    });
    known.map(|runtime| Spanned::new(runtime, written.span)).ok_or_else(|| unknown(text, written.span))
}

fn fits(version: &str, form: Version) -> bool {
    let is_number = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit());
    match form {
        Version::Dotted => version.split_once('.').is_some_and(|(major, minor)| is_number(major) && is_number(minor)),
        Version::Whole => is_number(version),
        Version::Absent => version.is_empty(),
    }
}

fn unknown(text: &str, span: Span) -> Box<Diagnostic> {
    let plain = text.to_ascii_lowercase().replace("node.js", "nodejs").replace(['-', '_', ' ', ':', '@'], "");
    let versioned = LANGUAGES
        .iter()
        .find(|(word, ..)| plain == *word)
        .and_then(|(word, ..)| KNOWN.iter().find(|known| known.starts_with(word)));
    let alias = plain.strip_prefix("node").filter(|rest| !rest.starts_with("js")).map(|rest| format!("nodejs{rest}"));
    let wanted = alias.as_deref().unwrap_or(&plain).trim_end_matches(".x");
    let exact = runtime_like(wanted);
    let close = versioned.copied().or(exact.as_deref()).or_else(|| suggest(wanted, KNOWN));
    let help = match is_executable(&plain) {
        true => Some("a script or a binary of any language is `runtime: custom` with `handler: ./PATH`".to_owned()),
        false => close.map(|close| format!("did you mean `{close}`?")),
    };
    let forms =
        "a runtime is `python3.13`, `nodejs22`, `java21`, `dotnet8`, `ruby3.4`, `go1.25`, `rust`, or `custom` for \
                 an executable of any language"
            .to_owned();
    Box::new(
        Diagnostic::error("resolve/unknown-runtime", format!("unknown runtime `{text}`"))
            .at(span, "a language and its version")
            .help(help.unwrap_or(forms)),
    )
}

fn is_executable(plain: &str) -> bool {
    let version = |rest: &str| rest.trim_start_matches(".al").bytes().all(|one| one.is_ascii_digit() || one == b'.');
    EXECUTABLES.iter().any(|word| plain.strip_prefix(word).is_some_and(version))
}

/// The text itself when it is a runtime once it is written plainly.
fn runtime_like(text: &str) -> Option<String> {
    let fits =
        LANGUAGES.iter().any(|(word, _, version)| text.strip_prefix(word).is_some_and(|rest| fits(rest, *version)));
    fits.then(|| text.to_owned())
}

/// A handler, or what is wrong with it.
pub(crate) fn handler(written: &Spanned<Text>) -> Result<Spanned<Handler>, Box<Diagnostic>> {
    let text = written.value.as_str();
    let wrong = |problem: &str, help: String| {
        Box::new(
            Diagnostic::error("model/handler", format!("`{text}` is not a handler: {problem}"))
                .at(written.span, "")
                .help(help),
        )
    };
    let Some((file, symbol)) = text.rsplit_once('.').filter(|(file, _)| !file.is_empty() && !file.ends_with('/'))
    else {
        let file = text.replace(':', ".");
        let help = if file.contains('.') {
            format!("write `{file}`")
        } else {
            format!("write `{file}.handle` for the function `handle` in the file `{file}`")
        };
        return Err(wrong("it is a file without its ending, a dot and a symbol", help));
    };
    if ENDINGS.contains(&symbol) {
        return Err(wrong(
            "it names a file and no symbol in it",
            format!("write `{file}.handle`, without the file's ending"),
        ));
    }
    if let Some((file, ending)) = file.rsplit_once('.')
        && ENDINGS.contains(&ending)
    {
        return Err(wrong("the file's ending is left out", format!("write `{file}.{symbol}`")));
    }
    if let Err(problem) = inside(file) {
        return Err(wrong(
            problem,
            "the file is found in the function's `code`, which is the spec's folder by default".to_owned(),
        ));
    }
    if !is_symbol(symbol) {
        return Err(wrong("the symbol is a name in the file", format!("write `{file}.handle`")));
    }
    Ok(Spanned::new(Handler { file: plain(file), symbol: Some(Text::new(symbol)) }, written.span))
}

/// `./bin/tag`: the file that `runtime: custom` runs.
pub(crate) fn executable(written: &Spanned<Text>) -> Result<Spanned<Handler>, Box<Diagnostic>> {
    let text = written.value.as_str();
    let path = plain(text);
    let problem = match inside(text) {
        Err(problem) => problem,
        Ok(()) if text.ends_with('/') || path == "." => "it is a folder",
        Ok(()) if !text.contains('/') => "it is a name and no path: write `./` before it",
        Ok(()) => return Ok(Spanned::new(Handler { file: path, symbol: None }, written.span)),
    };
    let diagnostic = Diagnostic::error("model/handler", format!("`{text}` is not a handler: {problem}"));
    Err(Box::new(diagnostic.at(written.span, "").help(
        "with `runtime: custom` it is the path of an executable in the function's `code`, which is the spec's folder by \
         default",
    )))
}

/// Why an executable is no app.
pub(crate) fn no_application(written: &Spanned<Text>) -> Box<Diagnostic> {
    let message = format!("`{}` is not an app: `runtime: custom` runs an executable", written.value);
    let diagnostic = Diagnostic::error("model/app", message).at(written.span, "");
    Box::new(diagnostic.help("write `handler: ./PATH` alone: it is handed requests as events, one by one"))
}

/// `src/web:app`, or `src.web:app` as Python's servers write it: the object `app` in the file `src/web`.
pub(crate) fn application(written: &Spanned<Text>) -> Result<Spanned<Handler>, Box<Diagnostic>> {
    let text = written.value.as_str();
    let wrong = |problem: &str, help: String| {
        let message = format!("`{text}` is not an app: {problem}");
        Box::new(Diagnostic::error("model/app", message).at(written.span, "").help(help))
    };
    let Some((module, symbol)) = text.split_once(':').filter(|(module, _)| !module.is_empty()) else {
        let file = text.rsplit_once('.').map_or(text, |(file, _)| file);
        return Err(wrong("it is a file without its ending, a colon and a name", format!("write `{file}:app`")));
    };
    if let Some((file, ending)) = module.rsplit_once('.')
        && ENDINGS.contains(&ending)
    {
        return Err(wrong("the file's ending is left out", format!("write `{file}:{symbol}`")));
    }
    let file = if module.contains('/') { module.to_owned() } else { module.replace('.', "/") };
    if let Err(problem) = inside(&file) {
        let help = "the file is found in the function's `code`, which is the spec's folder by default";
        return Err(wrong(problem, help.to_owned()));
    }
    if !is_symbol(symbol) {
        return Err(wrong("what follows the colon is a name in the file", format!("write `{module}:app`")));
    }
    Ok(Spanned::new(Handler { file: plain(&file), symbol: Some(Text::new(symbol)) }, written.span))
}

fn is_symbol(text: &str) -> bool {
    let begins = |letter: char| letter.is_alphabetic() || letter == '_' || letter == '$';
    text.starts_with(begins) && text.chars().all(|letter| begins(letter) || letter.is_numeric())
}

/// A folder or file of code, or what is wrong with it.
pub(crate) fn code(written: Spanned<Text>) -> Result<Spanned<Text>, Box<Diagnostic>> {
    match inside(&written.value) {
        Ok(()) => Ok(written.map(|path| plain(&path))),
        Err(problem) => Err(Box::new(
            Diagnostic::error("model/code-path", format!("`{}` cannot be `code`: {problem}", written.value))
                .at(written.span, "")
                .help("write a folder or file below the spec's own folder, such as `src`"),
        )),
    }
}

/// Whether a path stays below the folder it starts from.
fn inside(path: &str) -> Result<(), &'static str> {
    match path {
        "" => Err("it is empty"),
        _ if path.contains('\\') => Err("a path is written with `/`"),
        _ if path.contains(char::is_control) => Err("it has a character that no path has"),
        _ if path.starts_with('/') || path.as_bytes().get(1) == Some(&b':') => Err("it is not relative"),
        _ if path.split('/').any(|part| part == "..") => Err("it leaves the folder"),
        _ if path.contains("//") => Err("it has an empty part"),
        _ => Ok(()),
    }
}

/// A path without needless `.` parts; the folder itself is `.`.
fn plain(path: &str) -> Text {
    let is_needless = |part: &&str| matches!(*part, "." | "");
    if !path.split('/').any(|part| is_needless(&part)) {
        return Text::new(path);
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !is_needless(part)).collect();
    if parts.is_empty() { ".".into() } else { parts.join("/").into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Spanned<Text> {
        Spanned::new(text.to_owned().into(), Span::default())
    }

    const FORMS: &str = "a runtime is `python3.13`, `nodejs22`, `java21`, `dotnet8`, `ruby3.4`, `go1.25`, `rust`, or `custom` \
                         for an executable of any language";

    #[test]
    fn runtimes() {
        let check = |text: &str, expected: Result<(Language, &str), &str>| {
            let got = runtime(&written(text));
            let got = got.map(|runtime| runtime.value).map_err(|wrong| wrong.help.join(" "));
            let expected = expected.map(|(language, version)| Runtime { language, version: Text::new(version) });
            assert_eq!(got, expected.map_err(str::to_owned), "{text}");
        };
        check("python3.13", Ok((Language::Python, "3.13")));
        check("nodejs22", Ok((Language::Node, "22")));
        check("rust", Ok((Language::Rust, "")));
        check("go1.25", Ok((Language::Go, "1.25")));
        check("custom", Ok((Language::Custom, "")));
        let executable = "a script or a binary of any language is `runtime: custom` with `handler: ./PATH`";
        for other in ["provided.al2023", "provided", "bash", "php8.4", "c++"] {
            check(other, Err(executable));
        }
        check("costum", Err("did you mean `custom`?"));
        check("python", Err("did you mean `python3.13`?"));
        check("nodejs22.x", Err("did you mean `nodejs22`?"));
        check("node22", Err("did you mean `nodejs22`?"));
        check("Python-3.12", Err("did you mean `python3.12`?"));
        check("pyhton3.13", Err("did you mean `python3.13`?"));
        check("cobol", Err(FORMS));
    }

    #[test]
    fn handlers() {
        let check = |text: &str, expected: Result<(&str, &str), &str>| {
            let got = handler(&written(text));
            let got =
                got.map(|handler| (handler.value.file, handler.value.symbol)).map_err(|wrong| wrong.help.join(" "));
            let expected = expected.map(|(file, symbol)| (Text::new(file), Some(Text::new(symbol))));
            assert_eq!(got, expected.map_err(str::to_owned), "{text}");
        };
        check("src/tag.handle", Ok(("src/tag", "handle")));
        check("./src/tag.handle", Ok(("src/tag", "handle")));
        check("tag", Err("write `tag.handle` for the function `handle` in the file `tag`"));
        check("src/tag.py", Err("write `src/tag.handle`, without the file's ending"));
        check("src/tag.py.handle", Err("write `src/tag.handle`"));
        check("app:main", Err("write `app.main`"));
        check("src/tag.", Err("write `src/tag.handle`"));
        check(
            "../tag.handle",
            Err("the file is found in the function's `code`, which is the spec's folder by default"),
        );
    }

    #[test]
    fn executables() {
        let check = |text: &str, expected: Result<&str, &str>| {
            let got = executable(&written(text)).map(|handler| handler.value.to_string());
            assert_eq!(
                got.map_err(|wrong| wrong.message),
                expected.map(str::to_owned).map_err(str::to_owned),
                "{text}"
            );
        };
        check("./bin/tag", Ok("./bin/tag"));
        check("tag.sh", Err("`tag.sh` is not a handler: it is a name and no path: write `./` before it"));
        check("dist/./v1.2/tag", Ok("./dist/v1.2/tag"));
        check("./bin/", Err("`./bin/` is not a handler: it is a folder"));
        check(".", Err("`.` is not a handler: it is a folder"));
        check("/bin/sh", Err("`/bin/sh` is not a handler: it is not relative"));
        check("../tag", Err("`../tag` is not a handler: it leaves the folder"));
        check("bin\\tag.exe", Err("`bin\\tag.exe` is not a handler: a path is written with `/`"));
    }

    #[test]
    fn applications() {
        let check = |text: &str, expected: Result<&str, &str>| {
            let got = application(&written(text)).map(|app| app.value.to_string());
            let got = got.map_err(|wrong| wrong.help.join(" "));
            assert_eq!(got, expected.map(str::to_owned).map_err(str::to_owned), "{text}");
        };
        check("src/web:app", Ok("src/web.app"));
        check("shop.web:app", Ok("shop/web.app"));
        check("src/web.app", Err("write `src/web:app`"));
        check("src/web.js:app", Err("write `src/web:app`"));
        check("src/web:", Err("write `src/web:app`"));
        check("../web:app", Err("the file is found in the function's `code`, which is the spec's folder by default"));
    }

    #[test]
    fn code_stays_inside() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(code(written(text)).ok().map(|path| path.value).as_deref(), expected, "{text}");
        };
        check("src", Some("src"));
        check("./src/", Some("src"));
        check(".", Some("."));
        check("..", None);
        check("a/../b", None);
        check("/etc", None);
        check("C:/x", None);
        check("", None);
    }
}
