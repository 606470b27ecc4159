//! Queue, topic and bucket triggers: all of them end in a Service Bus entity that the function receives from. (Tables are
//! read straight: `table`.)
//!
//! Object events go from the storage account's system topic to a queue of the trigger's own, sent by the topic's
//! identity; so that one template in one phase suffices, and nothing is lost while the function is away.

use super::grants::Used;
use super::roles::{Assignment, Definition, Granted, Holder, Role, Scope};
use super::types::{EVENT_SUBSCRIPTION, QUEUE, ROLE_ASSIGNMENT, SUBSCRIPTION, SYSTEM_TOPIC};
use super::{Lowering, id, name, named, principal, resource};
use crate::hooks::External;
use crate::names;
use portolan_access::{Basis, Reason};
use portolan_model::{BucketEvent, BucketEvents, Event, Function, FunctionId, ResourceId, Subject, Trigger};
use portolan_value::{Address, Map, Origin, Text, Value};
use std::sync::Arc;

/// The permission to send to an entity, and to receive from one.
const SEND: &str = "Microsoft.ServiceBus/namespaces/messages/send/action";
const RECEIVE: &str = "Microsoft.ServiceBus/namespaces/messages/receive/action";

impl Lowering<'_> {
    /// What a trigger needs besides the function.
    pub(super) fn trigger(&mut self, at: FunctionId, index: usize, reasons: &Arc<[Reason]>) {
        let function = self.model().function(at);
        let trigger = &function.triggers[index];
        match &trigger.event {
            Event::Http(_) | Event::Schedule(_) => {}
            Event::Queue { queue, .. } => {
                let verb = self.model().resource(*queue).kind.verb("receive");
                let via = format!("{}-trigger", trigger.key);
                let polling = verb.iter().map(|verb| Used { verb, only: &[], basis: &Basis::Declared });
                let because = Arc::clone(reasons).into();
                polling.for_each(|used| self.verb(&via, "queue", *queue, used, &because));
            }
            Event::Topic { topic } => self.subscribe(function, trigger, *topic, reasons),
            Event::Bucket(events) => self.listen(function, trigger, events, reasons),
            Event::Table(changes) => self.feed(function, trigger, changes, reasons),
        }
    }

    /// What the package's trigger reads from its app's settings: where to listen and as whom, or when to run.
    pub(super) fn trigger_settings(&self, at: FunctionId, trigger: &Trigger) -> Vec<(String, Value)> {
        let stem = format!("PORTOLAN_{}", trigger.key.replace('-', "_").to_ascii_uppercase());
        let own = named(self.model(), at);
        let exported = |resource: &ResourceId, export| self.kinds.export(Subject::Resource(*resource), export);
        match &trigger.event {
            Event::Http(_) => Vec::new(),
            Event::Schedule(timed) => super::schedule::settings(&stem, timed),
            Event::Queue { queue, .. } => {
                let listened = exported(queue, "name").map(|name| (format!("{stem}_QUEUE"), name));
                connection(&stem, own, exported(queue, "namespace")).into_iter().chain(listened).collect()
            }
            Event::Topic { topic } => {
                let listened = exported(topic, "name").map(|name| (format!("{stem}_TOPIC"), name));
                let elsewhere = self.model().resource(*topic).external.is_some();
                let subscription = Address::via(own, &trigger.key, "subscription");
                let subscription = self.subscription_name(&subscription, elsewhere);
                let subscription = (format!("{stem}_SUBSCRIPTION"), subscription.into());
                let namespace = exported(topic, "namespace");
                connection(&stem, own, namespace).into_iter().chain(listened).chain([subscription]).collect()
            }
            Event::Bucket(_) => {
                let namespace = name(&Address::new("app", "service-bus"));
                let host = Value::join([namespace, ".servicebus.windows.net".into()]);
                let inbox = (format!("{stem}_QUEUE"), name(&Address::via(own, &trigger.key, "inbox")));
                connection(&stem, own, Some(host)).into_iter().chain([inbox]).collect()
            }
            Event::Table(changes) => {
                let settings = [("__accountEndpoint", "endpoint"), ("_DATABASE", "database"), ("_CONTAINER", "name")];
                let settings = settings.into_iter().filter_map(|(setting, export)| {
                    Some((format!("{stem}{setting}"), exported(&changes.table, export)?))
                });
                let leases = (format!("{stem}_LEASES"), name(&Address::via(own, &trigger.key, "leases")));
                settings.chain(identity(&stem, own)).chain([leases]).collect()
            }
        }
    }

    /// A subscription of a topic that is not ours carries the stack's name: other deployments may have one there too.
    fn subscription_name(&self, address: &Address, elsewhere: bool) -> Text {
        match elsewhere {
            true => self.own_name_elsewhere(address, 50),
            false => names::tied(self.model(), address, 50).into(),
        }
    }

    fn subscribe(&mut self, function: &Function, trigger: &Trigger, topic: ResourceId, reasons: &Arc<[Reason]>) {
        let own = &function.name.value;
        let address = Address::via(own, &trigger.key, "subscription");
        let origin = Origin::new(trigger.span, "topic trigger");
        let declared = self.model().resource(topic);
        let own_name = self.subscription_name(&address, declared.external.is_some());
        let properties = subscription_properties(function);
        let role = self.bus_role("receive", External::of(declared));
        match External::of(declared) {
            None => {
                let topic = Address::new(&declared.name.value, "topic");
                let namespace = name(&Address::new("app", "service-bus"));
                let full = Value::join([namespace, "/".into(), name(&topic), "/".into(), own_name.into()]);
                let body = Map::from([("name", full), ("properties", properties)]);
                let scope = Scope::Ours(id(&self.add(address, SUBSCRIPTION, body, origin)));
                let granted = Granted::all("topic", &declared.name.value, [RECEIVE], reasons);
                let via = format!("{}-trigger", trigger.key);
                self.assignments.push(Assignment { role, ..Assignment::new(&via, "", scope, granted) });
            }
            Some(external) => self.subscribe_elsewhere(
                function,
                trigger,
                (&declared.name.value, &external),
                (own_name.into(), properties),
                reasons,
            ),
        }
    }

    /// A subscription of a topic that is not ours, with the right to receive from it, in the topic's resource group.
    fn subscribe_elsewhere(
        &mut self,
        function: &Function,
        trigger: &Trigger,
        (declared, topic): (&str, &External<'_>),
        (own_name, properties): (String, Value),
        reasons: &Arc<[Reason]>,
    ) {
        let own = &function.name.value;
        let subscription = format!("{}/subscriptions/{own_name}", topic.id);
        let full = format!("{}/{own_name}", topic.names.join("/"));
        let role = id(&super::roles::definition_address("queue-receive"));
        let identity = id(&super::of(own, "role"));
        let guid = super::roles::guid(vec![subscription.clone().into(), identity, role.clone()]);
        let entity = [
            ("type", SUBSCRIPTION.0.into()),
            ("apiVersion", SUBSCRIPTION.1.into()),
            ("name", full.into()),
            ("properties", properties),
        ];
        let assigned =
            [("roleDefinitionId", role), ("principalId", principal(own)), ("principalType", "ServicePrincipal".into())];
        let grant = [
            ("type", ROLE_ASSIGNMENT.0.into()),
            ("apiVersion", ROLE_ASSIGNMENT.1.into()),
            ("scope", subscription.clone().into()),
            ("name", guid),
            ("properties", Value::from(assigned)),
            ("dependsOn", Value::list([subscription.clone().into()])),
        ];
        let origin = Origin::new(trigger.span, "topic trigger");
        let address = Address::via(own, &trigger.key, "subscription");
        self.elsewhere(address, topic.id, vec![entity.into(), grant.into()], origin);
        let granted = Granted::all("topic", declared, [RECEIVE], reasons);
        let scope = Scope::Foreign(subscription);
        let made =
            Assignment { role: Role::Own("queue-receive".to_owned()), ..Assignment::new("", "", scope, granted) };
        self.permissions(own, &made);
    }

    /// The deployment's own role to send to or receive from an entity.
    fn bus_role(&mut self, verb: &str, external: Option<External<'_>>) -> Role {
        let key = format!("queue-{verb}");
        let data = vec![if verb == "send" { SEND.into() } else { RECEIVE.into() }];
        let elsewhere = external.iter().map(External::group_id).collect();
        self.define(&key, Definition { actions: Vec::new(), data, account: None, elsewhere });
        Role::Own(key)
    }

    fn listen(&mut self, function: &Function, trigger: &Trigger, events: &BucketEvents, reasons: &Arc<[Reason]>) {
        let own = &function.name.value;
        let bucket = self.model().resource(events.bucket).name.value.clone();
        let topic = self.system_topic(&bucket, trigger);
        let inbox = self.inbox(function, trigger);
        let send = self.bus_role("send", None);
        let granted = Granted::all("bucket", &bucket, [SEND], reasons);
        let holder = Some(Holder { word: "system topic", of: topic.clone() });
        let via = format!("{}-delivery", trigger.key);
        let delivery = Assignment::new(&via, "", Scope::Ours(id(&inbox)), granted);
        self.assignments.push(Assignment { role: send, holder, ..delivery });
        let receive = self.bus_role("receive", None);
        let granted = Granted::all("bucket", &bucket, [RECEIVE], reasons);
        let via = format!("{}-trigger", trigger.key);
        self.assignments
            .push(Assignment { role: receive, ..Assignment::new(&via, "", Scope::Ours(id(&inbox)), granted) });
        let address = Address::via(own, &trigger.key, "notification");
        let body = event_subscription(&topic, &inbox, names::tied(self.model(), &address, 64), &bucket, events);
        let mut made = resource(address, EVENT_SUBSCRIPTION, body, Origin::new(trigger.span, "bucket trigger"));
        // Event Grid tries the queue when the subscription is made, so the topic must be allowed to send by then.
        made.after.push(Address::via(own, &format!("{}-delivery", trigger.key), "grant"));
        self.out.add(made);
    }

    /// The events of a bucket's account: one topic, however many triggers listen.
    fn system_topic(&mut self, bucket: &str, trigger: &Trigger) -> Address {
        let address = Address::new(bucket, "events");
        if self.made.insert(address.clone()) {
            let region = self.model().target.region.value.clone();
            let body = Map::from([
                ("name", self.name(&address, SYSTEM_TOPIC)),
                ("location", region.into()),
                ("identity", Value::from([("type", "SystemAssigned".into())])),
                (
                    "properties",
                    Value::from([
                        ("source", id(&Address::new(bucket, "storage"))),
                        ("topicType", "Microsoft.Storage.StorageAccounts".into()),
                    ]),
                ),
            ]);
            self.add(address.clone(), SYSTEM_TOPIC, body, Origin::new(trigger.span, "bucket trigger"));
        }
        address
    }

    /// The queue between a bucket's events and a function. Its name has a dot, which no queue of a spec has.
    fn inbox(&mut self, function: &Function, trigger: &Trigger) -> Address {
        let address = Address::via(&function.name.value, &trigger.key, "inbox");
        let own_name = format!("{}.{}", function.name.value, trigger.key);
        let namespace = name(&Address::new("app", "service-bus"));
        let body = Map::from([
            ("name", Value::join([namespace, "/".into(), own_name.into()])),
            (
                "properties",
                Value::from([
                    ("lockDuration", super::function::lock(&function.timeout)),
                    ("defaultMessageTimeToLive", "P14D".into()),
                    ("deadLetteringOnMessageExpiration", true.into()),
                    ("maxDeliveryCount", 5_i64.into()),
                    ("requiresSession", false.into()),
                    ("requiresDuplicateDetection", false.into()),
                    ("enablePartitioning", false.into()),
                    ("enableBatchedOperations", true.into()),
                ]),
            ),
        ]);
        self.add(address, QUEUE, body, Origin::new(trigger.span, "bucket trigger"))
    }
}

/// How a trigger reaches its namespace: as the function's identity, without a key.
fn connection(stem: &str, function: &str, namespace: Option<Value>) -> Vec<(String, Value)> {
    let namespace = namespace.map(|namespace| (format!("{stem}__fullyQualifiedNamespace"), namespace));
    namespace.into_iter().chain(identity(stem, function)).collect()
}

/// As whom a trigger connects.
fn identity(stem: &str, function: &str) -> [(String, Value); 2] {
    let client = Value::reference(super::of(function, "role"), "properties.clientId");
    [(format!("{stem}__credential"), "managedidentity".into()), (format!("{stem}__clientId"), client)]
}

fn subscription_properties(function: &Function) -> Value {
    Value::from([
        ("lockDuration", super::function::lock(&function.timeout)),
        ("defaultMessageTimeToLive", "P14D".into()),
        ("deadLetteringOnMessageExpiration", true.into()),
        ("deadLetteringOnFilterEvaluationExceptions", true.into()),
        ("maxDeliveryCount", 5_i64.into()),
        ("requiresSession", false.into()),
        ("enableBatchedOperations", true.into()),
    ])
}

fn event_subscription(topic: &Address, inbox: &Address, own: String, bucket: &str, events: &BucketEvents) -> Map {
    let destination = Value::from([
        ("endpointType", "ServiceBusQueue".into()),
        ("properties", Value::from([("resourceId", id(inbox))])),
    ]);
    let delivery = [("identity", Value::from([("type", "SystemAssigned".into())])), ("destination", destination)];
    let retries = [("maxDeliveryAttempts", 30_i64.into()), ("eventTimeToLiveInMinutes", 1440_i64.into())];
    let properties = Value::from([
        ("deliveryWithResourceIdentity", Value::from(delivery)),
        ("filter", filter(bucket, events)),
        ("eventDeliverySchema", "EventGridSchema".into()),
        ("retryPolicy", Value::from(retries)),
    ]);
    Map::from([("name", Value::join([name(topic), "/".into(), own.into()])), ("properties", properties)])
}

/// One ending has a place of its own; of several, any is enough only in an advanced filter.
fn filter(bucket: &str, events: &BucketEvents) -> Value {
    let container = name(&Address::new(bucket, "bucket"));
    let prefix = events.prefix.as_ref().map(|prefix| prefix.value.clone()).unwrap_or_default();
    let begins = Value::join(["/blobServices/default/containers/".into(), container, "/blobs/".into(), prefix.into()]);
    let kinds = events.events.iter().map(|event| match event.value {
        BucketEvent::Created => "Microsoft.Storage.BlobCreated".into(),
        BucketEvent::Deleted => "Microsoft.Storage.BlobDeleted".into(),
    });
    let filter = Map::from([
        ("includedEventTypes", Value::list(kinds)),
        ("isSubjectCaseSensitive", true.into()),
        ("subjectBeginsWith", begins),
    ]);
    let endings: Vec<Value> = events.suffixes.iter().map(|suffix| suffix.value.clone().into()).collect();
    match endings.as_slice() {
        [] => filter.into(),
        [one] => filter.with("subjectEndsWith", one.clone()).into(),
        _ => {
            let advanced = Value::from([
                ("operatorType", "StringEndsWith".into()),
                ("key", "subject".into()),
                ("values", Value::list(endings)),
            ]);
            filter.with("advancedFilters", vec![advanced]).into()
        }
    }
}
