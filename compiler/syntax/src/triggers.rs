//! `triggers`: what a function listens to. Exactly one thing a trigger, with the options that belong to it.

use crate::language::{self, EVENTS, Form};
use crate::reader::{Fields, Reader};
use crate::spec::{EventSpec, TriggerSpec};
use crate::tree::{Entry, Node, Tree};
use portolan_diagnostics::{Diagnostic, Spanned};

impl Reader {
    pub(crate) fn triggers(&mut self, entry: &Entry) -> Vec<TriggerSpec> {
        match &entry.value.tree {
            Tree::Map(_) => self.trigger(&entry.key, &entry.value).into_iter().collect(),
            Tree::List(items) => items.iter().filter_map(|item| self.trigger(&entry.key, item)).collect(),
            _ => {
                self.wrong_form::<()>(&entry.key, &entry.value, "a map such as `{ queue: jobs }`, or a list of them");
                Vec::new()
            }
        }
    }

    fn trigger(&mut self, key: &Spanned<portolan_value::Text>, node: &Node) -> Option<TriggerSpec> {
        let fields = self.fields(key, node, &language::TRIGGER)?;
        let mut events = fields.entries().iter().filter(|entry| is_event(&entry.key.value));
        let Some(event) = events.next() else {
            self.report_no_event(&fields);
            return None;
        };
        if let Some(second) = events.next() {
            self.report(two_triggers(&event.key, &second.key));
            return None;
        }
        self.check_options(&fields, &event.key);
        Some(TriggerSpec {
            span: node.span,
            event: Spanned::new(self.event(&fields, event)?, event.key.span),
            targets: self.texts(&fields, "targets"),
            r#loop: self.text(&fields, "loop"),
        })
    }

    fn event(&mut self, fields: &Fields<'_>, event: &Entry) -> Option<EventSpec> {
        Some(match event.key.value.as_str() {
            "http" => EventSpec::Http {
                routes: self.routes(event)?,
                api: self.text(fields, "api"),
                auth: self.any(fields, "auth"),
                cors: self.any(fields, "cors"),
            },
            "schedule" => EventSpec::Schedule {
                expression: self.text(fields, "schedule")?,
                timezone: self.text(fields, "timezone"),
                input: self.any(fields, "input"),
            },
            "queue" => EventSpec::Queue { queue: self.text(fields, "queue")?, batch: self.text(fields, "batch") },
            "topic" => EventSpec::Topic { topic: self.text(fields, "topic")? },
            "table" => EventSpec::Table {
                table: self.text(fields, "table")?,
                changes: self.texts(fields, "changes"),
                old: self.text(fields, "old"),
                start: self.text(fields, "start"),
                batch: self.text(fields, "batch"),
            },
            _ => EventSpec::Bucket {
                bucket: self.text(fields, "bucket")?,
                events: self.texts(fields, "events"),
                prefix: self.text(fields, "prefix"),
                suffix: self.texts(fields, "suffix").unwrap_or_default(),
                input: self.text(fields, "input"),
            },
        })
    }

    fn routes(&mut self, event: &Entry) -> Option<Vec<crate::Text>> {
        if let Tree::Map(_) = event.value.tree {
            return self.wrong_form(&event.key, &event.value, "a route such as `GET /shows/{id}`, or a list of routes");
        }
        let routes = self.texts_of(&event.key, &event.value)?;
        if routes.is_empty() && event.value.items().is_empty() {
            let diagnostic = Diagnostic::error("syntax/empty-value", "`http` has no route")
                .at(event.key.span, "wants a route or a list of routes");
            self.report(diagnostic.help("write one such as `GET /shows/{id}`, or `ANY /*` for all"));
        }
        Some(routes)
    }

    /// A trigger whose kind is not built yet, or misspelt, has been reported already.
    fn report_no_event(&mut self, fields: &Fields<'_>) {
        let reported =
            |entry: &Entry| language::TRIGGER.key(&entry.key.value).is_none_or(|key| matches!(key.form, Form::Later));
        if fields.complete && !fields.entries().iter().any(reported) {
            let diagnostic = Diagnostic::error("syntax/no-trigger", "a trigger does not say what it listens to")
                .at(fields.place, "one more key is wanted beside this")
                .help("add one of `http`, `schedule`, `queue`, `topic`, `bucket`, `table`");
            self.report(diagnostic);
        }
    }

    fn check_options(&mut self, fields: &Fields<'_>, event: &Spanned<portolan_value::Text>) {
        for entry in fields.entries() {
            let option = entry.key.value.as_str();
            let mut owners = EVENTS.iter().filter(|(_, options)| options.contains(&option)).map(|(owner, _)| *owner);
            let Some(owner) = owners.next() else { continue };
            if event.value != owner && !owners.any(|owner| event.value == owner) {
                self.report(foreign_option(owner, &entry.key, event));
            }
        }
    }
}

fn is_event(key: &str) -> bool {
    EVENTS.iter().any(|(event, _)| *event == key)
}

fn two_triggers(first: &Spanned<portolan_value::Text>, second: &Spanned<portolan_value::Text>) -> Diagnostic {
    let message = format!("one trigger listens to both `{}` and `{}`", first.value, second.value);
    Diagnostic::error("syntax/two-triggers", message)
        .at(second.span, "a second one")
        .also(first.span, "the first one")
        .help("a function with several triggers has a list of them, each item with one")
}

fn foreign_option(
    owner: &str,
    option: &Spanned<portolan_value::Text>,
    event: &Spanned<portolan_value::Text>,
) -> Diagnostic {
    let message = format!("`{}` belongs to {owner} triggers, and this one listens to `{}`", option.value, event.value);
    let options = EVENTS.iter().find(|(name, _)| event.value == *name).map_or(&[][..], |(_, options)| options);
    let own: Vec<String> = options.iter().chain(&["targets", "loop"]).map(|option| format!("`{option}`")).collect();
    Diagnostic::error("syntax/trigger-option", message)
        .at(option.span, format!("an option of {owner} triggers"))
        .also(event.span, "what this trigger listens to")
        .help(format!("beside `{}` there may be {}", event.value, own.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, spec};

    fn function(triggers: &str) -> String {
        format!("functions: {{ f: {{ triggers: {triggers} }} }}\n")
    }

    #[test]
    fn every_trigger_is_read() {
        let all = "[{ http: [GET /a, GET /b], api: web, auth: public, cors: true }, \
                   { schedule: cron(0 3 * * *), timezone: Europe/Paris, input: { a: b } }, { queue: q, batch: 10 }, \
                   { topic: t, targets: [dev] }, { bucket: b, events: created, prefix: x/*, suffix: [.a, .b], loop: why }, \
                   { table: s, changes: [created, deleted], old: true, start: earliest, batch: 5 }]";
        let (spec, findings, _) = spec(&function(all));
        assert_eq!(findings, []);
        let triggers = &spec.functions[0].triggers;
        assert!(matches!(&triggers[0].event.value, EventSpec::Http { routes, .. } if routes.len() == 2));
        assert!(matches!(&triggers[1].event.value, EventSpec::Schedule { input: Some(_), .. }));
        assert!(matches!(&triggers[2].event.value, EventSpec::Queue { batch: Some(_), .. }));
        assert!(matches!(&triggers[3].event.value, EventSpec::Topic { .. }) && triggers[3].targets.is_some());
        assert!(matches!(&triggers[4].event.value, EventSpec::Bucket { suffix, .. } if suffix.len() == 2));
        assert!(triggers[4].r#loop.is_some());
        assert!(matches!(&triggers[5].event.value, EventSpec::Table { changes: Some(_), batch: Some(_), .. }));
    }

    #[test]
    fn a_trigger_listens_to_one_thing() {
        check(&function("{ batch: 10 }"), &["3:31 no-trigger a trigger does not say what it listens to"]);
        check(
            &function("{ queue: a, topic: b }"),
            &["3:41 two-triggers one trigger listens to both `queue` and `topic`"],
        );
        check(
            &function("[{ stream: a }, { sqs: b }, {}]"),
            &[
                "3:32 not-built-yet `stream` belongs to a later part of the language and is not built yet",
                "3:47 unknown-key a trigger has no key `sqs`",
                "3:57 no-trigger a trigger does not say what it listens to",
            ],
        );
        check(
            &function("http"),
            &["3:29 shape `triggers` wants a map such as `{ queue: jobs }`, or a list of them, this is a text"],
        );
        check(
            &function("[{ http: { path: a } }, { http: [] }]"),
            &[
                "3:38 shape `http` wants a route such as `GET /shows/{id}`, or a list of routes, this is a map",
                "3:55 empty-value `http` has no route",
            ],
        );
    }

    #[test]
    fn options_belong_to_their_trigger() {
        check(
            &function("{ http: GET /, batch: 10, suffix: .x }"),
            &[
                "3:44 trigger-option `batch` belongs to queue triggers, and this one listens to `http`",
                "3:55 trigger-option `suffix` belongs to bucket triggers, and this one listens to `http`",
            ],
        );
    }

    #[test]
    fn the_tables_agree() {
        for (event, options) in EVENTS {
            assert!(options.iter().chain([&event]).all(|key| language::TRIGGER.key(key).is_some()));
        }
    }
}
