//! From spanned trees to kinds, columns and trees. Every mistake in a file of the library is a diagnostic.

use crate::tree::Segment;
use crate::{
    AccessRow, Built, Column, Environment, Export, External, Kind, OptionRule, OptionType, ResourceTree, Serves, Tree,
};
use crate::{Verb, VerbRule};
use handlebars::template::{Template, TemplateElement};
use portolan_diagnostics::{Diagnostic, Span, suggest};
use portolan_syntax::{Entry, Node, Tree as Written};
use portolan_value::{Context, Language, Map, Shape, Slot, Text, Value};

/// The words a handlebars text may name.
const WORDS: [&str; 6] = ["app", "target", "stack", "region", "name", "kind"];

/// Reads files of the library and remembers what is wrong with them.
#[derive(Default)]
pub(crate) struct Reader {
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Reader {
    fn wrong(&mut self, span: Span, message: impl Into<String>, label: &str) {
        self.diagnostics.push(Diagnostic::error("catalog/shape", message).at(span, label));
    }

    /// Refuses keys that the reader of a map does not know.
    fn keys(&mut self, node: &Node, known: &[&str]) {
        for entry in node.entries() {
            let key = entry.key.value.as_str();
            if !known.contains(&key) {
                let guess = suggest(key, known.iter().copied()).map(|name| format!("did you mean `{name}`?"));
                let diagnostic =
                    Diagnostic::error("catalog/unknown-key", format!("unknown key `{key}` in a kind's file"))
                        .at(entry.key.span, format!("known here: {}", known.join(", ")));
                self.diagnostics.push(diagnostic.help_if(guess));
            }
        }
    }

    fn text(&mut self, node: &Node, what: &str) -> String {
        match node.text() {
            Some(text) => text.to_owned(),
            None => {
                self.wrong(node.span, format!("{what} is a text, this is {}", node.what()), "");
                String::new()
            }
        }
    }

    fn texts(&mut self, node: Option<&Node>, what: &str) -> Vec<Text> {
        match node {
            None => Vec::new(),
            Some(node) if node.text().is_some() => vec![self.text(node, what).into()],
            Some(node) => node.items().iter().map(|item| self.text(item, what).into()).collect(),
        }
    }

    fn flag(&mut self, node: Option<&Node>, otherwise: bool) -> bool {
        match node.map(|node| (node, node.text())) {
            None => otherwise,
            Some((_, Some("true"))) => true,
            Some((_, Some("false"))) => false,
            Some((node, _)) => {
                self.wrong(node.span, "`true` or `false` is wanted", "");
                otherwise
            }
        }
    }

    /// `kind.yaml`, without its columns.
    pub(crate) fn kind(&mut self, node: &Node, name: &str) -> Kind {
        self.keys(node, &["about", "options", "verbs", "exports", "declarable"]);
        let about = node.get("about").map(|about| self.text(about, "`about`")).unwrap_or_default();
        let options = node.get("options").map(Node::entries).unwrap_or_default();
        let verbs = node.get("verbs").map(Node::entries).unwrap_or_default();
        Kind {
            name: name.to_owned(),
            about,
            options: options.iter().map(|entry| self.option(entry)).collect(),
            verbs: verbs.iter().map(|entry| self.verb(entry)).collect(),
            exports: self.texts(node.get("exports"), "an export"),
            declarable: self.flag(node.get("declarable"), true),
            columns: std::array::from_fn(|_| Column::Unsupported(String::new())),
        }
    }

    fn verb(&mut self, entry: &Entry) -> VerbRule {
        self.keys(&entry.value, &["about", "prefixes"]);
        VerbRule {
            verb: Verb(entry.key.value.as_str().into()),
            about: entry.value.get("about").map(|about| self.text(about, "`about`")).unwrap_or_default(),
            prefixes: self.flag(entry.value.get("prefixes"), false),
        }
    }

    fn option(&mut self, entry: &Entry) -> OptionRule {
        let node = &entry.value;
        self.keys(node, &["type", "of", "fields", "short", "choice", "kind", "default", "required", "about"]);
        OptionRule {
            name: entry.key.value.clone(),
            r#type: self.option_type(node),
            default: node.get("default").cloned(),
            required: self.flag(node.get("required"), false),
            about: node.get("about").map(|about| self.text(about, "`about`")).unwrap_or_default(),
        }
    }

    fn option_type(&mut self, node: &Node) -> OptionType {
        let word = node.get("type").map(|word| self.text(word, "`type`")).unwrap_or_default();
        match word.as_str() {
            "bool" => OptionType::Bool,
            "number" => OptionType::Number,
            "text" => OptionType::Text,
            "duration" => OptionType::Duration,
            "size" => OptionType::Size,
            "auth" => OptionType::Auth,
            "cors" => OptionType::Cors,
            "choice" => {
                OptionType::Choice(self.texts(node.get("choice"), "a choice").into_iter().map(String::from).collect())
            }
            "resource" => {
                OptionType::Resource(node.get("kind").map(|kind| self.text(kind, "`kind`")).unwrap_or_default())
            }
            "list" => OptionType::List(Box::new(self.inner_type(node))),
            "map" => OptionType::Map(Box::new(self.inner_type(node))),
            "record" => OptionType::Record {
                fields: node
                    .get("fields")
                    .map(Node::entries)
                    .unwrap_or_default()
                    .iter()
                    .map(|field| self.option(field))
                    .collect(),
                short: node.get("short").map(|short| self.text(short, "`short`")),
            },
            other => {
                let message = format!("unknown option type `{other}`");
                self.wrong(
                    node.span,
                    message,
                    "bool, number, text, duration, size, choice, resource, list, map, record, auth, cors",
                );
                OptionType::Text
            }
        }
    }

    fn inner_type(&mut self, node: &Node) -> OptionType {
        match node.get("of") {
            Some(of) => self.option_type(of),
            None => {
                self.wrong(node.span, "a list or map option says what it is `of`", "");
                OptionType::Text
            }
        }
    }

    /// A column: `<format>.yaml`.
    pub(crate) fn column(&mut self, node: &Node, kind: &Kind, file: &str) -> Column {
        if let Some(why) = node.get("unsupported") {
            self.keys(node, &["unsupported"]);
            return Column::Unsupported(self.text(why, "`unsupported`"));
        }
        self.keys(
            node,
            &["unsupported-options", "notes", "parents", "resources", "exports", "environment", "access", "external"],
        );
        let mut built = Built {
            file: file.to_owned(),
            unsupported_options: self.reasons(node.get("unsupported-options")),
            notes: self.texts(node.get("notes"), "a note").into_iter().map(String::from).collect(),
            parents: self.texts(node.get("parents"), "a parent"),
            resources: self.resources(node),
            exports: self.exports(node.get("exports")),
            environment: self.environment(node.get("environment")),
            external: node.get("external").map(|external| self.external(external)),
            ..Built::default()
        };
        self.access(node, kind, &mut built);
        self.check_against(node, kind, &built);
        Column::Built(Box::new(built))
    }

    fn reasons(&mut self, node: Option<&Node>) -> Vec<(String, String)> {
        let entries = node.map(Node::entries).unwrap_or_default();
        entries.iter().map(|entry| (entry.key.value.to_string(), self.text(&entry.value, "a reason"))).collect()
    }

    /// The `resources` of a column or a parent.
    pub(crate) fn resources(&mut self, node: &Node) -> Vec<ResourceTree> {
        let entries = node.get("resources").map(Node::entries).unwrap_or_default();
        entries.iter().map(|entry| self.resource(entry)).collect()
    }

    fn resource(&mut self, entry: &Entry) -> ResourceTree {
        let node = &entry.value;
        self.keys(node, &["type", "version", "scope", "when", "retain", "after", "slots", "body"]);
        ResourceTree {
            part: entry.key.value.clone(),
            r#type: node.get("type").map(|word| self.text(word, "`type`")).unwrap_or_default().into(),
            api_version: node.get("version").map(|version| self.text(version, "`version`").into()),
            scope: node.get("scope").map(|scope| self.tree(scope)),
            when: node.get("when").map(|option| self.text(option, "`when`")),
            retain: self.flag(node.get("retain"), false),
            after: self.texts(node.get("after"), "`after`"),
            slots: node
                .get("slots")
                .map(Node::entries)
                .unwrap_or_default()
                .iter()
                .map(|slot| self.slot(slot))
                .collect(),
            body: node.get("body").map(|body| self.entries(body)).unwrap_or_default(),
        }
    }

    fn slot(&mut self, entry: &Entry) -> Slot {
        self.keys(&entry.value, &["at", "shape"]);
        let at = entry.value.get("at").map(|at| self.text(at, "`at`")).unwrap_or_default();
        let shape = entry.value.get("shape").map(|shape| self.text(shape, "`shape`")).unwrap_or_default();
        let shape = match shape.as_str() {
            "list" => Shape::List,
            "map" => Shape::Map,
            _ => {
                self.wrong(entry.value.span, "a slot's `shape` is `list` or `map`", "");
                Shape::List
            }
        };
        Slot { name: entry.key.value.clone(), path: at.split('.').map(|step| step.to_owned().into()).collect(), shape }
    }

    fn exports(&mut self, node: Option<&Node>) -> Vec<(Text, Export)> {
        let entries = node.map(Node::entries).unwrap_or_default();
        entries.iter().filter_map(|entry| Some((entry.key.value.clone(), self.export(&entry.value)?))).collect()
    }

    fn export(&mut self, node: &Node) -> Option<Export> {
        match node.entries() {
            [entry] if entry.key.value == "known" => Some(Export::Known(self.tree(&entry.value))),
            [entry] if entry.key.value == "deployed" => Some(Export::Deployed(self.tree(&entry.value))),
            _ => {
                self.wrong(node.span, "an export is `{ known: … }` or `{ deployed: … }`", "");
                None
            }
        }
    }

    fn environment(&mut self, node: Option<&Node>) -> Vec<Environment> {
        let entries = node.map(Node::entries).unwrap_or_default();
        let suffix = |key: &str| if key == "main" { Text::fixed("") } else { format!("_{key}").into() };
        entries
            .iter()
            .map(|entry| Environment { suffix: suffix(&entry.key.value), value: self.tree(&entry.value) })
            .collect()
    }

    fn external(&mut self, node: &Node) -> External {
        self.keys(node, &["id-prefix", "by-name", "by-id"]);
        External {
            by_name: node.get("by-name").map(|exports| self.entries(exports)).unwrap_or_default(),
            by_id: node.get("by-id").map(|exports| self.entries(exports)).unwrap_or_default(),
            id_prefix: node.get("id-prefix").map(|prefix| self.text(prefix, "`id-prefix`")).unwrap_or_default().into(),
        }
    }

    fn access(&mut self, node: &Node, kind: &Kind, built: &mut Built) {
        for entry in node.get("access").map(Node::entries).unwrap_or_default() {
            let word = &entry.key.value;
            match (kind.verb(word), entry.value.get("unsupported")) {
                (None, _) => {
                    let known: Vec<&str> = kind.verbs.iter().map(|rule| rule.verb.name()).collect();
                    let message = format!("kind `{}` has no verb `{word}`", kind.name);
                    self.wrong(entry.key.span, message, &format!("its verbs: {}", known.join(", ")));
                }
                (Some(_), Some(why)) => {
                    let why = self.text(why, "`unsupported`");
                    built.unsupported_verbs.push((word.to_string(), why));
                }
                (Some(verb), None) => {
                    let rows = entry.value.items().iter().map(|row| self.access_row(row)).collect();
                    built.access.push((verb, rows));
                }
            }
        }
    }

    fn access_row(&mut self, node: &Node) -> AccessRow {
        let own = ["permissions", "why", "on", "when", "serves", "follows", "polled", "unseen"];
        if node.get("on").is_none() {
            self.wrong(node.span, "an access row says what it is granted `on`", "");
        }
        AccessRow {
            permissions: self.texts(node.get("permissions"), "a permission"),
            why: node.get("why").map(|why| self.text(why, "`why`")).unwrap_or_default(),
            on: node.get("on").map_or(Tree::List(Vec::new()), |on| self.tree(on)),
            when: node.get("when").map(|option| self.text(option, "`when`")),
            serves: node.get("serves").map(|calls| self.serves(calls)).unwrap_or_default(),
            follows: node.get("follows").map(|permission| self.text(permission, "`follows`").into()),
            polled: node.get("polled").is_some(),
            unseen: node.get("unseen").is_some(),
            more: node
                .entries()
                .iter()
                .filter(|entry| !own.contains(&entry.key.value.as_str()))
                .map(|entry| (entry.key.value.clone(), self.tree(&entry.value)))
                .collect(),
        }
    }

    /// `whole`, `inside`, or the option whose entries are meant.
    fn serves(&mut self, node: &Node) -> Serves {
        match self.text(node, "`serves`").as_str() {
            "whole" => Serves::Whole,
            "inside" => Serves::Inside,
            option => Serves::Parts(option.to_owned().into()),
        }
    }

    /// Every verb and export has its cell: filled, or unsupported with a reason.
    fn check_against(&mut self, node: &Node, kind: &Kind, built: &Built) {
        for rule in &kind.verbs {
            let word = rule.verb.name();
            let unsupported = built.unsupported_verbs.iter().any(|(verb, why)| verb == word && !why.is_empty());
            let rows = built.access(&rule.verb);
            if !unsupported && (rows.is_empty() || rows.iter().any(|row| row.why.is_empty())) {
                self.empty(
                    node,
                    format!("verb `{word}` of kind `{}` has no access rows with a `why` in {}", kind.name, built.file),
                );
            }
        }
        for export in kind.exports.iter().filter(|export| built.export(export).is_none()) {
            self.empty(node, format!("export `{export}` of kind `{}` is not in {}", kind.name, built.file));
        }
        for (option, _) in built.unsupported_options.iter().filter(|(option, _)| kind.option(option).is_none()) {
            self.empty(node, format!("kind `{}` has no option `{option}` that {} could lack", kind.name, built.file));
        }
    }

    fn empty(&mut self, node: &Node, message: String) {
        let diagnostic = Diagnostic::error("catalog/empty-cell", message).at(node.span.head(), "");
        self.diagnostics.push(diagnostic.help("fill it, or write `unsupported: why`"));
    }

    fn entries(&mut self, node: &Node) -> Vec<(Text, Tree)> {
        node.entries().iter().map(|entry| (entry.key.value.clone(), self.tree(&entry.value))).collect()
    }

    /// A tree; subtrees without holes become literals.
    pub(crate) fn tree(&mut self, node: &Node) -> Tree {
        match node.tag() {
            Some(tag) => self.tagged(tag, node),
            None => self.untagged(node),
        }
    }

    fn untagged(&mut self, node: &Node) -> Tree {
        match &node.tree {
            Written::Null => {
                self.wrong(node.span, "a property of a tree has a value", "nothing is written here");
                Tree::Literal(Value::from(""))
            }
            Written::Scalar(scalar) if !scalar.quoted => match scalar.text.as_str() {
                "true" => Tree::Literal(true.into()),
                "false" => Tree::Literal(false.into()),
                text => match text.parse::<i64>() {
                    Ok(number) => Tree::Literal(number.into()),
                    Err(_) => self.words(text, node.span),
                },
            },
            Written::Scalar(scalar) => self.words(&scalar.text, node.span),
            Written::List(items) => folded_list(items.iter().map(|item| self.tree(item)).collect()),
            Written::Map(_) => folded_map(self.entries(node)),
        }
    }

    fn tagged(&mut self, tag: &str, node: &Node) -> Tree {
        match tag {
            "option" => Tree::Option(self.text(node, "`!option`").into()),
            "name" => Tree::Name(self.text(node, "`!name`").into()),
            "compute" => Tree::Compute(self.text(node, "`!compute`").into()),
            "prefix" => Tree::Prefix,
            "external" if node.text() == Some("last") => Tree::ExternalLast,
            "external" => Tree::External,
            "ref" => self.pair(node, Tree::Ref, str::rsplit_once),
            "attribute" => self.pair(node, Tree::Attribute, str::split_once),
            "parent" => self.pair(node, Tree::Parent, str::split_once),
            "context" => self.context(node),
            "when" => self.when(node),
            "join" => Tree::Join(node.items().iter().map(|part| self.tree(part)).collect()),
            "json" => Tree::Embed(Language::Json, Box::new(self.untagged(node))),
            "pattern" => Tree::Embed(Language::IamPattern, Box::new(self.inner(node))),
            "cel" => Tree::Embed(Language::Cel, Box::new(self.inner(node))),
            "abac" => Tree::Embed(Language::Abac, Box::new(self.inner(node))),
            "base64" => Tree::Embed(Language::Base64, Box::new(self.inner(node))),
            other => {
                let known = "ref, attribute, parent, option, when, name, context, join, json, pattern, cel, abac, base64, prefix, external, compute";
                let message = format!("unknown tag `!{other}`");
                self.diagnostics.push(
                    Diagnostic::error("catalog/unknown-tag", message).at(node.span, format!("known tags: {known}")),
                );
                Tree::Literal(Value::from(""))
            }
        }
    }

    /// What stands under an embedding tag: a list is a join.
    fn inner(&mut self, node: &Node) -> Tree {
        match &node.tree {
            Written::List(items) => Tree::Join(items.iter().map(|part| self.tree(part)).collect()),
            _ => self.untagged(node),
        }
    }

    fn pair(
        &mut self,
        node: &Node,
        make: impl FnOnce(Text, Text) -> Tree,
        split: impl Fn(&str, char) -> Option<(&str, &str)>,
    ) -> Tree {
        let text = self.text(node, "a reference");
        match split(&text, '.') {
            Some((subject, attribute)) => make(subject.to_owned().into(), attribute.to_owned().into()),
            None => {
                self.wrong(node.span, format!("`{text}` is not of the form `subject.attribute`"), "");
                Tree::Literal(Value::from(""))
            }
        }
    }

    fn context(&mut self, node: &Node) -> Tree {
        let word = self.text(node, "`!context`");
        let context = match word.as_str() {
            "account" => Context::Account,
            "region" => Context::Region,
            "partition" => Context::Partition,
            "url-suffix" => Context::UrlSuffix,
            "project" => Context::Project,
            "project-number" => Context::ProjectNumber,
            "subscription" => Context::Subscription,
            "resource-group" => Context::ResourceGroup,
            "tenant" => Context::Tenant,
            _ => {
                let known = "account, region, partition, url-suffix, project, project-number, subscription, resource-group, tenant";
                self.wrong(node.span, format!("unknown context `{word}`"), known);
                Context::Region
            }
        };
        Tree::Context(context)
    }

    fn when(&mut self, node: &Node) -> Tree {
        let otherwise = node.get("else").map(|tree| Box::new(self.tree(tree)));
        match node.entries().iter().find(|entry| entry.key.value != "else") {
            Some(entry) => {
                let then = Box::new(self.tree(&entry.value));
                Tree::When(entry.key.value.clone(), then, otherwise)
            }
            None => {
                self.wrong(node.span, "`!when` is `{ option: value, else: value }`", "");
                Tree::Literal(Value::from(""))
            }
        }
    }

    /// A handlebars text of literals. Target syntax has no place in the library: user text could become code with it.
    fn words(&mut self, text: &str, span: Span) -> Tree {
        if text.contains("Fn::") || text.contains("${") || text.starts_with('[') {
            let message = format!("`{text}` looks like target syntax, which a kind's file never holds");
            let diagnostic = Diagnostic::error("catalog/target-syntax", message).at(span, "");
            self.diagnostics
                .push(diagnostic.help("say what is meant with a tag: `!ref`, `!join`, `!context`, `!json`"));
        }
        if !text.contains("{{") {
            return Tree::Literal(text.to_owned().into());
        }
        match segments(text) {
            Ok(segments) => Tree::Words(segments),
            Err(why) => {
                let message = format!("`{text}` is not a text with words in double braces: {why}");
                let diagnostic = Diagnostic::error("catalog/template", message).at(span, "");
                self.diagnostics.push(diagnostic.help(format!("the words are {}", WORDS.join(", "))));
                Tree::Literal(Value::from(""))
            }
        }
    }
}

fn segments(text: &str) -> Result<Vec<Segment>, String> {
    let template = Template::compile(text).map_err(|error| error.reason().to_string())?;
    template.elements.iter().map(segment).collect()
}

fn segment(element: &TemplateElement) -> Result<Segment, String> {
    match element {
        TemplateElement::RawString(text) => Ok(Segment::Literal(text.clone().into())),
        TemplateElement::Expression(word) | TemplateElement::HtmlExpression(word) if word.params.is_empty() => {
            let name = word.name.as_name().unwrap_or_default();
            match WORDS.contains(&name) {
                true => Ok(Segment::Word(name.to_owned().into())),
                false => Err(format!("unknown word `{name}`")),
            }
        }
        _ => Err("only plain words may stand in braces".to_owned()),
    }
}

fn folded_list(items: Vec<Tree>) -> Tree {
    if !items.iter().all(|item| matches!(item, Tree::Literal(_))) {
        return Tree::List(items);
    }
    Tree::Literal(Value::list(items.into_iter().filter_map(literal)))
}

fn folded_map(entries: Vec<(Text, Tree)>) -> Tree {
    if !entries.iter().all(|(_, tree)| matches!(tree, Tree::Literal(_))) {
        return Tree::Map(entries);
    }
    let entries = entries.into_iter().filter_map(|(key, tree)| Some((key, literal(tree)?)));
    Tree::Literal(Value::Map(entries.collect::<Map>()))
}

fn literal(tree: Tree) -> Option<Value> {
    match tree {
        Tree::Literal(value) => Some(value),
        _ => None,
    }
}
