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

impl From<&Unseen> for Map {
    fn from(unseen: &Unseen) -> Self {
        let routes = unseen.routes.iter().map(|(route, who)| (Text::new(route), Value::Text(Text::new(who))));
        let routes: Self = routes.collect();
        Self::new()
            .with_some("layout", unseen.layout.as_deref().map(|layout| Value::Text(Text::new(layout))))
            .with_some("routes", (!routes.is_empty()).then_some(Value::Map(routes)))
    }
}

/// Who is let in where nobody is refused.
pub const EVERYBODY: &str = "everybody";

/// What a model's resources and functions hide, by address.
pub fn unseen<'m>(model: &'m Model, kinds: &'m Kinds<'_>) -> impl Iterator<Item = (Address, Unseen)> + 'm {
    let tables = model.resources.iter().filter(|resource| resource.kind.name == "table" && resource.external.is_none());
    let laid = |table: &Resource| {
        let unseen = Unseen { layout: Some(layout(table)?), ..Unseen::default() };
        Some((Address::new(&table.name.value, "table"), unseen))
    };
    let let_in = move |function: &Function| {
        let routes = routes(function, kinds);
        let address = Address::new(&function.name.value, "function");
        (!routes.is_empty()).then_some((address, Unseen { routes, layout: None }))
    };
    tables.filter_map(laid).chain(model.functions.iter().filter_map(let_in))
}

/// The attributes of a table's key with their types.
fn layout(table: &Resource) -> Option<String> {
    let Setting::Map(key) = &table.option("key")?.value else { return None };
    let is_number = |setting: &Setting| matches!(setting, Setting::Text(word) if word == "number");
    let word = |setting: &Setting| if is_number(setting) { "number" } else { "string" };
    let mut layout = String::new();
    for (name, setting) in key {
        let comma = if layout.is_empty() { "" } else { ", " };
        layout.extend([comma, &name.value, " ", word(&setting.value)]);
    }
    Some(layout)
}

/// Whom the entry lets in on a function's own host.
fn routes(function: &Function, kinds: &Kinds<'_>) -> BTreeMap<String, String> {
    let own = function.http().filter(|(_, http)| http.host == Host::Own);
    own.flat_map(|(_, http)| http.routes.iter().map(|route| (route.value.to_string(), who(http, kinds)))).collect()
}

fn who(http: &Http, kinds: &Kinds<'_>) -> String {
    let said = |text| describe(&kinds.text(text));
    match &http.auth.value {
        Auth::Public => EVERYBODY.to_owned(),
        Auth::Iam => "callers that the cloud knows".to_owned(),
        Auth::Jwt { issuer, audience } => {
            let audience: Vec<String> = audience.iter().map(said).collect();
            format!("bearers of a token of {} for {}", said(issuer), audience.join(", "))
        }
    }
}
