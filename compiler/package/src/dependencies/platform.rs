//! What a package has to run on: the interpreter, the C library and the processor of a cloud's runtime.

use crate::{Language, Platform};

/// A processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Architecture {
    /// 64-bit ARM.
    Arm64,
    /// 64-bit x86.
    X86,
}

impl Architecture {
    /// This machine's.
    #[must_use]
    pub fn here() -> Self {
        if cfg!(target_arch = "aarch64") { Self::Arm64 } else { Self::X86 }
    }

    /// Its word in wheels' tags.
    pub(super) fn wheel(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64",
            Self::X86 => "x86_64",
        }
    }

    /// Node's word for it.
    pub(super) fn node(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86 => "x64",
        }
    }

    /// The number in the header of an ELF file (System V ABI, `e_machine`).
    pub(crate) fn elf(self) -> u16 {
        match self {
            Self::Arm64 => 183,
            Self::X86 => 62,
        }
    }
}

/// Where a function's dependencies run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Abi {
    pub(super) language: Language,
    /// `3.13`, `22`.
    pub(super) version: String,
    /// The version of glibc.
    pub(super) glibc: (u32, u32),
    pub(super) architecture: Architecture,
}

/// The versions of glibc that uv knows as platforms, newest first: a runtime counts as the newest that is not newer than it.
const KNOWN: [(u32, u32); 12] =
    [(2, 40), (2, 39), (2, 38), (2, 37), (2, 36), (2, 35), (2, 34), (2, 33), (2, 32), (2, 31), (2, 28), (2, 17)];

impl Abi {
    /// What a cloud's runtime is. `runtime` is the spec's word, such as `python3.13`.
    pub(super) fn of(platform: Platform, language: Language, runtime: &str, architecture: Architecture) -> Self {
        let version = version(runtime);
        let glibc = glibc(platform, language, version);
        let glibc = KNOWN.into_iter().find(|known| *known <= glibc).unwrap_or((2, 17));
        Self { language, version: version.to_owned(), glibc, architecture }
    }

    /// As messages and keys name it: `python3.13, x86_64, glibc 2.34`.
    pub(super) fn name(&self) -> String {
        let word = match self.language {
            Language::Python => "python",
            Language::Node => "nodejs",
        };
        let (major, minor) = self.glibc;
        format!("{word}{}, {}, glibc {major}.{minor}", self.version, self.architecture.wheel())
    }

    /// uv's word for the platform: `x86_64-manylinux_2_34`.
    pub(super) fn uv(&self) -> String {
        format!("{}-manylinux_{}_{}", self.architecture.wheel(), self.glibc.0, self.glibc.1)
    }

    /// The platform tags of wheels that run here, best first. pip does not widen a tag by itself, so it is given them all
    /// (PEP 600; the names with a year are PEP 513, 571 and 599).
    pub(super) fn tags(&self) -> Vec<String> {
        let machine = self.architecture.wheel();
        let oldest = if self.architecture == Architecture::X86 { 5 } else { 17 };
        let mut tags = Vec::new();
        for minor in (oldest..=self.glibc.1).rev() {
            tags.push(format!("manylinux_2_{minor}_{machine}"));
            let named = [(17, "manylinux2014"), (12, "manylinux2010"), (5, "manylinux1")];
            tags.extend(named.iter().filter(|(of, _)| *of == minor).map(|(_, name)| format!("{name}_{machine}")));
        }
        tags.push(format!("linux_{machine}"));
        tags
    }

    /// How well a wheel fits: the smaller the better, nothing when it does not run here. The order is that of PEP 425's
    /// installers: the interpreter's own tags, the stable ABI's, then pure Python.
    pub(super) fn rank(&self, wheel: &str) -> Option<usize> {
        let stem = wheel.strip_suffix(".whl")?;
        let mut parts = stem.rsplitn(4, '-');
        let (platforms, abis, pythons) = (parts.next()?, parts.next()?, parts.next()?);
        let tags = self.tags();
        let mut best = None;
        for python in pythons.split('.') {
            for abi in abis.split('.') {
                for platform in platforms.split('.') {
                    let platform_rank = match platform {
                        "any" => tags.len(),
                        _ => match tags.iter().position(|tag| tag == platform) {
                            Some(at) => at,
                            None => continue,
                        },
                    };
                    let Some(kind) = self.interpreter(python, abi) else { continue };
                    let pure = usize::from(platform == "any");
                    let rank = (pure * 1000 + kind) * 1000 + platform_rank;
                    best = Some(best.map_or(rank, |known: usize| known.min(rank)));
                }
            }
        }
        best
    }

    /// How well an interpreter and an ABI of a wheel fit.
    fn interpreter(&self, python: &str, abi: &str) -> Option<usize> {
        let (major, minor) = self.version.split_once('.')?;
        let minor: usize = minor.parse().ok()?;
        let own = format!("cp{major}{minor}");
        let number = |prefix: &str| python.strip_prefix(prefix).and_then(|rest| rest.parse::<usize>().ok());
        match abi {
            _ if python == own && abi == own => Some(0),
            "abi3" => {
                let of = number(&format!("cp{major}")).filter(|of| *of <= minor)?;
                Some(1 + minor - of)
            }
            "none" if python == own => Some(100),
            "none" if python == format!("py{major}") => Some(201),
            "none" => {
                let of = number(&format!("py{major}")).filter(|of| *of <= minor)?;
                Some(if of == minor { 200 } else { 202 + minor - of })
            }
            _ => None,
        }
    }
}

/// The version in a runtime's name.
pub(crate) fn version(runtime: &str) -> &str {
    runtime.trim_start_matches(|letter: char| !letter.is_ascii_digit()).trim_end_matches(".x")
}

/// The glibc of a runtime.
pub(crate) fn glibc(platform: Platform, language: Language, version: &str) -> (u32, u32) {
    let minor = || version.split_once('.').and_then(|(_, minor)| minor.parse::<u32>().ok()).unwrap_or_default();
    let major = || version.parse::<u32>().unwrap_or_default();
    match (platform, language) {
        // "Lambda runtimes": Amazon Linux 2023 from Python 3.12 and Node 20 on, Amazon Linux 2 before.
        (Platform::Aws, Language::Python) => {
            if minor() >= 12 {
                (2, 34)
            } else {
                (2, 26)
            }
        }
        (Platform::Aws, Language::Node) => {
            if major() >= 20 {
                (2, 34)
            } else {
                (2, 26)
            }
        }
        // "Cloud Run functions runtimes": the stack google-24 (Ubuntu 24.04) for Python 3.14 and Node 24, google-22 (Ubuntu
        // 22.04) before, google-18 (Ubuntu 18.04) for Python 3.9 and older.
        (Platform::Google, Language::Python) => match minor() {
            14.. => (2, 39),
            10..=13 => (2, 35),
            _ => (2, 27),
        },
        (Platform::Google, Language::Node) => {
            if major() >= 24 {
                (2, 39)
            } else {
                (2, 35)
            }
        }
        // Azure/azure-functions-python-worker, issues 1651 and 1397: Debian 11 up to Python 3.11, Debian 12 from 3.12 on. Of
        // Node nothing is said; the older of the two is safe.
        (Platform::Azure, Language::Python) => {
            if minor() >= 12 {
                (2, 36)
            } else {
                (2, 31)
            }
        }
        (Platform::Azure, Language::Node) => (2, 31),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn abi(platform: Platform, runtime: &str, architecture: Architecture) -> Abi {
        Abi::of(platform, Language::of(runtime).unwrap(), runtime, architecture)
    }

    #[test]
    fn a_runtime_has_the_c_library_of_its_system() {
        let name = |platform, runtime| abi(platform, runtime, Architecture::X86).name();
        assert_eq!(name(Platform::Aws, "python3.13"), "python3.13, x86_64, glibc 2.34");
        assert_eq!(
            name(Platform::Aws, "python3.11"),
            "python3.11, x86_64, glibc 2.17",
            "2.26, by the tags that uv knows"
        );
        assert_eq!(name(Platform::Aws, "nodejs22"), "nodejs22, x86_64, glibc 2.34");
        assert_eq!(name(Platform::Google, "python3.13"), "python3.13, x86_64, glibc 2.35");
        assert_eq!(name(Platform::Google, "python3.14"), "python3.14, x86_64, glibc 2.39");
        assert_eq!(name(Platform::Azure, "python3.11"), "python3.11, x86_64, glibc 2.31");
    }

    #[test]
    fn tags_widen_downwards_with_their_old_names() {
        let tags = abi(Platform::Aws, "python3.13", Architecture::Arm64).tags();
        assert_eq!((tags[0].as_str(), tags.len()), ("manylinux_2_34_aarch64", 20));
        assert_eq!(tags[17..], ["manylinux_2_17_aarch64", "manylinux2014_aarch64", "linux_aarch64"]);
        let tags = abi(Platform::Aws, "python3.13", Architecture::X86).tags();
        assert_eq!(tags.last().unwrap(), "linux_x86_64");
        assert!(tags.contains(&"manylinux1_x86_64".to_owned()));
    }

    #[test]
    fn the_best_wheel_is_the_most_special_that_runs() {
        let abi = abi(Platform::Aws, "python3.13", Architecture::X86);
        let order = [
            "a-1-cp313-cp313-manylinux_2_28_x86_64.whl",
            "a-1-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "a-1-cp311-abi3-manylinux_2_28_x86_64.whl",
            "a-1-cp39-abi3-manylinux_2_28_x86_64.whl",
            "a-1-py3-none-manylinux_2_17_x86_64.whl",
            "a-1-py3-none-any.whl",
        ];
        let ranks: Vec<usize> = order.iter().map(|wheel| abi.rank(wheel).unwrap()).collect();
        assert!(ranks.is_sorted(), "{ranks:?}");
        for foreign in [
            "a-1-cp313-cp313-manylinux_2_39_x86_64.whl",
            "a-1-cp313-cp313-manylinux_2_28_aarch64.whl",
            "a-1-cp313-cp313-musllinux_1_2_x86_64.whl",
            "a-1-cp312-cp312-manylinux_2_28_x86_64.whl",
            "a-1-cp314-abi3-manylinux_2_28_x86_64.whl",
            "a-1-cp313-cp313t-manylinux_2_28_x86_64.whl",
            "a-1-cp313-cp313-win_amd64.whl",
            "a-1-py2-none-any.whl",
        ] {
            assert_eq!(abi.rank(foreign), None, "{foreign}");
        }
    }
}
