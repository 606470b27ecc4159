//! Apis: an operation for every route, with a policy that checks the caller and sends the request to its function.

use super::http::doors;
use super::policy::{Markup, Token, cors, forward};
use super::types::{API_POLICY, OPERATION, OPERATION_POLICY};
use super::{Lowering, id, name, named, principal};
use crate::hooks::{entra_app_id, url};
use crate::names;
use portolan_model::hash;
use portolan_model::{
    Auth, Function, FunctionId, Host, Http, Method, ResourceId, Route, Segment, Setting, Text, Trigger,
};
use portolan_value::{Address, Context, Map, Origin, Value};

impl<'a> Lowering<'a> {
    /// The cross-origin rules of an api, for all of its operations.
    pub(super) fn api_cors(&mut self, api: ResourceId) {
        let resource = self.model().resource(api);
        let Some(setting) = resource.option("cors") else { return };
        let Setting::Cors(rules) = &setting.value else { return };
        let body = policy_body(&[name(&gateway(resource)), name(&routes(resource))], cors(rules));
        let address = Address::new(&resource.name.value, "cors-policy");
        self.add(address, API_POLICY, body, Origin::new(setting.span, "api"));
    }

    /// The operations of a function's routes on apis.
    pub(super) fn operations(&mut self, at: FunctionId, function: &'a Function) {
        for (trigger, http) in function.http() {
            let Host::Api(api) = http.host else { continue };
            if let Auth::Iam = http.auth.value {
                let gateway = id(&gateway(self.model().resource(api)));
                self.admit_callers(function, "validate-jwt/oid", &gateway);
            }
            for route in &http.routes {
                for method in methods(route.value.method) {
                    self.operation(at, function, (trigger, http), api, &Route { method, ..route.value.clone() });
                }
            }
        }
    }

    fn operation(
        &mut self,
        at: FunctionId,
        function: &'a Function,
        (trigger, http): (&Trigger, &Http),
        api: ResourceId,
        route: &Route,
    ) {
        let resource = self.model().resource(api);
        let via = slug(route);
        let address = Address::via(&resource.name.value, &via, "operation");
        let own = names::tied(self.model(), &Address::new(&via, "operation"), 80);
        let parents = [name(&gateway(resource)), name(&routes(resource))];
        let full = Value::join([parents[0].clone(), "/".into(), parents[1].clone(), "/".into(), own.into()]);
        let properties = Map::from([
            ("displayName", format!("{} {}", word(route.method), template(route)).into()),
            ("method", word(route.method).into()),
            ("urlTemplate", template(route).into()),
            ("templateParameters", Value::list(parameters(route))),
        ]);
        let origin = Origin::new(trigger.span, "api");
        let body = Map::from([("name", full), ("properties", properties.into())]);
        let operation = self.add(address, OPERATION, body, origin.clone());
        let token = self.token(function, http);
        let shut = doors(function, at, &self.invokers).shut();
        let guard = shut.then(|| entra_app_id(self.model()));
        let host = url(&self.request, &function.name.value).unwrap_or_else(|| "".into());
        let policy = Markup::policy(|markup| {
            let checked = match token {
                Some(token) => token.validate(markup),
                None => markup,
            };
            forward(checked, host, guard)
        });
        let body = policy_body(&[parents[0].clone(), parents[1].clone(), name(&operation)], policy);
        let address = Address::via(&resource.name.value, &via, "rule");
        self.add(address, OPERATION_POLICY, body, origin);
    }

    /// What the gateway asks of a caller's token.
    fn token(&self, function: &Function, http: &Http) -> Option<Token> {
        match &http.auth.value {
            Auth::Public => None,
            Auth::Jwt { issuer, audience } => Some(Token {
                configuration: Value::join([self.issuer(issuer), "/.well-known/openid-configuration".into()]),
                audiences: audience.iter().map(|text| self.kinds.text(text)).collect(),
                issuers: Vec::new(),
                objects: None,
            }),
            Auth::Iam => Some(self.callers(function)),
        }
    }

    /// An issuer without a final slash.
    fn issuer(&self, issuer: &Text) -> Value {
        match issuer.literal() {
            Some(text) => text.trim_end_matches('/').to_owned().into(),
            None => self.kinds.text(issuer),
        }
    }

    /// A token of the tenant's whose object is among the callers; identities get tokens of both versions.
    fn callers(&self, function: &Function) -> Token {
        let app = entra_app_id(self.model());
        let functions = function.callers.functions.iter().map(|caller| principal(named(self.model(), caller.value)));
        let principals = function.callers.principals.iter().map(|object| self.kinds.text(object));
        let mut objects: Vec<Value> = functions.chain(principals).collect();
        if objects.is_empty() {
            objects.push("00000000-0000-0000-0000-000000000000".into());
        }
        let tenant = || Value::from(Context::Tenant);
        let keys = "/v2.0/.well-known/openid-configuration";
        Token {
            configuration: Value::join(["https://login.microsoftonline.com/".into(), tenant(), keys.into()]),
            audiences: vec![app.clone(), Value::join(["api://".into(), app])],
            issuers: vec![
                Value::join(["https://sts.windows.net/".into(), tenant(), "/".into()]),
                Value::join(["https://login.microsoftonline.com/".into(), tenant(), "/v2.0".into()]),
            ],
            objects: Some(objects),
        }
    }
}

fn gateway(resource: &portolan_model::Resource) -> Address {
    Address::new(&resource.name.value, "api")
}

fn routes(resource: &portolan_model::Resource) -> Address {
    Address::new(&resource.name.value, "routes")
}

fn policy_body(parents: &[Value], policy: Value) -> Map {
    let name = parents.iter().flat_map(|parent| [parent.clone(), "/".into()]).chain(["policy".into()]);
    let properties = Value::from([("format", "xml".into()), ("value", policy)]);
    Map::from([("name", Value::join(name)), ("properties", properties)])
}

/// An operation has one method; `ANY` is all of them.
fn methods(method: Method) -> Vec<Method> {
    match method {
        Method::Any => {
            vec![Method::Get, Method::Head, Method::Post, Method::Put, Method::Patch, Method::Delete, Method::Options]
        }
        method => vec![method],
    }
}

fn word(method: Method) -> &'static str {
    match method {
        Method::Any => "*",
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
        Method::Options => "OPTIONS",
    }
}

/// The path as the gateway matches it.
fn template(route: &Route) -> String {
    let segment = |segment: &Segment| match segment {
        Segment::Literal(text) => format!("/{text}"),
        Segment::Parameter(name) => format!("/{{{name}}}"),
        Segment::Rest => "/*".to_owned(),
    };
    match route.segments.is_empty() {
        true => "/".to_owned(),
        false => route.segments.iter().map(segment).collect(),
    }
}

fn parameters(route: &Route) -> Vec<Value> {
    let parameter = |segment: &Segment| match segment {
        Segment::Parameter(name) => {
            Some(Value::from([("name", name.clone().into()), ("type", "string".into()), ("required", true.into())]))
        }
        Segment::Literal(_) | Segment::Rest => None,
    };
    route.segments.iter().filter_map(parameter).collect()
}

/// A route as a word that no other route of its api has: `get-shows-by-id`, with a hash where letters were lost.
fn slug(route: &Route) -> String {
    let plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let mut exact = true;
    let mut words = vec![word(route.method).to_ascii_lowercase()];
    for segment in &route.segments {
        match segment {
            Segment::Literal(text) => {
                exact &= plain(text) && !matches!(text.as_str(), "by" | "rest");
                words.push(kept(text));
            }
            Segment::Parameter(name) => {
                exact &= plain(name);
                words.extend(["by".to_owned(), kept(name)]);
            }
            Segment::Rest => words.push("rest".to_owned()),
        }
    }
    if !exact {
        words.push(format!("h{}", hash(&format!("{} {}", word(route.method), template(route)), 6)));
    }
    words.retain(|word| !word.is_empty());
    words.join("-")
}

fn kept(text: &str) -> String {
    text.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(method: Method, segments: &[Segment]) -> Route {
        Route { method, segments: segments.to_vec() }
    }

    #[test]
    fn routes_have_words_of_their_own() {
        let literal = |text: &str| Segment::Literal(text.to_owned().into());
        let id = Segment::Parameter("id".into());
        assert_eq!(slug(&route(Method::Get, &[])), "get");
        assert_eq!(slug(&route(Method::Get, &[literal("shows"), id.clone()])), "get-shows-by-id");
        assert_eq!(slug(&route(Method::Put, &[literal("files"), Segment::Rest])), "put-files-rest");
        let near = [
            route(Method::Get, &[literal("a"), literal("b")]),
            route(Method::Get, &[literal("a-b")]),
            route(Method::Get, &[literal("a_b")]),
            route(Method::Get, &[literal("A"), literal("b")]),
            route(Method::Get, &[literal("by"), literal("id")]),
            route(Method::Get, &[id]),
        ];
        let words: std::collections::HashSet<String> = near.iter().map(slug).collect();
        assert_eq!(words.len(), near.len());
    }
}
