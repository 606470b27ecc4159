//! Rows for a review: every permission that a binding carries, and why.

use super::{Decider, Member, Role, Scope};
use portolan_access::Because;
use portolan_target::Permission;
use portolan_value::{Text, Value};
use std::sync::Arc;

/// What is told about permissions that are granted together.
pub(super) struct Told<'t> {
    /// The function they are for; none when they are for the whole deployment.
    pub function: &'t str,
    /// Who holds them, when it is not the function's own account.
    pub holder: Option<&'t str>,
    /// Who that is to Google.
    pub principal: Arc<Value>,
    /// The neutral verb, or the trigger's word.
    pub verb: &'t str,
    /// What the spec calls what they are on.
    pub subject: &'t str,
    /// On what.
    pub scope: &'t Scope,
    /// Only if.
    pub condition: Option<Value>,
    /// The role that carries them.
    pub role: &'t Role,
    /// What the role carries beyond them.
    pub beyond: Vec<Text>,
    /// Whether the user wrote them.
    pub by_hand: bool,
    /// Why.
    pub reasons: Because,
    /// The objects that they are about, where they cannot be limited to those.
    pub wider: Vec<Text>,
}

impl Decider<'_> {
    /// Adds a row for each permission.
    pub(super) fn tell(&mut self, permissions: &[Text], told: &Told<'_>) {
        let (function, verb, subject) = (Text::new(told.function), Text::new(told.verb), Text::new(told.subject));
        let scope = Arc::new(told.scope.described(&self.place));
        let condition = told.condition.clone().map(Arc::new);
        let role = match told.role {
            Role::Predefined(name) => name,
            Role::Own(own) => &own.id,
        };
        let row = |permission: &Text| Permission {
            function: function.clone(),
            holder: told.holder.map(Text::new),
            principal: Arc::clone(&told.principal),
            verb: verb.clone(),
            subject: subject.clone(),
            permission: permission.clone(),
            scope: Arc::clone(&scope),
            condition: condition.clone(),
            role: Some(role.clone()),
            beyond: told.beyond.clone(),
            by_hand: told.by_hand,
            reasons: told.reasons.of(permission),
            wider: told.wider.clone(),
        };
        self.decision.permissions.extend(permissions.iter().map(row));
    }

    /// A member, for its rows to share.
    pub(super) fn principal(&self, member: &Member) -> Arc<Value> {
        Arc::new(member.written(&self.place))
    }
}
