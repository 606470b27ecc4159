//! Triggers that are not http: schedules and buckets.

use crate::lower::ncrontab;
use crate::ranges::{FILTER_VALUES, LOCK};
use portolan_diagnostics::{Diagnostic, Span};
use portolan_model::{BucketEvents, Event, Function, Model, Schedule, Timed};

/// Every trigger.
pub(super) fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for function in &model.functions {
        for trigger in &function.triggers {
            match &trigger.event {
                Event::Http(_) | Event::Queue { .. } => {}
                Event::Topic { .. } => found.extend(lock(function)),
                Event::Schedule(timed) => {
                    found.extend(timezone(function, timed));
                    found.extend(schedule(timed));
                }
                Event::Bucket(events) => {
                    found.extend(lock(function));
                    found.extend(external(model, events, trigger.span));
                    found.extend(endings(events));
                }
            }
        }
    }
}

/// What a message's lock becomes when it should be six timeouts long.
fn lock(function: &Function) -> Option<Diagnostic> {
    LOCK.rounded(&function.name.value, u64::from(function.timeout.value) * 6, function.timeout.span)
}

fn timezone(function: &Function, timed: &Timed) -> Option<Diagnostic> {
    let zone = timed.timezone.as_ref()?;
    if ["UTC", "Etc/UTC", "GMT", "Etc/GMT"].contains(&zone.value.as_str()) {
        return None;
    }
    let message = format!("the schedule of `{}` cannot run in {} on azure", function.name.value, zone.value);
    let diagnostic = Diagnostic::error("target/timezone", message)
        .at(zone.span, "timers of Flex Consumption run in UTC and know no other zone")
        .help("write the schedule in UTC for this target, and mind that it then knows no summer time");
    Some(diagnostic)
}

fn schedule(timed: &Timed) -> Option<Diagnostic> {
    let why = ncrontab(&timed.schedule.value).err()?;
    let diagnostic = match timed.schedule.value {
        Schedule::Cron(_) => {
            let message = "a schedule on azure cannot be limited by day of month and by day of week at once";
            let help = "write two triggers, one with `*` for the day of month, one with `*` for the day of week";
            Diagnostic::error("target/cron", message).help(help)
        }
        Schedule::Rate { .. } => {
            let message = "a rate on azure must divide an hour or a day evenly";
            let help =
                "for instance 1, 2, 3, 4, 5, 6, 10, 12, 15, 20 or 30 minutes; 1, 2, 3, 4, 6, 8 or 12 hours; 1 day";
            Diagnostic::error("azure/rate", message).help(help)
        }
    };
    Some(diagnostic.at(timed.schedule.span, why))
}

/// A topic for a storage account's events belongs to the account, of which there can be one.
fn external(model: &Model, events: &BucketEvents, span: Span) -> Option<Diagnostic> {
    let resource = model.resource(events.bucket);
    let given = resource.external.as_ref()?;
    let message = format!("the external bucket `{}` cannot start a function on azure", resource.name.value);
    let diagnostic = Diagnostic::error("target/external-trigger", message)
        .at(span, "its events belong to the template that makes its storage account")
        .also(given.span, "declared here as external")
        .help("let the bucket notify a topic or queue, declare that as external, and listen to it");
    Some(diagnostic)
}

fn endings(events: &BucketEvents) -> Option<Diagnostic> {
    let many = events.suffixes.get(FILTER_VALUES)?;
    let message = format!(
        "a bucket trigger on azure can select by at most {FILTER_VALUES} endings, and this one has {}",
        events.suffixes.len()
    );
    let diagnostic = Diagnostic::error("azure/endings", message).at(many.span, "one too many");
    Some(diagnostic.help("look at the ending inside the handler, or use two triggers"))
}
