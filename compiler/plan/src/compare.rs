//! Two bodies of one resource compared: what differs, where, and what only looks as if it did.
//!
//! Maps are compared by their names, lists by what their order and identity mean, texts that hold JSON by that. What means
//! the same to the provider is no difference; the rule by which it is none is kept, so that it can be shown.

use portolan_behaviour::{ListKind, Property, Step, Type};
use portolan_secrecy::looks_secret;
use portolan_target::{Stakes, Written};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::HashMap;
use std::fmt::Write;

/// Something that differs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Difference {
    /// The way to it.
    pub path: Vec<Way>,
    /// What it was; none where it was not there.
    pub before: Option<Written>,
    /// What it will be; none where it goes.
    pub after: Option<Written>,
}

/// Something that is written in another way and means the same.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Same {
    /// The way to it.
    pub path: Vec<Way>,
    /// The rule by which it is the same.
    pub rule: &'static str,
    /// What it was; none where it was not there, or where only the order is another one.
    pub before: Option<Written>,
    /// What it is.
    pub after: Option<Written>,
}

/// A step on the way to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// A property.
    Name(String),
    /// An item of a list, by what tells it from the others.
    Item(String),
    /// From a text into the JSON that it holds.
    Inside,
}

/// `GlobalSecondaryIndexes[by-date].Projection`.
pub(crate) fn path(way: &[Way]) -> String {
    let mut path = String::new();
    for step in way {
        match step {
            Way::Name(name) if path.is_empty() => path.push_str(name),
            // Writing to a string cannot fail.
            Way::Name(name) => drop(write!(path, ".{name}")),
            Way::Item(item) => drop(write!(path, "[{item}]")),
            Way::Inside => {}
        }
    }
    path
}

/// The same for the tables of behaviour, which know a text and not what it holds.
pub(crate) fn steps(way: &[Way]) -> Vec<Step<'_>> {
    way.iter().map_while(Way::step).collect()
}

/// The way to the text in which a value stands as JSON; none where it stands by itself.
pub(crate) fn holder(way: &[Way]) -> Option<&[Way]> {
    way.iter().position(|step| *step == Way::Inside).map(|at| &way[..at])
}

impl Way {
    fn step(&self) -> Option<Step<'_>> {
        match self {
            Self::Name(name) => Some(Step::Name(name)),
            Self::Item(_) => Some(Step::Element),
            Self::Inside => None,
        }
    }
}

/// What two bodies of a type differ in.
pub(crate) struct Comparison<'a> {
    /// What is known of the type; none of a type that nobody knows.
    pub r#type: Option<&'a Type>,
    /// What the back end knows of its types.
    pub stakes: &'a Stakes,
    /// What differs, in the order of the older body.
    pub differences: Vec<Difference>,
    /// What only looks as if it did.
    pub same: Vec<Same>,
}

/// Names that tell an item of a list from its fellows, where nobody says by which it is told.
const TELLING: [&str; 7] = ["Sid", "Name", "name", "Id", "id", "Key", "key"];

/// More items than this are compared place by place: putting them beside each other would take too long.
const MANY: usize = 4096;

impl<'a> Comparison<'a> {
    /// A comparison in which nothing was found yet.
    pub fn new(r#type: Option<&'a Type>, stakes: &'a Stakes) -> Self {
        Self { r#type, stakes, differences: Vec::new(), same: Vec::new() }
    }

    /// Compares two values, each there or not.
    pub fn values(&mut self, way: &mut Vec<Way>, before: Option<&Written>, after: Option<&Written>) {
        match (before, after) {
            (Some(before), Some(after)) if before == after => {}
            (Some(before), Some(after)) => self.both(way, before, after),
            (Some(one), None) | (None, Some(one)) => match self.said_anyway(way, one) {
                Some(rule) => self.note(way, rule, before, after),
                None => self.differ(way, before, after),
            },
            (None, None) => {}
        }
    }

    /// Why a value says nothing that does not hold without it.
    fn said_anyway(&self, way: &[Way], value: &Written) -> Option<&'static str> {
        if matches!(value, Written::Null) || is_empty(value) {
            return Some("nothing-said");
        }
        let default = self.property(way)?.default?;
        (canonical(&Written::from(&default)) == canonical(value)).then_some("default")
    }

    fn both(&mut self, way: &mut Vec<Way>, before: &Written, after: &Written) {
        match (before, after) {
            (Written::Map(old), Written::Map(new)) => self.maps(way, old, new),
            (Written::List(old), Written::List(new)) => self.lists(way, old, new),
            (Written::List(old), one) | (one, Written::List(old)) if matches!(old.as_slice(), [only] if canonical(only) == canonical(one)) =>
            {
                self.note(way, "one-or-a-list-of-one", Some(before), Some(after));
            }
            (Written::List(_), Written::Map(_)) | (Written::Map(_), Written::List(_)) => {
                self.lists(way, before.items(), after.items());
            }
            (Written::List(_), _) | (_, Written::List(_)) if self.has_no_order(way) => {
                self.lists(way, before.items(), after.items());
            }
            _ => self.scalars(way, before, after),
        }
    }

    fn maps(&mut self, way: &mut Vec<Way>, old: &[(String, Written)], new: &[(String, Written)]) {
        let find = |entries: &'_ [(String, Written)], name: &str| entries.iter().position(|(key, _)| key == name);
        for (name, before) in old {
            way.push(Way::Name(name.clone()));
            let after = find(new, name).map(|at| &new[at].1);
            self.values(way, Some(before), after);
            way.pop();
        }
        for (name, after) in new.iter().filter(|(name, _)| find(old, name).is_none()) {
            way.push(Way::Name(name.clone()));
            self.values(way, None, Some(after));
            way.pop();
        }
    }

    fn lists(&mut self, way: &mut Vec<Way>, old: &[Written], new: &[Written]) {
        let kind = self.property(way).and_then(|property| property.list);
        let kind = if self.has_no_order(way) { Some(ListKind::Set) } else { kind };
        match kind {
            Some(ListKind::KeyedBy(key)) => match (keys(old, key), keys(new, key)) {
                (Some(before), Some(after)) => self.keyed(way, (old, &before), (new, &after)),
                _ => self.set(way, old, new),
            },
            Some(ListKind::Set) => self.set(way, old, new),
            Some(ListKind::Ordered) | None => self.ordered(way, old, new),
        }
    }

    /// Items with names of their own.
    fn keyed(&mut self, way: &mut Vec<Way>, old: (&[Written], &[String]), new: (&[Written], &[String])) {
        if old.1 != new.1 && sorted(old.1) == sorted(new.1) {
            self.note(way, "order-of-a-set", None, None);
        }
        let places: HashMap<&str, usize> = new.1.iter().map(String::as_str).zip(0..).collect();
        for (item, key) in old.0.iter().zip(old.1) {
            self.item(way, key, Some(item), places.get(key.as_str()).map(|at| &new.0[*at]));
        }
        let known: HashMap<&str, usize> = old.1.iter().map(String::as_str).zip(0..).collect();
        for (item, key) in new.0.iter().zip(new.1).filter(|(_, key)| !known.contains_key(key.as_str())) {
            self.item(way, key, None, Some(item));
        }
    }

    fn item(&mut self, way: &mut Vec<Way>, called: &str, before: Option<&Written>, after: Option<&Written>) {
        way.push(Way::Item(called.to_owned()));
        self.values(way, before, after);
        way.pop();
    }

    /// Items whose order means nothing: those that both have fall away; of the rest, those that are most alike are one.
    fn set(&mut self, way: &mut Vec<Way>, old: &[Written], new: &[Written]) {
        let mut left: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, item) in new.iter().enumerate().rev() {
            left.entry(canonical(item)).or_default().push(at);
        }
        let gone: Vec<&Written> =
            old.iter().filter(|item| left.get_mut(&canonical(item)).and_then(Vec::pop).is_none()).collect();
        let mut came: Vec<usize> = left.into_values().flatten().collect();
        came.sort_unstable();
        if gone.is_empty() && came.is_empty() {
            return self.note(way, "order-of-a-set", None, None);
        }
        let mut came: Vec<&Written> = came.into_iter().map(|at| &new[at]).collect();
        for (at, item) in gone.into_iter().enumerate() {
            let alike = came.iter().position(|other| is_alike(item, other));
            let after = alike.map(|at| came.remove(at));
            self.item(way, &called(item, at), Some(item), after);
        }
        for (at, item) in came.into_iter().enumerate() {
            self.item(way, &called(item, at), None, Some(item));
        }
    }

    /// Items whose order means something.
    fn ordered(&mut self, way: &mut Vec<Way>, old: &[Written], new: &[Written]) {
        if old.len() == new.len() || old.len().max(new.len()) > MANY {
            for at in 0..old.len().max(new.len()) {
                self.item(way, &at.to_string(), old.get(at), new.get(at));
            }
            return;
        }
        let spelled = |items: &[Written]| items.iter().map(canonical).collect::<Vec<_>>();
        for change in capture_diff_slices(Algorithm::Myers, &spelled(old), &spelled(new)) {
            if let DiffOp::Equal { .. } = change {
                continue;
            }
            let (before, after) = (change.old_range(), change.new_range());
            for step in 0..before.len().max(after.len()) {
                let (old_at, new_at) = (before.start + step, after.start + step);
                let one = (step < before.len()).then(|| &old[old_at]);
                let other = (step < after.len()).then(|| &new[new_at]);
                let at = if other.is_some() { new_at } else { old_at };
                self.item(way, &at.to_string(), one, other);
            }
        }
    }

    fn scalars(&mut self, way: &mut Vec<Way>, before: &Written, after: &Written) {
        let (Some(old), Some(new)) = (before.scalar(), after.scalar()) else {
            return self.differ(way, Some(before), Some(after));
        };
        if old == new || is_same_number(&old, &new) {
            return self.note(way, "number-as-text", Some(before), Some(after));
        }
        if let (Some(inner_before), Some(inner_after)) = (inside(&old), inside(&new)) {
            let found = self.differences.len();
            way.push(Way::Inside);
            self.values(way, Some(&inner_before), Some(&inner_after));
            way.pop();
            if self.differences.len() == found {
                self.note(way, "json-in-a-text", Some(before), Some(after));
            }
            return;
        }
        let name = way.iter().rev().find_map(|step| match step {
            Way::Name(name) => Some(name.as_str()),
            Way::Item(_) | Way::Inside => None,
        });
        match (self.stakes.same)(name.unwrap_or_default(), &old, &new) {
            Some(rule) => self.note(way, rule, Some(before), Some(after)),
            None => self.differ(way, Some(before), Some(after)),
        }
    }

    fn property(&self, way: &[Way]) -> Option<Property> {
        let known = self.r#type.filter(|_| holder(way).is_none())?;
        Some(known.property(&steps(way)))
    }

    /// Whether a list has no order wherever it stands.
    fn has_no_order(&self, way: &[Way]) -> bool {
        matches!(way.last(), Some(Way::Name(name)) if self.stakes.unordered.contains(&name.as_str()))
    }

    fn differ(&mut self, way: &[Way], before: Option<&Written>, after: Option<&Written>) {
        self.differences.push(Difference { path: way.to_vec(), before: before.cloned(), after: after.cloned() });
    }

    fn note(&mut self, way: &[Way], rule: &'static str, before: Option<&Written>, after: Option<&Written>) {
        self.same.push(Same { path: way.to_vec(), rule, before: before.cloned(), after: after.cloned() });
    }
}

fn is_empty(value: &Written) -> bool {
    match value {
        Written::List(items) => items.is_empty(),
        Written::Map(entries) => entries.is_empty(),
        _ => false,
    }
}

/// The names of a list's items; none where one has none, or two have the same.
fn keys(items: &[Written], key: &str) -> Option<Vec<String>> {
    let names: Vec<String> = items.iter().map(|item| item.get(key)?.scalar()).collect::<Option<_>>()?;
    let distinct = sorted(&names).windows(2).all(|two| two[0] != two[1]);
    distinct.then_some(names)
}

fn sorted(names: &[String]) -> Vec<&str> {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// What an item is told by: a name in it, else itself where it is short, else its place.
fn called(item: &Written, at: usize) -> String {
    let name = TELLING.iter().find_map(|key| item.get(key)?.scalar());
    let whole = || item.scalar().filter(|text| text.len() <= 80 && !text.contains('\n'));
    name.or_else(whole).filter(|name| !looks_secret(name)).unwrap_or_else(|| at.to_string())
}

/// Whether two items of a set are one that changed: maps that have half of their entries in common.
fn is_alike(one: &Written, other: &Written) -> bool {
    let (Written::Map(old), Written::Map(new)) = (one, other) else { return false };
    let common =
        old.iter().filter(|(key, value)| other.get(key).is_some_and(|found| canonical(found) == canonical(value)));
    common.count() * 2 >= old.len().max(new.len())
}

/// One spelling of a value: names in order, numbers and truth as texts.
pub(crate) fn canonical(value: &Written) -> String {
    let mut out = String::new();
    spell(value, &mut out);
    out
}

fn spell(value: &Written, out: &mut String) {
    match value {
        Written::List(items) => {
            out.push('[');
            for item in items {
                spell(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Written::Map(entries) => {
            let mut entries: Vec<&(String, Written)> = entries.iter().collect();
            entries.sort_by(|one, other| one.0.cmp(&other.0));
            out.push('{');
            for (key, value) in entries {
                // Writing to a string cannot fail.
                let _ = write!(out, "{key:?}:");
                spell(value, out);
                out.push(',');
            }
            out.push('}');
        }
        scalar => drop(write!(out, "{:?}", scalar.scalar().unwrap_or_default())),
    }
}

/// One spelling of a value of a type in which what has no order is sorted.
pub(crate) fn settled(value: &Written, way: &mut Vec<Way>, r#type: Option<&Type>, stakes: &Stakes) -> Written {
    match value {
        Written::Map(entries) => {
            let mut entries: Vec<(String, Written)> = entries
                .iter()
                .map(|(key, value)| {
                    way.push(Way::Name(key.clone()));
                    let value = settled(value, way, r#type, stakes);
                    way.pop();
                    (key.clone(), value)
                })
                .collect();
            entries.sort_by(|one, other| one.0.cmp(&other.0));
            Written::Map(entries)
        }
        Written::List(items) => {
            let has_no_order = matches!(way.last(), Some(Way::Name(name)) if stakes.unordered.contains(&name.as_str()))
                || r#type
                    .and_then(|known| known.property(&steps(way)).list)
                    .is_some_and(|kind| kind != ListKind::Ordered);
            way.push(Way::Item(String::new()));
            let mut items: Vec<Written> = items.iter().map(|item| settled(item, way, r#type, stakes)).collect();
            way.pop();
            if has_no_order {
                items.sort();
            }
            Written::List(items)
        }
        scalar => scalar.clone(),
    }
}

fn is_same_number(one: &str, other: &str) -> bool {
    let number =
        |text: &str| text.parse::<f64>().ok().filter(|_| text.starts_with(|c: char| c.is_ascii_digit() || c == '-'));
    let whole = |text: &str| !text.starts_with('0') || text.len() == 1 || text.starts_with("0.");
    match (number(one), number(other)) {
        (Some(old), Some(new)) => old == new && whole(one) && whole(other),
        _ => one.eq_ignore_ascii_case(other) && matches!(one.to_ascii_lowercase().as_str(), "true" | "false"),
    }
}

/// The JSON that a text holds; none where it holds something else.
fn inside(text: &str) -> Option<Written> {
    let text = text.trim();
    if !(text.starts_with('{') && text.ends_with('}') || text.starts_with('[') && text.ends_with(']')) {
        return None;
    }
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    Some(Written::from(&json))
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_behaviour::table;
    use portolan_value::Format;

    fn compared(r#type: &str, before: &str, after: &str) -> Comparison<'static> {
        let json = |text: &str| Written::from(&serde_json::from_str::<serde_json::Value>(text).unwrap_or_default());
        let mut comparison = Comparison::new(table(Format::Aws).find(r#type), &crate::testing::STAKES);
        comparison.values(&mut Vec::new(), Some(&json(before)), Some(&json(after)));
        comparison
    }

    fn check(r#type: &str, before: &str, after: &str, differences: &[&str], same: &[&str]) {
        let found = compared(r#type, before, after);
        let told = |value: &Option<Written>| value.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        let told = |one: &Difference| format!("{}: {} → {}", path(&one.path), told(&one.before), told(&one.after));
        assert_eq!(found.differences.iter().map(told).collect::<Vec<_>>(), differences);
        let told = |one: &Same| format!("{}: {}", path(&one.path), one.rule);
        assert_eq!(found.same.iter().map(told).collect::<Vec<_>>(), same);
    }

    #[test]
    fn what_means_the_same_is_no_difference() {
        check("AWS::Lambda::Function", r#"{"Timeout": 60}"#, r#"{"Timeout": "60"}"#, &[], &["Timeout: number-as-text"]);
        check("AWS::Lambda::Function", r#"{"A": true}"#, r#"{"A": "True"}"#, &[], &["A: number-as-text"]);
        check("AWS::Lambda::Function", r#"{"A": "012"}"#, r#"{"A": "12"}"#, &["A: 012 → 12"], &[]);
        check("AWS::Lambda::Function", r#"{"Layers": []}"#, "{}", &[], &["Layers: nothing-said"]);
        check("X", r#"{"P": "{\"a\": 1, \"b\": 2}"}"#, r#"{"P": "{\"b\":2,\"a\":1}"}"#, &[], &["P: json-in-a-text"]);
        check("X", r#"{"P": "{\"a\": 1}"}"#, r#"{"P": "{\"a\": 2}"}"#, &["P.a: 1 → 2"], &[]);
    }

    #[test]
    fn lists_differ_by_what_they_mean() {
        let tags = |one: &str, other: &str| {
            format!(r#"{{"Tags": [{{"Key": "{one}", "Value": "1"}}, {{"Key": "{other}", "Value": "1"}}]}}"#)
        };
        check("AWS::S3::Bucket", &tags("a", "b"), &tags("b", "a"), &[], &["Tags: order-of-a-set"]);
        check(
            "AWS::S3::Bucket",
            r#"{"Tags": [{"Key": "a", "Value": "1"}]}"#,
            r#"{"Tags": [{"Key": "b", "Value": "1"}, {"Key": "a", "Value": "2"}]}"#,
            &["Tags[a].Value: 1 → 2", "Tags[b]: - → {Key: b, Value: 1}"],
            &[],
        );
        let statements = |inside: &str| format!(r#"{{"D": {{"Statement": [{inside}]}}}}"#);
        let get = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#;
        let put = r#"{"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": "*"}"#;
        check(
            "X",
            &statements(&format!("{get}, {put}")),
            &statements(&format!("{put}, {get}")),
            &[],
            &["D.Statement: order-of-a-set"],
        );
        check(
            "X",
            &statements(get),
            &statements(&get.replace("\"s3:GetObject\"", "[\"s3:GetObject\"]")),
            &[],
            &["D.Statement[0].Action: one-or-a-list-of-one"],
        );
        check("X", r#"{"L": ["a", "b"]}"#, r#"{"L": ["x", "a", "b"]}"#, &["L[0]: - → x"], &[]);
        check("X", r#"{"L": ["a", "b"]}"#, r#"{"L": ["b", "a"]}"#, &["L[0]: a → b", "L[1]: b → a"], &[]);
    }
}
