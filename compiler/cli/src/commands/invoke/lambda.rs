//! A Runtime API of AWS Lambda, for one event at a time: what Lambda's runtime clients take events from and post answers to
//! (Lambda developer guide, "Using the Lambda runtime API").

use super::host::{Came, Failure, TIMED_OUT, spawn};
use super::wire::{self, Answer};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use portolan_diagnostics::Diagnostic;
use serde_json::Value as Json;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::{Mutex, mpsc};
use tokio::time::timeout;

/// The id of the one request there is.
const REQUEST: &str = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";

/// What the server hands out, and where it puts what it is told.
struct Api {
    event: Mutex<Option<Json>>,
    seconds: Duration,
    told: mpsc::UnboundedSender<Told>,
}

enum Told {
    /// The client took the event: the clock runs.
    Taken,
    Came(Came),
}

/// Runs a runtime client until it has answered each event.
pub(super) async fn speak(
    command: &mut Command,
    calls: &[Json],
    limit: Duration,
) -> Result<Vec<Came>, Box<Diagnostic>> {
    let mut all = Vec::with_capacity(calls.len());
    for call in calls {
        all.push(one(command, call, limit).await?);
    }
    Ok(all)
}

async fn one(command: &mut Command, call: &Json, limit: Duration) -> Result<Came, Box<Diagnostic>> {
    let failed = |error: std::io::Error| {
        Diagnostic::error("cli/backend", format!("no server can be opened on the loopback: {error}"))
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let (told, mut telling) = mpsc::unbounded_channel();
    let api = Arc::new(Api { event: Mutex::new(Some(call.clone())), seconds: limit, told });
    command.env("AWS_LAMBDA_RUNTIME_API", address.to_string());
    let mut process = spawn(command)?;
    let serving = tokio::spawn(serve(listener, api));
    let came = tokio::select! {
        came = outcome(&mut telling, limit) => came,
        status = process.ended() => match telling.try_recv() {
            Ok(Told::Came(came)) => came,
            _ => Came::Crash(status),
        },
    };
    process.stop().await;
    serving.abort();
    Ok(came)
}

/// Waits for the answer: as long as it takes until the event is taken, and the function's own time from then on.
async fn outcome(telling: &mut mpsc::UnboundedReceiver<Told>, limit: Duration) -> Came {
    let ended = || Came::Crash("the Runtime API ended".to_owned());
    match telling.recv().await {
        Some(Told::Came(came)) => came,
        Some(Told::Taken) => match timeout(limit, telling.recv()).await {
            Ok(Some(Told::Came(came))) => came,
            Ok(_) => ended(),
            Err(_) => Came::Failure(Failure { kind: TIMED_OUT.to_owned(), ..Failure::default() }),
        },
        None => ended(),
    }
}

async fn serve(listener: TcpListener, api: Arc<Api>) {
    while let Ok((stream, _)) = listener.accept().await {
        let api = Arc::clone(&api);
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let api = Arc::clone(&api);
            async move { Ok::<_, Infallible>(api.answer(request).await) }
        });
        // A client that goes away in the middle of a request is its own affair.
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

impl Api {
    async fn answer(&self, request: hyper::Request<Incoming>) -> Answer {
        let (head, body) = request.into_parts();
        let path = head.uri.path();
        if path.ends_with("/invocation/next") {
            return self.next().await;
        }
        let Ok(body) = body.collect().await else { return wire::answer(400, &[], Vec::new()) };
        let value: Json = serde_json::from_slice(&body.to_bytes()).unwrap_or_default();
        let came = match path.ends_with("/response") {
            true => Came::Answer(value),
            false => Came::Failure(failure(&value)),
        };
        let _ = self.told.send(Told::Came(came));
        wire::answer(202, &[("content-type", "application/json".to_owned())], b"{}".to_vec())
    }

    /// The event, once; whoever asks again waits until all ends.
    async fn next(&self) -> Answer {
        let Some(event) = self.event.lock().await.take() else { return std::future::pending().await };
        let _ = self.told.send(Told::Taken);
        let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() + self.seconds;
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("lambda-runtime-aws-request-id", REQUEST.to_owned()),
            ("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
            ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:local:123456789012:function:local".to_owned()),
        ];
        wire::answer(200, &headers, event.to_string().into_bytes())
    }
}

fn failure(told: &Json) -> Failure {
    let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    let lines = told["stackTrace"].as_array().or_else(|| told["trace"].as_array());
    let lines = lines.into_iter().flatten().filter_map(Json::as_str);
    let trace = lines.flat_map(|line| [line.trim_end(), "\n"]).collect();
    Failure { kind: text("errorType"), message: text("errorMessage"), trace }
}
