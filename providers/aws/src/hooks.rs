//! What the library's trees ask for: names, lengths of time, patterns of objects, and values that take more than a
//! choice.

use crate::lower::url_of;
use crate::names::{
    self, bucket_derived, bus_derived, function_derived, invoked_arn, invoked_name, is_account_regional, last, part,
    regional,
};
use crate::ranges::{DELAY, DELIVERIES, EXPIRE, RETENTION, Range, S3_CORS_AGE, VISIBILITY};
use portolan_diagnostics::Spanned;
use portolan_model::{Cors, FunctionId, Pattern, Resource, Setting};
use portolan_target::{Hooks, Kinds, Request};
use portolan_value::{Address, Context, Format, Language, Map, Value};

/// The answers of AWS.
pub(crate) struct AwsHooks;

/// The kinds of a request, answered by AWS.
pub(crate) fn kinds<'a>(request: &Request<'a>) -> Kinds<'a> {
    Kinds::new(*request, Format::Aws, &AwsHooks)
}

impl Hooks for AwsHooks {
    fn physical_name(&self, request: &Request<'_>, address: &Address, r#type: &str) -> Option<Value> {
        let model = request.model;
        match r#type {
            "AWS::Lambda::Function" => Some(function_derived(model, address.owner()).into()),
            "AWS::S3::Bucket" => Some(bucket_derived(model, address.owner(), address.as_str())),
            "AWS::Events::EventBus" => Some(bus_derived(model, address.owner(), address.as_str()).into()),
            _ => None,
        }
    }

    fn duration(&self, seconds: u64) -> Value {
        number(seconds)
    }

    fn patterns(&self, only: &[Pattern]) -> Value {
        Value::list(only.iter().map(pattern))
    }

    fn compute(&self, request: &Request<'_>, resource: &Resource, what: &str) -> Option<Value> {
        match what {
            "bucket-namespace" => bucket_namespace(request, resource),
            "bucket-cors" => bucket_cors(resource),
            "expire-days" => Some(number(EXPIRE.nearest(days(seconds(resource, "expire")?)))),
            "visibility" => within(&VISIBILITY, seconds(resource, "visibility")),
            "retention" => within(&RETENTION, seconds(resource, "retention")),
            "delay" => within(&DELAY, seconds(resource, "delay")),
            "dead-letter-after" => within(&DELIVERIES, deliveries(resource)),
            "external-queue-url" => external_queue_url(resource),
            "secret-arn" => secret_arn(resource),
            "parameter-arn" => Some(parameter_arn(request, resource)),
            "table-attributes" => table_attributes(resource),
            "table-key" => Some(key_schema(entries(resource, "key"))),
            "table-indexes" => table_indexes(resource),
            "table-index-arns" => table_index_arns(resource),
            _ => None,
        }
    }

    fn function_export(&self, request: &Request<'_>, id: FunctionId, export: &str) -> Option<Value> {
        let (kinds, function) = (kinds(request), request.model.function(id));
        match export {
            "name" => Some(invoked_name(&kinds, request.model, function)),
            "id" | "arn" => Some(invoked_arn(&kinds, request.model, function)),
            "url" => url_of(request.model, function),
            _ => None,
        }
    }
}

fn number(number: u64) -> Value {
    Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
}

fn within(range: &Range, asked: Option<u64>) -> Option<Value> {
    asked.map(|asked| number(range.nearest(asked)))
}

/// What a policy says for a prefix or a key: characters that mean something there are quoted.
fn pattern(pattern: &Pattern) -> Value {
    match pattern {
        Pattern::Prefix(prefix) => Value::join([Value::embed(Language::IamPattern, prefix.clone().into()), "*".into()]),
        Pattern::Key(key) => Value::embed(Language::IamPattern, key.clone().into()),
    }
}

/// The seconds of an option.
pub(crate) fn seconds(resource: &Resource, option: &str) -> Option<u64> {
    match &resource.option(option)?.value {
        Setting::Duration(seconds) => Some(*seconds),
        _ => None,
    }
}

/// Whole days that are at least as long.
pub(crate) fn days(seconds: u64) -> u64 {
    seconds.div_ceil(86_400)
}

/// How many deliveries a queue tries; five when the record says nothing.
pub(crate) fn deliveries(resource: &Resource) -> Option<u64> {
    let setting = &resource.option("dead-letter")?.value;
    let Setting::Map(fields) = setting else { return Some(5) };
    let after = fields.iter().find(|(key, _)| key.value == "after").map(|(_, after)| &after.value);
    match after {
        Some(Setting::Number(after)) => u64::try_from(*after).ok(),
        _ => Some(5),
    }
}

/// The entries of a map option; none when it is absent.
pub(crate) fn entries<'a>(
    resource: &'a Resource,
    option: &str,
) -> &'a [(Spanned<portolan_value::Text>, Spanned<Setting>)] {
    match resource.option(option).map(|setting| &setting.value) {
        Some(Setting::Map(entries)) => entries,
        _ => &[],
    }
}

/// Whether an option is `true`.
pub(crate) fn flag(resource: &Resource, option: &str) -> bool {
    matches!(resource.option(option).map(|setting| &setting.value), Some(Setting::Bool(true)))
}

/// Whether a queue keeps an order; the name of one that is made elsewhere tells.
pub(crate) fn is_fifo(resource: &Resource) -> bool {
    flag(resource, "fifo") || names::external(resource).is_some_and(|(given, _)| given.ends_with(".fifo"))
}

/// A kept name may come from the time before account namespaces; such a bucket has none.
fn bucket_namespace(request: &Request<'_>, resource: &Resource) -> Option<Value> {
    let kept = kinds(request).kept_name(&part(&resource.name.value, "bucket"));
    match kept.as_ref().and_then(Value::as_text) {
        Some(kept) if !is_account_regional(request.model, kept) => None,
        _ => Some("account-regional".into()),
    }
}

fn bucket_cors(resource: &Resource) -> Option<Value> {
    let Setting::Cors(cors) = &resource.option("cors")?.value else { return None };
    let age = cors.max_age.map(|age| number(S3_CORS_AGE.nearest(age.into())));
    let rule = Map::new()
        .with("AllowedOrigins", texts(&cors.origins))
        .with("AllowedMethods", texts(bucket_methods(cors)))
        .with("AllowedHeaders", texts(&cors.headers))
        .with_some("MaxAge", age);
    Some(Value::from([("CorsRules", Value::list([rule.into()]))]))
}

/// The methods of a bucket that were asked for: S3 knows five, and no `*` (S3 API, CORSRule).
pub(crate) fn bucket_methods(cors: &Cors) -> Vec<&'static str> {
    const METHODS: [&str; 5] = ["GET", "HEAD", "PUT", "POST", "DELETE"];
    let all = cors.methods.iter().any(|method| method == "*");
    METHODS.into_iter().filter(|known| all || cors.methods.iter().any(|method| method == known)).collect()
}

/// Texts as a list.
pub(crate) fn texts(texts: impl IntoIterator<Item = impl ToString>) -> Value {
    Value::list(texts.into_iter().map(|text| text.to_string().into()))
}

fn external_queue_url(resource: &Resource) -> Option<Value> {
    let (given, is_arn) = names::external(resource)?;
    let mut parts = given.split(':').skip(3).map(|part| Value::from(part.to_owned()));
    let (region, account) = match is_arn {
        true => (parts.next()?, parts.next()?),
        false => (Context::Region.into(), Context::Account.into()),
    };
    let name = last(given).to_owned().into();
    let suffix = Context::UrlSuffix.into();
    Some(Value::join(["https://sqs.".into(), region, ".".into(), suffix, "/".into(), account, "/".into(), name]))
}

/// A secret's ARN ends in a hyphen and six characters that its name does not tell (Secrets Manager user guide, "Secret
/// ARNs"), so a policy names them by six question marks.
fn secret_arn(resource: &Resource) -> Option<Value> {
    let (name, _) = names::external(resource)?;
    Some(regional("secretsmanager", [":secret:".into(), name.to_owned().into(), "-??????".into()]))
}

/// The slash before a name is that of the name itself, where it begins with one (Systems Manager user guide, "Restricting
/// access to Parameter Store parameters using IAM policies").
fn parameter_arn(request: &Request<'_>, resource: &Resource) -> Value {
    let address = part(&resource.name.value, "parameter");
    let name = match names::external(resource) {
        Some((given, _)) => given.to_owned().into(),
        None => kinds(request).kept_name(&address).unwrap_or_else(|| Value::reference(address, "Ref")),
    };
    let begins = match name.as_text() {
        Some(text) if text.starts_with('/') => ":parameter",
        _ => ":parameter/",
    };
    regional("ssm", [begins.into(), name])
}

fn attribute_type(setting: &Setting) -> &'static str {
    match setting {
        Setting::Text(word) if word == "number" => "N",
        _ => "S",
    }
}

/// Every attribute that a key of the table or of an index names, with its type.
pub(crate) fn attributes(resource: &Resource) -> Vec<(&Spanned<portolan_value::Text>, &'static str)> {
    let mut attributes: Vec<(&Spanned<portolan_value::Text>, &'static str)> = Vec::new();
    let indexes = entries(resource, "indexes").iter().flat_map(|(_, index)| match &index.value {
        Setting::Map(key) => key.as_slice(),
        _ => &[],
    });
    for (name, setting) in entries(resource, "key").iter().chain(indexes) {
        let attribute = (name, attribute_type(&setting.value));
        if !attributes.iter().any(|(known, r#type)| known.value == name.value && *r#type == attribute.1) {
            attributes.push(attribute);
        }
    }
    attributes
}

fn table_attributes(resource: &Resource) -> Option<Value> {
    let attribute = |(name, r#type): (&Spanned<portolan_value::Text>, &'static str)| {
        Value::from([("AttributeName", name.value.clone().into()), ("AttributeType", r#type.into())])
    };
    Some(Value::list(attributes(resource).into_iter().map(attribute)))
}

fn key_schema(key: &[(Spanned<portolan_value::Text>, Spanned<Setting>)]) -> Value {
    let roles = ["HASH", "RANGE"];
    let part = |((name, _), role): (&(Spanned<portolan_value::Text>, Spanned<Setting>), &'static str)| {
        Value::from([("AttributeName", name.value.clone().into()), ("KeyType", role.into())])
    };
    Value::list(key.iter().zip(roles).map(part))
}

fn table_indexes(resource: &Resource) -> Option<Value> {
    let index = |(name, key): &(Spanned<portolan_value::Text>, Spanned<Setting>)| match &key.value {
        Setting::Map(key) => Some(Value::from([
            ("IndexName", name.value.clone().into()),
            ("KeySchema", key_schema(key)),
            ("Projection", Value::from([("ProjectionType", "ALL".into())])),
        ])),
        _ => None,
    };
    let indexes: Vec<Value> = entries(resource, "indexes").iter().filter_map(index).collect();
    (!indexes.is_empty()).then_some(Value::list(indexes))
}

fn table_index_arns(resource: &Resource) -> Option<Value> {
    let arn = Value::reference(part(&resource.name.value, "table"), "Arn");
    let indexes = entries(resource, "indexes").iter();
    let arns = indexes.map(|(index, _)| Value::join([arn.clone(), format!("/index/{}", index.value).into()]));
    Some(Value::list(arns))
}
