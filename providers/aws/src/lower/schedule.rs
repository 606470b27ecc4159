//! The clock that calls a function.

use super::function::Callee;
use super::{Lowering, cron, permission, policy};
use crate::names::invoked_arn;
use portolan_model::{Timed, Trigger};
use portolan_value::{Address, Context, Language, Map, Origin, Resource, Text, Value};

const SERVICE: &str = "scheduler.amazonaws.com";

/// What EventBridge Scheduler puts the due time in for (EventBridge Scheduler user guide, "Adding context attributes").
const DUE: &str = "<aws.scheduler.scheduled-time>";

/// Seconds after which a tick that could not be delivered is given up.
const MAXIMUM_AGE: i64 = 3_600;

/// How often the delivery of a tick is tried again.
const DELIVERIES: i64 = 10;

impl<'a> Lowering<'a> {
    /// A schedule with a role that may call this function and nothing else.
    pub(super) fn schedule(&mut self, callee: Callee<'a>, index: usize, trigger: &Trigger, timed: &Timed) {
        let origin = Origin::new(trigger.span, "schedule");
        let role = callee.via(trigger, "role");
        let dead_letter = Value::reference(callee.part("dead-letter"), "Arn");
        self.scheduler(callee, &role, &dead_letter, origin.clone());
        let retry = [("MaximumEventAgeInSeconds", MAXIMUM_AGE.into()), ("MaximumRetryAttempts", DELIVERIES.into())];
        let target = Value::from([
            ("Arn", callee.arn()),
            ("RoleArn", Value::reference(role.clone(), "Arn")),
            ("Input", input(timed)),
            ("DeadLetterConfig", Value::from([("Arn", dead_letter.clone())])),
            ("RetryPolicy", Map::from(retry).into()),
        ]);
        let timezone = timed.timezone.as_ref().map(|timezone| Value::from(timezone.value.clone()));
        let body = Map::new()
            .with("ScheduleExpression", cron::expression(&timed.schedule.value).unwrap_or_default())
            .with_some("ScheduleExpressionTimezone", timezone)
            .with("FlexibleTimeWindow", Value::from([("Mode", "OFF".into())]))
            .with("Target", target);
        self.out.add(Resource::new(self.schedule_address(callee, trigger), "AWS::Scheduler::Schedule", body, origin));
        let function = invoked_arn(&self.kinds, self.model(), callee.function);
        for (action, scope) in [("lambda:InvokeFunction", function), ("sqs:SendMessage", dead_letter)] {
            let mut row = permission(callee.name(), "schedule", "", Text::fixed(action), scope.into());
            row.holder = Some(SERVICE.into());
            row.principal = Value::reference(role.clone(), "Arn").into();
            row.reasons = self.reasons(callee.id, index);
            self.permit(row);
        }
    }

    /// `nightly.schedule`; further ones of the function carry their trigger's key.
    fn schedule_address(&self, callee: Callee<'a>, trigger: &Trigger) -> Address {
        match trigger.key.as_str() {
            "schedule" => callee.part("schedule"),
            _ => callee.via(trigger, "schedule"),
        }
    }

    /// The policy lies inside the role: nothing that it names waits for the role.
    fn scheduler(&mut self, callee: Callee<'a>, role: &Address, dead_letter: &Value, origin: Origin) {
        let account = policy::condition("StringEquals", "aws:SourceAccount", Context::Account.into());
        let function = invoked_arn(&self.kinds, self.model(), callee.function);
        let calls = policy::allow(&["lambda:InvokeFunction".into()], &[function], None);
        let keeps = policy::allow(&["sqs:SendMessage".into()], std::slice::from_ref(dead_letter), None);
        let inline =
            Value::from([("PolicyName", "schedule".into()), ("PolicyDocument", policy::document(vec![calls, keeps]))]);
        let body =
            [("AssumeRolePolicyDocument", policy::trust(SERVICE, Some(account))), ("Policies", Value::list([inline]))];
        self.out.add(Resource::new(role.clone(), "AWS::IAM::Role", body, origin));
    }
}

/// What the function receives: which schedule, when it was due, and the spec's `input`. Scheduler fills in words in angle
/// brackets; those of the user's text are written as JSON escapes, so that only ours is one.
fn input(timed: &Timed) -> Value {
    let schedule = Value::embed(Language::Json, timed.written.clone().into());
    let given = timed.input.as_ref().map_or("null", |input| input.value.as_str());
    let given = given.replace('<', "\\u003c").replace('>', "\\u003e");
    let due = format!(",\"time\":\"{DUE}\",\"input\":{given}}}");
    Value::join(["{\"trigger\":\"schedule\",\"schedule\":".into(), schedule, due.into()])
}
