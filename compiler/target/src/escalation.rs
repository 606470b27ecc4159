//! Permissions that let their holder become more than it was given.

use portolan_policy::Pattern;

/// A permission with which an identity can give itself, or others, what nobody granted: it takes on another identity,
/// changes who may do what, or changes the code that runs as somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Escalation {
    /// The permission; `*` stands for anything. After `role:` stands a role, of which nothing is known but its name.
    pub permission: &'static str,
    /// What its holder can do with it.
    pub gives: &'static str,
    /// Where the provider says so.
    pub source: &'static str,
}

impl Escalation {
    /// The row of a table whose permission a granted one may be. The case of letters does not matter.
    #[must_use]
    pub fn find(table: &'static [Self], granted: &Pattern) -> Option<&'static Self> {
        let role = granted.as_atom();
        let granted = role.map_or_else(|| granted.clone(), Pattern::literal).lower();
        let fits = |row: &&Self| match (row.permission.strip_prefix("role:"), role) {
            (Some(name), Some(_)) => Pattern::glob(name).lower().overlaps(&granted),
            (None, None) => Pattern::glob(row.permission).lower().overlaps(&granted),
            _ => false,
        };
        table.iter().find(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: [Escalation; 3] = [
        Escalation { permission: "iam:PassRole", gives: "a", source: "b" },
        Escalation { permission: "role:*Owner", gives: "a", source: "b" },
        Escalation { permission: "x.*.setIamPolicy", gives: "a", source: "b" },
    ];

    #[test]
    fn wildcards_of_either_side_count() {
        let found = |granted: &str| Escalation::find(&TABLE, &Pattern::glob(granted)).map(|row| row.permission);
        assert_eq!(found("iam:passrole"), Some("iam:PassRole"));
        assert_eq!(found("iam:*"), Some("iam:PassRole"));
        assert_eq!(found("*"), Some("iam:PassRole"));
        assert_eq!(found("x.topics.setIamPolicy"), Some("x.*.setIamPolicy"));
        assert_eq!(found("iam:GetRole"), None);
    }

    #[test]
    fn roles_are_told_by_name() {
        let found = |granted: Pattern| Escalation::find(&TABLE, &granted).map(|row| row.permission);
        assert_eq!(found(Pattern::atom("roles/Owner")), Some("role:*Owner"));
        assert_eq!(found(Pattern::atom("roles/viewer")), None);
        assert_eq!(found(Pattern::glob("blobs/*")), None, "a pattern of permissions is no role");
    }
}
