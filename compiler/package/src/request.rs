//! What is asked for: one function's code on one cloud.

use std::sync::Arc;

use portolan_diagnostics::Span;
use serde::Serialize;

/// Everything that decides an artifact's bytes, and where to point when it cannot be made.
#[derive(Clone, Debug)]
pub struct Request {
    /// The function's name in the spec.
    pub function: String,
    /// Its runtime as the spec words it, such as `python3.13`.
    pub runtime: String,
    /// The code that is to be called.
    pub handler: Handler,
    /// What the handler receives.
    pub payload: Payload,
    /// The files that belong to the function.
    pub files: Vec<SourceFile>,
    /// The cloud whose entry is generated.
    pub platform: Platform,
    /// What only the entry can refuse.
    pub guards: Guards,
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

/// A file and the symbol in it: `src/tag.handle`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handler {
    /// The file without its ending, relative to the code's root, with `/` between its parts.
    pub file: String,
    /// The function in it.
    pub symbol: String,
}

impl Handler {
    /// Reads `folder/file.symbol`; nothing when a part is missing or the path leaves the code's root.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (file, symbol) = text.rsplit_once('.')?;
        let file = file.strip_prefix("./").unwrap_or(file);
        let clean = file.split('/').all(|part| !matches!(part, "" | "." | ".."));
        let named = !symbol.is_empty() && !symbol.contains('/');
        (clean && named).then(|| Self { file: file.to_owned(), symbol: symbol.to_owned() })
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

/// What the platform cannot refuse, so that the entry has to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Guards {
    /// Only the entry could verify a caller's token, so it lets no request in.
    pub jwt: bool,
    /// The object events its bucket triggers ask for: all of a bucket's, or none where the platform filters.
    pub buckets: Vec<BucketFilter>,
}

/// The object events that one bucket trigger asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BucketFilter {
    /// The variable that holds the bucket's name, such as `UPLOADS_BUCKET`.
    pub variable: String,
    /// What must have happened.
    pub events: Vec<Change>,
    /// What keys begin with.
    pub prefix: String,
    /// What keys end with, one of them; none means any.
    pub suffixes: Vec<String>,
}

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is new, or its content is.
    Created,
    /// It is gone.
    Deleted,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_is_a_file_and_a_symbol() {
        let read = |text| Handler::parse(text).map(|handler| (handler.file, handler.symbol));
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
