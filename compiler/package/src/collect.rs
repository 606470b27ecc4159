//! Reading the files that belong to a function: the one place of this room that touches the disk.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Component, Path, PathBuf};

use portolan_diagnostics::{Checked, Diagnostic};

use crate::SourceFile;
use crate::ignored::Ignored;

/// What AWS unpacks at most; the other clouds allow more.
const LARGEST: u64 = 250 * 1024 * 1024;

/// Where a function's code lies.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// Everything in a folder; the folder is the package's root.
    Folder(PathBuf),
    /// Files and folders in a base folder; the base is the package's root, so they keep their paths.
    Listed {
        /// The base, usually the folder of the spec.
        base: PathBuf,
        /// What belongs to the package, relative to the base.
        parts: Vec<PathBuf>,
    },
}

impl Code {
    /// What a function's `code` means: nothing is the base folder, one folder is the root itself, and of several files
    /// and folders each keeps its path.
    #[must_use]
    pub fn of(base: &Path, parts: &[&str]) -> Self {
        match parts {
            [] => Self::Folder(base.to_owned()),
            [folder] if !base.join(folder).is_file() => Self::Folder(base.join(folder)),
            _ => Self::Listed { base: base.to_owned(), parts: parts.iter().map(PathBuf::from).collect() },
        }
    }
}

/// Reads the files of a function, in the order of their paths. `excluded` stays out whatever is written: the spec, so
/// that a comment in it deploys nothing, and the folder that builds go to.
#[must_use]
pub fn collect(code: &Code, excluded: &[PathBuf]) -> Checked<Vec<SourceFile>> {
    let (base, parts) = match code {
        Code::Folder(folder) => (folder, &[] as &[PathBuf]),
        Code::Listed { base, parts } => (base, parts.as_slice()),
    };
    match Walk::new(base, excluded) {
        Ok(walk) if matches!(code, Code::Folder(_)) => walk.all(),
        Ok(walk) => walk.parts(parts),
        Err(diagnostic) => Checked::stopped(vec![diagnostic]),
    }
}

/// One reading, from its root down.
struct Walk {
    root: PathBuf,
    ignored: Ignored,
    /// The real folders that are being read, outermost first: a link to one of them would never end.
    open: Vec<PathBuf>,
    files: BTreeMap<String, SourceFile>,
    sizes: BTreeMap<String, u64>,
    size: u64,
    diagnostics: Vec<Diagnostic>,
}

impl Walk {
    fn new(base: &Path, excluded: &[PathBuf]) -> Result<Self, Diagnostic> {
        let root = base.canonicalize().ok().filter(|root| root.is_dir()).ok_or_else(|| no_folder(base))?;
        let ignored = Ignored::new(&root, excluded)?;
        let (files, sizes) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { root, ignored, open: Vec::new(), files, sizes, size: 0, diagnostics: Vec::new() })
    }

    fn all(mut self) -> Checked<Vec<SourceFile>> {
        let root = self.root.clone();
        self.folder(&root, "");
        self.finish()
    }

    fn parts(mut self, parts: &[PathBuf]) -> Checked<Vec<SourceFile>> {
        for part in parts {
            match inside(part) {
                Some(path) if path.is_empty() => return self.all(),
                Some(path) if self.root.join(&path).exists() => self.entry(&path),
                Some(path) => self.diagnostics.push(no_part(&path)),
                None => self.diagnostics.push(part_outside(part)),
            }
        }
        self.finish()
    }

    fn finish(mut self) -> Checked<Vec<SourceFile>> {
        if self.size > LARGEST {
            self.diagnostics.push(too_large(&self.sizes));
        }
        Checked::new(self.files.into_values().collect(), self.diagnostics)
    }

    /// Everything in a real folder, under a path in the package.
    fn folder(&mut self, folder: &Path, path: &str) {
        if self.open.iter().any(|open| open == folder) {
            self.diagnostics.push(link(path, "leads back to a folder around it"));
            return;
        }
        self.open.push(folder.to_owned());
        match names(folder) {
            Ok(names) => names.iter().for_each(|name| self.named(name.to_str(), path)),
            Err(error) => self.diagnostics.push(unreadable(path, &error)),
        }
        self.open.pop();
    }

    fn named(&mut self, name: Option<&str>, path: &str) {
        match name.filter(|name| !name.contains(|letter: char| letter == '\\' || letter.is_control())) {
            Some(name) if path.is_empty() => self.entry(name),
            Some(name) => self.entry(&format!("{path}/{name}")),
            None => self.diagnostics.push(unportable(path)),
        }
    }

    /// One path in the package: a file, a folder, or a link to either.
    fn entry(&mut self, path: &str) {
        let place = self.root.join(path);
        if self.ignored.holds(&place, place.is_dir()) {
            return;
        }
        match place.canonicalize() {
            Err(_) if place.is_symlink() => self.diagnostics.push(link(path, "leads nowhere")),
            Err(error) => self.diagnostics.push(unreadable(path, &error)),
            Ok(real) if !real.starts_with(&self.root) => {
                self.diagnostics.push(link(path, "leaves the folder of the code"));
            }
            Ok(real) if real != self.root && self.ignored.holds(&real, real.is_dir()) => {}
            Ok(real) if real.is_dir() => self.folder(&real, path),
            Ok(real) => self.file(&real, path),
        }
    }

    fn file(&mut self, real: &Path, path: &str) {
        match real.metadata() {
            Ok(metadata) if metadata.is_file() => self.regular(real, path, &metadata),
            Ok(_) => self.diagnostics.push(no_file(path)),
            Err(error) => self.diagnostics.push(unreadable(path, &error)),
        }
    }

    /// A real file; once the package is too large only sizes are still counted.
    fn regular(&mut self, real: &Path, path: &str, metadata: &Metadata) {
        if self.sizes.insert(path.to_owned(), metadata.len()).is_none() {
            self.size = self.size.saturating_add(metadata.len());
        }
        if self.size > LARGEST {
            return;
        }
        match fs::read(real) {
            Ok(bytes) => {
                let file = SourceFile { executable: executable(metadata), ..SourceFile::plain(path, bytes) };
                self.files.insert(path.to_owned(), file);
            }
            Err(error) => self.diagnostics.push(unreadable(path, &error)),
        }
    }
}

/// The names in a folder, sorted: the disk's own order is no order.
fn names(folder: &Path) -> io::Result<Vec<OsString>> {
    let mut names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

#[cfg(unix)]
fn executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn executable(_: &Metadata) -> bool {
    false
}

/// A relative path that stays inside, with `/` between its parts.
fn inside(part: &Path) -> Option<String> {
    let mut parts = Vec::new();
    for component in part.components() {
        match component {
            Component::Normal(name) => parts.push(name.to_str()?),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.join("/"))
}

fn no_folder(base: &Path) -> Diagnostic {
    Diagnostic::error("package/code", format!("the code's folder `{}` does not exist", base.display()))
        .help("`code` is a folder, or a list of files and folders, relative to the spec's folder")
}

fn no_part(path: &str) -> Diagnostic {
    Diagnostic::error("package/code", format!("`code` lists `{path}`, which does not exist"))
        .help("paths in `code` are relative to the spec's folder")
}

fn part_outside(part: &Path) -> Diagnostic {
    Diagnostic::error("package/code", format!("`code` lists `{}`, which is outside of the spec's folder", part.display()))
        .help("listed files keep their paths in the package, so they lie under the spec's folder; a single folder may lie anywhere")
}

fn link(path: &str, why: &str) -> Diagnostic {
    Diagnostic::error("package/link", format!("the symbolic link `{path}` {why}")).help(
        "links are followed inside the code's folder only; copy what is meant, or add the link to `.portolanignore`",
    )
}

fn unreadable(path: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error("package/file", format!("`{path}` cannot be read: {}", error.kind()))
        .help("make it readable, or add it to `.portolanignore`")
}

fn no_file(path: &str) -> Diagnostic {
    Diagnostic::error("package/file", format!("`{path}` is neither a file nor a folder"))
        .help("add it to `.portolanignore`")
}

fn unportable(folder: &str) -> Diagnostic {
    let place = if folder.is_empty() { "the code's folder".to_owned() } else { format!("`{folder}`") };
    Diagnostic::error(
        "package/file",
        format!("a name in {place} is not UTF-8, or holds a backslash or a control character"),
    )
    .help("such a name unpacks differently from cloud to cloud; rename the file")
}

fn too_large(sizes: &BTreeMap<String, u64>) -> Diagnostic {
    let mut largest: Vec<(&String, &u64)> = sizes.iter().collect();
    largest.sort_by_key(|(path, size)| (Reverse(**size), path.as_str()));
    let named: Vec<String> =
        largest.iter().take(3).map(|(path, size)| format!("`{path}` ({} MB)", *size >> 20)).collect();
    let total = sizes.values().fold(0, |sum: u64, size| sum.saturating_add(*size)) >> 20;
    Diagnostic::error("package/too-large", format!("the code has {total} MB, and 250 MB is what a function may hold"))
        .help(format!("the largest files are {}; add what is not needed to `.portolanignore`", named.join(", ")))
}
