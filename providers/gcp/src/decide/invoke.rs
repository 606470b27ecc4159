//! Who may call a function: whoever its `auth` and its `callers` let in, and functions that use it.

use super::{Call, Decider, Member, asked};
use portolan_access::{Grant, Reason, Right};
use portolan_model::{Auth, Event, FunctionId, Host, Model, Subject};
use portolan_value::Text;
use std::collections::BTreeSet;

/// The functions that other functions call.
pub fn invoked(model: &Model) -> BTreeSet<FunctionId> {
    let uses = model.functions.iter().flat_map(|function| &function.uses);
    uses.filter_map(|entry| match entry.subject {
        Subject::Function(id) => Some(id),
        _ => None,
    })
    .collect()
}

impl Decider<'_> {
    /// Lets everybody in where the spec says so or where the entry verifies, and the callers that are named.
    pub(super) fn callers(&mut self, id: FunctionId) {
        let function = self.model().function(id);
        for (index, trigger) in function.triggers.iter().enumerate() {
            if let Event::Http(http) = &trigger.event
                && http.host == Host::Own
            {
                match http.auth.value {
                    Auth::Public => self.everybody(id, index, None),
                    Auth::Jwt { .. } => self.everybody(id, index, Some("a valid token, which the entry verifies")),
                    Auth::Iam => {}
                }
            }
        }
        for caller in &function.callers.functions {
            let origin = asked(caller.span, "callers are let in by name");
            let member = Member::Account(self.identity(caller.value));
            let reason = Reason { span: caller.span, text: Text::concat(&["callers of ", &function.name.value]) };
            self.admit(id, self.name(caller.value), member.clone(), origin);
            let call = self.call(caller.value, member, None, function.name.value.as_str());
            self.permit_call(call, id, [reason].into());
        }
        for (index, principal) in function.callers.principals.iter().enumerate() {
            let origin = asked(principal.span, "callers are let in by name");
            let member = self.kinds.text(principal);
            let reason = Reason { span: principal.span, text: Text::concat(&["callers of ", &function.name.value]) };
            let holder = portolan_target::describe(&member);
            let member = Member::Given(member);
            self.admit(id, &format!("caller-{}", index + 1), member.clone(), origin);
            self.permit_call(self.call(id, member, Some(&holder), ""), id, [reason].into());
        }
    }

    fn everybody(&mut self, id: FunctionId, index: usize, condition: Option<&'static str>) {
        let trigger = &self.model().function(id).triggers[index];
        let origin = asked(trigger.span, "`auth` lets everybody in");
        self.admit(id, "everybody", Member::Everyone, origin);
        let call = Call { condition, ..self.call(id, Member::Everyone, Some("everybody"), "") };
        self.permit_call(Call { verb: "http", ..call }, id, self.reasons_of_trigger(id, index));
    }

    /// A function uses another one.
    pub(super) fn invocation(&mut self, grant: &Grant) {
        if let Right::Verb { subject: Subject::Function(called), .. } = grant.right {
            let caller = self.name(grant.function);
            let member = Member::Account(self.identity(grant.function));
            let origin = asked(grant.reasons.first.span, "a function that uses another may call it");
            self.admit(called, caller, member.clone(), origin);
            let call = self.call(grant.function, member, None, self.name(called));
            self.permit_call(call, called, grant.reasons.shared());
        }
    }

    fn call<'t>(&self, function: FunctionId, member: Member, holder: Option<&'t str>, subject: &'t str) -> Call<'t>
    where
        Self: 't,
    {
        let function = &self.model().function(function).name.value;
        Call { function, holder, member, verb: "invoke", subject, condition: None }
    }
}
