//! Permissions as people read them: those that belong together are one line, and long names are told by what tells them
//! apart. Whatever is left out here stands in the JSON and in the page's details.

use super::document::{Change, Function, Permission, Place, Reason, Source};

/// Permissions that come of one reason and are on one thing.
#[derive(Clone, Debug)]
pub(super) struct Line<'d> {
    /// They, at least one.
    pub rows: Vec<&'d Permission>,
}

/// A need that several functions have in common.
pub(super) struct Common<'d> {
    /// The functions.
    pub functions: Vec<&'d str>,
    /// What it is called: `log`.
    pub verb: &'d str,
    /// What it is for.
    pub why: &'d str,
    /// The permissions, folded.
    pub permissions: String,
    /// On what: `{function}` stands for each function.
    pub on: String,
}

impl<'d> Line<'d> {
    /// The first of them, for what they have in common.
    pub fn head(&self) -> &'d Permission {
        self.rows[0]
    }

    /// On what.
    pub fn on(&self) -> String {
        scope(&self.head().on, &self.head().resource, self.head().kind.as_deref())
    }

    /// The permissions, with what they begin with told once.
    pub fn permissions(&self) -> String {
        let names: Vec<&str> = self.rows.iter().map(|row| row.permission.as_str()).collect();
        folded(&names)
    }

    /// The reasons in the code.
    pub fn calls(&self) -> impl Iterator<Item = &'d Reason> {
        self.head().because.iter().filter(|reason| reason.source == Source::Call)
    }

    /// The reasons in the spec.
    pub fn words(&self) -> impl Iterator<Item = &'d Reason> {
        self.head().because.iter().filter(|reason| reason.source != Source::Call)
    }

    fn joins(&self, row: &Permission) -> bool {
        let head = self.head();
        let key = |row: &'_ Permission| {
            (row.holder.clone(), row.verb.clone(), row.resource.clone(), row.on.clone(), row.condition.clone())
        };
        key(head) == key(row)
            && (head.by_hand, head.assumed, &head.escalation) == (row.by_hand, row.assumed, &row.escalation)
            && head.because == row.because
    }
}

/// Permissions as lines, in the order of their first.
pub(super) fn lines<'d>(rows: impl Iterator<Item = &'d Permission>) -> Vec<Line<'d>> {
    let mut lines: Vec<Line<'d>> = Vec::new();
    for row in rows {
        match lines.iter_mut().find(|line| line.joins(row)) {
            Some(line) => line.rows.push(row),
            None => lines.push(Line { rows: vec![row] }),
        }
    }
    lines
}

/// Changes that differ in their permission alone, in the order of their first.
pub(super) fn grouped<'d>(changes: impl IntoIterator<Item = &'d Change>) -> Vec<(&'d Change, Vec<&'d str>)> {
    let mut all: Vec<(&Change, Vec<&str>)> = Vec::new();
    for change in changes {
        let alike = |known: &Change| Change { permission: change.permission.clone(), ..known.clone() } == *change;
        match all.iter_mut().find(|(known, _)| alike(known)) {
            Some((_, permissions)) => permissions.push(&change.permission),
            None => all.push((change, vec![&change.permission])),
        }
    }
    all
}

/// Whether a permission is somebody else's: of a service that starts the function, or works for it.
pub(super) fn is_others(row: &Permission) -> bool {
    row.holder.is_some()
}

/// Whether a permission is what the platform itself needs, and says nothing about this function.
pub(super) fn is_platform(row: &Permission) -> bool {
    let platform = row.because.iter().all(|reason| reason.source == Source::Platform);
    platform && row.holder.is_none() && !row.by_hand && row.resource.is_empty()
}

/// The platform's needs, told once for all functions that have them.
pub(super) fn common(functions: &[Function]) -> Vec<Common<'_>> {
    let mut all: Vec<Common<'_>> = Vec::new();
    for function in functions {
        for line in lines(function.permissions.iter().filter(|row| is_platform(row))) {
            let own = format!("{}.", function.name);
            let on = match line.on().strip_prefix(&own) {
                Some(rest) => format!("its own {rest}"),
                None => line.on(),
            };
            let (verb, permissions) = (line.head().verb.as_str(), line.permissions());
            match all.iter_mut().find(|one| (one.verb, &one.permissions, &one.on) == (verb, &permissions, &on)) {
                Some(known) => known.functions.push(&function.name),
                None => {
                    let why = line.head().because.first().map(|reason| reason.text.as_str()).unwrap_or_default();
                    all.push(Common { functions: vec![&function.name], verb, why, permissions, on });
                }
            }
        }
    }
    all
}

/// `src/tag.py:19`.
pub(super) fn place(place: &Place) -> String {
    format!("{}:{}", place.file, place.line)
}

/// `handle → … → save`.
pub(super) fn chain(steps: &[String]) -> String {
    match steps {
        [first, _, _, .., last] => format!("{first} → … → {last}"),
        steps => steps.join(" → "),
    }
}

/// What something is granted on, by what tells it apart: a resource of the spec is its name and what follows it.
pub(super) fn scope(on: &str, resource: &str, kind: Option<&str>) -> String {
    if let Some((address, rest)) = reference(on).or_else(|| reference(last_part(on))) {
        let own = kind.is_some_and(|kind| address == format!("{resource}.{kind}"));
        return if own { format!("{resource}{rest}") } else { format!("{address}{rest}") };
    }
    if on.contains("://") {
        return on.to_owned();
    }
    let name = after_colons(on);
    if !resource.is_empty()
        && let Some(rest) = after_name(name, resource)
    {
        return format!("{resource}{rest}");
    }
    let name = without_calls(name);
    let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [.., before, last] if name.chars().count() > LONG => format!("…{before}/{last}"),
        _ => name,
    }
}

/// A name that is longer than this is told by its end.
const LONG: usize = 36;

/// A name without what a template computes inside of it: `late{uniqueString(…)}` is `late{…}`.
fn without_calls(name: &str) -> String {
    let mut out = String::new();
    let (mut depth, mut group) = (0_u32, String::new());
    for letter in name.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        group.push(letter);
        if depth == 0 {
            out.push_str(if group.contains('(') { "{…}" } else { &group });
            group.clear();
        }
    }
    out + &group
}

/// What follows the last slash that has a brace behind it: the name in `arn:{partition}:ssm:…:parameter/{limit.parameter.Ref}`.
fn last_part(on: &str) -> &str {
    on.rfind("/{").map_or("", |at| &on[at + 1..])
}

/// What follows the last colon that stands outside of braces.
fn after_colons(on: &str) -> &str {
    let (mut depth, mut from) = (0_u32, 0);
    for (at, letter) in on.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => from = at + 1,
            _ => {}
        }
    }
    &on[from..]
}

/// `{shows.table.Arn}/index/by-date` is the address `shows.table` and the rest; of several references the last counts,
/// because the others are what it lies in.
fn reference(on: &str) -> Option<(String, String)> {
    let start = on.starts_with('{').then(|| on.rfind('{')).flatten()?;
    let end = start + on[start..].find('}')?;
    let (address, _) = on[start + 1..end].rsplit_once('.')?;
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-' || letter == '.';
    address.chars().all(plain).then(|| (address.to_owned(), on[end + 1..].to_owned()))
}

/// What follows a name that was made of a resource's: `podcast-aws-uploads-{account}-eu-west-1-an/in/*`.
fn after_name<'n>(name: &'n str, resource: &str) -> Option<&'n str> {
    let mut from = 0;
    for part in name.split('/') {
        let whole = part == resource || part.ends_with(&format!("-{resource}"));
        if whole || part.contains(&format!("-{resource}-")) {
            return Some(&name[from + part.len()..]);
        }
        from += part.len() + 1;
    }
    None
}

/// Permissions with what they begin with told once: `sqs:ReceiveMessage, DeleteMessage`.
pub(super) fn folded(permissions: &[&str]) -> String {
    let Some(first) = permissions.first() else { return String::new() };
    let mut common = first.rfind(['/', ':', '.']).map_or(0, |at| at + 1);
    for other in permissions {
        while common > 0 && !other.starts_with(&first[..common]) {
            common = first[..common - 1].rfind(['/', ':', '.']).map_or(0, |at| at + 1);
        }
    }
    let rest = permissions.iter().skip(1).map(|one| if common > 0 { one[common..].to_owned() } else { short(one) });
    std::iter::once(short(first)).chain(rest).collect::<Vec<_>>().join(", ")
}

/// A permission without the middle of a long way: `Microsoft.Storage/…/blobs/read`.
pub(super) fn short(permission: &str) -> String {
    let parts: Vec<&str> = permission.split('/').collect();
    let tail = match parts.last() {
        Some(&"action" | &"write") if parts.len() > 4 => 3,
        _ => 2,
    };
    if !permission.starts_with("Microsoft.") || parts.len() <= tail + 1 {
        return permission.to_owned();
    }
    format!("{}/…/{}", parts[0], parts[parts.len() - tail..].join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_granted_on_is_told_by_what_tells_it_apart() {
        let check = |on: &str, resource: &str, expected: &str| {
            let kind = match resource {
                "shows" => Some("table"),
                "publish" => Some("queue"),
                "limit" => Some("parameter"),
                _ => None,
            };
            assert_eq!(scope(on, resource, kind), expected, "{on}");
        };
        check("{shows.table.Arn}/index/by-date", "shows", "shows/index/by-date");
        check("{publish.dead-letter.name}", "publish", "publish.dead-letter");
        check("{publish.dead-letter.queue.name}", "publish", "publish.dead-letter.queue");
        check("{tag.logs.Arn}", "", "tag.logs");
        check("arn:{partition}:s3:::podcast-aws-uploads-{account}-eu-west-1-an/in/*", "uploads", "uploads/in/*");
        check("projects/acme/databases/podcast-gcp-shows", "shows", "shows");
        check("projects/_/buckets/podcast-gcp-uploads-vlbf2s", "uploads", "uploads");
        check("projects/acme/locations/europe-west1/services/podcast-gcp-tag", "uploads", "…services/podcast-gcp-tag");
        check("{app.cosmos.id}/dbs/{app.database.name}/colls/{shows.table.name}", "shows", "shows");
        check("arn:{partition}:lambda:{region}:{account}:function:podcast-aws-tag", "uploads", "podcast-aws-tag");
        check("arn:{AWS::Partition}:s3:::podcast-aws-uploads-{AWS::AccountId}-an/*", "uploads", "uploads/*");
        let account = "{resourceGroup().id}/providers/Microsoft.Storage/storageAccounts";
        check(
            &format!("{account}/late{{uniqueString({{resourceGroup().id}}, x/late.host)}}"),
            "",
            "…storageAccounts/late{…}",
        );
        let parameter = "arn:{partition}:ssm:{region}:{account}:parameter/{limit.parameter.Ref}";
        check(parameter, "limit", "limit");
        check("{TakeApi}/POST /jobs", "", "{TakeApi}/POST /jobs");
        check("*", "", "*");
        check("projects/acme", "", "projects/acme");
    }

    #[test]
    fn permissions_are_folded() {
        let check = |permissions: &[&str], expected: &str| assert_eq!(folded(permissions), expected);
        check(&["sqs:ReceiveMessage", "sqs:DeleteMessage"], "sqs:ReceiveMessage, DeleteMessage");
        check(&["a.b.get", "a.b.list"], "a.b.get, list");
        check(&["a.b.get", "a.c.list"], "a.b.get, c.list");
        check(&["logs:Put", "sqs:Send"], "logs:Put, sqs:Send");
        let blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";
        check(
            &[&format!("{blobs}/read"), &format!("{blobs}/add/action")],
            "Microsoft.Storage/…/blobs/read, add/action",
        );
        check(&["Microsoft.Insights/Telemetry/Write"], "Microsoft.Insights/Telemetry/Write");
        check(&[], "");
    }

    #[test]
    fn long_chains_are_cut_in_the_middle() {
        let steps = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(chain(&steps("a b c d")), "a → … → d");
        assert_eq!(chain(&steps("a b")), "a → b");
    }
}
