//! What stands in for the host of Azure Functions: a program beside the package that decodes, calls and encodes with the library of
//! the platform, and is spoken to in lines of JSON (`hosts/functions_host.py`).

use super::host::{Came, Failure, spawn};
use portolan_diagnostics::Diagnostic;
use serde_json::Value as Json;
use std::io;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;

/// Starts the program and has it call the app's functions.
pub(super) async fn speak(command: &mut Command, calls: &[Json], address: &str) -> Result<Vec<Came>, Box<Diagnostic>> {
    let failed = |error: io::Error| {
        Diagnostic::error("cli/backend", format!("no server can be opened on the loopback: {error}"))
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let mut process = spawn(command)?;
    let came = tokio::select! {
        all = answered(listener, calls) => all.unwrap_or_else(|error| vec![Came::Crash(error.to_string())]),
        status = process.ended() => vec![Came::Crash(status)],
    };
    process.stop().await;
    Ok(came)
}

async fn answered(listener: TcpListener, calls: &[Json]) -> io::Result<Vec<Came>> {
    let (stream, _) = listener.accept().await?;
    let mut stream = BufReader::new(stream);
    let declared = line(&mut stream).await?;
    let mut all = Vec::with_capacity(calls.len());
    for call in calls {
        let name = call["function"].as_str().unwrap_or_default();
        if declared["functions"].get(name).is_none() {
            let message = format!("the app declares no function `{name}`");
            all.push(Came::Failure(Failure { message, ..Failure::default() }));
            continue;
        }
        stream.get_mut().write_all(format!("{call}\n").as_bytes()).await?;
        let answer = line(&mut stream).await?;
        all.push(match answer["raises"] == true {
            true => Came::Failure(raised()),
            false => Came::Answer(answer),
        });
    }
    Ok(all)
}

/// The host is told that a function failed, and no more.
fn raised() -> Failure {
    Failure { message: "the function raised; what it said is above".to_owned(), ..Failure::default() }
}

async fn line(stream: &mut BufReader<TcpStream>) -> io::Result<Json> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Err(io::Error::other("the function's process ended in the middle of a call"));
    }
    serde_json::from_str(&line).map_err(io::Error::other)
}
