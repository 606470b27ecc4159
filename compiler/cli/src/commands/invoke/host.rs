//! The function, in a process of its own: the unpacked package under a small host, with nothing of the user's environment
//! but what a program needs to start.

use crate::arguments::Invoke;
use crate::commands::invoke::prepare::Prepared;
use portolan_aws_local::{StandIn, addresses};
use portolan_diagnostics::Diagnostic;
use portolan_package::{Artifact, Language};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use std::{env, fs, io};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
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
        /// Its type.
        kind: String,
        /// What it says.
        message: String,
        /// Where it came from.
        trace: String,
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

/// What the host writes.
#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    value: Json,
    error: Option<Failed>,
    milliseconds: u64,
}

#[derive(Deserialize)]
struct Failed {
    r#type: String,
    message: String,
    trace: String,
}

/// The host's status when the time is up.
const TIMED_OUT: i32 = 124;

/// What a package may take to load, beside the function's own time: Lambda's limit for it too (Lambda developer guide,
/// "Understanding the Lambda execution environment lifecycle").
const LOADING: Duration = Duration::from_secs(10);

/// What a program needs to start, and where its libraries lie. Nothing else of the user's environment is passed on.
const PASSED_ON: [&str; 14] = [
    "HOME",
    "LANG",
    "LC_ALL",
    "NODE_PATH",
    "PATH",
    "PYENV_ROOT",
    "PYENV_VERSION",
    "PYTHONPATH",
    "SystemRoot",
    "TEMP",
    "TMP",
    "TMPDIR",
    "USERPROFILE",
    "VIRTUAL_ENV",
];

/// Unpacks a package below a folder.
pub(super) fn unpack(package: &Artifact, folder: &Path) -> Result<(), Box<Diagnostic>> {
    let archive = zip::ZipArchive::new(Cursor::new(&package.bytes));
    archive.and_then(|mut archive| archive.extract(folder.join("package"))).map_err(|error| {
        Diagnostic::error(
            "cli/unwritable",
            format!("the package cannot be unpacked in `{}`: {error}", folder.display()),
        )
        .into()
    })
}

/// Runs the function once. `services` is the address under which AWS's services answer, where they do.
pub(super) async fn run(
    invoke: &Invoke,
    prepared: &Prepared,
    stand_in: &StandIn,
    services: Option<&str>,
    folder: &Path,
    event: &Json,
) -> Result<Ended, Box<Diagnostic>> {
    let function = prepared.function();
    // `pack` refuses runtimes of other languages.
    let language = Language::of(&function.runtime.value.to_string()).unwrap_or(Language::Python);
    let program = interpreter(invoke, language, &function.runtime.value.to_string());
    libraries(prepared.folder(), folder, language);
    let out = folder.join("outcome.json");
    let host = written(folder, language)?;
    let mut command = Command::new(&program);
    command.arg(&host).arg(folder.join("package")).arg(&out).env_clear();
    command.envs(PASSED_ON.iter().filter_map(|name| Some((*name, env::var_os(name)?))));
    command.envs(environment(invoke, prepared, stand_in, services, folder));
    command.stdin(Stdio::piped()).stdout(Stdio::from(io::stderr())).stderr(Stdio::from(io::stderr()));
    let begun = Instant::now();
    let mut process = command.kill_on_drop(true).spawn().map_err(|error| missing(&program, language, &error))?;
    // Held until the end: the host ends when it is closed.
    let mut input = process.stdin.take();
    if let Some(input) = input.as_mut() {
        let mut given = context(prepared, stand_in);
        given.insert("event".to_owned(), event.clone());
        // A host that is gone already is seen by its status.
        let _ = input.write_all(format!("{}\n", Json::Object(given)).as_bytes()).await;
    }
    let seconds = function.timeout.value;
    let limit = Duration::from_secs(u64::from(seconds)) + LOADING;
    let status = match timeout(limit, process.wait()).await {
        Ok(status) => status.map_err(|error| missing(&program, language, &error))?,
        Err(_) => return Ok(Ended::TimedOut { seconds }),
    };
    Ok(ended(&out, status, seconds, begun))
}

fn ended(out: &Path, status: std::process::ExitStatus, seconds: u32, begun: Instant) -> Ended {
    let written = fs::read(out).ok().and_then(|bytes| serde_json::from_slice::<Written>(&bytes).ok());
    match written {
        Some(Written { error: Some(Failed { r#type, message, trace }), milliseconds, .. }) => {
            Ended::Raised { kind: r#type, message, trace, milliseconds }
        }
        Some(Written { value, milliseconds, .. }) => Ended::Returned { value, milliseconds },
        None if status.code() == Some(TIMED_OUT) => Ended::TimedOut { seconds },
        None => {
            let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            Ended::Crashed { status: status.to_string(), milliseconds }
        }
    }
}

/// The program that runs a language: the user's choice, the runtime's own version, or the plain name.
fn interpreter(invoke: &Invoke, language: Language, runtime: &str) -> PathBuf {
    if let Some(chosen) = &invoke.interpreter {
        return chosen.clone();
    }
    match language {
        Language::Node => "node".into(),
        Language::Python if on_path(runtime) => runtime.into(),
        Language::Python if cfg!(windows) => "python".into(),
        Language::Python => "python3".into(),
    }
}

/// Whether a program of this name answers: version managers put names on the path that lead nowhere.
fn on_path(program: &str) -> bool {
    let asked = std::process::Command::new(program).arg("--version").stdin(Stdio::null()).output();
    asked.is_ok_and(|output| output.status.success())
}

fn missing(program: &Path, language: Language, error: &io::Error) -> Diagnostic {
    let (name, option) = match language {
        Language::Python => ("Python", "--interpreter .venv/bin/python"),
        Language::Node => ("Node", "--interpreter /usr/local/bin/node"),
    };
    Diagnostic::error("cli/interpreter", format!("`{}` cannot be started: {error}", program.display()))
        .help(format!("install {name}, or name the one to use: `{option}`"))
}

fn written(folder: &Path, language: Language) -> Result<PathBuf, Box<Diagnostic>> {
    let (name, text) = match language {
        Language::Python => ("host.py", include_str!("../../../hosts/host.py")),
        Language::Node => ("host.mjs", include_str!("../../../hosts/host.mjs")),
    };
    let path = folder.join(name);
    let unwritable =
        |error| Diagnostic::error("cli/unwritable", format!("`{}` cannot be written: {error}", path.display()));
    fs::write(&path, text).map_err(unwritable)?;
    Ok(path)
}

/// Lets Node find the libraries of the app, which packages do not carry yet.
fn libraries(app: &Path, folder: &Path, language: Language) {
    if language != Language::Node {
        return;
    }
    let app = fs::canonicalize(if app.as_os_str().is_empty() { Path::new(".") } else { app }).unwrap_or_default();
    let found = app.ancestors().map(|folder| folder.join("node_modules")).find(|modules| modules.is_dir());
    if let Some(modules) = found {
        // Where links are not allowed the function says which library it does not find.
        let _ = link(&modules, &folder.join("node_modules"));
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

/// What the context tells a handler (Lambda developer guide, "Using the Lambda context object").
fn context(prepared: &Prepared, stand_in: &StandIn) -> serde_json::Map<String, Json> {
    let function = prepared.function();
    let made = stand_in.find(&prepared.function_id());
    let logs = format!("{}.logs", function.name.value);
    let group = prepared.id(&logs).and_then(|id| stand_in.find(id)).map(|made| stand_in.name(made));
    let context = json!({
        "function": made.map(|made| stand_in.name(made)),
        "arn": made.map(|made| stand_in.arn(made)),
        "memory": function.memory.value,
        "seconds": function.timeout.value,
        "request": "00000000-0000-0000-0000-000000000000",
        "log_group": group,
        "log_stream": "local",
    });
    context.as_object().cloned().unwrap_or_default()
}

/// The environment of the function: Lambda's own variables, what the template sets, what the user adds.
fn environment(
    invoke: &Invoke,
    prepared: &Prepared,
    stand_in: &StandIn,
    services: Option<&str>,
    folder: &Path,
) -> Vec<(String, String)> {
    let function = prepared.function();
    let id = prepared.function_id();
    let name = stand_in.find(&id).map(|made| stand_in.name(made)).unwrap_or_default();
    let place = stand_in.place();
    let nowhere = folder.join("none").display().to_string();
    let own = [
        ("AWS_LAMBDA_FUNCTION_NAME", name),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.memory.value.to_string()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_EXECUTION_ENV", format!("AWS_Lambda_{}", function.runtime.value)),
        ("LAMBDA_TASK_ROOT", folder.join("package").display().to_string()),
        ("_HANDLER", portolan_package::AWS_HANDLER.to_owned()),
        ("TZ", ":UTC".to_owned()),
        ("AWS_REGION", place.region.clone()),
        ("AWS_DEFAULT_REGION", place.region.clone()),
        // Good nowhere; LocalStack reads the account from the id.
        ("AWS_ACCESS_KEY_ID", place.account.clone()),
        ("AWS_SECRET_ACCESS_KEY", "stand-in".to_owned()),
        ("AWS_SESSION_TOKEN", "stand-in".to_owned()),
        ("AWS_CONFIG_FILE", nowhere.clone()),
        ("AWS_SHARED_CREDENTIALS_FILE", nowhere),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ("AWS_MAX_ATTEMPTS", "1".to_owned()),
        // Some operations would be sent to `sync-127.0.0.1`.
        ("AWS_DISABLE_HOST_PREFIX_INJECTION", "true".to_owned()),
    ];
    let mut all: Vec<(String, String)> = own.map(|(name, value)| (name.to_owned(), value)).into();
    all.extend(services.map(|address| ("AWS_ENDPOINT_URL".to_owned(), address.to_owned())));
    let recorder = services.filter(|_| invoke.record);
    all.extend(recorder.into_iter().flat_map(addresses));
    all.extend(stand_in.environment(&id).into_iter().filter_map(|(name, value)| Some((name, value?))));
    all.extend(invoke.environment.iter().filter_map(|given| match given.split_once('=') {
        Some((name, value)) => Some((name.to_owned(), value.to_owned())),
        None => Some((given.clone(), env::var(given).ok()?)),
    }));
    all
}
