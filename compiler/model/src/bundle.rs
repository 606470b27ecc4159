//! `bundle`: whether a function's code becomes one file, and what stays beside it.

use crate::functions::Own;
use crate::resolve::Resolver;
use crate::values::{distinct, no_choice};
use crate::{Bundle, Language};
use portolan_diagnostics::{Diagnostic, Spanned};
use portolan_syntax::{Node, Tree};

impl<'a> Resolver<'a> {
    /// How a function is bundled; nothing for one that is not. What the defaults say holds for functions of Node alone.
    pub fn bundle(&mut self, read: &Own<'a>, language: Option<Language>) -> Option<Spanned<Bundle>> {
        let is_node = language.is_none_or(|language| language == Language::Node);
        let own = self.set(&read.spec.name.value, "bundle").or(read.spec.bundle.as_ref());
        let node = own.or(read.defaults.bundle.as_ref().filter(|_| is_node))?;
        let bundle = self.bundle_of(node)?;
        if !is_node {
            let message = format!("`{}` cannot be bundled: only functions of Node are", read.spec.name.value);
            let diagnostic = Diagnostic::error("model/bundle-runtime", message).at(bundle.span, "");
            self.findings
                .push(diagnostic.help("take `bundle` away: packages of other languages are packed as they are"));
            return None;
        }
        Some(bundle)
    }

    /// `true`, `false` or `{ external }`.
    fn bundle_of(&mut self, node: &Node) -> Option<Spanned<Bundle>> {
        if !matches!(node.tree, Tree::Map(_)) {
            let text = self.text_of(node)?;
            return self.truth(&text)?.value.then(|| Spanned::new(Bundle::default(), node.span));
        }
        for entry in node.entries().iter().filter(|entry| entry.key.value != "external") {
            self.findings.push(no_choice(&entry.key, "bundle", ["external"].into_iter()));
        }
        let items = match node.get("external") {
            Some(Node { tree: Tree::List(items), .. }) => items.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        let words = items.iter().filter_map(|item| self.text_of(item).and_then(|text| self.literal(&text))).collect();
        let words = distinct(words, &mut self.findings);
        for word in words.iter().filter(|word| !is_package(&word.value)) {
            let message = format!("`{}` is no name of a package", word.value);
            let diagnostic = Diagnostic::error("model/bundle-external", message).at(word.span, "");
            self.findings.push(diagnostic.help("name packages of npm, such as `sharp` or `@scope/name`"));
        }
        let external = words.into_iter().map(|word| word.value).collect();
        Some(Spanned::new(Bundle { external }, node.span))
    }
}

/// `sharp`, `@img/colour`: npm's names, without what is below them.
fn is_package(name: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && !word.starts_with('.')
            && word.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
    };
    match name.strip_prefix('@') {
        Some(scoped) => scoped.split_once('/').is_some_and(|(scope, name)| word(scope) && word(name)),
        None => word(name),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, model};

    fn function(more: &str) -> String {
        format!(
            "functions:\n  f: {{ runtime: nodejs22, handler: a.b, triggers: {{ schedule: rate(1 hour) }}, {more} }}\n"
        )
    }

    #[test]
    fn a_function_is_bundled_where_it_or_the_defaults_say_so() {
        let external = |more: &str| {
            let model = model(&function(more));
            let bundle = model.functions[0].bundle.as_ref()?;
            Some(bundle.value.external.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(external("memory: 1 GB"), None);
        assert_eq!(external("bundle: false"), None);
        assert_eq!(external("bundle: true"), Some(Vec::new()));
        assert_eq!(external("bundle: { external: sharp }"), Some(vec!["sharp".to_owned()]));
        let two = Some(vec!["sharp".to_owned(), "@scope/name".to_owned()]);
        assert_eq!(external("bundle: { external: [sharp, \"@scope/name\"] }"), two);
    }

    #[test]
    fn defaults_leave_other_languages_alone() {
        let python = function("memory: 1 GB").replace("nodejs22", "python3.13");
        let shared = |spec: &str| spec.replace("functions:", "defaults: { bundle: true }\nfunctions:");
        assert!(model(&shared(&python)).functions[0].bundle.is_none());
        assert!(model(&shared(&function("memory: 1 GB"))).functions[0].bundle.is_some());
        assert!(model(&shared(&function("bundle: false"))).functions[0].bundle.is_none());
    }

    #[test]
    fn what_cannot_be_bundled_is_said() {
        check(&function("bundle: true").replace("nodejs22", "python3.13"), &["5 model/bundle-runtime"]);
        check(
            &function("bundle: { external: [\"../a\", \"a/b\"] }"),
            &["5 model/bundle-external", "5 model/bundle-external"],
        );
        check(&function("bundle: { externals: [a] }"), &["5 model/choice"]);
    }
}
