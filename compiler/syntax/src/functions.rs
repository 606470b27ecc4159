//! `functions` and `defaults`: the code, what it may use, and who may call it.

use crate::events_key;
use crate::language::{self, NOT_IN_DEFAULTS};
use crate::reader::{Fields, Reader};
use crate::spec::{AllowSpec, CallersSpec, FunctionSpec, Text, UseSpec};
use crate::tree::{Entry, Node, Tree};
use portolan_diagnostics::{Diagnostic, Span, Spanned};
use portolan_value::Format;

impl Reader {
    pub(crate) fn function(&mut self, entry: &Entry) -> Option<FunctionSpec> {
        self.check_name("a function", &entry.key);
        let fields = self.open(&entry.key, &entry.value, &language::FUNCTION)?;
        for field in fields.entries() {
            match field.key.value.as_str() {
                "events" => self.report(events_key::refused(field)),
                _ => self.check_key(fields.section, field),
            }
        }
        Some(FunctionSpec {
            handler: self.text(&fields, "handler"),
            app: self.text(&fields, "app"),
            code: self.texts(&fields, "code"),
            formerly: self.text(&fields, "formerly"),
            triggers: fields.get("triggers").map(|triggers| self.triggers(triggers)).unwrap_or_default(),
            uses: fields.get("uses").map(|uses| self.uses(uses)),
            allow: self.allow(&fields),
            ..self.shared(entry.key.clone(), &fields)
        })
    }

    pub(crate) fn defaults(&mut self, entry: &Entry) -> FunctionSpec {
        let Some(fields) = self.open(&entry.key, &entry.value, &language::DEFAULTS) else {
            return FunctionSpec::default();
        };
        for field in fields.entries() {
            match field.key.value.as_str() {
                "uses" if auto(field).is_some() => {}
                "uses" if !matches!(field.value.tree, Tree::Map(_)) => {
                    self.wrong_form::<()>(&field.key, &field.value, "the word `auto` under `defaults`");
                }
                key if NOT_IN_DEFAULTS.contains(&key) => self.report(not_in_defaults(&field.key)),
                _ => self.check_key(fields.section, field),
            }
        }
        self.shared(Spanned::new(portolan_value::Text::default(), entry.key.span), &fields)
    }

    /// The keys that a function and the defaults have in common.
    fn shared(&mut self, name: Spanned<portolan_value::Text>, fields: &Fields<'_>) -> FunctionSpec {
        FunctionSpec {
            name,
            runtime: self.text(fields, "runtime"),
            description: self.text(fields, "description"),
            memory: self.text(fields, "memory"),
            timeout: self.text(fields, "timeout"),
            environment: self.environment(fields),
            max_concurrency: self.text(fields, "max-concurrency"),
            min_instances: self.text(fields, "min-instances"),
            log_retention: self.text(fields, "log-retention"),
            callers: fields.get("callers").and_then(|callers| self.callers(callers)),
            targets: self.texts(fields, "targets"),
            payload: self.text(fields, "payload"),
            architecture: self.text(fields, "architecture"),
            bundle: self.any(fields, "bundle"),
            auto: fields.get("uses").and_then(auto),
            ..FunctionSpec::default()
        }
    }

    fn callers(&mut self, entry: &Entry) -> Option<CallersSpec> {
        let fields = self.fields(&entry.key, &entry.value, &language::CALLERS)?;
        let mut principals = Vec::new();
        for field in fields.entries().iter().filter(|field| field.key.value != "functions") {
            if language::CALLERS.key(&field.key.value).is_some()
                && let Some(provider) = self.provider(&field.key)
                && let Some(members) = self.texts_of(&field.key, &field.value)
            {
                principals.push((provider, members));
            }
        }
        let functions = self.texts(&fields, "functions").unwrap_or_default();
        Some(CallersSpec { span: entry.value.span, functions, principals })
    }

    fn uses(&mut self, entry: &Entry) -> Vec<UseSpec> {
        match &entry.value.tree {
            Tree::Map(entries) => entries.iter().filter_map(|entry| self.use_of(entry)).collect(),
            _ if auto(entry).is_some() => Vec::new(),
            _ => {
                let wants = "a map from names to verbs, such as `{ shows: read }`, or the word `auto`";
                self.wrong_form::<()>(&entry.key, &entry.value, wants);
                Vec::new()
            }
        }
    }

    fn use_of(&mut self, entry: &Entry) -> Option<UseSpec> {
        let verbs = match &entry.value.tree {
            Tree::Map(verbs) => verbs.iter().filter_map(|verb| self.verb_with_prefixes(verb)).collect(),
            Tree::Scalar(_) | Tree::List(_) => {
                let verbs = self.texts_of(&entry.key, &entry.value)?;
                verbs.into_iter().map(|verb| (verb, Vec::new())).collect()
            }
            Tree::Null => {
                return self.wrong_form(&entry.key, &entry.value, "a verb, a list of verbs, or verbs with prefixes");
            }
        };
        Some(UseSpec { subject: entry.key.clone(), verbs, span: entry.value.span })
    }

    fn verb_with_prefixes(&mut self, entry: &Entry) -> Option<(Text, Vec<Text>)> {
        let verb = Text::literal(entry.key.value.clone(), entry.key.span);
        match entry.value.tree {
            Tree::Scalar(_) | Tree::List(_) => Some((verb, self.texts_of(&entry.key, &entry.value)?)),
            _ => self.wrong_form(
                &entry.key,
                &entry.value,
                "an object prefix or a list of them; for all objects, `\"*\"`",
            ),
        }
    }

    fn allow(&mut self, fields: &Fields<'_>) -> Vec<(Spanned<Format>, Vec<AllowSpec>)> {
        let mut allowed = Vec::new();
        for (format, entry) in self.by_format(fields, "allow") {
            match &entry.value.tree {
                Tree::List(items) => {
                    let items = items.iter().filter_map(|item| self.allow_entry(&entry.key, item));
                    allowed.push((format, items.collect()));
                }
                _ => {
                    self.wrong_form::<()>(&entry.key, &entry.value, "a list of `{ actions, resources, why }`");
                }
            }
        }
        allowed
    }

    fn allow_entry(&mut self, key: &Spanned<portolan_value::Text>, item: &Node) -> Option<AllowSpec> {
        let fields = self.fields(key, item, &language::ALLOW)?;
        Some(AllowSpec {
            span: item.span,
            actions: self.texts(&fields, "actions").unwrap_or_default(),
            resources: self.texts(&fields, "resources").unwrap_or_default(),
            conditions: self.any(&fields, "conditions"),
            why: self.text(&fields, "why"),
        })
    }
}

/// Where a key says `auto`.
fn auto(entry: &Entry) -> Option<Span> {
    (entry.value.text() == Some("auto")).then_some(entry.value.span)
}

fn not_in_defaults(key: &Spanned<portolan_value::Text>) -> Diagnostic {
    let help = match key.value.as_str() {
        "uses" => "least privilege is said function by function; only `uses: auto` is for all".to_owned(),
        name => format!("write `{name}` into each function it is meant for"),
    };
    Diagnostic::error(
        "syntax/not-in-defaults",
        format!("`{}` belongs to one function and cannot be a default", key.value),
    )
    .at(key.span, "not a default")
    .help(help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Form;
    use crate::testing::{check, spec};

    #[test]
    fn uses_has_three_forms() {
        let (spec, findings, _) =
            spec("functions: { f: { uses: { a: read, b: [read, write], c: { write: x/*, read: [y, z] } } } }\n");
        assert_eq!(findings, []);
        let uses = |at: usize| {
            let verb = |(verb, prefixes): &(Text, Vec<Text>)| (verb.written(), prefixes.len());
            spec.functions[0].uses.as_ref().unwrap()[at].verbs.iter().map(verb).collect::<Vec<_>>()
        };
        assert_eq!(uses(0), [("read".to_owned(), 0)]);
        assert_eq!(uses(1), [("read".to_owned(), 0), ("write".to_owned(), 0)]);
        assert_eq!(uses(2), [("write".to_owned(), 1), ("read".to_owned(), 2)]);
    }

    #[test]
    fn other_forms_of_uses_are_refused() {
        check(
            "functions: { f: { uses: auto }, g: { uses: [a] }, h: { uses: { a: , b: { read: } , c: [[x]] } } }\n",
            &[
                "3:44 shape `uses` wants a map from names to verbs, such as `{ shows: read }`, or the word `auto`, this is a list",
                "3:64 empty-value `a` has no value",
                "3:74 empty-value `read` has no value",
                "3:88 shape an item of `c` wants a text, this is a list",
            ],
        );
    }

    #[test]
    fn every_key_is_read() {
        for section in [&language::FUNCTION, &language::DEFAULTS] {
            for key in section.keys {
                let id = match key.form {
                    Form::Later => Some("syntax/not-built-yet"),
                    Form::OneOrMany(_) => Some("syntax/empty-value"),
                    // what may stand there is the model's to say
                    Form::Any => None,
                    _ => Some("syntax/shape"),
                };
                let bogus = format!(
                    "{{ {}: [{}] }}",
                    key.name,
                    if id == Some("syntax/empty-value") { "{ queue: }" } else { "[x]" }
                );
                let written = match section.what {
                    "a function" => format!("functions: {{ f: {bogus} }}\n"),
                    _ => format!("defaults: {bogus}\n"),
                };
                let (_, findings, _) = spec(&written);
                let found: Vec<&str> = findings.iter().map(|finding| finding.id).collect();
                assert_eq!(found, Vec::from_iter(id), "{written}");
            }
        }
    }

    #[test]
    fn defaults_are_for_all() {
        check(
            "defaults: { handler: a.b, uses: auto, triggers: {}, allow: {}, app: x, meory: 1 }\n",
            &[
                "3:13 not-in-defaults `handler` belongs to one function and cannot be a default",
                "3:39 not-in-defaults `triggers` belongs to one function and cannot be a default",
                "3:53 not-in-defaults `allow` belongs to one function and cannot be a default",
                "3:64 not-in-defaults `app` belongs to one function and cannot be a default",
                "3:72 unknown-key `defaults` has no key `meory`",
            ],
        );
        check(
            "defaults: { uses: { a: read } }\n",
            &["3:13 not-in-defaults `uses` belongs to one function and cannot be a default"],
        );
    }

    #[test]
    fn callers_and_allow_are_read() {
        let (spec, findings, _) = spec(
            "functions:
  f:
    code: [src, lib]
    callers: { functions: g, aws: [a, b], azure: c }
    allow: { aws: [{ actions: s3:ListAllMyBuckets, resources: ['*'], why: x, conditions: { Bool: { a: b } } }], gcp-dm: [] }
",
        );
        assert_eq!(findings, []);
        let function = &spec.functions[0];
        let callers = function.callers.as_ref().unwrap();
        assert_eq!((callers.functions.len(), callers.principals.len()), (1, 2));
        assert_eq!((function.allow.len(), function.allow[0].1[0].actions.len()), (2, 1));
        check(
            "functions: { f: { callers: { amazon: x }, allow: { aws: { actions: x } } } }\n",
            &[
                "3:30 unknown-key `callers` has no key `amazon`",
                "3:57 shape `aws` wants a list of `{ actions, resources, why }`, this is a map",
            ],
        );
    }

    #[test]
    fn events_are_translated() {
        let (_, findings, _) = spec("functions: { f: { events: [{ httpApi: \"GET /x\" }] } }\n");
        assert_eq!(findings[0].id, "syntax/events-key");
        assert_eq!(findings[0].help, ["write\ntriggers:\n  - http: GET /x\n    auth: public"]);
    }
}
