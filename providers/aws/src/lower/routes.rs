//! Routes: which keys a route of the spec becomes, and what lets the host call the function.

use super::function::Callee;
use super::host::ApiHost;
use super::{Lowering, permission};
use crate::names::{invoked_arn, part};
use crate::ranges::PERMITTED_ROUTES;
use portolan_access::Reason;
use portolan_model::{Auth, Event, Host, Http, Method, Route, Segment, Trigger, hash};
use portolan_value::{Address, Language, Map, Origin, Resource, Value};
use std::collections::HashSet;
use std::sync::Arc;

/// The methods that `ANY` stands for, but for OPTIONS.
const METHODS: [Method; 6] = [Method::Get, Method::Head, Method::Post, Method::Put, Method::Patch, Method::Delete];

/// Words that mean something in a route's name, so that no segment may pass for them.
const RESERVED: [&str; 4] = ["by", "rest", "x", "any"];

/// The longest name of a route that is not cut.
const NAME_LIMIT: usize = 80;

/// The routes of one http trigger.
struct Entrance<'a> {
    index: usize,
    http: &'a Http,
    host: ApiHost,
    routes: Vec<Route>,
}

impl<'a> Lowering<'a> {
    /// All routes of a function, its own host included.
    pub(super) fn routes(&mut self, callee: Callee<'a>) {
        self.own_host(callee.function);
        let entrances = self.entrances(callee);
        let count: usize = entrances.iter().map(|entrance| entrance.routes.len()).sum();
        for entrance in &entrances {
            let span = callee.function.triggers[entrance.index].span;
            let origin = Origin::new(span, "http");
            let integration = self.integration(callee, &entrance.host, &origin);
            let authorizer = self.authorizer(&entrance.host, &entrance.http.auth.value, &origin);
            let reasons = self.reasons(callee.id, entrance.index);
            for route in &entrance.routes {
                let body = route_body(entrance, route, &integration, authorizer.as_ref());
                let address = Address::via(&entrance.host.owner, &name(route), "route");
                self.out.add(Resource::new(address, "AWS::ApiGatewayV2::Route", body, origin.clone()));
                if count <= PERMITTED_ROUTES {
                    let address = Address::via(&entrance.host.owner, &name(route), "permission");
                    let source = entrance.host.execution([path(route, &|text| text.to_owned().into())]);
                    self.open(callee, address, source, reasons.clone(), &origin);
                }
            }
            if count > PERMITTED_ROUTES {
                self.entry(callee, &entrance.host, reasons, &origin);
            }
        }
    }

    fn entrances(&self, callee: Callee<'a>) -> Vec<Entrance<'a>> {
        let own: HashSet<String> = callee
            .function
            .http()
            .filter(|(_, http)| http.host == Host::Own)
            .flat_map(|(_, http)| http.routes.iter().map(|route| shape(&route.value)))
            .collect();
        let triggers = callee.function.triggers.iter().enumerate();
        let entrance = |(index, trigger): (usize, &'a Trigger)| {
            let Event::Http(http) = &trigger.event else { return None };
            let host = self.host(callee.id, http.host);
            let taken = host.resource.and_then(|api| self.shapes.get(&api)).unwrap_or(&own);
            // A preflight carries no token. `ANY` would catch it and refuse it, so the methods stand alone.
            let apart = http.cors.is_some() && !matches!(http.auth.value, Auth::Public);
            let routes = http.routes.iter().flat_map(|route| expand(&route.value, taken, apart)).collect();
            Some(Entrance { index, http, host, routes })
        };
        triggers.filter_map(entrance).collect()
    }

    /// The function behind the routes of a host, once.
    fn integration(&mut self, callee: Callee<'a>, host: &ApiHost, origin: &Origin) -> Value {
        let address = match host.resource {
            None => part(&host.owner, "integration"),
            Some(_) => Address::via(&host.owner, callee.name(), "integration"),
        };
        let (api, origin) = (host.api.clone(), origin.clone());
        self.add_once(&address, |_| {
            let body = [
                ("ApiId", api),
                ("IntegrationType", "AWS_PROXY".into()),
                ("IntegrationUri", callee.arn()),
                ("PayloadFormatVersion", "2.0".into()),
            ];
            Resource::new(address.clone(), "AWS::ApiGatewayV2::Integration", body, origin)
        });
        Value::reference(address, "id")
    }

    /// Many routes would not fit into the function's policy: the host may call the function on all of its own.
    fn entry(&mut self, callee: Callee<'a>, host: &ApiHost, reasons: Arc<[Reason]>, origin: &Origin) {
        let address = match host.resource {
            None => callee.part("entry"),
            Some(_) => Address::via(callee.name(), &host.owner, "entry"),
        };
        if self.made.insert(address.clone()) {
            let source = host.execution(["/*".into()]);
            self.open(callee, address, source, reasons, origin);
        }
    }

    fn open(&mut self, callee: Callee<'a>, address: Address, source: Value, reasons: Arc<[Reason]>, origin: &Origin) {
        let body = [
            ("Action", "lambda:InvokeFunction".into()),
            ("FunctionName", callee.reference()),
            ("Principal", "apigateway.amazonaws.com".into()),
            ("SourceArn", source.clone()),
        ];
        let owner = address.owner().to_owned();
        self.out.add(Resource::new(address, "AWS::Lambda::Permission", body, origin.clone()));
        let scope = invoked_arn(&self.kinds, self.model(), callee.function);
        let mut row = permission(callee.name(), "http", &owner, "lambda:InvokeFunction".into(), scope.into());
        row.holder = Some("apigateway.amazonaws.com".into());
        row.principal = Arc::new("apigateway.amazonaws.com".into());
        row.condition = Some(super::policy::condition("ArnLike", "aws:SourceArn", source).into());
        row.reasons = reasons;
        self.permit(row);
    }
}

fn route_body(entrance: &Entrance<'_>, route: &Route, integration: &Value, authorizer: Option<&Value>) -> Map {
    let kind = match entrance.http.auth.value {
        Auth::Public => "NONE",
        Auth::Iam => "AWS_IAM",
        Auth::Jwt { .. } => "JWT",
    };
    Map::new()
        .with("ApiId", entrance.host.api.clone())
        .with("RouteKey", key(route))
        .with("AuthorizationType", kind)
        .with_some("AuthorizerId", authorizer.cloned())
        .with("Target", Value::join(["integrations/".into(), integration.clone()]))
}

/// What a route of the spec becomes. A final `*` also stands for nothing at the root, where a key with `{proxy+}` does
/// not; and `ANY` is taken apart where asked. Whatever is written down elsewhere on the host stays with that route.
fn expand(route: &Route, taken: &HashSet<String>, apart: bool) -> Vec<Route> {
    let mut routes = vec![route.clone()];
    if route.segments == [Segment::Rest] && (route.method != Method::Any || apart) {
        let root = Route { method: route.method, segments: Vec::new() };
        let any = Route { method: Method::Any, segments: Vec::new() };
        if !taken.contains(&shape(&root)) && !taken.contains(&shape(&any)) {
            routes.push(root);
        }
    }
    if route.method != Method::Any || !apart {
        return routes;
    }
    let methods = routes.into_iter().flat_map(|route| METHODS.map(|method| Route { method, ..route.clone() }));
    methods.filter(|route| !taken.contains(&shape(route))).collect()
}

/// A route without the names of its parameters: two routes of one shape are one route to API Gateway.
pub(super) fn shape(route: &Route) -> String {
    let mut shape = word(route.method).to_owned();
    for segment in &route.segments {
        shape.push('/');
        shape.push_str(match segment {
            Segment::Literal(text) => text,
            Segment::Parameter(_) => "{}",
            Segment::Rest => "*",
        });
    }
    shape
}

/// The key of a route (API Gateway developer guide, "Working with routes for HTTP APIs").
fn key(route: &Route) -> String {
    if route.method == Method::Any && route.segments == [Segment::Rest] {
        return "$default".to_owned();
    }
    let mut key = format!("{} ", word(route.method));
    for segment in &route.segments {
        key.push('/');
        match segment {
            Segment::Literal(text) => key.push_str(text),
            Segment::Parameter(name) => key.extend(["{", name, "}"]),
            Segment::Rest => key.push_str("{proxy+}"),
        }
    }
    if route.segments.is_empty() {
        key.push('/');
    }
    key
}

/// What follows an api's stage in the ARN of a call: method and path, holes as `*`.
fn path(route: &Route, literal: &dyn Fn(&str) -> Value) -> Value {
    if route.method == Method::Any && route.segments == [Segment::Rest] {
        return "/$default".into();
    }
    let mut parts = vec!["/".into(), method(route).into()];
    for segment in &route.segments {
        parts.push("/".into());
        parts.push(match segment {
            Segment::Literal(text) => literal(text),
            Segment::Parameter(_) | Segment::Rest => "*".into(),
        });
    }
    if route.segments.is_empty() {
        parts.push("/".into());
    }
    Value::join(parts)
}

/// The ARN that a caller of a route is granted. A call is checked against the path that was asked for, so a catch-all
/// is every path of its host.
pub(super) fn callable(host: &ApiHost, route: &Route) -> Value {
    if route.segments == [Segment::Rest] {
        return host.execution(["/".into(), method(route).into(), "/*".into()]);
    }
    host.execution([path(route, &|text| Value::embed(Language::IamPattern, text.to_owned().into()))])
}

/// A method in an ARN.
fn method(route: &Route) -> &'static str {
    if route.method == Method::Any { "*" } else { word(route.method) }
}

fn word(method: Method) -> &'static str {
    match method {
        Method::Any => "ANY",
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
        Method::Options => "OPTIONS",
    }
}

/// A route's name in addresses: `GET /shows/{id}` is `get-shows-by-id`. Where that would not tell it from another
/// route, `x` and a hash of the route stand after the method, which no other name has.
pub(super) fn name(route: &Route) -> String {
    let method = word(route.method).to_ascii_lowercase();
    let mut name = method.clone();
    let mut exact = true;
    for segment in &route.segments {
        let (word, plain) = match segment {
            Segment::Literal(text) => (slug(text), is_plain(text) && !RESERVED.contains(&text.as_str())),
            Segment::Parameter(text) => (format!("by-{}", slug(text)), is_plain(text)),
            Segment::Rest => ("rest".to_owned(), true),
        };
        exact &= plain;
        name.push('-');
        name.push_str(&word);
    }
    if exact && name.len() <= NAME_LIMIT {
        return name;
    }
    format!("{method}-x-{}", hash(&key(route), 10))
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
}

fn slug(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(method: Method, path: &str) -> Route {
        let segment = |text: &str| match text {
            "*" => Segment::Rest,
            text => match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
                Some(name) => Segment::Parameter(name.to_owned().into()),
                None => Segment::Literal(text.to_owned().into()),
            },
        };
        let segments = path.split('/').filter(|text| !text.is_empty()).map(segment).collect();
        Route { method, segments }
    }

    fn check(method: Method, path: &str, expected_key: &str, expected_name: &str) {
        let route = route(method, path);
        assert_eq!((key(&route).as_str(), name(&route).as_str()), (expected_key, expected_name));
    }

    #[test]
    fn keys_and_names() {
        check(Method::Get, "/", "GET /", "get");
        check(Method::Get, "/shows/{id}", "GET /shows/{id}", "get-shows-by-id");
        check(Method::Any, "/*", "$default", "any-rest");
        check(Method::Post, "/files/*", "POST /files/{proxy+}", "post-files-rest");
        check(Method::Get, "/a-b", "GET /a-b", &format!("get-x-{}", hash("GET /a-b", 10)));
        check(Method::Get, "/by/id", "GET /by/id", &format!("get-x-{}", hash("GET /by/id", 10)));
    }

    #[test]
    fn a_catch_all_of_one_method_has_the_root_too() {
        let keys = |taken: &[Route], apart, method| {
            let taken = taken.iter().map(shape).collect();
            expand(&route(method, "/*"), &taken, apart).iter().map(key).collect::<Vec<_>>()
        };
        assert_eq!(keys(&[], false, Method::Get), ["GET /{proxy+}", "GET /"]);
        assert_eq!(keys(&[route(Method::Get, "/")], false, Method::Get), ["GET /{proxy+}"]);
        assert_eq!(keys(&[], false, Method::Any), ["$default"]);
        let apart = keys(&[route(Method::Get, "/*"), route(Method::Any, "/")], true, Method::Any);
        assert_eq!(apart, ["HEAD /{proxy+}", "POST /{proxy+}", "PUT /{proxy+}", "PATCH /{proxy+}", "DELETE /{proxy+}"]);
    }
}
