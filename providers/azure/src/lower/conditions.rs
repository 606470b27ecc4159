//! Conditions on what a role may do with blobs, in the language of role assignment conditions (version 2.0).
//!
//! One data action covers getting and listing; the suboperation `Blob.List` tells them apart, so that `read` lists
//! nothing and `list` gets nothing. A path has neither the container's name nor a slash in front.

use portolan_model::Pattern;
use portolan_value::{Language, Value};

const READ: &str = "ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'}";
const LIST: &str = "SubOperationMatches{'Blob.List'}";
const PATH: &str = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path]";
const ASKED: &str = "@Request[Microsoft.Storage/storageAccounts/blobServices/containers/blobs:prefix]";

/// What a row's `limit` and the patterns of a grant say; none when the role says it all.
pub(super) fn condition(limit: &str, only: &[Pattern]) -> Option<Value> {
    match (limit, only.is_empty()) {
        ("get", true) => Some(format!("(!({READ} AND {LIST}))").into()),
        ("get", false) => Some(both(format!("(!({READ} AND {LIST}))"), PATH, only)),
        ("list", true) => Some(format!("({READ} AND {LIST})").into()),
        ("list", false) => Some(both(format!("({READ} AND {LIST})"), ASKED, only)),
        (_, true) => None,
        (_, false) => Some(any(PATH, only)),
    }
}

fn both(first: String, attribute: &'static str, only: &[Pattern]) -> Value {
    Value::join(["(".into(), first.into(), " AND ".into(), any(attribute, only), ")".into()])
}

fn any(attribute: &'static str, only: &[Pattern]) -> Value {
    let mut parts = vec!["(".into()];
    for (index, pattern) in only.iter().enumerate() {
        let (operator, text) = match pattern {
            Pattern::Prefix(prefix) => ("StringStartsWith", prefix),
            Pattern::Key(key) => ("StringEquals", key),
        };
        let before = if index > 0 { " OR " } else { "" };
        parts.push(format!("{before}{attribute} {operator} ").into());
        parts.push(Value::embed(Language::Abac, text.clone().into()));
    }
    parts.push(")".into());
    Value::join(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_target::describe;

    fn check(limit: &str, only: &[Pattern], expected: &str) {
        let short = |value: Value| {
            describe(&value).replace(READ, "READ").replace(LIST, "LIST").replace(PATH, "PATH").replace(ASKED, "ASKED")
        };
        assert_eq!(condition(limit, only).map(short).unwrap_or_default(), expected);
    }

    #[test]
    fn getting_and_listing_are_apart() {
        let photos = Pattern::Prefix("photos/".to_owned());
        let latest = Pattern::Key("latest.json".to_owned());
        check("get", &[], "(!(READ AND LIST))");
        check("list", &[], "(READ AND LIST)");
        check("path", &[], "");
        check("get", std::slice::from_ref(&photos), "((!(READ AND LIST)) AND (PATH StringStartsWith 'photos/'))");
        check("list", std::slice::from_ref(&photos), "((READ AND LIST) AND (ASKED StringStartsWith 'photos/'))");
        check("path", &[photos, latest], "(PATH StringStartsWith 'photos/' OR PATH StringEquals 'latest.json')");
    }
}
