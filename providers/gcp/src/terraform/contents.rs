//! Terraform JSON read back as its resources, of ours or of any other.
//!
//! What stands in `${…}` is a reference where it names a resource of the template and one of its attributes, and else the
//! expression that it is.

use super::permissions::{expression, quoted};
use crate::lower::UNSEEN;
use portolan_target::{Contents, Fate, Holding, Piece, Unseen, Written};
use portolan_value::{Address, Parts};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, HashMap};

/// The keys of a resource that say how Terraform treats it and not what it is (Terraform language, "Meta-Arguments").
const AROUND: [&str; 7] = ["depends_on", "lifecycle", "provider", "count", "for_each", "provisioner", "connection"];

/// What a template holds; of what is no template, nothing.
pub(crate) fn contents(template: &str, parts: &Parts) -> Contents {
    let Ok(template) = serde_json::from_str::<Json>(template) else { return Contents::default() };
    let hidden = template.pointer(&format!("/output/{UNSEEN}/value")).cloned().unwrap_or_default();
    let unseen = serde_json::from_value(plain(hidden)).unwrap_or_default();
    let reading = Reading { template: &template, unseen };
    let output = |(name, output): (&String, &Json)| Some((name.clone(), reading.value(first(output).get("value")?)));
    let outputs = section(&template, "output").into_iter().flat_map(Map::iter);
    let variables = section(&template, "variable").into_iter().flat_map(Map::iter);
    let lowering = template.pointer("/output/portolan_lowering/value").and_then(Json::as_u64);
    Contents {
        lowering,
        holdings: reading.holdings(parts),
        outputs: outputs.filter(|(name, _)| !OURS.contains(&name.as_str())).filter_map(output).collect(),
        parameters: variables.map(|(name, said)| (name.clone(), Written::from(first(said)))).collect(),
    }
}

/// The outputs that say what the template is and not what the deployment has.
const OURS: [&str; 2] = ["portolan_lowering", UNSEEN];

/// Texts as they were before the encoder kept them from being templates.
fn plain(said: Json) -> Json {
    match said {
        Json::String(text) => Json::String(text.replace("$${", "${").replace("%%{", "%{")),
        Json::Object(map) => Json::Object(map.into_iter().map(|(key, value)| (key, plain(value))).collect()),
        other => other,
    }
}

fn section<'t>(template: &'t Json, name: &str) -> Vec<&'t Map<String, Json>> {
    template.get(name).map(items).unwrap_or_default().iter().filter_map(Json::as_object).collect()
}

/// The items of a list; of anything else itself: a block stands alone or in a list (Terraform language, "JSON
/// Configuration Syntax").
fn items(json: &Json) -> &[Json] {
    match json {
        Json::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

fn first(json: &Json) -> &Json {
    items(json).first().unwrap_or(json)
}

struct Reading<'t> {
    template: &'t Json,
    /// What no property tells, by the names of resources.
    unseen: BTreeMap<String, Unseen>,
}

impl Reading<'_> {
    fn holdings(&self, parts: &Parts) -> Vec<Holding> {
        let mut all = Vec::new();
        for (r#type, group) in section(self.template, "resource").into_iter().flat_map(Map::iter) {
            for (name, body) in items(group).iter().filter_map(Json::as_object).flat_map(Map::iter) {
                let Some(said) = first(body).as_object() else { continue };
                all.push(self.holding(r#type, name, said, parts));
            }
        }
        create_first_below(&mut all);
        all
    }

    fn holding(&self, r#type: &str, name: &str, said: &Map<String, Json>, parts: &Parts) -> Holding {
        let half = |around: bool| {
            let entries = said.iter().filter(|(key, _)| AROUND.contains(&key.as_str()) == around);
            Written::Map(entries.map(|(key, value)| (key.clone(), self.beside(key, value))).collect())
        };
        let address = Address::written(&name.replace('_', "."));
        let ours = address.as_str().contains('.') && parts.contains(address.part());
        let (body, around) = (half(false), half(true));
        Holding {
            id: format!("{type}.{name}"),
            address: ours.then_some(address),
            r#type: r#type.to_owned(),
            removed: removed(r#type, &body),
            replaced: replaced(&body, &around),
            unseen: self.unseen.get(name).cloned().unwrap_or_default(),
            create_first: lifecycle(&around, "create_before_destroy").then_some(true),
            body,
            around,
        }
    }

    fn beside(&self, key: &str, value: &Json) -> Written {
        let name = |json: &Json| match json.as_str() {
            Some(id) if self.has(id) => {
                Written::joined([Piece::Reference { id: id.to_owned(), attribute: String::new() }])
            }
            _ => Written::from(json),
        };
        match key {
            "depends_on" => Written::List(items(value).iter().map(name).collect()),
            _ => self.value(value),
        }
    }

    fn has(&self, id: &str) -> bool {
        let Some((r#type, name)) = id.split_once('.') else { return false };
        let groups = section(self.template, "resource").into_iter().filter_map(|types| types.get(r#type));
        groups.flat_map(items).any(|group| group.get(name).is_some())
    }

    fn value(&self, json: &Json) -> Written {
        match json {
            Json::Array(items) => Written::List(items.iter().map(|item| self.value(item)).collect()),
            Json::Object(map) => {
                Written::Map(map.iter().map(|(key, value)| (key.clone(), self.value(value))).collect())
            }
            Json::String(text) => Written::joined(self.pieces(text)),
            scalar => Written::from(scalar),
        }
    }

    /// Texts and `${…}`; `$${` and `%%{` are literal.
    fn pieces(&self, text: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let letters = |text: &str, pieces: &mut Vec<Piece>| pieces.push(Piece::Letters(text.to_owned()));
        let mut rest = text;
        while let Some(at) = rest.find(['$', '%']) {
            letters(&rest[..at], &mut pieces);
            rest = &rest[at..];
            if let Some(after) = rest.strip_prefix("$${").or_else(|| rest.strip_prefix("%%{")) {
                letters(&rest[1..3], &mut pieces);
                rest = after;
            } else if let Some((inside, after)) = rest.strip_prefix("${").and_then(expression) {
                pieces.push(self.expression(inside.trim()));
                rest = after;
            } else {
                letters(&rest[..1], &mut pieces);
                rest = &rest[1..];
            }
        }
        letters(rest, &mut pieces);
        pieces
    }

    fn expression(&self, inside: &str) -> Piece {
        if let Some(text) = quoted(inside) {
            return Piece::Letters(text);
        }
        let mut steps = inside.splitn(3, '.');
        if let (Some(r#type), Some(name), Some(attribute)) = (steps.next(), steps.next(), steps.next()) {
            let id = format!("{type}.{name}");
            let plain = attribute.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.[]\"-".contains(&byte));
            if plain && self.has(&id) {
                return Piece::Reference { id, attribute: attribute.to_owned() };
            }
        }
        Piece::Expression(inside.to_owned())
    }
}

/// What becomes of a resource that is taken out. A `prevent_destroy` goes with the block that says it (Terraform language,
/// "The lifecycle Meta-Argument"), so it keeps nothing here; what the provider itself asks for stays in its state.
fn removed(r#type: &str, body: &Written) -> Fate {
    let said = |property: &str| body.get(property).and_then(Written::scalar);
    match (said("deletion_policy").as_deref(), said("deletion_protection").as_deref()) {
        (Some("ABANDON"), _) => Fate::Kept("abandoned by its deletion policy"),
        (Some("PREVENT"), _) | (_, Some("true")) => Fate::Refused("its deletion protection"),
        (None, _) if ABANDONED.contains(&r#type) => Fate::Kept("abandoned by its default deletion policy"),
        _ if said("delete_protection_state").as_deref() == Some("DELETE_PROTECTION_ENABLED") => {
            Fate::Refused("its delete protection")
        }
        _ if r#type == "google_storage_bucket" && said("force_destroy").as_deref() != Some("true") => {
            Fate::Refused("a bucket that still holds objects: only an empty one is deleted")
        }
        _ => Fate::Lost,
    }
}

/// The types that are left in the cloud where `deletion_policy` is not written (the provider's reference).
const ABANDONED: [&str; 1] = ["google_firestore_database"];

fn replaced(body: &Written, around: &Written) -> Fate {
    let protected = body.get("deletion_protection").and_then(Written::scalar);
    match (lifecycle(around, "prevent_destroy"), protected.as_deref()) {
        (true, _) => Fate::Refused("`prevent_destroy`"),
        (_, Some("true")) => Fate::Refused("its deletion protection"),
        _ => Fate::Lost,
    }
}

/// Whether a resource's lifecycle switches something on.
fn lifecycle(around: &Written, switch: &str) -> bool {
    let said = around.get("lifecycle").map(|said| said.items().first().unwrap_or(said));
    said.and_then(|said| said.get(switch)?.scalar()).as_deref() == Some("true")
}

/// `create_before_destroy` holds for all that a resource stands on, too (Terraform language, "The lifecycle
/// Meta-Argument").
fn create_first_below(holdings: &mut [Holding]) {
    let places: HashMap<String, usize> = holdings.iter().map(|one| one.id.clone()).zip(0..).collect();
    let mut waiting: Vec<usize> = (0..holdings.len()).filter(|at| holdings[*at].create_first == Some(true)).collect();
    while let Some(at) = waiting.pop() {
        let below: Vec<usize> = holdings[at].refers_to().iter().filter_map(|id| places.get(*id).copied()).collect();
        for at in below {
            if holdings[at].create_first.replace(true).is_none() {
                waiting.push(at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_catalog::standard;

    #[test]
    fn what_is_made_first_makes_what_it_stands_on_first() {
        let template = r#"{"resource": {"t": {
            "above": {"x": "${t.first.id}"},
            "first": {"x": "${t.below.id}", "lifecycle": {"create_before_destroy": true}},
            "below": {"x": 1}, "beside": {"x": 1}
        }}}"#;
        let read = contents(template, standard().parts());
        let mut first: Vec<(&str, Option<bool>)> =
            read.holdings.iter().map(|one| (one.id.as_str(), one.create_first)).collect();
        first.sort_unstable();
        assert_eq!(first, [("t.above", None), ("t.below", Some(true)), ("t.beside", None), ("t.first", Some(true))]);
    }
}
