//! A bucket whose objects a function hears of.
//!
//! S3 looks whether it may call the function when the notification is set, so the bucket comes after the permission;
//! the bucket's name is known, so the permission does not wait for the bucket.

use super::function::Callee;
use super::{Lowering, permission, policy};
use crate::names::{invoked_arn, part};
use portolan_model::{BucketEvent, BucketEvents, Subject, Trigger};
use portolan_value::{Contribution, Map, Origin, Resource, Text, Value};
use std::sync::Arc;

const SERVICE: &str = "s3.amazonaws.com";

/// What S3 calls an event of an object. Gone is gone, whether somebody deleted it or it expired.
fn event_types(event: BucketEvent) -> &'static [&'static str] {
    match event {
        BucketEvent::Created => &["s3:ObjectCreated:*"],
        BucketEvent::Deleted => &["s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"],
    }
}

/// Which keys a notification is for: those with this beginning and this end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filter {
    /// The beginning.
    pub prefix: Text,
    /// The end.
    pub suffix: String,
}

impl Filter {
    /// Whether some key fits both: S3 refuses two notifications for one event then.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let prefixes = self.prefix.starts_with(other.prefix.as_str()) || other.prefix.starts_with(self.prefix.as_str());
        let suffixes = self.suffix.ends_with(&other.suffix) || other.suffix.ends_with(&self.suffix);
        prefixes && suffixes
    }
}

/// The filters of a trigger: one for each suffix, but for those that another suffix covers.
pub(crate) fn filters(events: &BucketEvents) -> Vec<Filter> {
    let prefix = events.prefix.as_ref().map(|prefix| prefix.value.clone()).unwrap_or_default();
    let all: Vec<&str> = match events.suffixes.is_empty() {
        true => vec![""],
        false => events.suffixes.iter().map(|suffix| suffix.value.as_str()).collect(),
    };
    let covered = |at: usize| {
        let other = |(index, other): (usize, &&str)| {
            index != at && all[at].ends_with(*other) && (*other != all[at] || index < at)
        };
        all.iter().enumerate().any(other)
    };
    let kept = all.iter().enumerate().filter(|(at, _)| !covered(*at));
    kept.map(|(_, suffix)| Filter { prefix: prefix.clone(), suffix: (*suffix).to_owned() }).collect()
}

impl<'a> Lowering<'a> {
    /// The bucket may call the function, and is told when to.
    pub(super) fn bucket(&mut self, callee: Callee<'a>, index: usize, trigger: &Trigger, events: &BucketEvents) {
        let Some(arn) = self.kinds.export(Subject::Resource(events.bucket), "arn") else { return };
        let account = Value::from(portolan_value::Context::Account);
        let body = [
            ("Action", "lambda:InvokeFunction".into()),
            ("FunctionName", callee.reference()),
            ("Principal", SERVICE.into()),
            ("SourceArn", arn.clone()),
            // A bucket's ARN names no account, and a bucket that is gone may come back as somebody else's.
            ("SourceAccount", account.clone()),
        ];
        let caller = callee.via(trigger, "caller");
        let origin = Origin::new(trigger.span, "bucket");
        self.out.add(Resource::new(caller.clone(), "AWS::Lambda::Permission", body, origin.clone()));
        let function = invoked_arn(&self.kinds, self.model(), callee.function);
        let owner = &self.model().resource(events.bucket).name.value;
        for (key, value) in notifications(&trigger.key, callee.name(), events, &function) {
            self.out.contributions.push(Contribution {
                address: part(owner, "bucket"),
                slot: "notifications".into(),
                key,
                value,
                after: vec![caller.clone()],
                origin: origin.clone(),
            });
        }
        let mut row = permission(callee.name(), "bucket", owner, "lambda:InvokeFunction".into(), function.into());
        row.holder = Some(SERVICE.into());
        row.principal = Arc::new(SERVICE.into());
        let from = policy::condition("ArnEquals", "aws:SourceArn", arn);
        let Value::Map(from) = from else { return };
        let from = from.with("StringEquals", Map::from([("aws:SourceAccount", account)]));
        row.condition = Some(Arc::new(from.into()));
        row.reasons = self.reasons(callee.id, index);
        self.permit(row);
    }
}

/// The notifications of a trigger, one for each event and suffix, with keys that put them into an order.
fn notifications(trigger: &str, function: &str, events: &BucketEvents, arn: &Value) -> Vec<(String, Value)> {
    let types = events.events.iter().flat_map(|event| event_types(event.value));
    let mut notifications = Vec::new();
    for event in types {
        for (index, filter) in filters(events).iter().enumerate() {
            let key = format!("{function} {trigger} {event} {index:04}");
            let value =
                Map::new().with("Event", *event).with("Function", arn.clone()).with_some("Filter", key_filter(filter));
            notifications.push((key, value.into()));
        }
    }
    notifications
}

fn key_filter(filter: &Filter) -> Option<Value> {
    let rules = [("prefix", filter.prefix.as_str()), ("suffix", filter.suffix.as_str())];
    let rules = rules.into_iter().filter(|(_, text)| !text.is_empty());
    let rule =
        |(name, text): (&'static str, &str)| Value::from([("Name", name.into()), ("Value", encoded(text).into())]);
    let rules: Vec<Value> = rules.map(rule).collect();
    (!rules.is_empty()).then(|| Value::from([("S3Key", Value::from([("Rules", Value::list(rules))]))]))
}

/// A text as S3 wants it in a filter: a space is a plus sign, everything that is not safe in a key is percent-encoded
/// (S3 user guide, "Configuring event notifications using object key name filtering").
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => encoded.push('+'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'!' | b'-' | b'_' | b'.' | b'*' | b'\'' | b'(' | b')' => {
                encoded.push(char::from(byte));
            }
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(prefix: &str, suffix: &str) -> Filter {
        Filter { prefix: prefix.to_owned().into(), suffix: suffix.to_owned() }
    }

    #[test]
    fn filters_overlap_when_a_key_fits_both() {
        assert!(filter("", ".mp3").overlaps(&filter("in/", "")));
        assert!(filter("in/", ".mp3").overlaps(&filter("in/a", "3")));
        assert!(!filter("in/", "").overlaps(&filter("out/", "")));
        assert!(!filter("", ".mp3").overlaps(&filter("", ".ogg")));
    }

    #[test]
    fn keys_are_encoded_for_filters() {
        assert_eq!(encoded("a b/é+.mp3"), "a+b/%C3%A9%2B.mp3");
    }
}
