//! Principals of other accounts that may invoke a function.

use super::function::Callee;
use super::{Lowering, permission};
use crate::names::invoked_arn;
use portolan_access::Reason;
use portolan_model::{Auth, hash};
use portolan_target::describe;
use portolan_value::{Address, Origin, Resource};

impl<'a> Lowering<'a> {
    /// The principals among a function's `callers`. On a host of routes there is no place for them, which `supports`
    /// has said.
    pub(super) fn principals(&mut self, callee: Callee<'a>) {
        if callee.function.http().any(|(_, http)| matches!(http.auth.value, Auth::Iam)) {
            return;
        }
        for text in &callee.function.callers.principals {
            let principal = self.kinds.text(text);
            let via = format!("p-{}", hash(&describe(&principal), 6));
            let body = [
                ("Action", "lambda:InvokeFunction".into()),
                ("FunctionName", callee.reference()),
                ("Principal", principal.clone()),
            ];
            let address = Address::via(callee.name(), &via, "caller");
            let origin = Origin::new(text.span, "callers");
            self.out.add(Resource::new(address, "AWS::Lambda::Permission", body, origin));
            let scope = invoked_arn(&self.kinds, self.model(), callee.function);
            let mut row = permission(callee.name(), "call", "", "lambda:InvokeFunction".into(), scope.into());
            row.holder = Some(describe(&principal).into());
            row.principal = principal.into();
            row.reasons = [Reason { span: text.span, text: "callers".into() }].into();
            self.permit(row);
        }
    }
}
