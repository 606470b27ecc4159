//! What the library's trees ask of Azure: names, lengths of time, computed values, exports of functions.

use crate::names;
use crate::ranges::{DELIVERIES, EXPIRE, LIFETIME, LOCK, Range};
use portolan_model::{Cors, FunctionId, Model, Pattern, Resource, Setting};
use portolan_target::{Hooks, Kinds, Request};
use portolan_value::{Address, Format, Value};

/// The deploy parameter with the address that API Management writes to; it demands one.
pub(crate) const PUBLISHER: &str = "publisher-email";

/// Azure's answers.
struct Answers;

/// The kinds of a request on Azure.
pub(crate) fn kinds<'a>(request: &Request<'a>) -> Kinds<'a> {
    Kinds::new(*request, Format::Azure, &Answers)
}

impl Hooks for Answers {
    fn physical_name(&self, request: &Request<'_>, address: &Address, _type: &str) -> Option<Value> {
        names::physical(request.model, address)
    }

    fn duration(&self, seconds: u64) -> Value {
        duration(seconds).into()
    }

    fn patterns(&self, only: &[Pattern]) -> Value {
        let text = |pattern: &Pattern| match pattern {
            Pattern::Prefix(prefix) => Value::from(format!("{prefix}*")),
            Pattern::Key(key) => Value::from(key.clone()),
        };
        Value::list(only.iter().map(text))
    }

    fn compute(&self, _request: &Request<'_>, resource: &Resource, what: &str) -> Option<Value> {
        match what {
            "lock-duration" => Some(within(&LOCK, seconds(resource, "visibility").unwrap_or(60))),
            "time-to-live" => Some(within(&LIFETIME, seconds(resource, "retention")?)),
            "deliveries" => Some(Value::Number(i64::try_from(DELIVERIES.nearest(deliveries(resource))).ok()?)),
            "expire-days" => {
                Some(Value::Number(i64::try_from(EXPIRE.nearest(days(seconds(resource, "expire")?))).ok()?))
            }
            "cors-rules" => Some(Value::list(cors_rules(resource))),
            "partition-path" => partition_path(resource),
            "publisher-email" => Some(Value::input(PUBLISHER.into())),
            _ => External::of(resource)?.export(what),
        }
    }

    fn function_export(&self, request: &Request<'_>, function: FunctionId, export: &str) -> Option<Value> {
        let name = &request.model.function(function).name.value;
        let address = Address::new(name, "function");
        match export {
            "name" => site_name(request, name),
            "url" => url(request, name),
            "id" | "arn" => Some(Value::reference(address, "id")),
            _ => None,
        }
    }
}

/// The name of a function's app, known before it exists.
pub(crate) fn site_name(request: &Request<'_>, function: &str) -> Option<Value> {
    kinds(request).physical_name(&Address::new(function, "function"), "Microsoft.Web/sites")
}

/// The host of a function's app, known before it exists.
pub(crate) fn url(request: &Request<'_>, function: &str) -> Option<Value> {
    Some(Value::join(["https://".into(), site_name(request, function)?, ".azurewebsites.net".into()]))
}

/// A length of time as ISO 8601 writes it: `P4D`, `PT1M30S`.
pub(crate) fn duration(seconds: u64) -> String {
    if seconds > 0 && seconds.is_multiple_of(86_400) {
        return format!("P{}D", seconds / 86_400);
    }
    let mut text = String::from("PT");
    for (unit, letter) in [(3600, 'H'), (60, 'M'), (1, 'S')] {
        let count = if unit == 3600 { seconds / unit } else { seconds / unit % 60 };
        if count > 0 {
            text.push_str(&format!("{count}{letter}"));
        }
    }
    if seconds == 0 { "PT0S".to_owned() } else { text }
}

fn within(range: &Range, seconds: u64) -> Value {
    duration(range.nearest(seconds)).into()
}

/// An option that is a length of time.
pub(crate) fn seconds(resource: &Resource, option: &str) -> Option<u64> {
    match resource.option(option)?.value {
        Setting::Duration(seconds) => Some(seconds),
        _ => None,
    }
}

/// Whole days, none cut off.
pub(crate) fn days(seconds: u64) -> u64 {
    seconds.div_ceil(86_400)
}

/// After how many deliveries a queue gives a message up.
pub(crate) fn deliveries(resource: &Resource) -> u64 {
    let Some(Setting::Map(fields)) = resource.option("dead-letter").map(|setting| &setting.value) else { return 5 };
    let after = fields.iter().find(|(key, _)| key.value == "after").map(|(_, setting)| &setting.value);
    match after {
        Some(Setting::Number(number)) => u64::try_from(*number).unwrap_or(1),
        _ => 5,
    }
}

fn cors_rules(resource: &Resource) -> Vec<Value> {
    let Some(Setting::Cors(cors)) = resource.option("cors").map(|setting| &setting.value) else { return Vec::new() };
    let texts = |items: &[String]| Value::list(items.iter().map(|item| item.clone().into()));
    vec![Value::from([
        ("allowedOrigins", texts(&cors.origins)),
        ("allowedMethods", texts(&methods(cors))),
        ("allowedHeaders", texts(&cors.headers)),
        ("exposedHeaders", Value::list([])),
        ("maxAgeInSeconds", cors.max_age.unwrap_or(0).into()),
    ])]
}

/// Blob storage has no word for every method.
fn methods(cors: &Cors) -> Vec<String> {
    match cors.methods.iter().any(|method| method == "*") {
        true => ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"].map(str::to_owned).to_vec(),
        false => cors.methods.iter().map(|method| method.to_ascii_uppercase()).collect(),
    }
}

/// The path of a table's partition key. A name that is no plain word stands in quotes (Cosmos DB, "Indexing policies").
fn partition_path(resource: &Resource) -> Option<Value> {
    let (name, _) = *key(resource).first()?;
    Some(match name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        true => format!("/{name}").into(),
        false => format!("/\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")).into(),
    })
}

/// The attributes of a table's key with their types.
pub(crate) fn key(resource: &Resource) -> Vec<(&str, &str)> {
    let Some(Setting::Map(entries)) = resource.option("key").map(|setting| &setting.value) else { return Vec::new() };
    let typed = |setting: &'_ Setting| matches!(setting, Setting::Text(text) if text == "number");
    let word = |setting| if typed(setting) { "number" } else { "string" };
    entries.iter().map(|(name, setting)| (name.value.as_str(), word(&setting.value))).collect()
}

/// A resource that is not created here, named by its id:
/// `/subscriptions/S/resourceGroups/G/providers/Namespace/type/name/type/name…`.
pub(crate) struct External<'a> {
    /// The whole id.
    pub(crate) id: &'a str,
    /// The subscription.
    pub(crate) subscription: &'a str,
    /// The resource group.
    pub(crate) group: &'a str,
    /// The type: `Microsoft.ServiceBus/namespaces/queues`.
    pub(crate) r#type: String,
    /// The names along the way.
    pub(crate) names: Vec<&'a str>,
}

impl<'a> External<'a> {
    /// Reads the id of an external resource.
    pub(crate) fn of(resource: &'a Resource) -> Option<Self> {
        Self::parse(&resource.external.as_ref()?.value)
    }

    /// Reads an id.
    pub(crate) fn parse(id: &'a str) -> Option<Self> {
        let mut steps = id.strip_prefix('/')?.split('/');
        let mut named = |word: &str| {
            let found = steps.next()?.eq_ignore_ascii_case(word);
            steps.next().filter(|name| found && is_name(name))
        };
        let (subscription, group, namespace) = (named("subscriptions")?, named("resourceGroups")?, named("providers")?);
        let mut r#type = namespace.to_owned();
        let mut names = Vec::new();
        while let Some(kind) = steps.next() {
            r#type = format!("{type}/{kind}");
            names.push(steps.next().filter(|name| is_name(name))?);
        }
        (!names.is_empty()).then_some(Self { id, subscription, group, r#type, names })
    }

    fn export(&self, what: &str) -> Option<Value> {
        let first = *self.names.first()?;
        match (what, self.r#type.split('/').next()?.to_ascii_lowercase().as_str()) {
            ("namespace", _) => Some(format!("{first}.servicebus.windows.net").into()),
            ("endpoint", "microsoft.storage") => Some(format!("https://{first}.blob.core.windows.net").into()),
            ("endpoint", "microsoft.keyvault") => Some(format!("https://{first}.vault.azure.net").into()),
            ("endpoint", _) => Some(format!("https://{first}.documents.azure.com").into()),
            ("database", _) => Some(self.names.get(1)?.to_string().into()),
            ("account", _) => Some(self.account().into()),
            ("scope", _) => {
                Some(format!("{}/dbs/{}/colls/{}", self.account(), self.names.get(1)?, self.names.get(2)?).into())
            }
            _ => None,
        }
    }

    /// The id up to its first name: the account, namespace or vault.
    pub(crate) fn account(&self) -> String {
        self.id.split('/').take(9).collect::<Vec<_>>().join("/")
    }

    /// The id of its group.
    pub(crate) fn group_id(&self) -> String {
        format!("/subscriptions/{}/resourceGroups/{}", self.subscription, self.group)
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '(' | ')'))
}

/// The type that an external resource of a kind must have.
pub(crate) fn external_type(kind: &str) -> Option<&'static str> {
    match kind {
        "bucket" => Some("Microsoft.Storage/storageAccounts/blobServices/containers"),
        "queue" => Some("Microsoft.ServiceBus/namespaces/queues"),
        "topic" => Some("Microsoft.ServiceBus/namespaces/topics"),
        "table" => Some("Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers"),
        "secret" | "parameter" => Some("Microsoft.KeyVault/vaults/secrets"),
        "bus" => Some("Microsoft.EventGrid/topics"),
        _ => None,
    }
}

/// The text of the target's `entra-app-id`, or the parameter of that name.
pub(crate) fn entra_app_id(model: &Model) -> Value {
    match &model.target.entra_app_id {
        Some(id) => id.value.clone().into(),
        None => Value::input("entra-app-id".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_shortest() {
        let cases = [(0, "PT0S"), (45, "PT45S"), (60, "PT1M"), (90, "PT1M30S"), (7200, "PT2H"), (345_600, "P4D")];
        cases.iter().for_each(|(seconds, text)| assert_eq!(duration(*seconds), *text));
    }

    #[test]
    fn ids_are_read() {
        let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ServiceBus/namespaces/acme/queues/orders";
        let read = External::parse(id).expect("an id");
        assert_eq!((read.subscription, read.group, read.names.as_slice()), ("s", "g", ["acme", "orders"].as_slice()));
        assert_eq!(read.r#type, "Microsoft.ServiceBus/namespaces/queues");
        assert_eq!(read.account(), "/subscriptions/s/resourceGroups/g/providers/Microsoft.ServiceBus/namespaces/acme");
        for wrong in
            ["orders", "/subscriptions/s", "/subscriptions/s/resourceGroups/g/providers/N/type", "/a/b/c/d/e/f/g/h"]
        {
            assert!(External::parse(wrong).is_none(), "{wrong}");
        }
    }
}
