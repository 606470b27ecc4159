//! What a function may do: one policy beside its role, with exactly the rows its grants fill.
//!
//! The policy is a resource of its own, because one inside the role would close a circle as soon as two functions may
//! call each other.

use super::function::Callee;
use super::{Lowering, permission, policy, routes, table};
use crate::hooks::AwsHooks;
use portolan_access::{Basis, Because, Reason, Right};
use portolan_catalog::{Column, Verb};
use portolan_diagnostics::Span;
use portolan_model::{Auth, Event, FunctionId, Pattern, ResourceId, Subject};
use portolan_target::{FilledRow, Hooks};
use portolan_value::{Format, Map, Resource, Text, Value};
use std::sync::Arc;

/// Actions on resources, and why.
struct Allowed {
    verb: Text,
    subject: Text,
    actions: Vec<Text>,
    resources: Vec<Value>,
    condition: Option<Value>,
    by_hand: bool,
    reasons: Because,
}

/// A verb as it is granted: on which objects, and how much of it.
struct Used<'a> {
    verb: &'a Verb,
    only: &'a [Pattern],
    basis: &'a Basis,
}

impl<'a> Lowering<'a> {
    /// The function's policy, and a permission for every action on every resource in it.
    pub(super) fn grant(&mut self, callee: Callee<'a>) {
        let allowed = self.allowed(callee);
        for entry in &allowed {
            let condition = entry.condition.clone().map(Arc::new);
            let scopes: Vec<Arc<Value>> = entry.resources.iter().cloned().map(Arc::new).collect();
            for (action, scope) in
                entry.actions.iter().flat_map(|action| scopes.iter().map(move |scope| (action, scope)))
            {
                let mut row = permission(callee.name(), "", "", action.clone(), Arc::clone(scope));
                row.verb = entry.verb.clone();
                row.subject = entry.subject.clone();
                row.condition = condition.clone();
                row.by_hand = entry.by_hand;
                row.reasons = entry.reasons.of(action);
                self.permit(row);
            }
        }
        let body = [
            ("PolicyName", "grant".into()),
            ("Roles", Value::list([Value::reference(callee.part("role"), "id")])),
            ("PolicyDocument", policy::document(statements(allowed))),
        ];
        self.out.add(Resource::new(callee.part("grant"), "AWS::IAM::Policy", body, callee.origin()));
    }

    fn allowed(&self, callee: Callee<'a>) -> Vec<Allowed> {
        let mut allowed = vec![logging(callee)];
        if callee.keeps_failures() {
            allowed.push(dead_letter(callee));
        }
        for grant in self.request.grants.of(callee.id) {
            let reasons = grant.because();
            match &grant.right {
                Right::Trigger(index) => allowed.extend(self.polling(callee, *index, reasons)),
                Right::Verb { verb, subject: Subject::Resource(id), only } => {
                    let used = Used { verb, only, basis: &grant.basis };
                    allowed.extend(self.on_resource(callee.id, *id, &used, &reasons));
                }
                Right::Verb { verb, subject, .. } => allowed.extend(self.on_function(*subject, verb, reasons)),
            }
        }
        for (called, span) in self.calls.get(&callee.id).into_iter().flatten() {
            allowed.extend(self.calling(*called, *span));
        }
        allowed.extend(self.by_hand(callee));
        allowed
    }

    /// Queues and streams are polled with the function's own role (Lambda developer guide, "Using Lambda with Amazon SQS" and
    /// "Using Lambda with Amazon DynamoDB"). Streams are listed on everything: IAM knows no narrower place for that.
    fn polling(&self, callee: Callee<'a>, index: usize, reasons: Because) -> Vec<Allowed> {
        let event = &callee.function.triggers[index].event;
        let allowed = |resource: ResourceId, actions: &[&'static str], on: Value| Allowed {
            verb: Text::fixed(event.word()),
            subject: Text::new(&self.model().resource(resource).name.value),
            actions: actions.iter().map(|action| Text::fixed(action)).collect(),
            resources: vec![on],
            condition: None,
            by_hand: false,
            reasons: reasons.clone(),
        };
        match event {
            Event::Queue { queue, .. } => {
                let arn = self.kinds.export(Subject::Resource(*queue), "arn");
                let actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
                arn.map(|arn| allowed(*queue, &actions, arn)).into_iter().collect()
            }
            Event::Table(changes) => {
                let stream = table::stream(&self.model().resource(changes.table).name.value);
                let actions = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
                vec![
                    allowed(changes.table, &actions, stream),
                    allowed(changes.table, &["dynamodb:ListStreams"], "*".into()),
                ]
            }
            Event::Http(_) | Event::Schedule(_) | Event::Topic { .. } | Event::Bucket(_) => Vec::new(),
        }
    }

    fn on_resource(&self, function: FunctionId, id: ResourceId, used: &Used<'a>, reasons: &Because) -> Vec<Allowed> {
        let rows = self.kinds.access(id, used.verb, used.only, used.basis).into_iter();
        let rows = rows.filter(|row| self.has_other_verb(function, id, row));
        let allowed = |row: FilledRow| Allowed {
            verb: Text::new(used.verb.name()),
            subject: Text::new(&self.model().resource(id).name.value),
            resources: resources(&row),
            condition: row.more.get("condition").and_then(tests),
            actions: row.permissions,
            by_hand: false,
            reasons: reasons.clone(),
        };
        rows.map(allowed).collect()
    }

    /// A row `with` another verb counts when the function has that one too.
    fn has_other_verb(&self, function: FunctionId, id: ResourceId, row: &FilledRow) -> bool {
        let Some(other) = row.more.get("with").and_then(Value::as_text) else { return true };
        self.request.grants.of(function).any(|grant| match &grant.right {
            Right::Verb { verb, subject, .. } => *subject == Subject::Resource(id) && verb.name() == other,
            Right::Trigger(_) => false,
        })
    }

    fn on_function(&self, subject: Subject, verb: &Verb, reasons: Because) -> Option<Allowed> {
        let column = self.request.catalog.kind("function")?.column(Format::Aws);
        let Column::Built(built) = column else { return None };
        let actions = built.access(verb).iter().flat_map(|row| row.permissions.clone()).collect();
        Some(Allowed {
            verb: Text::new(verb.name()),
            subject: Text::new(self.model().name_of(subject)),
            actions,
            resources: vec![self.kinds.export(subject, "arn")?],
            condition: None,
            by_hand: false,
            reasons,
        })
    }

    /// What being among the `callers` of a function gives: its routes, or the function where it has none for `iam`.
    fn calling(&self, called: FunctionId, span: Span) -> Option<Allowed> {
        let function = self.model().function(called);
        let name = &function.name.value;
        let guarded: Vec<_> = function.http().filter(|(_, http)| matches!(http.auth.value, Auth::Iam)).collect();
        let routes = guarded.iter().flat_map(|(_, http)| {
            let host = self.host(called, http.host);
            http.routes.iter().map(move |route| routes::callable(&host, &route.value))
        });
        let (action, resources) = match guarded.is_empty() {
            true => ("lambda:InvokeFunction", vec![AwsHooks.function_export(&self.request, called, "arn")?]),
            false => ("execute-api:Invoke", routes.collect()),
        };
        Some(Allowed {
            verb: "call".into(),
            subject: Text::new(name),
            actions: vec![action.into()],
            resources,
            condition: None,
            by_hand: false,
            reasons: [Reason { span, text: Text::concat(&["callers of ", name]) }].into(),
        })
    }

    fn by_hand(&self, callee: Callee<'a>) -> Vec<Allowed> {
        let allowed = |allow: &portolan_model::Allow| Allowed {
            verb: "allow".into(),
            subject: Text::default(),
            actions: allow.actions.iter().map(|action| self.literal(action)).collect(),
            resources: allow.resources.iter().map(|resource| self.kinds.text(resource)).collect(),
            condition: allow.conditions.as_ref().map(|conditions| Value::raw(self.kinds.raw(conditions))),
            by_hand: true,
            reasons: [Reason { span: allow.span, text: Text::concat(&["allow: ", &allow.why.value]) }].into(),
        };
        callee.function.allow.iter().map(allowed).collect()
    }

    /// An action is a literal text; what only the deployment knows has been refused before.
    fn literal(&self, text: &portolan_model::Text) -> Text {
        text.literal().unwrap_or_default().to_owned().into()
    }
}

/// A function writes its own log. The group is made by the template, so it may not make one: a group that was deleted
/// stays deleted.
fn logging(callee: Callee<'_>) -> Allowed {
    Allowed {
        verb: "log".into(),
        subject: Text::default(),
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"].map(Text::fixed).into(),
        resources: vec![Value::reference(callee.part("logs"), "Arn")],
        condition: None,
        by_hand: false,
        reasons: [Reason { span: callee.function.name.span, text: "every function writes its log".into() }].into(),
    }
}

/// Lambda sends a failed call with the function's own role (Lambda developer guide, "Retaining records of asynchronous
/// invocations").
fn dead_letter(callee: Callee<'_>) -> Allowed {
    Allowed {
        verb: "dead-letter".into(),
        subject: Text::default(),
        actions: vec!["sqs:SendMessage".into()],
        resources: vec![Value::reference(callee.part("dead-letter"), "Arn")],
        condition: None,
        by_hand: false,
        reasons: [Reason { span: callee.function.name.span, text: "calls that failed are kept".into() }].into(),
    }
}

/// What a row is granted on: itself, or the objects it is limited to.
fn resources(row: &FilledRow) -> Vec<Value> {
    match (row.more.get("within"), row.more.get("objects"), &row.on) {
        (Some(within), Some(Value::List(objects)), _) => {
            objects.iter().map(|object| Value::join([within.clone(), "/".into(), object.clone()])).collect()
        }
        (_, _, Value::List(all)) => all.to_vec(),
        (_, _, one) => vec![one.clone()],
    }
}

/// A condition without the operators that test nothing.
fn tests(condition: &Value) -> Option<Value> {
    let Value::Map(operators) = condition else { return Some(condition.clone()) };
    let holds = |value: &Value| !matches!(value, Value::Map(keys) if keys.is_empty());
    let kept: Map = operators.iter().filter(|(_, keys)| holds(keys)).cloned().collect();
    (!kept.is_empty()).then(|| kept.into())
}

/// Statements in the order of their first row; rows with equal resources and conditions share one. What was written by
/// hand stays apart.
fn statements(allowed: Vec<Allowed>) -> Vec<Value> {
    let mut merged: Vec<Allowed> = Vec::new();
    for entry in allowed {
        let same = |known: &&mut Allowed| {
            !known.by_hand && !entry.by_hand && known.resources == entry.resources && known.condition == entry.condition
        };
        match merged.iter_mut().find(same) {
            Some(known) => {
                entry.actions.into_iter().for_each(|action| {
                    if !known.actions.contains(&action) {
                        known.actions.push(action);
                    }
                });
            }
            None => merged.push(entry),
        }
    }
    merged.into_iter().map(|entry| policy::allow(&entry.actions, &entry.resources, entry.condition)).collect()
}
