//! Apis: the OpenAPI document of a gateway, and the account that calls the functions behind it.

use super::{Call, Decider, Identity, Member, asked, functions};
use crate::hooks::Google;
use crate::ranges;
use indexmap::IndexMap;
use portolan_model::{
    Auth, Event, FunctionId, Host, Http, Method, Model, Resource, Route, Segment, Setting, Subject, Text, Trigger,
};
use portolan_target::Request;
use portolan_value::{Address, Language, Map, Value};

impl Decider<'_> {
    /// The account of every api may call the functions behind it.
    pub(super) fn gateways(&mut self) {
        for (id, function) in self.model().function_ids() {
            for (index, trigger) in function.triggers.iter().enumerate() {
                if let Event::Http(Http { host: Host::Api(api), .. }) = &trigger.event {
                    let api = &self.model().resource(*api).name.value;
                    self.gateway(id, index, trigger, api);
                }
            }
        }
    }

    fn gateway(&mut self, id: FunctionId, index: usize, trigger: &Trigger, api: &str) {
        let origin = asked(trigger.span, "a gateway calls the functions behind it as an account of its own");
        let member = Member::Account(Identity::new(Address::new(api, "identity")));
        self.admit(id, api, member.clone(), origin);
        let call = Call {
            function: self.name(id),
            holder: Some("gateway"),
            member,
            verb: "http",
            subject: api,
            condition: None,
        };
        self.permit_call(call, id, self.reasons_of_trigger(id, index));
    }
}

/// Whether a resource is an api that routes stand on.
fn routes_of<'a>(model: &'a Model, api: &'a Resource) -> impl Iterator<Item = (FunctionId, &'a Http)> {
    let on_api = move |host: Host| matches!(host, Host::Api(id) if model.resource(id).name.value == api.name.value);
    model.function_ids().flat_map(move |(id, function)| {
        function.http().map(|(_, http)| http).filter(move |http| on_api(http.host)).map(move |http| (id, http))
    })
}

/// The OpenAPI 2 document of an api, encoded as API Gateway wants it.
pub fn openapi(google: &Google, request: &Request<'_>, api: &Resource) -> Value {
    let mut document = Document { google, request, paths: IndexMap::new(), schemes: Vec::new() };
    for (id, http) in routes_of(request.model, api) {
        for route in &http.routes {
            document.add(id, http, &route.value);
        }
    }
    let asks_cors = api.option("cors").is_some_and(|setting| matches!(setting.value, Setting::Cors(_)));
    if asks_cors {
        document.answer_preflights();
    }
    Value::embed(Language::Base64, Value::embed(Language::Json, document.value(&api.name.value)))
}

/// A document in the making.
struct Document<'a> {
    google: &'a Google,
    request: &'a Request<'a>,
    /// By the form of the path, in which parameters have no names: what it is called, and its operations.
    paths: IndexMap<String, Path>,
    /// Who issues tokens for whom.
    schemes: Vec<(String, Map)>,
}

struct Path {
    template: String,
    parameters: Vec<Value>,
    /// Whether an operation was meant for its very method, and the function behind it.
    operations: IndexMap<&'static str, (bool, FunctionId, Map)>,
}

/// Every method, for `ANY`.
const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

impl Document<'_> {
    fn add(&mut self, id: FunctionId, http: &Http, route: &Route) {
        let exact = route.method != Method::Any;
        let methods = match word(route.method) {
            Some(method) => vec![method],
            None => METHODS.to_vec(),
        };
        let security = self.security(&http.auth.value);
        let form = form(&route.segments);
        let made = methods
            .into_iter()
            .map(|method| (method, self.operation(id, method, &form, security.clone())))
            .collect::<Vec<_>>();
        let path = self.paths.entry(form).or_insert_with(|| Path::new(&route.segments));
        for (method, operation) in made {
            let taken = path.operations.get(method).is_some_and(|(taken, ..)| *taken || !exact);
            if !taken {
                path.operations.insert(method, (exact, id, operation));
            }
        }
    }

    fn operation(&self, id: FunctionId, method: &str, form: &str, security: Option<Value>) -> Map {
        let function = self.request.model.function(id);
        let kinds = self.google.kinds(self.request);
        let url = kinds.export(Subject::Function(id), "url").unwrap_or_else(|| "".into());
        let deadline = functions::timeout_range(function).nearest(function.timeout.value);
        let backend = Map::new()
            .with("address", url.clone())
            .with("path_translation", "APPEND_PATH_TO_ADDRESS")
            .with("jwt_audience", url)
            .with("deadline", ranges::TIMEOUT_OF_GATEWAYS.nearest(deadline));
        Map::new()
            .with(
                "operationId",
                format!("{}_{method}_{}", function.name.value.replace('-', "_"), portolan_model::hash(form, 6)),
            )
            .with("x-google-backend", backend)
            .with_some("security", security)
            .with("responses", [("default", Value::from([("description", "what the function answers".into())]))])
    }

    /// API Gateway finds the issuer's keys itself (google.api.AuthProvider, jwks_uri).
    fn security(&mut self, auth: &Auth) -> Option<Value> {
        let Auth::Jwt { issuer, audience } = auth else { return None };
        let kinds = self.google.kinds(self.request);
        let audiences = audience.iter().map(|audience| kinds.text(audience)).collect();
        let scheme = Map::new()
            .with("authorizationUrl", "")
            .with("flow", "implicit")
            .with("type", "oauth2")
            .with("x-google-issuer", kinds.text(issuer))
            .with("x-google-audiences", separated(audiences));
        let name = match self.schemes.iter().find(|(_, known)| *known == scheme) {
            Some((name, _)) => name.clone(),
            None => {
                let name = format!("jwt{}", self.schemes.len() + 1);
                self.schemes.push((name.clone(), scheme));
                name
            }
        };
        Some(Value::list([Value::Map(Map::from_iter([(name, Value::list([]))]))]))
    }

    /// Preflights go to the function behind the path's first operation, whose entry answers them.
    fn answer_preflights(&mut self) {
        let forms: Vec<String> = self.paths.keys().cloned().collect();
        for form in forms {
            let first = self.paths.get(&form).and_then(|path| path.operations.values().next()).map(|(_, id, _)| *id);
            let Some(id) = first else { continue };
            let operation = self.operation(id, "options", &form, None);
            if let Some(path) = self.paths.get_mut(&form) {
                path.operations.entry("options").or_insert((false, id, operation));
            }
        }
    }

    fn value(self, title: &str) -> Value {
        let paths: Map = self.paths.into_values().map(|path| (path.template.clone(), path.value())).collect();
        let schemes: Map = self.schemes.into_iter().map(|(name, scheme)| (name, Value::Map(scheme))).collect();
        let document = Map::new()
            .with("swagger", "2.0")
            .with("info", [("title", Value::from(title.to_owned())), ("version", "1".into())])
            .with("schemes", vec![Value::from("https")])
            .with("produces", vec![Value::from("application/json")])
            .with("paths", paths);
        let schemes = Some(schemes).filter(|schemes| !schemes.is_empty());
        document.with_some("securityDefinitions", schemes).into()
    }
}

impl Path {
    fn new(segments: &[Segment]) -> Self {
        let mut template = String::new();
        let mut parameters = Vec::new();
        for segment in segments {
            template.push('/');
            match segment {
                Segment::Literal(text) => template.push_str(text),
                Segment::Parameter(name) => {
                    template.push_str(&format!("{{{name}}}"));
                    parameters.push(parameter(name));
                }
                // API Gateway documentation, Understand path templating: two stars match the rest, slashes and all.
                Segment::Rest => {
                    template.push_str("{portolan_rest=**}");
                    parameters.push(parameter("portolan_rest"));
                }
            }
        }
        if template.is_empty() {
            template.push('/');
        }
        Self { template, parameters, operations: IndexMap::new() }
    }

    fn value(self) -> Value {
        let mut path = Map::new();
        if !self.parameters.is_empty() {
            path.push("parameters", self.parameters);
        }
        for (method, (_, _, operation)) in self.operations {
            path.push(method, operation);
        }
        path.into()
    }
}

fn parameter(name: &str) -> Value {
    Value::from([
        ("name", name.to_owned().into()),
        ("in", "path".into()),
        ("required", true.into()),
        ("type", "string".into()),
    ])
}

/// The path without the names of its parameters: two routes with one form are one path.
fn form(segments: &[Segment]) -> String {
    let mut form = String::new();
    for segment in segments {
        match segment {
            Segment::Literal(text) => form.extend(["/", text]),
            Segment::Parameter(_) => form.push_str("/{}"),
            Segment::Rest => form.push_str("/{*}"),
        }
    }
    form
}

fn separated(values: Vec<Value>) -> Value {
    let mut parts = Vec::with_capacity(values.len() * 2);
    for (index, value) in values.into_iter().enumerate() {
        if index > 0 {
            parts.push(",".into());
        }
        parts.push(value);
    }
    Value::join(parts)
}

fn word(method: Method) -> Option<&'static str> {
    match method {
        Method::Any => None,
        Method::Get => Some("get"),
        Method::Head => Some("head"),
        Method::Post => Some("post"),
        Method::Put => Some("put"),
        Method::Patch => Some("patch"),
        Method::Delete => Some("delete"),
        Method::Options => Some("options"),
    }
}

/// An issuer or audience whose text holds a comma would be read as two.
pub fn has_comma(text: &Text) -> bool {
    text.literal().is_some_and(|text| text.contains(','))
}
