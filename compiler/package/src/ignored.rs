//! Which files stay out of a package.

use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use portolan_diagnostics::Diagnostic;

/// The file that lists more of them, at the root of the code; its syntax is that of `.gitignore`.
const LIST: &str = ".portolanignore";

/// What no package needs, or must not hold: history, caches, environments, settings with secrets. A line with `!` in
/// `.portolanignore` takes one back.
const ALWAYS: [&str; 9] =
    [".git", ".portolanignore", ".venv", "__pycache__", "*.pyc", ".env", ".env.*", "node_modules/.cache", ".DS_Store"];

/// Decides for each path whether it stays out.
pub(crate) struct Ignored {
    root: PathBuf,
    patterns: Gitignore,
    paths: Vec<PathBuf>,
}

impl Ignored {
    /// Reads the list in `root`; `paths` stay out whatever it says.
    pub(crate) fn new(root: &Path, paths: &[PathBuf]) -> Result<Self, Diagnostic> {
        let mut builder = GitignoreBuilder::new(root);
        for line in ALWAYS {
            builder.add_line(None, line).map_err(|error| unreadable(&error))?;
        }
        let list = root.join(LIST);
        if list.is_file() {
            builder.add(&list).map_or(Ok(()), |error| Err(unreadable(&error)))?;
        }
        let patterns = builder.build().map_err(|error| unreadable(&error))?;
        let paths = paths.iter().filter_map(|path| path.canonicalize().ok()).collect();
        Ok(Self { root: root.to_owned(), patterns, paths })
    }

    /// Whether a path under the root, or a folder around it, stays out.
    pub(crate) fn holds(&self, path: &Path, is_folder: bool) -> bool {
        let named = self.paths.iter().any(|one| path.starts_with(one));
        named || path.strip_prefix(&self.root).is_ok_and(|inside| self.listed(inside, is_folder))
    }

    fn listed(&self, inside: &Path, is_folder: bool) -> bool {
        matches!(self.patterns.matched_path_or_any_parents(inside, is_folder), Match::Ignore(_))
    }
}

fn unreadable(error: &ignore::Error) -> Diagnostic {
    Diagnostic::error("package/ignore-list", format!("`{LIST}` cannot be read: {}", cause(error)))
        .help("its lines are patterns as in `.gitignore`")
}

/// The error without the path of the machine it happened on.
fn cause(error: &ignore::Error) -> String {
    match error {
        ignore::Error::WithPath { err, .. } => cause(err),
        ignore::Error::WithLineNumber { line, err } => format!("line {line}: {}", cause(err)),
        ignore::Error::Partial(errors) => errors.iter().map(cause).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}
