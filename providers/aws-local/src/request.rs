//! A request as it came over the wire.

use std::borrow::Cow;

/// An HTTP request of a client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `POST`.
    pub method: String,
    /// The service whose own address it was sent to: see [`crate::addresses`].
    pub service: Option<String>,
    /// The path as it was sent, with its escapes, without what makes an address a service's own.
    pub path: String,
    /// The query as it was sent, without the question mark; empty where there is none.
    pub query: String,
    /// The headers, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What begins the path of a service's own address.
pub(crate) const OWN: &str = "/~";

impl Request {
    /// The service and the path of an address: `/~sesv2/v2/email` is a service's own.
    #[must_use]
    pub fn place(path: &str) -> (Option<String>, String) {
        match path.strip_prefix(OWN).map(|rest| rest.split_once('/').unwrap_or((rest, ""))) {
            Some((service, rest)) => (Some(service.to_owned()), format!("/{rest}")),
            None => (None, path.to_owned()),
        }
    }

    /// A header, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The names and values of the query, without their escapes; a name alone has an empty value.
    pub fn parameters(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        form(&self.query)
    }

    /// A parameter of the query.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    /// The name of the service that the request is signed for; none where it is not signed (AWS reference, "Create a
    /// signed AWS API request": the scope of the credential).
    #[must_use]
    pub fn signed_for(&self) -> Option<String> {
        let header = self.header("authorization").and_then(|text| text.split_once("Credential="));
        let credential = match header {
            Some((_, rest)) => rest.split([',', ' ']).next().map(str::to_owned),
            None => self.parameter("X-Amz-Credential"),
        };
        let credential = credential?;
        let mut parts = credential.rsplit('/');
        (parts.next() == Some("aws4_request")).then(|| parts.next().map(str::to_owned)).flatten()
    }

    /// The media type of the body, without its parameters.
    #[must_use]
    pub fn media_type(&self) -> &str {
        self.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim()
    }
}

/// The names and values of a form (URL standard, "application/x-www-form-urlencoded").
pub(crate) fn form(text: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (spaced(name), spaced(value))
    })
}

fn spaced(text: &str) -> Cow<'_, str> {
    match text.contains('+') {
        true => Cow::Owned(plain(&text.replace('+', " ")).into_owned()),
        false => plain(text),
    }
}

/// A text without percent-escapes; what is no escape stays.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&plain).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scope_of_a_signature_names_the_service() {
        let signed = |name: &str, value: &str| Request {
            headers: vec![(name.to_owned(), value.to_owned())],
            ..Request::default()
        };
        let header = "AWS4-HMAC-SHA256 Credential=1/20250101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host";
        assert_eq!(signed("authorization", header).signed_for().as_deref(), Some("dynamodb"));
        let multi = "AWS4-ECDSA-P256-SHA256 Credential=1/20250101/s3/aws4_request, SignedHeaders=host";
        assert_eq!(signed("authorization", multi).signed_for().as_deref(), Some("s3"));
        assert_eq!(signed("authorization", "Bearer x").signed_for(), None);
        let query = "X-Amz-Credential=1%2F20250101%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Expires=60";
        let presigned = Request { query: query.to_owned(), ..Request::default() };
        assert_eq!(presigned.signed_for().as_deref(), Some("s3"));
    }

    #[test]
    fn escapes_are_undone_and_what_is_none_stays() {
        assert_eq!(plain("a%2Fb%20c%"), "a/b c%");
        assert_eq!(plain("100%zz"), "100%zz");
        let pairs: Vec<_> = form("a=1+2&b&&c=%26").collect();
        let expected = [("a", "1 2"), ("b", ""), ("c", "&")];
        assert!(pairs.iter().zip(expected).all(|((name, value), wanted)| (&**name, &**value) == wanted));
    }
}
