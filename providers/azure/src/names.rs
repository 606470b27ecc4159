//! Physical names: which are derived, how long they may be, and what makes the global ones unique.
//!
//! A name that all of Azure shares ends in `uniqueString` of the resource group, the region and the address; thirteen
//! characters that Azure computes when the deployment starts, and that anybody can compute beforehand.

use portolan_model::{Model, cut};
use portolan_value::{Address, Context, Form, Text, Value};
use std::borrow::Cow;

/// The length of `uniqueString`.
pub(crate) const UNIQUE: usize = 13;

/// The physical name of a lowered resource. Azure makes none itself.
pub(crate) fn physical(model: &Model, address: &Address) -> Option<Value> {
    let owner = address.owner();
    let name = match address.part() {
        "function" => global(model, owner, address, 60),
        "api" => global(model, owner, address, 50),
        "service-bus" => global(model, "", address, 50),
        "cosmos" => global(model, "", address, 44),
        "secret" => short(model, owner, address, 24, "-"),
        "parameters" => short(model, &model.stack(), address, 24, "-"),
        "storage" | "host" => short(model, owner, address, 24, ""),
        "role" => derived(model, owner, address, 128),
        "plan" => derived(model, owner, address, 60),
        "workspace" | "bucket" => derived(model, owner, address, 63),
        "insights" => derived(model, owner, address, 255),
        "events" | "event-bus" => derived(model, owner, address, 50),
        "database" => model.stack().into(),
        "queue" | "topic" | "table" | "parameter" => Text::new(owner).into(),
        _ => return None,
    };
    Some(name)
}

fn derived(model: &Model, owner: &str, address: &Address, limit: usize) -> Value {
    model.derived_name(owner, address.as_str(), limit).into()
}

/// The stack's name and the owner's, as much of them as fits, and a hash: for names that all of Azure shares.
fn global(model: &Model, own: &str, address: &Address, limit: usize) -> Value {
    let stem = model.derived_name(own, address.as_str(), limit - UNIQUE - 1);
    Value::join([stem.into(), "-".into(), unique(model, address)])
}

/// As much of the owner's name as fits, and a hash: for global names that are too short for a stack's name.
fn short(model: &Model, owner: &str, address: &Address, limit: usize, between: &'static str) -> Value {
    let letters = owner.chars().filter(|c| c.is_ascii_alphanumeric() || (*c == '-' && between == "-"));
    let stem: String = letters.take(limit - UNIQUE - between.len()).collect();
    Value::join([stem.trim_end_matches('-').to_owned().into(), between.into(), unique(model, address)])
}

fn unique(model: &Model, address: &Address) -> Value {
    let region = Text::new(&model.target.region.value).into();
    let identity = model.identity(address.as_str()).into();
    Value::unique(Form::Short, vec![Context::ResourceGroup.into(), region, identity])
}

/// The name of a child that ties two names together: whole, or cut with a hash of its address.
pub(crate) fn tied(model: &Model, address: &Address, limit: usize) -> String {
    let whole = address.as_str().rsplit_once('.').map_or(address.as_str(), |(name, _)| name).replace('.', "-");
    cut(&whole, &model.identity(address.as_str()), limit)
}

/// A parameter's or output's name: they want no hyphens, and names of a spec have no underscores.
pub(crate) fn parameter_name(name: &str) -> Cow<'_, str> {
    match name.contains('-') {
        true => Cow::Owned(name.replace('-', "_")),
        false => Cow::Borrowed(name),
    }
}

/// What a type asks of its names.
pub(crate) struct Rule {
    /// The type.
    pub(crate) r#type: &'static str,
    /// The fewest and the most characters.
    pub(crate) length: (usize, usize),
    /// In words: which characters.
    pub(crate) alphabet: &'static str,
    fits: fn(char) -> bool,
}

/// Azure's "Naming rules and restrictions for Azure resources"; the lengths that the template reference has too agree.
pub(crate) const RULES: &[Rule] = &[
    rule("Microsoft.ApiManagement/service", (1, 50), "letters, digits and hyphens", hyphenated),
    rule("Microsoft.DocumentDB/databaseAccounts", (3, 44), "lower-case letters, digits and hyphens", lower_hyphenated),
    rule("Microsoft.DocumentDB/databaseAccounts/sqlDatabases", (1, 255), NO_SLASH, no_slash),
    rule("Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers", (1, 255), NO_SLASH, no_slash),
    rule("Microsoft.EventGrid/systemTopics", (3, 50), "letters, digits and hyphens", hyphenated),
    rule("Microsoft.EventGrid/topics", (3, 50), "letters, digits and hyphens", hyphenated),
    rule("Microsoft.Insights/components", (1, 260), NO_SLASH, no_slash),
    rule("Microsoft.KeyVault/vaults", (3, 24), "letters, digits and hyphens", hyphenated),
    rule("Microsoft.KeyVault/vaults/secrets", (1, 127), "letters, digits and hyphens", hyphenated),
    rule(
        "Microsoft.ManagedIdentity/userAssignedIdentities",
        (3, 128),
        "letters, digits, hyphens and underscores",
        word,
    ),
    rule("Microsoft.OperationalInsights/workspaces", (4, 63), "letters, digits and hyphens", hyphenated),
    rule("Microsoft.ServiceBus/namespaces", (6, 50), "letters, digits and hyphens", hyphenated),
    rule("Microsoft.ServiceBus/namespaces/queues", (1, 260), "letters, digits, `.`, `_` and hyphens", dotted),
    rule("Microsoft.ServiceBus/namespaces/topics", (1, 260), "letters, digits, `.`, `_` and hyphens", dotted),
    rule(
        "Microsoft.ServiceBus/namespaces/topics/subscriptions",
        (1, 50),
        "letters, digits, `.`, `_` and hyphens",
        dotted,
    ),
    rule("Microsoft.Storage/storageAccounts", (3, 24), "lower-case letters and digits", lower),
    rule(
        "Microsoft.Storage/storageAccounts/blobServices/containers",
        (3, 63),
        "lower-case letters, digits and hyphens",
        lower_hyphenated,
    ),
    rule("Microsoft.Web/serverfarms", (1, 60), "letters, digits and hyphens", hyphenated),
    rule("Microsoft.Web/sites", (2, 60), "letters, digits and hyphens", hyphenated),
];

const NO_SLASH: &str = "anything but `/`, `\\`, `#` and `?`";

const fn rule(r#type: &'static str, length: (usize, usize), alphabet: &'static str, fits: fn(char) -> bool) -> Rule {
    Rule { r#type, length, alphabet, fits }
}

impl Rule {
    /// The rule of a type.
    pub(crate) fn of(r#type: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.r#type == r#type)
    }

    /// Whether a name, as far as it is known, obeys the rule. What is a hash of ours always fits the alphabet.
    pub(crate) fn allows(&self, name: &Value) -> bool {
        let (mut length, mut fits) = (0, true);
        for part in if let Value::Join(parts) = name { parts.as_slice() } else { std::slice::from_ref(name) } {
            match part {
                Value::Text(text) => {
                    length += text.chars().count();
                    fits &= text.chars().all(self.fits);
                }
                Value::Unique(_) => length += UNIQUE,
                _ => return true,
            }
        }
        fits && (self.length.0..=self.length.1).contains(&length)
    }
}

fn hyphenated(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

fn lower(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

fn lower_hyphenated(c: char) -> bool {
    lower(c) || c == '-'
}

fn word(c: char) -> bool {
    hyphenated(c) || c == '_'
}

fn dotted(c: char) -> bool {
    word(c) || c == '.'
}

fn no_slash(c: char) -> bool {
    !c.is_control() && !matches!(c, '/' | '\\' | '#' | '?')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::settled;
    use proptest::prelude::*;
    use std::collections::HashSet;

    /// Names of a spec: short ones and ones at the limit.
    fn name(most: usize) -> impl Strategy<Value = String> {
        let long = proptest::string::string_regex(&format!("[a-z][a-z0-9]{{{}}}", most - 1)).expect("a pattern");
        prop_oneof!["[a-z]", "[a-z][a-z0-9]{0,7}(-[a-z0-9]{1,6}){0,2}", long]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn names_fit_and_are_distinct(app in name(40), target in name(32), one in name(32), two in name(32)) {
            prop_assume!(one != two && one != "app" && two != "app");
            let spec = format!(
                "portolan: 1\napp: {app}\ntargets: {{ {target}: {{ provider: azure, region: westeurope }} }}\nresources:\n  \
                 {one}: {{ kind: bucket }}\n  {one}x: {{ kind: queue }}\n  {one}y: {{ kind: table, key: {{ k: string }} }}\n  \
                 {one}z: {{ kind: secret }}\n  {one}w: {{ kind: api, auth: public }}\n  {one}t: {{ kind: topic }}\nfunctions:\n  \
                 {two}: {{ runtime: python3.13, handler: src/a.b, triggers: [{{ bucket: {one} }}, {{ topic: {one}t }}, {{ api: {one}w, http: GET /a }}] }}\n"
            );
            prop_assume!(one.len() < 32 && !one.ends_with('-') && !two.starts_with(&one));
            let settled = settled(&spec);
            let mut seen = HashSet::new();
            for resource in &settled.stacks[0].resources {
                let name = resource.body.get("name").expect("a name");
                let fresh = seen.insert((resource.r#type.clone(), format!("{:?} {name:?}", resource.scope)));
                prop_assert!(fresh, "{}", resource.address);
                if let Some(rule) = Rule::of(&resource.r#type).filter(|rule| rule.r#type.matches('/').count() == 1) {
                    prop_assert!(rule.allows(name), "{} {name:?}", resource.address);
                }
            }
        }
    }

    #[test]
    fn rules_look_at_every_known_character() {
        let rule = Rule::of("Microsoft.Storage/storageAccounts").expect("a rule");
        assert!(rule.allows(&"acme24".into()));
        assert!(!rule.allows(&"Acme".into()) && !rule.allows(&"ab".into()) && !rule.allows(&"a-b-c".into()));
        let hash = || Value::unique(Form::Short, Vec::new());
        assert!(rule.allows(&Value::join(["elevenchars".into(), hash()])));
        assert!(!rule.allows(&Value::join(["twelve-chars".into(), hash()])));
    }
}
