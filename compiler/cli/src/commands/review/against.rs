//! What a review is compared with: the spec of a git revision, an earlier template, or the folder of an earlier build.

use super::facts::{Facts, read};
use super::{Packing, Seen};
use crate::arguments::Chosen;
use crate::input;
use portolan_diagnostics::{Diagnostic, Sources};
use portolan_policy::Policies;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// One deployment as it was.
pub(in crate::commands) struct Before<'a> {
    /// What it is called.
    pub name: String,
    /// What it permitted.
    pub policies: Policies,
    /// Where each permission came from; none of a template without its spec.
    pub facts: Option<Facts<'a>>,
}

/// What `--against` means.
pub(in crate::commands) enum Against {
    /// An earlier template, or the folder of a build.
    Written(PathBuf),
    /// A spec as it was, compiled.
    Revision {
        /// The revision as it was asked for.
        name: String,
        /// The deployments it makes.
        seen: Vec<Seen>,
        /// The texts they were made of.
        sources: Sources,
    },
}

impl Against {
    /// What stands under a path is meant before what git calls so.
    pub fn of(asked: &str, chosen: &Chosen, targets: &[String], packing: Packing) -> Result<Self, Box<Diagnostic>> {
        if Path::new(asked).exists() {
            return Ok(Self::Written(PathBuf::from(asked)));
        }
        Self::revision(asked, chosen, targets, packing)
    }

    /// The spec of a git revision.
    pub fn revision(
        asked: &str,
        chosen: &Chosen,
        targets: &[String],
        packing: Packing,
    ) -> Result<Self, Box<Diagnostic>> {
        let folder = Checkout::of(asked, &chosen.path)?;
        let mut sources = Sources::default();
        let seen = match &folder.spec {
            Some(spec) => {
                compiled(asked, Chosen { path: spec.clone(), ..chosen.clone() }, targets, packing, &mut sources)?
            }
            None => Vec::new(),
        };
        Ok(Self::Revision { name: asked.to_owned(), seen, sources })
    }

    /// One deployment as it was. What was not there permitted nothing.
    pub fn before(&self, now: &Facts<'_>, alone: bool) -> Result<Before<'_>, Box<Diagnostic>> {
        match self {
            Self::Written(path) => written(path, now, alone),
            Self::Revision { name, seen, sources } => {
                let target = &now.compiled.model.target;
                let same = |seen: &&Seen| {
                    let before = &seen.compiled.model.target;
                    (&before.name.value, &before.region.value, before.format)
                        == (&target.name.value, &target.region.value, target.format)
                };
                let facts = seen.iter().find(same).map(|seen| Facts::of(seen, sources));
                let policies = facts.as_ref().map(|facts| facts.policies().clone()).unwrap_or_default();
                Ok(Before { name: name.clone(), policies, facts })
            }
        }
    }
}

pub(in crate::commands) fn impossible(asked: &str, why: impl std::fmt::Display) -> Box<Diagnostic> {
    let message = format!("nothing can be compared with `{asked}`: {why}");
    Box::new(Diagnostic::error("cli/no-comparison", message))
}

/// The deployments of a spec as it was; of a target that it did not have, none.
fn compiled(
    asked: &str,
    chosen: Chosen,
    targets: &[String],
    packing: Packing,
    sources: &mut Sources,
) -> Result<Vec<Seen>, Box<Diagnostic>> {
    let mut found = Vec::new();
    let mut all = Vec::new();
    let Some(read) = input::read(&chosen, sources, &mut found) else {
        return Err(impossible(asked, "its spec cannot be read"));
    };
    for target in targets {
        let chosen = Chosen { target: Some(target.clone()), ..chosen.clone() };
        let asked = chosen.asked(chosen.wanted().unwrap_or_default());
        let (requests, _) = portolan_model::targets(&read.spec, &asked);
        if !requests.is_empty() {
            all.extend(super::compiled(&chosen, &read, packing, sources, &mut found));
        }
    }
    match found.iter().find(|finding| finding.is_error()) {
        Some(error) => {
            let at = error.primary.as_ref().map(|label| sources.place(label.span)).unwrap_or_default();
            let line = at.rsplit(':').next().unwrap_or_default();
            let why = format!("its spec was wrong: {} (line {line})", error.message);
            Err(impossible(asked, why))
        }
        None => Ok(all),
    }
}

/// A template, or the one of this deployment in the folder of a build.
fn written<'a>(path: &Path, now: &Facts<'_>, alone: bool) -> Result<Before<'a>, Box<Diagnostic>> {
    let asked = path.display().to_string();
    let texts = texts(path, &files(path, now, alone)?)?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    if let Some(why) = texts.iter().find_map(|text| now.backend.unreadable(text)) {
        let format = now.compiled.model.target.format.key();
        return Err(impossible(&asked, format!("it is no template of {format}: {why}")));
    }
    let policies = read(now.backend, &texts);
    if policies.statements().is_empty() {
        let format = now.compiled.model.target.format.key();
        return Err(impossible(&asked, format!("no permission is read from it as a template of {format}")));
    }
    Ok(Before { name: asked, policies, facts: None })
}

/// The files of a template, or of the one of this deployment in the folder of a build.
pub(in crate::commands) fn files(path: &Path, now: &Facts<'_>, alone: bool) -> Result<Vec<PathBuf>, Box<Diagnostic>> {
    match path.is_dir() {
        true => in_folder(path, now),
        false if alone => Ok(vec![path.to_path_buf()]),
        false => {
            let wrong = impossible(&path.display().to_string(), "a template is of one target");
            Err(Box::new(wrong.help("choose one with `--target`")))
        }
    }
}

/// The texts of the files of a template.
pub(in crate::commands) fn texts(path: &Path, files: &[PathBuf]) -> Result<Vec<String>, Box<Diagnostic>> {
    let texts: Result<Vec<String>, io::Error> = files.iter().map(fs::read_to_string).collect();
    texts.map_err(|error| impossible(&path.display().to_string(), error))
}

fn in_folder(folder: &Path, now: &Facts<'_>) -> Result<Vec<PathBuf>, Box<Diagnostic>> {
    let target = &now.compiled.model.target;
    let (name, region) = (target.name.value.as_str(), target.region.value.as_str());
    let places = [folder.join(name).join(region), folder.join(name), folder.join(region), folder.to_path_buf()];
    let files: Vec<&str> = now.compiled.template.stacks.iter().map(|stack| stack.file.as_str()).collect();
    let has = |place: &&PathBuf| files.iter().all(|file| place.join(file).is_file());
    match places.iter().find(has) {
        Some(place) => Ok(files.iter().map(|file| place.join(file)).collect()),
        None => {
            let asked = folder.display().to_string();
            Err(impossible(&asked, format!("it holds no {} for `{name}`", files.join(", "))))
        }
    }
}

const NEITHER: &str = "it is neither a file nor a revision of the git repository around the spec";

/// The folder of an app as it was at a revision, in a place of its own that goes away with it.
struct Checkout {
    root: PathBuf,
    /// The spec or its folder; none when the app was not there.
    spec: Option<PathBuf>,
}

impl Checkout {
    fn of(revision: &str, path: &Path) -> Result<Self, Box<Diagnostic>> {
        let (folder, file) = match path.is_dir() {
            true => (path, None),
            false => (path.parent().unwrap_or(Path::new("")), path.file_name()),
        };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let wrong = |why: String| impossible(revision, why);
        if revision.starts_with('-') {
            return Err(wrong(NEITHER.to_owned()));
        }
        let commit = git(folder, &["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")], None);
        let commit =
            commit.map_err(|said| wrong(if said.starts_with("git says") { NEITHER.to_owned() } else { said }))?;
        let top = git(folder, &["rev-parse", "--show-toplevel"], None).map_err(wrong)?;
        let inside = git(folder, &["rev-parse", "--show-prefix"], None).map_err(wrong)?;
        let root = env::temp_dir().join(format!("portolan-review-{}", std::process::id()));
        let mut checkout = Self { root, spec: None };
        fs::create_dir_all(&checkout.root).map_err(|error| wrong(error.to_string()))?;
        let tree = format!("{commit}:{}", inside.trim_end_matches('/'));
        if git(folder, &["cat-file", "-e", &tree], None).is_err() {
            return Ok(checkout);
        }
        let (index, out) = (checkout.root.join("index"), checkout.root.join("tree"));
        fs::create_dir_all(&out).map_err(|error| wrong(error.to_string()))?;
        let top = Path::new(&top);
        git(top, &["read-tree", &tree], Some(&index)).map_err(wrong)?;
        let prefix = format!("--prefix={}/", out.display());
        git(top, &["checkout-index", "--all", "--quiet", &prefix], Some(&index)).map_err(wrong)?;
        let spec = file.map_or_else(|| out.clone(), |file| out.join(file));
        let there =
            if file.is_some() { spec.is_file() } else { input::names().iter().any(|name| spec.join(name).is_file()) };
        checkout.spec = there.then_some(spec);
        Ok(checkout)
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        // What cannot be taken away lies in the system's own folder for such things.
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// What git says, or why it says nothing.
fn git(folder: &Path, arguments: &[&str], index: Option<&Path>) -> Result<String, String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments);
    if let Some(index) = index {
        command.env("GIT_INDEX_FILE", index);
    }
    let output = command.output().map_err(|error| format!("git cannot be run: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).trim_end_matches(['\r', '\n']).to_owned()),
        false => {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(format!("git says: {}", said.lines().next().unwrap_or("nothing")))
        }
    }
}
