//! Roles and bindings of Terraform JSON, of ours or of any other.
//!
//! Expressions are not evaluated: a reference to a resource of the template is its full name where its form is known,
//! everything else stands for itself, as it is written.

use crate::permissions::{Bound, Reader};
use portolan_policy::{Pattern, Piece};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// References that lead to references are followed this far.
const DEPTH: usize = 16;

/// A template whose resources can be looked up.
#[derive(Debug)]
pub struct Reading {
    template: Json,
}

/// The full name of a type's resources: what stands around its project and place, and the property with its own name
/// (the resource names of each API's reference).
struct Named {
    r#type: &'static str,
    located: bool,
    before: &'static str,
    property: &'static str,
}

const NAMED: [Named; 10] = [
    named("google_pubsub_topic", false, "topics/", "name"),
    named("google_pubsub_subscription", false, "subscriptions/", "name"),
    named("google_secret_manager_secret", false, "secrets/", "secret_id"),
    named("google_project_iam_custom_role", false, "roles/", "role_id"),
    named("google_artifact_registry_repository", true, "repositories/", "repository_id"),
    named("google_cloudfunctions2_function", true, "functions/", "name"),
    named("google_cloudfunctions_function", true, "functions/", "name"),
    named("google_cloud_run_v2_service", true, "services/", "name"),
    named("google_cloud_run_service", true, "services/", "name"),
    named("google_service_account", false, "serviceAccounts/", "account_id"),
];

const fn named(r#type: &'static str, located: bool, before: &'static str, property: &'static str) -> Named {
    Named { r#type, located, before, property }
}

/// What the resources of a binding say it is on: the property, by the type without `_iam_…`.
const ON: [(&str, &str); 11] = [
    ("google_pubsub_topic", "topic"),
    ("google_pubsub_subscription", "subscription"),
    ("google_secret_manager_secret", "secret_id"),
    ("google_artifact_registry_repository", "repository"),
    ("google_cloudfunctions2_function", "cloud_function"),
    ("google_cloudfunctions_function", "cloud_function"),
    ("google_cloud_run_v2_service", "name"),
    ("google_cloud_run_service", "service"),
    ("google_service_account", "service_account_id"),
    ("google_storage_bucket", "bucket"),
    ("google_project", "project"),
];

impl Reading {
    /// Reads a template. What is no template has no resources.
    pub fn new(template: &str) -> Self {
        Self { template: serde_json::from_str(template).unwrap_or_default() }
    }

    fn section(&self, name: &str) -> Vec<&Map<String, Json>> {
        self.template.get(name).map(items).unwrap_or_default().iter().filter_map(Json::as_object).collect()
    }

    /// Every resource: type, name and body.
    fn made(&self) -> impl Iterator<Item = (&str, &str, &Json)> {
        let types = self.section("resource").into_iter().flat_map(Map::iter);
        types.flat_map(|(r#type, group)| {
            let named = items(group).iter().filter_map(Json::as_object).flat_map(Map::iter);
            named.flat_map(move |(name, body)| {
                items(body).iter().map(move |body| (r#type.as_str(), name.as_str(), body))
            })
        })
    }

    fn find(&self, section: &str, r#type: &str, name: &str) -> Option<&Json> {
        let groups = self.section(section).into_iter().filter_map(|types| types.get(r#type)).flat_map(items);
        groups.filter_map(|group| group.get(name)).flat_map(items).next()
    }

    /// The project that a resource is in: its own, else the provider's.
    fn project(&self, body: &Json, depth: usize) -> Pattern {
        let provider = || self.template.get("provider")?.get("google").map(items)?.first()?.get("project");
        match body.get("project").or_else(provider).and_then(Json::as_str) {
            Some(project) => self.template_text(project, depth),
            None => Pattern::atom("project"),
        }
    }

    fn located(&self, body: &Json, depth: usize) -> Pattern {
        let provider = || self.template.get("provider")?.get("google").map(items)?.first()?.get("region");
        match body.get("location").or_else(|| body.get("region")).or_else(provider).and_then(Json::as_str) {
            Some(place) => self.template_text(place, depth),
            None => Pattern::atom("region"),
        }
    }

    fn property(&self, body: &Json, name: &str, depth: usize) -> Pattern {
        match body.get(name) {
            Some(Json::String(text)) => self.template_text(text, depth),
            Some(other) => Pattern::atom(&other.to_string()),
            None => Pattern::default(),
        }
    }

    /// A string of Terraform JSON: texts and `${…}`; `$${` and `%%{` are literal.
    fn template_text(&self, text: &str, depth: usize) -> Pattern {
        let mut pattern = Pattern::default();
        let mut rest = text;
        while let Some(at) = rest.find(['$', '%']) {
            pattern.push_text(&rest[..at]);
            rest = &rest[at..];
            if let Some(after) = rest.strip_prefix("$${").or_else(|| rest.strip_prefix("%%{")) {
                pattern.push_text(&rest[1..3]);
                rest = after;
            } else if let Some((inside, after)) = rest.strip_prefix("${").and_then(expression) {
                pattern.append(&self.expression(inside.trim(), depth + 1));
                rest = after;
            } else {
                pattern.push_text(&rest[..1]);
                rest = &rest[1..];
            }
        }
        pattern.push_text(rest);
        pattern
    }

    /// An expression: a text in quotes, a reference, or something that stands for itself.
    fn expression(&self, inside: &str, depth: usize) -> Pattern {
        let atom = || Pattern::atom(inside);
        if depth > DEPTH {
            return atom();
        }
        if let Some(text) = quoted(inside) {
            return self.template_text(&text, depth);
        }
        let steps: Vec<&str> = inside.split('.').collect();
        match steps.as_slice() {
            ["local", name] => match self.section("locals").into_iter().find_map(|locals| locals.get(*name)) {
                Some(Json::String(text)) => self.template_text(text, depth),
                _ => atom(),
            },
            [r#type, name, attribute] => self.attribute(r#type, name, attribute, depth).unwrap_or_else(atom),
            _ => atom(),
        }
    }

    /// An attribute of a resource of the template, where its form is known.
    fn attribute(&self, r#type: &str, name: &str, attribute: &str, depth: usize) -> Option<Pattern> {
        let body = self.find("resource", r#type, name)?;
        match (r#type, attribute) {
            ("google_service_account", "member") => Some(
                Pattern::literal("serviceAccount:")
                    .tap(&Pattern::atom(&format!("{type}.{name}.email", r#type = r#type))),
            ),
            ("google_service_account", _) => None,
            ("google_project_iam_custom_role", "id" | "name") => self.whole(r#type, body, depth),
            ("google_artifact_registry_repository", "name") => Some(self.property(body, "repository_id", depth)),
            ("google_storage_bucket", "id" | "name") => Some(self.property(body, "name", depth)),
            (_, "id") => self.whole(r#type, body, depth),
            (_, "name") if body.get("name").is_some() => Some(self.property(body, "name", depth)),
            _ => None,
        }
    }

    /// The full name of a resource of the template.
    fn whole(&self, r#type: &str, body: &Json, depth: usize) -> Option<Pattern> {
        let form = NAMED.iter().find(|form| form.r#type == r#type)?;
        Some(self.full(form, &self.property(body, form.property, depth), body, depth))
    }

    fn full(&self, form: &Named, own: &Pattern, body: &Json, depth: usize) -> Pattern {
        if starts(own, "projects/") {
            return own.clone();
        }
        let mut full = Pattern::literal("projects/").tap(&self.project(body, depth)).then("/");
        if form.located {
            full = full.then("locations/").tap(&self.located(body, depth)).then("/");
        }
        full.then(form.before).tap(own)
    }

    /// What a binding is on; none where it is the whole organisation or a folder.
    fn scope(&self, r#type: &str, body: &Json) -> Option<Pattern> {
        let Some((_, property)) = ON.iter().find(|(known, _)| *known == r#type) else {
            let whole = matches!(r#type, "google_organization" | "google_folder" | "google_billing_account");
            return (!whole).then(|| Pattern::atom(&described(r#type, body)));
        };
        let own = match (body.get(*property), r#type) {
            (None, "google_project") => self.project(body, 0),
            _ => self.property(body, property, 0),
        };
        let prefixed =
            |before: &str| if starts(&own, before) { own.clone() } else { Pattern::literal(before).tap(&own) };
        Some(match r#type {
            "google_project" => prefixed("projects/"),
            "google_storage_bucket" => match own.as_text().and_then(|text| text.strip_prefix("b/")) {
                Some(name) => Pattern::literal("projects/_/buckets/").then(name),
                None => prefixed("projects/_/buckets/"),
            },
            _ => match NAMED.iter().find(|form| form.r#type == r#type) {
                Some(form) => self.full(form, &own, body, 0),
                None => own,
            },
        })
    }

    /// The bindings of a resource: one member, several, or a whole policy.
    fn bound(&self, r#type: &str, name: &str, body: &Json) -> Vec<Bound> {
        let Some((on, how)) = ["_iam_member", "_iam_binding", "_iam_policy"]
            .into_iter()
            .find_map(|how| Some((r#type.strip_suffix(how)?, how)))
        else {
            return Vec::new();
        };
        let origin = format!("{type}.{name}", r#type = r#type);
        let scope = self.scope(on, body);
        match how {
            "_iam_policy" => {
                let data = body.get("policy_data").and_then(Json::as_str).unwrap_or_default();
                let bindings = self.policy_data(data);
                bindings.iter().flat_map(|binding| self.members(&scope, binding, &origin)).collect()
            }
            _ => self.members(&scope, body, &origin),
        }
    }

    /// The bindings of a `google_iam_policy`.
    fn policy_data(&self, reference: &str) -> Vec<&Json> {
        let inside = reference.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
        let steps: Vec<&str> = inside.trim().split('.').collect();
        let ["data", "google_iam_policy", name, "policy_data"] = steps.as_slice() else { return Vec::new() };
        let data = self.find("data", "google_iam_policy", name);
        data.and_then(|data| data.get("binding")).map(items).unwrap_or_default().iter().collect()
    }

    fn members(&self, scope: &Option<Pattern>, body: &Json, origin: &str) -> Vec<Bound> {
        let role = self.property(body, "role", 0);
        let condition = body.get("condition").map(items).unwrap_or_default().first();
        let condition = condition.and_then(|condition| condition.get("expression")).and_then(Json::as_str);
        let condition = condition.map(|expression| self.template_text(expression, 0));
        let members = body.get("member").or_else(|| body.get("members")).map(items).unwrap_or_default();
        let member = |member: &Json| match member {
            Json::String(text) => self.template_text(text, 0),
            other => Pattern::atom(&other.to_string()),
        };
        let bound = |one: &Json| Bound {
            scope: scope.clone(),
            role: role.clone(),
            member: member(one),
            condition: condition.clone(),
            origin: origin.to_owned(),
        };
        members.iter().map(bound).collect()
    }
}

impl Reader for Reading {
    fn roles(&self) -> BTreeMap<Pattern, Vec<String>> {
        let mut roles = BTreeMap::new();
        for (r#type, _, body) in self.made().filter(|(r#type, ..)| *r#type == "google_project_iam_custom_role") {
            let permissions = body.get("permissions").map(items).unwrap_or_default().iter();
            let permissions = permissions.filter_map(Json::as_str).map(str::to_owned).collect();
            roles.extend(self.whole(r#type, body, 0).map(|name| (name, permissions)));
        }
        roles
    }

    fn bindings(&self) -> Vec<Bound> {
        self.made().flat_map(|(r#type, name, body)| self.bound(r#type, name, body)).collect()
    }

    fn text(&self, written: &str) -> Pattern {
        self.template_text(written, 0)
    }

    fn full_name(&self, written: &str) -> Pattern {
        let inside = written.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
        let whole = inside
            .strip_suffix(".name")
            .and_then(|rest| rest.split_once('.'))
            .and_then(|(r#type, name)| self.whole(r#type, self.find("resource", r#type, name)?, 0));
        whole.unwrap_or_else(|| self.text(written))
    }
}

/// Appends and gives back.
trait Tap {
    fn tap(self, other: &Pattern) -> Pattern;
}

impl Tap for Pattern {
    fn tap(mut self, other: &Pattern) -> Pattern {
        self.append(other);
        self
    }
}

/// The items of a list; of anything else itself.
fn items(json: &Json) -> &[Json] {
    match json {
        Json::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

fn starts(pattern: &Pattern, text: &str) -> bool {
    matches!(pattern.pieces().first(), Some(Piece::Text(first)) if first.starts_with(text))
}

/// A binding of a type that is not known, by what it says beside who and which role.
fn described(r#type: &str, body: &Json) -> String {
    let apart = ["role", "member", "members", "condition", "depends_on", "policy_data"];
    let mut said = body.as_object().cloned().unwrap_or_default();
    said.retain(|key, _| !apart.contains(&key.as_str()));
    format!("{type} {}", Json::Object(said), r#type = r#type)
}

/// The inside of an expression, and what follows its brace.
pub(super) fn expression(text: &str) -> Option<(&str, &str)> {
    let (mut depth, mut quoted) = (0_usize, false);
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' if quoted => drop(letters.next()),
            '"' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted && depth == 0 => return Some((&text[..at], &text[at + 1..])),
            '}' if !quoted => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The text of a quoted literal, its escapes read; none where it is something else.
pub(super) fn quoted(inside: &str) -> Option<String> {
    let inner = inside.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::new();
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return None,
            '\\' => match letters.next()? {
                'n' => text.push('\n'),
                'r' => text.push('\r'),
                't' => text.push('\t'),
                other => text.push(other),
            },
            letter => text.push(letter),
        }
    }
    Some(text)
}
