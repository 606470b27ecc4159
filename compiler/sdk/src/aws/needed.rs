//! From an operation of AWS to its permissions: the authored rows, else the action of its name.

use crate::aws::path::Path;
use crate::aws::rows::{Condition, Row, rows};
use crate::aws::service::Entry;
use crate::aws::{SIGNED, Service, partiql};
use crate::{Needed, Operation, Permission, Resource, Template, Term};
use smol_str::format_smolstr;

/// More names than this are no longer told apart.
const MOST_NAMES: usize = 16;

/// What an operation of AWS needs.
pub fn needed(operation: &Operation) -> Needed {
    if operation.service == SIGNED {
        return match rows(SIGNED, &operation.name) {
            Some(rows) => authored(operation, rows),
            None => Needed::Unknown(format!("what a request signed for `{}` needs is not known", operation.name)),
        };
    }
    let service = Service::by_id(&operation.service).or_else(|| Service::by_sdk_id(&operation.service));
    let Some(service) = service else {
        return Needed::Unknown(format!("AWS has no service `{}` that is known", operation.service));
    };
    let Some(entry) = service.entry(&operation.name) else {
        return Needed::Unknown(format!("`{}` has no operation `{}` that is known", service.id(), operation.name));
    };
    match rows(service.id(), entry.name) {
        Some(rows) => authored(operation, rows),
        None => same_name(operation, service, entry),
    }
}

fn authored(operation: &Operation, rows: &[Row]) -> Needed {
    let mut permissions = Vec::new();
    let mut open = false;
    for row in rows {
        let held: Vec<Option<bool>> = row.conditions.iter().map(|condition| holds(condition, operation)).collect();
        if held.contains(&Some(false)) {
            continue;
        }
        open |= held.contains(&None);
        if !held.contains(&None) {
            add(&mut permissions, operation, &row.action, row.kind, row.name.as_ref(), row.part.as_ref());
        }
    }
    if permissions.is_empty() && open {
        return Needed::Unknown(format!("what `{}` needs depends on a text that is not known", operation.name));
    }
    Needed::Permissions(permissions)
}

fn same_name(operation: &Operation, service: &Service, entry: Entry) -> Needed {
    let Some(action) = entry.action else {
        return Needed::Unknown(format!("which permission `{}` of `{}` needs is not known", entry.name, service.id()));
    };
    let action = format_smolstr!("{}:{action}", service.prefix());
    let name = (!entry.named_by.is_empty()).then(|| Path::read(entry.named_by)).flatten();
    let mut permissions = Vec::new();
    add(&mut permissions, operation, &action, entry.kind, name.as_ref(), None);
    for role in entry.roles.split(',').filter_map(Path::read) {
        if !role.reach(&operation.input).is_empty() {
            add(&mut permissions, operation, "iam:PassRole", "role", Some(&role), None);
        }
    }
    Needed::Permissions(permissions)
}

/// Whether a condition holds; none where that is not known.
fn holds(condition: &Condition, operation: &Operation) -> Option<bool> {
    let input = &operation.input;
    match condition {
        Condition::With(path) => Some(!path.reach(input).is_empty()),
        Condition::Without(path) => Some(path.reach(input).is_empty()),
        Condition::Perhaps(path) => Some(path.perhaps(input)),
        Condition::Reads(path, word) => {
            let begins = |term: &Term| match term {
                Term::Text(statement) => partiql::begins(statement, word),
                _ => None,
            };
            let read: Vec<Option<bool>> = path.reach(input).iter().map(begins).collect();
            if read.contains(&Some(true)) {
                return Some(true);
            }
            (!read.is_empty() && !read.contains(&None)).then_some(false)
        }
    }
}

fn add(
    permissions: &mut Vec<Permission>,
    operation: &Operation,
    action: &str,
    kind: &'static str,
    name: Option<&Path>,
    part: Option<&Path>,
) {
    for name in texts(name, operation) {
        for part in texts(part, operation) {
            let resource = Resource { kind: kind.into(), name: name.clone(), part };
            let permission = Permission { permission: action.into(), resource };
            if !permissions.contains(&permission) {
                permissions.push(permission);
            }
        }
    }
}

fn texts(path: Option<&Path>, operation: &Operation) -> Vec<Option<Template>> {
    let texts = path.map_or_else(|| vec![None], |path| path.texts(&operation.input));
    if texts.len() > MOST_NAMES { vec![None] } else { texts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::perform;
    use std::collections::BTreeMap;

    fn text(literal: &str) -> Term {
        Term::Text(Template::from_literal(literal))
    }

    fn record(members: &[(&str, Term)]) -> Term {
        Term::Record(members.iter().map(|(name, term)| ((*name).into(), term.clone())).collect())
    }

    fn list(elements: &[Term]) -> Term {
        Term::List(elements.to_vec())
    }

    /// Permissions as `action kind name / part`, sorted.
    fn found(service: &str, operation: &str, input: &[(&str, Term)]) -> Vec<String> {
        let operation = perform(Service::by_id(service).unwrap(), operation, &record(input));
        let Needed::Permissions(permissions) = needed(&operation) else { return vec!["?".to_owned()] };
        let mut found: Vec<String> = permissions.iter().map(written).collect();
        found.sort();
        found
    }

    fn written(permission: &Permission) -> String {
        let literal = |text: &Option<Template>| text.as_ref().and_then(Template::literal).map(str::to_owned);
        let mut words = vec![permission.permission.to_string(), permission.resource.kind.to_string()];
        words.extend(literal(&permission.resource.name));
        words.extend(literal(&permission.resource.part).map(|part| format!("/ {part}")));
        words.join(" ")
    }

    #[test]
    fn an_object_is_read_under_its_own_name_or_its_versions() {
        let place = [("Bucket", text("photos")), ("Key", text("a.png"))];
        for operation in ["get_object", "head_object", "select_object_content"] {
            assert_eq!(found("s3", operation, &place), ["s3:GetObject object photos / a.png"]);
        }
        let version = [("Bucket", text("photos")), ("VersionId", Term::Unknown)];
        assert_eq!(found("s3", "get_object", &version), ["s3:GetObjectVersion object photos"]);
        assert_eq!(found("s3", "delete_object", &version), ["s3:DeleteObjectVersion object photos"]);
        assert_eq!(found("s3", "list_objects_v2", &place), ["s3:ListBucket bucket photos"]);
        assert_eq!(found("s3", "list_buckets", &[]), ["s3:ListAllMyBuckets *"]);
    }

    #[test]
    fn a_copy_reads_one_object_and_writes_another() {
        let input = [("Bucket", text("out")), ("Key", text("b")), ("CopySource", text("in/a"))];
        assert_eq!(found("s3", "copy_object", &input), ["s3:GetObject object in / a", "s3:PutObject object out / b"]);
    }

    #[test]
    fn what_is_written_with_an_object_needs_its_own_permission() {
        let input = [("Bucket", text("out")), ("ACL", text("public-read")), ("Tagging", Term::Unknown)];
        let all = ["s3:PutObject object out", "s3:PutObjectAcl object out", "s3:PutObjectTagging object out"];
        assert_eq!(found("s3", "put_object", &input), all);
    }

    #[test]
    fn a_batch_of_deletions_names_its_keys() {
        let key = |key| record(&[("Key", text(key))]);
        let input = [("Bucket", text("b")), ("Delete", record(&[("Objects", list(&[key("x"), key("y")]))]))];
        let each = ["s3:DeleteObject object b / x", "s3:DeleteObject object b / y"];
        assert_eq!(found("s3", "delete_objects", &input), each);
    }

    #[test]
    fn a_query_of_an_index_is_judged_on_the_index() {
        let input = [("TableName", text("orders")), ("IndexName", text("by-day"))];
        assert_eq!(found("dynamodb", "query", &input), ["dynamodb:Query index orders / by-day"]);
        assert_eq!(found("dynamodb", "query", &input[..1]), ["dynamodb:Query table orders"]);
    }

    #[test]
    fn a_transaction_is_judged_by_its_items() {
        let item = |verb, table| record(&[(verb, record(&[("TableName", text(table))]))]);
        let input = [("TransactItems", list(&[item("Put", "a"), item("Update", "b"), item("Put", "c")]))];
        let each = ["dynamodb:PutItem table a", "dynamodb:PutItem table c", "dynamodb:UpdateItem table b"];
        assert_eq!(found("dynamodb", "transact_write_items", &input), each);
        assert_eq!(found("dynamodb", "transact_write_items", &[]).len(), 4);
        assert_eq!(found("dynamodb", "transact_get_items", &[]), ["dynamodb:GetItem table"]);
    }

    #[test]
    fn a_statement_is_judged_by_its_verb() {
        let input = [("Statement", text("INSERT INTO \"orders\" VALUE {'id': ?}"))];
        assert_eq!(found("dynamodb", "execute_statement", &input), ["dynamodb:PartiQLInsert table orders"]);
        assert_eq!(found("dynamodb", "execute_statement", &[("Statement", Term::Unknown)]), ["?"]);
        let statement = |text: &str| record(&[("Statement", self::text(text))]);
        let both = list(&[statement("SELECT * FROM a"), statement("DELETE FROM b")]);
        let verbs = found("dynamodb", "batch_execute_statement", &[("Statements", both)]);
        assert!(verbs.iter().any(|one| one.starts_with("dynamodb:PartiQLSelect")), "{verbs:?}");
        assert!(verbs.iter().any(|one| one.starts_with("dynamodb:PartiQLDelete")), "{verbs:?}");
    }

    #[test]
    fn batches_need_what_one_needs() {
        let queue = [("QueueUrl", text("jobs"))];
        assert_eq!(found("sqs", "send_message_batch", &queue), ["sqs:SendMessage queue jobs"]);
        assert_eq!(found("sqs", "send_message", &queue), ["sqs:SendMessage queue jobs"]);
        assert_eq!(found("sns", "publish_batch", &[("TopicArn", text("t"))]), ["sns:Publish topic t"]);
        let items = record(&[("orders", Term::Unknown)]);
        assert_eq!(
            found("dynamodb", "batch_write_item", &[("RequestItems", items)]),
            ["dynamodb:BatchWriteItem table orders"]
        );
    }

    #[test]
    fn a_text_message_goes_to_no_topic() {
        assert_eq!(found("sns", "publish", &[("PhoneNumber", Term::Unknown)]), ["sns:Publish *"]);
        assert_eq!(found("sns", "publish", &[("TargetArn", text("t"))]), ["sns:Publish topic t"]);
        assert_eq!(found("sns", "publish", &[]), ["sns:Publish topic"]);
    }

    #[test]
    fn some_operations_need_nothing() {
        for (service, operation) in
            [("sts", "get_caller_identity"), ("cognito-idp", "initiate_auth"), ("cognito-identity", "get_id")]
        {
            assert!(found(service, operation, &[]).is_empty(), "{operation}");
        }
        assert_eq!(
            found("cognito-idp", "admin_get_user", &[("UserPoolId", text("p"))]),
            ["cognito-idp:AdminGetUser userpool p"]
        );
    }

    #[test]
    fn who_hands_on_a_role_or_an_object_needs_its_permission_too() {
        let run = found("ecs", "run_task", &[("taskDefinition", text("job"))]);
        assert_eq!(run, ["ecs:RunTask task-definition job", "iam:PassRole role"]);
        let role = [("pipelineRole", Term::Unknown), ("name", text("p")), ("roleArn", text("r"))];
        let started = found("omics", "start_run", &role);
        assert!(started.contains(&"iam:PassRole role r".to_owned()), "{started:?}");
        assert_eq!(found("omics", "start_run", &[]).len(), 1);
        let object = record(&[("S3Object", record(&[("Bucket", text("in")), ("Name", text("a.png"))]))]);
        let labels = found("rekognition", "detect_labels", &[("Image", object)]);
        assert_eq!(labels, ["rekognition:DetectLabels *", "s3:GetObject object in / a.png"]);
        assert_eq!(found("rekognition", "detect_labels", &[("Image", record(&[("Bytes", Term::Unknown)]))]).len(), 1);
    }

    #[test]
    fn prefixes_and_names_differ_from_the_service() {
        assert_eq!(
            found("apigatewaymanagementapi", "post_to_connection", &[]),
            ["execute-api:ManageConnections execute-api-general"]
        );
        assert_eq!(
            found("bedrock-runtime", "converse", &[("modelId", text("m"))]),
            ["bedrock:InvokeModel foundation-model m"]
        );
        assert_eq!(found("lambda", "invoke", &[("FunctionName", text("f"))]), ["lambda:InvokeFunction function f"]);
        assert_eq!(
            found("stepfunctions", "start_execution", &[("stateMachineArn", text("m"))]),
            ["states:StartExecution statemachine m"]
        );
    }

    #[test]
    fn several_names_are_several_permissions() {
        let tables = Term::Any(vec![text("a"), text("b")]);
        let each = ["dynamodb:GetItem table a", "dynamodb:GetItem table b"];
        assert_eq!(found("dynamodb", "get_item", &[("TableName", tables)]), each);
        let many = Term::Any((0..40).map(|number| text(&number.to_string())).collect());
        assert_eq!(found("dynamodb", "get_item", &[("TableName", many)]), ["dynamodb:GetItem table"]);
    }

    #[test]
    fn what_is_not_known_is_said() {
        let operation = |service: &str, name: &str| Operation {
            provider: crate::Provider::Aws,
            service: service.into(),
            name: name.into(),
            input: BTreeMap::new(),
        };
        for (service, name) in [("nowhere", "Get"), ("s3", "GetNothing"), ("polly", "TagResource")] {
            assert!(matches!(needed(&operation(service, name)), Needed::Unknown(_)), "{service} {name}");
        }
    }
}
