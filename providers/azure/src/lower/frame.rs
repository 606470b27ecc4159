//! What belongs to the template as a whole: parameters, outputs, the user's own resources and changes, tags.

use super::Lowering;
use crate::hooks::PUBLISHER;
use portolan_model::{Auth, Body, Function, Input, Native, Piece, Subject};
use portolan_target::{Lowered, Output, Parameter, unseen};
use portolan_value::{Address, Map, Origin, Raw, Resource, Text, Value};
use rustc_hash::FxHashMap;

/// Types that take tags, of all that we make.
const TAGGED: [&str; 15] = [
    "Microsoft.ApiManagement/service",
    "Microsoft.DocumentDB/databaseAccounts",
    "Microsoft.DocumentDB/databaseAccounts/sqlDatabases",
    "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers",
    "Microsoft.EventGrid/systemTopics",
    "Microsoft.EventGrid/topics",
    "Microsoft.Insights/components",
    "Microsoft.KeyVault/vaults",
    "Microsoft.KeyVault/vaults/secrets",
    "Microsoft.ManagedIdentity/userAssignedIdentities",
    "Microsoft.OperationalInsights/workspaces",
    "Microsoft.ServiceBus/namespaces",
    "Microsoft.Storage/storageAccounts",
    "Microsoft.Web/serverfarms",
    "Microsoft.Web/sites",
];

impl Lowering<'_> {
    /// The user's own resources: the body is the whole resource, the address `name.native`.
    pub(super) fn natives(&mut self) {
        for native in &self.model().natives {
            let resource = self.native(native);
            self.out.add(resource);
        }
    }

    fn native(&self, native: &Native) -> Resource {
        let entries = match self.kinds.raw(&native.body) {
            Raw::Map(entries) => entries,
            _ => Vec::new(),
        };
        let own = ["type", "apiVersion", "scope"];
        let text = |key: &str| native_text(&native.body, key).map(Text::new);
        let scope = entries.iter().find(|(key, _)| key == "scope").map(|(_, raw)| Value::raw(raw.clone()));
        let body: Map = entries
            .into_iter()
            .filter(|(key, _)| !own.contains(&key.as_ref()))
            .map(|(key, raw)| (key, Value::raw(raw)))
            .collect();
        let address = Address::new(&native.name.value, "native");
        let origin = Origin::new(native.name.span, "native");
        let mut resource = Resource::new(address, text("type").unwrap_or_default(), body, origin);
        resource.api_version = text("apiVersion");
        resource.scope = scope;
        resource
    }

    /// Everything that is said once a template.
    pub(super) fn finish(mut self) -> Lowered {
        let model = self.model();
        self.tag();
        self.hide();
        self.out.outputs = self.outputs();
        let overrides = model.overrides.iter();
        self.out.overrides = overrides.map(|entry| (entry.address.clone(), self.kinds.raw(&entry.body))).collect();
        self.out.ids = model.keeps.iter().map(|keep| (keep.address.clone(), None)).collect();
        self.out.parameters = self.parameters();
        self.out
    }

    fn tag(&mut self) {
        if self.model().tags.is_empty() {
            return;
        }
        let tags = self.model().tags.iter().map(|(key, text)| (key.value.clone(), self.kinds.text(text)));
        let tags: Map = tags.collect();
        self.out.resources.change(|resource| {
            let is_tagged = TAGGED.contains(&resource.r#type.as_ref()) && resource.address.part() != "native";
            if is_tagged {
                resource.body.set("tags", tags.clone());
            }
            is_tagged
        });
    }

    /// What a plan must know of a resource and no property tells stands in its metadata, which Azure does not read.
    fn hide(&mut self) {
        let mut all: FxHashMap<Address, Map> = unseen(self.model(), &self.kinds).collect();
        self.out.resources.change(|resource| {
            let Some(unseen) = all.remove(&resource.address) else { return false };
            match resource.body.get_mut("metadata") {
                Some(Value::Map(said)) => said.set("unseen", unseen),
                _ => resource.body.set("metadata", [("unseen", unseen.into())]),
            }
            true
        });
    }

    fn outputs(&self) -> Vec<Output> {
        let output = |output: &portolan_model::Output| Output {
            name: output.name.value.clone(),
            value: self.kinds.text(&output.value),
            description: output.description.clone(),
            secret: output.value.pieces.iter().any(|piece| self.is_secret(piece)),
        };
        self.model().outputs.iter().map(output).collect()
    }

    fn is_secret(&self, piece: &Piece) -> bool {
        matches!(piece, Piece::Input(id) if self.model().input(*id).secret)
    }

    /// The declared inputs, and those of ours that something refers to.
    fn parameters(&self) -> Vec<Parameter> {
        let mut parameters: Vec<Parameter> = self.model().inputs.iter().map(declared).collect();
        if !self.may_ask() {
            return parameters;
        }
        for (name, default, description) in [
            ("entra-app-id", None, "The application id that callers ask a token for."),
            (PUBLISHER, Some("portolan@example.com"), "Where API Management sends its notices."),
        ] {
            if !parameters.iter().any(|known| known.name == name) && self.refers_to(name) {
                parameters.push(Parameter {
                    name: name.into(),
                    secret: false,
                    default: default.map(Value::from),
                    stored_at: None,
                    description: Some(description.into()),
                    span: None,
                });
            }
        }
        parameters
    }

    /// Whether anything could need a parameter of ours: only where there is an api, or where not everybody may call.
    fn may_ask(&self) -> bool {
        let model = self.model();
        let guarded = |function: &Function| {
            let callers = !function.callers.functions.is_empty() || !function.callers.principals.is_empty();
            let calls = function.uses.iter().any(|entry| matches!(entry.subject, Subject::Function(_)));
            callers || calls || function.http().any(|(_, http)| !matches!(http.auth.value, Auth::Public))
        };
        model.resources.iter().any(|resource| resource.kind.name == "api") || model.functions.iter().any(guarded)
    }

    fn refers_to(&self, input: &str) -> bool {
        let mut found = false;
        let bodies = self.out.resources.iter().flat_map(|resource| resource.body.iter());
        for (_, value) in bodies {
            value.walk(&mut |value| found |= matches!(value, Value::Input(name) if name.as_str() == input));
        }
        found
    }
}

fn declared(input: &Input) -> Parameter {
    Parameter {
        name: input.name.value.clone(),
        secret: input.secret,
        default: input.default.as_ref().map(|default| default.value.clone().into()),
        stored_at: None,
        description: input.description.clone(),
        span: Some(input.name.span),
    }
}

/// A text of a raw resource's body.
fn native_text<'a>(body: &'a Body, key: &str) -> Option<&'a str> {
    let Body::Map(entries) = body else { return None };
    match entries.iter().find(|(name, _)| name == key) {
        Some((_, Body::Text(text))) => Some(text),
        _ => None,
    }
}

/// What a raw resource does not say of itself: its type and version in plain words, and a name.
pub(crate) fn native_lacks(native: &Native) -> Vec<&'static str> {
    let named = matches!(&native.body, Body::Map(entries) if entries.iter().any(|(key, _)| key == "name"));
    let plain = ["type", "apiVersion"].into_iter().filter(|key| native_text(&native.body, key).is_none());
    plain.chain((!named).then_some("name")).collect()
}
