//! `set` of a target: single keys of functions and resources with another value there.

use crate::names::{What, listed};
use crate::resolve::Resolver;
use portolan_diagnostics::{Diagnostic, Spanned, suggest};
use portolan_syntax::{Node, Text};
use std::collections::HashMap;

/// The keys of a function that a target can set.
const FUNCTION_KEYS: [&str; 10] = [
    "runtime",
    "handler",
    "code",
    "description",
    "memory",
    "timeout",
    "max-concurrency",
    "min-instances",
    "log-retention",
    "payload",
];

/// What a target sets, by name and key.
pub(crate) type Settings<'a> = HashMap<&'a str, Vec<(&'a str, &'a Node)>>;

impl<'a> Resolver<'a> {
    /// Reads `set`, every key of which must be one that the function or resource has.
    pub fn read_settings(&mut self) {
        for (address, node) in self.request.set.values() {
            let Some((name, key)) = address.value.split_once('.') else {
                let message = format!("`{}` does not say which key is set", address.value);
                let diagnostic = Diagnostic::error("model/set-address", message).at(address.span, "");
                self.findings.push(diagnostic.help("write `NAME.KEY`, such as `tag.memory`"));
                continue;
            };
            if self.has_key(address, name, key) {
                self.settings.entry(name).or_default().push((key, node));
            }
        }
    }

    fn has_key(&mut self, address: &Spanned<String>, name: &str, key: &str) -> bool {
        let name = Spanned::new(name.to_owned(), address.span);
        let Some(declared) = self.names.get(&name.value) else {
            return self.subject(&name).is_some();
        };
        let known: Vec<&str> = match declared.what {
            What::Function => FUNCTION_KEYS.to_vec(),
            What::Resource(Some(kind)) => kind.options.iter().map(|option| option.name.as_str()).collect(),
            What::Resource(None) => return false,
            What::Native => Vec::new(),
        };
        if known.contains(&key) {
            return true;
        }
        let close = suggest(key, known.iter().copied()).map(|close| format!("did you mean `{}.{close}`?", name.value));
        let help = close.unwrap_or_else(|| format!("a target can set {}", listed(known)));
        let message = format!("`{key}` of `{}` is not a key that a target can set", name.value);
        let diagnostic = Diagnostic::error("resolve/unknown-set-key", message).at(address.span, "");
        self.findings.push(diagnostic.also(declared.span, "declared here").help(help));
        false
    }

    /// What the target sets a key to.
    pub fn set(&self, name: &str, key: &str) -> Option<&'a Node> {
        let settings = self.settings.get(name)?;
        settings.iter().find(|(known, _)| *known == key).map(|(_, node)| *node)
    }

    /// A node as text; says so when it is something else.
    pub fn text_of(&mut self, node: &Node) -> Option<Text> {
        match Text::from_node(node) {
            Ok(text) => Some(text),
            Err(diagnostic) => {
                self.findings.push(*diagnostic);
                None
            }
        }
    }
}
