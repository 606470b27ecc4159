//! How AWS says no, in the words of each protocol.

use crate::Protocol;
use serde_json::json;

/// An answer that refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status of HTTP.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// The answer of a service to a call that no policy allows. EC2 and S3 have codes of their own.
#[must_use]
pub fn refuse(protocol: Protocol, service: &str, message: &str) -> Refusal {
    match protocol {
        Protocol::Json => {
            let error = json!({ "__type": "AccessDeniedException", "Message": message, "message": message });
            answer(400, "application/x-amz-json-1.0", error.to_string().into_bytes())
        }
        Protocol::RestJson => {
            let body = json!({ "Message": message, "message": message }).to_string().into_bytes();
            let mut refusal = answer(403, "application/json", body);
            refusal.headers.push(("x-amzn-errortype", "AccessDeniedException".to_owned()));
            refusal
        }
        Protocol::Cbor => {
            let mut refusal = answer(403, "application/cbor", cbor(message));
            refusal.headers.push(("smithy-protocol", "rpc-v2-cbor".to_owned()));
            refusal
        }
        Protocol::Query => xml(&format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>{}</Message></Error><RequestId>0</RequestId></ErrorResponse>",
            escaped(message)
        )),
        Protocol::Ec2 => xml(&format!(
            "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>{}</Message></Error></Errors><RequestID>0</RequestID></Response>",
            escaped(message)
        )),
        Protocol::RestXml if service == "s3" => xml(&format!(
            "<Error><Code>AccessDenied</Code><Message>{}</Message><RequestId>0</RequestId></Error>",
            escaped(message)
        )),
        Protocol::RestXml => xml(&format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>{}</Message></Error><RequestId>0</RequestId></ErrorResponse>",
            escaped(message)
        )),
    }
}

fn answer(status: u16, kind: &str, body: Vec<u8>) -> Refusal {
    Refusal { status, headers: vec![("content-type", kind.to_owned())], body }
}

fn xml(text: &str) -> Refusal {
    answer(403, "text/xml", text.as_bytes().to_vec())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn cbor(message: &str) -> Vec<u8> {
    let mut encoder = minicbor::Encoder::new(Vec::new());
    let written = encoder
        .map(2)
        .and_then(|encoder| encoder.str("__type")?.str("AccessDeniedException"))
        .and_then(|encoder| encoder.str("message")?.str(message))
        .map(|_| ());
    // Writing into memory does not fail.
    written.map(|()| encoder.into_writer()).unwrap_or_default()
}
