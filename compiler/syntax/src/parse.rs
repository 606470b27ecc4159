//! The tree to the [`Spec`]: the top of the file and its smaller sections.

use crate::language::{self, Section};
use crate::reader::{Fields, Reader};
use crate::spec::{ExternalSpec, InputSpec, KeepSpec, Named, OutputSpec, ResourceSpec, Spec};
use crate::tree::{Entry, Node, Tree};
use crate::{marks, names, yaml};
use portolan_diagnostics::{Diagnostic, Source, Span, Spanned};
use portolan_value::Format;

/// Reads a spec. What could be read is always there; the findings are in the order of the file, a thousand at most.
#[must_use]
pub fn parse(source: &Source) -> (Spec, Vec<Diagnostic>) {
    let reading = yaml::read(source);
    let mut reader = Reader::new(&reading);
    let end = source.span(source.text().len()..source.text().len());
    let mut spec = match &reading.root {
        Some(root) if matches!(root.tree, Tree::Map(_)) => Spec { broken: reading.broken, ..reader.spec(root) },
        Some(root) if root.tree != Tree::Null => {
            if !reading.broken {
                reader.report(top_level(source, root));
            }
            Spec { span: root.span, broken: true, ..Spec::default() }
        }
        _ => {
            if reading.diagnostics.is_empty() {
                reader.report(empty(end));
            }
            Spec { span: end, broken: true, ..Spec::default() }
        }
    };
    let mut diagnostics = reading.diagnostics;
    diagnostics.append(&mut reader.diagnostics);
    diagnostics.sort_by_key(|diagnostic| diagnostic.primary.as_ref().map(|label| label.span.start));
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    spec.refused = errors.filter_map(|diagnostic| Some(diagnostic.primary.as_ref()?.span)).collect();
    diagnostics.truncate(yaml::MAX_FINDINGS);
    diagnostics.iter_mut().for_each(|diagnostic| diagnostic.message = on_one_line(&diagnostic.message));
    (spec, diagnostics)
}

/// A message holds words of the user's, who may write keys of several lines, or very long ones.
fn on_one_line(message: &str) -> String {
    let line = message.replace(['\n', '\r'], " ");
    match line.char_indices().nth(MAX_MESSAGE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn empty(end: Span) -> Diagnostic {
    Diagnostic::error("syntax/empty", "the file holds no spec").at(end, "nothing is written").help(SMALLEST)
}

fn top_level(source: &Source, root: &Node) -> Diagnostic {
    let line = source.line(source.position(root.span).line);
    let first = Span { end: root.span.end.min(line.end).max(root.span.start), ..root.span };
    Diagnostic::error("syntax/top-level", format!("a spec is a map of keys, this is {}", root.what()))
        .at(first, "")
        .help(SMALLEST)
}

/// The longest message, in characters.
const MAX_MESSAGE: usize = 400;

const SMALLEST: &str = "a spec begins with `portolan: 1` and `app: NAME`; `portolan init` writes one";

impl Reader {
    fn spec(&mut self, root: &Node) -> Spec {
        self.diagnostics.extend(marks::check(root));
        let whole = Spanned::new("the spec".into(), root.span);
        let Some(fields) = self.fields(&whole, root, &language::SPEC) else { return Spec::default() };
        self.version(&fields);
        let spec = Spec {
            span: fields.place,
            broken: false,
            refused: Vec::new(),
            app: self.app(&fields),
            targets: self.named(&fields, "targets", Self::target),
            variables: self.variables(&fields),
            inputs: self.named(&fields, "inputs", Self::input),
            defaults: fields.get("defaults").map(|entry| self.defaults(entry)).unwrap_or_default(),
            tags: self.text_map(&fields, "tags"),
            resources: self.named(&fields, "resources", Self::resource),
            functions: self.named(&fields, "functions", Self::function),
            outputs: self.named(&fields, "outputs", Self::output),
            native: self.bodies(&fields, "native"),
            overrides: self.bodies(&fields, "overrides"),
            keep: self.keep(&fields),
        };
        self.missing(&fields, format_args!("the spec has no `app`"), "app", "app: demo");
        spec
    }

    fn version(&mut self, fields: &Fields<'_>) {
        let Some(entry) = fields.get("portolan") else {
            if fields.complete {
                self.report(version_missing(fields.place));
            }
            return;
        };
        let Some(version) = self.text_of(&entry.key, &entry.value) else { return };
        if !version.parts.is_empty() && version.as_literal().is_none() {
            self.report(no_holes("portolan", version.span));
        } else if version.as_literal() != Some("1") {
            self.report(version_unknown(&version.written(), version.span));
        }
    }

    fn app(&mut self, fields: &Fields<'_>) -> Option<crate::Text> {
        let app = self.text(fields, "app")?;
        let Some(name) = app.as_literal() else {
            self.report(no_holes("app", app.span));
            return None;
        };
        let name = Spanned::new(name.to_owned().into(), app.span);
        self.diagnostics.extend(names::check("an app", &name, names::MAX_APP));
        Some(app)
    }

    /// The entries under the user's names in a section of the spec.
    fn named<T>(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
        mut read: impl FnMut(&mut Self, &Entry) -> Option<T>,
    ) -> Vec<T> {
        let Some(entry) = fields.get(key) else { return Vec::new() };
        let entries = self.map(&entry.key, &entry.value).unwrap_or_default();
        let mut named = Vec::with_capacity(entries.len());
        named.extend(entries.iter().filter_map(|entry| read(self, entry)));
        named
    }

    pub(crate) fn check_name(&mut self, what: &str, name: &Spanned<portolan_value::Text>) {
        self.diagnostics.extend(names::check(what, name, names::MAX_NAME));
    }

    fn variables(&mut self, fields: &Fields<'_>) -> Vec<Named<crate::Text>> {
        let variables = self.text_map(fields, "variables");
        variables.iter().for_each(|(name, _)| self.check_name("a variable", name));
        variables
    }

    fn input(&mut self, entry: &Entry) -> Option<InputSpec> {
        self.check_name("an input", &entry.key);
        let fields = self.fields(&entry.key, &entry.value, &language::INPUT)?;
        Some(InputSpec {
            name: entry.key.clone(),
            secret: self.text(&fields, "secret"),
            ssm: self.text(&fields, "ssm"),
            default: self.text(&fields, "default"),
            description: self.text(&fields, "description"),
        })
    }

    fn resource(&mut self, entry: &Entry) -> Option<ResourceSpec> {
        self.check_name("a resource", &entry.key);
        let fields = self.open(&entry.key, &entry.value, &language::RESOURCE)?;
        self.missing(&fields, format_args!("the resource `{}` has no `kind`", entry.key.value), "kind", "kind: bucket");
        let options = fields.entries().iter().filter(|option| language::RESOURCE.key(&option.key.value).is_none());
        Some(ResourceSpec {
            name: entry.key.clone(),
            kind: self.text(&fields, "kind"),
            external: fields.get("external").and_then(|external| self.external(external)),
            targets: self.texts(&fields, "targets"),
            formerly: self.text(&fields, "formerly"),
            options: options.filter_map(|option| Some((option.key.clone(), self.any_of(option)?))).collect(),
        })
    }

    fn external(&mut self, entry: &Entry) -> Option<ExternalSpec> {
        match &entry.value.tree {
            Tree::Scalar(_) => self.text_of(&entry.key, &entry.value).map(ExternalSpec::Name),
            Tree::Map(entries) => {
                let named = |entry: &Entry| Some((self.provider(&entry.key)?, self.text_of(&entry.key, &entry.value)?));
                Some(ExternalSpec::ByProvider(entries.iter().filter_map(named).collect(), entry.value.span))
            }
            _ => self.wrong_form(&entry.key, &entry.value, "a name, or a map from provider to name"),
        }
    }

    fn output(&mut self, entry: &Entry) -> Option<OutputSpec> {
        self.check_name("an output", &entry.key);
        let name = entry.key.clone();
        if matches!(entry.value.tree, Tree::Scalar(_)) {
            let value = self.text_of(&entry.key, &entry.value);
            return Some(OutputSpec { name, value, description: None, targets: None });
        }
        if !matches!(entry.value.tree, Tree::Map(_)) {
            return self.wrong_form(&entry.key, &entry.value, "a text, or a map with `value`");
        }
        let fields = self.fields(&entry.key, &entry.value, &language::OUTPUT)?;
        let message = format_args!("the output `{}` has no `value`", name.value);
        self.missing(&fields, message, "value", "value: \"${resources.web.url}\"");
        Some(OutputSpec {
            name,
            value: self.text(&fields, "value"),
            description: self.text(&fields, "description"),
            targets: self.texts(&fields, "targets"),
        })
    }

    /// `native` and `overrides`: target syntax under names, which nobody reads here.
    fn bodies(&mut self, fields: &Fields<'_>, key: &str) -> Vec<(Spanned<Format>, Vec<Named<Node>>)> {
        let mut bodies = Vec::new();
        for (format, entry) in self.by_format(fields, key) {
            let mut named = Vec::new();
            for body in self.map(&entry.key, &entry.value).unwrap_or_default() {
                if key == "native" {
                    self.check_name("a native resource", &body.key);
                }
                if self.map(&body.key, &body.value).is_some() {
                    named.push((body.key.clone(), body.value.clone()));
                }
            }
            bodies.push((format, named));
        }
        bodies
    }

    fn keep(&mut self, fields: &Fields<'_>) -> Vec<(Spanned<Format>, Vec<KeepSpec>)> {
        let mut kept = Vec::new();
        for (format, entry) in self.by_format(fields, "keep") {
            let addresses = self.map(&entry.key, &entry.value).unwrap_or_default();
            kept.push((format, addresses.iter().filter_map(|entry| self.keep_entry(entry)).collect()));
        }
        kept
    }

    fn keep_entry(&mut self, entry: &Entry) -> Option<KeepSpec> {
        const SECTION: &Section = &language::KEEP;
        let fields = self.fields(&entry.key, &entry.value, SECTION)?;
        let (id, name) = (self.text(&fields, "id"), self.text(&fields, "name"));
        Some(KeepSpec { address: entry.key.clone(), id, name })
    }
}

fn version_missing(place: Span) -> Diagnostic {
    Diagnostic::error("syntax/version-missing", "the spec does not say which version of the language it is written in")
        .at(place, "`portolan: 1` is wanted above this")
        .help("write `portolan: 1` as its first line")
}

fn version_unknown(written: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "syntax/version-unknown",
        format!("version `{written}` of the language is unknown, 1 is the only one"),
    )
    .at(span, "write 1")
    .help("a spec of a later version wants a later Portolan")
}

fn no_holes(key: &str, span: Span) -> Diagnostic {
    Diagnostic::error("syntax/plain-text", format!("`{key}` is plain text: no `${{…}}` is filled in here"))
        .at(span, "write it out")
        .help("stages of one app are `targets`; their names are part of every derived name already")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, check_file, spec};

    #[test]
    fn every_section_is_read() {
        let (spec, findings, _) = spec(
            "targets: { dev: { provider: aws, region: eu-west-1 } }
variables: { log-days: 14 }
inputs: { mail-key: { secret: true }, host: {} }
defaults: { runtime: python3.13, memory: 256 MB }
tags: { team: audio }
resources:
  uploads: { kind: bucket, versioned: true, targets: [dev] }
  old: { kind: table, external: { aws: x, gcp: y }, formerly: older }
  older: { kind: queue, external: z }
functions:
  tag: { handler: src/tag.handle, triggers: { queue: jobs } }
outputs:
  url: ${resources.web.url}
  other: { value: x, description: y, targets: dev }
native: { aws: { users: { Type: AWS::Cognito::UserPool, Arn: !ref uploads.arn } } }
overrides: { gcp-dm: { tag.function: { a: !join [x, !ref tag.arn] } } }
keep: { azure: { shows.table: { id: A, name: b } } }
",
        );
        assert_eq!(findings, []);
        assert_eq!(spec.app.unwrap().as_literal(), Some("demo"));
        assert_eq!((spec.targets.len(), spec.variables.len(), spec.inputs.len(), spec.tags.len()), (1, 1, 2, 1));
        assert_eq!(spec.defaults.memory.unwrap().written(), "256 MB");
        assert_eq!(spec.resources[0].options[0].0.value, "versioned");
        assert!(matches!(&spec.resources[1].external, Some(ExternalSpec::ByProvider(names, _)) if names.len() == 2));
        assert!(matches!(&spec.resources[2].external, Some(ExternalSpec::Name(name)) if name.written() == "z"));
        assert_eq!(spec.functions[0].name.value, "tag");
        assert_eq!(spec.outputs[1].targets.as_ref().unwrap().len(), 1);
        assert_eq!(spec.native[0].1[0].0.value, "users");
        assert_eq!(spec.overrides[0].0.value, Format::GcpDm);
        assert_eq!(spec.keep[0].1[0].name.as_ref().unwrap().written(), "b");
    }

    #[test]
    fn json_is_accepted() {
        let text = r#"{"portolan": 1, "app": "demo", "functions": {"f": {"handler": "a.b", "timeout": 30, "triggers": [{"http": "GET /{id}"}]}}}"#;
        check_file(text, &[]);
        check_file("{\n\t\"portolan\": 1,\n\t\"app\": \"x\"\n}\n", &[]);
    }

    #[test]
    fn the_version_and_the_app_are_required() {
        check_file(
            "app: x\n",
            &["1:1 version-missing the spec does not say which version of the language it is written in"],
        );
        check_file("portolan: 1\n", &["1:1 missing-key the spec has no `app`"]);
        check_file(
            "portolan: 2\napp: x\n",
            &["1:11 version-unknown version `2` of the language is unknown, 1 is the only one"],
        );
        check_file("portolan: '1'\napp: \"x\"\n", &[]);
        check_file(
            "portolan: ${v}\napp: x-${target}\n",
            &[
                "1:11 plain-text `portolan` is plain text: no `${…}` is filled in here",
                "2:6 plain-text `app` is plain text: no `${…}` is filled in here",
            ],
        );
        check_file(
            "portolan:\napp:\n",
            &["1:1 empty-value `portolan` has no value", "2:1 empty-value `app` has no value"],
        );
    }

    #[test]
    fn a_file_holds_a_map() {
        check_file("", &["1:1 empty the file holds no spec"]);
        check_file("# only this\n", &["2:1 empty the file holds no spec"]);
        check_file("---\n", &["2:1 empty the file holds no spec"]);
        check_file("hello\n", &["1:1 top-level a spec is a map of keys, this is a text"]);
        check_file("- a\n", &["1:3 top-level a spec is a map of keys, this is a list"]);
    }

    #[test]
    fn unknown_keys_are_refused() {
        check(
            "fuctions: {}\nservices: {}\n",
            &[
                "3:1 unknown-key the spec has no key `fuctions`",
                "4:1 not-built-yet `services` belongs to a later part of the language and is not built yet",
            ],
        );
        check(
            "inputs: { a: { secrt: true } }\nkeep: { aws: { b: { ids: x } } }\noutputs: { c: { value: x, val: y } }\n",
            &[
                "3:16 unknown-key an input has no key `secrt`",
                "4:21 unknown-key a `keep` entry has no key `ids`",
                "5:27 unknown-key an output has no key `val`",
            ],
        );
        let (_, findings, _) = spec("service: x\nResources: {}\n");
        assert_eq!(findings[0].help[0], "write `app`");
        assert_eq!(findings[1].help[0], "did you mean `resources`?");
    }

    #[test]
    fn names_have_one_form() {
        check(
            "resources: { MyThing_2: { kind: queue } }\nvariables: { a.b: 1 }\n",
            &[
                "3:14 name `MyThing_2` cannot name a resource: a name is lower-case words, digits too, joined by single hyphens",
                "4:14 name `a.b` cannot name a variable: a name is lower-case words, digits too, joined by single hyphens",
            ],
        );
        let long = "x".repeat(33);
        check(
            &format!("functions: {{ {long}: {{}} }}\n"),
            &[&format!("3:14 name `{long}` is too long to name a function: it has 33 characters, 32 is the most")],
        );
        let (_, findings, _) = spec("resources: { MyThing_2: { kind: queue } }\n");
        assert_eq!(findings[0].help, ["write `my-thing-2`"]);
        check_file(&format!("portolan: 1\napp: {}\n", "x".repeat(40)), &[]);
    }

    #[test]
    fn shapes_are_checked() {
        check(
            "tags: [x]\nvariables: { a: [b], c: }\nresources: { r: bucket }\noutputs: { o: [x] }\n",
            &[
                "3:7 shape `tags` wants a map, this is a list",
                "4:17 shape `a` wants a text, this is a list",
                "4:22 empty-value `c` has no value",
                "5:17 shape `r` wants a map, this is a text",
                "6:15 shape `o` wants a text, or a map with `value`, this is a list",
            ],
        );
        check(
            "functions:\nresources: { a: { kind: queue, fifo: }, b: { versioned: true } }\n",
            &[
                "3:1 empty-value `functions` has no value",
                "4:32 empty-value `fifo` has no value",
                "4:46 missing-key the resource `b` has no `kind`",
            ],
        );
        check("outputs: { o: { description: x } }\n", &["3:17 missing-key the output `o` has no `value`"]);
    }

    #[test]
    fn formats_and_providers_are_words() {
        check(
            "native: { google: {} }\noverrides: { aws: { a.b: x } }\nresources: { r: { kind: queue, external: { gcp-dm: x } } }\n",
            &[
                "3:11 unknown-format unknown format `google`",
                "4:26 shape `a.b` wants a map, this is a text",
                "5:44 unknown-provider unknown provider `gcp-dm`",
            ],
        );
    }

    #[test]
    fn tags_and_holes_have_their_places() {
        check(
            "resources: { r: { kind: !ref x } }\nnative: { aws: { n: { a: !GetAtt x.y, b: !ref [x], c: !join x } } }\n",
            &[
                "3:25 tag the tag `!ref` means nothing here",
                "4:26 unknown-tag unknown tag `!GetAtt`",
                "4:42 shape `!ref` wants a text: `!ref uploads.arn`, this is a list",
                "4:55 shape `!join` wants a list: `!join [!ref uploads.arn, \"/*\"]`, this is a text",
            ],
        );
        check(
            "tags: { \"${x}\": y, \"$${x}\": z }\n",
            &["3:9 hole-in-key the key `${x}` has a `${…}`, and keys are not filled in"],
        );
        check("native: { aws: { n: { \"${x}\": y } } }\n", &[]);
    }

    #[test]
    fn a_broken_text_is_not_called_incomplete() {
        check_file(
            "app: x\nfunctions:\n  f:\n    triggers:\n      - \"x\n",
            &["5:9 unclosed-quote the text that begins with \" here has no end"],
        );
        check(
            "resources:\n  r:\n    versioned: true\n   kind: queue\n",
            &["6:4 indentation this line is indented like none above it"],
        );
    }

    #[test]
    fn findings_come_in_the_order_of_the_file() {
        check(
            "functions: { f: { memory: [x] } }\nfunctions: {}\nbogus: 1\nresources: { A: { kind: x } }\n",
            &[
                "3:27 shape `memory` wants a text, this is a list",
                "4:1 duplicate-key the key `functions` is written twice in one map",
                "5:1 unknown-key the spec has no key `bogus`",
                "6:14 name `A` cannot name a resource: a name is lower-case words, digits too, joined by single hyphens",
            ],
        );
    }

    #[test]
    fn ten_thousand_functions_are_within_the_caps() {
        let one = |n: usize| {
            format!(
                "  f{n}:\n    <<: *base\n    handler: src/a.b\n    triggers: {{ http: \"GET /{n}\", auth: public }}\n    uses: {{ t{n}: [read, write] }}\n"
            )
        };
        let functions: String = (0..10_000).map(one).collect();
        let tables: String =
            (0..10_000).map(|n| format!("  t{n}: {{ kind: table, key: {{ id: string }} }}\n")).collect();
        let base = "defaults: &base { memory: 256 MB, environment: { A: b } }\n";
        let (spec, findings, _) = spec(&format!("{base}functions:\n{functions}resources:\n{tables}"));
        assert_eq!(findings, []);
        assert_eq!((spec.functions.len(), spec.resources.len()), (10_000, 10_000));
        assert_eq!(spec.functions[9_999].memory.as_ref().unwrap().written(), "256 MB");
    }
}
