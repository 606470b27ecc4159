//! Triggers: whatever reaches a function comes through a subscription, a listener or a job that calls its service.
//!
//! A queue's own subscription is told to call the function; topics and buckets get a subscription for each trigger.
//! What fails too often ends in the function's dead letters, or in the queue's; changes of tables end after a day.

use super::{
    Call, Decider, Endpoint, Identity, Job, Listener, Member, Named, Notification, Push, Subscription, Topic, asked,
};
use crate::{ranges, schedule};
use portolan_access::Reason;
use portolan_model::{
    BucketEvent, BucketEvents, Event, FunctionId, ResourceId, Setting, Subject, TableChange, TableChanges, Timed,
    Trigger,
};
use portolan_value::{Address, Text, Value};

/// Overwriting an object is not deleting it (Cloud Storage documentation, Pub/Sub notifications, attributes).
const NOT_OVERWRITTEN: &str = "NOT attributes:overwrittenByGeneration";

/// Seconds a message of a topic or bucket waits: a week, Pub/Sub's own default.
const WEEK: i64 = 604_800;

impl<'a> Decider<'a> {
    /// Everything the triggers of a function need, http apart.
    pub(super) fn events(&mut self, id: FunctionId) {
        let function = self.model().function(id);
        for (index, trigger) in function.triggers.iter().enumerate() {
            match &trigger.event {
                Event::Http(_) => {}
                Event::Schedule(timed) => self.scheduled(id, index, trigger, timed),
                Event::Queue { queue, .. } => self.queued(id, index, trigger, *queue),
                Event::Topic { topic } => self.published(id, index, trigger, *topic),
                Event::Bucket(events) => self.stored(id, index, trigger, events),
                Event::Table(changes) => self.changed(id, index, trigger, changes),
            }
        }
    }

    fn scheduled(&mut self, id: FunctionId, index: usize, trigger: &Trigger, timed: &Timed) {
        self.needs("scheduler");
        let function = self.model().function(id);
        let address = self.of_trigger(id, trigger, "schedule");
        let own = format!("{}--{}", function.name.value, trigger.key);
        let origin = asked(timed.schedule.span, "the clock calls the function");
        let timeout = super::functions::timeout_range(function).nearest(function.timeout.value);
        let job = Job {
            name: self.named(&address, &own, "google_cloud_scheduler_job"),
            address,
            function: Endpoint::new(&function.name.value, trigger),
            schedule: schedule::words(&timed.schedule.value),
            timezone: timed.timezone.as_ref().map_or_else(|| "Etc/UTC".into(), |zone| zone.value.clone()),
            body: timed.input.as_ref().map(|input| input.value.clone()),
            deadline: ranges::ATTEMPT_DEADLINE.nearest(timeout),
            origin,
        };
        self.decision.jobs.push(job);
        self.called_by("scheduler", id, index, "schedule");
    }

    fn queued(&mut self, id: FunctionId, index: usize, trigger: &Trigger, queue: ResourceId) {
        let resource = self.model().resource(queue);
        let function = Endpoint::new(self.name(id), trigger);
        let origin = asked(trigger.span, "the queue's subscription calls the function");
        if resource.external.is_some() {
            self.listen(id, trigger, self.given_topic(queue), None);
        } else {
            let subscription = Address::new(&resource.name.value, "subscription");
            self.decision.pushes.push(Push { subscription, function, origin });
        }
        self.called_by("caller", id, index, "queue");
    }

    fn published(&mut self, id: FunctionId, index: usize, trigger: &Trigger, topic: ResourceId) {
        let resource = self.model().resource(topic);
        let source = match resource.external.is_some() {
            true => self.given_topic(topic),
            false => Named::Own(Address::new(&resource.name.value, "topic")),
        };
        self.listen(id, trigger, source, None);
        self.called_by("caller", id, index, "topic");
    }

    fn stored(&mut self, id: FunctionId, index: usize, trigger: &Trigger, events: &BucketEvents) {
        let topic = self.of_trigger(id, trigger, "events");
        let own = format!("{}--{}", self.name(id), trigger.key);
        let name = self.named(&topic, &format!("{own}--events"), "google_pubsub_topic");
        let origin = asked(trigger.span, "a bucket tells a topic about its objects");
        self.decision.topics.push(Topic { address: topic.clone(), name, origin: origin.clone() });
        let grant = self.storage_publishes(id, index, trigger, &topic);
        let bucket = self.model().resource(events.bucket);
        self.decision.notifications.push(Notification {
            address: self.of_trigger(id, trigger, "notification"),
            bucket: self.kinds.export(Subject::Resource(events.bucket), "name").unwrap_or_else(|| "".into()),
            made: bucket.external.is_none().then(|| Address::new(&bucket.name.value, "bucket")),
            topic: topic.clone(),
            events: event_types(events, is_versioned(bucket)),
            prefix: events.prefix.as_ref().map(|prefix| prefix.value.clone()),
            after: grant,
            origin,
        });
        self.listen(id, trigger, Named::Own(topic), Some(NOT_OVERWRITTEN));
        self.called_by("caller", id, index, "bucket");
    }

    fn changed(&mut self, id: FunctionId, index: usize, trigger: &Trigger, changes: &TableChanges) {
        self.needs("eventarc");
        let table = &self.model().resource(changes.table).name.value;
        let after = self.receives_events(id, index, trigger);
        for (word, event) in event_kinds(changes) {
            let via = format!("{}-{word}", trigger.key);
            let address = Address::via(self.name(id), &via, "listener");
            let own = format!("{}--{via}", self.name(id));
            self.decision.listeners.push(Listener {
                name: self.named(&address, &own, "google_eventarc_trigger"),
                address,
                table: Address::new(table, "table"),
                event,
                function: Endpoint::new(self.name(id), trigger),
                after: after.clone(),
                origin: asked(trigger.span, "a table tells a function about its rows"),
            });
        }
        self.called_by("caller", id, index, "table");
    }

    /// A subscription of the function's own.
    fn listen(&mut self, id: FunctionId, trigger: &Trigger, topic: Named, filter: Option<&'static str>) {
        let function = self.model().function(id);
        let dead_letter = self.dead_letters(id);
        let address = self.of_trigger(id, trigger, "subscription");
        let own = format!("{}--{}--subscription", function.name.value, trigger.key);
        let subscription = Subscription {
            name: self.named(&address, &own, "google_pubsub_subscription"),
            address: address.clone(),
            topic,
            visibility: ranges::VISIBILITY.nearest(function.timeout.value),
            retention: WEEK,
            filter,
            dead_letter: Some(dead_letter.clone()),
            function: Some(Endpoint::new(&function.name.value, trigger)),
            origin: asked(trigger.span, "a subscription calls the function"),
        };
        self.decision.subscriptions.push(subscription);
        let reason = reason_of(trigger, &function.name.value);
        self.collects(&function.name.value, &function.name.value, &trigger.key, &address, reason);
    }

    /// The topic that takes what a function failed at too often, and the subscription that keeps it there.
    fn dead_letters(&mut self, id: FunctionId) -> Address {
        let function = self.model().function(id);
        let name = &function.name.value;
        let address = Address::new(name, "dead-letter");
        if self.lettered.replace(id) == Some(id) {
            return address;
        }
        let origin = asked(function.name.span, "what fails too often is kept");
        let topic = Topic {
            name: self.physical(&address, "google_pubsub_topic"),
            address: address.clone(),
            origin: origin.clone(),
        };
        self.decision.topics.push(topic);
        let backlog = Address::new(name, "backlog");
        self.decision.subscriptions.push(Subscription {
            name: self.physical(&backlog, "google_pubsub_subscription"),
            address: backlog,
            topic: Named::Own(address.clone()),
            visibility: ranges::VISIBILITY.high,
            retention: ranges::RETENTION.high,
            filter: None,
            dead_letter: None,
            function: None,
            origin,
        });
        let reason = Reason { span: function.name.span, text: Text::concat(&["dead letters of ", name]) };
        self.forwards(name, name, Named::Own(address.clone()), reason);
        address
    }

    /// The account that calls on behalf of a trigger may call this function.
    fn called_by(&mut self, account: &'static str, id: FunctionId, index: usize, word: &'static str) {
        if account == "caller" {
            self.needs("caller");
        }
        let trigger = &self.model().function(id).triggers[index];
        let subject = trigger.event.subject().map(|subject| self.model().name_of(subject)).unwrap_or_default();
        let origin = asked(trigger.span, "who calls for a trigger is let in");
        let member = Member::Account(Identity::new(Address::new("app", account)));
        self.admit(id, account, member.clone(), origin);
        let holder = if account == "caller" { "push" } else { "schedule" };
        let call = Call { function: self.name(id), holder: Some(holder), member, verb: word, subject, condition: None };
        self.permit_call(call, id, self.reasons_of_trigger(id, index));
    }

    fn of_trigger(&self, id: FunctionId, trigger: &Trigger, part: &str) -> Address {
        Address::via(self.name(id), &trigger.key, part)
    }

    /// The name of something that ties a function and a trigger together.
    fn named(&self, address: &Address, own: &str, r#type: &str) -> Value {
        let derived = || crate::names::name_of(self.model(), own, address.as_str(), r#type).into();
        self.kinds.kept_name(address).unwrap_or_else(derived)
    }

    /// A topic that exists: by its full name.
    fn given_topic(&self, id: ResourceId) -> Named {
        let name = self.kinds.export(Subject::Resource(id), "id");
        Named::Given(name.unwrap_or_else(|| "".into()))
    }
}

/// What each listener of a trigger hears: one hears everything, where that is wanted.
fn event_kinds(changes: &TableChanges) -> Vec<(&'static str, &'static str)> {
    let heard: Vec<TableChange> = TableChange::ALL.into_iter().filter(|change| changes.hears(*change)).collect();
    if heard.len() == TableChange::ALL.len() {
        return vec![("written", "google.cloud.firestore.document.v1.written")];
    }
    let kind = |change: &TableChange| match change {
        TableChange::Created => "google.cloud.firestore.document.v1.created",
        TableChange::Changed => "google.cloud.firestore.document.v1.updated",
        TableChange::Deleted => "google.cloud.firestore.document.v1.deleted",
    };
    heard.iter().map(|change| (change.word(), kind(change))).collect()
}

fn reason_of(trigger: &Trigger, function: &str) -> Reason {
    Reason { span: trigger.span, text: Text::concat(&["dead letters of ", function]) }
}

fn is_versioned(bucket: &portolan_model::Resource) -> bool {
    bucket.option("versioned").is_some_and(|setting| matches!(setting.value, Setting::Bool(true)))
}

/// In a versioned bucket an object that is deleted becomes an earlier version (Cloud Storage documentation, Pub/Sub
/// notifications, event types).
fn event_types(events: &BucketEvents, versioned: bool) -> Vec<&'static str> {
    let word = |event: &BucketEvent| match event {
        BucketEvent::Created => "OBJECT_FINALIZE",
        BucketEvent::Deleted if versioned => "OBJECT_ARCHIVE",
        BucketEvent::Deleted => "OBJECT_DELETE",
    };
    events.events.iter().map(|event| word(&event.value)).collect()
}
