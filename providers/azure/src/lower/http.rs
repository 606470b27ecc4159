//! The door of a function's app: open, or shut to all but the identities it names.
//!
//! An app has one host for all that reaches it over http, and the platform guards all of it or nothing. It is shut when
//! only callers may come in (`iam`, invocations), and when an api guards a route that could be reached around it.

use super::types::SITE_CONFIG;
use super::{Lowering, id, name, named, of, principal};
use crate::hooks::entra_app_id;
use portolan_access::Reason;
use portolan_model::{Auth, Cors, Function, FunctionId, Host, Model, ResourceId, Subject};
use portolan_target::Permission;
use portolan_value::{Address, Context, Map, Origin, Text, Value};
use std::collections::HashMap;

/// Who invokes a function because its uses say so.
pub(crate) struct Invokers(HashMap<FunctionId, Vec<FunctionId>>);

impl Invokers {
    /// The callers of every function of a model.
    pub(crate) fn of(model: &Model) -> Self {
        let mut callers: HashMap<FunctionId, Vec<FunctionId>> = HashMap::new();
        for (caller, function) in model.function_ids() {
            for entry in &function.uses {
                let Subject::Function(callee) = entry.subject else { continue };
                let known = callers.entry(callee).or_default();
                if !known.contains(&caller) {
                    known.push(caller);
                }
            }
        }
        Self(callers)
    }

    fn callers(&self, callee: FunctionId) -> &[FunctionId] {
        self.0.get(&callee).map_or(&[], Vec::as_slice)
    }
}

/// What reaches a function over http.
pub(crate) struct Doors<'a> {
    /// Who may call its own host.
    pub(crate) own: Option<&'a Auth>,
    /// The apis with routes to it, in order.
    pub(crate) apis: Vec<ResourceId>,
    /// Whether one of those routes is not for everybody.
    pub(crate) guarded_route: bool,
    /// Whether somebody invokes it.
    pub(crate) invoked: bool,
}

/// What reaches a function over http.
pub(crate) fn doors<'a>(function: &'a Function, at: FunctionId, invokers: &Invokers) -> Doors<'a> {
    let own = function.http().find(|(_, http)| http.host == Host::Own).map(|(_, http)| &http.auth.value);
    let mut apis = Vec::new();
    let mut guarded_route = false;
    for (_, http) in function.http() {
        if let Host::Api(api) = http.host {
            guarded_route |= !matches!(http.auth.value, Auth::Public);
            if !apis.contains(&api) {
                apis.push(api);
            }
        }
    }
    let callers = !function.callers.functions.is_empty() || !function.callers.principals.is_empty();
    let invoked = !invokers.callers(at).is_empty() || (callers && own.is_none() && apis.is_empty());
    Doors { own, apis, guarded_route, invoked }
}

impl Doors<'_> {
    /// Whether the platform refuses whoever is not named.
    pub(crate) fn shut(&self) -> bool {
        self.invoked || self.guarded_route || matches!(self.own, Some(Auth::Iam))
    }

    /// Whether its own host must let strangers in.
    pub(crate) fn must_be_open(&self) -> bool {
        matches!(self.own, Some(Auth::Public | Auth::Jwt { .. }))
    }

    /// Whether `callers` may come to the host itself; behind an api, the api looks at them.
    fn lets_callers_in(&self) -> bool {
        self.invoked || matches!(self.own, Some(Auth::Iam))
    }

    fn any(&self) -> bool {
        self.invoked || self.own.is_some() || !self.apis.is_empty()
    }
}

impl<'a> Lowering<'a> {
    /// The door of a function that http reaches. An open one is said too, so that opening it undoes the shutting.
    pub(super) fn door(&mut self, at: FunctionId, function: &'a Function) {
        let doors = doors(function, at, &self.invokers);
        if !doors.any() {
            return;
        }
        let site = of(&function.name.value, "function");
        let full = Value::join([name(&site), "/authsettingsV2".into()]);
        let properties = match doors.shut() {
            false => Map::from([("platform", Value::from([("enabled", false.into())]))]),
            true => self.shut(self.visitors(at, function, &doors)),
        };
        let body = Map::from([("name", full), ("properties", properties.into())]);
        let address = of(&function.name.value, "auth");
        self.add(address, SITE_CONFIG, body, Origin::new(function.name.span, "http"));
        if doors.shut() {
            self.entrances(function, &doors);
        }
    }

    /// The identities that may come in, each once.
    fn visitors(&self, at: FunctionId, function: &Function, doors: &Doors<'_>) -> Vec<Value> {
        let model = self.model();
        let mut visitors: Vec<Value> = Vec::new();
        let mut add = |visitor: Value| {
            if !visitors.contains(&visitor) {
                visitors.push(visitor);
            }
        };
        self.invokers.callers(at).iter().for_each(|caller| add(principal(named(model, *caller))));
        if doors.lets_callers_in() {
            function.callers.functions.iter().for_each(|caller| add(principal(named(model, caller.value))));
            function.callers.principals.iter().for_each(|object| add(self.kinds.text(object)));
        }
        doors.apis.iter().for_each(|api| add(gateway(&model.resource(*api).name.value)));
        visitors
    }

    /// Who may invoke a function that requests reach too, as its entry compares them: whom the platform lets in is not all
    /// who may, since an api lets requests of others through. None where nobody invokes it, or nothing else reaches it.
    pub(super) fn invokers(&self, at: FunctionId, function: &Function) -> Option<Value> {
        let doors = doors(function, at, &self.invokers);
        if !doors.invoked || function.http().next().is_none() {
            return None;
        }
        let callers = self.visitors(at, function, &Doors { apis: Vec::new(), ..doors });
        Some(Value::listed(callers))
    }

    fn shut(&self, mut visitors: Vec<Value>) -> Map {
        // An empty list would let in the whole tenant; nobody has this id.
        if visitors.is_empty() {
            visitors.push("00000000-0000-0000-0000-000000000000".into());
        }
        let app = entra_app_id(self.model());
        let issuer = Value::join(["https://sts.windows.net/".into(), Context::Tenant.into(), "/v2.0".into()]);
        let audiences = Value::list([app.clone(), Value::join(["api://".into(), app.clone()])]);
        let policy = Value::from([("allowedPrincipals", Value::from([("identities", Value::list(visitors))]))]);
        let directory = Value::from([
            ("enabled", true.into()),
            ("registration", Value::from([("openIdIssuer", issuer), ("clientId", app)])),
            ("validation", Value::from([("allowedAudiences", audiences), ("defaultAuthorizationPolicy", policy)])),
        ]);
        let required = [("requireAuthentication", true.into()), ("unauthenticatedClientAction", "Return401".into())];
        Map::from([
            ("platform", Value::from([("enabled", true.into())])),
            ("globalValidation", Value::from(required)),
            ("identityProviders", Value::from([("azureActiveDirectory", directory)])),
            ("login", Value::from([("tokenStore", Value::from([("enabled", false.into())]))])),
            ("httpSettings", Value::from([("requireHttps", true.into())])),
        ])
    }

    /// Who may come in, as permissions: `uses` have theirs already.
    fn entrances(&mut self, function: &Function, doors: &Doors<'_>) {
        let host = id(&of(&function.name.value, "function"));
        if doors.lets_callers_in() {
            self.admit_callers(function, "authsettingsV2/allowedPrincipals", &host);
        }
        for api in &doors.apis {
            let api = &self.model().resource(*api).name;
            let reason = Reason { span: api.span, text: Text::concat(&["routes of ", &api.value]) };
            let holder = Some(Text::concat(&["gateway ", &api.value]));
            let who = Visitor { function: Text::new(&function.name.value), holder, principal: gateway(&api.value) };
            self.admit(function, who, "authsettingsV2/allowedPrincipals", host.clone(), reason);
        }
    }

    /// The callers of a function, as permissions on whoever looks at them: its host, or a gateway.
    pub(super) fn admit_callers(&mut self, function: &Function, permission: &'static str, scope: &Value) {
        let model = self.model();
        let reason = |span| Reason { span, text: Text::concat(&["callers of ", &function.name.value]) };
        for caller in &function.callers.functions {
            let caller_name = named(model, caller.value);
            let who = Visitor { function: Text::new(caller_name), holder: None, principal: principal(caller_name) };
            self.admit(function, who, permission, scope.clone(), reason(caller.span));
        }
        for object in &function.callers.principals {
            let principal = self.kinds.text(object);
            let holder = Some(portolan_target::describe(&principal).into());
            let who = Visitor { function: Text::new(&function.name.value), holder, principal };
            self.admit(function, who, permission, scope.clone(), reason(object.span));
        }
    }

    fn admit(&mut self, to: &Function, visitor: Visitor, permission: &'static str, scope: Value, reason: Reason) {
        self.out.permissions.push(Permission {
            function: visitor.function,
            holder: visitor.holder,
            principal: visitor.principal.into(),
            verb: "http".into(),
            subject: Text::new(&to.name.value),
            permission: Text::fixed(permission),
            scope: scope.into(),
            condition: None,
            role: None,
            beyond: Vec::new(),
            wider: Vec::new(),
            by_hand: false,
            reasons: [reason].into(),
        });
    }
}

/// Who comes in: the function that it is for, what a review calls it, and its identity.
struct Visitor {
    function: Text,
    holder: Option<Text>,
    principal: Value,
}

/// The identity of an api's gateway.
pub(super) fn gateway(api: &str) -> Value {
    Value::reference(Address::new(api, "api"), "identity.principalId")
}

/// The cross-origin rules of a function's own host, where the platform can hold them.
pub(super) fn site_cors(function: &Function) -> Option<Value> {
    let cors = function.http().find(|(_, http)| http.host == Host::Own).and_then(|(_, http)| http.cors.as_ref())?;
    platform_cors(&cors.value).then(|| {
        let origins = cors.value.origins.iter().map(|origin| origin.clone().into());
        Value::from([("allowedOrigins", Value::list(origins)), ("supportCredentials", cors.value.credentials.into())])
    })
}

/// Whether the platform can hold cross-origin rules: it knows origins and credentials, and allows every method and
/// header.
pub(crate) fn platform_cors(cors: &Cors) -> bool {
    let all = |items: &[String]| items.iter().any(|item| item == "*");
    all(&cors.methods) && all(&cors.headers) && cors.max_age.is_none()
}
