//! Which values a key takes: one table, a row for every key that takes more or less than any text.

use super::extend;
use portolan_syntax::MAX_APP;
use serde_json::{Value, json};

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accepts {
    /// Any text.
    Text,
    /// A text of this form, which JSON Schema calls a pattern.
    Shaped(&'static str),
    /// An app's name, in which no hole is filled.
    App,
    /// A name of something in the spec.
    Name,
    /// A target's name or pattern.
    Target,
    /// One of these words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Number,
    /// A length of time.
    Duration,
    /// A length of time in days.
    Days,
    /// An amount of memory.
    Size,
    /// Who may call.
    Auth,
    /// Which web pages may call.
    Cors,
    /// Whether code becomes one file.
    Bundle,
    /// Any value, with texts of the user in it.
    Anything,
    /// A value in a target's own syntax.
    Verbatim,
}

/// A key's value, and what it is when nothing is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    section: &'static str,
    key: &'static str,
    /// What it takes.
    pub accepts: Accepts,
    /// The value when nothing is written.
    pub default: Option<&'static str>,
}

const fn rule(section: &'static str, key: &'static str, accepts: Accepts) -> Rule {
    Rule { section, key, accepts, default: None }
}

const fn with(section: &'static str, key: &'static str, accepts: Accepts, default: &'static str) -> Rule {
    Rule { section, key, accepts, default: Some(default) }
}

const PROVIDERS: &[&str] = &["aws", "gcp", "azure"];
const FORMATS: &[&str] = &["infrastructure-manager", "deployment-manager"];
const ROUTE: &str = "^\\s*(ANY|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\\s+/";
const SCHEDULE: &str = "^\\s*(cron|rate)\\s*\\(.*\\)\\s*$";
const RUNTIME: &str = "^((python|nodejs|java|dotnet|ruby|go|rust)[0-9.]*|custom)$";
const HANDLER: &str = "^.+[./].+$";
const PACKAGE: &str = "^(@[A-Za-z0-9_-][A-Za-z0-9._-]*/)?[A-Za-z0-9_-][A-Za-z0-9._-]*$";

/// Keys that are not here take any text, and nothing stands for them when they are not written.
static RULES: &[Rule] = &[
    rule("the spec", "portolan", Accepts::Word(&["1"])),
    rule("the spec", "app", Accepts::App),
    rule("a target", "like", Accepts::Target),
    rule("a target", "provider", Accepts::Word(PROVIDERS)),
    with("a target", "format", Accepts::Word(FORMATS), "infrastructure-manager"),
    rule("a target", "set", Accepts::Anything),
    with("an input", "secret", Accepts::Bool, "false"),
    rule("a resource", "targets", Accepts::Target),
    rule("a resource", "formerly", Accepts::Name),
    rule("a function", "runtime", Accepts::Shaped(RUNTIME)),
    rule("a function", "handler", Accepts::Shaped(HANDLER)),
    with("a function", "code", Accepts::Text, "."),
    with("a function", "memory", Accepts::Size, "512 MB"),
    with("a function", "timeout", Accepts::Duration, "30 s"),
    rule("a function", "max-concurrency", Accepts::Number),
    rule("a function", "min-instances", Accepts::Number),
    with("a function", "log-retention", Accepts::Days, "30 d"),
    rule("a function", "targets", Accepts::Target),
    rule("a function", "formerly", Accepts::Name),
    with("a function", "payload", Accepts::Word(&["neutral", "native"]), "neutral"),
    rule("a function", "architecture", Accepts::Word(&["arm64", "x86-64"])),
    with("a function", "bundle", Accepts::Bundle, "false"),
    rule("`defaults`", "runtime", Accepts::Shaped(RUNTIME)),
    rule("`defaults`", "memory", Accepts::Size),
    rule("`defaults`", "timeout", Accepts::Duration),
    rule("`defaults`", "max-concurrency", Accepts::Number),
    rule("`defaults`", "min-instances", Accepts::Number),
    rule("`defaults`", "log-retention", Accepts::Days),
    rule("`defaults`", "targets", Accepts::Target),
    rule("`defaults`", "payload", Accepts::Word(&["neutral", "native"])),
    rule("`defaults`", "architecture", Accepts::Word(&["arm64", "x86-64"])),
    rule("`defaults`", "bundle", Accepts::Bundle),
    rule("`callers`", "functions", Accepts::Name),
    rule("a trigger", "http", Accepts::Shaped(ROUTE)),
    rule("a trigger", "schedule", Accepts::Shaped(SCHEDULE)),
    rule("a trigger", "queue", Accepts::Name),
    rule("a trigger", "topic", Accepts::Name),
    rule("a trigger", "bucket", Accepts::Name),
    rule("a trigger", "table", Accepts::Name),
    rule("a trigger", "api", Accepts::Name),
    rule("a trigger", "auth", Accepts::Auth),
    with("a trigger", "cors", Accepts::Cors, "false"),
    with("a trigger", "timezone", Accepts::Text, "UTC"),
    rule("a trigger", "input", Accepts::Anything),
    with("a trigger", "batch", Accepts::Number, "10"),
    with("a trigger", "events", Accepts::Word(&["created", "deleted"]), "created"),
    rule("a trigger", "changes", Accepts::Word(&["created", "changed", "deleted"])),
    with("a trigger", "old", Accepts::Bool, "false"),
    with("a trigger", "start", Accepts::Word(&["latest", "earliest"]), "latest"),
    rule("a trigger", "targets", Accepts::Target),
    rule("an `allow` entry", "conditions", Accepts::Verbatim),
    rule("an output", "targets", Accepts::Target),
];

/// The rule of a key.
pub(super) fn rule_of(section: &str, key: &str) -> Rule {
    let known = RULES.iter().find(|rule| rule.section == section && rule.key == key);
    known.copied().unwrap_or(rule("", "", Accepts::Text))
}

impl Accepts {
    /// What it is called: "a duration", "`created` or `deleted`".
    pub fn words(self) -> String {
        match self {
            Self::Text | Self::Shaped(_) => "text".to_owned(),
            Self::App | Self::Name => "name".to_owned(),
            Self::Target => "target".to_owned(),
            Self::Word(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or "),
            Self::Bool => "`true` or `false`".to_owned(),
            Self::Number => "number".to_owned(),
            Self::Duration => "duration".to_owned(),
            Self::Days => "days".to_owned(),
            Self::Size => "size".to_owned(),
            Self::Auth => "who may call".to_owned(),
            Self::Cors | Self::Bundle => "`true`, `false` or a map".to_owned(),
            Self::Anything => "any value".to_owned(),
            Self::Verbatim => "target syntax".to_owned(),
        }
    }

    /// How JSON Schema says it. Numbers and words may also be texts with a `${…}` in them, filled in later.
    pub fn schema(self) -> Value {
        match self {
            Self::Text => text(),
            Self::Shaped(pattern) => marked(or_hole(json!({ "type": "string", "pattern": pattern }))),
            Self::App => json!({ "type": "string", "pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$", "maxLength": MAX_APP }),
            Self::Name => or_hole(json!({ "type": "string", "pattern": "^[a-z][a-z0-9-]*$" })),
            Self::Target => or_hole(json!({ "type": "string", "pattern": "^[a-z][a-z0-9-]*\\*?$" })),
            Self::Word(&["1"]) => json!({ "enum": [1, "1"] }),
            Self::Word(words) => or_hole(json!({ "enum": words })),
            Self::Bool => or_hole(json!({ "enum": [true, false, "true", "false"] })),
            Self::Number => or_hole(number("^[0-9]+$")),
            Self::Duration => or_hole(number(DURATION)),
            Self::Days => or_hole(number(DURATION)),
            Self::Size => or_hole(number("^\\s*[0-9]+\\s*([mMgG][iI]?[bB])?\\s*$")),
            Self::Auth => json!({ "$ref": "#/$defs/auth" }),
            Self::Cors => json!({ "$ref": "#/$defs/cors" }),
            Self::Bundle => bundle(),
            Self::Anything => marked(json!({})),
            Self::Verbatim => json!({}),
        }
    }
}

const DURATION: &str = "^\\s*[0-9]+\\s*(s|secs?|seconds?|mins?|minutes?|h|hours?|d|days?)?\\s*$";

fn number(pattern: &str) -> Value {
    json!({ "anyOf": [{ "type": "integer", "minimum": 0 }, { "type": "string", "pattern": pattern }] })
}

/// Any text; YAML's numbers and truths are the text as written.
pub(super) fn text() -> Value {
    marked(json!({ "type": ["string", "number", "boolean"] }))
}

fn marked(mut schema: Value) -> Value {
    extend(&mut schema, json!({ "x-portolan-text": true }));
    schema
}

/// This, or a text whose holes are filled in later.
pub(super) fn or_hole(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "string", "pattern": "\\$\\{" }] })
}

/// One value or a list of them.
pub(super) fn one_or_many(item: Value) -> Value {
    json!({ "anyOf": [item, { "type": "array", "items": item }] })
}

/// A map with these keys and no other.
pub(super) fn closed(properties: Value, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// Who may call.
pub(super) fn auth() -> Value {
    let jwt = closed(json!({ "issuer": text(), "audience": one_or_many(text()) }), &["issuer", "audience"]);
    json!({
        "description": "Who may call: everybody, the function's `callers`, or bearers of a token.",
        "anyOf": [or_hole(json!({ "enum": ["public", "iam"] })), closed(json!({ "jwt": jwt }), &["jwt"])],
    })
}

/// Whether code becomes one file, and which packages stay beside it.
fn bundle() -> Value {
    let package = or_hole(json!({ "type": "string", "pattern": PACKAGE }));
    let map = json!({ "external": one_or_many(package) });
    json!({ "anyOf": [Accepts::Bool.schema(), closed(map, &[])] })
}

/// Which web pages may call.
pub(super) fn cors() -> Value {
    let map = json!({
        "origins": one_or_many(text()),
        "methods": one_or_many(text()),
        "headers": one_or_many(text()),
        "credentials": Accepts::Bool.schema(),
        "max-age": Accepts::Duration.schema(),
    });
    json!({
        "description": "Which web pages may call: `true` for all, or origins, methods and headers; what is not written is all.",
        "anyOf": [Accepts::Bool.schema(), closed(map, &[])],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_syntax::language as l;

    #[test]
    fn every_rule_is_of_a_key() {
        let sections = [
            &l::SPEC,
            &l::TARGET,
            &l::INPUT,
            &l::DEFAULTS,
            &l::RESOURCE,
            &l::FUNCTION,
            &l::CALLERS,
            &l::TRIGGER,
            &l::ALLOW,
            &l::OUTPUT,
            &l::KEEP,
        ];
        for rule in RULES {
            let section = sections.iter().find(|section| section.what == rule.section);
            let key = section.and_then(|section| section.key(rule.key));
            assert!(key.is_some(), "{} has no key `{}`", rule.section, rule.key);
        }
    }
}
