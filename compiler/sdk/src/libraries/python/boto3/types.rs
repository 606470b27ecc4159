//! Declared types of boto3's objects, its relatives that are not understood, and methods that tell it from others.

use super::description::kind;
use crate::Object;
use crate::aws::Service;
use smol_str::format_smolstr;
use std::collections::BTreeMap;

const STUBS: [&str; 4] = ["mypy_boto3_", "types_boto3_", "types_aiobotocore_", "types_aioboto3_"];

/// Types of sessions.
const SESSIONS: [&str; 6] = [
    "aioboto3.Session",
    "aioboto3.session.Session",
    "aiobotocore.session.AioSession",
    "boto3.Session",
    "boto3.session.Session",
    "botocore.session.Session",
];

/// The object of a type: of a session, or of the stub packages' types (`mypy_boto3_s3.S3Client`,
/// `mypy_boto3_dynamodb.service_resource.Table`).
pub fn instance(symbol: &str) -> Option<Object> {
    if SESSIONS.contains(&symbol) {
        return Some(Object { class: "boto3.session:".into(), facts: BTreeMap::new() });
    }
    let (package, rest) = symbol.split_once('.')?;
    let (id, rest) = match STUBS.iter().find_map(|stub| package.strip_prefix(stub)) {
        Some(id) => (id, rest),
        None if matches!(package, "mypy_boto3" | "types_boto3") => rest.split_once('.')?,
        None => return None,
    };
    let service = Service::by_id(&id.trim_end_matches('_').replace('_', "-"))?.id();
    let name = rest.rsplit('.').next()?;
    let class = if name.ends_with("ServiceResource") {
        format_smolstr!("boto3.resource:{service}")
    } else if name.ends_with("Client") {
        format_smolstr!("boto3.client:{service}")
    } else {
        kind(service, name)?;
        format_smolstr!("boto3.resource:{service}.{name}")
    };
    Some(Object { class, facts: BTreeMap::new() })
}

/// Packages that call AWS by themselves.
const STRANGE: [(&str, &str); 19] = [
    ("boto3utils", "a wrapper around S3"),
    ("s3fs", "S3 as a file system"),
    ("strands", "agents over language models"),
    ("smart_open", "files in S3"),
    ("awswrangler", "data frames on AWS"),
    ("boto", "the first boto"),
    ("cloudpathlib", "paths in S3"),
    ("langchain_aws", "language models on AWS"),
    ("langchain_community", "language models and stores"),
    ("llama_index", "language models and stores"),
    ("sagemaker", "SageMaker"),
    ("pyathena", "Athena"),
    ("redshift_connector", "Redshift"),
    ("aurora_data_api", "the RDS Data API"),
    ("pydantic_ssm_settings", "settings in Systems Manager"),
    ("dynamorm", "an ORM over DynamoDB"),
    ("dyntastic", "an ORM over DynamoDB"),
    ("kombu", "queues"),
    ("celery", "queues"),
];

/// Why a symbol is not understood.
pub fn strange(symbol: &str) -> Option<String> {
    let package = symbol.split('.').next()?;
    let (name, what) = STRANGE.iter().find(|(name, _)| *name == package)?;
    Some(format!("`{name}` ({what}) is not understood"))
}

/// Operations whose names nobody else uses.
const TELLING: [&str; 40] = [
    "admin_create_user",
    "admin_get_user",
    "assume_role",
    "batch_get_item",
    "batch_write_item",
    "batch_writer",
    "copy_object",
    "delete_item",
    "delete_message_batch",
    "delete_object",
    "delete_objects",
    "describe_instances",
    "describe_table",
    "detect_labels",
    "generate_presigned_post",
    "generate_presigned_url",
    "get_item",
    "get_object",
    "get_paginator",
    "get_parameter",
    "get_parameters_by_path",
    "get_secret_value",
    "get_waiter",
    "head_object",
    "invoke_model",
    "list_objects_v2",
    "post_to_connection",
    "put_events",
    "put_item",
    "put_metric_data",
    "put_object",
    "receive_message",
    "run_task",
    "send_message_batch",
    "send_raw_email",
    "start_execution",
    "transact_get_items",
    "transact_write_items",
    "update_item",
    "upload_fileobj",
];

/// Whether a method of this name is most likely boto3's.
pub fn telling(method: &str) -> bool {
    TELLING.binary_search(&method).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stub_types_are_objects() {
        for (symbol, class) in [
            ("mypy_boto3_s3.S3Client", "boto3.client:s3"),
            ("mypy_boto3_s3.client.S3Client", "boto3.client:s3"),
            ("mypy_boto3_lambda.client.LambdaClient", "boto3.client:lambda"),
            ("types_boto3_cognito_idp.CognitoIdentityProviderClient", "boto3.client:cognito-idp"),
            ("mypy_boto3_dynamodb.service_resource.Table", "boto3.resource:dynamodb.Table"),
            ("mypy_boto3_dynamodb.DynamoDBServiceResource", "boto3.resource:dynamodb"),
            ("mypy_boto3.sqs.SQSClient", "boto3.client:sqs"),
        ] {
            assert_eq!(instance(symbol).unwrap().class, class, "{symbol}");
        }
        assert_eq!(instance("mypy_boto3_s3.type_defs.ObjectTypeDef"), None);
        assert_eq!(instance("requests.Session"), None);
    }

    #[test]
    fn telling_names_are_sorted_and_plain_names_tell_nothing() {
        assert!(TELLING.is_sorted());
        assert!(telling("put_item") && !telling("get") && !telling("send_message"));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        assert!(strange("s3fs.S3FileSystem").unwrap().contains("s3fs"));
        assert_eq!(strange("json.loads"), None);
    }
}
