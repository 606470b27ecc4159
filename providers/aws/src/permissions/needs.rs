//! What a build needs its template to permit, in the words of the read-back.
//!
//! The rows of a build are written as they would be written into the template, and read as the template is read: so a
//! row and a statement about the same thing have the same text, whoever spelled it.

use super::document;
use super::reading::{Made, Reading};
use crate::encode::{Names, Written};
use portolan_policy::{Condition, Context, Need, Operator, Pattern, Test};
use portolan_target::{Permission, ReadBack, Settled, Template};
use portolan_value::Value;
use serde_json::Value as Json;
use std::collections::HashSet;

/// A template read back, and the needs of its build: one for each row, and what its functions and schedules need to run as
/// who they are.
pub(crate) fn read_back(settled: &Settled, template: &Template) -> ReadBack {
    let mut back = ReadBack::default();
    let needs = &mut back.needs;
    for (stack, file) in settled.stacks.iter().zip(&template.stacks) {
        let reading = Reading::new(&file.text);
        back.statements.extend(reading.statements());
        let names = Names::new(stack);
        let rows = settled.permissions.iter().enumerate();
        needs.extend(rows.map(|(at, row)| need(&reading, &names, at, row)));
        let natives = stack.resources.iter().filter(|resource| resource.address.part() == "native");
        let natives: HashSet<_> = natives.map(|resource| names.id(&resource.address)).collect();
        let ours = reading.made().filter(|made| !natives.contains(made.id));
        needs.extend(ours.filter_map(|made| wiring(&reading, made)));
    }
    back
}

fn need(reading: &Reading, names: &Names<'_>, at: usize, row: &Permission) -> Need {
    let written = |value: &Value| serde_json::to_value(Written { value, names }).unwrap_or_default();
    Need {
        principal: document::principal(reading, &written(&row.principal), true),
        permission: Pattern::glob(&row.permission),
        resource: reading.pattern(&written(&row.scope)),
        condition: row
            .condition
            .as_ref()
            .map_or_else(Condition::always, |condition| document::condition(reading, Some(&written(condition)))),
        context: ordinary(),
        by_hand: row.by_hand,
        row: Some(at),
        because: row.reasons.first().map(|reason| reason.text.to_string()).unwrap_or_default(),
    }
}

/// What every request of a function carries: it comes over TLS.
fn ordinary() -> Context {
    Context::default().with("aws:SecureTransport", vec![Pattern::literal("true")])
}

/// A service has to be able to take on the role that it is given.
fn wiring(reading: &Reading, made: Made<'_>) -> Option<Need> {
    let (service, role): (_, &Json) = match made.r#type {
        "AWS::Lambda::Function" => ("lambda.amazonaws.com", made.get("Role")?),
        "AWS::Scheduler::Schedule" => ("scheduler.amazonaws.com", made.at(&["Target", "RoleArn"])?),
        _ => return None,
    };
    // A scheduler tells for whose account it works (EventBridge Scheduler user guide, "Confused deputy prevention").
    let account =
        || Condition::Test(Test::new("aws:SourceAccount", Operator::Equals, vec![Pattern::atom("AWS::AccountId")]));
    Some(Need {
        principal: Pattern::literal(service),
        permission: Pattern::literal("sts:AssumeRole"),
        resource: reading.literal(role),
        condition: if service.starts_with("scheduler") { account() } else { Condition::always() },
        context: ordinary(),
        by_hand: false,
        row: None,
        because: format!("{} runs as it", made.id),
    })
}
