//! What a plan must know of a resource and none of its properties tells: how items lie in a table, and whom a generated
//! entry lets in. Back ends whose templates do not show it write it beside their lowering version.

use crate::{Kinds, describe};
use portolan_model::{Auth, Function, Host, Http, Model, Resource, Setting};
use portolan_value::{Address, Map, Text, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What no property of a resource tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unseen {
    /// The key by which its items are laid out: `order string, day number`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<String>,
    /// Whom its entry lets in, by route: [`EVERYBODY`], or who else in words.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub routes: BTreeMap<String, String>,
}

/// Who is let in where nobody is refused.
pub const EVERYBODY: &str = "everybody";

/// What a model's resources and functions hide, by address: an [`Unseen`] as templates have it.
pub fn unseen<'m>(model: &'m Model, kinds: &'m Kinds<'_>) -> impl Iterator<Item = (Address, Map)> + 'm {
    let tables = model.resources.iter().filter(|resource| resource.kind.name == "table" && resource.external.is_none());
    let laid = |table: &Resource| {
        let unseen = Map::from([("layout", Value::Text(layout(table)?))]);
        Some((Address::new(&table.name.value, "table"), unseen))
    };
    let let_in = move |function: &Function| {
        let routes = routes(function, kinds);
        let address = Address::new(&function.name.value, "function");
        (!routes.is_empty()).then(|| (address, Map::from([("routes", routes.into())])))
    };
    tables.filter_map(laid).chain(model.functions.iter().filter_map(let_in))
}

/// The attributes of a table's key with their types.
fn layout(table: &Resource) -> Option<Text> {
    let Setting::Map(key) = &table.option("key")?.value else { return None };
    let is_number = |setting: &Setting| matches!(setting, Setting::Text(word) if word == "number");
    let word = |setting: &Setting| if is_number(setting) { "number" } else { "string" };
    let mut layout = String::new();
    for (name, setting) in key {
        let comma = if layout.is_empty() { "" } else { ", " };
        layout.extend([comma, &name.value, " ", word(&setting.value)]);
    }
    Some(layout.into())
}

/// Whom the entry lets in on a function's own host, by route.
fn routes(function: &Function, kinds: &Kinds<'_>) -> Map {
    let own = function.http().filter(|(_, http)| http.host == Host::Own);
    let routes =
        own.flat_map(|(_, http)| http.routes.iter().map(move |route| (Text::from(route.value.to_string()), http)));
    let mut routes: Vec<(Text, &Http)> = routes.collect();
    routes.sort_by(|(one, _), (other, _)| one.cmp(other));
    routes.into_iter().map(|(route, http)| (route, Value::Text(who(http, kinds)))).collect()
}

fn who(http: &Http, kinds: &Kinds<'_>) -> Text {
    let said = |text| describe(&kinds.text(text));
    match &http.auth.value {
        Auth::Public => Text::fixed(EVERYBODY),
        Auth::Iam => Text::fixed("callers that the cloud knows"),
        Auth::Jwt { issuer, audience } => {
            let audience: Vec<String> = audience.iter().map(said).collect();
            format!("bearers of a token of {} for {}", said(issuer), audience.join(", ")).into()
        }
    }
}
