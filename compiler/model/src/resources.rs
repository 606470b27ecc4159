//! Resources: their options, what they are called elsewhere, and the rules of particular kinds.

use crate::names::listed;
use crate::options::written;
use crate::resolve::Resolver;
use crate::{Resource, ResourceId, Setting, names::article};
use portolan_catalog::Kind;
use portolan_diagnostics::{Diagnostic, Span, Spanned};
use portolan_syntax::{ExternalSpec, ResourceSpec, Text};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

impl<'a> Resolver<'a> {
    /// Reads the resources that this target has.
    pub fn read_resources(&mut self, present: &[(&'a ResourceSpec, &'a Arc<Kind>)]) {
        for (index, (spec, kind)) in (0..).zip(present) {
            let resource = self.resource(spec, kind);
            self.check_kind(ResourceId(index), &resource);
            self.resources.push(resource);
        }
    }

    fn resource(&mut self, spec: &'a ResourceSpec, kind: &Arc<Kind>) -> Resource {
        let external = spec.external.as_ref().and_then(|external| self.external(external));
        let options = match &external {
            Some(external) => {
                self.refuse_options(spec, external);
                Vec::new()
            }
            None => self.own_options(spec, kind),
        };
        Resource {
            name: spec.name.clone(),
            kind: Arc::clone(kind),
            kind_span: spec.kind.as_ref().map_or(spec.name.span, |kind| kind.span),
            options,
            external,
            formerly: spec.formerly.as_ref().and_then(|name| self.literal(name)),
        }
    }

    /// What the target sets, else what is written, else the kind's default.
    fn own_options(&mut self, spec: &'a ResourceSpec, kind: &Kind) -> Vec<(portolan_value::Text, Spanned<Setting>)> {
        let noun = || article(&kind.name);
        let complete = self.check_keys(&kind.options, noun, spec.options.iter().map(|(key, _)| key), spec.name.span);
        let set = self.settings.get(spec.name.value.as_str()).cloned().unwrap_or_default();
        let node = |key: &str| {
            let set = set.iter().find(|(known, _)| *known == key).map(|(_, node)| *node);
            set.or_else(|| written(&spec.options, key)).map(Cow::Borrowed)
        };
        self.options(&kind.options, &spec.name, complete, node)
    }

    /// The name it has outside this app, on this target's provider.
    fn external(&mut self, external: &ExternalSpec) -> Option<Spanned<portolan_value::Text>> {
        let provider = self.request.target.format.provider();
        let text: &Text = match external {
            ExternalSpec::Name(name) => name,
            ExternalSpec::ByProvider(names, _) => {
                names.iter().find(|(known, _)| known.value == provider).map(|(_, name)| name)?
            }
        };
        let name = self.literal(text)?;
        if name.value.is_empty() {
            let diagnostic = Diagnostic::error("model/external-empty", "`external` names nothing").at(name.span, "");
            self.findings.push(diagnostic.help("write the name or full identifier that the resource has on the cloud"));
        }
        Some(name)
    }

    fn refuse_options(&mut self, spec: &ResourceSpec, external: &Spanned<portolan_value::Text>) {
        let set = self.request.set.values().map(|(address, _)| address);
        let set = set.filter(|address| address.value.split_once('.').is_some_and(|(name, _)| name == spec.name.value));
        for key in spec.options.iter().map(|(key, _)| key).chain(set) {
            let message = format!("`{}` is external, so `{}` cannot be set on it", spec.name.value, key.value);
            self.findings.push(
                Diagnostic::error("model/external-option", message)
                    .at(key.span, "this app does not create the resource")
                    .also(external.span, "external here")
                    .help("leave the option out"),
            );
        }
    }

    /// The rules of kinds that their options' types cannot say.
    fn check_kind(&mut self, id: ResourceId, resource: &Resource) {
        match resource.kind.name.as_str() {
            "table" => self.check_table(resource),
            "queue" => self.check_dead_letter(id, resource),
            "parameter" => self.check_value(resource),
            _ => {}
        }
    }

    fn check_table(&mut self, table: &Resource) {
        let Some(Spanned { value: Setting::Map(key), span }) = table.option("key") else { return };
        self.check_key(&table.name.value, key, *span);
        let Some(Setting::Map(indexes)) = table.option("indexes").map(|indexes| &indexes.value) else { return };
        let mut known: HashMap<&str, &Spanned<Setting>> =
            key.iter().map(|(name, r#type)| (name.value.as_str(), r#type)).collect();
        for (name, index) in indexes {
            let Setting::Map(fields) = &index.value else { continue };
            self.check_key(&name.value, fields, index.span);
            for (name, r#type) in fields {
                let first = *known.entry(&name.value).or_insert(r#type);
                if word(&first.value) != word(&r#type.value) {
                    self.findings.push(two_types(name, first, r#type));
                }
            }
        }
    }

    fn check_key(&mut self, owner: &str, key: &[(Spanned<portolan_value::Text>, Spanned<Setting>)], span: Span) {
        if key.is_empty() || key.len() > 2 {
            let names = listed(key.iter().map(|(name, _)| name.value.as_str()));
            let message = format!("the key of `{owner}` is {names}, and a key has one or two attributes");
            let diagnostic = Diagnostic::error("model/table-key", message).at(span, "");
            self.findings.push(
                diagnostic.help(
                    "first the partition key, then the sort key if there is one; other ways to query are `indexes`",
                ),
            );
        }
    }

    fn check_dead_letter(&mut self, id: ResourceId, queue: &Resource) {
        let Some(Setting::Map(fields)) = queue.option("dead-letter").map(|setting| &setting.value) else { return };
        let to = fields.iter().find(|(name, _)| name.value == "to");
        if let Some((_, Spanned { value: Setting::Resource(to), span })) = to
            && *to == id
        {
            let message = format!(
                "the queue `{}` is its own dead letter queue, so failed messages never leave it",
                queue.name.value
            );
            let diagnostic = Diagnostic::error("model/dead-letter-self", message).at(*span, "the same queue");
            self.findings.push(diagnostic.help("name another queue, or leave `to` out: one is made"));
        }
    }

    /// No cloud keeps a parameter without a value.
    fn check_value(&mut self, parameter: &Resource) {
        if let Some(Spanned { value: Setting::Text(value), span }) = parameter.option("value")
            && value.is_empty()
        {
            let message = format!("the parameter `{}` has an empty value, which no cloud keeps", parameter.name.value);
            let diagnostic = Diagnostic::error("model/parameter-value", message).at(*span, "");
            self.findings.push(diagnostic.help("write a word that the code takes for nothing, such as `none`"));
        }
    }
}

fn two_types(name: &Spanned<portolan_value::Text>, first: &Spanned<Setting>, second: &Spanned<Setting>) -> Diagnostic {
    let (was, is) = (word(&first.value), word(&second.value));
    Diagnostic::error("model/table-attribute", format!("the attribute `{}` is a {was} and a {is}", name.value))
        .at(second.span, "another type here")
        .also(first.span, "its type here")
        .help("an attribute has one type in the key and all indexes")
}

fn word(setting: &Setting) -> &str {
    match setting {
        Setting::Text(word) => word,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, function, model};

    #[test]
    fn options_have_their_defaults() {
        let rest = "resources:\n  shows: { kind: table, key: { show: string, number: number }, indexes: { by-date: { show: string, date: string } } }\n  jobs: { kind: queue, dead-letter: dead }\n  dead: { kind: queue }\n";
        let model = model(&format!("{rest}{}", function("timeout: 20 s, triggers: { queue: jobs }")));
        let options = |at: usize| {
            let option = |(name, setting): &(portolan_value::Text, portolan_diagnostics::Spanned<crate::Setting>)| {
                let shown = format!("{:?}", setting.value);
                format!("{name}={}", shown.split(['(', ' ']).next().unwrap())
            };
            model.resources[at].options.iter().map(option).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(options(0), "key=Map indexes=Map recovery=Bool");
        assert_eq!(options(1), "visibility=Duration retention=Duration fifo=Bool dead-letter=Map");
        assert_eq!(options(2), "retention=Duration fifo=Bool dead-letter=Map", "nobody takes from it");
        assert!(matches!(model.resources[1].option("visibility").unwrap().value, crate::Setting::Duration(120)));
        let crate::Setting::Map(fields) = &model.resources[1].option("dead-letter").unwrap().value else { panic!() };
        assert!(matches!(fields[0].1.value, crate::Setting::Resource(crate::ResourceId(2))));
        assert!(matches!(fields[1].1.value, crate::Setting::Number(5)));
    }

    #[test]
    fn wrong_resources() {
        let wrong = |resource: &str, expected: &[&str]| {
            check(&format!("resources: {{ {resource} }}\n{}", function("")), expected);
        };
        wrong("a: { kind: quue }", &["4 resolve/unknown-kind"]);
        wrong("a: { kind: function }", &["4 resolve/unknown-kind"]);
        wrong("a: { kind: stream }", &["4 resolve/kind-not-built-yet"]);
        wrong("a: { kind: table }", &["4 model/option-missing"]);
        wrong("a: { kind: table, key: { x: text } }", &["4 model/choice"]);
        wrong("a: { kind: table, key: {} }", &["4 model/table-key"]);
        wrong("a: { kind: table, key: { x: string }, indexes: { i: { x: number } } }", &["4 model/table-attribute"]);
        wrong("a: { kind: table, key: [x] }", &["4 model/option-shape"]);
        wrong("a: { kind: queue, dead-letter: b }", &["4 resolve/unknown-resource"]);
        wrong("a: { kind: queue, dead-letter: a }", &["4 model/dead-letter-self"]);
        wrong(
            "a: { kind: queue, dead-letter: { to: t, afer: 3 } }, t: { kind: topic }",
            &["4 resolve/wrong-kind", "4 resolve/unknown-option"],
        );
        wrong("a: { kind: queue, retention: 4 lightyears, fifo: \"true\" }", &["4 model/duration", "4 model/truth"]);
        wrong("a: { kind: bucket, external: x, versioned: true }", &["4 model/external-option"]);
        wrong("a: { kind: parameter }", &["4 model/option-missing"]);
        wrong("a: { kind: parameter, value: \"\" }", &["4 model/parameter-value"]);
        wrong("f: { kind: bucket }", &["6 resolve/name-taken"]);
        wrong("a: { kind: topic, formerly: f }", &["4 model/formerly-exists"]);
    }

    #[test]
    fn an_external_resource_is_what_its_target_names() {
        let uses = function("uses: { a: read }");
        check(
            &format!("resources: {{ a: {{ kind: bucket, external: {{ gcp: x }} }} }}\n{uses}"),
            &["6 resolve/external-elsewhere"],
        );
        check(&format!("resources: {{ a: {{ kind: bucket, external: {{ gcp: x }} }} }}\n{}", function("")), &[]);
        let model =
            model(&format!("resources: {{ a: {{ kind: bucket, external: {{ aws: \"${{app}}-x\" }} }} }}\n{uses}"));
        assert_eq!(model.resources[0].external.as_ref().unwrap().value, "demo-x");
    }
}
