//! What answers in AWS's place: a server of the user's, or moto, started for this run.

use super::process::{NOT_FOUND, free_port, watched};
use super::wire;
use portolan_aws_local::{Furnishing, StandIn, furnish};
use portolan_diagnostics::Diagnostic;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::process::Child;
use tokio::time::{sleep, timeout};

/// moto's own name for its server.
const MOTO: &str = "moto_server";

/// It has this long to start, on a busy machine.
const TRIES: u32 = 600;

/// It has this long to go.
const GOING: Duration = Duration::from_secs(10);

/// A backend; one that was started for this run ends with it.
pub(super) struct Backend {
    /// Its host and port.
    pub(super) authority: String,
    server: Option<Child>,
}

impl Backend {
    /// Ends a server that was started for this run, and waits until it is gone.
    pub(super) async fn end(mut self) {
        if let Some(server) = &mut self.server {
            // Whoever watches over it ends it when this is closed.
            drop(server.stdin.take());
            if timeout(GOING, server.wait()).await.is_err() {
                // One that is gone already has ended.
                let _ = server.kill().await;
            }
        }
    }
}

/// The backend at an address.
pub(super) fn given(url: &str) -> Result<Backend, Box<Diagnostic>> {
    match wire::authority(url) {
        Some(authority) => Ok(Backend { authority, server: None }),
        None => Err(Diagnostic::error("cli/backend", format!("`{url}` is no address of a backend"))
            .help("write it like `http://127.0.0.1:4566`: it is asked over plain HTTP, without credentials of yours")
            .into()),
    }
}

/// Starts moto on a free port of the loopback.
pub(super) async fn start(account: &str) -> Result<Backend, Box<Diagnostic>> {
    let port = free_port().map_err(|error| failed(&format!("no port is free: {error}")))?;
    let authority = format!("127.0.0.1:{port}");
    let mut command = watched(Path::new(MOTO));
    command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
    command.env("MOTO_ACCOUNT_ID", account).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut server = command.kill_on_drop(true).spawn().map_err(|error| failed(&format!("`{MOTO}`: {error}")))?;
    for _ in 0..TRIES {
        if TcpStream::connect(&authority).await.is_ok() {
            return Ok(Backend { authority, server: Some(server) });
        }
        if let Ok(Some(status)) = server.try_wait() {
            if status.code() == Some(NOT_FOUND) {
                return Err(failed(&format!("there is no `{MOTO}` on your PATH")).into());
            }
            return Err(failed(&format!("`{MOTO}` ended at once ({status})")).into());
        }
        sleep(Duration::from_millis(100)).await;
    }
    Err(failed(&format!("`{MOTO}` did not start within a minute")).into())
}

fn failed(why: &str) -> Diagnostic {
    Diagnostic::error("cli/backend", format!("nothing answers in AWS's place: {why}"))
        .help("install moto, so that `moto_server` is on your PATH: `pip install 'moto[server]'` or `uv tool install 'moto[server]'`")
        .help("or start a server yourself and name it: `--endpoint http://127.0.0.1:4566`")
}

/// Makes the template's resources in a backend. Gives what to say: what was not made, and why.
pub(super) async fn furnished(backend: &Backend, stand_in: &StandIn) -> Result<Vec<String>, Box<Diagnostic>> {
    let (furnishings, left_out) = furnish(stand_in);
    let mut said: Vec<String> =
        left_out.iter().map(|id| format!("{id} is not made here: its type is not known")).collect();
    for Furnishing { id, request } in &furnishings {
        let answer = wire::send(&backend.authority, request).await.map_err(|why| failed(&why))?;
        // What an earlier run has made is there: 400 and 409 say so, as moto and LocalStack do.
        if !answer.status().is_success() && !matches!(answer.status().as_u16(), 400 | 409) {
            said.push(format!("{id} was not made: the backend answers {}", answer.status()));
        }
    }
    Ok(said)
}
