//! What is at stake when a resource changes or goes: tables that back ends fill in, in their providers' types.

use crate::{Holding, Written};

/// What a back end knows of its types beyond how their properties behave.
#[derive(Clone, Copy, Debug)]
pub struct Stakes {
    /// Types that hold data, and what: `its items`.
    pub holds: &'static [(&'static str, &'static str)],
    /// Types that work goes through, and what stops while one is replaced: `it is not called`.
    pub serves: &'static [(&'static str, &'static str)],
    /// Types whose end cannot be undone beyond the loss of their data, and why.
    pub ends: &'static [(&'static str, &'static str)],
    /// Changes of properties that open something, take a protection away or cannot be undone.
    pub alarms: &'static [Rule],
    /// Properties that name a function's package, by type.
    pub packages: &'static [(&'static str, &'static str)],
    /// The properties that give a resource a name of the user's or ours, by type; of types that are not listed, the
    /// cloud gives the name.
    pub names: &'static [(&'static str, &'static str)],
    /// Where the variables of functions stand, by type: what users write there may be a secret.
    pub environments: &'static [(&'static str, &'static str)],
    /// How many of a type there may be before a limit that is no part of the template stands in the way.
    pub quotas: &'static [Quota],
    /// What becomes of a half-made deployment.
    pub undone: Undone,
    /// Whether the names of resources stay theirs when their type changes; the engine refuses such a change. Else the two
    /// are two resources.
    pub keeps_type: bool,
    /// Names of properties whose lists have no order, wherever they stand.
    pub unordered: &'static [&'static str],
    /// Why two texts of a property mean the same, by its name; none where they do not.
    pub same: fn(&str, &str, &str) -> Option<&'static str>,
    /// How the engine replaces a resource, where neither its type nor its template says so.
    pub replaces: Replaces,
    /// Whether a resource can get another name in the template and stay what it is.
    pub renames: bool,
}

/// How an engine replaces a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaces {
    /// The new one is made before the old one goes.
    CreateFirst,
    /// The old one goes before the new one is made.
    DeleteFirst,
    /// What cannot change as it stands is refused.
    Never,
}

/// A limit that stands in the way of some deployments.
#[derive(Clone, Copy, Debug)]
pub struct Quota {
    /// The provider's type.
    pub r#type: &'static str,
    /// What is counted.
    pub counts: Counts,
    /// How many there may be.
    pub most: usize,
    /// What it means, with the document that says so.
    pub says: &'static str,
}

/// What a quota counts.
#[derive(Clone, Copy, Debug)]
pub enum Counts {
    /// Resources of the type in a deployment.
    Resources,
    /// Items of a list that come or go in one update.
    ItemsAtOnce(&'static str),
}

/// What an engine does with what it did before it failed.
#[derive(Clone, Copy, Debug)]
pub struct Undone {
    /// With what it made.
    pub create: &'static str,
    /// With what it changed.
    pub update: &'static str,
    /// With what it replaced.
    pub replace: &'static str,
    /// With what it took away.
    pub delete: &'static str,
}

/// A change of a property that a reviewer must hear of.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The provider's type.
    pub r#type: &'static str,
    /// The way to the property, with a `*` for every item of a list: `Cors.AllowOrigins.*`.
    pub path: &'static str,
    /// Which change.
    pub when: When,
    /// What it raises.
    pub raises: Raises,
    /// What it means: `everybody can call it`.
    pub says: &'static str,
}

/// Which change of a property is meant.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// It becomes one of these and was none of them; case does not matter.
    Becomes(&'static [&'static str]),
    /// It was one of these and is none of them, or is not there any more.
    Leaves(&'static [&'static str]),
    /// It was there and is not any more.
    Goes,
    /// It becomes a smaller number, or goes.
    Falls,
    /// It moves to an earlier place in this list, or goes.
    FallsIn(&'static [&'static str]),
}

/// What a change of a property raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raises {
    /// Everybody can reach something.
    Exposure,
    /// What protected data is gone.
    Protection,
    /// It cannot be undone.
    Irreversible,
}

impl Stakes {
    /// What a type holds.
    #[must_use]
    pub fn held(&self, r#type: &str) -> Option<&'static str> {
        named(self.holds, r#type)
    }

    /// What stops while one of a type is replaced.
    #[must_use]
    pub fn served(&self, r#type: &str) -> Option<&'static str> {
        named(self.serves, r#type)
    }

    /// Why the end of one of a type cannot be undone.
    #[must_use]
    pub fn end(&self, r#type: &str) -> Option<&'static str> {
        named(self.ends, r#type)
    }

    /// Whether a property names a function's package.
    #[must_use]
    pub fn is_package(&self, r#type: &str, path: &str) -> bool {
        let is = |(one, way): &(&str, &str)| {
            one.eq_ignore_ascii_case(r#type) && (path == *way || path.starts_with(&format!("{way}.")))
        };
        self.packages.iter().any(is)
    }

    /// Whether a property, or what it lies in, holds variables that users set.
    #[must_use]
    pub fn is_environment(&self, r#type: &str, path: &str) -> bool {
        let is = |(one, way): &(&str, &str)| {
            one.eq_ignore_ascii_case(r#type)
                && path.strip_prefix(way).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.environments.iter().any(is)
    }

    /// The property that names one of a type.
    #[must_use]
    pub fn name_of(&self, r#type: &str) -> Option<&'static str> {
        named(self.names, r#type)
    }

    /// The rules that a change of a resource breaks, each with what the property was and will be.
    pub fn raised<'h>(&self, before: Option<&'h Holding>, after: &'h Holding) -> Vec<(&'static Rule, String, String)> {
        let rules = self.alarms.iter().filter(|rule| rule.r#type.eq_ignore_ascii_case(&after.r#type));
        rules.filter_map(|rule| rule.broken(before, after)).collect()
    }
}

fn named(table: &'static [(&'static str, &'static str)], r#type: &str) -> Option<&'static str> {
    table.iter().find_map(|(one, says)| one.eq_ignore_ascii_case(r#type).then_some(*says))
}

impl Rule {
    /// What the property was and will be, where the change is the one that is meant. Of a new resource only what it
    /// becomes is asked.
    fn broken(&'static self, before: Option<&Holding>, after: &Holding) -> Option<(&'static Self, String, String)> {
        let values = |holding: &Holding| {
            let mut all = Vec::new();
            collect(&holding.body, self.path, &mut all);
            all
        };
        let (old, new) = (before.map(values), values(after));
        let told = |all: &[String]| if all.is_empty() { "not set".to_owned() } else { all.join(", ") };
        let broken = match (&old, self.when) {
            (_, When::Becomes(words)) => holds(&new, words) && old.as_ref().is_none_or(|old| !holds(old, words)),
            (None, _) => false,
            (Some(old), When::Leaves(words)) => holds(old, words) && !holds(&new, words),
            (Some(old), When::Goes) => !old.is_empty() && new.is_empty(),
            (Some(old), When::Falls) => lower(number(old), number(&new), !old.is_empty()),
            (Some(old), When::FallsIn(scale)) => lower(rank(old, scale), rank(&new, scale), !old.is_empty()),
        };
        broken.then(|| (self, told(&old.unwrap_or_default()), told(&new)))
    }
}

fn lower<T: PartialOrd>(old: Option<T>, new: Option<T>, was_there: bool) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => new < old,
        (Some(_), None) => was_there,
        _ => false,
    }
}

fn holds(values: &[String], words: &[&str]) -> bool {
    values.iter().any(|value| words.iter().any(|word| value.eq_ignore_ascii_case(word)))
}

/// The number that a value begins with: `604800s`, `P7D`.
fn number(values: &[String]) -> Option<f64> {
    let digits = values.first()?.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let end = digits.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(digits.len());
    digits[..end].parse().ok()
}

fn rank(values: &[String], scale: &[&str]) -> Option<usize> {
    let value = values.first()?;
    scale.iter().position(|word| value.eq_ignore_ascii_case(word))
}

/// The scalars that lie under a path; of a list or map at its end, that it is there.
fn collect(value: &Written, path: &str, all: &mut Vec<String>) {
    if path.is_empty() {
        all.push(value.scalar().unwrap_or_else(|| "set".to_owned()));
        return;
    }
    let (step, rest) = path.split_once('.').unwrap_or((path, ""));
    match (step, value) {
        ("*", Written::List(items)) => items.iter().for_each(|item| collect(item, rest, all)),
        ("*", one) => collect(one, rest, all),
        (step, value) => {
            // A block that stands alone may stand in a list of one.
            for item in value.items() {
                if let Some(inside) = item.get(step) {
                    collect(inside, rest, all);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fate;

    fn holding(body: &str) -> Holding {
        let json: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
        Holding {
            id: "X".to_owned(),
            address: None,
            r#type: "T".to_owned(),
            body: Written::from(&json),
            around: Written::Map(Vec::new()),
            removed: Fate::Lost,
            replaced: Fate::Lost,
            create_first: None,
            unseen: crate::Unseen::default(),
        }
    }

    fn check(when: When, path: &'static str, before: Option<&str>, after: &str, broken: bool) {
        let rule: &'static Rule =
            Box::leak(Box::new(Rule { r#type: "T", path, when, raises: Raises::Exposure, says: "" }));
        let before = before.map(holding);
        let found = rule.broken(before.as_ref(), &holding(after));
        assert_eq!(found.is_some(), broken, "{when:?} {path}: {found:?}");
    }

    #[test]
    fn rules_see_what_changes() {
        let none = When::Becomes(&["NONE"]);
        check(none, "Auth", Some(r#"{"Auth": "AWS_IAM"}"#), r#"{"Auth": "none"}"#, true);
        check(none, "Auth", Some(r#"{"Auth": "NONE"}"#), r#"{"Auth": "NONE"}"#, false);
        check(none, "Auth", None, r#"{"Auth": "NONE"}"#, true);
        let leaves = When::Leaves(&["true"]);
        check(leaves, "A.B", Some(r#"{"A": {"B": true}}"#), r#"{"A": {}}"#, true);
        check(leaves, "A.B", Some(r#"{"A": [{"B": "true"}]}"#), r#"{"A": {"B": true}}"#, false);
        check(leaves, "A.B", None, r#"{"A": {"B": false}}"#, false);
        check(When::Falls, "Days", Some(r#"{"Days": 14}"#), r#"{"Days": "7d"}"#, true);
        check(When::Falls, "Days", Some(r#"{"Days": 14}"#), r#"{"Days": 30}"#, false);
        check(When::Falls, "Days", Some(r#"{"Days": 14}"#), "{}", true);
        let scale = When::FallsIn(&["TLS1_0", "TLS1_2"]);
        check(scale, "Tls", Some(r#"{"Tls": "TLS1_2"}"#), r#"{"Tls": "TLS1_0"}"#, true);
        let open = When::Becomes(&["*"]);
        check(open, "Origins.*", Some(r#"{"Origins": ["a"]}"#), r#"{"Origins": ["a", "*"]}"#, true);
        check(When::Goes, "Block", Some(r#"{"Block": {"A": true}}"#), "{}", true);
    }
}
