//! Reading maps by the table of keys: unknown keys, values of the wrong form, values that are missing.
//!
//! Knows the forms of [`language`](crate::language) and no single key. What a value means is read beside its noun.

use crate::language::{Form, Key, Section, foreign};
use crate::spec::{Named, Text};
use crate::tree::{Entry, Node, Tree};
use crate::yaml::{MAX_FINDINGS, Reading};
use portolan_diagnostics::{Diagnostic, Span, Spanned, suggest};
use portolan_value::{Format, Provider};
use std::fmt::Arguments;

/// Reads one spec and remembers what is wrong with it.
pub(crate) struct Reader {
    pub diagnostics: Vec<Diagnostic>,
    /// Where a broken text ends: what ends there may be incomplete.
    broken_at: Option<u32>,
}

/// The entries of a map under a section's keys.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'n> {
    pub section: &'static Section,
    entries: &'n [Entry],
    /// A place that stands for the whole map: its first key.
    pub place: Span,
    /// Whether a missing key is really missing.
    pub complete: bool,
}

impl<'n> Fields<'n> {
    /// The entry under a key of the section.
    pub fn get(&self, key: &str) -> Option<&'n Entry> {
        self.entries.iter().find(|entry| entry.key.value == key)
    }

    /// All entries.
    pub fn entries(&self) -> &'n [Entry] {
        self.entries
    }
}

impl Reader {
    pub fn new(reading: &Reading) -> Self {
        let root = reading.root.as_ref().filter(|_| reading.broken);
        Self { diagnostics: Vec::new(), broken_at: root.map(|root| root.span.end) }
    }

    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Whether a node was read to its end.
    pub fn is_complete(&self, node: &Node) -> bool {
        self.broken_at != Some(node.span.end)
    }

    /// The entries of a map with a section's keys; keys that the section does not know are reported.
    pub fn fields<'n>(
        &mut self,
        key: &Spanned<portolan_value::Text>,
        node: &'n Node,
        section: &'static Section,
    ) -> Option<Fields<'n>> {
        let fields = self.open(key, node, section)?;
        fields.entries.iter().for_each(|entry| self.check_key(section, entry));
        Some(fields)
    }

    /// The entries of a map, whatever its keys.
    pub fn open<'n>(
        &mut self,
        key: &Spanned<portolan_value::Text>,
        node: &'n Node,
        section: &'static Section,
    ) -> Option<Fields<'n>> {
        let entries = self.map(key, node)?;
        let place = entries.first().map_or(node.span, |entry| entry.key.span);
        Some(Fields { section, entries, place, complete: self.is_complete(node) })
    }

    /// The entries of a map.
    pub fn map<'n>(&mut self, key: &Spanned<portolan_value::Text>, node: &'n Node) -> Option<&'n [Entry]> {
        match &node.tree {
            Tree::Map(entries) => Some(entries),
            _ => self.wrong_form(key, node, "a map"),
        }
    }

    /// Reports a key that a section does not have, or not yet.
    pub fn check_key(&mut self, section: &'static Section, entry: &Entry) {
        if self.diagnostics.len() >= MAX_FINDINGS {
            return;
        }
        match section.key(&entry.key.value) {
            Some(Key { form: Form::Later, name, .. }) => self.not_built_yet(&format!("`{name}`"), entry.key.span),
            Some(_) => {}
            None => self.report(unknown_key(section, &entry.key)),
        }
    }

    /// A part of the language that is known and refused.
    pub fn not_built_yet(&mut self, what: &str, span: Span) {
        let message = format!("{what} belongs to a later part of the language and is not built yet");
        let diagnostic = Diagnostic::error("syntax/not-built-yet", message).at(span, "not built yet");
        self.report(diagnostic.help("nothing is ignored silently, so remove it for now"));
    }

    /// The text under a key, if it is written.
    pub fn text(&mut self, fields: &Fields<'_>, key: &str) -> Option<Text> {
        debug_assert!(fields.section.key(key).is_some(), "`{key}` is in the table");
        let entry = fields.get(key)?;
        self.text_of(&entry.key, &entry.value)
    }

    /// A node as a text.
    pub fn text_of(&mut self, key: &Spanned<portolan_value::Text>, node: &Node) -> Option<Text> {
        if node.text().is_none() {
            return self.wrong_form(key, node, "a text");
        }
        match Text::from_node(node) {
            Ok(text) => Some(text),
            Err(diagnostic) => {
                self.report(*diagnostic);
                None
            }
        }
    }

    /// One text or a list of texts under a key.
    pub fn texts(&mut self, fields: &Fields<'_>, key: &str) -> Option<Vec<Text>> {
        debug_assert!(fields.section.key(key).is_some(), "`{key}` is in the table");
        let entry = fields.get(key)?;
        self.texts_of(&entry.key, &entry.value)
    }

    /// A node as one text or a list of texts.
    pub fn texts_of(&mut self, key: &Spanned<portolan_value::Text>, node: &Node) -> Option<Vec<Text>> {
        match &node.tree {
            Tree::Scalar(_) => self.text_of(key, node).map(|text| vec![text]),
            Tree::List(items) => Some(items.iter().filter_map(|item| self.item(key, item)).collect()),
            _ => self.wrong_form(key, node, "a text or a list of texts"),
        }
    }

    fn item(&mut self, key: &Spanned<portolan_value::Text>, item: &Node) -> Option<Text> {
        match item.tree {
            Tree::Scalar(_) => self.text_of(key, item),
            Tree::Null => self.report_none(empty_item(key, item)),
            _ => self.report_none(wrong_form(&format!("an item of `{}`", key.value), item, "a text")),
        }
    }

    /// The user's names under a key, each with a text.
    pub fn text_map(&mut self, fields: &Fields<'_>, key: &str) -> Vec<Named<Text>> {
        debug_assert!(fields.section.key(key).is_some(), "`{key}` is in the table");
        let Some(entry) = fields.get(key) else { return Vec::new() };
        let entries = self.map(&entry.key, &entry.value).unwrap_or_default();
        let named = |entry: &Entry| Some((entry.key.clone(), self.text_of(&entry.key, &entry.value)?));
        entries.iter().filter_map(named).collect()
    }

    /// Any value under a key, but not nothing.
    pub fn any(&mut self, fields: &Fields<'_>, key: &str) -> Option<Node> {
        debug_assert!(fields.section.key(key).is_some(), "`{key}` is in the table");
        let entry = fields.get(key)?;
        self.any_of(entry)
    }

    /// The value of an entry, but not nothing.
    pub fn any_of(&mut self, entry: &Entry) -> Option<Node> {
        match entry.value.tree {
            Tree::Null => self.wrong_form(&entry.key, &entry.value, "a value"),
            _ => Some(entry.value.clone()),
        }
    }

    /// The entries of a map by format.
    pub fn by_format<'n>(&mut self, fields: &Fields<'n>, key: &str) -> Vec<(Spanned<Format>, &'n Entry)> {
        debug_assert!(fields.section.key(key).is_some(), "`{key}` is in the table");
        let Some(entry) = fields.get(key) else { return Vec::new() };
        let entries = self.map(&entry.key, &entry.value).unwrap_or_default();
        let formatted = |entry: &'n Entry| match Format::from_key(&entry.key.value) {
            Some(format) => Some((Spanned::new(format, entry.key.span), entry)),
            None => self.report_none(unknown_format(&entry.key)),
        };
        entries.iter().filter_map(formatted).collect()
    }

    /// A provider's name, as a key.
    pub fn provider(&mut self, key: &Spanned<portolan_value::Text>) -> Option<Spanned<Provider>> {
        match Provider::from_key(&key.value) {
            Some(provider) => Some(Spanned::new(provider, key.span)),
            None => self.report_none(unknown_provider(key)),
        }
    }

    /// Reports that a key is needed, unless the text broke off before it could come.
    pub fn missing(&mut self, fields: &Fields<'_>, message: Arguments<'_>, key: &str, example: &str) {
        if fields.complete && fields.get(key).is_none() {
            let diagnostic = Diagnostic::error("syntax/missing-key", message.to_string())
                .at(fields.place, format!("`{key}` is missing beside this"))
                .help(format!("add `{example}`"));
            self.report(diagnostic);
        }
    }

    /// Reports a value of the wrong form, or none where one is wanted.
    pub fn wrong_form<T>(&mut self, key: &Spanned<portolan_value::Text>, node: &Node, wants: &str) -> Option<T> {
        if !self.is_complete(node) {
            return None;
        }
        if node.tree != Tree::Null {
            return self.report_none(wrong_form(&format!("`{}`", key.value), node, wants));
        }
        let diagnostic = Diagnostic::error("syntax/empty-value", format!("`{}` has no value", key.value))
            .at(key.span, format!("wants {wants}"))
            .help("write a value, or remove the key; an empty text is `\"\"`");
        self.report_none(diagnostic)
    }

    fn report_none<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        self.report(diagnostic);
        None
    }
}

fn wrong_form(what: &str, node: &Node, wants: &str) -> Diagnostic {
    Diagnostic::error("syntax/shape", format!("{what} wants {wants}, this is {}", node.what())).at(node.span, "")
}

fn empty_item(key: &Spanned<portolan_value::Text>, item: &Node) -> Diagnostic {
    Diagnostic::error("syntax/empty-value", format!("an item of `{}` is empty", key.value))
        .at(item.span, "nothing stands here")
        .help("write a value, or remove the item")
}

fn unknown_key(section: &Section, key: &Spanned<portolan_value::Text>) -> Diagnostic {
    let written = key.value.as_str();
    let near = suggest(written, section.names()).map(|near| format!("did you mean `{near}`?"));
    let known: Vec<String> = section.names().map(|name| format!("`{name}`")).collect();
    Diagnostic::error("syntax/unknown-key", format!("{} has no key `{written}`", section.what))
        .at(key.span, "no such key")
        .help_if(foreign(section, written).map(str::to_owned).or(near))
        .help(format!("{} knows {}", section.what, known.join(", ")))
}

fn unknown_format(key: &Spanned<portolan_value::Text>) -> Diagnostic {
    let known = Format::ALL.map(Format::key);
    let meant = match key.value.as_str() {
        "google" | "terraform" | "infrastructure-manager" => Some("gcp"),
        "deployment-manager" => Some("gcp-dm"),
        "amazon" | "cloudformation" => Some("aws"),
        "arm" | "bicep" | "microsoft" => Some("azure"),
        written => suggest(written, known),
    };
    Diagnostic::error("syntax/unknown-format", format!("unknown format `{}`", key.value))
        .at(key.span, "a format is wanted here")
        .help_if(meant.map(|format| format!("did you mean `{format}`?")))
        .help("the formats are `aws`, `gcp`, `gcp-dm` (Deployment Manager) and `azure`")
}

fn unknown_provider(key: &Spanned<portolan_value::Text>) -> Diagnostic {
    let meant = match key.value.as_str() {
        "google" | "gcp-dm" => Some("gcp"),
        "amazon" => Some("aws"),
        "microsoft" => Some("azure"),
        written => suggest(written, Provider::ALL.map(Provider::key)),
    };
    Diagnostic::error("syntax/unknown-provider", format!("unknown provider `{}`", key.value))
        .at(key.span, "a provider is wanted here")
        .help_if(meant.map(|provider| format!("did you mean `{provider}`?")))
        .help("the providers are `aws`, `gcp` and `azure`")
}
