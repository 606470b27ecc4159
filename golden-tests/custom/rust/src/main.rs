//! A handler in Rust: it reads a call a line and answers each with one; everything else it says goes to standard error.

use serde_json::{Value, json};
use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let said: Value = serde_json::from_str(&line?)?;
        let answered = match answer(&said["event"]) {
            Ok(answer) => json!({ "call": said["call"], "answer": answer }),
            Err(wrong) => json!({ "call": said["call"], "error": { "type": "Refused", "message": wrong } }),
        };
        writeln!(out, "{answered}")?;
        out.flush()?;
    }
    Ok(())
}

fn answer(event: &Value) -> Result<Value, String> {
    match event["trigger"].as_str() {
        Some("http") => {
            eprintln!("{} bytes of {}", event["body"].as_str().map_or(0, str::len), event["encoding"]);
            Ok(json!({ "status": 201, "body": event["body"], "encoding": event["encoding"] }))
        }
        Some("queue") => Ok(json!({ "failed": failed(&event["messages"]) })),
        Some("schedule") if event["input"] == json!({ "report": "weekly" }) => Ok(Value::Null),
        Some("invoke") => Ok(json!({ "input": event["input"] })),
        other => Err(format!("an event of {other:?} was not awaited")),
    }
}

/// The ids of messages that cannot be worked on.
fn failed(messages: &Value) -> Vec<&str> {
    let messages = messages.as_array().into_iter().flatten();
    messages.filter(|message| message["body"] == "bad").filter_map(|message| message["id"].as_str()).collect()
}
