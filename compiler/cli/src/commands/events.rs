//! `portolan events`: what a handler is given, as this compiler words it or as a cloud does.

pub mod sample;

use crate::arguments::{Cloud, Events};
use crate::{Exit, input, packing, pipeline, talk};
use portolan_diagnostics::{Diagnostic, Sources, suggest};
use portolan_model::{Model, Wanted};
use portolan_package::Trigger;
use portolan_target::Settings;
use portolan_value::Format;
use sample::KINDS;
use serde_json::Value as Json;

/// Prints a sample event.
pub fn run(events: &Events) -> Exit {
    let mut sources = Sources::default();
    let mut found = Vec::new();
    let trigger = match &events.function {
        Some(function) => of_function(events, function, &mut sources, &mut found),
        None => of_kind(&events.trigger).map_err(|wrong| found.push(*wrong)).ok(),
    };
    let errors: Vec<Diagnostic> = found.into_iter().filter(Diagnostic::is_error).collect();
    match trigger.filter(|_| errors.is_empty()) {
        Some(trigger) => {
            talk::data(&text(events, &trigger));
            Exit::Success
        }
        None => {
            talk::findings(&errors, &sources);
            Exit::Invalid
        }
    }
}

fn of_kind(kind: &str) -> Result<Trigger, Box<Diagnostic>> {
    sample::trigger(kind).ok_or_else(|| {
        let message = format!("`{kind}` is no kind of trigger");
        let close = suggest(kind, KINDS).map(|close| format!("did you mean `{close}`?"));
        Diagnostic::error("cli/trigger", message)
            .help(close.unwrap_or_else(|| format!("there are {}", listed())))
            .into()
    })
}

fn listed() -> String {
    KINDS.map(|kind| format!("`{kind}`")).join(", ")
}

fn of_function(events: &Events, function: &str, sources: &mut Sources, found: &mut Vec<Diagnostic>) -> Option<Trigger> {
    let input = input::read(&events.chosen, sources, found)?;
    let asked = events.chosen.asked(events.chosen.wanted().unwrap_or(Wanted::First));
    let models = pipeline::models(&input.spec, &input.catalog, &asked, Settings::default()).report_to(found)?;
    let model = models.first()?;
    let id = super::invoke::function(model, function).map_err(|wrong| found.push(*wrong)).ok()?;
    let triggers = packing::triggers_of(model, id);
    of_its_kind(model, function, &triggers, &events.trigger).map_err(|wrong| found.push(*wrong)).ok().cloned()
}

/// The first trigger of a function that is of a kind.
pub fn of_its_kind<'a>(
    model: &Model,
    function: &str,
    triggers: &'a [Trigger],
    kind: &str,
) -> Result<&'a Trigger, Box<Diagnostic>> {
    let word = |trigger: &Trigger| sample::event(trigger)["trigger"].as_str().unwrap_or_default().to_owned();
    triggers.iter().find(|trigger| word(trigger) == kind).ok_or_else(|| {
        let message = format!("`{function}` of `{}` has no {kind} trigger", model.app.value);
        let has = triggers.iter().map(|trigger| format!("`{}`", word(trigger))).collect::<Vec<_>>().join(", ");
        let help = match has.is_empty() {
            true => "nothing starts it: it has no trigger, and no function uses it".to_owned(),
            false => format!("it has {has}"),
        };
        Diagnostic::error("cli/trigger", message).help(help).into()
    })
}

fn text(events: &Events, trigger: &Trigger) -> String {
    let event = sample::event(trigger);
    let Some(cloud) = events.native else { return pretty(&event) };
    let (format, region) = match cloud {
        Cloud::Aws => (Format::Aws, "eu-west-1"),
        Cloud::Gcp => (Format::Gcp, "europe-west1"),
        Cloud::Azure => (Format::Azure, "westeurope"),
    };
    let variable = |name: &str| Some(stand_in(cloud, name));
    let delivery = sample::delivery(&event, trigger, region, &variable);
    pipeline::backend(format).deliveries(&delivery).iter().map(pretty).collect()
}

fn pretty(value: &Json) -> String {
    format!("{value:#}\n")
}

/// What a variable might hold once the app is deployed.
fn stand_in(cloud: Cloud, variable: &str) -> String {
    let (name, kind) = variable.rsplit_once('_').unwrap_or((variable, ""));
    let name = format!("podcast-prod-{}", name.to_ascii_lowercase().replace('_', "-"));
    match (cloud, kind) {
        (Cloud::Aws, "QUEUE") => format!("https://sqs.eu-west-1.amazonaws.com/123456789012/{name}"),
        (Cloud::Aws, "TOPIC") => format!("arn:aws:sns:eu-west-1:123456789012:{name}"),
        _ => name,
    }
}
