//! What is allowed by hand, held against calls: actions as they are written, and roles for what they carry.

use crate::Need;
use portolan_diagnostics::Span;
use portolan_model::Function;

/// What an action that is written by hand stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carries {
    /// Itself.
    Itself,
    /// These: it is a role of the cloud's own.
    All(Vec<String>),
    /// A role of the cloud's own, of which it is not known here what it carries.
    Unknown,
}

/// How a cloud reads the actions that are written by hand.
pub type Roles<'r> = &'r dyn Fn(&str) -> Carries;

/// What one function is allowed by hand.
pub(crate) struct Hand<'a> {
    actions: Vec<Action<'a>>,
}

struct Action<'a> {
    written: &'a str,
    span: Span,
    carries: Carries,
}

impl<'a> Hand<'a> {
    pub fn of(function: &'a Function, roles: Roles<'_>) -> Self {
        let all = function.allow.iter().flat_map(|allow| &allow.actions);
        let action = |text: &'a portolan_model::Text| {
            let written = text.literal()?;
            Some(Action { written, span: text.span, carries: roles(written) })
        };
        Self { actions: all.filter_map(action).collect() }
    }

    /// Whether something that was written by hand permits what a call needs.
    pub fn permits(&self, need: &Need) -> bool {
        self.actions.iter().any(|action| match &action.carries {
            Carries::Itself => permits(action.written, &need.permission),
            Carries::All(permissions) => permissions.iter().any(|one| carries(one, need)),
            Carries::Unknown => false,
        })
    }

    /// The first role of which it is not known what it carries, and where it is written.
    pub fn unknown_role(&self) -> Option<(&'a str, Span)> {
        let mut unknown = self.actions.iter().filter(|action| action.carries == Carries::Unknown);
        unknown.next().map(|action| (action.written, action.span))
    }
}

/// Whether a permission of a role is what a call needs: on data where the call is about data.
fn carries(permission: &str, need: &Need) -> bool {
    is_on_data(permission) == is_on_data(&need.by_hand.action) && permits(permission, &need.permission)
}

fn is_on_data(action: &str) -> bool {
    action.starts_with("data:")
}

/// Whether an action that was written by hand permits what a call needs. Letters and case as clouds have them; `*` is
/// anything, `data:` says only where Azure keeps it.
fn permits(action: &str, permission: &str) -> bool {
    let action = action.strip_prefix("data:").unwrap_or(action).to_ascii_lowercase();
    let permission = permission.to_ascii_lowercase();
    let mut parts = action.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = permission.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ByHand, Named, Part, Site};

    fn need(action: &str) -> Need {
        let permission = action.strip_prefix("data:").unwrap_or(action).to_owned();
        let by_hand = ByHand { action: action.to_owned(), resource: "*".to_owned() };
        let site = Site { span: Span::default(), text: String::new() };
        Need { permission, on: Named::Unknown, part: Part::Whole, by_hand, site }
    }

    fn hand(carries: Carries) -> Hand<'static> {
        Hand { actions: vec![Action { written: "a role", span: Span::default(), carries }] }
    }

    #[test]
    fn a_role_permits_what_it_carries() {
        let publisher = hand(Carries::All(vec!["pubsub.topics.publish".to_owned()]));
        assert!(publisher.permits(&need("pubsub.topics.publish")) && !publisher.permits(&need("pubsub.topics.get")));
        assert_eq!(publisher.unknown_role(), None);
        let unknown = hand(Carries::Unknown);
        assert!(!unknown.permits(&need("pubsub.topics.publish")));
        assert_eq!(unknown.unknown_role(), Some(("a role", Span::default())));
    }

    #[test]
    fn operations_on_data_are_others_than_those_on_resources() {
        let owner = hand(Carries::All(vec!["*".to_owned()]));
        assert!(owner.permits(&need("Microsoft.Storage/storageAccounts/listKeys/action")));
        assert!(!owner.permits(&need("data:Microsoft.Storage/blobs/read")));
        let reader = hand(Carries::All(vec!["data:Microsoft.Storage/blobs/*".to_owned()]));
        assert!(reader.permits(&need("data:Microsoft.Storage/blobs/read")));
    }

    #[test]
    fn actions_by_hand_may_have_wildcards() {
        let check =
            |action: &str, permission: &str, expected| assert_eq!(permits(action, permission), expected, "{action}");
        check("s3:GetObject", "s3:getobject", true);
        check("s3:GetObject", "s3:GetObjectAcl", false);
        check("s3:*", "s3:GetObject", true);
        check("s3:Get*Acl", "s3:GetObjectAcl", true);
        check("s3:Get*Acl", "s3:GetObject", false);
        check("*", "ses:SendEmail", true);
        check("s3:*t*t", "s3:Get", false);
        check("data:Microsoft.X/y/read", "Microsoft.X/y/read", true);
    }
}
