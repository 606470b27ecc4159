//! Escape hatches: raw resources, overrides and fixed identities of this target's format.

use crate::deferred::dotted;
use crate::resolve::Resolver;
use crate::{Body, Keep, Native, Override, Piece};
use portolan_diagnostics::{Diagnostic, Spanned};
use portolan_syntax::{Entry, Node, Tree};

impl<'a> Resolver<'a> {
    /// The raw resources.
    pub fn natives(&mut self, present: &[(&'a Spanned<portolan_value::Text>, &'a Node)]) -> Vec<Native> {
        let mut natives = Vec::with_capacity(present.len());
        for (name, node) in present {
            let body = self.body(node).unwrap_or(Body::Null);
            natives.push(Native { name: (*name).clone(), body, span: node.span });
        }
        natives
    }

    /// Bodies to merge into lowered resources.
    pub fn overrides(&mut self) -> Vec<Override> {
        let format = self.request.target.format;
        let here = self.spec.overrides.iter().filter(|(known, _)| known.value == format);
        let mut overrides = Vec::new();
        for (address, node) in here.flat_map(|(_, entries)| entries) {
            self.check_address(address);
            overrides.extend(self.body(node).map(|body| Override { address: address.clone(), body }));
        }
        overrides
    }

    /// Fixed identities.
    pub fn keeps(&mut self) -> Vec<Keep> {
        let format = self.request.target.format;
        let here = self.spec.keep.iter().filter(|(known, _)| known.value == format);
        let mut keeps = Vec::new();
        for keep in here.flat_map(|(_, keeps)| keeps) {
            self.check_address(&keep.address);
            let id = keep.id.as_ref().and_then(|text| self.literal(text));
            let name = keep.name.as_ref().and_then(|text| self.literal(text));
            if keep.id.is_none() && keep.name.is_none() {
                let message = format!("`keep` of `{}` keeps nothing", keep.address.value);
                let diagnostic = Diagnostic::error("model/keep-empty", message).at(keep.address.span, "");
                self.findings
                    .push(diagnostic.help("add `id:`, the logical id in the template, or `name:`, the physical name"));
            }
            keeps.push(Keep { address: keep.address.clone(), id, name });
        }
        keeps
    }

    /// `owner.part` or `owner.via.part`. Whether the target has it is known after lowering.
    fn check_address(&mut self, address: &Spanned<portolan_value::Text>) {
        let is_word = |word: &str| {
            !word.is_empty()
                && word.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
        };
        let parts: Vec<&str> = address.value.split('.').collect();
        if !(2..=3).contains(&parts.len()) || !parts.iter().all(|part| is_word(part)) {
            let message = format!("`{}` is not an address", address.value);
            let diagnostic = Diagnostic::error("model/address", message).at(address.span, "");
            self.findings.push(diagnostic.help(
                "an address is a name and a part, such as `tag.function` or `shows.table`; `map.json` lists them",
            ));
            return;
        }
        if parts[0] != "app" && self.names.get(parts[0]).is_none() {
            self.subject(&Spanned::new(portolan_value::Text::new(parts[0]), address.span));
        }
    }

    /// Target syntax, verbatim, but for `!ref` and `!join`.
    pub fn body(&mut self, node: &Node) -> Option<Body> {
        match node.tag() {
            Some("ref") => return self.body_reference(node),
            Some("join") => {
                let parts: Vec<Body> = node.items().iter().filter_map(|item| self.body(item)).collect();
                return Some(Body::Join(parts));
            }
            _ => {}
        }
        Some(match &node.tree {
            Tree::Null => Body::Null,
            Tree::Scalar(scalar) if scalar.quoted => Body::Text(scalar.text.clone()),
            Tree::Scalar(scalar) => plain(&scalar.text),
            Tree::List(items) => Body::List(items.iter().filter_map(|item| self.body(item)).collect()),
            Tree::Map(entries) => {
                let entry = |entry: &Entry| Some((entry.key.value.clone(), self.body(&entry.value)?));
                Body::Map(entries.iter().filter_map(entry).collect())
            }
        })
    }

    fn body_reference(&mut self, node: &Node) -> Option<Body> {
        let Some((name, attribute)) = node.text().and_then(|text| dotted(text, node.span)) else {
            let message = "`!ref` names a function, resource or raw resource and one of its attributes";
            let diagnostic = Diagnostic::error("model/native-ref", message).at(node.span, "");
            self.findings.push(diagnostic.help("write `!ref uploads.arn`"));
            return None;
        };
        let (subject, declared) = self.subject(&name)?;
        match self.attribute(subject, &declared, &name, attribute)? {
            Piece::Attribute(subject, attribute) => Some(Body::Reference(subject, attribute)),
            Piece::Literal(text) => Some(Body::Text(text)),
            Piece::Input(_) | Piece::Context(_) => None,
        }
    }
}

/// An unquoted scalar: a truth and a JSON number are what they look like, the rest is text.
fn plain(text: &str) -> Body {
    match text {
        "true" => Body::Bool(true),
        "false" => Body::Bool(false),
        _ if serde_json::from_str::<serde_json::Number>(text).is_ok() => Body::Number(portolan_value::Text::new(text)),
        _ => Body::Text(portolan_value::Text::new(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, function, model};

    #[test]
    fn bodies_are_verbatim_but_for_references() {
        let native = "native:\n  aws:\n    users:\n      Type: \"AWS::X\"\n      A: !join [!ref files.arn, \"/*\", 1, true]\n      B: \"${not.read}\"\n      C: \"1\"\n      D: [1.5, 012, ~]\n  gcp: { other: { x: y } }\n";
        let model = model(&format!("resources: {{ files: {{ kind: bucket }} }}\n{native}{}", function("")));
        assert_eq!(model.natives.len(), 1);
        let Body::Map(entries) = &model.natives[0].body else { panic!("a map") };
        let shown: Vec<String> = entries.iter().map(|(key, body)| format!("{key}={body:?}")).collect();
        assert!(shown[1].starts_with("A=Join([Reference(Resource(ResourceId(0)), "), "{shown:?}");
        assert!(shown[1].ends_with("Text(\"/*\"), Number(\"1\"), Bool(true)])"), "{shown:?}");
        assert_eq!(
            shown[2..],
            ["B=Text(\"${not.read}\")", "C=Text(\"1\")", "D=List([Number(\"1.5\"), Text(\"012\"), Null])"]
        );
    }

    #[test]
    fn wrong_hatches() {
        let check = |hatch: &str, expected: &[&str]| check(&format!("{hatch}\n{}", function("")), expected);
        check("native: { aws: { users: { A: !ref f } } }", &["4 model/native-ref"]);
        check("native: { aws: { users: { A: !ref g.arn } } }", &["4 resolve/unknown-resource"]);
        check("native: { aws: { users: { A: !ref f.arm } } }", &["4 resolve/unknown-attribute"]);
        check("native: { aws: { users: { A: !ref f.url } } }", &["4 model/no-url"]);
        check("native: { aws: { f: { A: b } } }", &["4 resolve/name-taken"]);
        check("overrides: { aws: { f: { A: b } } }", &["4 model/address"]);
        check("overrides: { aws: { g.function: { A: b } } }", &["4 resolve/unknown-resource"]);
        check("overrides: { aws: { app.parent: { A: b }, f.function: { A: b } }, gcp: { nothing: { A: b } } }", &[]);
        check("keep: { aws: { f.function: {} } }", &["4 model/keep-empty"]);
        check("keep: { aws: { F.function: { id: X } } }", &["4 model/address"]);
    }

    #[test]
    fn a_reference_to_another_format_says_so() {
        let rest = format!(
            "native: {{ gcp: {{ users: {{ a: b }} }} }}\n{}",
            function("environment: { A: \"${native.users.arn}\" }")
        );
        check(&rest, &["6 resolve/native-elsewhere"]);
    }
}
