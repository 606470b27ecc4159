//! `targets`: where an app is deployed, and what differs there.

use crate::language;
use crate::reader::{Fields, Reader};
use crate::spec::{Named, RegionsSpec, TargetSpec, Text};
use crate::tree::{Entry, Node, Tree};
use portolan_diagnostics::{Diagnostic, Spanned};

impl Reader {
    pub(crate) fn target(&mut self, entry: &Entry) -> Option<TargetSpec> {
        self.target_name(&entry.key);
        let fields = self.fields(&entry.key, &entry.value, &language::TARGET)?;
        Some(TargetSpec {
            name: entry.key.clone(),
            like: self.text(&fields, "like"),
            provider: self.text(&fields, "provider"),
            format: self.text(&fields, "format"),
            region: self.text(&fields, "region"),
            regions: fields.get("regions").and_then(|regions| self.regions(regions)),
            account: self.text(&fields, "account"),
            project: self.text(&fields, "project"),
            resource_group: self.text(&fields, "resource-group"),
            artifacts_bucket: self.text(&fields, "artifacts-bucket"),
            entra_app_id: self.text(&fields, "entra-app-id"),
            variables: self.text_map(&fields, "variables"),
            environment: self.environment(&fields),
            set: self.set(&fields),
        })
    }

    /// A name, or a pattern: the beginning of a name and a final `*`.
    fn target_name(&mut self, name: &Spanned<portolan_value::Text>) {
        if name.value == "all" {
            let diagnostic = Diagnostic::error("syntax/reserved-name", "a target cannot be called `all`")
                .at(name.span, "`--target all` means every target")
                .help("call it by what it is: `dev`, `prod`");
            return self.report(diagnostic);
        }
        match name.value.strip_suffix('*') {
            Some(prefix) if prefix.contains('*') || prefix.is_empty() => {}
            Some(prefix) => {
                let begun = prefix.strip_suffix('-').unwrap_or(prefix);
                self.check_name("a target", &Spanned::new(portolan_value::Text::new(begun), name.span));
            }
            None => self.check_name("a target", name),
        }
    }

    fn regions(&mut self, entry: &Entry) -> Option<RegionsSpec> {
        let node = &entry.value;
        match &node.tree {
            Tree::Scalar(scalar) if scalar.text == "all" => Some(RegionsSpec::All(node.span)),
            Tree::List(_) => self.texts_of(&entry.key, node).map(|list| RegionsSpec::List(list, node.span)),
            _ => self.wrong_form(&entry.key, node, "a list of regions or the word `all`"),
        }
    }

    fn set(&mut self, fields: &Fields<'_>) -> Vec<Named<Node>> {
        let Some(entry) = fields.get("set") else { return Vec::new() };
        let entries = self.map(&entry.key, &entry.value).unwrap_or_default();
        entries.iter().filter_map(|entry| Some((entry.key.clone(), self.any_of(entry)?))).collect()
    }

    /// `environment` of a target, a function or the defaults.
    pub(crate) fn environment(&mut self, fields: &Fields<'_>) -> Vec<Named<Text>> {
        let environment = self.text_map(fields, "environment");
        environment.iter().filter(|(name, _)| !is_variable(&name.value)).for_each(|(name, _)| self.bad_variable(name));
        environment
    }

    fn bad_variable(&mut self, name: &Spanned<portolan_value::Text>) {
        let written = &name.value;
        let message =
            format!("`{written}` cannot name an environment variable: letters, digits and `_`, no digit first");
        let better = variable(written);
        let diagnostic = Diagnostic::error("syntax/environment-name", message).at(name.span, "");
        self.report(diagnostic.help_if((!better.is_empty()).then(|| format!("write `{better}`"))));
    }
}

fn is_variable(name: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && name.chars().all(letter)
}

fn variable(written: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    let name: String = written.chars().take(64).map(letter).collect();
    name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, spec};

    #[test]
    fn a_target_is_read() {
        let (spec, findings, _) = spec(
            "targets:
  dev: { provider: aws, region: eu-west-1, account: 012345678901 }
  prod:
    like: dev
    regions: [eu-west-1, us-east-1]
    environment: { LOG_LEVEL: WARN }
    set: { tag.memory: 2 GB, web.cors: { origins: [x] } }
  all-of-it: { provider: gcp, regions: all, format: deployment-manager, artifacts-bucket: b, project: p }
  \"pr-*\": { like: dev, variables: { log-days: 1 }, resource-group: g, entra-app-id: i }
",
        );
        assert_eq!(findings, []);
        assert_eq!(spec.targets[0].account.as_ref().unwrap().written(), "012345678901");
        assert!(matches!(&spec.targets[1].regions, Some(RegionsSpec::List(list, _)) if list.len() == 2));
        assert_eq!(spec.targets[1].set.len(), 2);
        assert!(matches!(&spec.targets[2].regions, Some(RegionsSpec::All(_))));
        assert_eq!(spec.targets[3].name.value, "pr-*");
    }

    #[test]
    fn bad_targets_are_refused() {
        check(
            "targets: { Dev: { provder: aws }, all: {}, \"P-*\": {}, x: { regions: eu-west-1 } }\n",
            &[
                "3:12 name `Dev` cannot name a target: a name is lower-case words, digits too, joined by single hyphens",
                "3:19 unknown-key a target has no key `provder`",
                "3:35 reserved-name a target cannot be called `all`",
                "3:44 name `P` cannot name a target: a name is lower-case words, digits too, joined by single hyphens",
                "3:69 shape `regions` wants a list of regions or the word `all`, this is a text",
            ],
        );
        check("targets: { dev: }\n", &["3:12 empty-value `dev` has no value"]);
    }

    #[test]
    fn environment_names_are_checked() {
        check(
            "targets: { dev: { environment: { log-level: x, 1A: y, A1: z } } }\n",
            &[
                "3:34 environment-name `log-level` cannot name an environment variable: letters, digits and `_`, no digit first",
                "3:48 environment-name `1A` cannot name an environment variable: letters, digits and `_`, no digit first",
            ],
        );
        assert_eq!(variable("log-level"), "LOG_LEVEL");
        assert_eq!(variable("1A"), "A");
    }
}
