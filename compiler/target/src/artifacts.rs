//! The functions' packages, as templates name them.

use portolan_value::Text;
use std::collections::BTreeMap;

/// The hash of what was not packaged.
const UNPACKED: Text = Text::fixed("0000000000000000000000000000000000000000000000000000000000000000");

/// A function's package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// The file under `artifacts/`: `<function>-<hash>.zip`.
    pub file: Text,
    /// The hash of its content, 64 hexadecimal digits.
    pub hash: Text,
}

impl Artifact {
    /// The package of a function with this hash.
    #[must_use]
    pub fn new(function: &str, hash: Text) -> Self {
        Self { file: Text::concat(&[function, "-", &hash, ".zip"]), hash }
    }
}

/// The packages of all functions, by the function's name.
#[derive(Clone, Debug, Default)]
pub struct Artifacts {
    packages: BTreeMap<String, Artifact>,
}

impl Artifacts {
    /// Adds a function's package.
    pub fn add(&mut self, function: &str, artifact: Artifact) {
        self.packages.insert(function.to_owned(), artifact);
    }

    /// The package of a function. Where nothing was packaged (`check` never does) it is one with a hash of zeros, so
    /// that everything else can be checked all the same.
    #[must_use]
    pub fn of(&self, function: &str) -> Artifact {
        self.packages.get(function).cloned().unwrap_or_else(|| Artifact::new(function, UNPACKED))
    }

    /// All packages.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Artifact)> {
        self.packages.iter().map(|(function, artifact)| (function.as_str(), artifact))
    }
}
