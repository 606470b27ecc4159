//! functions-framework with a package: a server on the loopback that is asked as Google's services would ask it.

use super::host::{Came, spawn};
use super::wire;
use http_body_util::BodyExt;
use portolan_aws_local::Request;
use portolan_diagnostics::Diagnostic;
use portolan_target::base64;
use serde_json::{Map, Value as Json, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::sleep;

/// Starts the server and asks it, request by request.
pub(super) async fn speak(command: &mut Command, calls: &[Json], port: &str) -> Result<Vec<Came>, Box<Diagnostic>> {
    let authority = format!("127.0.0.1:{port}");
    let mut process = spawn(command)?;
    let asked = async {
        while TcpStream::connect(&authority).await.is_err() {
            sleep(Duration::from_millis(30)).await;
        }
        let mut all = Vec::with_capacity(calls.len());
        for call in calls {
            all.push(match wire::send(&authority, &request(call)).await {
                Ok(answer) => Came::Answer(native(answer).await),
                Err(why) => Came::Crash(why),
            });
        }
        all
    };
    let came = tokio::select! {
        all = asked => all,
        status = process.ended() => vec![Came::Crash(status)],
    };
    process.stop().await;
    Ok(came)
}

fn request(call: &Json) -> Request {
    let target = call["path"].as_str().unwrap_or("/");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = call["headers"].as_object().into_iter().flatten();
    Request {
        method: call["method"].as_str().unwrap_or("GET").to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: headers.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect(),
        body: body(&call["body"]),
        service: None,
    }
}

/// A text as it is, `{"base64": …}` as its bytes, anything else as JSON.
fn body(body: &Json) -> Vec<u8> {
    match body {
        Json::Null => Vec::new(),
        Json::String(text) => text.clone().into_bytes(),
        Json::Object(map) if map.len() == 1 && map.contains_key("base64") => {
            portolan_target::bytes(&json!({ "body": map["base64"], "encoding": "base64" }))
        }
        value => value.to_string().into_bytes(),
    }
}

async fn native(answer: wire::Answer) -> Json {
    let (head, body) = answer.into_parts();
    let body = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(never) => match never {},
    };
    let mut headers: Map<String, Json> = Map::new();
    let mut cookies = Vec::new();
    for (name, value) in &head.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        match name.as_str() {
            "set-cookie" => cookies.push(value),
            name => {
                let joined = headers.get(name).and_then(Json::as_str).map(|before| format!("{before}, {value}"));
                headers.insert(name.to_owned(), joined.unwrap_or(value).into());
            }
        }
    }
    json!({ "status": head.status.as_u16(), "headers": headers, "cookies": cookies, "body": base64(&body) })
}
