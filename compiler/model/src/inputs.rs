//! Inputs: what is known only when somebody deploys.

use crate::names::index;
use crate::resolve::Resolver;
use crate::{Input, InputId};
use portolan_diagnostics::{Diagnostic, Spanned};
use portolan_syntax::{EventSpec, InputSpec, Named, Node, Part, Spec, Text, Tree};
use std::collections::HashSet;

impl Resolver<'_> {
    /// Reads the inputs; one that nothing in the spec mentions deserves a look.
    pub fn read_inputs(&mut self) {
        let spec = self.spec;
        let mentioned = mentioned(spec);
        for input in &spec.inputs {
            let read = self.input(input);
            self.input_ids.insert(&input.name.value, InputId(index(self.inputs.len())));
            self.inputs.push(read);
            if !mentioned.contains(input.name.value.as_str()) {
                let message = format!("nothing uses the input `{}`", input.name.value);
                self.findings.push(
                    Diagnostic::warning("model/unused-input", message)
                        .at(input.name.span, "declared here")
                        .help(format!("use it as `${{inputs.{}}}`, or remove it", input.name.value)),
                );
            }
        }
    }

    fn input(&mut self, input: &InputSpec) -> Input {
        let secret = input.secret.as_ref().and_then(|secret| self.truth(secret)).is_some_and(|secret| secret.value);
        let ssm = input.ssm.as_ref().and_then(|path| self.ssm(path));
        let default = input.default.as_ref().and_then(|default| self.literal(default));
        let description = input.description.as_ref().and_then(|text| self.literal(text)).map(|text| text.value);
        if let (Some(default), true) = (&default, secret) {
            self.findings.push(
                Diagnostic::error(
                    "model/secret-default",
                    format!("the secret input `{}` has a default", input.name.value),
                )
                .at(default.span, "a secret never stands in a spec")
                .also(input.name.span, "declared secret here")
                .help("leave `default` out; the value is given when it is deployed"),
            );
        }
        if let (Some(default), Some(ssm)) = (&default, &ssm) {
            let message = format!("the input `{}` has two sources: `ssm` and `default`", input.name.value);
            let diagnostic = Diagnostic::error("model/input-sources", message).at(default.span, "one source");
            self.findings.push(diagnostic.also(ssm.span, "the other").help("keep one of them"));
        }
        Input { name: input.name.clone(), secret, ssm, default, description }
    }

    fn ssm(&mut self, path: &Text) -> Option<Spanned<portolan_value::Text>> {
        let path = self.literal(path)?;
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-".contains(letter);
        if path.value.len() < 2 || !path.value.starts_with('/') || !path.value.chars().all(is_plain) {
            let message = format!("`{}` is not the path of a parameter", path.value);
            let diagnostic = Diagnostic::error("model/ssm-path", message).at(path.span, "");
            self.findings
                .push(diagnostic.help("a path begins with `/` and has letters, digits, `.`, `-`, `_` and `/`"));
            return None;
        }
        Some(path)
    }
}

/// The inputs that the spec mentions anywhere, for whatever target.
fn mentioned(spec: &Spec) -> HashSet<&str> {
    let mut found = Mentioned::default();
    if spec.inputs.is_empty() {
        return found.0;
    }
    spec.targets.iter().for_each(|target| found.entries(&target.environment));
    spec.resources.iter().flat_map(|resource| &resource.options).for_each(|(_, node)| found.node(node));
    for function in spec.functions.iter().chain([&spec.defaults]) {
        found.entries(&function.environment);
        function.callers.iter().flat_map(|callers| &callers.principals).for_each(|(_, list)| found.texts(list));
        for trigger in &function.triggers {
            if let EventSpec::Http { auth: Some(auth), .. } = &trigger.event.value {
                found.node(auth);
            }
        }
        for allow in function.allow.iter().flat_map(|(_, allows)| allows) {
            found.texts(&allow.actions);
            found.texts(&allow.resources);
        }
    }
    spec.outputs.iter().filter_map(|output| output.value.as_ref()).for_each(|text| found.text(text));
    found.0
}

#[derive(Default)]
struct Mentioned<'a>(HashSet<&'a str>);

impl<'a> Mentioned<'a> {
    fn entries(&mut self, entries: &'a [Named<Text>]) {
        entries.iter().for_each(|(_, text)| self.text(text));
    }

    fn texts(&mut self, texts: &'a [Text]) {
        texts.iter().for_each(|text| self.text(text));
    }

    fn text(&mut self, text: &'a Text) {
        for part in &text.parts {
            if let Part::Hole(hole) = part {
                self.0.extend(hole.value.strip_prefix("inputs."));
            }
        }
    }

    /// A value that is still YAML: holes are looked for as they are written.
    fn node(&mut self, node: &'a Node) {
        match &node.tree {
            Tree::Null => {}
            Tree::Scalar(scalar) => {
                let holes = scalar.text.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
                self.0.extend(holes.filter_map(|(path, _)| path.trim().strip_prefix("inputs.")));
            }
            Tree::List(items) => items.iter().for_each(|item| self.node(item)),
            Tree::Map(entries) => entries.iter().for_each(|entry| self.node(&entry.value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, function};

    #[test]
    fn inputs_are_used_somewhere() {
        let used = |inputs: &str, function: &str, expected: &[&str]| {
            check(&format!("inputs: {{ {inputs} }}\n{function}"), expected);
        };
        used("a: {}", &function("environment: { A: \"x${ inputs.a }\" }"), &[]);
        used(
            "a: {}",
            &function("triggers: { http: GET /, auth: { jwt: { issuer: \"https://${inputs.a}\", audience: b } } }"),
            &[],
        );
        used("a: {}", &function("allow: { gcp: [{ actions: [x], resources: [\"${inputs.a}\"], why: w }] }"), &[]);
        used("a: {}, b: {}", &function("environment: { A: \"${inputs.a}\" }"), &["4 model/unused-input"]);
    }

    #[test]
    fn wrong_inputs() {
        let wrong = |input: &str, expected: &[&str]| {
            check(
                &format!("inputs: {{ a: {{ {input} }} }}\n{}", function("environment: { A: \"${inputs.a}\" }")),
                expected,
            );
        };
        wrong("secret: maybe", &["4 model/truth"]);
        wrong("secret: true, default: x", &["4 model/secret-default"]);
        wrong("ssm: /a, default: x", &["4 model/input-sources"]);
        wrong("ssm: a b", &["4 model/ssm-path"]);
        wrong("default: \"${inputs.a}\"", &["4 model/deferred-here"]);
    }
}
