//! Principals of other accounts.

use portolan_model::Model;
use portolan_policy::Pattern;

/// The account that a template is deployed into, as the read-back writes it.
const OWN: &str = "{AWS::AccountId}";

/// Identity providers whose users anybody can be (IAM user guide, "Create a role for OIDC federation").
const FEDERATED: [&str; 4] =
    ["accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"];

/// Who a principal is, when it is not of the account (IAM user guide, "AWS JSON policy elements: Principal").
pub(crate) fn outsider(principal: &Pattern, model: &Model) -> Option<String> {
    let text = principal.to_string();
    if let Some(federated) = FEDERATED.iter().find(|known| text == **known) {
        return Some(format!("whoever {federated} vouches for"));
    }
    if text.contains(":oidc-provider/") || text.contains(":saml-provider/") {
        return Some(format!("whoever {} vouches for", text.rsplit('/').next().unwrap_or_default()));
    }
    let own = model.target.account.as_ref().map(|account| account.value.as_str());
    match account(&text) {
        Some(account) if account == OWN || Some(account) == own => None,
        Some(account) => Some(format!("account {account}")),
        None if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            Some(format!("the account whose canonical user id is {text}"))
        }
        // A reference to a parameter has no attribute; what the template makes has one.
        None => {
            principal.as_atom().filter(|atom| !atom.contains(['.', ' '])).map(|atom| format!("whoever {atom} names"))
        }
    }
}

/// The account in an ARN of identities.
fn account(text: &str) -> Option<&str> {
    let after = text.split_once(":iam::").or_else(|| text.split_once(":sts::"))?.1;
    let end = if after.starts_with('{') { after.find('}')? + 1 } else { after.find(':')? };
    Some(&after[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn check(principal: Pattern, expected: Option<&str>) {
        let model = fixture::model("");
        assert_eq!(outsider(&principal, &model).as_deref(), expected, "{principal}");
    }

    fn arn(account: Pattern, rest: &str) -> Pattern {
        let mut arn = Pattern::literal("arn:");
        arn.append(&Pattern::atom("AWS::Partition"));
        arn.push_text(":iam::");
        arn.append(&account);
        arn.then(rest)
    }

    #[test]
    fn accounts_are_told_apart() {
        check(arn(Pattern::literal("210987654321"), ":root"), Some("account 210987654321"));
        check(arn(Pattern::atom("Partner"), ":root"), Some("account {Partner}"));
        check(arn(Pattern::atom("AWS::AccountId"), ":role/x"), None);
        check(Pattern::literal("arn:aws:sts::210987654321:assumed-role/a/b"), Some("account 210987654321"));
        check(Pattern::literal("s3.amazonaws.com"), None);
        check(Pattern::atom("TagRole.Arn"), None);
        check(Pattern::atom("Partner"), Some("whoever Partner names"));
        check(Pattern::literal("accounts.google.com"), Some("whoever accounts.google.com vouches for"));
    }
}
