//! What is asked for: one function's code on one cloud.

use std::sync::Arc;

use crate::{Architecture, Trigger};
use portolan_diagnostics::Span;

/// Everything that decides an artifact's bytes, and where to point when it cannot be made.
#[derive(Clone, Debug)]
pub struct Request {
    /// The deployment it belongs to.
    pub deployment: Deployment,
    /// The function's name in the spec.
    pub function: String,
    /// Its runtime as the spec words it, such as `python3.13`; for an executable the one that starts it.
    pub runtime: String,
    /// The processor that it runs on.
    pub architecture: Architecture,
    /// The code that is to be called; a function that is nothing but an application has none.
    pub handler: Option<Handler>,
    /// The web application that answers requests.
    pub application: Option<Handler>,
    /// What the handler receives.
    pub payload: Payload,
    /// The files that belong to the function.
    pub files: Vec<SourceFile>,
    /// The cloud whose entry is generated.
    pub platform: Platform,
    /// What starts it.
    pub triggers: Vec<Trigger>,
    /// How long a call may take; Azure reads it from the package.
    pub timeout_seconds: u32,
    /// The handler's place in the spec.
    pub place: Option<Span>,
}

impl Request {
    /// The language of the runtime, where it is one that has an entry.
    #[must_use]
    pub fn language(&self) -> Option<Language> {
        Language::of(&self.runtime)
    }
}

/// The deployment that a function belongs to, by the spec's names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deployment {
    /// The app.
    pub app: String,
    /// The target.
    pub target: String,
    /// The region, in the provider's words.
    pub region: String,
    /// The stack: `podcast-prod`.
    pub stack: String,
}

/// A file and the symbol in it: `src/tag.handle`; or a file that is run: `bin/tag`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handler {
    /// The file, relative to the code's root, with `/` between its parts: without its ending where a symbol is named,
    /// whole where it is run.
    pub file: String,
    /// The function in it; none where the file itself is run.
    pub symbol: Option<String>,
}

impl Handler {
    /// Reads `folder/file.symbol`; nothing when a part is missing or the path leaves the code's root.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (file, symbol) = text.rsplit_once('.')?;
        let file = file.strip_prefix("./").unwrap_or(file);
        let clean = file.split('/').all(|part| !matches!(part, "" | "." | ".."));
        let named = !symbol.is_empty() && !symbol.contains('/');
        (clean && named).then(|| Self { file: file.to_owned(), symbol: Some(symbol.to_owned()) })
    }
}

/// What the handler receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// The event of `docs/events.md`.
    Neutral,
    /// Whatever the cloud hands over.
    Native,
}

/// The cloud an entry is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// AWS Lambda.
    Aws,
    /// Cloud Run functions.
    Google,
    /// Azure Functions.
    Azure,
}

impl Platform {
    /// Its word in settings, folders and names of files.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Google => "gcp",
            Self::Azure => "azure",
        }
    }
}

/// The languages that have an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Python 3.
    Python,
    /// Node, CommonJS or ES modules.
    Node,
}

impl Language {
    /// The language of a runtime's name: `python3.13`, `nodejs22.x` and `node22` alike.
    #[must_use]
    pub fn of(runtime: &str) -> Option<Self> {
        let name: String = runtime.chars().take_while(char::is_ascii_alphabetic).collect();
        match name.as_str() {
            "python" => Some(Self::Python),
            "node" | "nodejs" => Some(Self::Node),
            _ => None,
        }
    }
}

/// One file as it will lie in the package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path from the package's root, with `/` between its parts.
    pub path: String,
    /// Whether its owner may run it.
    pub executable: bool,
    /// Its content; shared, since many functions carry the same files.
    pub bytes: Arc<[u8]>,
}

impl SourceFile {
    /// A file that is read and not run.
    pub fn plain(path: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { path: path.into(), executable: false, bytes: bytes.into() }
    }

    /// Its permissions in the package, which know no owner and no umask.
    #[must_use]
    pub fn mode(&self) -> u32 {
        if self.executable { 0o755 } else { 0o644 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_is_a_file_and_a_symbol() {
        let read = |text| Handler::parse(text).map(|handler| (handler.file, handler.symbol.unwrap_or_default()));
        assert_eq!(read("src/tag.handle"), Some(("src/tag".to_owned(), "handle".to_owned())));
        assert_eq!(read("./main.run"), Some(("main".to_owned(), "run".to_owned())));
        assert_eq!(read("a.b/c.d"), Some(("a.b/c".to_owned(), "d".to_owned())));
        for wrong in ["tag", "tag.", ".handle", "../tag.handle", "/tag.handle", "src//tag.handle", "src.d/tag"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_runtime_names_its_language() {
        assert_eq!(Language::of("python3.13"), Some(Language::Python));
        assert_eq!(Language::of("nodejs22.x"), Some(Language::Node));
        assert_eq!(Language::of("go1.25"), None);
    }
}
