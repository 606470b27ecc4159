//! Functions: what the target sets, else what is written, else the spec's defaults, else ours.

use crate::merged::merge;
use crate::resolve::Resolver;
use crate::{
    Allow, Architecture, BucketEvents, Event, Function, Handler, Language, Pattern, Payload, Runtime, Subject, Text,
    Trigger, Use, runtime,
};
use portolan_diagnostics::{Diagnostic, Span, Spanned};
use portolan_syntax::{self as spec, AllowSpec, FunctionSpec, Tree};
use std::borrow::Cow;

/// Megabytes that no cloud has to round.
const MEMORY: u32 = 512;
/// Seconds.
const TIMEOUT: u32 = 30;
/// Days.
const LOG_RETENTION: u32 = 30;

impl<'a> Resolver<'a> {
    /// The functions that this target has.
    pub fn functions(&mut self, present: &[&'a FunctionSpec]) -> Vec<Function> {
        present.iter().map(|spec| self.function(spec)).collect()
    }

    /// A function. What could not be read is reported and filled in, so that its other parts are checked too.
    fn function(&mut self, spec: &'a FunctionSpec) -> Function {
        let defaults = &self.spec.defaults;
        let place = spec.name.span;
        let read = Own { spec, defaults };
        let runtime = self.runtime(&read);
        let is_custom = runtime.as_ref().is_some_and(|runtime| runtime.value.is_custom());
        let application = self.application(spec, is_custom);
        let handler = match spec.handler.is_some() || spec.app.is_none() {
            true => self.handler(&read, is_custom),
            // What is wrong with an app is said already.
            false => application.clone(),
        };
        let max_concurrency =
            self.own(&read, "max-concurrency", |spec| &spec.max_concurrency).and_then(|text| self.number(&text, 1));
        let min_instances =
            self.own(&read, "min-instances", |spec| &spec.min_instances).and_then(|text| self.number(&text, 0));
        self.check_instances(min_instances, max_concurrency);
        let triggers = self.triggers(&spec.triggers);
        let callers = spec.callers.as_ref().or(defaults.callers.as_ref());
        self.check_callers(&spec.name, &triggers, callers);
        self.check_application(spec, application.as_ref(), &triggers);
        let language = runtime.as_ref().map(|runtime| runtime.value.language);
        let bundle = self.bundle(&read, language);
        let mut uses = self.uses(spec);
        uses.extend(self.files_read(&triggers));
        Function {
            name: spec.name.clone(),
            runtime: runtime.unwrap_or(Spanned::new(Runtime { language: Language::Python, version: "".into() }, place)),
            handler: handler.unwrap_or(Spanned::new(Handler { file: "".into(), symbol: None }, place)),
            application,
            code: self.code(&read),
            description: self.own(&read, "description", |spec| &spec.description).and_then(|text| self.literal(&text)),
            memory: self
                .own(&read, "memory", |spec| &spec.memory)
                .and_then(|text| self.memory(&text))
                .unwrap_or(Spanned::new(MEMORY, place)),
            timeout: self
                .own(&read, "timeout", |spec| &spec.timeout)
                .and_then(|text| self.timeout(&text))
                .unwrap_or(Spanned::new(TIMEOUT, place)),
            log_retention: self
                .own(&read, "log-retention", |spec| &spec.log_retention)
                .and_then(|text| self.days(&text))
                .unwrap_or(Spanned::new(LOG_RETENTION, place)),
            max_concurrency,
            min_instances,
            payload: self.payload(&read),
            architecture: self.architecture(&read),
            bundle,
            environment: self.environment(spec),
            callers: self.callers(callers),
            triggers,
            uses,
            auto: spec.auto.or(defaults.auto.filter(|_| spec.uses.is_none())),
            allow: self.allow(spec),
            formerly: spec.formerly.as_ref().and_then(|name| self.literal(name)),
        }
    }

    /// A key of a function: what the target sets, else its own, else the default's.
    fn own(
        &mut self,
        read: &Own<'a>,
        key: &str,
        get: impl Fn(&'a FunctionSpec) -> &'a Option<spec::Text>,
    ) -> Option<Cow<'a, spec::Text>> {
        match self.set(&read.spec.name.value, key) {
            Some(node) => self.text_of(node).map(Cow::Owned),
            None => get(read.spec).as_ref().or(get(read.defaults).as_ref()).map(Cow::Borrowed),
        }
    }

    fn runtime(&mut self, read: &Own<'a>) -> Option<Spanned<Runtime>> {
        let Some(text) = self.own(read, "runtime", |spec| &spec.runtime) else {
            let name = &read.spec.name;
            if self.refused.within(name.span) || self.refused.within(read.defaults.name.span) {
                return None;
            }
            let diagnostic =
                Diagnostic::error("model/runtime-missing", format!("the function `{}` has no runtime", name.value));
            self.findings
                .push(diagnostic.at(name.span, "").help("add `runtime: python3.13`, here or under `defaults`"));
            return None;
        };
        let written = self.literal(&text)?;
        self.accept(runtime::runtime(&written))
    }

    fn handler(&mut self, read: &Own<'a>, is_custom: bool) -> Option<Spanned<Handler>> {
        let Some(text) = self.own(read, "handler", |spec| &spec.handler) else {
            let name = &read.spec.name;
            if self.refused.within(name.span) {
                return None;
            }
            let diagnostic =
                Diagnostic::error("model/handler-missing", format!("the function `{}` has no handler", name.value));
            let help = match is_custom {
                true => "add `handler: ./PATH`, the executable in the function's `code`",
                false => "add `handler: src/FILE.SYMBOL`, the file without its ending",
            };
            self.findings.push(diagnostic.at(name.span, "").help(help));
            return None;
        };
        let written = self.literal(&text)?;
        self.accept(if is_custom { runtime::executable(&written) } else { runtime::handler(&written) })
    }

    /// What the entry reads on the handler's behalf: the objects that triggers hand over as files.
    fn files_read(&self, triggers: &[Trigger]) -> Vec<Use> {
        let reads = triggers.iter().filter_map(|trigger| match &trigger.event {
            Event::Bucket(events) => Some((events, events.as_file?)),
            _ => None,
        });
        let read = |(events, span): (&BucketEvents, Span)| {
            let verb = self.resources[events.bucket.0 as usize].kind.verb("read")?;
            let prefix = events.prefix.iter();
            let only =
                prefix.map(|prefix| Spanned::new(Pattern::Prefix(prefix.value.to_string()), prefix.span)).collect();
            let subject = Subject::Resource(events.bucket);
            Some(Use { subject, verb, only, span, call: Some("trigger bucket: input: file".into()) })
        };
        reads.filter_map(read).collect()
    }

    /// Its web application. It is nothing that a target sets or the defaults share.
    fn application(&mut self, spec: &'a FunctionSpec, is_custom: bool) -> Option<Spanned<Handler>> {
        let written = self.literal(spec.app.as_ref()?)?;
        self.accept(if is_custom { Err(runtime::no_application(&written)) } else { runtime::application(&written) })
    }

    /// An application answers requests; whatever else starts the function wants a handler beside it.
    fn check_application(&mut self, spec: &FunctionSpec, application: Option<&Spanned<Handler>>, triggers: &[Trigger]) {
        let Some(application) = application else { return };
        let name = &spec.name.value;
        let other = triggers.iter().find(|trigger| !matches!(trigger.event, Event::Http(_)));
        if let Some(trigger) = other.filter(|_| spec.handler.is_none()) {
            let message =
                format!("`{name}` is an app and has a {} trigger, which no app answers", trigger.event.word());
            let diagnostic = Diagnostic::error("model/app-trigger", message).at(trigger.span, "nobody handles this");
            self.findings.push(diagnostic.also(application.span, "this answers requests").help(
                "add `handler: src/FILE.SYMBOL` for it beside `app`, or give the trigger to a function of its own",
            ));
        }
        if !triggers.iter().any(|trigger| matches!(trigger.event, Event::Http(_)))
            && !self.refused.within(spec.name.span)
        {
            let message = format!("`{name}` is an app that no request reaches");
            let diagnostic = Diagnostic::error("model/app-unreached", message).at(application.span, "");
            self.findings.push(diagnostic.help("add `triggers: { http: ANY /*, auth: public }`"));
        }
    }

    /// The folders and files of its code; the spec's folder where nothing is written.
    fn code(&mut self, read: &Own<'a>) -> Vec<Spanned<portolan_value::Text>> {
        let texts: Vec<spec::Text> = match self.set(&read.spec.name.value, "code") {
            Some(node) => match &node.tree {
                Tree::List(items) => items.iter().filter_map(|item| self.text_of(item)).collect(),
                _ => self.text_of(node).into_iter().collect(),
            },
            None => match read.spec.code.as_ref().or(read.defaults.code.as_ref()) {
                Some(texts) => texts.clone(),
                None => return vec![Spanned::new(".".into(), read.spec.name.span)],
            },
        };
        let mut paths = Vec::with_capacity(texts.len());
        for text in &texts {
            let written = self.literal(text);
            paths.extend(written.and_then(|written| self.accept(runtime::code(written))));
        }
        crate::values::distinct(paths, &mut self.findings)
    }

    fn payload(&mut self, read: &Own<'a>) -> Spanned<Payload> {
        let words = [("neutral", Payload::Neutral), ("native", Payload::Native)];
        let text = self.own(read, "payload", |spec| &spec.payload);
        let payload = text.and_then(|text| self.choice(&text, "payload", &words));
        payload.unwrap_or(Spanned::new(Payload::Neutral, read.spec.name.span))
    }

    fn architecture(&mut self, read: &Own<'a>) -> Option<Spanned<Architecture>> {
        let words = [Architecture::Arm64, Architecture::X86].map(|one| (one.key(), one));
        let text = self.own(read, "architecture", |spec| &spec.architecture)?;
        self.choice(&text, "architecture", &words)
    }

    fn check_instances(&mut self, min: Option<Spanned<u32>>, max: Option<Spanned<u32>>) {
        if let (Some(min), Some(max)) = (min, max)
            && min.value > max.value
        {
            let message = format!("{} instances are kept ready, and at most {} may run", min.value, max.value);
            let diagnostic = Diagnostic::error("model/instances", message).at(min.span, "more than may run");
            self.findings.push(
                diagnostic.also(max.span, "at most so many").help("raise `max-concurrency` or lower `min-instances`"),
            );
        }
    }

    /// The user's variables: defaults, then target, then function.
    fn environment(&mut self, spec: &'a FunctionSpec) -> Vec<(Spanned<portolan_value::Text>, Text)> {
        let mut merged = crate::merged::Entries::default();
        merge(&mut merged, &self.spec.defaults.environment);
        merged.extend(&self.request.environment);
        merge(&mut merged, &spec.environment);
        let mut environment = Vec::with_capacity(merged.len());
        for (name, text) in merged.into_values() {
            environment.extend(self.deferred(text).map(|text| (name.clone(), text)));
        }
        environment
    }

    /// The hand-made permissions for this format.
    fn allow(&mut self, spec: &'a FunctionSpec) -> Vec<Allow> {
        let format = self.request.target.format;
        let here = spec.allow.iter().filter(|(known, _)| known.value == format);
        here.flat_map(|(_, allows)| allows).filter_map(|allow| self.allowed(allow)).collect()
    }

    fn allowed(&mut self, spec: &AllowSpec) -> Option<Allow> {
        for (key, list) in [("actions", &spec.actions), ("resources", &spec.resources)] {
            if list.is_empty() && !self.refused.within(spec.span) {
                let message = format!("a hand-made permission without `{key}` allows nothing");
                let diagnostic = Diagnostic::error("model/allow-empty", message).at(spec.span, "");
                self.findings
                    .push(diagnostic.help(format!("list at least one under `{key}`, in the provider's own words")));
            }
        }
        let why = spec.why.as_ref().and_then(|why| self.literal(why)).filter(|why| !why.value.trim().is_empty());
        if why.is_none() && !self.refused.within(spec.span) {
            let diagnostic =
                Diagnostic::error("model/allow-why", "a hand-made permission does not say why it is needed");
            self.findings.push(diagnostic.at(spec.span, "").help("add `why: \"…\"`: every review shows it"));
        }
        let actions = spec.actions.iter().filter_map(|text| self.deferred(text)).collect();
        let resources = spec.resources.iter().filter_map(|text| self.deferred(text)).collect();
        let conditions = spec.conditions.as_ref().and_then(|node| self.body(node));
        Some(Allow { span: spec.span, actions, resources, conditions, why: why? })
    }

    /// Reports what is wrong.
    pub fn accept<T>(&mut self, result: Result<T, Box<Diagnostic>>) -> Option<T> {
        result.map_err(|diagnostic| self.findings.push(*diagnostic)).ok()
    }
}

/// A function beside the defaults of the spec.
pub(crate) struct Own<'a> {
    pub(crate) spec: &'a FunctionSpec,
    pub(crate) defaults: &'a FunctionSpec,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, function, model, shown};

    #[test]
    fn the_nearest_word_counts() {
        let rest = "defaults: { runtime: nodejs22, memory: 256 MB, environment: { A: 1, B: 1, C: 1 } }\n\
                    functions:\n  f: { handler: a.b, memory: 1 GB, environment: { B: 2, D: 2 } }\n  g: { handler: ./x/a.b, timeout: 5 min, log-retention: 14 d }\n";
        let model = model(rest);
        let (f, g) = (&model.functions[0], &model.functions[1]);
        assert_eq!((f.memory.value, f.timeout.value, f.log_retention.value), (1024, TIMEOUT, LOG_RETENTION));
        assert_eq!((g.memory.value, g.timeout.value, g.log_retention.value), (256, 300, 14));
        assert_eq!((f.timeout.span, f.code[0].value.as_str()), (f.name.span, "."));
        assert_eq!(g.handler.value, Handler { file: "x/a".into(), symbol: Some("b".into()) });
        let values: Vec<String> =
            f.environment.iter().map(|(name, text)| format!("{}={}", name.value, shown(text))).collect();
        assert_eq!(values, ["A=1", "B=2", "C=1", "D=2"], "the last word in the first place");
    }

    #[test]
    fn without_anything_written() {
        let model = model(&function(""));
        assert_eq!((model.functions[0].memory.value, model.functions[0].payload.value), (MEMORY, Payload::Neutral));
        assert!(model.functions[0].max_concurrency.is_none());
    }

    #[test]
    fn wrong_functions() {
        check("functions: { f: {} }\n", &["4 model/runtime-missing", "4 model/handler-missing"]);
        check(&function("memory: 0"), &["5 model/out-of-range"]);
        check(&function("memory: 9999999 GB"), &["5 model/out-of-range"]);
        check(&function("timeout: forever"), &["5 model/duration"]);
        check(&function("log-retention: 1 h"), &["5 model/days"]);
        check(&function("max-concurrency: 0"), &["5 model/number"]);
        check(&function("max-concurrency: 1, min-instances: 2"), &["5 model/instances"]);
        check(&function("code: [src, src]"), &["5 model/repeated"]);
        check(&function("code: /src"), &["5 model/code-path"]);
        check("functions: { f: { runtime: custom } }\n", &["4 model/handler-missing"]);
        let app = "{ runtime: custom, handler: ./f, app: \"f:app\", triggers: { http: GET /, auth: public } }";
        check(&format!("functions: {{ f: {app} }}\n"), &["4 model/app"]);
        check(&function("payload: json"), &["5 model/choice"]);
        check(&function("architecture: arm"), &["5 model/choice"]);
        check(&function("targets: [prod, dev]"), &["5 resolve/unknown-target"]);
        check(
            &function("allow: { aws: [{ actions: [a], resources: [b] }, { actions: [], resources: [b], why: w }] }"),
            &["5 model/allow-why", "5 model/allow-empty"],
        );
        check(&function("allow: { gcp: [{ actions: [a], resources: [b] }] }"), &[]);
    }

    #[test]
    fn what_is_wrong_with_a_default_is_said_once() {
        let rest = "defaults: { runtime: rust, memory: lots, environment: { A: \"${b}\" } }\nfunctions: { f: { handler: a.b }, g: { handler: a.b } }\n";
        let (_, findings, _) =
            crate::testing::resolved(&format!("{}{rest}", crate::testing::HEAD), &crate::Asked::default());
        assert_eq!(
            findings.iter().map(|finding| finding.id).collect::<Vec<_>>(),
            ["model/size", "resolve/unknown-variable"]
        );
    }

    #[test]
    fn what_was_misspelt_is_not_missing_too() {
        check("functions: { f: { runtme: rust, handler: a.b } }\n", &["4 syntax/unknown-key"]);
        check(
            "defaults: { runtme: rust }\nfunctions: { f: { handler: a.b }, g: { handler: a.b } }\n",
            &["4 syntax/unknown-key"],
        );
    }
}
