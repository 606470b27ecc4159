//! Options of a resource: from YAML to a setting of the type that the kind asks for.

use crate::resolve::Resolver;
use crate::values::no_choice;
use crate::{Setting, names::listed};
use portolan_catalog::{OptionRule, OptionType};
use portolan_diagnostics::{Diagnostic, Span, Spanned, suggest};
use portolan_syntax::{Entry, Named, Node, Tree};
use std::borrow::Cow;

/// Settings in the order in which a kind or a record declares them.
type Settings = Vec<(portolan_value::Text, Spanned<Setting>)>;

impl Resolver<'_> {
    /// The options that are written, else their defaults, in the order of the rules. `owner` is where the options
    /// belong: the resource's name, or the key of a record. Where they are not complete, a missing one may be misspelt.
    pub fn options<'n>(
        &mut self,
        rules: &[OptionRule],
        owner: &Spanned<portolan_value::Text>,
        complete: bool,
        written: impl Fn(&str) -> Option<Cow<'n, Node>>,
    ) -> Settings {
        let mut settings = Vec::with_capacity(rules.len());
        for rule in rules {
            let node = match (written(&rule.name), &rule.default) {
                (Some(node), _) => node,
                (None, Some(default)) => Cow::Owned(placed(default, owner.span)),
                (None, None) => {
                    if rule.required && complete && !self.refused.within(owner.span) {
                        self.findings.push(missing(rule, owner));
                    }
                    continue;
                }
            };
            if let Some(setting) = self.setting(rule, &rule.r#type, &node) {
                settings.push((rule.name.clone(), setting));
            }
        }
        settings
    }

    /// Reports the keys that no rule knows, and gives back whether there were none. `noun` is whose keys they are.
    pub fn check_keys<'n>(
        &mut self,
        rules: &[OptionRule],
        noun: impl Fn() -> String,
        keys: impl Iterator<Item = &'n Spanned<portolan_value::Text>>,
        declared: Span,
    ) -> bool {
        let mut complete = true;
        let known = || rules.iter().map(|rule| rule.name.as_str());
        for key in keys.filter(|key| known().all(|known| known != key.value)) {
            let close = suggest(&key.value, known()).map(|close| format!("did you mean `{close}`?"));
            let noun = noun();
            let help = close.unwrap_or_else(|| format!("{noun} knows {}", listed(known())));
            let diagnostic =
                Diagnostic::error("resolve/unknown-option", format!("{noun} has no option `{}`", key.value));
            self.findings.push(diagnostic.at(key.span, "").also(declared, "declared here").help(help));
            complete = false;
        }
        complete
    }

    /// One option, or a value of this type inside it; absent when it is `false` where that means the same, or wrong.
    fn setting(&mut self, rule: &OptionRule, r#type: &OptionType, node: &Node) -> Option<Spanned<Setting>> {
        let setting = match r#type {
            OptionType::List(item) => self.list(rule, item, node)?,
            OptionType::Map(of) => self.map(rule, of, node)?,
            OptionType::Record { fields, short } => self.record(rule, fields, short.as_deref(), node)?,
            OptionType::Auth => Setting::Auth(Box::new(self.auth(node)?.value)),
            OptionType::Cors => Setting::Cors(self.cors(node)??.value),
            simple => self.simple(rule, simple, node)?,
        };
        Some(Spanned::new(setting, node.span))
    }

    fn simple(&mut self, rule: &OptionRule, r#type: &OptionType, node: &Node) -> Option<Setting> {
        if !matches!(node.tree, Tree::Scalar(_)) {
            self.wrong_shape(rule, "one value", node);
            return None;
        }
        let text = self.text_of(node)?;
        match r#type {
            OptionType::Bool => self.truth(&text).map(|truth| Setting::Bool(truth.value)),
            OptionType::Number => self.number(&text, 0).map(|number| Setting::Number(i64::from(number.value))),
            OptionType::Duration => self.duration(&text).map(|seconds| Setting::Duration(seconds.value)),
            OptionType::Size => self.size(&text).map(|megabytes| Setting::Size(megabytes.value)),
            OptionType::Resource(kind) => {
                let name = self.literal(&text)?;
                self.resource_of_kind(&name, kind).map(Setting::Resource)
            }
            OptionType::Choice(choices) => {
                let word = self.literal(&text)?;
                if !choices.iter().any(|choice| word.value == *choice) {
                    self.findings.push(no_choice(&word, &rule.name, choices.iter().map(String::as_str)));
                    return None;
                }
                Some(Setting::Text(word.value))
            }
            _ => self.literal(&text).map(|text| Setting::Text(text.value)),
        }
    }

    fn list(&mut self, rule: &OptionRule, item: &OptionType, node: &Node) -> Option<Setting> {
        let items = match &node.tree {
            Tree::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let before = self.findings.len();
        let settings = items.iter().filter_map(|node| self.setting(rule, item, node)).collect();
        (self.findings.len() == before).then_some(Setting::List(settings))
    }

    fn map(&mut self, rule: &OptionRule, of: &OptionType, node: &Node) -> Option<Setting> {
        let Tree::Map(entries) = &node.tree else {
            self.wrong_shape(rule, "a map", node);
            return None;
        };
        let before = self.findings.len();
        let mut settings = Vec::with_capacity(entries.len());
        let entry = |entry: &Entry| Some((entry.key.clone(), self.setting(rule, of, &entry.value)?));
        settings.extend(entries.iter().filter_map(entry));
        (self.findings.len() == before).then_some(Setting::Map(settings))
    }

    fn record(
        &mut self,
        rule: &OptionRule,
        fields: &[OptionRule],
        short: Option<&str>,
        node: &Node,
    ) -> Option<Setting> {
        let owner = Spanned::new(rule.name.clone(), node.span);
        let settings = match (&node.tree, short) {
            (Tree::Map(entries), _) => {
                let noun = || format!("`{}`", rule.name);
                let complete = self.check_keys(fields, noun, entries.iter().map(|entry| &entry.key), node.span);
                self.options(fields, &owner, complete, |key| node.get(key).map(Cow::Borrowed))
            }
            (_, Some(short)) => self.options(fields, &owner, true, |key| (key == short).then_some(Cow::Borrowed(node))),
            (_, None) => {
                self.wrong_shape(rule, "a map", node);
                return None;
            }
        };
        let entry = |(name, setting): (_, Spanned<Setting>)| (Spanned::new(name, setting.span), setting);
        Some(Setting::Map(settings.into_iter().map(entry).collect()))
    }

    fn wrong_shape(&mut self, rule: &OptionRule, wanted: &str, node: &Node) {
        let message = format!("`{}` wants {wanted}, and this is {}", rule.name, node.what());
        let diagnostic = Diagnostic::error("model/option-shape", message).at(node.span, format!("{wanted} is wanted"));
        self.findings.push(diagnostic.help(rule.about.trim_end_matches('.').to_owned()));
    }
}

fn missing(rule: &OptionRule, owner: &Spanned<portolan_value::Text>) -> Diagnostic {
    Diagnostic::error("model/option-missing", format!("`{}` lacks `{}`", owner.value, rule.name))
        .at(owner.span, "")
        .help(format!("add `{}`: {}", rule.name, rule.about.trim_end_matches('.')))
}

/// A default at the place of whoever did not write it.
fn placed(node: &Node, span: Span) -> Node {
    let tree = match &node.tree {
        Tree::Null => Tree::Null,
        Tree::Scalar(scalar) => Tree::Scalar(scalar.clone()),
        Tree::List(items) => Tree::List(items.iter().map(|item| placed(item, span)).collect()),
        Tree::Map(entries) => {
            let entry = |entry: &Entry| Entry {
                key: Spanned::new(entry.key.value.clone(), span),
                value: placed(&entry.value, span),
            };
            Tree::Map(entries.iter().map(entry).collect())
        }
    };
    Node { tree, span, tag: None }
}

/// The written options of a resource with what its target sets.
pub(crate) fn written<'n>(options: &'n [Named<Node>], key: &str) -> Option<&'n Node> {
    options.iter().find(|(known, _)| known.value == key).map(|(_, node)| node)
}
