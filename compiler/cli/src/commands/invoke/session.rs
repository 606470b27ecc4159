//! A run from start to end: backend, recorder and function, which all end with it, however it ends.

use super::backend::{self, Backend};
use super::environment;
use super::given::Given;
use super::host::{self, Ended};
use super::prepare::{Prepared, filled};
use super::process::free_port;
use super::recorder::{Recorder, serve};
use crate::arguments::Invoke;
use crate::talk;
use portolan_aws_local::StandIn;
use portolan_diagnostics::Diagnostic;
use portolan_recording::Trace;
use portolan_value::Provider;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;

/// What a run gave.
pub(super) struct Session {
    /// How it ended.
    pub(super) ended: Ended,
    /// What was recorded.
    pub(super) trace: Option<Trace>,
}

/// Runs a function once.
pub(super) fn run(
    invoke: &Invoke,
    prepared: &Prepared,
    folder: &Path,
    given: &Given,
) -> Result<Session, Box<Diagnostic>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| failed(&error.to_string()))?;
    runtime.block_on(async {
        // What is dropped with the run is ended with it: both processes are killed when nobody waits for them.
        tokio::select! {
            session = session(invoke, prepared, folder, given) => session,
            () = interrupted() => Ok(Session { ended: Ended::Interrupted, trace: None }),
        }
    })
}

async fn session(
    invoke: &Invoke,
    prepared: &Prepared,
    folder: &Path,
    given: &Given,
) -> Result<Session, Box<Diagnostic>> {
    if prepared.compiled.model.target.format.provider() != Provider::Aws {
        let port = free_port().map_err(|error| failed(&error.to_string()))?;
        let environment = environment::elsewhere(invoke, prepared, port);
        let ended = host::run(invoke, prepared, given, &environment, folder).await?;
        return Ok(Session { ended, trace: None });
    }
    let backend = invoke.endpoint.as_deref().map(backend::given).transpose()?;
    if !invoke.record {
        let address = backend.as_ref().map(|backend| format!("http://{}", backend.authority));
        let stand_in = prepared.stand_in(address.as_deref().unwrap_or("http://127.0.0.1:1"));
        unfilled(&stand_in, prepared);
        if let Some(backend) = &backend {
            furnished(backend, &stand_in).await?;
        }
        let environment = environment::on_aws(invoke, prepared, &stand_in, address.as_deref(), folder);
        let ended = host::run(invoke, prepared, given, &environment, folder).await?;
        return Ok(Session { ended, trace: None });
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|error| failed(&error.to_string()))?;
    let address = listener.local_addr().map_err(|error| failed(&error.to_string()))?;
    let address = format!("http://{address}");
    let stand_in = prepared.stand_in(&address);
    unfilled(&stand_in, prepared);
    let backend = match backend {
        Some(backend) => backend,
        None => backend::start(&stand_in.place().account).await?,
    };
    let recorded = recorded(invoke, prepared, stand_in, &backend, listener, (folder, given)).await;
    backend.end().await;
    recorded
}

/// Runs a function whose calls go to a recorder in front of a backend.
async fn recorded(
    invoke: &Invoke,
    prepared: &Prepared,
    stand_in: StandIn,
    backend: &Backend,
    listener: TcpListener,
    (folder, given): (&Path, &Given),
) -> Result<Session, Box<Diagnostic>> {
    furnished(backend, &stand_in).await?;
    let address = stand_in.place().endpoint.clone();
    let function = &prepared.function().name.value;
    let enforced = invoke.enforce.then(|| filled(&prepared.compiled, function, &stand_in));
    let environment = environment::on_aws(invoke, prepared, &stand_in, Some(&address), folder);
    let recorder = Arc::new(Recorder {
        backend: backend.authority.clone(),
        stand_in: stand_in.clone(),
        enforced,
        trace: Mutex::new(prepared.trace()),
    });
    let ended = tokio::select! {
        ended = host::run(invoke, prepared, given, &environment, folder) => ended?,
        served = serve(listener, Arc::clone(&recorder)) => match served {
            Ok(never) => match never {},
            Err(error) => return Err(failed(&error.to_string()).into()),
        },
    };
    let trace = recorder.trace.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(Session { ended, trace: Some(trace) })
}

async fn furnished(backend: &Backend, stand_in: &StandIn) -> Result<(), Box<Diagnostic>> {
    backend::furnished(backend, stand_in).await?.iter().for_each(|line| talk::say(&format!("note: {line}")));
    Ok(())
}

/// Says which variables have no value, or one that only stands in.
fn unfilled(stand_in: &StandIn, prepared: &Prepared) {
    for (name, value) in stand_in.environment(&prepared.function_id()) {
        match value {
            None => talk::say(&format!(
                "note: {name} is not set: its value is not known here; set it with `--env {name}=…`"
            )),
            Some(text) if text.contains("stand-in-for-") => {
                talk::say(&format!("note: {name} has no value but `{text}`; set it with `--env {name}`"));
            }
            Some(_) => {}
        }
    }
}

fn failed(why: &str) -> Diagnostic {
    Diagnostic::error("cli/backend", format!("no server can be opened on the loopback: {why}"))
}

/// Ends when the user or the system asks us to.
#[cfg(unix)]
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated.recv() => {}
            }
        }
        // Without a signal to listen to, the run ends by itself.
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
