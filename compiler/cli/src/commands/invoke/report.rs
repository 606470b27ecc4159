//! The outcome of a run, for people and for tools.

use super::Outcome;
use super::host::{Ended, Failure};
use super::verdict::{CallReport, PermissionReport, Report, Unused, Word};
use crate::talk;
use serde_json::{Value as Json, json};

/// The outcome for tools: one JSON object.
pub(super) fn json(outcome: &Outcome) -> String {
    let object = json!({
        "function": outcome.function,
        "outcome": outcome.ended.as_ref().map(ended_json),
        "recording": outcome.judged,
        "trace": outcome.trace.as_ref().map(|path| path.display().to_string()),
    });
    serde_json::to_string_pretty(&object).unwrap_or_default() + "\n"
}

fn ended_json(ended: &Ended) -> Json {
    match ended {
        Ended::Returned { value, milliseconds } => {
            json!({ "ended": "returned", "value": value, "milliseconds": milliseconds })
        }
        Ended::Raised { failure: Failure { kind, message, trace }, milliseconds } => {
            json!({ "ended": "raised", "type": kind, "message": message, "trace": trace, "milliseconds": milliseconds })
        }
        Ended::TimedOut { seconds } => json!({ "ended": "timed-out", "seconds": seconds }),
        Ended::Crashed { status, milliseconds } => {
            json!({ "ended": "crashed", "status": status, "milliseconds": milliseconds })
        }
        Ended::Interrupted => json!({ "ended": "interrupted" }),
    }
}

/// The outcome for people.
pub(super) fn text(outcome: &Outcome) -> String {
    let mut text = outcome.ended.as_ref().map(|ended| ended_text(&outcome.function, ended)).unwrap_or_default();
    if let Some(report) = &outcome.judged {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&judged(&outcome.function, report));
    }
    if let Some(path) = &outcome.trace {
        text.push_str(&format!("\nthe trace is in {}; `--judge {}` judges it again\n", path.display(), path.display()));
    }
    text
}

fn ended_text(function: &str, ended: &Ended) -> String {
    match ended {
        Ended::Returned { value, milliseconds } => {
            let value = serde_json::to_string_pretty(value).unwrap_or_default();
            format!("{value}\n{function} returned after {milliseconds} ms\n")
        }
        Ended::Raised { failure: Failure { kind, message, trace }, milliseconds } => {
            let kind = if kind.is_empty() { String::new() } else { format!("{kind}: ") };
            format!("{trace}{function} failed after {milliseconds} ms: {kind}{message}\n")
        }
        Ended::TimedOut { seconds } => format!("{function} was ended: its time of {seconds} s was up\n"),
        Ended::Crashed { status, milliseconds } => {
            format!("{function} gave no answer: its process ended after {milliseconds} ms ({status})\n")
        }
        Ended::Interrupted => format!("{function} was interrupted; all that it started has ended\n"),
    }
}

fn judged(function: &str, report: &Report) -> String {
    let denied = report.calls.iter().filter(|call| call.verdict == Word::Denied).count();
    let mut text = format!(
        "{}, {denied} denied, {} not understood\n",
        talk::counted(report.calls.len(), "call"),
        report.unrecognized.len()
    );
    text.extend(report.calls.iter().map(call));
    for request in &report.unrecognized {
        text.push_str(&format!("  ?       {} {}: {}\n", request.method, request.path, request.why));
    }
    if report.calls.is_empty() && report.unrecognized.is_empty() {
        text.push_str("  nothing was asked of AWS; SDKs that do not read AWS_ENDPOINT_URL are not seen\n");
    }
    if !report.unused.is_empty() {
        text.push_str(&format!("\ngranted to {function} and not used in what was recorded\n"));
        text.extend(report.unused.iter().map(unused));
        text.push_str("  a recording shows what happened, not all that may happen\n");
    }
    text
}

fn call(call: &CallReport) -> String {
    let word = match call.verdict {
        Word::Allowed => "ok    ",
        Word::Denied => "DENIED",
        Word::Unknown => "?     ",
    };
    let times = if call.times == 1 { String::new() } else { format!(", {} times", call.times) };
    let mut text = format!("  {word}  {} {} ({}{times})\n", call.service, call.operation, call.status);
    text.extend(call.permissions.iter().map(permission));
    if let Some(why) = &call.unknown {
        text.push_str(&format!("            not judged: {why}\n"));
    }
    text
}

fn permission(permission: &PermissionReport) -> String {
    let line = format!("            {} on {}", permission.permission, permission.resource);
    match (permission.allowed, permission.because.is_empty()) {
        (true, false) => format!("{line}: {}\n", permission.because.join(", ")),
        (true, true) => format!("{line}: {}\n", permission.by.join(", ")),
        (false, _) => format!("{line}\n            {}\n", permission.cure.as_deref().unwrap_or_default()),
    }
}

fn unused(unused: &Unused) -> String {
    let on = if unused.resource.is_empty() { String::new() } else { format!("{}: ", unused.resource) };
    format!("  {on}{} ({}) — {}\n", unused.verb, unused.permissions.join(", "), unused.because)
}
