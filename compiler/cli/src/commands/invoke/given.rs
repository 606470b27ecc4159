//! The event of a run: a file's, or a sample of one of the function's triggers; and what the cloud makes of it.

use super::prepare::Prepared;
use super::unreadable;
use crate::arguments::Invoke;
use crate::commands::events::{of_its_kind, sample};
use crate::packing;
use crate::pipeline::backend;
use portolan_diagnostics::Diagnostic;
use portolan_package::Trigger;
use portolan_target::Backend;
use serde_json::{Value as Json, json};
use std::path::Path;
use std::{fs, io};

/// An event.
pub(super) enum Given {
    /// One of `docs/events.md`, for a trigger.
    Neutral { event: Json, trigger: Box<Trigger> },
    /// What the cloud itself sends.
    Native(Json),
}

/// The event that the command line asks for.
pub(super) fn given(invoke: &Invoke, prepared: &Prepared) -> Result<Given, Box<Diagnostic>> {
    let model = &prepared.compiled.model;
    let triggers = packing::triggers_of(model, prepared.function);
    let sample =
        |trigger: &Trigger| Given::Neutral { event: sample::event(trigger), trigger: Box::new(trigger.clone()) };
    if let Some(path) = &invoke.event {
        return of_file(read(path)?, path, &invoke.function, triggers);
    }
    match (&invoke.trigger, triggers.first()) {
        (Some(kind), _) => Ok(sample(of_its_kind(model, &invoke.function, &triggers, kind)?)),
        (None, Some(first)) => Ok(sample(first)),
        (None, None) => Ok(Given::Native(json!({}))),
    }
}

/// A file's event; one in this compiler's words must be of a trigger that the function has.
fn of_file(event: Json, path: &Path, function: &str, triggers: Vec<Trigger>) -> Result<Given, Box<Diagnostic>> {
    if !(event["version"] == 1 && event["trigger"].is_string() && event["source"].is_string()) {
        return Ok(Given::Native(event));
    }
    let word = event["trigger"].as_str().unwrap_or_default();
    let told = |trigger: &Trigger| {
        let sample = sample::event(trigger);
        let word = sample["trigger"].as_str().unwrap_or_default();
        format!("`{word}: {}`", sample[word].as_str().unwrap_or_default())
    };
    let has = triggers.iter().map(told).collect::<Vec<_>>().join(", ");
    match triggers.into_iter().find(|trigger| sample::is_of(&event, trigger)) {
        Some(trigger) => Ok(Given::Neutral { event, trigger: Box::new(trigger) }),
        None => {
            let subject = event[word].as_str().unwrap_or_default();
            let message =
                format!("`{}` is an event of `{word}: {subject}`, which does not start `{function}`", path.display());
            let help = match has.is_empty() {
                true => "nothing starts it: it has no trigger, and no function uses it".to_owned(),
                false => format!("it is started by {has}; `portolan events` prints samples"),
            };
            Err(Diagnostic::error("cli/event-trigger", message).help(help).into())
        }
    }
}

fn read(path: &Path) -> Result<Json, Box<Diagnostic>> {
    let text = match path == Path::new("-") {
        true => io::read_to_string(io::stdin()),
        false => fs::read_to_string(path),
    };
    let text = text.map_err(|error| unreadable(path, &error))?;
    serde_json::from_str(&text).map_err(|error| {
        Diagnostic::error("cli/event", format!("`{}` holds no event: {error}", path.display()))
            .help("an event is one JSON value; `docs/events.md` shows those that functions get")
            .into()
    })
}

impl Given {
    /// What the cloud sends, one value a call.
    pub(super) fn calls(&self, prepared: &Prepared, environment: &[(String, String)]) -> Vec<Json> {
        match self {
            Self::Native(event) => vec![event.clone()],
            Self::Neutral { .. } => self.with(prepared, environment, |backend, delivery| backend.deliveries(delivery)),
        }
    }

    /// What the answers to those calls mean.
    pub(super) fn answer(&self, prepared: &Prepared, environment: &[(String, String)], answers: &[Json]) -> Json {
        match self {
            Self::Native(_) => answers.first().cloned().unwrap_or_default(),
            Self::Neutral { .. } => {
                self.with(prepared, environment, |backend, delivery| backend.answer(delivery, answers).json())
            }
        }
    }

    /// Whether an answer says by itself which calls failed: then a call that failed is no failure of the run.
    pub(super) fn tells_failures(&self) -> bool {
        matches!(self, Self::Neutral { event, .. } if event["trigger"] == "queue" || event["trigger"] == "table")
    }

    /// Whether the event is a request, whose answer may be an error.
    pub(super) fn is_request(&self) -> bool {
        match self {
            Self::Native(_) => true,
            Self::Neutral { event, .. } => event["trigger"] == "http",
        }
    }

    fn with<T>(
        &self,
        prepared: &Prepared,
        environment: &[(String, String)],
        look: impl FnOnce(&dyn Backend, &portolan_target::Delivery<'_>) -> T,
    ) -> T
    where
        T: Default,
    {
        let Self::Neutral { event, trigger } = self else { return T::default() };
        let target = &prepared.compiled.model.target;
        let variable =
            |name: &str| environment.iter().rfind(|(known, _)| known == name).map(|(_, value)| value.clone());
        look(backend(target.format), &sample::delivery(event, trigger, &target.region.value, &variable))
    }
}
