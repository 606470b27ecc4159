//! What a build needs its template to permit, in the words of the read-back: its rows, written as the template is
//! written and read as it is read.

use super::reading::Reading;
use super::under;
use crate::encode::Names;
use portolan_policy::{Condition, Context, Need, Pattern, Set, Statement, read_abac};
use portolan_target::{Permission, Settled, Template};
use portolan_value::Value;

/// The needs of a build.
pub(crate) fn needs(settled: &Settled, template: &Template) -> Vec<Need> {
    let mut needs = Vec::with_capacity(settled.permissions.len());
    for (stack, file) in settled.stacks.iter().zip(&template.stacks) {
        let reading = Reading::new(&file.text);
        let names = Names::of(stack);
        let read = |value: &Value| names.with_text(value, |text| reading.written(text));
        for (at, row) in settled.permissions.iter().enumerate() {
            needs.extend(statement(row, &read).spread().iter().flat_map(|statement| one_by_one(statement, at, row)));
        }
    }
    needs
}

fn statement(row: &Permission, read: &impl Fn(&Value) -> Pattern) -> Statement {
    let scope = read(&row.scope);
    // A host or a gateway is meant itself, and nothing under it.
    let door = row.permission.starts_with("authsettingsV2/") || row.permission.starts_with("validate-jwt/");
    Statement {
        principals: Set::one(read(&row.principal)),
        permissions: Set::one(Pattern::glob(&row.permission)),
        resources: Set::of(if door { vec![scope] } else { under(scope) }),
        condition: row.condition.as_ref().map_or_else(Condition::always, |condition| read_abac(read(condition))),
        ..Statement::default()
    }
}

fn one_by_one(statement: &Statement, at: usize, row: &Permission) -> Vec<Need> {
    let principals = statement.principals.only.iter();
    let pairs = principals.flat_map(|who| statement.resources.only.iter().map(move |resource| (who, resource)));
    let need = |(principal, resource): (&Pattern, &Pattern)| Need {
        principal: principal.clone(),
        permission: Pattern::glob(&row.permission),
        resource: resource.clone(),
        condition: statement.condition.clone(),
        context: Context::default(),
        by_hand: row.by_hand,
        row: Some(at),
        because: row.reasons.first().map(|reason| reason.text.to_string()).unwrap_or_default(),
    };
    let granted = !statement.permissions.except.iter().any(|except| except.covers(&Pattern::glob(&row.permission)));
    if granted { pairs.map(need).collect() } else { Vec::new() }
}
