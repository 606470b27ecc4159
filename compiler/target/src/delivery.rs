//! An event of `docs/events.md` on its way to a function that runs on this machine: what a cloud would send for it, and what
//! its answer means.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portolan_value::Value;
use serde_json::{Value as Json, json};

/// One event for one function, and what stands in for its deployment.
pub struct Delivery<'a> {
    /// The event.
    pub event: &'a Json,
    /// The key of the trigger that it comes from.
    pub key: &'a str,
    /// The route of an api's host that a request takes; empty for a host of its own.
    pub route: &'a str,
    /// The place of the route among those of its trigger.
    pub place: usize,
    /// The region, in the provider's words.
    pub region: &'a str,
    /// The variables of the function.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
}

impl Delivery<'_> {
    /// The value of a variable; empty where it has none.
    #[must_use]
    pub fn variable(&self, name: &str) -> String {
        (self.variable)(name).unwrap_or_default()
    }

    /// A field of the event, by its JSON pointer.
    #[must_use]
    pub fn field(&self, pointer: &str) -> &Json {
        self.event.pointer(pointer).unwrap_or(&Json::Null)
    }

    /// A text of the event; empty where it has none.
    #[must_use]
    pub fn text(&self, pointer: &str) -> &str {
        self.field(pointer).as_str().unwrap_or_default()
    }

    /// The kind of the trigger.
    #[must_use]
    pub fn trigger(&self) -> &str {
        self.text("/trigger")
    }

    /// The messages of a queue or topic.
    #[must_use]
    pub fn messages(&self) -> Vec<&Json> {
        match self.field("/messages") {
            Json::Array(messages) => messages.iter().collect(),
            _ => vec![self.field("/message")],
        }
    }

    /// The changes of a table.
    #[must_use]
    pub fn changes(&self) -> Vec<&Json> {
        self.field("/changes").as_array().into_iter().flatten().collect()
    }

    /// The query of a request as it stands in a URL.
    #[must_use]
    pub fn query(&self) -> String {
        let Some(query) = self.field("/query").as_object() else { return String::new() };
        let pairs = query.iter().flat_map(|(name, values)| {
            values.as_array().into_iter().flatten().filter_map(Json::as_str).map(move |value| (name.as_str(), value))
        });
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    /// The path of a request as it stands in a URL.
    #[must_use]
    pub fn encoded_path(&self) -> String {
        percent_encoding::utf8_percent_encode(self.text("/path"), &PATH).to_string()
    }

    /// The headers of a request, and its cookies as one.
    #[must_use]
    pub fn headers(&self) -> serde_json::Map<String, Json> {
        let mut headers = serde_json::Map::new();
        headers.insert("host".to_owned(), self.field("/host").clone());
        headers.extend(self.field("/headers").as_object().cloned().unwrap_or_default());
        let cookies = self.cookies();
        if !cookies.is_empty() {
            headers.insert("cookie".to_owned(), cookies.join("; ").into());
        }
        if let Some(address) = self.field("/address").as_str() {
            headers.entry("x-forwarded-for").or_insert_with(|| address.into());
        }
        headers
    }

    /// The cookies of a request, each as it is sent.
    #[must_use]
    pub fn cookies(&self) -> Vec<String> {
        let cookies = self.field("/cookies").as_object().into_iter().flatten();
        cookies.filter_map(|(name, value)| Some(format!("{name}={}", value.as_str()?))).collect()
    }
}

/// What a path may hold beside letters and digits (RFC 3986, section 3.3).
const PATH: percent_encoding::AsciiSet = percent_encoding::NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// The bytes that a `body` and its `encoding` stand for.
#[must_use]
pub fn bytes(holder: &Json) -> Vec<u8> {
    let body = holder["body"].as_str().unwrap_or_default();
    match holder["encoding"].as_str() {
        Some("base64") => STANDARD.decode(body).unwrap_or_else(|_| body.as_bytes().to_vec()),
        _ => body.as_bytes().to_vec(),
    }
}

/// The text of a value, where it is known before a deployment: a text, or one in a language of its own.
#[must_use]
pub fn known(value: &Value) -> Option<String> {
    match value {
        Value::Embed(embed) => embed.written().as_text().map(str::to_owned),
        value => value.as_text().map(str::to_owned),
    }
}

/// Bytes in base64.
#[must_use]
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Milliseconds since 1970 of a time of an event.
#[must_use]
pub fn milliseconds(time: &str) -> i64 {
    let read = time::OffsetDateTime::parse(time, &time::format_description::well_known::Rfc3339);
    read.map_or(0, |time| i64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or_default())
}

/// What a function answered, in the words of `docs/events.md`.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A request's: `status`, `headers`, `cookies`, `body`, `encoding`.
    Http(Json),
    /// A queue's: the ids of messages that are delivered again.
    Failed(Vec<String>),
    /// A direct call's.
    Value(Json),
    /// All is done, and there is nothing to say.
    Done,
}

impl Answer {
    /// The answer as the handler would have written it.
    #[must_use]
    pub fn json(&self) -> Json {
        match self {
            Self::Http(answer) | Self::Value(answer) => answer.clone(),
            Self::Failed(failed) => json!({ "failed": failed }),
            Self::Done => Json::Null,
        }
    }

    /// A request's answer, from `status`, `headers` (one text each), `cookies`, and `body` in base64.
    #[must_use]
    pub fn http(native: &Json) -> Self {
        let mut headers = serde_json::Map::new();
        for (name, value) in native["headers"].as_object().into_iter().flatten() {
            let name = name.to_ascii_lowercase();
            if !OF_THE_CONNECTION.contains(&name.as_str()) {
                headers.insert(name, value.clone());
            }
        }
        headers.sort_keys();
        let body = STANDARD.decode(native["body"].as_str().unwrap_or_default()).unwrap_or_default();
        let (body, encoding) = match String::from_utf8(body) {
            Ok(text) => (text, None),
            Err(bytes) => (base64(bytes.as_bytes()), Some("base64")),
        };
        let mut answer = json!({ "status": native["status"], "headers": headers, "body": body });
        if let Some(encoding) = encoding {
            answer["encoding"] = encoding.into();
        }
        if native["cookies"].as_array().is_some_and(|cookies| !cookies.is_empty()) {
            answer["cookies"] = native["cookies"].clone();
        }
        Self::Http(answer)
    }
}

/// Headers that say how an answer travels; they differ from server to server.
const OF_THE_CONNECTION: [&str; 6] =
    ["connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"];

#[cfg(test)]
mod tests {
    use super::*;

    fn with<T>(event: &Json, look: impl FnOnce(&Delivery<'_>) -> T) -> T {
        look(&Delivery { event, key: "web", route: "", place: 0, region: "eu-west-1", variable: &|_| None })
    }

    #[test]
    fn a_request_is_written_as_it_travels() {
        let event = json!({
            "path": "/shows/night owls/é", "query": { "tag": ["a b", "c&d"], "full": [""] }, "host": "h", "address": "203.0.113.7",
            "headers": { "accept": "*/*" }, "cookies": { "a": "1", "b": "2" },
        });
        with(&event, |delivery| {
            assert_eq!(delivery.encoded_path(), "/shows/night%20owls/%C3%A9");
            assert_eq!(delivery.query(), "tag=a+b&tag=c%26d&full=");
            let headers =
                json!({ "host": "h", "accept": "*/*", "cookie": "a=1; b=2", "x-forwarded-for": "203.0.113.7" });
            assert_eq!(Json::Object(delivery.headers()), headers);
        });
    }

    #[test]
    fn bytes_are_what_they_stand_for() {
        assert_eq!(bytes(&json!({ "body": "/w==", "encoding": "base64" })), [0xff]);
        assert_eq!(bytes(&json!({ "body": "/w==", "encoding": "utf-8" })), b"/w==");
        assert_eq!(milliseconds("2026-11-21T09:30:12.345Z"), 1_795_253_412_345);
    }

    #[test]
    fn an_answer_keeps_what_the_handler_said() {
        let native = json!({ "status": 201, "headers": { "Content-Type": "text/plain", "Date": "now" }, "cookies": ["a=1"], "body": "eA==" });
        let expected =
            json!({ "status": 201, "headers": { "content-type": "text/plain" }, "body": "x", "cookies": ["a=1"] });
        assert_eq!(Answer::http(&native).json(), expected);
        assert_eq!(Answer::http(&json!({ "status": 200, "body": "/w==" })).json()["encoding"], "base64");
    }
}
