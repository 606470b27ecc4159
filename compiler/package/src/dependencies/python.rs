//! Python: requirements to a resolution, and a resolution to files, with uv or pip.
//!
//! Wheels only. A source distribution runs its own code when it is built, so one is built only where the requirements say
//! `--no-binary NAME`, and what comes of it has to be pure Python.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use portolan_diagnostics::Diagnostic;
use serde::Deserialize;

use super::complaint;
use super::declared::{Declared, Manifest};
use super::platform::Abi;
use super::requirements::normalized;
use super::resolution::{Resolution, Resolved};
use super::tools::{Python, Tool};

/// One set of requirements on one platform.
pub(super) struct Work<'a> {
    pub(super) declared: &'a Declared,
    pub(super) abi: &'a Abi,
    pub(super) tool: &'a Python,
    /// A folder of its own, to be thrown away.
    pub(super) scratch: &'a Path,
}

impl Work<'_> {
    /// Chooses every package.
    pub(super) fn resolve(&self) -> Result<Resolution, Diagnostic> {
        match self.tool {
            Python::Uv(uv) => self.resolve_with_uv(uv),
            Python::Pip(pip) => self.resolve_with_pip(pip),
        }
    }

    /// Installs what was chosen into a folder.
    pub(super) fn install(&self, resolution: &Resolution, into: &Path) -> Result<(), Diagnostic> {
        let pinned = self.scratch.join("pinned.txt");
        let text = format!("{}{}", self.options(), resolution.lock);
        fs::write(&pinned, text).map_err(|error| complaint::scratch(&error))?;
        let mut arguments: Vec<String> = match self.tool {
            Python::Uv(_) => words("pip install --quiet --link-mode copy --no-compile-bytecode"),
            Python::Pip(_) => words("install --quiet --no-compile --ignore-installed"),
        };
        arguments.extend(words("--no-deps --require-hashes --only-binary :all: --python-version"));
        arguments.push(self.abi.version.clone());
        arguments.extend(self.platform());
        arguments.extend([
            "--target".to_owned(),
            into.display().to_string(),
            "-r".to_owned(),
            pinned.display().to_string(),
        ]);
        let done = self.tool.tool().run(&self.declared.folder, &arguments);
        done.map(drop).map_err(|said| complaint::python(self.declared, self.abi, &said))
    }

    fn platform(&self) -> Vec<String> {
        match self.tool {
            Python::Uv(_) => vec!["--python-platform".to_owned(), self.abi.uv()],
            Python::Pip(_) => {
                let tags = self.abi.tags().into_iter().flat_map(|tag| ["--platform".to_owned(), tag]);
                words("--implementation cp").into_iter().chain(tags).collect()
            }
        }
    }

    /// The options of the requirements files that an installation of pinned packages needs as well: where packages come
    /// from, and which may be built. Paths are made absolute.
    fn options(&self) -> String {
        let mut text = String::new();
        for (path, read) in self.declared.requirements() {
            for (name, value) in read.options() {
                let local = path.parent().unwrap_or(Path::new("")).join(value);
                match name {
                    "-f" | "--find-links" if local.exists() => {
                        let _ = writeln!(text, "--find-links {}", absolute(&local).display());
                    }
                    "-i" | "--index-url" | "--extra-index-url" | "-f" | "--find-links" | "--trusted-host"
                    | "--no-binary" => {
                        let _ = writeln!(text, "{name} {value}");
                    }
                    "--no-index" => text.push_str("--no-index\n"),
                    _ => {}
                }
            }
        }
        text
    }

    fn resolve_with_uv(&self, uv: &Tool) -> Result<Resolution, Diagnostic> {
        let out = self.scratch.join("pylock.toml");
        let mut arguments = match &self.declared.manifest {
            Manifest::UvLock => words("export --quiet --locked --no-dev --no-emit-project --format pylock.toml"),
            _ => words("pip compile --quiet --format pylock.toml --no-header --only-binary :all: --python-version"),
        };
        arguments.extend(match &self.declared.manifest {
            Manifest::UvLock => Vec::new(),
            _ => {
                [vec![self.abi.version.clone()], self.platform(), vec![file_name(&self.declared.main().path)]].concat()
            }
        });
        arguments.extend(["-o".to_owned(), out.display().to_string()]);
        let run = uv.run(&self.declared.folder, &arguments);
        run.map_err(|said| complaint::python(self.declared, self.abi, &said))?;
        let text = fs::read_to_string(&out).map_err(|error| complaint::scratch(&error))?;
        let lock: Pylock = toml::from_str(&text).map_err(|error| complaint::unreadable("uv", error.message()))?;
        self.resolution_of(lock)
    }

    fn resolution_of(&self, lock: Pylock) -> Result<Resolution, Diagnostic> {
        let mut resolution = Resolution::default();
        for package in lock.packages {
            let Some(resolved) = self.resolved(&package)? else { continue };
            let marker = package.marker.as_ref().map(|marker| format!(" ; {marker}")).unwrap_or_default();
            let name = &resolved.name;
            let _ = match (&package.archive, &package.version) {
                (Some(archive), _) => write!(resolution.lock, "{name} @ {}{marker}", self.address(archive)),
                (None, Some(version)) => write!(resolution.lock, "{name}=={version}{marker}"),
                (None, None) => continue,
            };
            for hash in package.hashes() {
                let _ = write!(resolution.lock, " \\\n    --hash={hash}");
            }
            resolution.lock.push('\n');
            resolution.packages.push(resolved);
        }
        Ok(resolution)
    }

    /// A package with the file that fits best; nothing for one that another platform needs.
    fn resolved(&self, package: &Package) -> Result<Option<Resolved>, Diagnostic> {
        if package.vcs.is_some() || package.directory.is_some() {
            return Err(complaint::no_file(self.declared, &package.name));
        }
        let archive = package.archive.as_ref().map(|archive| (0, archive));
        let wheels = package.wheels.iter().filter_map(|wheel| Some((self.abi.rank(&wheel.file_name())?, wheel)));
        let best = archive.or_else(|| wheels.min_by_key(|(rank, _)| *rank)).map(|(_, file)| file);
        let allowed = self.built().iter().any(|name| *name == normalized(&package.name) || name == ":all:");
        let source = package.sdist.as_ref().filter(|_| best.is_none() || allowed);
        let foreign = package.marker.is_some() && best.is_none() && source.is_none();
        if foreign {
            return Ok(None);
        }
        if best.is_none() && !allowed {
            // What an uv.lock holds for other platforms has a marker; anything else was asked for.
            let version = package.version.as_deref().unwrap_or_default();
            return Err(complaint::no_wheel(self.declared, self.abi, &package.name, version));
        }
        let file = source.filter(|_| allowed).or(best);
        Ok(Some(Resolved {
            name: normalized(&package.name),
            version: package.version.clone().unwrap_or_default(),
            file: file.map(File::file_name),
            hash: file.and_then(|file| file.hashes.get("sha256")).map(|hash| format!("sha256:{hash}")),
            size: file.and_then(|file| file.size),
            place: None,
            is_source: allowed && source.is_some(),
        }))
    }

    fn address(&self, file: &File) -> String {
        match (&file.url, &file.path) {
            (Some(url), _) => url.clone(),
            (None, Some(path)) => {
                let path = self.scratch.join(path);
                format!("file://{}", absolute(&path).display())
            }
            (None, None) => String::new(),
        }
    }

    /// The packages that may be built from source.
    fn built(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (_, read) in self.declared.requirements() {
            for (_, value) in read.options().filter(|(name, _)| *name == "--no-binary") {
                names.extend(
                    value
                        .split([',', ' '])
                        .map(|name| if name == ":all:" { name.to_owned() } else { normalized(name) }),
                );
            }
        }
        names
    }

    fn resolve_with_pip(&self, pip: &Tool) -> Result<Resolution, Diagnostic> {
        let file = match &self.declared.manifest {
            Manifest::UvLock => return Err(complaint::needs_uv(self.declared, "reads `uv.lock`")),
            Manifest::Project => self.project()?,
            _ => self.declared.main().path.clone(),
        };
        if !self.built().is_empty() {
            return Err(complaint::needs_uv(self.declared, "builds for another machine"));
        }
        let report = self.scratch.join("report.json");
        let mut arguments = words("install --quiet --dry-run --ignore-installed --only-binary :all: --python-version");
        arguments.push(self.abi.version.clone());
        arguments.extend(self.platform());
        arguments.extend(["--target".to_owned(), self.scratch.join("none").display().to_string()]);
        arguments.extend(["--report".to_owned(), report.display().to_string()]);
        arguments.extend(["-r".to_owned(), absolute(&file).display().to_string()]);
        let run = pip.run(&self.declared.folder, &arguments);
        run.map_err(|said| complaint::python(self.declared, self.abi, &said))?;
        let text = fs::read_to_string(&report).map_err(|error| complaint::scratch(&error))?;
        let report: Report =
            serde_json::from_str(&text).map_err(|error| complaint::unreadable("pip", &error.to_string()))?;
        let mut packages: Vec<Resolved> = report.install.iter().map(Reported::resolved).collect();
        packages.sort_by(|one, other| one.name.cmp(&other.name));
        let mut lock = String::new();
        for package in &packages {
            let hash = package.hash.as_deref().unwrap_or_default();
            let _ = writeln!(lock, "{}=={} \\\n    --hash={hash}", package.name, package.version);
        }
        Ok(Resolution { packages, lock })
    }

    /// The requirements of a `pyproject.toml` as a file for pip.
    fn project(&self) -> Result<PathBuf, Diagnostic> {
        let text = self.declared.main().source.as_ref().map(|source| source.text().to_owned()).unwrap_or_default();
        let table: toml::Table = text.parse().unwrap_or_default();
        let asked =
            table.get("project").and_then(|project| project.get("dependencies")).and_then(toml::Value::as_array);
        let lines: String =
            asked.into_iter().flatten().filter_map(toml::Value::as_str).map(|line| format!("{line}\n")).collect();
        let path = self.scratch.join("requirements.txt");
        fs::write(&path, lines).map_err(|error| complaint::scratch(&error))?;
        Ok(path)
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn absolute(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// As much of `pylock.toml` (PEP 751) as is needed.
#[derive(Deserialize)]
struct Pylock {
    #[serde(default)]
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: Option<String>,
    marker: Option<String>,
    #[serde(default)]
    wheels: Vec<File>,
    sdist: Option<File>,
    archive: Option<File>,
    vcs: Option<toml::Value>,
    directory: Option<toml::Value>,
}

#[derive(Deserialize)]
struct File {
    name: Option<String>,
    url: Option<String>,
    path: Option<String>,
    size: Option<u64>,
    #[serde(default)]
    hashes: BTreeMap<String, String>,
}

impl Package {
    /// The hashes of all of its files: which of them an installer takes is its own affair.
    fn hashes(&self) -> Vec<String> {
        let files = self.wheels.iter().chain(&self.sdist).chain(&self.archive);
        files.filter_map(|file| file.hashes.get("sha256")).map(|hash| format!("sha256:{hash}")).collect()
    }
}

impl File {
    fn file_name(&self) -> String {
        let address = self.name.as_deref().or(self.url.as_deref()).or(self.path.as_deref()).unwrap_or_default();
        let plain = address.split(['?', '#']).next().unwrap_or_default();
        plain.rsplit('/').next().unwrap_or_default().replace("%2B", "+")
    }
}

/// As much of pip's installation report (version 1) as is needed.
#[derive(Deserialize)]
struct Report {
    install: Vec<Reported>,
}

#[derive(Deserialize)]
struct Reported {
    metadata: Metadata,
    download_info: Download,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
    version: String,
}

#[derive(Deserialize)]
struct Download {
    url: String,
    archive_info: Option<ArchiveInfo>,
}

#[derive(Deserialize)]
struct ArchiveInfo {
    #[serde(default)]
    hashes: BTreeMap<String, String>,
}

impl Reported {
    fn resolved(&self) -> Resolved {
        let hashes = self.download_info.archive_info.as_ref().map(|archive| &archive.hashes);
        let file = self.download_info.url.split(['?', '#']).next().unwrap_or_default().rsplit('/').next();
        Resolved {
            name: normalized(&self.metadata.name),
            version: self.metadata.version.clone(),
            file: file.map(|file| file.replace("%2B", "+")),
            hash: hashes.and_then(|hashes| hashes.get("sha256")).map(|hash| format!("sha256:{hash}")),
            ..Resolved::default()
        }
    }
}
