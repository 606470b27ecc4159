//! Policies of API Management: XML in which every text of the user's is quoted.
//!
//! A text that begins like an expression or a named value would be code there whatever its quoting; `supports` refuses
//! it.

use portolan_model::Cors;
use portolan_value::{Language, Value};

/// XML being written: the tags are ours, what stands between and inside them is quoted.
#[derive(Default)]
pub(super) struct Markup(Vec<Value>);

impl Markup {
    /// `<tag a="…">`.
    pub(super) fn open(mut self, tag: &'static str, attributes: &[(&'static str, Value)]) -> Self {
        self.tag(tag, attributes);
        self.0.push(">".into());
        self
    }

    /// `<tag a="…" />`.
    pub(super) fn empty(mut self, tag: &'static str, attributes: &[(&'static str, Value)]) -> Self {
        self.tag(tag, attributes);
        self.0.push(" />".into());
        self
    }

    /// `</tag>`.
    pub(super) fn close(mut self, tag: &'static str) -> Self {
        self.0.push(format!("</{tag}>").into());
        self
    }

    /// `<tag>text</tag>`, once for each text.
    pub(super) fn each(self, tag: &'static str, texts: impl IntoIterator<Item = Value>) -> Self {
        texts.into_iter().fold(self, |markup, text| markup.open(tag, &[]).text(text).close(tag))
    }

    /// A group of texts: `<tags><tag>…</tag></tags>`.
    pub(super) fn list(self, tags: &'static str, tag: &'static str, texts: impl IntoIterator<Item = Value>) -> Self {
        self.open(tags, &[]).each(tag, texts).close(tags)
    }

    /// Text.
    pub(super) fn text(mut self, text: Value) -> Self {
        self.0.push(Value::embed(Language::Xml, text));
        self
    }

    /// Whatever another writes.
    pub(super) fn then(self, write: impl FnOnce(Self) -> Self) -> Self {
        write(self)
    }

    /// The whole document around what happens to a request.
    pub(super) fn policy(write: impl FnOnce(Self) -> Self) -> Value {
        let inbound = Self::default().open("policies", &[]).open("inbound", &[]).empty("base", &[]).then(write);
        let rest = inbound.close("inbound");
        let base = |markup: Self, section| markup.open(section, &[]).empty("base", &[]).close(section);
        let rest = ["backend", "outbound", "on-error"].into_iter().fold(rest, base);
        Value::join(rest.close("policies").0)
    }

    fn tag(&mut self, tag: &'static str, attributes: &[(&'static str, Value)]) {
        self.0.push(format!("<{tag}").into());
        for (name, value) in attributes {
            self.0.push(format!(" {name}=\"").into());
            self.0.push(Value::embed(Language::Xml, value.clone()));
            self.0.push("\"".into());
        }
    }
}

/// Cross-origin rules.
pub(super) fn cors(cors: &Cors) -> Value {
    let texts = |items: &[String]| items.iter().map(|item| Value::from(item.clone())).collect::<Vec<_>>();
    let methods: Vec<(&'static str, Value)> =
        cors.max_age.iter().map(|seconds| ("preflight-result-max-age", Value::from(seconds.to_string()))).collect();
    Markup::policy(|markup| {
        markup
            .open("cors", &[("allow-credentials", cors.credentials.to_string().into())])
            .list("allowed-origins", "origin", texts(&cors.origins))
            .open("allowed-methods", &methods)
            .each("method", texts(&cors.methods))
            .close("allowed-methods")
            .list("allowed-headers", "header", texts(&cors.headers))
            .close("cors")
    })
}

/// What a token must say to be let through.
pub(super) struct Token {
    /// Where the issuer's keys are described.
    pub(super) configuration: Value,
    /// Whom it is for.
    pub(super) audiences: Vec<Value>,
    /// Issuers beyond the one of the configuration.
    pub(super) issuers: Vec<Value>,
    /// Whose it may be; none means anybody's.
    pub(super) objects: Option<Vec<Value>>,
}

impl Token {
    /// Refuses requests without such a token.
    pub(super) fn validate(self, markup: Markup) -> Markup {
        let attributes = [
            ("header-name", "Authorization".into()),
            ("failed-validation-httpcode", "401".into()),
            ("require-scheme", "Bearer".into()),
            ("require-expiration-time", "true".into()),
            ("require-signed-tokens", "true".into()),
        ];
        let markup = markup.open("validate-jwt", &attributes);
        let markup = markup.empty("openid-config", &[("url", self.configuration)]);
        let markup = markup.list("audiences", "audience", self.audiences);
        let markup = match self.issuers.is_empty() {
            true => markup,
            false => markup.list("issuers", "issuer", self.issuers),
        };
        match self.objects {
            None => markup,
            Some(objects) => markup
                .open("required-claims", &[])
                .open("claim", &[("name", "oid".into()), ("match", "any".into())])
                .each("value", objects)
                .close("claim")
                .close("required-claims"),
        }
        .close("validate-jwt")
    }
}

/// Sends the request on to a function's host. One that is shut gets the gateway's own token, and the caller's in a
/// header that no caller can set.
pub(super) fn forward(markup: Markup, host: Value, guard: Option<Value>) -> Markup {
    let markup = markup.empty("set-backend-service", &[("base-url", host)]);
    let Some(app) = guard else { return markup };
    let header = [("name", "X-Forwarded-Authorization".into()), ("exists-action", "override".into())];
    markup
        .open("set-header", &header)
        .open("value", &[])
        .text("@(context.Request.Headers.GetValueOrDefault(\"Authorization\", \"\"))".into())
        .close("value")
        .close("set-header")
        .empty("authentication-managed-identity", &[("resource", app)])
}

/// A policy with a text of the user's, for the tests of encoding.
#[cfg(test)]
pub(crate) fn sample(text: &str) -> Value {
    let one = vec![text.to_owned()];
    cors(&Cors { origins: one, methods: Vec::new(), headers: Vec::new(), credentials: false, max_age: None })
}
