//! Facts that people know, asked of the tables; and the tables themselves: sorted, small, quick to open.

use portolan_behaviour::{ListKind, Order, Property, Verdict, steps, table};
use portolan_value::Format;

fn property(format: Format, type_name: &str, path: &str) -> Property {
    let found = table(format).find(type_name).unwrap_or_else(|| panic!("{type_name} is not known"));
    found.property(&steps(path))
}

fn check(format: Format, type_name: &str, expected: Verdict, paths: &[&str]) {
    for path in paths {
        assert_eq!(property(format, type_name, path).on_change, expected, "{type_name} {path}");
    }
}

#[test]
fn names_of_aws_replace() {
    let replace = |type_name, paths: &[&str]| check(Format::Aws, type_name, Verdict::Replace, paths);
    replace("AWS::Lambda::Function", &["FunctionName", "PackageType", "TenancyConfig"]);
    replace(
        "AWS::DynamoDB::Table",
        &["TableName", "ImportSourceSpecification", "KeySchema", "KeySchema/*/AttributeName"],
    );
    replace("AWS::S3::Bucket", &["BucketName", "BucketNamePrefix", "BucketNamespace", "ObjectLockEnabled"]);
    replace("AWS::SQS::Queue", &["QueueName", "FifoQueue"]);
    replace("AWS::SNS::Topic", &["TopicName", "FifoTopic"]);
    replace("AWS::IAM::Role", &["RoleName", "Path"]);
    replace("AWS::Lambda::EventSourceMapping", &["EventSourceArn", "StartingPosition", "StartingPositionTimestamp"]);
    replace("AWS::ApiGatewayV2::Api", &["ProtocolType"]);
    replace("AWS::ApiGatewayV2::Route", &["ApiId"]);
    replace("AWS::Lambda::Url", &["TargetFunctionArn", "Qualifier"]);
    replace("AWS::Budgets::Budget", &["Budget/BudgetName", "NotificationsWithSubscribers"]);
    check(
        Format::Aws,
        "AWS::Lambda::Function",
        Verdict::InPlace,
        &["MemorySize", "Environment/Variables/LEVEL", "Timeout"],
    );
    check(Format::Aws, "AWS::SQS::Queue", Verdict::InPlace, &["VisibilityTimeout", "RedrivePolicy/maxReceiveCount"]);
}

#[test]
fn a_type_without_an_update_replaces_whatever_changes() {
    let permission = table(Format::Aws).find("AWS::Lambda::Permission").unwrap();
    assert!(!permission.updatable());
    let set: Vec<_> = permission.properties().filter(|name| !permission.property(&steps(name)).read_only).collect();
    assert_eq!(set.len(), 9, "{set:?}");
    check(Format::Aws, "AWS::Lambda::Permission", Verdict::Replace, &set);
}

#[test]
fn sources_that_disagree_are_both_told() {
    let lock = property(Format::Aws, "AWS::S3::Bucket", "ObjectLockEnabled");
    let said: Vec<_> = lock.said.iter().map(|said| (said.source.word, said.verdict)).collect();
    assert_eq!(said, [("schema", Verdict::InPlace), ("docs", Verdict::Replace)]);
    assert!(lock.disagree());
    let keys = property(Format::Aws, "AWS::DynamoDB::Table", "KeySchema");
    assert_eq!(keys.said[0].verdict, Verdict::Conditional);
    assert!(!property(Format::Aws, "AWS::S3::Bucket", "BucketName").disagree());
}

#[test]
fn a_key_cannot_become_another() {
    check(Format::Aws, "AWS::KMS::Key", Verdict::Impossible, &["KeySpec", "KeyUsage", "Origin", "MultiRegion"]);
    let spec = property(Format::Aws, "AWS::KMS::Key", "KeySpec");
    assert!(spec.citation.is_some_and(|citation| citation.contains("AWS::KMS::Key")));
    check(Format::Aws, "AWS::KMS::Key", Verdict::InPlace, &["Description", "KeyPolicy/Statement/*/Effect"]);
}

#[test]
fn aws_says_who_sets_what_and_what_order_means() {
    let bucket = |path| property(Format::Aws, "AWS::S3::Bucket", path);
    assert!(bucket("Arn").read_only);
    assert_eq!(bucket("Tags").list, Some(ListKind::KeyedBy("Key")));
    assert!(property(Format::Aws, "AWS::RDS::DBInstance", "MasterUserPassword").sensitive);
    assert!(property(Format::Aws, "AWS::SecretsManager::Secret", "SecretString").sensitive);
    let table = table(Format::Aws);
    assert_eq!(table.find("AWS::SES::EmailIdentityCertificate").unwrap().replacement_order(), Some(Order::DeleteFirst));
    assert_eq!(table.find("AWS::S3::Bucket").unwrap().identifiers(), ["BucketName"]);
}

#[test]
fn names_of_google_replace() {
    let replace = |type_name, paths: &[&str]| check(Format::Gcp, type_name, Verdict::Replace, paths);
    replace("google_pubsub_topic", &["name", "project"]);
    replace("google_pubsub_subscription", &["name", "filter", "topic", "enable_message_ordering"]);
    replace("google_cloudfunctions2_function", &["name", "location"]);
    replace("google_storage_bucket", &["name", "location", "hierarchical_namespace/*/enabled"]);
    replace("google_secret_manager_secret", &["secret_id", "replication/user_managed/replicas/*/location"]);
    replace("google_storage_bucket_iam_member", &["bucket", "role", "member", "condition/expression"]);
    replace("google_firestore_database", &["name", "location_id"]);
    check(
        Format::Gcp,
        "google_pubsub_subscription",
        Verdict::InPlace,
        &["ack_deadline_seconds", "push_config/push_endpoint"],
    );
    assert!(property(Format::Gcp, "google_pubsub_topic", "project").assigned_by_service);
    assert!(property(Format::Gcp, "google_pubsub_topic", "effective_labels").read_only);
    assert_eq!(property(Format::Gcp, "google_storage_notification", "event_types").list, Some(ListKind::Set));
}

#[test]
fn arm_refuses_where_and_what_a_resource_is() {
    for type_name in ["Microsoft.Storage/storageAccounts", "microsoft.servicebus/NAMESPACES/queues"] {
        check(Format::Azure, type_name, Verdict::Impossible, &["name", "location", "type"]);
    }
}

#[test]
fn the_tables_hold_all_types_and_stay_small() {
    let counts = Format::ALL.map(|format| table(format).names().len());
    assert!(counts[0] >= 1_898 && counts[1] >= 1_200 && counts[2] >= 190 && counts[3] >= 700, "{counts:?}");
    let sizes = [
        include_bytes!("../data/aws.deflate").len(),
        include_bytes!("../data/gcp.deflate").len(),
        include_bytes!("../data/gcp-dm.deflate").len(),
        include_bytes!("../data/azure.deflate").len(),
    ];
    assert!(sizes.iter().zip([256, 128, 64, 128]).all(|(size, limit)| *size <= limit * 1024), "{sizes:?}");
}

#[test]
fn every_type_can_be_read_and_every_source_says_where_it_is_from() {
    for format in Format::ALL {
        let table = table(format);
        for name in table.names() {
            let found = table.find(name).unwrap();
            for property in found.properties() {
                let known = found.property(&steps(property));
                assert!(known.said.len() <= table.sources().len(), "{name} {property}");
            }
        }
        for source in table.sources() {
            assert!(source.date.len() == 10 && !source.licence.is_empty(), "{source:?}");
        }
    }
}
