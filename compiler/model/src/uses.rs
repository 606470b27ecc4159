//! `uses`: what a function may do, with whom, and on which objects.

use crate::names::{Declared, What, article, listed};
use crate::resolve::Resolver;
use crate::{Pattern, Subject, Use};
use portolan_catalog::Kind;
use portolan_diagnostics::{Diagnostic, Spanned, suggest};
use portolan_syntax::{FunctionSpec, Text, UseSpec};
use std::sync::Arc;

impl Resolver<'_> {
    /// One entry a verb, in the order of the file.
    pub fn uses(&mut self, spec: &FunctionSpec) -> Vec<Use> {
        let written = spec.uses.as_deref().unwrap_or_default();
        let mut uses = Vec::with_capacity(written.iter().map(|entry| entry.verbs.len()).sum());
        for entry in written {
            let Some((subject, declared)) = self.subject(&entry.subject) else { continue };
            let Some(kind) = self.kind_of(&declared) else {
                self.no_verbs(&entry.subject, &declared);
                continue;
            };
            if entry.subject.value == spec.name.value {
                self.invokes_itself(&entry.subject);
            }
            self.verbs(entry, subject, &kind, &declared, &mut uses);
        }
        uses
    }

    fn kind_of(&self, declared: &Declared<'_>) -> Option<Arc<Kind>> {
        match declared.what {
            What::Function => self.catalog.kind("function").cloned(),
            What::Resource(kind) => kind.cloned(),
            What::Native => None,
        }
    }

    fn verbs(&mut self, entry: &UseSpec, subject: Subject, kind: &Kind, declared: &Declared<'_>, uses: &mut Vec<Use>) {
        let before = uses.len();
        for (text, patterns) in &entry.verbs {
            let Some(word) = self.literal(text) else { continue };
            let Some(verb) = kind.verb(&word.value) else {
                self.no_such_verb(&word, &entry.subject, kind, declared);
                continue;
            };
            if let Some(first) = uses[before..].iter().find(|known| known.verb == verb) {
                let message = format!("`{}` on `{}` stands twice", word.value, entry.subject.value);
                let diagnostic = Diagnostic::error("access/verb-twice", message).at(word.span, "again here");
                self.findings.push(
                    diagnostic
                        .also(first.span, "first here")
                        .help("write it once, with a list of prefixes if there are several"),
                );
                continue;
            }
            let only = self.patterns(&word, patterns, kind);
            uses.push(Use { subject, verb, only, span: word.span, call: None });
        }
        if entry.verbs.is_empty() {
            let message = format!("`{}` is listed under `uses` without a verb", entry.subject.value);
            let diagnostic = Diagnostic::error("access/no-verb", message).at(entry.subject.span, "to do what?");
            self.findings.push(diagnostic.help(self.knows(kind)));
        }
    }

    fn knows(&self, kind: &Kind) -> String {
        match kind.verbs.is_empty() {
            true => format!("{} has no access verbs: remove it from `uses`", article(&kind.name)),
            false => {
                format!("{} knows {}", article(&kind.name), listed(kind.verbs.iter().map(|rule| rule.verb.name())))
            }
        }
    }

    fn no_such_verb(
        &mut self,
        word: &Spanned<portolan_value::Text>,
        subject: &Spanned<portolan_value::Text>,
        kind: &Kind,
        declared: &Declared<'_>,
    ) {
        let noun = article(&kind.name);
        let close = suggest(&word.value, kind.verbs.iter().map(|rule| rule.verb.name()));
        let homes = self.catalog.kinds().filter(|kind| kind.verb(&word.value).is_some());
        let homes: Vec<String> = homes.map(|kind| format!("{}s", kind.name)).collect();
        let mut help = self.knows(kind);
        match (close, homes.as_slice()) {
            (Some(close), _) => help = format!("did you mean `{close}`? {help}"),
            (None, []) => {}
            (None, homes) => help = format!("{help}; `{}` belongs to {}", word.value, homes.join(" and ")),
        }
        self.findings.push(
            Diagnostic::error("access/verb-not-on-kind", format!("{noun} has no access verb `{}`", word.value))
                .at(word.span, format!("`{}` is {noun}", subject.value))
                .also(declared.span, "declared here")
                .help(help),
        );
    }

    /// Raw resources are outside of what we know; permissions on them are hand-made.
    fn no_verbs(&mut self, name: &Spanned<portolan_value::Text>, declared: &Declared<'_>) {
        let message = format!("`{}` is a raw resource, and a raw resource has no access verbs", name.value);
        let diagnostic = Diagnostic::error("access/raw-resource", message).at(name.span, "");
        self.findings.push(
            diagnostic
                .also(declared.span, "declared here")
                .help("write the permission under `allow`, in the provider's own words"),
        );
    }

    fn invokes_itself(&mut self, name: &Spanned<portolan_value::Text>) {
        let message = format!("the function `{}` may invoke itself", name.value);
        let diagnostic = Diagnostic::warning("access/self-invoke", message).at(name.span, "itself");
        self.findings
            .push(diagnostic.help("make sure that it ends: every call waits for the next one, and each costs"));
    }

    /// The objects a verb is limited to; a `*` alone is all of them.
    fn patterns(&mut self, verb: &Spanned<portolan_value::Text>, texts: &[Text], kind: &Kind) -> Vec<Spanned<Pattern>> {
        let limits = |rule: &&portolan_catalog::VerbRule| rule.prefixes;
        let takes = kind.verbs.iter().any(|rule| rule.prefixes && rule.verb.name() == verb.value);
        if let (Some(first), false) = (texts.first(), takes) {
            let with: Vec<&str> = kind.verbs.iter().filter(limits).map(|rule| rule.verb.name()).collect();
            let message = format!("`{}` on {} cannot be limited to objects", verb.value, article(&kind.name));
            let diagnostic = Diagnostic::error("access/no-prefixes", message).at(first.span, "a limit");
            let help = match with.is_empty() {
                true => format!("{} has no objects: write the verb alone", article(&kind.name)),
                false => format!("{} can be", listed(with)),
            };
            self.findings.push(diagnostic.help(help));
            return Vec::new();
        }
        let words = texts.iter().filter_map(|text| self.literal(text)).collect();
        let words = crate::values::distinct(words, &mut self.findings);
        if words.iter().any(|word| word.value == "*") {
            return Vec::new();
        }
        words.into_iter().filter_map(|word| self.pattern(word)).collect()
    }

    fn pattern(&mut self, word: Spanned<portolan_value::Text>) -> Option<Spanned<Pattern>> {
        let (stem, is_prefix) = match word.value.strip_suffix('*') {
            Some(stem) => (stem, true),
            None => (word.value.as_str(), false),
        };
        if stem.is_empty() || stem.contains('*') {
            let message =
                format!("`{}` is not a pattern: it is a prefix with one final `*`, or a whole key", word.value);
            let diagnostic = Diagnostic::error("access/pattern", message).at(word.span, "");
            self.findings.push(diagnostic.help("write `tagged/*`, or a list of such prefixes"));
            return None;
        }
        let stem = stem.to_owned();
        Some(Spanned::new(if is_prefix { Pattern::Prefix(stem) } else { Pattern::Key(stem) }, word.span))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_message, function, model};

    const THINGS: &str = "resources: { jobs: { kind: queue }, files: { kind: bucket }, web: { kind: api } }\nnative: { aws: { users: { Type: T } } }\n";

    #[test]
    fn one_entry_a_verb() {
        let uses = "uses: { files: { write: [\"a/*\", b.txt], read: \"*\" }, jobs: [send, receive] }";
        let model = model(&format!("{THINGS}{}", function(uses)));
        let shown: Vec<String> = model.functions[0]
            .uses
            .iter()
            .map(|entry| {
                let only: Vec<String> = entry.only.iter().map(|pattern| format!("{:?}", pattern.value)).collect();
                format!("{} {} {}", model.name_of(entry.subject), entry.verb.name(), only.join(" "))
            })
            .collect();
        assert_eq!(shown, ["files write Prefix(\"a/\") Key(\"b.txt\")", "files read ", "jobs send ", "jobs receive "]);
    }

    #[test]
    fn wrong_uses() {
        let check = |uses: &str, expected: &[&str]| {
            check(&format!("{THINGS}{}", function(&format!("uses: {{ {uses} }}"))), expected);
        };
        check("file: read", &["7 resolve/unknown-resource"]);
        check("jobs: [send, query]", &["7 access/verb-not-on-kind"]);
        check("web: read", &["7 access/verb-not-on-kind"]);
        check("users: read", &["7 access/raw-resource"]);
        check("jobs: [send, send]", &["7 access/verb-twice"]);
        check("jobs: []", &["7 access/no-verb"]);
        check("jobs: { send: a/* }", &["7 access/no-prefixes"]);
        check("files: { read: \"*a\" }", &["7 access/pattern"]);
        check("files: { read: \"\" }", &["7 access/pattern"]);
        check("files: { read: [a/*, a/*] }", &["7 model/repeated"]);
        check("f: invoke", &["7 access/self-invoke"]);
        check("f: call", &["7 access/self-invoke", "7 access/verb-not-on-kind"]);
    }

    #[test]
    fn messages_say_what_is_possible() {
        let uses = |uses: &str| format!("{THINGS}{}", function(&format!("uses: {{ {uses} }}")));
        let help = "a queue knows `send` and `receive`; `query` belongs to tables";
        check_message(&uses("jobs: query"), "a queue has no access verb `query`", help);
        let help = "did you mean `receive`? a queue knows `send` and `receive`";
        check_message(&uses("jobs: recieve"), "a queue has no access verb `recieve`", help);
        let help = "an api has no access verbs: remove it from `uses`; `list` belongs to buckets";
        check_message(&uses("web: list"), "an api has no access verb `list`", help);
    }
}
