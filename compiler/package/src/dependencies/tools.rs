//! The tools that install packages: which there are on this machine, and how they are run.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// Where tools are looked for: the value of `PATH`.
#[derive(Debug)]
pub struct Tools {
    path: OsString,
    python: OnceLock<Option<Python>>,
    npm: OnceLock<Option<Tool>>,
    node: OnceLock<Option<Tool>>,
}

/// A tool: how it is started, and which it is, `uv 0.9.1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tool {
    command: Vec<OsString>,
    pub(super) version: String,
    path: OsString,
}

/// What installs Python packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Python {
    Uv(Tool),
    Pip(Tool),
}

impl Python {
    pub(super) fn tool(&self) -> &Tool {
        match self {
            Self::Uv(tool) | Self::Pip(tool) => tool,
        }
    }
}

impl Tools {
    /// Tools of a search path.
    #[must_use]
    pub fn new(path: impl Into<OsString>) -> Self {
        Self { path: path.into(), python: OnceLock::new(), npm: OnceLock::new(), node: OnceLock::new() }
    }

    /// uv where there is one, by itself or in a Python; else pip.
    pub(super) fn python(&self) -> Option<&Python> {
        let uv = || {
            let alone = self.tool(&["uv"], "uv ");
            alone
                .or_else(|| self.tool(&["python3", "-m", "uv"], "uv "))
                .or_else(|| self.tool(&["python", "-m", "uv"], "uv "))
        };
        let pip =
            || self.tool(&["python3", "-m", "pip"], "pip ").or_else(|| self.tool(&["python", "-m", "pip"], "pip "));
        self.python.get_or_init(|| uv().map(Python::Uv).or_else(|| pip().map(Python::Pip))).as_ref()
    }

    /// npm.
    pub(super) fn npm(&self) -> Option<&Tool> {
        self.npm.get_or_init(|| self.tool(&["npm"], "")).as_ref()
    }

    /// Node itself.
    pub(super) fn node(&self) -> Option<&Tool> {
        self.node.get_or_init(|| self.tool(&["node"], "v")).as_ref()
    }

    /// A tool that answers with its version.
    fn tool(&self, command: &[&str], name: &str) -> Option<Tool> {
        let program = found(&self.path, command[0])?;
        let rest = command[1..].iter().map(OsString::from);
        let command: Vec<OsString> = [program.into_os_string()].into_iter().chain(rest).collect();
        let tool = Tool { command, version: String::new(), path: self.path.clone() };
        let said = tool.command(Path::new("."), &["--version"]).output().ok().filter(|said| said.status.success())?;
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        // `pip 25.1 from /usr/lib/…`, `uv 0.9.1 (x86_64-…)`, `11.2.0`
        let version = said.strip_prefix(name)?.split_whitespace().next()?.to_owned();
        Some(Tool {
            version: if name.is_empty() { format!("npm {version}") } else { format!("{name}{version}") },
            ..tool
        })
    }
}

fn found(path: &OsStr, program: &str) -> Option<PathBuf> {
    let file = |folder: PathBuf| Some(folder.join(program)).filter(|file| file.is_file());
    env::split_paths(path).filter(|folder| folder.is_absolute()).find_map(file)
}

impl Tool {
    /// The first two numbers of its version.
    pub(super) fn number(&self) -> (u32, u32) {
        let mut numbers =
            self.version.split(' ').nth(1).unwrap_or_default().split('.').map(|part| part.parse().unwrap_or(0));
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
    }

    /// A run of it. It asks nothing, draws nothing, and fetches no interpreter.
    pub(super) fn command<A: AsRef<OsStr>>(&self, folder: &Path, arguments: &[A]) -> Command {
        let mut command = Command::new(&self.command[0]);
        command.args(&self.command[1..]).args(arguments).current_dir(folder).stdin(Stdio::null());
        command.env("PATH", &self.path).env("NO_COLOR", "1").env("PYTHONDONTWRITEBYTECODE", "1");
        // The folder of the code is no place to import from: a `queue.py` in it would be taken for the library's.
        command.env("PYTHONSAFEPATH", "1");
        command.env("UV_NO_PROGRESS", "1").env("UV_PYTHON_DOWNLOADS", "never").env_remove("VIRTUAL_ENV");
        command.env("PIP_NO_INPUT", "1").env("PIP_DISABLE_PIP_VERSION_CHECK", "1");
        // esbuild's own variable for a program of somebody's.
        command.env_remove("ESBUILD_BINARY_PATH").env_remove("NODE_OPTIONS");
        command.env("npm_config_update_notifier", "false").env("npm_config_yes", "false");
        command
    }

    /// Runs it and returns what it wrote, or what it complained of.
    pub(super) fn run<A: AsRef<OsStr>>(&self, folder: &Path, arguments: &[A]) -> Result<String, String> {
        match self.command(folder, arguments).output() {
            Ok(Output { status, stdout, .. }) if status.success() => Ok(String::from_utf8_lossy(&stdout).into_owned()),
            Ok(Output { stdout, stderr, .. }) => {
                let said = String::from_utf8_lossy(&stderr).into_owned();
                Err(if said.trim().is_empty() { String::from_utf8_lossy(&stdout).into_owned() } else { said })
            }
            Err(error) => Err(error.to_string()),
        }
    }
}
