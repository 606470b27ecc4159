//! Hosts of http routes: an HTTP API for each function that has a host of its own, and one for each `api`.
//!
//! An API refers to no function, only its integrations do, so a function may have its own url in its environment.

use super::Lowering;
use crate::hooks::texts;
use crate::names::{self, last, part, regional};
use crate::ranges::{CORS_AGE, log_days};
use portolan_model::{Auth, Cors, Function, FunctionId, Host, Model, ResourceId, Setting, hash};
use portolan_target::describe;
use portolan_value::{Address, Context, Map, Origin, Resource, Text, Value};

/// Requests a second, and at once, that a host takes: far below an account's whole quota, so that one host in trouble
/// leaves the others theirs (API Gateway developer guide, "Throttle requests to your HTTP APIs").
const THROTTLE: (i64, i64) = (1_000, 500);

/// Days the log of a host is kept that no function has routes on.
const LOG_DAYS: u32 = 30;

/// An access log line: fields that API Gateway fills in, as JSON (API Gateway developer guide, "Customize HTTP API access
/// logs").
const LOG_LINE: &str = concat!(
    r#"{"requestId":"$context.requestId","time":"$context.requestTime","route":"$context.routeKey","#,
    r#""method":"$context.httpMethod","path":"$context.path","status":"$context.status","#,
    r#""latency":"$context.responseLatency","address":"$context.identity.sourceIp","#,
    r#""error":"$context.error.message","integrationError":"$context.integrationErrorMessage"}"#,
);

/// Whose host it is.
#[derive(Clone, Debug)]
pub(super) struct ApiHost {
    /// The name that owns its parts: a function's, or an api's.
    pub owner: Text,
    /// The api's id.
    pub api: Value,
    /// The api; none for a function's own host.
    pub resource: Option<ResourceId>,
}

impl ApiHost {
    /// `arn:…:execute-api:…:<api>/<stage>` and what follows. A host has one stage.
    pub fn execution(&self, rest: impl IntoIterator<Item = Value>) -> Value {
        regional("execute-api", [":".into(), self.api.clone(), "/*".into()].into_iter().chain(rest))
    }
}

/// The url of a function: of its own host, else of the first api it has routes on.
pub(crate) fn url_of(model: &Model, function: &Function) -> Option<Value> {
    let own = function.http().any(|(_, http)| http.host == Host::Own);
    if own {
        return Some(url(Value::reference(part(&function.name.value, "api"), "id")));
    }
    let apis = function.http().filter_map(|(_, http)| match http.host {
        Host::Api(api) => Some(api),
        Host::Own => None,
    });
    apis.map(|api| url(api_id(model, api))).next()
}

/// The formula of an api's url; `ApiEndpoint` says the same.
fn url(api: Value) -> Value {
    let (region, suffix) = (Context::Region.into(), Context::UrlSuffix.into());
    Value::join(["https://".into(), api, ".execute-api.".into(), region, ".".into(), suffix])
}

fn api_id(model: &Model, api: ResourceId) -> Value {
    let resource = model.resource(api);
    match names::external(resource) {
        Some((given, _)) => last(given).to_owned().into(),
        None => Value::reference(part(&resource.name.value, "api"), "id"),
    }
}

impl<'a> Lowering<'a> {
    /// The host of a function's http trigger.
    pub(super) fn host(&self, function: FunctionId, host: Host) -> ApiHost {
        let model = self.model();
        match host {
            Host::Own => {
                let owner = model.function(function).name.value.clone();
                let api = Value::reference(part(&owner, "api"), "id");
                ApiHost { owner, api, resource: None }
            }
            Host::Api(id) => self.host_of_api(id),
        }
    }

    /// An `api` of the spec.
    pub(super) fn api(&mut self, id: ResourceId) {
        let resource = self.model().resource(id);
        let cors = match resource.option("cors").map(|setting| &setting.value) {
            Some(Setting::Cors(cors)) => Some(cors.as_ref()),
            _ => None,
        };
        let days = self.log_days.get(&id).copied().unwrap_or(LOG_DAYS);
        let origin = Origin::new(resource.name.span, "api/aws.yaml");
        self.add_host(&resource.name.value, cors, days, &origin);
        if let Some(Setting::Auth(auth)) = resource.option("auth").map(|setting| &setting.value) {
            let host = self.host_of_api(id);
            self.authorizer(&host, auth, &origin);
        }
    }

    fn host_of_api(&self, id: ResourceId) -> ApiHost {
        let owner = self.model().resource(id).name.value.clone();
        ApiHost { owner, api: api_id(self.model(), id), resource: Some(id) }
    }

    /// A function's own host.
    pub(super) fn own_host(&mut self, function: &'a Function) {
        let mut own = function.http().filter(|(_, http)| http.host == Host::Own).map(|(_, http)| http).peekable();
        if own.peek().is_none() {
            return;
        }
        let cors = own.find_map(|http| http.cors.as_ref()).map(|cors| cors.value.as_ref());
        let origin = Origin::new(function.name.span, "http");
        self.add_host(&function.name.value, cors, log_days(function.log_retention.value), &origin);
    }

    fn add_host(&mut self, owner: &str, cors: Option<&Cors>, days: u32, origin: &Origin) {
        let api = Map::with_capacity(3)
            .with("Name", self.model().derived_name(owner, part(owner, "api").as_str(), 128))
            .with("ProtocolType", "HTTP")
            .with_some("CorsConfiguration", cors.map(cors_configuration));
        self.out.add(Resource::new(part(owner, "api"), "AWS::ApiGatewayV2::Api", api, origin.clone()));
        let group = names::access_log(&self.kinds, self.model(), owner);
        let body = [("LogGroupName", group), ("RetentionInDays", log_days(days).into())];
        let mut log = Resource::new(part(owner, "access-log"), "AWS::Logs::LogGroup", body, origin.clone());
        log.retain = true;
        self.out.add(log);
        let stage = Resource::new(part(owner, "stage"), "AWS::ApiGatewayV2::Stage", stage(owner), origin.clone());
        self.out.add(stage);
    }

    /// Who verifies the tokens of an `auth`, once for each issuer and audience of a host. The id, where `auth` wants
    /// one.
    pub(super) fn authorizer(&mut self, host: &ApiHost, auth: &Auth, origin: &Origin) -> Option<Value> {
        let Auth::Jwt { issuer, audience } = auth else { return None };
        let issuer = self.kinds.text(issuer);
        let audience = Value::list(audience.iter().map(|text| self.kinds.text(text)));
        let address = self.authorizer_address(host, auth);
        let name = address.as_str().to_owned();
        let api = host.api.clone();
        let origin = origin.clone();
        self.add_once(&address, |_| {
            let header = Value::list(["$request.header.Authorization".into()]);
            let jwt = Value::from([("Issuer", issuer), ("Audience", audience)]);
            let body = [
                ("ApiId", api),
                ("Name", name.replace('.', "-").into()),
                ("AuthorizerType", "JWT".into()),
                ("IdentitySource", header),
                ("JwtConfiguration", jwt),
            ];
            Resource::new(address.clone(), "AWS::ApiGatewayV2::Authorizer", body, origin)
        });
        Some(Value::reference(address, "id"))
    }

    /// A host's own tokens are verified by `web.authorizer`; another issuer or audience that a trigger names has one
    /// whose address tells them apart.
    fn authorizer_address(&self, host: &ApiHost, auth: &Auth) -> Address {
        let own = host.resource.map(|id| self.model().resource(id).option("auth").map(|setting| &setting.value));
        match own {
            None => part(&host.owner, "authorizer"),
            Some(Some(Setting::Auth(own))) if self.tokens(own) == self.tokens(auth) => part(&host.owner, "authorizer"),
            Some(_) => Address::via(&host.owner, &format!("jwt-{}", hash(&self.tokens(auth), 6)), "authorizer"),
        }
    }

    /// An issuer and audience as text, to tell them apart.
    fn tokens(&self, auth: &Auth) -> String {
        let Auth::Jwt { issuer, audience } = auth else { return String::new() };
        let texts = std::iter::once(issuer).chain(audience);
        texts.map(|text| describe(&self.kinds.text(text))).collect::<Vec<_>>().join("\n")
    }
}

fn stage(owner: &str) -> Map {
    let log = [("DestinationArn", Value::reference(part(owner, "access-log"), "Arn")), ("Format", LOG_LINE.into())];
    let (rate, burst) = THROTTLE;
    let throttle = [("ThrottlingRateLimit", rate.into()), ("ThrottlingBurstLimit", burst.into())];
    Map::with_capacity(5)
        .with("ApiId", Value::reference(part(owner, "api"), "id"))
        .with("StageName", "$default")
        .with("AutoDeploy", true)
        .with("AccessLogSettings", Map::from(log))
        .with("DefaultRouteSettings", Map::from(throttle))
}

fn cors_configuration(cors: &Cors) -> Value {
    let age = cors.max_age.map(|age| Value::Number(CORS_AGE.nearest(age.into()).try_into().unwrap_or(i64::MAX)));
    let configuration = Map::new()
        .with("AllowOrigins", texts(&cors.origins))
        .with("AllowMethods", texts(&cors.methods))
        .with("AllowHeaders", texts(&cors.headers))
        .with_some("AllowCredentials", cors.credentials.then_some(true))
        .with_some("MaxAge", age);
    configuration.into()
}
