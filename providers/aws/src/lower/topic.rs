//! A topic that a function listens to.

use super::function::Callee;
use super::{Lowering, permission, policy};
use crate::names::invoked_arn;
use portolan_model::{ResourceId, Subject, Trigger};
use portolan_value::{Contribution, Origin, Resource, Text, Value};
use std::sync::Arc;

const SERVICE: &str = "sns.amazonaws.com";

impl<'a> Lowering<'a> {
    /// The topic may call the function, is told to, and puts what it cannot deliver into the function's dead letter.
    pub(super) fn topic(&mut self, callee: Callee<'a>, index: usize, trigger: &Trigger, topic: ResourceId) {
        let Some(arn) = self.kinds.export(Subject::Resource(topic), "arn") else { return };
        let origin = Origin::new(trigger.span, "topic");
        let body = [
            ("Action", "lambda:InvokeFunction".into()),
            ("FunctionName", callee.reference()),
            ("Principal", SERVICE.into()),
            ("SourceArn", arn.clone()),
        ];
        let caller = callee.via(trigger, "caller");
        self.out.add(Resource::new(caller, "AWS::Lambda::Permission", body, origin.clone()));
        let dead_letter = Value::reference(callee.part("dead-letter"), "Arn");
        let body = [
            ("TopicArn", arn.clone()),
            ("Protocol", "lambda".into()),
            ("Endpoint", callee.arn()),
            ("RedrivePolicy", Value::from([("deadLetterTargetArn", dead_letter.clone())])),
        ];
        let subscription = callee.via(trigger, "subscription");
        self.out.add(Resource::new(subscription, "AWS::SNS::Subscription", body, origin.clone()));
        self.undelivered(callee, trigger, &arn, origin);
        let function = invoked_arn(&self.kinds, self.model(), callee.function);
        self.held_by_topic(callee, index, topic, "lambda:InvokeFunction".into(), function, &arn);
        self.held_by_topic(callee, index, topic, "sqs:SendMessage".into(), dead_letter, &arn);
    }

    fn undelivered(&mut self, callee: Callee<'a>, trigger: &Trigger, topic: &Value, origin: Origin) {
        let statement = Value::from([
            ("Effect", "Allow".into()),
            ("Principal", Value::from([("Service", SERVICE.into())])),
            ("Action", "sqs:SendMessage".into()),
            ("Resource", Value::reference(callee.part("dead-letter"), "Arn")),
            ("Condition", policy::condition("ArnEquals", "aws:SourceArn", topic.clone())),
        ]);
        self.out.contributions.push(Contribution {
            address: callee.part("dead-letter-policy"),
            slot: "statements".into(),
            key: trigger.key.to_string(),
            value: statement,
            after: Vec::new(),
            origin,
        });
    }

    fn held_by_topic(
        &mut self,
        callee: Callee<'a>,
        index: usize,
        topic: ResourceId,
        action: Text,
        scope: Value,
        source: &Value,
    ) {
        let subject = &self.model().resource(topic).name.value;
        let mut row = permission(callee.name(), "topic", subject, action, scope.into());
        row.holder = Some(SERVICE.into());
        row.principal = Arc::new(SERVICE.into());
        row.condition = Some(policy::condition("ArnEquals", "aws:SourceArn", source.clone()).into());
        row.reasons = self.reasons(callee.id, index);
        self.permit(row);
    }
}
