//! Terraform JSON read back as its resources, of ours or of any other.
//!
//! What stands in `${…}` is a reference where it names a resource of the template and one of its attributes, and else the
//! expression that it is.

use super::permissions::{expression, quoted};
use portolan_target::{Contents, Fate, Holding, Piece, Written};
use portolan_value::{Address, Parts};
use serde_json::{Map, Value as Json};

/// The keys of a resource that say how Terraform treats it and not what it is (Terraform language, "Meta-Arguments").
const AROUND: [&str; 7] = ["depends_on", "lifecycle", "provider", "count", "for_each", "provisioner", "connection"];

/// What a template holds; of what is no template, nothing.
pub(crate) fn contents(template: &str, parts: &Parts) -> Contents {
    let Ok(template) = serde_json::from_str::<Json>(template) else { return Contents::default() };
    let reading = Reading { template: &template };
    let output = |(name, output): (&String, &Json)| Some((name.clone(), reading.value(first(output).get("value")?)));
    let outputs = section(&template, "output").into_iter().flat_map(Map::iter);
    let variables = section(&template, "variable").into_iter().flat_map(Map::iter);
    let lowering = template.pointer("/output/portolan_lowering/value").and_then(Json::as_u64);
    Contents {
        lowering,
        holdings: reading.holdings(parts),
        outputs: outputs.filter(|(name, _)| *name != "portolan_lowering").filter_map(output).collect(),
        parameters: variables.map(|(name, said)| (name.clone(), Written::from(first(said)))).collect(),
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
    let prevented = around.get("lifecycle").and_then(|said| first_of(said).get("prevent_destroy")?.scalar());
    let protected = body.get("deletion_protection").and_then(Written::scalar);
    match (prevented.as_deref(), protected.as_deref()) {
        (Some("true"), _) => Fate::Refused("`prevent_destroy`"),
        (_, Some("true")) => Fate::Refused("its deletion protection"),
        _ => Fate::Lost,
    }
}

fn first_of(said: &Written) -> &Written {
    said.items().first().unwrap_or(said)
}
