//! Physical names and what is known from them: ARNs that are the same before and after deployment.
//!
//! Functions, buckets, buses and log groups have derived names; everything else gets its name from CloudFormation. A name the
//! user keeps wins everywhere. These rules can never change (`docs/contract.md`).

use portolan_model::{Function, Model, Resource};
use portolan_target::Kinds;
use portolan_value::{Address, Context, Text, Value};

/// The alias of a function that is kept ready: events and callers go to it.
pub(crate) const ALIAS: &str = "live";

/// The parameter that names the bucket with the functions' packages. It ends in no part of an address, so it is no
/// resource's logical id.
pub(crate) const ARTIFACTS: &str = "ArtifactsBucketName";

const FUNCTION_LIMIT: usize = 64;
const LOG_GROUP_LIMIT: usize = 512;
const BUCKET_LIMIT: usize = 63;
const BUS_LIMIT: usize = 256;

/// The address of a part of something.
pub(crate) fn part(owner: &str, part: &str) -> Address {
    Address::new(owner, part)
}

/// The derived name of a function.
pub(crate) fn function_derived(model: &Model, owner: &str) -> Text {
    model.derived_name(owner, part(owner, "function").as_str(), FUNCTION_LIMIT)
}

/// The derived name of a bucket: `<stack>-<name>-<account>-<region>-an`, cut so that it fits with twelve digits of
/// account (S3 user guide, "Account regional namespaces").
pub(crate) fn bucket_derived(model: &Model, owner: &str, address: &str) -> Value {
    let suffix = format!("-{}-an", model.target.region.value);
    let limit = BUCKET_LIMIT.saturating_sub("-000000000000".len() + suffix.len());
    let prefix = model.derived_name(owner, address, limit);
    Value::join([format!("{prefix}-").into(), Context::Account.into(), suffix.into()])
}

/// The derived name of a bus, which CloudFormation does not make up.
pub(crate) fn bus_derived(model: &Model, owner: &str, address: &str) -> Text {
    model.derived_name(owner, address, BUS_LIMIT)
}

/// Whether a bucket's name lies in the account's own namespace.
pub(crate) fn is_account_regional(model: &Model, name: &str) -> bool {
    name.ends_with(&format!("-{}-an", model.target.region.value))
}

/// The physical name of a function.
pub(crate) fn function_name(kinds: &Kinds<'_>, model: &Model, function: &Function) -> Value {
    let owner = &function.name.value;
    kinds.kept_name(&part(owner, "function")).unwrap_or_else(|| function_derived(model, owner).into())
}

/// What callers call: the function's name, with its alias where it is kept ready.
pub(crate) fn invoked_name(kinds: &Kinds<'_>, model: &Model, function: &Function) -> Value {
    let name = function_name(kinds, model, function);
    match function.min_instances {
        Some(_) => Value::join([name, format!(":{ALIAS}").into()]),
        None => name,
    }
}

/// The ARN of what callers call. It is known before the function exists, so naming it ties nobody to the function.
pub(crate) fn invoked_arn(kinds: &Kinds<'_>, model: &Model, function: &Function) -> Value {
    regional("lambda", [":function:".into(), invoked_name(kinds, model, function)])
}

/// The log group of a function.
pub(crate) fn log_group(kinds: &Kinds<'_>, model: &Model, function: &Function) -> Value {
    let address = part(&function.name.value, "logs");
    kinds
        .kept_name(&address)
        .unwrap_or_else(|| Value::join(["/aws/lambda/".into(), function_name(kinds, model, function)]))
}

/// The log group of a host's requests. Groups under this prefix share one permission of API Gateway instead of taking
/// one each (CloudWatch Logs user guide, "Log group resource policy size limit considerations").
pub(crate) fn access_log(kinds: &Kinds<'_>, model: &Model, owner: &str) -> Value {
    const PREFIX: &str = "/aws/vendedlogs/apis/";
    let address = part(owner, "access-log");
    kinds.kept_name(&address).unwrap_or_else(|| {
        let name = model.derived_name(owner, address.as_str(), LOG_GROUP_LIMIT - PREFIX.len());
        format!("{PREFIX}{name}").into()
    })
}

/// `arn:<partition>:<service>:<region>:<account>` and what follows.
pub(crate) fn regional(service: &'static str, rest: impl IntoIterator<Item = Value>) -> Value {
    let head: [Value; 7] = [
        "arn:".into(),
        Context::Partition.into(),
        format!(":{service}:").into(),
        Context::Region.into(),
        ":".into(),
        Context::Account.into(),
        "".into(),
    ];
    Value::join(head.into_iter().chain(rest))
}

/// The text a resource has in `external`, and whether it is an ARN.
pub(crate) fn external(resource: &Resource) -> Option<(&str, bool)> {
    let given = resource.external.as_ref()?.value.as_str();
    Some((given, given.starts_with("arn:")))
}

/// What follows the last colon or slash.
pub(crate) fn last(text: &str) -> &str {
    text.rsplit([':', '/']).next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::whole;

    fn check(app: &str, region: &str, bucket: &str) {
        let model = whole(&format!(
            "portolan: 1\napp: {app}\ntargets: {{ production: {{ provider: aws, region: {region} }} }}\n\
             resources: {{ {bucket}: {{ kind: bucket }} }}\n"
        ));
        let Value::Join(parts) = bucket_derived(&model, bucket, &format!("{bucket}.bucket")) else { panic!("a join") };
        let text = |part: &Value| part.as_text().unwrap_or("000000000000").to_owned();
        let name: String = parts.iter().map(text).collect();
        assert!(name.len() <= BUCKET_LIMIT && is_account_regional(&model, &name), "{name}");
        assert!(!name.contains("--"), "{name}");
    }

    #[test]
    fn buckets_have_room_for_account_and_region() {
        check("demo", "eu-west-1", "files");
        check("an-app-with-a-name-of-forty-characters-x", "ap-southeast-1", "files-of-a-name-that-is-long-too");
        check("an-app", "cn-northwest-1", "files");
    }

    #[test]
    fn a_function_is_named_after_its_stack() {
        let model = whole("portolan: 1\napp: demo\ntargets: { dev: { provider: aws, regions: [eu-west-1] } }\n");
        assert_eq!(function_derived(&model, "hello"), "demo-dev-eu-west-1-hello");
        assert_eq!(function_derived(&model, &"x".repeat(60)).len(), FUNCTION_LIMIT);
    }
}
