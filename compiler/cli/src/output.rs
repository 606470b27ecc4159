//! The files of a build, and how they are written: all of a target's or none.

use crate::pipeline::Compiled;
use portolan_access::{Basis, Reason, Right};
use portolan_diagnostics::{Sources, Span};
use portolan_target::{Permission, describe};
use portolan_value::Resource;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// What a build writes for one deployment: paths below the target's folder, and their bytes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The files of one deployment, without packages.
#[must_use]
pub fn files(compiled: &Compiled, sources: &Sources) -> Files {
    let mut files = Files::new();
    for stack in &compiled.template.stacks {
        files.insert(stack.file.clone(), stack.text.clone().into_bytes());
    }
    let mapped = |resource: &Resource| Mapped {
        address: resource.address.to_string(),
        place: resource.origin.span.map(|span| place(span, sources)).unwrap_or_default(),
    };
    let map: BTreeMap<&str, Mapped> = compiled.named().map(|(name, resource)| (name, mapped(resource))).collect();
    files.insert("map.json".to_owned(), json(&map));
    files.insert("access.json".to_owned(), json(&access(compiled, sources)));
    files
}

/// A resource's name in a template, and where it came from.
#[derive(Serialize)]
struct Mapped {
    address: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    place: String,
}

/// `access.json`: every permission that a template grants.
#[derive(Debug, Serialize)]
pub struct Access {
    /// The app.
    pub app: String,
    /// The target.
    pub target: String,
    /// The format.
    pub format: &'static str,
    /// The permissions, function by function.
    pub permissions: Vec<Row>,
}

/// One permission.
#[derive(Debug, Serialize)]
pub struct Row {
    /// The function.
    pub function: String,
    /// Who holds it when it is not the function's own identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// The neutral verb, or the trigger's word.
    pub verb: String,
    /// What it is on, in the spec's names; empty for the platform's own needs.
    pub resource: String,
    /// The provider's permission.
    pub permission: String,
    /// What it is granted on.
    pub scope: String,
    /// What limits it further.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The role that carries it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What the role carries beyond what was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub beyond: Vec<String>,
    /// The objects that the code is about, where the cloud cannot limit the permission to them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wider: Vec<String>,
    /// Whether it was written by hand.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub by_hand: bool,
    /// Whether it is granted because not all of the code was understood.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub assumed: bool,
    /// Why.
    pub reasons: Vec<Why>,
}

/// A reason and its place in the spec.
#[derive(Debug, Serialize)]
pub struct Why {
    /// The reason.
    pub reason: String,
    /// `portolan.yaml:31`.
    pub place: String,
}

/// The permissions of a deployment.
#[must_use]
pub fn access(compiled: &Compiled, sources: &Sources) -> Access {
    let assumed = assumed(compiled);
    let permissions = compiled.settled.permissions.iter();
    Access {
        app: compiled.model.app.value.to_string(),
        target: compiled.model.target.name.value.to_string(),
        format: compiled.model.target.format.key(),
        permissions: permissions.map(|permission| row(permission, &assumed, sources)).collect(),
    }
}

/// The grants that were assumed: function, verb and subject.
fn assumed(compiled: &Compiled) -> HashSet<(&str, &str, &str)> {
    let model = &compiled.model;
    let assumed = compiled.grants.iter().filter(|grant| grant.basis == Basis::Assumed);
    let named = assumed.filter_map(|grant| match &grant.right {
        Right::Verb { verb, subject, .. } => {
            Some((model.function(grant.function).name.value.as_str(), verb.name(), model.name_of(*subject)))
        }
        Right::Trigger(_) => None,
    });
    named.collect()
}

fn row(permission: &Permission, assumed: &HashSet<(&str, &str, &str)>, sources: &Sources) -> Row {
    Row {
        function: permission.function.to_string(),
        holder: permission.holder.as_ref().map(ToString::to_string),
        verb: permission.verb.to_string(),
        resource: permission.subject.to_string(),
        permission: permission.permission.to_string(),
        scope: describe(&permission.scope),
        condition: permission.condition.as_deref().map(describe),
        role: permission.role.as_ref().map(ToString::to_string),
        beyond: permission.beyond.iter().map(ToString::to_string).collect(),
        wider: permission.wider.iter().map(ToString::to_string).collect(),
        by_hand: permission.by_hand,
        assumed: assumed.contains(&(&*permission.function, &*permission.verb, &*permission.subject)),
        reasons: permission.reasons.iter().map(|reason| why(reason, sources)).collect(),
    }
}

fn why(reason: &Reason, sources: &Sources) -> Why {
    Why { reason: reason.text.to_string(), place: place(reason.span, sources) }
}

/// `portolan.yaml:31`: the file without its folders, so that a build is the same wherever it runs.
#[must_use]
pub fn place(span: Span, sources: &Sources) -> String {
    let place = sources.place(span);
    place.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
}

fn json(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// Writes all folders or none: each is written beside its place under a temporary name, and when all are complete they
/// take the places of what stood there.
pub fn write(out: &Path, folders: &[(&Path, &Files)]) -> io::Result<()> {
    fs::create_dir_all(out)?;
    let staging = out.join(format!(".portolan-{}", std::process::id()));
    let written = stage(&staging, folders).and_then(|()| swap(out, &staging, folders));
    // What could not be finished is taken away again; the first error is the one to tell.
    let cleaned = if staging.exists() { fs::remove_dir_all(&staging) } else { Ok(()) };
    written.and(cleaned)
}

fn stage(staging: &Path, folders: &[(&Path, &Files)]) -> io::Result<()> {
    for (folder, files) in folders {
        for (path, bytes) in *files {
            let path = staging.join("new").join(folder).join(path);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(path, bytes)?;
        }
    }
    Ok(())
}

/// Lets the new folders take their places; when one cannot, those before it give theirs back.
fn swap(out: &Path, staging: &Path, folders: &[(&Path, &Files)]) -> io::Result<()> {
    let first = |(folder, _): &(&Path, &Files)| folder.components().next().map(|root| PathBuf::from(root.as_os_str()));
    let mut roots: Vec<PathBuf> = folders.iter().filter_map(first).collect();
    roots.dedup();
    let (new, old) = (staging.join("new"), staging.join("old"));
    fs::create_dir_all(&old)?;
    for (index, root) in roots.iter().enumerate() {
        if let Err(error) = exchange(out, &new, &old, root) {
            roots[..index].iter().try_for_each(|root| exchange(out, &old, &new, root))?;
            return Err(error);
        }
    }
    Ok(())
}

/// Moves what stands in a place away and what is to stand there in; a place that was empty is empty again.
fn exchange(out: &Path, from: &Path, away: &Path, root: &Path) -> io::Result<()> {
    let place = out.join(root);
    if place.exists() {
        fs::rename(&place, away.join(root))?;
    }
    match from.join(root).exists() {
        true => fs::rename(from.join(root), &place),
        false => Ok(()),
    }
}
