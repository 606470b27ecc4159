//! The clouds' own runtime clients: which program runs a package, and where it comes from.
//!
//! A client that the chosen Python or the app has already is taken from there. Otherwise it is installed once, in a version that is
//! pinned here, into a folder of the user's cache.

use crate::installing::cache_folder;
use crate::talk;
use portolan_diagnostics::Diagnostic;
use portolan_package::{Language, Platform};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// A runtime client.
struct Client {
    /// Its name in the language's registry.
    name: &'static str,
    /// The version that is installed.
    version: &'static str,
    /// What a program imports of it.
    module: &'static str,
}

/// How a package is run.
pub(super) struct Runner {
    /// What follows the interpreter.
    pub(super) arguments: Vec<String>,
    /// Where libraries lie, beside those of the app.
    pub(super) libraries: Option<PathBuf>,
}

/// The client of a cloud and a language.
fn client(platform: Platform, language: Language) -> Client {
    let client = |name, version, module| Client { name, version, module };
    match (platform, language) {
        (Platform::Aws, Language::Python) => client("awslambdaric", "4.2.2", "awslambdaric"),
        (Platform::Aws, Language::Node) => client("aws-lambda-ric", "3.3.0", "aws-lambda-ric"),
        (Platform::Google, Language::Python) => client("functions-framework", "3.10.2", "functions_framework"),
        (Platform::Google, Language::Node) => {
            client("@google-cloud/functions-framework", "5.0.5", "@google-cloud/functions-framework")
        }
        (Platform::Azure, Language::Python) => client("azure-functions", "1.26.0", "azure.functions"),
        (Platform::Azure, Language::Node) => client("@azure/functions", "4.16.5", "@azure/functions"),
    }
}

/// How to run a package with an interpreter. `hosts` is the folder of our own programs, `app` that of the user's.
pub(super) fn runner(
    platform: Platform,
    language: Language,
    interpreter: &Path,
    hosts: &Path,
    app: &Path,
) -> Result<Runner, Box<Diagnostic>> {
    let client = client(platform, language);
    let libraries = match language {
        Language::Python if imports(interpreter, client.module) => None,
        Language::Python => Some(installed_for_python(&client, interpreter)?),
        Language::Node => Some(match modules_of(app).filter(|modules| modules.join(client.name).is_dir()) {
            Some(modules) => modules,
            None => installed_for_node(&client)?,
        }),
    };
    let own = |name: &str| hosts.join(name).display().to_string();
    let of_module = |path: &str| {
        libraries.as_ref().map(|modules| modules.join(path).display().to_string()).unwrap_or_else(|| path.to_owned())
    };
    let arguments: Vec<String> = match (platform, language) {
        (Platform::Aws, Language::Python) => vec!["-m".into(), client.module.into(), entry()],
        (Platform::Aws, Language::Node) => {
            vec!["--require".into(), own("lambda.cjs"), of_module("aws-lambda-ric/bin/index.mjs"), entry()]
        }
        (Platform::Google, Language::Python) => {
            let words =
                ["-m", client.module, "--host", "127.0.0.1", "--target", "portolan", "--source", "portolan_entry.py"];
            words.map(str::to_owned).to_vec()
        }
        (Platform::Google, Language::Node) => {
            let framework = of_module("@google-cloud/functions-framework/build/src/main.js");
            vec!["--require".into(), own("loopback.cjs"), framework, "--target=portolan".into()]
        }
        (Platform::Azure, Language::Python) => vec![own("functions_host.py")],
        (Platform::Azure, Language::Node) => vec![own("functions_host.mjs")],
    };
    Ok(Runner { arguments, libraries })
}

fn entry() -> String {
    portolan_package::AWS_HANDLER.to_owned()
}

/// The `node_modules` of an app, or of a folder around it.
pub(super) fn modules_of(app: &Path) -> Option<PathBuf> {
    let app = fs::canonicalize(if app.as_os_str().is_empty() { Path::new(".") } else { app }).ok()?;
    app.ancestors().map(|folder| folder.join("node_modules")).find(|modules| modules.is_dir())
}

fn imports(interpreter: &Path, module: &str) -> bool {
    let asked = Command::new(interpreter).args(["-c", &format!("import {module}")]).stdin(Stdio::null()).output();
    asked.is_ok_and(|output| output.status.success())
}

/// Compiled parts fit one version of Python, so each has a folder of its own.
fn installed_for_python(client: &Client, interpreter: &Path) -> Result<PathBuf, Box<Diagnostic>> {
    let said = Command::new(interpreter).args(["-c", "import sys; print(sys.implementation.cache_tag)"]).output();
    let tag = said.map(|said| String::from_utf8_lossy(&said.stdout).trim().to_owned()).unwrap_or_default();
    install(client, &tag, |folder| {
        let wanted = format!("{}=={}", client.name, client.version);
        let mut command = Command::new(interpreter);
        command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--target"]);
        command.arg(folder).arg(wanted);
        command
    })
}

/// Its scripts would compile what `lambda.cjs` stands in for.
fn installed_for_node(client: &Client) -> Result<PathBuf, Box<Diagnostic>> {
    let folder = install(client, "node", |folder| {
        let wanted = format!("{}@{}", client.name, client.version);
        let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
        command.args(["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]);
        command.arg(folder).arg(wanted);
        command
    })?;
    Ok(folder.join("node_modules"))
}

/// The folder that a client is in; it is made beside its place and moved there whole, so that nobody sees half of it.
fn install(client: &Client, tag: &str, command: impl Fn(&Path) -> Command) -> Result<PathBuf, Box<Diagnostic>> {
    let name = client.name.trim_start_matches('@').replace('/', "-");
    let place = cache().join(format!("{name}-{}-{tag}", client.version));
    if place.is_dir() {
        return Ok(place);
    }
    let failed = |why: &str| failed(client, why);
    fs::create_dir_all(cache()).map_err(|error| failed(&format!("`{}`: {error}", cache().display())))?;
    let made = tempfile::Builder::new().prefix("making-").tempdir_in(cache());
    let made = made.map_err(|error| failed(&error.to_string()))?;
    talk::say(&format!("installing {} {}, once", client.name, client.version));
    let mut command = command(made.path());
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|error| failed(&format!("`{program}`: {error}")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(failed(said.trim().lines().last().unwrap_or("it says nothing")));
    }
    match fs::rename(made.path(), &place) {
        // Somebody else was quicker.
        Err(_) if place.is_dir() => Ok(place),
        Err(error) => Err(failed(&error.to_string())),
        Ok(()) => Ok(place),
    }
}

fn failed(client: &Client, why: &str) -> Box<Diagnostic> {
    let message = format!("`{}` {}, which runs the package, cannot be installed: {why}", client.name, client.version);
    let by_hand = match client.module == client.name {
        true => format!("npm install --no-save --ignore-scripts {}@{}", client.name, client.version),
        false => format!("python -m pip install {}=={}", client.name, client.version),
    };
    Diagnostic::error("cli/runtime-client", message)
        .help(format!("install it where the function runs: `{by_hand}`"))
        .into()
}

/// Where clients are kept.
fn cache() -> PathBuf {
    cache_folder().unwrap_or_else(|| env::temp_dir().join("portolan-cache")).join("runtimes")
}
