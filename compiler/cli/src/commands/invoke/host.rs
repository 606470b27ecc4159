//! The function, in processes of its own: the unpacked package under its cloud's runtime client, with nothing of the user's
//! environment but what a program needs to start.

use super::clients::{self, Runner, modules_of};
use super::environment::PASSED_ON;
use super::given::Given;
use super::prepare::Prepared;
use super::process::watched;
use super::{framework, lambda, worker};
use crate::arguments::Invoke;
use crate::installing;
use portolan_diagnostics::Diagnostic;
use portolan_package::{Artifact, Language, Platform};
use serde_json::Value as Json;
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use std::{env, fs};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;

/// How an invocation ended.
pub(super) enum Ended {
    /// With a value.
    Returned {
        /// The value.
        value: Json,
        /// How long it took.
        milliseconds: u64,
    },
    /// With an error of the function's.
    Raised {
        /// What is known of it.
        failure: Failure,
        /// How long it took.
        milliseconds: u64,
    },
    /// Not before its time was up.
    TimedOut {
        /// The function's timeout.
        seconds: u32,
    },
    /// Without an answer: the process is gone.
    Crashed {
        /// How the process ended.
        status: String,
        /// How long it took.
        milliseconds: u64,
    },
    /// Because the user or the system asked us to end.
    Interrupted,
}

/// An error of a function's, as far as its cloud is told.
#[derive(Clone, Debug, Default)]
pub(super) struct Failure {
    /// Its type.
    pub(super) kind: String,
    /// What it says.
    pub(super) message: String,
    /// Where it came from.
    pub(super) trace: String,
}

/// What one call came to.
pub(super) enum Came {
    /// An answer, in the cloud's words.
    Answer(Json),
    /// An error, after which the cloud delivers again.
    Failure(Failure),
    /// Nothing: the process is gone.
    Crash(String),
}

/// What a package may take to load, beside the function's own time: Lambda's limit for it too (Lambda developer guide,
/// "Understanding the Lambda execution environment lifecycle").
const LOADING: Duration = Duration::from_secs(10);

/// What the programs of this command are: they lie beside the package, not in it.
const HOSTS: [(&str, &str); 4] = [
    ("functions_host.mjs", include_str!("../../../hosts/functions_host.mjs")),
    ("functions_host.py", include_str!("../../../hosts/functions_host.py")),
    ("lambda.cjs", include_str!("../../../hosts/lambda.cjs")),
    ("loopback.cjs", include_str!("../../../hosts/loopback.cjs")),
];

/// Unpacks a package below a folder.
pub(super) fn unpack(package: &Artifact, folder: &Path) -> Result<(), Box<Diagnostic>> {
    let archive = zip::ZipArchive::new(Cursor::new(&package.bytes));
    archive.and_then(|mut archive| archive.extract(folder.join("package"))).map_err(|error| {
        let message = format!("the package cannot be unpacked in `{}`: {error}", folder.display());
        Diagnostic::error("cli/unwritable", message).into()
    })
}

/// Runs the function once for an event.
pub(super) async fn run(
    invoke: &Invoke,
    prepared: &Prepared,
    given: &Given,
    environment: &[(String, String)],
    folder: &Path,
) -> Result<Ended, Box<Diagnostic>> {
    let calls = given.calls(prepared, environment);
    let mut command = command(invoke, prepared, environment, folder)?;
    let seconds = prepared.function().timeout.value;
    let limit = Duration::from_secs(u64::from(seconds));
    let begun = Instant::now();
    let spoken = async {
        match platform(prepared) {
            Platform::Aws => lambda::speak(&mut command, &calls, limit).await,
            Platform::Google => framework::speak(&mut command, &calls, variable(environment, "PORT")).await,
            Platform::Azure => worker::speak(&mut command, &calls, variable(environment, "PORTOLAN_HOST")).await,
        }
    };
    let milliseconds = || u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    match timeout(limit * u32::try_from(calls.len()).unwrap_or(1) + LOADING, spoken).await {
        Ok(came) => Ok(ended(given, prepared, environment, came?, milliseconds())),
        Err(_) => Ok(Ended::TimedOut { seconds }),
    }
}

/// What the calls of one event come to. A crash is no answer to anything; a failure is one where answers tell which failed.
fn ended(
    given: &Given,
    prepared: &Prepared,
    environment: &[(String, String)],
    came: Vec<Came>,
    milliseconds: u64,
) -> Ended {
    let mut answers = Vec::with_capacity(came.len());
    for came in came {
        match came {
            Came::Answer(answer) => answers.push(answer),
            Came::Failure(failure) if failure.kind == TIMED_OUT => {
                return Ended::TimedOut { seconds: prepared.function().timeout.value };
            }
            Came::Failure(_) if given.tells_failures() && platform(prepared) == Platform::Azure => {
                answers.push(serde_json::json!({ "raises": true }));
            }
            Came::Failure(failure) => return Ended::Raised { failure, milliseconds },
            Came::Crash(status) => return Ended::Crashed { status, milliseconds },
        }
    }
    let refused = |answer: &&Json| answer["status"].as_u64().is_some_and(|status| status >= 300);
    match answers.iter().find(refused).filter(|_| !given.is_request() && !given.tells_failures()) {
        Some(answer) => {
            let message = format!("the function answered {} to whoever called it", answer["status"]);
            Ended::Raised { failure: Failure { message, ..Failure::default() }, milliseconds }
        }
        None => Ended::Returned { value: given.answer(prepared, environment, &answers), milliseconds },
    }
}

/// The kind of failure of a call whose time was up.
pub(super) const TIMED_OUT: &str = "portolan.TimedOut";

fn variable<'a>(environment: &'a [(String, String)], name: &str) -> &'a str {
    environment.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or_default()
}

pub(super) fn platform(prepared: &Prepared) -> Platform {
    installing::platform(&prepared.compiled.model)
}

/// The program that runs the package, with its environment.
fn command(
    invoke: &Invoke,
    prepared: &Prepared,
    environment: &[(String, String)],
    folder: &Path,
) -> Result<Command, Box<Diagnostic>> {
    let runtime = prepared.function().runtime.value.host().to_string();
    // `pack` refuses runtimes of other languages.
    let language = Language::of(&runtime).unwrap_or(Language::Python);
    let interpreter = interpreter(invoke, language, &runtime);
    started(&interpreter, language)?;
    let hosts = written(folder)?;
    let runner = clients::runner(platform(prepared), language, &interpreter, &hosts, prepared.folder())?;
    libraries(prepared.folder(), folder, language, &runner);
    let mut command = watched(&interpreter);
    command.args(&runner.arguments).current_dir(folder.join("package")).env_clear();
    command.envs(PASSED_ON.iter().filter_map(|name| Some((*name, env::var_os(name)?))));
    if let (Language::Python, Some(libraries)) = (language, &runner.libraries) {
        let path = [libraries.clone().into_os_string()].into_iter().chain(env::var_os("PYTHONPATH"));
        command.env("PYTHONPATH", env::join_paths(path).unwrap_or_else(|_| libraries.clone().into_os_string()));
    }
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUNBUFFERED", "1");
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::piped()).stdout(Stdio::from(io::stderr())).stderr(Stdio::from(io::stderr()));
    command.kill_on_drop(true);
    Ok(command)
}

/// The program that runs a language: the user's choice, the runtime's own version, or the plain name.
fn interpreter(invoke: &Invoke, language: Language, runtime: &str) -> PathBuf {
    if let Some(chosen) = &invoke.interpreter {
        return chosen.clone();
    }
    match language {
        Language::Node => "node".into(),
        Language::Python if answers(Path::new(runtime)).is_ok() => runtime.into(),
        Language::Python if cfg!(windows) => "python".into(),
        Language::Python => "python3".into(),
    }
}

/// Whether a program of this name answers: version managers put names on the path that lead nowhere.
fn answers(program: &Path) -> io::Result<()> {
    let output = std::process::Command::new(program).arg("--version").stdin(Stdio::null()).output()?;
    match output.status.success() {
        true => Ok(()),
        false => Err(io::Error::other(output.status.to_string())),
    }
}

fn started(program: &Path, language: Language) -> Result<(), Box<Diagnostic>> {
    let (name, option) = match language {
        Language::Python => ("Python", "--interpreter .venv/bin/python"),
        Language::Node => ("Node", "--interpreter /usr/local/bin/node"),
    };
    answers(program).map_err(|error| {
        Diagnostic::error("cli/interpreter", format!("`{}` cannot be started: {error}", program.display()))
            .help(format!("install {name}, or name the one to use: `{option}`"))
            .into()
    })
}

/// Writes the programs of this command.
fn written(folder: &Path) -> Result<PathBuf, Box<Diagnostic>> {
    let hosts = folder.join("hosts");
    let write = || {
        fs::create_dir_all(&hosts)?;
        HOSTS.iter().try_for_each(|(name, text)| fs::write(hosts.join(name), text))
    };
    let failed = |error: io::Error| format!("`{}` cannot be written: {error}", hosts.display());
    write().map_err(|error| Diagnostic::error("cli/unwritable", failed(error)))?;
    Ok(hosts)
}

/// Lets Node find the libraries of the app where the package brings none, and the runtime client.
fn libraries(app: &Path, folder: &Path, language: Language, runner: &Runner) {
    if language != Language::Node {
        return;
    }
    // Where links are not allowed the function says which library it does not find.
    if let Some(modules) = modules_of(app) {
        let _ = link(&modules, &folder.join("node_modules"));
    }
    // Node looks for modules from the importing file upwards: beside the package is above it.
    if let Some(client) = runner.libraries.as_ref().filter(|client| modules_of(app).as_ref() != Some(client)) {
        let own = folder.join("package/node_modules");
        let _ = fs::create_dir_all(&own);
        for entry in fs::read_dir(client).into_iter().flatten().flatten() {
            let _ = link(&entry.path(), &own.join(entry.file_name()));
        }
    }
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(from, to)
}

#[cfg(windows)]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_dir(from, to)
}

/// A program that runs as long as this is held.
pub(super) struct Running {
    process: Child,
    /// It ends when this is closed, which waiting for a process would do.
    input: Option<ChildStdin>,
}

/// A program has this long to go when it is told to.
const GOING: Duration = Duration::from_secs(5);

impl Running {
    /// How it ended, in words.
    pub(super) async fn ended(&mut self) -> String {
        self.process.wait().await.map_or_else(|error| error.to_string(), |status| status.to_string())
    }

    /// Ends it while whoever it speaks to is still there: some complain otherwise.
    pub(super) async fn stop(mut self) {
        drop(self.input.take());
        // One that does not go is killed with this.
        let _ = timeout(GOING, self.process.wait()).await;
    }
}

/// Starts the program.
pub(super) fn spawn(command: &mut Command) -> Result<Running, Box<Diagnostic>> {
    let mut process = command.spawn().map_err(|error| {
        Diagnostic::error("cli/interpreter", format!("the function's process cannot be started: {error}"))
    })?;
    let input = process.stdin.take();
    Ok(Running { process, input })
}
