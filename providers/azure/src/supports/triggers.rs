//! Triggers that are not http: schedules, buckets and tables.

use crate::lower::ncrontab;
use crate::ranges::{FILTER_VALUES, LOCK};
use portolan_diagnostics::{Diagnostic, Span};
use portolan_model::{BucketEvents, Event, Function, Model, Schedule, TableChange, TableChanges, Timed, Trigger};
use portolan_target::cannot_start;
use portolan_value::Format;

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
                Event::Table(changes) => found.extend(table(model, function, trigger, changes)),
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
    let why = "its events belong to the template that makes its storage account";
    let diagnostic = cannot_start(model.resource(events.bucket), Format::Azure, span, why)?;
    Some(diagnostic.help("let the bucket notify a topic or queue, declare that as external, and listen to it"))
}

/// The change feed tells the latest version of each row, by and by, and nothing else (Cosmos DB documentation, "Change feed
/// modes").
fn table(model: &Model, function: &Function, trigger: &Trigger, changes: &TableChanges) -> Vec<Diagnostic> {
    let why = "how far it was read is kept beside it, in an account that the template does not make";
    if let Some(refused) = cannot_start(model.resource(changes.table), Format::Azure, trigger.span, why) {
        return vec![refused.help("declare the table in this app, or let who writes it send to a queue or topic")];
    }
    let mut found = Vec::new();
    let refused = |what: &str, span: Span, why: &str, help: &str| {
        let message = format!("`{what}` on a table trigger cannot be expressed on azure");
        Diagnostic::error("target/trigger-option", message).at(span, why).help(help)
    };
    let heard = |change| changes.changes.iter().find(|known| known.value == change);
    if let Some(deleted) = heard(TableChange::Deleted) {
        let why = "Cosmos DB's change feed tells the latest version of a row, and nothing of one that is gone";
        let help = "write a mark into the row instead of deleting it, and let a `ttl` remove it";
        found.push(refused("changes: deleted", deleted.span, why, help));
    }
    if let (Some(one), None) | (None, Some(one)) = (heard(TableChange::Created), heard(TableChange::Changed)) {
        let why = "Cosmos DB's change feed does not tell whether a row is new";
        let help = "write `changes: [created, changed]`, which is what stands where there is no `changes`";
        found.push(refused(&format!("changes: {}", one.value.word()), one.span, why, help));
    }
    if let Some(old) = changes.old {
        let why = "Cosmos DB's change feed tells the latest version of a row, and not what it was";
        found.push(refused("old", old, why, "keep what matters of it in the row itself"));
    }
    if found.is_empty() {
        let message = format!("changes that `{}` fails at 5 times are lost on azure", function.name.value);
        let note = Diagnostic::note("target/no-dead-letter", message);
        found.push(note.at(trigger.span, "a change feed has no dead letters, and goes on"));
    }
    found
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
