//! Loops: a function that writes where its own trigger listens starts itself again.

use crate::{BucketEvent, BucketEvents, Event, Function, Model, Pattern, TableChange, Trigger, Use};
use portolan_diagnostics::{Diagnostic, Span};

/// Every loop must say why it ends, and only a loop may.
pub(crate) fn check(model: &Model, findings: &mut Vec<Diagnostic>) {
    // What is not known yet is checked when it is.
    for function in model.functions.iter().filter(|function| function.auto.is_none() || !function.uses.is_empty()) {
        for trigger in &function.triggers {
            let feeds = function.uses.iter().find(|entry| feeds(entry, trigger));
            match (feeds, &trigger.r#loop) {
                (Some(entry), None) => findings.push(endless(model, function, entry, trigger)),
                (None, Some(why)) => findings.push(needless(function, why.span)),
                _ => {}
            }
        }
    }
}

/// Whether what may be done can start the trigger.
fn feeds(entry: &Use, trigger: &Trigger) -> bool {
    if Some(entry.subject) != trigger.event.subject() {
        return false;
    }
    match (&trigger.event, entry.verb.name()) {
        (Event::Queue { .. }, "send") | (Event::Topic { .. }, "publish") => true,
        (Event::Bucket(events), "write" | "create") => hears(events, BucketEvent::Created) && reaches(entry, events),
        (Event::Bucket(events), "delete") => hears(events, BucketEvent::Deleted) && reaches(entry, events),
        (Event::Table(changes), "write") => changes.hears(TableChange::Created) || changes.hears(TableChange::Changed),
        (Event::Table(changes), "delete") => changes.hears(TableChange::Deleted),
        _ => false,
    }
}

fn hears(events: &BucketEvents, event: BucketEvent) -> bool {
    events.events.iter().any(|known| known.value == event)
}

/// Whether some object is both written and listened to.
fn reaches(entry: &Use, events: &BucketEvents) -> bool {
    let prefix = events.prefix.as_ref().map_or("", |prefix| prefix.value.as_str());
    let ends = |key: &str| {
        events.suffixes.is_empty() || events.suffixes.iter().any(|suffix| key.ends_with(suffix.value.as_str()))
    };
    let meets = |pattern: &Pattern| match pattern {
        Pattern::Prefix(written) => written.starts_with(prefix) || prefix.starts_with(written.as_str()),
        Pattern::Key(key) => key.starts_with(prefix) && ends(key),
    };
    entry.only.is_empty() || entry.only.iter().any(|pattern| meets(&pattern.value))
}

fn endless(model: &Model, function: &Function, entry: &Use, trigger: &Trigger) -> Diagnostic {
    let subject = model.name_of(entry.subject);
    let message = format!("`{}` may {} `{subject}`, which starts it again", function.name.value, entry.verb.name());
    Diagnostic::error("model/loop", message)
        .at(entry.span, "starts the function again")
        .also(trigger.span, "its own trigger")
        .help("use another resource or prefix for what it writes, or say on the trigger why it ends: `loop: \"…\"`")
}

fn needless(function: &Function, span: Span) -> Diagnostic {
    let message = format!("`loop` explains a loop, and `{}` writes nothing that starts it again", function.name.value);
    Diagnostic::warning("model/needless-loop", message).at(span, "no loop").help("remove it")
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, function};

    fn spec(trigger: &str, uses: &str) -> String {
        let things = "resources: { jobs: { kind: queue }, news: { kind: topic }, files: { kind: bucket }, rows: { kind: table, key: { id: string } } }\n";
        format!("{things}{}", function(&format!("triggers: {{ {trigger} }}, uses: {{ {uses} }}")))
    }

    #[test]
    fn a_function_that_feeds_itself() {
        let endless = |trigger: &str, uses: &str| {
            check(&spec(trigger, uses), &["6 model/loop"]);
            check(&spec(&format!("{trigger}, loop: it ends"), uses), &[]);
        };
        endless("queue: jobs", "jobs: send");
        endless("topic: news", "news: publish");
        endless("bucket: files", "files: write");
        endless("bucket: files, prefix: in/*", "files: { create: in/done/* }");
        endless("bucket: files, prefix: in/*", "files: { write: i* }");
        endless("bucket: files, suffix: .txt", "files: { write: in/* }");
        endless("bucket: files, suffix: .txt", "files: { write: a.txt }");
        endless("bucket: files, events: [deleted]", "files: delete");
        endless("table: rows", "rows: [read, write]");
        endless("table: rows, changes: [changed]", "rows: write");
        endless("table: rows, changes: [created, deleted]", "rows: delete");
    }

    #[test]
    fn a_function_that_writes_elsewhere() {
        let ends = |trigger: &str, uses: &str| {
            check(&spec(trigger, uses), &[]);
            check(&spec(&format!("{trigger}, loop: it ends"), uses), &["6 model/needless-loop"]);
        };
        ends("queue: jobs", "news: publish");
        ends("bucket: files", "files: [read, delete]");
        ends("bucket: files, events: [deleted]", "files: write");
        ends("bucket: files, prefix: in/*", "files: { write: out/* }");
        ends("bucket: files, suffix: .txt", "files: { write: a.json }");
        ends("bucket: files, prefix: in/*", "files: { write: [out/*, in.txt] }");
        ends("table: rows", "rows: [read, delete]");
        ends("table: rows, changes: deleted", "rows: write");
    }
}
