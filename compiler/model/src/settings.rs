//! `set` of a target: single keys of functions and resources with another value there.

use crate::names::{What, listed};
use crate::resolve::Resolver;
use portolan_diagnostics::{Diagnostic, Spanned, suggest};
use portolan_syntax::{Node, Text};
use std::collections::HashMap;

/// The keys of a function that a target can set.
const FUNCTION_KEYS: [&str; 12] = [
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
    "architecture",
    "bundle",
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

    fn has_key(&mut self, address: &Spanned<portolan_value::Text>, name: &str, key: &str) -> bool {
        let name = Spanned::new(portolan_value::Text::new(name), address.span);
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

#[cfg(test)]
mod tests {
    use crate::testing::{check_file, resolved};
    use crate::{Asked, Setting};

    fn spec(set: &str) -> String {
        format!(
            "portolan: 1\napp: demo\ntargets: {{ dev: {{ provider: aws, region: eu-west-1, set: {{ {set} }} }} }}\n\
             resources: {{ jobs: {{ kind: queue, retention: 1 d }} }}\n{}",
            crate::testing::function("memory: 256 MB, timeout: 10 s, triggers: { queue: jobs }")
        )
    }

    #[test]
    fn a_target_sets_single_keys() {
        let set = "f.memory: 2 GB, jobs.retention: 14 d, jobs.dead-letter: { after: 9 }, f.code: [src, lib]";
        let (models, findings, _) = resolved(&spec(set), &Asked::default());
        assert!(findings.is_empty(), "{findings:?}");
        let (function, queue) = (&models[0].functions[0], &models[0].resources[0]);
        assert_eq!((function.memory.value, function.timeout.value), (2048, 10));
        assert_eq!(function.code.iter().map(|path| path.value.as_str()).collect::<Vec<_>>(), ["src", "lib"]);
        assert!(matches!(queue.option("retention").unwrap().value, Setting::Duration(1_209_600)));
        let Setting::Map(fields) = &queue.option("dead-letter").unwrap().value else { panic!("a record is a map") };
        assert!(matches!(fields[0].1.value, Setting::Number(9)));
    }

    #[test]
    fn wrong_settings() {
        let check = |set: &str, expected: &[&str]| check_file(&spec(set), expected);
        check("memory: 1", &["3 model/set-address"]);
        check("g.memory: 1", &["3 resolve/unknown-resource"]);
        check("f.memry: 1", &["3 resolve/unknown-set-key"]);
        check("f.triggers: {}", &["3 resolve/unknown-set-key"]);
        check("jobs.retenton: 1 d", &["3 resolve/unknown-set-key"]);
        check("f.memory: lots", &["3 model/size"]);
        check("f.memory: [1]", &["3 syntax/shape"]);
        check("jobs.retention: soon", &["3 model/duration"]);
    }
}
