//! Hosts: routes that meet on one, and urls that no host has.

use crate::{
    Allow, Auth, Body, Event, Function, FunctionId, Host, Http, Model, Piece, ResourceId, Route, Subject, Text, routes,
};
use indexmap::IndexMap;
use portolan_diagnostics::{Diagnostic, Span, Spanned};

/// Checks every host of the app.
pub(crate) fn check(model: &Model, findings: &mut Vec<Diagnostic>) {
    let mut apis: IndexMap<ResourceId, Vec<&Spanned<Route>>> = IndexMap::new();
    for function in &model.functions {
        let mut own = Vec::new();
        for (_, http) in function.http() {
            match http.host {
                Host::Own => own.extend(&http.routes),
                Host::Api(api) => apis.entry(api).or_default().extend(&http.routes),
            }
        }
        findings.extend(routes::conflicts(&own));
    }
    findings.extend(apis.values().flat_map(|routes| routes::conflicts(routes)));
    check_urls(model, findings);
}

/// `${functions.F.url}` where F has no host of its own.
fn check_urls(model: &Model, findings: &mut Vec<Diagnostic>) {
    let mut check = |subject: Subject, attribute: &Spanned<portolan_value::Text>| {
        if let Subject::Function(id) = subject
            && attribute.value == "url"
            && !has_own_host(model, id)
        {
            findings.push(no_url(model, model.function(id), attribute.span));
        }
    };
    for text in texts(model) {
        for piece in &text.pieces {
            if let Piece::Attribute(subject, attribute) = piece {
                check(*subject, attribute);
            }
        }
    }
    let bodies = model.natives.iter().map(|native| &native.body);
    bodies.chain(model.overrides.iter().map(|entry| &entry.body)).for_each(|body| references(body, &mut check));
}

fn has_own_host(model: &Model, id: FunctionId) -> bool {
    model.function(id).http().any(|(_, http)| http.host == Host::Own)
}

fn no_url(model: &Model, function: &Function, span: Span) -> Diagnostic {
    let name = &function.name;
    let api = function.http().find_map(|(_, http)| match http.host {
        Host::Api(api) => Some(model.resource(api).name.value.as_str()),
        Host::Own => None,
    });
    let help = match api {
        Some(api) => format!("its routes are on an api: `${{resources.{api}.url}}`"),
        None => "only a function with an http trigger has one".to_owned(),
    };
    Diagnostic::error("model/no-url", format!("the function `{}` has no url of its own", name.value))
        .at(span, "")
        .also(name.span, "declared here")
        .help(help)
}

/// Every text in which a reference may stand.
fn texts(model: &Model) -> impl Iterator<Item = &Text> {
    let functions = model.functions.iter().flat_map(|function| {
        let environment = function.environment.iter().map(|(_, text)| text);
        let allowed =
            function.allow.iter().flat_map(|Allow { actions, resources, .. }| actions.iter().chain(resources));
        environment.chain(&function.callers.principals).chain(allowed).chain(tokens(function))
    });
    functions.chain(model.outputs.iter().map(|output| &output.value))
}

/// The texts of a function's `jwt`.
fn tokens(function: &Function) -> impl Iterator<Item = &Text> {
    function.triggers.iter().flat_map(|trigger| match &trigger.event {
        Event::Http(Http { auth: Spanned { value: Auth::Jwt { issuer, audience }, .. }, .. }) => {
            std::iter::once(issuer).chain(audience).collect::<Vec<_>>()
        }
        _ => Vec::new(),
    })
}

fn references(body: &Body, visit: &mut impl FnMut(Subject, &Spanned<portolan_value::Text>)) {
    match body {
        Body::Reference(subject, attribute) => visit(*subject, attribute),
        Body::List(items) | Body::Join(items) => items.iter().for_each(|item| references(item, visit)),
        Body::Map(entries) => entries.iter().for_each(|(_, item)| references(item, visit)),
        Body::Null | Body::Bool(_) | Body::Number(_) | Body::Text(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn routes_meet_on_their_host() {
        let check = |triggers: [&str; 2], expected: &[&str]| {
            let function = |name: &str, trigger: &str| {
                format!("  {name}: {{ runtime: rust, handler: a.b, triggers: {trigger} }}\n")
            };
            let functions = function("f", triggers[0]) + &function("g", triggers[1]);
            check(&format!("resources: {{ web: {{ kind: api, auth: public }} }}\nfunctions:\n{functions}"), expected);
        };
        check(["{ api: web, http: GET /a }", "{ api: web, http: GET /a }"], &["7 model/route-twice"]);
        check(["{ api: web, http: GET /a }", "{ http: GET /a, auth: public }"], &[]);
        check(["{ http: [GET /a, GET /a], auth: public }", "{ http: GET /a, auth: public }"], &["6 model/route-twice"]);
        check(
            ["{ api: web, http: \"GET /{x}/b\" }", "{ api: web, http: \"GET /a/{y}\" }"],
            &["7 model/route-ambiguous"],
        );
    }
}
