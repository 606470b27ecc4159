//! The rest of a spec's top: the app's name, outputs, tags, and names that were given up.

use crate::resolve::Resolver;
use crate::{Output, Piece, Text};
use portolan_diagnostics::{Diagnostic, Span, Spanned};
use portolan_syntax::OutputSpec;
use std::collections::HashMap;

impl Resolver<'_> {
    /// The app's name; without one the spec was refused already.
    pub fn app(&mut self) -> Spanned<portolan_value::Text> {
        let written = self.spec.app.as_ref();
        if let (Some(app), true) = (written, self.spec.functions.is_empty()) {
            let diagnostic = Diagnostic::warning("model/no-functions", "the app has no functions").at(app.span, "");
            self.findings.push(diagnostic.help("declare one: `functions: { hello: { runtime: …, handler: … } }`"));
        }
        written.map(|text| Spanned::new(text.written().into(), text.span)).unwrap_or_default()
    }

    /// The outputs that this target has.
    pub fn outputs(&mut self) -> Vec<Output> {
        let spec = self.spec;
        spec.outputs.iter().filter_map(|output| self.output(output)).collect()
    }

    fn output(&mut self, output: &OutputSpec) -> Option<Output> {
        if output.targets.as_ref().is_some_and(|targets| !self.includes(targets)) {
            return None;
        }
        let value = self.deferred(output.value.as_ref()?)?;
        let secret = value.pieces.iter().find_map(|piece| match piece {
            Piece::Input(id) => self.inputs.get(id.0 as usize).filter(|input| input.secret),
            _ => None,
        });
        if let Some(input) = secret {
            let message =
                format!("the output `{}` would show the secret input `{}`", output.name.value, input.name.value);
            let diagnostic =
                Diagnostic::error("model/secret-shown", message).at(value.span, "outputs can be read by many");
            self.findings.push(
                diagnostic
                    .also(input.name.span, "declared secret here")
                    .help("a secret can only be given to a function"),
            );
        }
        let description = output.description.as_ref().and_then(|text| self.literal(text)).map(|text| text.value);
        Some(Output { name: output.name.clone(), value, description })
    }

    /// The tags.
    pub fn tags(&mut self) -> Vec<(Spanned<portolan_value::Text>, Text)> {
        let spec = self.spec;
        spec.tags.iter().filter_map(|(name, text)| Some((name.clone(), self.joined(text)?))).collect()
    }

    /// A name that something had before is free now, and one thing had it.
    pub fn check_former_names(&mut self) {
        let spec = self.spec;
        let resources = spec.resources.iter().map(|resource| (&resource.name, &resource.formerly));
        let functions = spec.functions.iter().map(|function| (&function.name, &function.formerly));
        let mut seen: HashMap<String, Span> = HashMap::new();
        for (name, formerly) in resources.chain(functions) {
            let Some(formerly) =
                formerly.as_ref().and_then(|formerly| formerly.as_literal().map(|text| (text, formerly.span)))
            else {
                continue;
            };
            let (text, span) = formerly;
            if let Some(declared) = self.names.get(text) {
                let message = format!("`{}` cannot formerly have been `{text}`, which still exists", name.value);
                let diagnostic = Diagnostic::error("model/formerly-exists", message).at(span, "its name before");
                self.findings.push(
                    diagnostic
                        .also(declared.span, "declared here")
                        .help("a renamed thing leaves its old name; remove one of the two"),
                );
            } else if let Some(first) = seen.insert(text.to_owned(), span) {
                let diagnostic =
                    Diagnostic::error("model/formerly-twice", format!("two things were formerly `{text}`"));
                self.findings.push(
                    diagnostic
                        .at(span, "again here")
                        .also(first, "first here")
                        .help("only one of them can take over what is deployed"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_file, function, model, shown};

    #[test]
    fn outputs_and_tags() {
        let rest = "outputs: { a: \"${functions.f.arn}\", b: { value: x, targets: [dev] } }\ntags: { team: \"${app}-${account}\" }\n";
        let model = model(&format!("{rest}{}", function("")));
        let texts: Vec<String> = model.outputs.iter().map(|output| shown(&output.value)).collect();
        assert_eq!(texts, ["{Function(FunctionId(0)).arn}", "x"]);
        assert_eq!(shown(&model.tags[0].1), "demo-{Account}");
    }

    #[test]
    fn wrong_outputs() {
        check(
            &format!("inputs: {{ k: {{ secret: true }} }}\noutputs: {{ a: \"${{inputs.k}}\" }}\n{}", function("")),
            &["5 model/secret-shown"],
        );
        check(
            &format!("outputs: {{ a: {{ value: x, targets: [prod] }} }}\n{}", function("")),
            &["4 resolve/unknown-target"],
        );
        check(&format!("tags: {{ a: \"${{functions.f.arn}}\" }}\n{}", function("")), &["4 model/deferred-here"]);
        check(
            "resources: { a: { kind: topic, formerly: x }, b: { kind: topic, formerly: x } }\n",
            &["2 model/no-functions", "4 model/formerly-twice"],
        );
    }

    #[test]
    fn a_target_has_what_names_it() {
        let targets =
            "targets:\n  dev: { provider: aws, region: eu-west-1 }\n  prod: { like: dev }\n  \"pr-*\": { like: dev }\n";
        let rest = "resources: { a: { kind: topic, targets: [prod, pr-*] } }\nfunctions:\n  f: { runtime: rust, handler: a.b, uses: { a: publish }, targets: [TARGETS] }\n  g: { runtime: rust, handler: a.b }\n";
        let check = |targets_of_f: &str, expected: &[&str]| {
            check_file(
                &format!("portolan: 1\napp: demo\n{targets}{}", rest.replace("TARGETS", targets_of_f)),
                expected,
            );
        };
        check("prod", &[]);
        check("\"p*\"", &[]);
        check("dev, prod", &["9 resolve/not-in-target"]);
        check("pr-7", &[]);
        check("qa", &["9 resolve/unknown-target"]);
    }
}
