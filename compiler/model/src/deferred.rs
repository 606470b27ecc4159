//! References that only the deployment can fill: `${functions.F.attr}`, `${resources.R.attr}`, `${native.N.Attr}` and
//! `${inputs.I}`. Whom they name is known here, so the name and the attribute are checked.

use crate::names::{Declared, What, article, closest, listed};
use crate::resolve::Resolver;
use crate::words::{is_deferred, push};
use crate::{InputId, Piece, Subject, Text};
use portolan_diagnostics::{Diagnostic, Span, Spanned, suggest};
use portolan_syntax::{self as spec, Part};

impl Resolver<'_> {
    /// A text in a place where such references may stand.
    pub fn deferred(&mut self, text: &spec::Text) -> Option<Text> {
        let mut pieces = Vec::with_capacity(text.parts.len());
        let mut complete = true;
        for part in &text.parts {
            match part {
                Part::Hole(hole) if is_deferred(&hole.value) => match self.reference(hole) {
                    Some(piece) => push(&mut pieces, piece),
                    None => complete = false,
                },
                _ => complete &= self.words.part(part, &mut pieces, &mut self.findings),
            }
        }
        complete.then_some(Text { span: text.span, pieces })
    }

    fn reference(&mut self, hole: &Spanned<portolan_value::Text>) -> Option<Piece> {
        let (space, path) = hole.value.split_once('.')?;
        if space == "inputs" {
            return self.input_named(&Spanned::new(path.to_owned().into(), hole.span)).map(Piece::Input);
        }
        let Some((name, attribute)) = path.split_once('.').filter(|(_, attribute)| !attribute.is_empty()) else {
            let message = format!("`${{{}}}` names no attribute", hole.value);
            let diagnostic = Diagnostic::error("resolve/attribute-missing", message).at(hole.span, "");
            self.findings.push(
                diagnostic.help(format!("write `${{{space}.NAME.ATTRIBUTE}}`, such as `${{{space}.{path}.arn}}`")),
            );
            return None;
        };
        let (name, attribute) =
            (Spanned::new(name.to_owned().into(), hole.span), Spanned::new(attribute.to_owned().into(), hole.span));
        let (subject, declared) = self.subject(&name)?;
        self.check_space(space, &name, &attribute, declared).then_some(())?;
        self.attribute(subject, &declared, &name, attribute)
    }

    /// An attribute of a subject, which its kind must export.
    pub fn attribute(
        &mut self,
        subject: Subject,
        declared: &Declared<'_>,
        name: &Spanned<portolan_value::Text>,
        attribute: Spanned<portolan_value::Text>,
    ) -> Option<Piece> {
        let noun = match declared.what {
            What::Native => return Some(Piece::Attribute(subject, attribute)),
            What::Function => "function",
            What::Resource(kind) => &kind?.name,
        };
        let exports = self.catalog.kind(noun).map(|kind| kind.exports.as_slice()).unwrap_or_default();
        if exports.contains(&attribute.value) {
            return Some(Piece::Attribute(subject, attribute));
        }
        let exports = || exports.iter().map(AsRef::as_ref);
        let close = suggest(&attribute.value, exports()).map(|close| format!("did you mean `{close}`?"));
        let message = format!(
            "{} has no attribute `{}`: `{}` knows {}",
            article(noun),
            attribute.value,
            name.value,
            listed(exports())
        );
        let diagnostic = Diagnostic::error("resolve/unknown-attribute", message);
        self.findings.push(diagnostic.at(attribute.span, "").also(declared.span, "declared here").help_if(close));
        None
    }

    /// `${functions.uploads.arn}` where `uploads` is a resource.
    fn check_space(
        &mut self,
        space: &str,
        name: &Spanned<portolan_value::Text>,
        attribute: &Spanned<portolan_value::Text>,
        declared: Declared<'_>,
    ) -> bool {
        let right = match declared.what {
            What::Function => "functions",
            What::Resource(_) => "resources",
            What::Native => "native",
        };
        if right != space {
            let noun = article(declared.what.noun());
            let message = format!("`{}` is {noun}, so it is not found under `{space}`", name.value);
            self.findings.push(
                Diagnostic::error("resolve/wrong-space", message)
                    .at(name.span, "")
                    .also(declared.span, "declared here")
                    .help(format!("write `${{{right}.{}.{}}}`", name.value, attribute.value)),
            );
        }
        right == space
    }

    fn input_named(&mut self, name: &Spanned<portolan_value::Text>) -> Option<InputId> {
        if let Some(at) = self.input_ids.get(name.value.as_str()) {
            return Some(*at);
        }
        let names = self.spec.inputs.iter().map(|input| input.name.value.as_str());
        let close = closest(&name.value, names, self.findings.len()).map(|close| format!("did you mean `{close}`?"));
        let help = close.unwrap_or_else(|| format!("declare it: `inputs: {{ {}: {{}} }}`", name.value));
        let diagnostic = Diagnostic::error("resolve/unknown-input", format!("unknown input `{}`", name.value));
        self.findings.push(diagnostic.at(name.span, "no input has this name").help(help));
        None
    }
}

/// Splits `uploads.arn` as `!ref` writes it.
pub(crate) fn dotted(text: &str, span: Span) -> Option<(Spanned<portolan_value::Text>, Spanned<portolan_value::Text>)> {
    let (name, attribute) = text.split_once('.')?;
    let filled = !name.is_empty() && !attribute.is_empty();
    filled.then(|| {
        (Spanned::new(portolan_value::Text::new(name), span), Spanned::new(portolan_value::Text::new(attribute), span))
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{HEAD, check, function, model, shown};

    #[test]
    fn references_know_whom_they_name() {
        let rest = "inputs: { key: { secret: true } }\nresources: { web: { kind: api, auth: public } }\n\
                    native: { aws: { users: { Type: T } } }\n";
        let keys = "triggers: { http: GET /, auth: public }, environment: { A: \"${functions.f.url}/x\", \
                    B: \"<${resources.web.url}>\", C: \"${inputs.key}\", D: \"${native.users.Arn.Of}\" }";
        let model = model(&format!("{rest}{}", function(keys)));
        let texts: Vec<String> = model.functions[0].environment.iter().map(|(_, text)| shown(text)).collect();
        let expected = [
            "{Function(FunctionId(0)).url}/x",
            "<{Resource(ResourceId(0)).url}>",
            "{InputId(0)}",
            "{Native(NativeId(0)).Arn.Of}",
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn wrong_references() {
        let check = |reference: &str, expected: &str| {
            let rest = format!(
                "resources: {{ jobs: {{ kind: queue }} }}\noutputs: {{ x: \"${{{reference}}}\" }}\n{}",
                function("")
            );
            check(&rest, &[expected]);
        };
        check("resources.jbos.arn", "5 resolve/unknown-resource");
        check("resources.jobs.arm", "5 resolve/unknown-attribute");
        check("resources.jobs", "5 resolve/attribute-missing");
        check("functions.jobs.arn", "5 resolve/wrong-space");
        check("resources.f.arn", "5 resolve/wrong-space");
        check("functions.f.url", "5 model/no-url");
        check("inputs.key", "5 resolve/unknown-input");
        check("native.jobs.Arn", "5 resolve/wrong-space");
        assert!(HEAD.ends_with('\n'));
    }
}
