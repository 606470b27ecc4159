//! HTTP/1.1 to a backend, and the two forms of a request: as hyper has it, and as our readers do.

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Response, StatusCode, client};
use hyper_util::rt::TokioIo;
use portolan_aws_local::Request;
use tokio::net::TcpStream;

/// What is about one connection only, and what the library writes itself (RFC 9110, section 7.6.1).
const HOP_BY_HOP: [&str; 8] =
    ["connection", "content-length", "expect", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"];

/// The answer of a backend.
pub(super) type Answer = Response<Full<Bytes>>;

/// Sends a request to a host and port and waits for the whole answer.
pub(super) async fn send(authority: &str, request: &Request) -> Result<Answer, String> {
    let failed = |error: &dyn std::fmt::Display| format!("`{authority}` does not answer: {error}");
    let stream = TcpStream::connect(authority).await.map_err(|error| failed(&error))?;
    let (mut sender, connection) =
        client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|error| failed(&error))?;
    tokio::spawn(connection);
    let sent = written(authority, request).map_err(|error| failed(&error))?;
    let (head, body) = sender.send_request(sent).await.map_err(|error| failed(&error))?.into_parts();
    let body = body.collect().await.map_err(|error| failed(&error))?.to_bytes();
    let mut answer = Response::new(Full::new(body));
    *answer.status_mut() = head.status;
    *answer.headers_mut() = kept(&head.headers);
    // The answer to `HEAD` tells the length of a body that it does not have.
    if request.method == "HEAD"
        && let Some(length) = head.headers.get("content-length")
    {
        answer.headers_mut().insert("content-length", length.clone());
    }
    Ok(answer)
}

fn written(authority: &str, request: &Request) -> Result<hyper::Request<Full<Bytes>>, hyper::http::Error> {
    let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
    let mut builder = hyper::Request::builder().method(request.method.as_str()).uri(format!("{}{query}", request.path));
    for (name, value) in request.headers.iter().filter(|(name, _)| !HOP_BY_HOP.contains(&name.as_str())) {
        builder = builder.header(name, value);
    }
    if request.header("host").is_none() {
        builder = builder.header("host", authority);
    }
    builder.body(Full::new(Bytes::from(request.body.clone())))
}

fn kept(headers: &HeaderMap) -> HeaderMap {
    let kept = headers.iter().filter(|(name, _)| !HOP_BY_HOP.contains(&name.as_str()));
    kept.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// A request as our readers have it.
pub(super) fn plain(head: &hyper::http::request::Parts, body: &Bytes) -> Request {
    let header = |(name, value): (&HeaderName, &HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let (service, path) = Request::place(head.uri.path());
    Request {
        method: head.method.as_str().to_owned(),
        service,
        path,
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers.iter().map(header).collect(),
        body: body.to_vec(),
    }
}

/// An answer of our own.
pub(super) fn answer(status: u16, headers: &[(&'static str, String)], body: Vec<u8>) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(body)));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            answer.headers_mut().insert(*name, value);
        }
    }
    answer
}

/// The host and port of an address: `http://127.0.0.1:4566`.
pub(super) fn authority(url: &str) -> Option<String> {
    let uri: hyper::Uri = url.parse().ok()?;
    let plain = uri.scheme_str() == Some("http") && matches!(uri.path(), "" | "/") && uri.query().is_none();
    let authority = uri.authority().filter(|_| plain)?;
    let port = authority.port_u16().unwrap_or(80);
    (!authority.as_str().contains('@')).then(|| format!("{}:{port}", authority.host()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_are_taken() {
        assert_eq!(authority("http://127.0.0.1:4566").as_deref(), Some("127.0.0.1:4566"));
        assert_eq!(authority("http://localhost/").as_deref(), Some("localhost:80"));
        for wrong in ["https://localhost", "localhost:4566", "ftp://x", "http://a:b@c", "http://x/path", ""] {
            assert_eq!(authority(wrong), None, "{wrong}");
        }
    }
}
