//! Services and their operations, read from the generated table: an index of services once, a service when it is asked for.

use crate::aws::spelling;
use std::sync::{LazyLock, OnceLock};

const TABLE: &str = include_str!("../../data/aws/operations.txt");
/// Services that are in no SDK any more.
const DROPPED: &str = include_str!("../../data/dropped/aws.txt");

/// A service of AWS.
#[derive(Debug)]
pub struct Service {
    id: &'static str,
    sdk_id: &'static str,
    prefix: &'static str,
    endpoint: &'static str,
    lines: &'static str,
    entries: OnceLock<Entries>,
}

#[derive(Debug)]
struct Entries {
    operations: Vec<Entry>,
    waiters: Vec<(&'static str, &'static str)>,
}

/// What is generated of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name: `PutItem`.
    pub name: &'static str,
    /// Whether SDKs have a paginator for it.
    pub paginated: bool,
    /// The action that permits it, without the prefix; none where no action has its name.
    pub action: Option<&'static str>,
    /// The kind of resource of that action; `*` where it cannot be scoped.
    pub kind: &'static str,
    /// The input that names the resource; empty where none does.
    pub named_by: &'static str,
    /// The inputs that hand a role to the service, with commas between them.
    pub roles: &'static str,
}

/// All services, by id.
static SERVICES: LazyLock<Vec<Service>> = LazyLock::new(|| {
    let sections = [TABLE, DROPPED].into_iter().flat_map(|table| table.split('=').skip(1));
    let mut services: Vec<Service> = sections.filter_map(Service::read).collect();
    services.sort_by_key(|service| service.id);
    services
});

impl Service {
    /// The service of botocore's folder name: `dynamodb`, `stepfunctions`, `apigatewaymanagementapi`.
    #[must_use]
    pub fn by_id(id: &str) -> Option<&'static Service> {
        let at = SERVICES.binary_search_by(|service| service.id.cmp(id)).ok()?;
        SERVICES.get(at)
    }

    /// The service of an SDK's service id, in lower-case letters and digits: `sfn`, `secretsmanager`, `cloudwatchlogs`.
    #[must_use]
    pub fn by_sdk_id(sdk_id: &str) -> Option<&'static Service> {
        SERVICES.iter().find(|service| service.sdk_id == sdk_id)
    }

    /// Botocore's folder name.
    #[must_use]
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// The SDKs' service id, in lower-case letters and digits.
    #[must_use]
    pub fn sdk_id(&self) -> &'static str {
        self.sdk_id
    }

    /// The prefix of its actions: `states`, `execute-api`; `-` where it has none that is known.
    #[must_use]
    pub fn prefix(&self) -> &'static str {
        self.prefix
    }

    /// The first part of its host's name: `monitoring`, `email`.
    #[must_use]
    pub fn endpoint(&self) -> &'static str {
        self.endpoint
    }

    /// The operation of this name, however it is spelled: `put_item`, `putItem`, `PutItem`.
    #[must_use]
    pub fn operation(&self, spelling: &str) -> Option<&'static str> {
        self.entry(spelling).map(|entry| entry.name)
    }

    /// The operation of this name, if it can be paginated.
    #[must_use]
    pub fn paginator(&self, spelling: &str) -> Option<&'static str> {
        self.entry(spelling).filter(|entry| entry.paginated).map(|entry| entry.name)
    }

    /// The operation that a waiter of this name performs: `DescribeTable` for `table_exists`.
    #[must_use]
    pub fn waiter(&self, spelling: &str) -> Option<&'static str> {
        let waiters = &self.entries().waiters;
        let at = waiters.binary_search_by(|(name, _)| spelling::compare(name, spelling)).ok()?;
        waiters.get(at).map(|(_, operation)| *operation)
    }

    /// All its operations.
    pub fn operations(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.entries().operations.iter().map(|entry| entry.name)
    }

    /// What is generated of an operation.
    pub(crate) fn entry(&self, spelling: &str) -> Option<Entry> {
        let operations = &self.entries().operations;
        let at = operations.binary_search_by(|entry| spelling::compare(entry.name, spelling)).ok()?;
        operations.get(at).copied()
    }

    fn read(section: &'static str) -> Option<Self> {
        let (head, lines) = section.split_once('\n')?;
        let mut words = head.split_whitespace();
        let [id, sdk_id, prefix, endpoint] = [words.next()?, words.next()?, words.next()?, words.next()?];
        Some(Self { id, sdk_id, prefix, endpoint, lines, entries: OnceLock::new() })
    }

    fn entries(&self) -> &Entries {
        self.entries.get_or_init(|| {
            let (waiters, operations): (Vec<_>, Vec<_>) = self.lines.lines().partition(|line| line.starts_with('>'));
            Entries {
                operations: operations.into_iter().filter_map(Entry::read).collect(),
                waiters: waiters.into_iter().filter_map(|line| line[1..].trim_start().split_once(' ')).collect(),
            }
        })
    }
}

impl Entry {
    fn read(line: &'static str) -> Option<Self> {
        let mut words = line.split(' ').peekable();
        let name = words.next()?;
        let paginated = words.next_if_eq(&"+").is_some();
        let spelled = words.next_if(|word| word.starts_with('!'));
        let kind = words.next()?;
        let named_by = words.next_if(|word| !word.starts_with('^')).unwrap_or_default();
        let roles = words.next().and_then(|word| word.strip_prefix('^')).unwrap_or_default();
        let action = (kind != "-").then(|| spelled.map_or(name, |spelled| &spelled[1..]));
        Some(Self { name, paginated, action, kind, named_by, roles })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(id: &str) -> &'static Service {
        Service::by_id(id).unwrap()
    }

    #[test]
    fn services_are_found_by_both_names() {
        assert_eq!(SERVICES.len(), 439 + DROPPED.matches("\n= ").count());
        assert_eq!(service("elastictranscoder").entry("create_pipeline").unwrap().roles, "Role");
        assert!(SERVICES.is_sorted_by_key(|service| service.id));
        for (sdk_id, id) in [("sfn", "stepfunctions"), ("cloudwatchlogs", "logs"), ("sesv2", "sesv2"), ("ec2", "ec2")] {
            assert_eq!(Service::by_sdk_id(sdk_id).map(Service::id), Some(id));
        }
        assert_eq!(service("stepfunctions").prefix(), "states");
        assert_eq!(service("apigatewaymanagementapi").prefix(), "execute-api");
        assert!(Service::by_id("dynamo").is_none());
    }

    #[test]
    fn every_spelling_finds_its_operation() {
        let dynamodb = service("dynamodb");
        for spelling in ["put_item", "putItem", "PutItem"] {
            assert_eq!(dynamodb.operation(spelling), Some("PutItem"));
        }
        assert_eq!(dynamodb.operation("put"), None);
        assert_eq!(service("rds").operation("describe_db_instances"), Some("DescribeDBInstances"));
        for service in SERVICES.iter() {
            assert!(service.operations().all(|name| service.operation(name) == Some(name)), "{}", service.id);
        }
    }

    #[test]
    fn paginators_and_waiters_stand_for_operations() {
        assert_eq!(service("s3").paginator("list_objects_v2"), Some("ListObjectsV2"));
        assert_eq!(service("s3").paginator("get_object"), None);
        assert_eq!(service("dynamodb").waiter("table_exists"), Some("DescribeTable"));
        assert_eq!(service("dynamodb").waiter("TableNotExists"), Some("DescribeTable"));
        assert_eq!(service("dynamodb").waiter("table"), None);
    }

    #[test]
    fn an_operation_knows_the_action_of_its_name() {
        let entry = service("sqs").entry("send_message").unwrap();
        assert_eq!((entry.action, entry.kind, entry.named_by), (Some("SendMessage"), "queue", "QueueUrl"));
        assert_eq!(service("sqs").entry("send_message_batch").unwrap().action, None);
        assert_eq!(service("s3").entry("get_bucket_cors").unwrap().action, Some("GetBucketCORS"));
        assert_eq!(service("apigateway").entry("get_rest_apis").unwrap().action, Some("GET"));
    }
}
