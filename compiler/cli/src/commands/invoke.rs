//! `portolan invoke`: runs a function's package on this machine, records what it asks of its cloud, and judges that by the
//! permissions of the template.

mod prepare; // start reading here
mod given; // the event
mod environment; // what the function sees
mod host; // the function, in processes of its own
mod clients; // the programs that run it
mod lambda; // how they are spoken to, cloud by cloud
mod framework;
mod worker;
mod process;
mod recorder; // what stands between it and the backend
mod backend; // what answers in AWS's place
mod wire; // HTTP to a backend
mod session; // all of them together, from start to end
mod verdict; // the traces and the template
mod cure;
mod report;

use crate::arguments::{Format, Invoke};
use crate::{Exit, pipeline, talk};
use host::Ended;
use portolan_diagnostics::{Diagnostic, Severity, Sources};
use portolan_recording::Trace;
use prepare::Prepared;
use std::path::{Path, PathBuf};
use std::{fs, io};

pub use prepare::function;
use tempfile::TempDir;

/// Runs a function, or judges traces of earlier runs.
pub fn run(invoke: &Invoke) -> Exit {
    let mut sources = Sources::default();
    let mut found = Vec::new();
    let outcome = match invoke.judge.as_slice() {
        [] => invoked(invoke, &mut sources, &mut found),
        files => judged(invoke, files, &mut sources, &mut found),
    };
    // Notes are about what a deployment would do, and nothing is deployed.
    let mut found = pipeline::distinct(found);
    found.retain(|diagnostic| diagnostic.severity != Severity::Note);
    match outcome.filter(|_| !found.iter().any(Diagnostic::is_error)) {
        Some(outcome) => {
            talk::findings(&found, &sources);
            finish(invoke, &outcome)
        }
        None if invoke.format == Format::Json => {
            talk::data(&talk::findings_json(&found, &sources));
            Exit::Invalid
        }
        None => {
            talk::findings(&found, &sources);
            Exit::Invalid
        }
    }
}

/// What there is to say in the end.
struct Outcome {
    function: String,
    ended: Option<Ended>,
    judged: Option<verdict::Report>,
    trace: Option<PathBuf>,
}

fn finish(invoke: &Invoke, outcome: &Outcome) -> Exit {
    match invoke.format {
        Format::Json => talk::data(&report::json(outcome)),
        Format::Text => talk::data(&report::text(outcome)),
    }
    let worked = outcome.ended.as_ref().is_none_or(|ended| matches!(ended, Ended::Returned { .. }));
    let clean = outcome.judged.as_ref().is_none_or(verdict::Report::is_clean);
    if worked && clean { Exit::Success } else { Exit::Invalid }
}

fn invoked(invoke: &Invoke, sources: &mut Sources, found: &mut Vec<Diagnostic>) -> Option<Outcome> {
    let prepared = prepare::prepare(invoke, sources, found)?;
    let given = given::given(invoke, &prepared).map_err(|wrong| found.push(*wrong)).ok()?;
    let package = prepared.package(invoke, sources, found)?;
    if found.iter().any(Diagnostic::is_error) {
        return None;
    }
    let folder = scratch().map_err(|wrong| found.push(*wrong)).ok()?;
    host::unpack(&package, folder.path()).map_err(|wrong| found.push(*wrong)).ok()?;
    let session = session::run(invoke, &prepared, folder.path(), &given).map_err(|wrong| found.push(*wrong)).ok()?;
    let (ended, trace) = (session.ended, session.trace);
    let judged = trace.as_ref().map(|trace| prepared.judge(std::slice::from_ref(trace), sources));
    let path = match (&trace, &invoke.trace) {
        (Some(trace), Some(path)) => Some(written(trace, path).map_err(|wrong| found.push(*wrong)).ok()?),
        _ => None,
    };
    Some(Outcome { function: invoke.function.clone(), ended: Some(ended), judged, trace: path })
}

fn judged(invoke: &Invoke, files: &[PathBuf], sources: &mut Sources, found: &mut Vec<Diagnostic>) -> Option<Outcome> {
    let traces: Vec<Option<Trace>> =
        files.iter().map(|file| read(file, invoke).map_err(|wrong| found.push(*wrong)).ok()).collect();
    let traces: Vec<Trace> = traces.into_iter().collect::<Option<_>>()?;
    let prepared = prepare::prepare(invoke, sources, found)?;
    let elsewhere = traces.iter().find(|trace| !prepared.is_of(trace));
    if let Some(trace) = elsewhere {
        let message = format!("a trace is of `{}` in `{}`, not of this target", trace.target, trace.region);
        found.push(Diagnostic::error("cli/trace", message).help(format!("`--target {}`", trace.target)));
        return None;
    }
    let judged = Some(prepared.judge(&traces, sources));
    Some(Outcome { function: invoke.function.clone(), ended: None, judged, trace: None })
}

fn read(path: &Path, invoke: &Invoke) -> Result<Trace, Box<Diagnostic>> {
    let trace = |why: String| Diagnostic::error("cli/trace", format!("`{}` cannot be judged: {why}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let read = Trace::read(&text).map_err(trace)?;
    match read.function == invoke.function {
        true => Ok(read),
        false => Err(trace(format!("it is of the function `{}`", read.function))
            .help(format!("`portolan invoke {} --judge {}`", read.function, path.display()))
            .into()),
    }
}

fn written(trace: &Trace, path: &Path) -> Result<PathBuf, Box<Diagnostic>> {
    let unwritable =
        |error| Diagnostic::error("cli/unwritable", format!("`{}` cannot be written: {error}", path.display()));
    fs::write(path, trace.text()).map_err(unwritable)?;
    Ok(path.to_owned())
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error("cli/unreadable", format!("`{}` cannot be read: {error}", path.display()))
}

fn scratch() -> Result<TempDir, Box<Diagnostic>> {
    let made = tempfile::Builder::new().prefix("portolan-").tempdir();
    let unwritable = |error| Diagnostic::error("cli/unwritable", format!("a temporary folder cannot be made: {error}"));
    Ok(made.map_err(unwritable)?)
}

impl Prepared {
    /// What the template permits of some runs.
    fn judge(&self, traces: &[Trace], sources: &Sources) -> verdict::Report {
        verdict::judge(self, traces, sources)
    }
}
