//! Who may call: `auth`, `cors` and `callers`.

use crate::names::article;
use crate::resolve::Resolver;
use crate::values::{distinct, no_choice};
use crate::{Auth, Callers, Cors, Event, Piece, Text, Trigger};
use portolan_diagnostics::{Diagnostic, Span, Spanned, suggest};
use portolan_syntax::{CallersSpec, Node, Tree};

/// The ways of `auth`, as messages show them.
const WAYS: &str = "`public`, `iam` or `{ jwt: { issuer: URL, audience: NAME } }`";

/// The methods that a page can ask for.
const METHODS: [&str; 8] = ["*", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

impl Resolver<'_> {
    /// `public`, `iam` or `{ jwt: { issuer, audience } }`.
    pub fn auth(&mut self, node: &Node) -> Option<Spanned<Auth>> {
        if let Tree::Map(entries) = &node.tree {
            return match entries.iter().map(|entry| entry.key.value.as_str()).collect::<Vec<_>>().as_slice() {
                ["jwt"] => self.jwt(&entries[0].value).map(|auth| Spanned::new(auth, node.span)),
                keys if keys.contains(&"function") => {
                    self.auth_by_function(node.span);
                    None
                }
                _ => {
                    self.unknown_auth(node.span, "this map is no way of `auth`", None);
                    None
                }
            };
        }
        let text = self.text_of(node)?;
        let word = self.literal(&text)?;
        match word.value.as_str() {
            "public" => return Some(Spanned::new(Auth::Public, node.span)),
            "iam" => return Some(Spanned::new(Auth::Iam, node.span)),
            "jwt" => self.jwt_missing(node.span, "issuer` and `audience"),
            other => {
                let close = suggest(other, ["public", "iam", "jwt"]);
                self.unknown_auth(node.span, &format!("`{other}` is no way of `auth`"), close);
            }
        }
        None
    }

    fn jwt(&mut self, node: &Node) -> Option<Auth> {
        let known = ["issuer", "audience"];
        for entry in node.entries().iter().filter(|entry| !known.contains(&entry.key.value.as_str())) {
            self.findings.push(no_choice(&entry.key, "jwt", known.into_iter()));
        }
        let (Some(issuer), Some(audience)) = (node.get("issuer"), node.get("audience")) else {
            let missing = known.into_iter().filter(|key| node.get(key).is_none()).collect::<Vec<_>>();
            self.jwt_missing(node.span, &missing.join("` and `"));
            return None;
        };
        let issuer = self.text_of(issuer).and_then(|text| self.deferred(&text));
        let audience: Vec<Text> = match &audience.tree {
            Tree::List(items) => items.iter().filter_map(|item| self.text_of(item)).collect::<Vec<_>>(),
            _ => self.text_of(audience).into_iter().collect(),
        }
        .iter()
        .filter_map(|text| self.deferred(text))
        .collect();
        if audience.is_empty() {
            self.jwt_missing(node.span, "audience");
        }
        let issuer = issuer?;
        self.check_issuer(&issuer);
        Some(Auth::Jwt { issuer, audience })
    }

    /// An issuer that begins with something known must begin as a URL.
    fn check_issuer(&mut self, issuer: &Text) {
        let start = match issuer.pieces.first() {
            Some(Piece::Literal(start)) => start.as_str(),
            Some(_) => return,
            None => "",
        };
        if !start.starts_with("https://") || (issuer.pieces.len() == 1 && start.len() == "https://".len()) {
            let message = format!("`{start}` is not the URL of an issuer");
            let diagnostic =
                Diagnostic::error("model/jwt-issuer", message).at(issuer.span, "must begin with `https://`");
            self.findings
                .push(diagnostic.help("the issuer is the `iss` of its tokens: `https://accounts.example.com/`"));
        }
    }

    fn jwt_missing(&mut self, span: Span, missing: &str) {
        let message = format!("`jwt` lacks `{missing}`, so tokens of anybody would do");
        let diagnostic = Diagnostic::error("model/jwt-incomplete", message).at(span, "");
        self.findings.push(diagnostic.help("write `auth: { jwt: { issuer: \"https://…\", audience: my-app } }`"));
    }

    fn auth_by_function(&mut self, span: Span) {
        let message = "`auth` by a function belongs to a later part of the language and is not built yet";
        let diagnostic = Diagnostic::error("model/auth-function", message).at(span, "not built yet");
        self.findings.push(diagnostic.help(format!("use {WAYS}, or check inside the handler with `auth: public`")));
    }

    fn unknown_auth(&mut self, span: Span, message: &str, close: Option<&str>) {
        let help = close.map_or_else(|| format!("it is {WAYS}"), |close| format!("did you mean `{close}`?"));
        self.findings.push(Diagnostic::error("model/unknown-auth", message).at(span, "who may call?").help(help));
    }

    /// `true`, `false` or `{ origins, methods, headers, credentials, max-age }`; `false` is no cors at all. The outer
    /// nothing means that something was wrong.
    pub fn cors(&mut self, node: &Node) -> Option<Option<Spanned<Box<Cors>>>> {
        let every = || vec!["*".to_owned()];
        let cors = match &node.tree {
            Tree::Map(_) => self.cors_of(node)?,
            _ => {
                let text = self.text_of(node)?;
                if !self.truth(&text)?.value {
                    return Some(None);
                }
                Cors { origins: every(), methods: every(), headers: every(), credentials: false, max_age: None }
            }
        };
        Some(Some(Spanned::new(Box::new(cors), node.span)))
    }

    fn cors_of(&mut self, node: &Node) -> Option<Cors> {
        let known = ["origins", "methods", "headers", "credentials", "max-age"];
        for entry in node.entries().iter().filter(|entry| !known.contains(&entry.key.value.as_str())) {
            self.findings.push(no_choice(&entry.key, "cors", known.into_iter()));
        }
        let origins = self.cors_list(node, "origins");
        let methods = self.cors_list(node, "methods");
        let headers = self.cors_list(node, "headers");
        let truth = |resolver: &mut Self, node| resolver.text_of(node).and_then(|text| resolver.truth(&text));
        let credentials = node.get("credentials").and_then(|node| truth(self, node)).is_some_and(|truth| truth.value);
        let max_age = node.get("max-age").and_then(|node| self.text_of(node)).and_then(|text| self.duration(&text));
        origins.iter().for_each(|origin| self.check_origin(origin, credentials));
        let upper = |method: &Spanned<portolan_value::Text>| {
            Spanned::new(method.value.to_ascii_uppercase().into(), method.span)
        };
        let methods: Vec<Spanned<portolan_value::Text>> = methods.iter().map(upper).collect();
        for method in methods.iter().filter(|method| !METHODS.contains(&method.value.as_str())) {
            self.findings.push(no_choice(method, "methods", METHODS.into_iter()));
        }
        let plain =
            |list: Vec<Spanned<portolan_value::Text>>| list.into_iter().map(|entry| entry.value.into()).collect();
        Some(Cors {
            origins: plain(origins),
            methods: plain(methods),
            headers: plain(headers),
            credentials,
            max_age: max_age.map(|age| u32::try_from(age.value).unwrap_or(u32::MAX)),
        })
    }

    /// One word or a list; everything where nothing is written.
    fn cors_list(&mut self, node: &Node, key: &str) -> Vec<Spanned<portolan_value::Text>> {
        let Some(value) = node.get(key) else { return vec![Spanned::new("*".into(), node.span)] };
        let items = match &value.tree {
            Tree::List(items) => items.as_slice(),
            _ => std::slice::from_ref(value),
        };
        let word = |item| self.text_of(item).and_then(|text| self.literal(&text));
        let words = items.iter().filter_map(word).collect();
        distinct(words, &mut self.findings)
    }

    fn check_origin(&mut self, origin: &Spanned<portolan_value::Text>, credentials: bool) {
        if origin.value == "*" {
            if credentials {
                let message = "`credentials` with every origin: browsers refuse that";
                let diagnostic = Diagnostic::error("model/cors-credentials", message).at(origin.span, "every origin");
                self.findings.push(diagnostic.help("list the origins that may send credentials"));
            }
            return;
        }
        let host = origin.value.strip_prefix("https://").or_else(|| origin.value.strip_prefix("http://"));
        let is_host = |host: &str| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']);
        if !host.is_some_and(is_host) {
            let message = format!("`{}` is not an origin: a scheme, a host and perhaps a port", origin.value);
            let diagnostic = Diagnostic::error("model/cors-origin", message).at(origin.span, "");
            self.findings.push(diagnostic.help("write `https://www.example.com`, without a path or a final slash"));
        }
    }

    /// The callers that this target's provider knows, and the functions of the app.
    pub fn callers(&mut self, callers: Option<&CallersSpec>) -> Callers {
        let Some(callers) = callers else { return Callers::default() };
        let provider = self.request.target.format.provider();
        let mut functions = Vec::new();
        for name in callers.functions.iter() {
            let Some(name) = self.literal(name) else { continue };
            functions.extend(self.function_named(&name).map(|id| Spanned::new(id, name.span)));
        }
        let principals = callers.principals.iter().filter(|(known, _)| known.value == provider);
        let principals = principals.flat_map(|(_, list)| list).filter_map(|text| self.deferred(text)).collect();
        Callers { functions, principals }
    }

    /// `iam` lets in callers only, so there should be some for this provider.
    pub fn check_callers(
        &mut self,
        name: &Spanned<portolan_value::Text>,
        triggers: &[Trigger],
        callers: Option<&CallersSpec>,
    ) {
        let provider = self.request.target.format.provider();
        let has_some = callers.is_some_and(|callers| {
            let principals = callers.principals.iter().filter(|(known, _)| known.value == provider);
            !callers.functions.is_empty() || principals.flat_map(|(_, list)| list).next().is_some()
        });
        let is_iam = |trigger: &&Trigger| match &trigger.event {
            Event::Http(http) => matches!(http.auth.value, Auth::Iam),
            _ => false,
        };
        if let (Some(trigger), false) = (triggers.iter().find(is_iam), has_some) {
            let provider = provider.key();
            let message = format!("nobody can call `{}` on {provider}: `iam` lets in its callers only", name.value);
            let help = format!("add `callers: {{ functions: [NAME] }}`, or `callers: {{ {provider}: [PRINCIPAL] }}`");
            let diagnostic = Diagnostic::warning("model/iam-without-callers", message).at(trigger.span, "no callers");
            self.findings.push(diagnostic.help(help));
        }
    }

    /// An http trigger without any `auth`.
    pub fn auth_missing(&mut self, span: Span, api: Option<(&str, Span)>) {
        let message = "an http trigger must say who may call: `auth` is missing";
        let diagnostic = Diagnostic::error("model/auth-missing", message).at(span, "anybody, or whom?");
        let help = format!("add `auth:` with {WAYS}");
        self.findings.push(match api {
            Some((name, span)) => diagnostic
                .also(span, format!("{} `{name}` says nothing either", article("api")))
                .help(help + ", here or on the api"),
            None => diagnostic.help(help),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, function, model, shown};

    fn http(rest: &str) -> String {
        function(&format!("triggers: {{ http: GET /, {rest} }}"))
    }

    #[test]
    fn a_jwt_may_come_from_the_deployment() {
        let jwt = "auth: { jwt: { issuer: \"https://${inputs.tenant}/\", audience: [a, \"${inputs.tenant}\"] } }";
        let model = model(&format!("inputs: {{ tenant: {{}} }}\n{}", http(jwt)));
        let (_, found) = model.functions[0].http().next().unwrap();
        let Auth::Jwt { issuer, audience } = &found.auth.value else { panic!("a jwt") };
        assert_eq!((shown(issuer).as_str(), audience.len()), ("https://{InputId(0)}/", 2));
    }

    #[test]
    fn wrong_auth() {
        let check = |auth: &str, expected: &str| check(&http(&format!("auth: {auth}")), &[expected]);
        check("pubic", "5 model/unknown-auth");
        check("{ basic: x }", "5 model/unknown-auth");
        check("jwt", "5 model/jwt-incomplete");
        check("{ jwt: { issuer: \"https://a\" } }", "5 model/jwt-incomplete");
        check("{ jwt: { issuer: \"https://a\", audience: [] } }", "5 model/jwt-incomplete");
        check("{ jwt: { issuer: a, audience: b } }", "5 model/jwt-issuer");
        check("{ jwt: { issuer: \"https://\", audience: b } }", "5 model/jwt-issuer");
        check("{ jwt: { issuer: \"https://a\", audience: b, isuer: c } }", "5 model/choice");
        check("{ function: f }", "5 model/auth-function");
        check("iam", "5 model/iam-without-callers");
        check("[public]", "5 syntax/shape");
    }

    #[test]
    fn cors_is_every_origin_or_a_list() {
        let cors = |cors: &str| {
            let model = model(&http(&format!("auth: public, cors: {cors}")));
            model.functions[0].http().next().unwrap().1.cors.clone().map(|cors| *cors.value)
        };
        let every = cors("true").unwrap();
        assert_eq!(
            (every.origins.join(" "), every.methods.join(" "), every.max_age),
            ("*".to_owned(), "*".to_owned(), None)
        );
        assert_eq!(cors("false"), None);
        let some =
            cors("{ origins: \"https://a.example:8080\", methods: [get, POST], credentials: true, max-age: 5 min }")
                .unwrap();
        assert_eq!((some.methods.join(" "), some.credentials, some.max_age), ("GET POST".to_owned(), true, Some(300)));
    }

    #[test]
    fn wrong_cors() {
        let check = |cors: &str, expected: &str| check(&http(&format!("auth: public, cors: {cors}")), &[expected]);
        check("yes", "5 model/truth");
        check("{ origin: a }", "5 model/choice");
        check("{ origins: example.com }", "5 model/cors-origin");
        check("{ origins: [\"https://a/b\"] }", "5 model/cors-origin");
        check("{ credentials: true }", "5 model/cors-credentials");
        check("{ methods: [FETCH] }", "5 model/choice");
        check("{ headers: [a, a] }", "5 model/repeated");
    }

    #[test]
    fn callers_are_functions_and_principals_of_this_provider() {
        let rest = http("auth: iam")
            .replace("},  }", "}, callers: { functions: [f], aws: [\"${functions.f.arn}\"], gcp: [x, y] } }");
        let rest =
            rest.replace(" } }\n", " }, callers: { functions: [f], aws: [\"${functions.f.arn}\"], gcp: [x, y] } }\n");
        let model = model(&rest);
        assert_eq!((model.functions[0].callers.functions.len(), model.functions[0].callers.principals.len()), (1, 1));
        check(&function("callers: { functions: [g] }"), &["5 resolve/unknown-function"]);
        check(
            &format!("resources: {{ jobs: {{ kind: queue }} }}\n{}", function("callers: { functions: [jobs] }")),
            &["6 resolve/unknown-function"],
        );
    }
}
