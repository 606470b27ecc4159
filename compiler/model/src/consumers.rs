//! Consumers: who takes from a queue, who listens to a topic, and how long a message stays hidden meanwhile.

use crate::{Event, Function, Model, ResourceId, Setting, Subject};
use portolan_diagnostics::{Diagnostic, Span, Spanned};
use std::collections::HashMap;

/// A message stays hidden for so many times its consumer's timeout, as AWS advises for queues that start functions.
const VISIBILITY: u64 = 6;

/// Who takes from one queue.
#[derive(Default)]
struct Queue {
    /// The trigger, and the others.
    trigger: Option<Span>,
    /// The first function with `receive`.
    receive: Option<Span>,
    /// The longest timeout of them.
    timeout: Option<Spanned<u32>>,
}

/// Checks consumers, and gives queues without a visibility theirs.
pub(crate) fn check(model: &mut Model, findings: &mut Vec<Diagnostic>) {
    let mut queues: HashMap<ResourceId, Queue> = HashMap::new();
    for function in &model.functions {
        triggers(model, function, &mut queues, findings);
    }
    for function in &model.functions {
        receivers(model, function, &mut queues, findings);
    }
    for (index, resource) in (0..).zip(&mut model.resources) {
        let timeout = queues.get(&ResourceId(index)).and_then(|queue| queue.timeout);
        if let (Some(timeout), None) = (timeout, &resource.external) {
            visibility(resource, timeout, findings);
        }
    }
}

fn triggers(
    model: &Model,
    function: &Function,
    queues: &mut HashMap<ResourceId, Queue>,
    findings: &mut Vec<Diagnostic>,
) {
    let mut topics: HashMap<ResourceId, Span> = HashMap::new();
    for trigger in &function.triggers {
        match &trigger.event {
            Event::Queue { queue, .. } => {
                let entry = queues.entry(*queue).or_default();
                if let Some(first) = entry.trigger.replace(trigger.span) {
                    findings.push(two_consumers(&model.resource(*queue).name.value, trigger.span, first));
                }
                entry.takes(function);
            }
            Event::Topic { topic } => {
                if let Some(first) = topics.insert(*topic, trigger.span) {
                    findings.push(topic_twice(
                        &function.name.value,
                        &model.resource(*topic).name.value,
                        trigger.span,
                        first,
                    ));
                }
            }
            Event::Http(_) | Event::Schedule(_) | Event::Bucket(_) | Event::Table(_) => {}
        }
    }
}

fn receivers(
    model: &Model,
    function: &Function,
    queues: &mut HashMap<ResourceId, Queue>,
    findings: &mut Vec<Diagnostic>,
) {
    for entry in function.uses.iter().filter(|entry| entry.verb.name() == "receive") {
        let Subject::Resource(id) = entry.subject else { continue };
        let queue = queues.entry(id).or_default();
        if let (Some(trigger), None) = (queue.trigger, queue.receive) {
            findings.push(two_consumers(&model.resource(id).name.value, entry.span, trigger));
        }
        queue.receive = Some(entry.span);
        queue.takes(function);
    }
}

impl Queue {
    fn takes(&mut self, function: &Function) {
        if self.timeout.is_none_or(|known| known.value < function.timeout.value) {
            self.timeout = Some(function.timeout);
        }
    }
}

/// Fills the visibility of a queue, or compares the one it has.
fn visibility(queue: &mut crate::Resource, timeout: Spanned<u32>, findings: &mut Vec<Diagnostic>) {
    let Some(rule) = queue.kind.options.iter().position(|rule| rule.name == "visibility") else { return };
    if let Some(Spanned { value: Setting::Duration(seconds), span }) = queue.option("visibility") {
        if *seconds < u64::from(timeout.value) {
            findings.push(too_short(&queue.name.value, *seconds, *span, timeout));
        }
        return;
    }
    let before = &queue.kind.options[..rule];
    let at = queue.options.iter().filter(|(name, _)| before.iter().any(|rule| rule.name == *name)).count();
    let seconds = Setting::Duration(u64::from(timeout.value) * VISIBILITY);
    queue.options.insert(at, ("visibility".into(), Spanned::new(seconds, queue.name.span)));
}

fn two_consumers(queue: &str, second: Span, first: Span) -> Diagnostic {
    Diagnostic::error("model/queue-consumers", format!("the queue `{queue}` has two consumers, and each message goes to one of them"))
        .at(second, "this one takes messages too")
        .also(first, "this one takes messages")
        .help("a queue has one trigger, or functions with `receive` that compete, never both; for several listeners use a topic")
}

fn topic_twice(function: &str, topic: &str, second: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        "model/topic-twice",
        format!("`{function}` listens to the topic `{topic}` twice, and would get each message twice"),
    )
    .at(second, "again here")
    .also(first, "first here")
    .help("remove one of the triggers")
}

fn too_short(queue: &str, seconds: u64, span: Span, timeout: Spanned<u32>) -> Diagnostic {
    let message = format!(
        "messages of `{queue}` appear again after {seconds} s, while their consumer may still work for {} s",
        timeout.value
    );
    Diagnostic::warning("model/visibility-short", message)
        .at(span, "shorter than the consumer's timeout")
        .also(timeout.span, "the consumer's timeout")
        .help("leave `visibility` out: it is six times the timeout by default")
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, model};

    fn spec(functions: &str) -> String {
        format!(
            "resources: {{ jobs: {{ kind: queue }}, news: {{ kind: topic }} }}\ndefaults: {{ runtime: rust }}\nfunctions:\n{functions}"
        )
    }

    #[test]
    fn a_queue_has_one_consumer() {
        let check = |functions: &str, expected: &[&str]| check(&spec(functions), expected);
        let trigger = "{ handler: a.b, triggers: { queue: jobs } }";
        let receive = "{ handler: a.b, uses: { jobs: receive } }";
        check(&format!("  a: {trigger}\n  b: {trigger}\n"), &["8 model/queue-consumers"]);
        check(&format!("  a: {trigger}\n  b: {receive}\n"), &["8 model/queue-consumers"]);
        check(&format!("  a: {receive}\n  b: {trigger}\n"), &["7 model/queue-consumers"]);
        check(&format!("  a: {receive}\n  b: {receive}\n"), &[]);
        check("  a: { handler: a.b, triggers: [{ topic: news }, { topic: news }] }\n", &["7 model/topic-twice"]);
    }

    #[test]
    fn messages_stay_hidden_long_enough() {
        let model = model(&spec(
            "  a: { handler: a.b, timeout: 10, uses: { jobs: receive } }\n  b: { handler: a.b, timeout: 1 min, uses: { jobs: receive } }\n",
        ));
        assert!(matches!(model.resources[0].option("visibility").unwrap().value, crate::Setting::Duration(360)));
        assert_eq!(model.resources[0].options[0].0, "visibility", "in the order of the kind");
        let short = spec("  a: { handler: a.b, triggers: { queue: jobs } }\n")
            .replace("kind: queue", "kind: queue, visibility: 29");
        check(&short, &["4 model/visibility-short"]);
    }
}
