//! The decision on one request.

use crate::{Context, Effect, Pattern, Policies, Statement};

/// What somebody wants to do. Where a field is a pattern, the most general of its texts is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Who.
    pub principal: Pattern,
    /// What, in the provider's words.
    pub permission: Pattern,
    /// On what.
    pub resource: Pattern,
    /// What the request carries.
    pub context: Context,
}

/// What the policies say to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes, by these statements.
    Allowed(Vec<usize>),
    /// No, by these statements.
    Denied(Vec<usize>),
    /// No, because no statement allows it.
    Silent,
}

impl Decision {
    /// Whether it is a yes.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed(_))
    }
}

/// What policies say to a request, and which of their statements decided: a statement that denies wins over all that
/// allow. Both sides of a grant count alike, as they do within one account.
#[must_use]
pub fn allows(policies: &Policies, request: &Request) -> Decision {
    let (mut allowed, mut denied) = (Vec::new(), Vec::new());
    for (at, statement) in policies.about(&request.principal, &request.resource) {
        if is_about(statement, request) && statement.condition.holds(&request.context) {
            match statement.effect {
                Effect::Allow => allowed.push(at),
                Effect::Deny => denied.push(at),
            }
        }
    }
    for list in [&mut allowed, &mut denied] {
        list.sort_unstable();
        list.dedup();
    }
    match (denied.is_empty(), allowed.is_empty()) {
        (false, _) => Decision::Denied(denied),
        (true, false) => Decision::Allowed(allowed),
        (true, true) => Decision::Silent,
    }
}

/// Whether a statement is about who, what and on what, whatever the circumstances.
fn is_about(statement: &Statement, request: &Request) -> bool {
    statement.resources.holds(&request.resource)
        && statement.principals.holds(&request.principal)
        && holds_permission(statement, &request.permission)
}

/// Whether a statement's permissions hold one, whatever the case of its letters.
pub(crate) fn holds_permission(statement: &Statement, permission: &Pattern) -> bool {
    let covers = |pattern: &Pattern| pattern.covers_in_any_case(permission);
    statement.permissions.only.iter().any(covers) && !statement.permissions.except.iter().any(covers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{policies, request};

    fn check(text: &str, asked: &str, expected: Decision) {
        assert_eq!(allows(&policies(text), &request(asked)), expected, "{asked}\n{text}");
    }

    #[test]
    fn a_denial_wins() {
        let text = "allow me s3:* on a/*\ndeny * s3:Delete* on *\nallow me s3:GetObject on a/b";
        check(text, "me s3:GetObject on a/b", Decision::Allowed(vec![0, 2]));
        check(text, "me S3:getobject on a/c", Decision::Allowed(vec![0]));
        check(text, "me s3:DeleteObject on a/b", Decision::Denied(vec![1]));
        check(text, "me s3:GetObject on c", Decision::Silent);
        check(text, "you s3:GetObject on a/b", Decision::Silent);
    }

    #[test]
    fn what_is_left_out_is_left_out() {
        check("allow me !s3:* on !a/*", "me sqs:Send on b", Decision::Allowed(vec![0]));
        check("allow me !s3:* on !a/*", "me s3:GetObject on b", Decision::Silent);
        check("allow me !s3:* on !a/*", "me sqs:Send on a/b", Decision::Silent);
        check("allow !you s3:* on *", "me s3:GetObject on b", Decision::Allowed(vec![0]));
        check("allow !you s3:* on *", "you s3:GetObject on b", Decision::Silent);
    }

    #[test]
    fn circumstances_count() {
        let text = "allow me s3:* on * if StringEquals k v";
        check(text, "me s3:GetObject on b with k v", Decision::Allowed(vec![0]));
        check(text, "me s3:GetObject on b with k w", Decision::Silent);
        check(text, "me s3:GetObject on b", Decision::Silent);
    }
}
