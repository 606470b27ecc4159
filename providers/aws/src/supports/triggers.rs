//! Triggers: schedules, batches, buckets, tables and hosts.

use crate::hooks::is_fifo;
use crate::lower::{Filter, expression, filters};
use crate::names;
use crate::ranges::{BATCH, CHANGES, CORS_AGE, FIFO_BATCH, HTTP_TIMEOUT};
use portolan_diagnostics::{Diagnostic, Span, Spanned};
use portolan_model::{BucketEvent, BucketEvents, Event, Function, Http, Model, ResourceId, TableChanges, Timed};
use portolan_target::cannot_start;
use portolan_value::Format;
use std::collections::BTreeMap;

/// A notification that a bucket is asked for.
struct Notification<'a> {
    event: BucketEvent,
    filter: Filter,
    function: &'a Function,
    index: usize,
    span: Span,
}

/// Every trigger.
pub(super) fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    let mut buckets: BTreeMap<ResourceId, Vec<Notification<'_>>> = BTreeMap::new();
    let mut readers: BTreeMap<ResourceId, Vec<Span>> = BTreeMap::new();
    for function in &model.functions {
        found.extend(cut_short(function));
        for (index, trigger) in function.triggers.iter().enumerate() {
            match &trigger.event {
                Event::Http(http) => found.extend(cors(function, http)),
                Event::Schedule(timed) => found.extend(schedule(timed)),
                Event::Queue { queue, batch } => {
                    found.extend(elsewhere(model, *queue, trigger.span));
                    found.extend(batched(model, function, *queue, batch));
                }
                Event::Topic { topic } => found.extend(ordered(model, *topic, trigger.span)),
                Event::Bucket(events) => {
                    found.extend(external(model, events, trigger.span));
                    let asked = notifications(function, index, events, trigger.span);
                    buckets.entry(events.bucket).or_default().extend(asked);
                }
                Event::Table(changes) => {
                    found.extend(external_table(model, changes, trigger.span));
                    found.extend(CHANGES.rounded(&function.name.value, changes.batch.value.into(), changes.batch.span));
                    readers.entry(changes.table).or_default().push(trigger.span);
                }
            }
        }
    }
    for (bucket, notifications) in &buckets {
        overlapping(&model.resource(*bucket).name.value, notifications, found);
    }
    for (table, spans) in &readers {
        found.extend(crowded(&model.resource(*table).name.value, spans));
    }
}

/// A host answers 503 when a function takes longer.
fn cut_short(function: &Function) -> Option<Diagnostic> {
    function.http().next()?;
    let timeout = &function.timeout;
    let name = &function.name.value;
    let message =
        format!("requests to `{name}` are cut after {HTTP_TIMEOUT} s on aws, and its timeout is {} s", timeout.value);
    let help = "answer sooner and leave the long work to a queue that another function reads";
    let diagnostic =
        Diagnostic::warning("target/http-timeout", message).at(timeout.span, "the host does not wait that long");
    (timeout.value > HTTP_TIMEOUT).then(|| diagnostic.help(help))
}

fn cors(function: &Function, http: &Http) -> Option<Diagnostic> {
    let cors = http.cors.as_ref()?;
    CORS_AGE.rounded(&function.name.value, cors.value.max_age?.into(), cors.span)
}

fn schedule(timed: &Timed) -> Option<Diagnostic> {
    if expression(&timed.schedule.value).is_some() {
        return None;
    }
    let message = "a schedule on aws cannot be limited by day of month and by day of week at once";
    let diagnostic = Diagnostic::error("target/cron", message)
        .at(timed.schedule.span, "either day would start it, and EventBridge Scheduler takes one of the two fields");
    Some(diagnostic.help("write two triggers, one with `*` for the day of month, one with `*` for the day of week"))
}

fn batched(model: &Model, function: &Function, queue: ResourceId, batch: &Spanned<u32>) -> Option<Diagnostic> {
    let range = if is_fifo(model.resource(queue)) { FIFO_BATCH } else { BATCH };
    range.rounded(&function.name.value, batch.value.into(), batch.span)
}

/// Lambda reads queues of its own region (Lambda developer guide, "Using Lambda with Amazon SQS").
fn elsewhere(model: &Model, queue: ResourceId, span: Span) -> Option<Diagnostic> {
    let resource = model.resource(queue);
    let region = names::external(resource)?.0.split(':').nth(3)?;
    let here = model.target.region.value.as_str();
    let message = format!("the queue `{}` of {region} cannot start a function in {here}", resource.name.value);
    let diagnostic = Diagnostic::error("target/external-trigger", message)
        .at(span, "Lambda reads queues of its own region")
        .also(resource.external.as_ref()?.span, "declared here as external");
    (region != here)
        .then(|| diagnostic.help("compile the function for that region, or let a topic carry the messages over"))
}

/// Only queues subscribe to a topic with an order (SNS developer guide, "Message delivery for FIFO topics").
fn ordered(model: &Model, topic: ResourceId, span: Span) -> Option<Diagnostic> {
    let resource = model.resource(topic);
    let given = resource.external.as_ref().filter(|_| is_fifo(resource))?;
    let message = format!("the fifo topic `{}` cannot start a function on aws", resource.name.value);
    let diagnostic = Diagnostic::error("target/external-trigger", message)
        .at(span, "only queues subscribe to a fifo topic")
        .also(given.span, "declared here as external");
    Some(diagnostic.help("let a queue subscribe to the topic, declare it as external, and listen to it"))
}

/// Notifications are part of a bucket, and a template cannot change a bucket that it does not make.
fn external(model: &Model, events: &BucketEvents, span: Span) -> Option<Diagnostic> {
    let why = "its notifications belong to the template that makes it";
    let diagnostic = cannot_start(model.resource(events.bucket), Format::Aws, span, why)?;
    Some(diagnostic.help("let the bucket notify a topic or queue, declare that as external, and listen to it"))
}

/// A stream's ARN holds the time at which it was switched on, which no name or ARN of a table tells.
fn external_table(model: &Model, changes: &TableChanges, span: Span) -> Option<Diagnostic> {
    let why = "its stream has an ARN of its own, which the table's does not tell";
    let diagnostic = cannot_start(model.resource(changes.table), Format::Aws, span, why)?
        .help("let the function that writes the table send to a queue or topic, and listen to that")
        .help("or take the table over: declare it without `external`, and fix its name with `keep`");
    Some(diagnostic)
}

/// More readers of a shard are slowed down (DynamoDB developer guide, "Change data capture for DynamoDB Streams").
fn crowded(table: &str, spans: &[Span]) -> Option<Diagnostic> {
    const READERS: usize = 2;
    let third = spans.get(READERS)?;
    let message = format!("{} triggers read the stream of `{table}`, and it serves {READERS} at once", spans.len());
    let diagnostic = Diagnostic::warning("aws/stream-readers", message)
        .at(*third, "one too many")
        .also(spans[0], "the first reader");
    Some(diagnostic.help("let one function listen and publish to a topic, which tells everybody"))
}

fn notifications<'a>(
    function: &'a Function,
    index: usize,
    events: &BucketEvents,
    span: Span,
) -> impl Iterator<Item = Notification<'a>> + use<'a> {
    let filters = filters(events);
    let types: Vec<BucketEvent> = events.events.iter().map(|event| event.value).collect();
    types.into_iter().flat_map(move |event| {
        let filters = filters.clone().into_iter();
        filters.map(move |filter| Notification { event, filter, function, index, span })
    })
}

/// S3 tells one listener of an event, so two filters that a key can fit both are refused (S3 user guide, "Configuring
/// event notifications using object key name filtering").
fn overlapping(bucket: &str, notifications: &[Notification<'_>], found: &mut Vec<Diagnostic>) {
    for (at, later) in notifications.iter().enumerate() {
        let clash = notifications[..at].iter().find(|earlier| {
            let same = earlier.index == later.index && earlier.function.name == later.function.name;
            !same && earlier.event == later.event && earlier.filter.overlaps(&later.filter)
        });
        let Some(earlier) = clash else { continue };
        let message = format!(
            "`{}` and `{}` listen to the same objects of `{bucket}`, and S3 tells only one of them",
            earlier.function.name.value, later.function.name.value
        );
        let diagnostic = Diagnostic::error("aws/overlapping-filters", message)
            .at(later.span, "the second listener")
            .also(earlier.span, "the first listener")
            .help("give them prefixes or suffixes that no key has both of")
            .help("or let one function listen and publish to a topic, which tells everybody");
        found.push(diagnostic);
        return;
    }
}
