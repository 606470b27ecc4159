//! The recorder: a server on the loopback between a function and the backend. It passes requests on as they came, and notes
//! which operations they ask for and what those need. Nothing else of a request is kept.

use super::prepare::Filled;
use super::wire::{self, Answer};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use portolan_aws_local::{Recognized, Request, StandIn, asked, recognize, refuse};
use portolan_policy::{Context, allows};
use portolan_recording::{Ask, Call, Trace, Unrecognized};
use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;

/// What the recorder knows.
pub(super) struct Recorder {
    /// The host and port of the backend.
    pub(super) backend: String,
    /// What names mean.
    pub(super) stand_in: StandIn,
    /// The permissions that are enforced; none where calls are only noted.
    pub(super) enforced: Option<Filled>,
    /// What was noted.
    pub(super) trace: Mutex<Trace>,
}

/// Answers until it is dropped.
pub(super) async fn serve(listener: TcpListener, recorder: Arc<Recorder>) -> io::Result<Infallible> {
    loop {
        let (stream, _) = listener.accept().await?;
        let recorder = Arc::clone(&recorder);
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let recorder = Arc::clone(&recorder);
            async move { Ok::<_, Infallible>(recorder.answer(request).await) }
        });
        // A client that goes away in the middle of a request is its own affair.
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

impl Recorder {
    async fn answer(&self, request: hyper::Request<Incoming>) -> Answer {
        let (head, body) = request.into_parts();
        let Ok(body) = body.collect().await else { return wire::answer(400, &[], Vec::new()) };
        let request = wire::plain(&head, &body.to_bytes());
        match recognize(&request) {
            Ok(recognized) => self.call(&request, &recognized).await,
            Err(why) => {
                self.note(|trace| trace.add_unrecognized(unrecognized(&request, why)));
                self.passed_on(&request).await
            }
        }
    }

    async fn call(&self, request: &Request, recognized: &Recognized) -> Answer {
        let mut call = self.noted(recognized);
        let answer = match self.denial(&call) {
            Some(message) => {
                let refusal = refuse(recognized.protocol, &call.service, &message);
                wire::answer(refusal.status, &refusal.headers, refusal.body)
            }
            None => self.passed_on(request).await,
        };
        call.status = answer.status().as_u16();
        self.note(|trace| trace.add(call));
        answer
    }

    async fn passed_on(&self, request: &Request) -> Answer {
        match wire::send(&self.backend, request).await {
            Ok(answer) => answer,
            Err(why) => wire::answer(502, &[("content-type", "text/plain".to_owned())], why.into_bytes()),
        }
    }

    fn note(&self, add: impl FnOnce(&mut Trace)) {
        add(&mut self.trace.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn noted(&self, recognized: &Recognized) -> Call {
        let operation = &recognized.operation;
        let (asks, unknown) = match asked(operation, &self.stand_in) {
            Ok(asked) => (asked, None),
            Err(why) => (Vec::new(), Some(why)),
        };
        let ask =
            |one: &portolan_aws_local::Asked| Ask::new(&one.permission, &one.resource, &circumstances(&one.context));
        Call {
            service: operation.service.to_string(),
            operation: operation.name.to_string(),
            asks: asks.iter().map(ask).collect(),
            unknown,
            status: 0,
            times: 1,
        }
    }

    /// What AWS would say to a call that is not allowed.
    fn denial(&self, call: &Call) -> Option<String> {
        let Filled { policies, principal, .. } = self.enforced.as_ref()?;
        let request = |ask: &Ask| portolan_policy::Request {
            principal: principal.clone(),
            permission: portolan_policy::Pattern::literal(&ask.permission),
            resource: ask.resource(),
            context: ask.context(),
        };
        let denied = call.asks.iter().find(|ask| !allows(policies, &request(ask)).is_allowed())?;
        Some(format!(
            "User: {principal} is not authorized to perform: {} on resource: {} because no identity-based policy allows the {} action",
            denied.permission, denied.resource, denied.permission
        ))
    }
}

/// The circumstances with one value, which is all that requests of ours carry.
fn circumstances(context: &Context) -> Vec<(&'static str, &str)> {
    let keys = ["aws:SecureTransport", "s3:prefix", "s3:if-none-match"];
    let given = |key: &'static str| context.get(key)?.first()?.as_text().map(|text| (key, text));
    keys.into_iter().filter_map(given).collect()
}

fn unrecognized(request: &Request, why: String) -> Unrecognized {
    Unrecognized { method: request.method.clone(), path: request.path.clone(), signed_for: request.signed_for(), why }
}
