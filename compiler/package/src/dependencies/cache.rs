//! What was installed before: a folder per key, complete or absent, checked when it is read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::bundle::Bundled;
use super::package::Package;
use super::resolution::Resolution;
use crate::hash::hex;

/// The cache of packages.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

/// What one key holds.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) record: Record,
    /// The installed files, as a zip with their paths in the package; empty where a cloud installs them itself.
    pub(super) zip: Arc<[u8]>,
}

/// What is written beside the zip.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) resolution: Resolution,
    pub(super) packages: Vec<Package>,
    /// Bytes of the files, unpacked.
    pub(super) unpacked: u64,
    /// What a bundle means for the user's files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) bundled: Option<Bundled>,
    /// Of the zip.
    sha256: String,
}

impl Record {
    pub(super) fn new(resolution: Resolution, packages: Vec<Package>, unpacked: u64, zip: &[u8]) -> Self {
        Self { resolution, packages, unpacked, bundled: None, sha256: hex(&Sha256::digest(zip)) }
    }

    pub(super) fn with_bundle(self, bundled: Bundled) -> Self {
        Self { bundled: Some(bundled), ..self }
    }
}

static SCRATCH: AtomicU32 = AtomicU32::new(0);

impl Cache {
    /// A cache in a folder, which is made when something is put into it.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// What is known of a key. What was damaged is not known.
    pub(super) fn get(&self, key: &str) -> Option<Entry> {
        let folder = self.folder.join("packages").join(key);
        let record: Record = serde_json::from_slice(&fs::read(folder.join("record.json")).ok()?).ok()?;
        let zip = fs::read(folder.join("files.zip")).ok()?;
        (hex(&Sha256::digest(&zip)) == record.sha256).then(|| Entry { record, zip: zip.into() })
    }

    /// Keeps an entry. Another process may have done so already, with the same content.
    pub(super) fn put(&self, key: &str, entry: &Entry, scratch: &Path) -> io::Result<()> {
        let made = scratch.join("entry");
        fs::create_dir_all(&made)?;
        fs::write(made.join("files.zip"), &entry.zip)?;
        fs::write(made.join("record.json"), serde_json::to_vec_pretty(&entry.record)?)?;
        let place = self.folder.join("packages").join(key);
        fs::create_dir_all(self.folder.join("packages"))?;
        if place.exists() {
            fs::remove_dir_all(&place)?;
        }
        match fs::rename(&made, &place) {
            Err(_) if place.join("record.json").is_file() => Ok(()),
            done => done,
        }
    }

    /// The packages that requirements without a lock came to when they were last installed.
    pub(super) fn last(&self, asked: &str) -> Option<String> {
        fs::read_to_string(self.folder.join("asked").join(asked)).ok()
    }

    /// Remembers to which packages requirements came.
    pub(super) fn remember(&self, asked: &str, digest: &str) -> io::Result<()> {
        let folder = self.folder.join("asked");
        fs::create_dir_all(&folder)?;
        let written = folder.join(format!(".{asked}-{}", number()));
        fs::write(&written, digest)?;
        fs::rename(written, folder.join(asked))
    }

    /// Where a tool is kept under its name, version and machine.
    pub(super) fn tool(&self, name: &str) -> PathBuf {
        self.folder.join("tools").join(name)
    }

    /// Keeps a tool that was made ready elsewhere. Another process may have done so already.
    pub(super) fn put_tool(&self, made: &Path, place: &Path) -> io::Result<()> {
        fs::create_dir_all(self.folder.join("tools"))?;
        match fs::rename(made, place) {
            Err(_) if place.is_dir() => Ok(()),
            done => done,
        }
    }

    /// A folder for work that is thrown away; beside the entries, so that one can be moved there.
    pub(super) fn scratch(&self) -> io::Result<Scratch> {
        let folder = self.folder.join("work").join(number());
        fs::create_dir_all(&folder)?;
        Ok(Scratch(folder.canonicalize()?))
    }
}

/// A name that nobody else has now.
fn number() -> String {
    format!("{}-{}", std::process::id(), SCRATCH.fetch_add(1, Ordering::Relaxed))
}

/// A folder that goes away with its owner.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed lies in the cache, where the next run does not look at it.
        let _ = fs::remove_dir_all(&self.0);
    }
}
