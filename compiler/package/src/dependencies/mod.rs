//! Dependencies: from the files that declare a function's packages to those packages, for the cloud's machine.
//!
//! [`Asked`] is what a function depends on, read from the disk and nothing more; [`install`] makes it [`Dependencies`], with
//! uv or pip and npm, once for each set of packages and platform; [`expected`] says what they would be called without
//! installing anything. This room never runs what it installs.

mod declared; // start reading here
mod requirements;
pub(crate) mod platform;

mod tools;
mod python;
mod node;
mod adapters;
mod complaint;
mod resolution;

mod cache;
mod install;
mod tree;
pub(crate) mod elf;
mod strip;

mod package;
mod placed;
mod bundle;
mod sbom;

pub use bundle::{Bundler, Bundling};
pub use cache::Cache;
pub use install::{Progress, expected, install};
pub use package::Package;
pub use placed::Dependencies;
pub use platform::Architecture;
pub use tools::Tools;

use std::path::Path;

use portolan_diagnostics::{Diagnostic, Severity, Sources};
use sha2::{Digest, Sha256};

use crate::{Code, Language, Platform};
use adapters::Adapter;
use declared::{Declared, Manifest};
use platform::Abi;

/// What one function depends on.
#[derive(Clone, Debug)]
pub struct Asked {
    platform: Platform,
    abi: Abi,
    /// Nothing where no file asks for packages.
    declared: Option<Declared>,
    /// What an application may need to be called.
    adapters: Vec<&'static Adapter>,
    /// How its code becomes one file, where it does.
    bundling: Option<Bundling>,
    /// Whether packages lie in the artifact; else the cloud installs them from a lock.
    is_vendored: bool,
}

/// For which machine packages are installed.
#[derive(Clone, Copy, Debug)]
pub struct Machine<'a> {
    /// The cloud.
    pub platform: Platform,
    /// The runtime in the spec's word: `python3.13`.
    pub runtime: &'a str,
    /// The processor.
    pub architecture: Architecture,
    /// Whether the artifact runs on this machine, so that packages have to lie in it whatever the cloud does.
    pub is_here: bool,
    /// Whether requests go to a whole application.
    pub has_application: bool,
    /// How its code becomes one file, where the spec wants that.
    pub bundling: Option<&'a Bundling>,
}

/// The version of what is done with packages: a part of every key, so that another way of stripping installs anew.
const RULES: &str = "1";

impl Asked {
    /// Reads what a function depends on; nothing for a runtime whose packages are not known.
    ///
    /// # Errors
    /// What is wrong with the files that say so.
    pub fn read(
        machine: Machine<'_>,
        code: &Code,
        app: &Path,
        sources: &mut Sources,
    ) -> Result<Option<Self>, Vec<Diagnostic>> {
        let Some(language) = Language::of(machine.runtime) else { return Ok(None) };
        let declared = declared::find(code, app, machine.platform, language, sources)?;
        let abi = Abi::of(machine.platform, language, machine.runtime, machine.architecture);
        let is_vendored = machine.is_here || machine.platform != Platform::Google;
        let adapters = if machine.has_application { adapters::of(machine.platform, language) } else { Vec::new() };
        let bundling = machine.bundling.filter(|_| language == Language::Node).cloned();
        Ok(Some(Self { platform: machine.platform, abi, declared, adapters, bundling, is_vendored }))
    }

    /// Whether there is anything to install.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let adds = !self.adapters.is_empty() || self.bundling.is_some() || self.has_azure_library();
        self.declared.is_none() && !adds
    }

    /// Node on Azure always needs its library; a function may name it itself.
    fn has_azure_library(&self) -> bool {
        self.platform == Platform::Azure && self.abi.language == Language::Node && !self.names_azure_library()
    }

    fn names_azure_library(&self) -> bool {
        matches!(self.declared.as_ref().map(|declared| &declared.manifest), Some(Manifest::Node(node))
            if node.package.get("dependencies").is_some_and(|asked| asked.get(node::AZURE_FUNCTIONS).is_some()))
    }

    /// Whether the user's `package.json` holds for this cloud as it is.
    fn keeps_manifest(&self) -> bool {
        matches!(self.declared.as_ref().map(|declared| &declared.manifest), Some(Manifest::Node(node)) if !node.is_of_cloud)
    }

    /// Whether a lock says which packages are installed.
    fn is_locked(&self) -> bool {
        self.declared.as_ref().is_none_or(|declared| declared.is_locked)
    }

    /// What is asked for, in one hash: files, platform, and what is done with them.
    fn digest(&self) -> String {
        let library = self.has_azure_library().then(|| format!("{:?}", node::azure().lock));
        let parts = [
            RULES.to_owned(),
            self.platform.word().to_owned(),
            self.abi.name(),
            self.is_vendored.to_string(),
            self.declared.as_ref().map(Declared::digest).unwrap_or_default(),
            library.unwrap_or_else(|| adapters::digest(&self.adapters)),
        ];
        let bundling = self.bundling.as_ref().map(Bundling::digest);
        let parts: Vec<String> = parts.into_iter().chain(bundling).collect();
        crate::hash::hex(&Sha256::digest(parts.join("\n")))
    }

    /// Whether packages are installed here: to be packed, or to be bundled.
    fn is_installed_here(&self) -> bool {
        self.is_vendored || self.bundling.is_some()
    }

    /// The folder of packages in the artifact, with a slash; nothing for its root.
    fn prefix(&self) -> &'static str {
        match (self.platform, self.abi.language) {
            // "Azure Functions Python developer guide", folder structure of what is deployed.
            (Platform::Azure, Language::Python) => ".python_packages/lib/site-packages/",
            _ => "",
        }
    }

    /// Says that what is installed may be another tomorrow.
    fn unlocked(&self, function: &str) -> Option<Diagnostic> {
        let declared = self.declared.as_ref().filter(|declared| !declared.is_locked)?;
        let name = complaint::name_of(declared);
        let severity = if declared.is_pinned { Severity::Note } else { Severity::Warning };
        let lock = match (&declared.manifest, self.platform) {
            (Manifest::Node(node), _) => node.lock_name.clone(),
            (_, platform) => format!("requirements.{}.txt", platform.word()),
        };
        let built = match declared.manifest {
            Manifest::Node(_) => "package-lock.json",
            _ => "requirements.txt",
        };
        let message = format!("`{name}` has no lock, so that another machine may install other packages");
        let found = Diagnostic { severity, ..Diagnostic::warning("package/unlocked", message) };
        let found = match complaint::start(declared) {
            Some(place) => found.at(place, ""),
            None => found,
        };
        Some(found.help(format!("commit the lock that the build writes: `packages/{function}/{built}` as `{lock}`")))
    }
}
