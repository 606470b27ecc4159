//! From a folder of installed packages to the files that an artifact holds.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use portolan_diagnostics::Diagnostic;

use super::declared::Declared;
use super::elf::{self, Binary};
use super::package::Package;
use super::platform::Abi;
use super::requirements::normalized;
use super::resolution::{Resolution, Resolved};
use super::strip;
use crate::{Language, SourceFile};

/// Everything below a folder, by its path in there. Links are followed to files and folders inside `within`.
pub(super) fn read(root: &Path, within: &Path) -> io::Result<BTreeMap<String, SourceFile>> {
    let mut files = BTreeMap::new();
    let within = within.canonicalize()?;
    folder(root, "", &within, 0, &mut files)?;
    Ok(files)
}

fn folder(
    place: &Path,
    path: &str,
    within: &Path,
    depth: usize,
    files: &mut BTreeMap<String, SourceFile>,
) -> io::Result<()> {
    // Deeper than any package; links can lead in circles.
    if depth > 64 {
        return Ok(());
    }
    for entry in fs::read_dir(place)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let inside = if path.is_empty() { name } else { format!("{path}/{name}") };
        let real = entry.path().canonicalize().unwrap_or_else(|_| entry.path());
        if !real.starts_with(within) {
            continue;
        }
        if real.is_dir() {
            folder(&real, &inside, within, depth + 1, files)?;
        } else if real.is_file() {
            let bytes = fs::read(&real)?;
            files.insert(inside.clone(), file(inside, bytes));
        }
    }
    Ok(())
}

/// A file whose mode depends on what it is, since tools disagree about modes.
fn file(path: String, bytes: Vec<u8>) -> SourceFile {
    let executable = bytes.starts_with(b"#!") || elf::binary(&bytes) != Binary::None;
    SourceFile { executable, ..SourceFile::plain(path, bytes) }
}

/// What every file belongs to: an index into the packages that were chosen.
struct Owners<'a> {
    by_path: BTreeMap<String, usize>,
    packages: &'a [Resolved],
}

impl<'a> Owners<'a> {
    fn of(files: &BTreeMap<String, SourceFile>, resolution: &'a Resolution, language: Language) -> Self {
        let packages = resolution.packages.as_slice();
        let mut owners = Self { by_path: BTreeMap::new(), packages };
        match language {
            Language::Python => owners.python(files),
            Language::Node => owners.node(files),
        }
        owners
    }

    /// A distribution's RECORD lists its files (PEP 376).
    fn python(&mut self, files: &BTreeMap<String, SourceFile>) {
        for (path, record) in files {
            let Some(stem) = path.strip_suffix(".dist-info/RECORD") else { continue };
            let name = normalized(stem.split('-').next().unwrap_or_default());
            let Some(index) = self.packages.iter().position(|package| package.name == name) else { continue };
            for line in String::from_utf8_lossy(&record.bytes).lines() {
                let plain = line.trim_start_matches('"').split([',', '"']).next().unwrap_or_default();
                self.by_path.insert(plain.to_owned(), index);
            }
        }
    }

    fn node(&mut self, files: &BTreeMap<String, SourceFile>) {
        let places: BTreeMap<&str, usize> =
            self.packages.iter().enumerate().filter_map(|(at, one)| Some((one.place.as_deref()?, at))).collect();
        for path in files.keys() {
            if let Some(index) = places.get(strip::package_of(path).0) {
                self.by_path.insert(path.clone(), *index);
            }
        }
    }

    fn name(&self, path: &str) -> &str {
        self.by_path.get(path).map_or("a package", |at| self.packages[*at].name.as_str())
    }
}

/// What was installed: files by their paths, and the packages they are of.
pub(super) type Installed = (BTreeMap<String, SourceFile>, Vec<Package>);

/// The files that stay, and the packages that are in them.
pub(super) fn settle(
    mut files: BTreeMap<String, SourceFile>,
    resolution: &Resolution,
    declared: &Declared,
    abi: &Abi,
) -> Result<Installed, Vec<Diagnostic>> {
    let owners = Owners::of(&files, resolution, abi.language);
    let tags = sources(&files, resolution, declared);
    let present = present(&files, resolution, abi.language);
    strip::strip(&mut files, abi.language, abi.architecture.node());
    let mut wrong = tags;
    wrong.extend(foreign(&files, &owners, declared, abi));
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut sizes = vec![0_u64; resolution.packages.len()];
    for (path, file) in &files {
        if let Some(at) = owners.by_path.get(path) {
            sizes[*at] += u64::try_from(file.bytes.len()).unwrap_or(u64::MAX);
        }
    }
    let packages = resolution.packages.iter().zip(sizes).zip(present).filter(|(_, present)| *present);
    let packages = packages.map(|((package, size), _)| listed(package, Some(size))).collect();
    Ok((files, packages))
}

/// A package as the lock lists it.
pub(super) fn listed(package: &Resolved, size: Option<u64>) -> Package {
    Package {
        name: package.name.clone(),
        version: package.version.clone(),
        file: package.file.clone(),
        hash: package.hash.clone(),
        size,
    }
}

/// Which of the chosen packages are there: markers and optional dependencies leave some out.
fn present(files: &BTreeMap<String, SourceFile>, resolution: &Resolution, language: Language) -> Vec<bool> {
    let infos: Vec<String> = match language {
        Language::Node => Vec::new(),
        Language::Python => {
            let stems = files.keys().filter_map(|path| path.strip_suffix(".dist-info/METADATA"));
            stems.map(|stem| normalized(stem.split('-').next().unwrap_or_default())).collect()
        }
    };
    let is_there = |package: &Resolved| match &package.place {
        Some(place) => files.contains_key(&format!("{place}/package.json")),
        None => infos.contains(&package.name),
    };
    resolution.packages.iter().map(is_there).collect()
}

/// Packages that were built here and hold more than Python.
fn sources(files: &BTreeMap<String, SourceFile>, resolution: &Resolution, declared: &Declared) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    for (path, file) in files {
        let Some(stem) = path.strip_suffix(".dist-info/WHEEL") else { continue };
        let name = normalized(stem.split('-').next().unwrap_or_default());
        let built = resolution.packages.iter().any(|package| package.is_source && package.name == name);
        let text = String::from_utf8_lossy(&file.bytes).into_owned();
        let pure =
            text.lines().filter(|line| line.starts_with("Tag:")).all(|line| line.trim_end().ends_with("-none-any"));
        if built && !pure {
            wrong.push(compiled_here(declared, &name));
        }
    }
    wrong
}

/// Native files for another processor.
fn foreign(
    files: &BTreeMap<String, SourceFile>,
    owners: &Owners<'_>,
    declared: &Declared,
    abi: &Abi,
) -> Vec<Diagnostic> {
    let wanted = Binary::Elf { machine: abi.architecture.elf(), wide: true };
    let native = files.iter().map(|(path, file)| (path, elf::binary(&file.bytes)));
    native
        .filter_map(|(path, binary)| match binary {
            Binary::Elf { machine, .. } if binary != wanted => {
                Some(other_machine(declared, abi, owners.name(path), path, machine))
            }
            _ => None,
        })
        .collect()
}

fn compiled_here(declared: &Declared, name: &str) -> Diagnostic {
    let message = format!("`{name}` was built from source and is not pure Python: it would be for this machine");
    let wrong = Diagnostic::error("package/foreign-binary", message);
    let place = declared.place(name);
    let wrong = match place {
        Some(place) => wrong.at(place, ""),
        None => wrong,
    };
    wrong.help("take a version that has a wheel for the cloud, or build such a wheel and name its file")
}

fn other_machine(declared: &Declared, abi: &Abi, name: &str, path: &str, machine: u16) -> Diagnostic {
    let (is, wants) = (elf::name(machine), elf::name(abi.architecture.elf()));
    let message = format!("`{path}` of `{name}` is for {is}, and the function runs on {wants}");
    let wrong = Diagnostic::error("package/foreign-binary", message);
    let wrong = match declared.place(name) {
        Some(place) => wrong.at(place, ""),
        None => wrong,
    };
    wrong.help("take a version of the package that is built for it, or set the function's `architecture`")
}
