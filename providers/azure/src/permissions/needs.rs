//! What a build needs its template to permit, in the words of the read-back: its rows, written as the template is
//! written and read as it is read.

use super::reading::Reading;
use super::roles;
use super::{statements, under};
use crate::encode::Names;
use portolan_policy::{Condition, Context, Need, Pattern, Set, Statement, read_abac};
use portolan_target::{Permission, ReadBack, Settled, Template};
use portolan_value::Value;

/// A template read back, and the needs of its build.
pub(crate) fn read_back(settled: &Settled, template: &Template) -> ReadBack {
    let mut back = ReadBack::default();
    for (stack, file) in settled.stacks.iter().zip(&template.stacks) {
        let reading = Reading::new(&file.text);
        back.statements.extend(statements(&reading));
        let names = Names::of(stack);
        let read = |value: &Value| names.with_text(value, |text| reading.written(text));
        for (at, row) in settled.permissions.iter().enumerate() {
            back.needs
                .extend(statement(row, &read).spread().iter().flat_map(|statement| one_by_one(statement, at, row)));
        }
    }
    back
}

fn statement(row: &Permission, read: &impl Fn(&Value) -> Pattern) -> Statement {
    let scope = read(&row.scope);
    let permissions = match row.permission.strip_prefix("role ") {
        Some(role) => roles::carried_by(role),
        None => Set::one(Pattern::glob(&row.permission)),
    };
    // A host or a gateway is meant itself, and nothing under it.
    let door = row.permission.starts_with("authsettingsV2/") || row.permission.starts_with("validate-jwt/");
    Statement {
        principals: Set::one(read(&row.principal)),
        permissions,
        resources: Set::of(if door { vec![scope] } else { under(scope) }),
        condition: row.condition.as_ref().map_or_else(Condition::always, |condition| read_abac(read(condition))),
        ..Statement::default()
    }
}

fn one_by_one(statement: &Statement, at: usize, row: &Permission) -> Vec<Need> {
    let principals = statement.principals.only.iter();
    let pairs = principals.flat_map(|who| statement.resources.only.iter().map(move |resource| (who, resource)));
    let open: Vec<&Pattern> = statement.permissions.open().collect();
    let each = pairs.flat_map(|(who, resource)| open.iter().map(move |permission| (who, *permission, resource)));
    let need = |(principal, permission, resource): (&Pattern, &Pattern, &Pattern)| Need {
        principal: principal.clone(),
        permission: permission.clone(),
        resource: resource.clone(),
        condition: statement.condition.clone(),
        context: Context::default(),
        by_hand: row.by_hand,
        row: Some(at),
        because: row.reasons.first().map(|reason| reason.text.to_string()).unwrap_or_default(),
    };
    each.map(need).collect()
}
