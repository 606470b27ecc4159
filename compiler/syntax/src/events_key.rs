//! `events:` on a function, as other tools write it: refused, with the triggers it would be here.
//!
//! A best effort for the reader's eyes: what has no counterpart is said in a comment. Nothing is taken over unread.

use crate::names::{MAX_NAME, kebab};
use crate::tree::{Entry, Node, Tree};
use portolan_diagnostics::Diagnostic;

/// So many events are translated; the rest follow the same pattern.
const MOST: usize = 20;

/// The refusal of an `events` entry.
pub(crate) fn refused(entry: &Entry) -> Diagnostic {
    let lines: Vec<String> = entry.value.items().iter().take(MOST).flat_map(translate).collect();
    let triggers = if lines.is_empty() {
        "write `triggers: { http: GET /, auth: public }`".to_owned()
    } else {
        format!("write\ntriggers:\n{}", lines.join("\n"))
    };
    Diagnostic::error("syntax/events-key", "a function has no `events`; what starts it stands under `triggers`")
        .at(entry.key.span, "not read")
        .help(triggers)
}

fn translate(item: &Node) -> Vec<String> {
    let Some(Entry { key, value }) = item.entries().first() else {
        return vec![format!("  # {}", item.text().unwrap_or("an event without a name"))];
    };
    match key.value.as_str() {
        "http" | "httpApi" => http(value),
        "schedule" => schedule(value),
        "sqs" => with_batch(format!("  - queue: {}", name(value)), value),
        "sns" => vec![format!("  - topic: {}", name(value))],
        "s3" => bucket(value),
        "stream" if is_of_a_table(value) => table(value),
        "eventBridge" if value.get("schedule").is_some() => schedule(value.get("schedule").unwrap_or(value)),
        other => vec![format!("  # {}: belongs to a later part of the language", one_line(other))],
    }
}

fn http(value: &Node) -> Vec<String> {
    let written = value.text().unwrap_or("ANY *");
    let (method, path) = written.trim().split_once(char::is_whitespace).unwrap_or(("ANY", written));
    let method = text(value, "method").unwrap_or(method).to_ascii_uppercase();
    let method = if method == "*" { "ANY".to_owned() } else { method };
    let path = text(value, "path").unwrap_or(path).trim().trim_start_matches('/').replace("{proxy+}", "*");
    let mut lines = vec![format!("  - http: {} /{}", one_line(&method), one_line(&path)), auth(value)];
    if value.get("cors").is_some_and(|cors| cors.text() != Some("false")) {
        lines.push("    cors: true".to_owned());
    }
    lines
}

fn auth(value: &Node) -> String {
    let authorizer = value.get("authorizer");
    let kind = authorizer.and_then(|it| it.text().or_else(|| text(it, "type")));
    let word = match (authorizer, kind) {
        (Some(_), Some("aws_iam" | "AWS_IAM")) => "iam",
        (Some(_), _) => "jwt  # it had an authorizer: say which here",
        (None, _) if text(value, "private") == Some("true") => "iam  # it wanted an API key",
        (None, _) => "public",
    };
    format!("    auth: {word}")
}

fn schedule(value: &Node) -> Vec<String> {
    let rate = value.get("rate").unwrap_or(value);
    let rates = if rate.text().is_some() { std::slice::from_ref(rate) } else { rate.items() };
    let zone = text(value, "timezone").map(|zone| format!("    timezone: {}", one_line(zone)));
    let one = |rate: &Node| {
        let mut lines = vec![format!("  - schedule: {}", five_fields(rate.text().unwrap_or_default()))];
        lines.extend(zone.clone());
        lines
    };
    rates.iter().flat_map(one).collect()
}

/// `cron(0 3 * * ? *)` of AWS as the five fields of POSIX: no year, no `?`, Sunday 0 instead of 1.
fn five_fields(expression: &str) -> String {
    let expression = one_line(expression);
    let inner = expression.strip_prefix("cron(").and_then(|rest| rest.strip_suffix(')'));
    let fields: Vec<&str> = inner.unwrap_or_default().split_whitespace().collect();
    let [minute, hour, day, month, weekday, year] = fields[..] else { return expression };
    if year != "*" || expression.contains(['L', 'W', '#']) {
        return format!("{expression}  # cron has five fields here, without years, `L`, `W` and `#`");
    }
    let any = |field: &str| if field == "?" { "*".to_owned() } else { field.to_owned() };
    let shifted = |c: char| match c.to_digit(10) {
        Some(day @ 1..=7) => char::from_digit(day - 1, 10).unwrap_or(c),
        _ => c,
    };
    let (days, step) =
        weekday.split_once('/').map_or((weekday, String::new()), |(days, step)| (days, format!("/{step}")));
    let days: String = any(days).chars().map(shifted).collect();
    format!("cron({minute} {hour} {} {month} {days}{step})", any(day))
}

fn bucket(value: &Node) -> Vec<String> {
    let mut lines = vec![format!("  - bucket: {}", name(value.get("bucket").unwrap_or(value)))];
    let event = text(value, "event").unwrap_or("s3:ObjectCreated:*");
    lines.push(format!("    events: [{}]", if event.contains("Removed") { "deleted" } else { "created" }));
    for rule in value.get("rules").map(Node::items).unwrap_or_default() {
        lines.extend(text(rule, "prefix").map(|prefix| format!("    prefix: \"{}*\"", one_line(prefix))));
        lines.extend(text(rule, "suffix").map(|suffix| format!("    suffix: \"{}\"", one_line(suffix))));
    }
    lines
}

/// Whether a stream is a table's: it says so, or its ARN does.
fn is_of_a_table(value: &Node) -> bool {
    let said = text(value, "type").map(|kind| kind == "dynamodb");
    let arn = value.text().or_else(|| text(value, "arn")).unwrap_or_default();
    said.unwrap_or_else(|| arn.contains(":dynamodb:"))
}

/// Streams tell deletions too.
fn table(value: &Node) -> Vec<String> {
    let mut lines = vec![format!("  - table: {}", name(value)), "    changes: [created, changed, deleted]".to_owned()];
    if text(value, "startingPosition").is_none_or(|position| position == "TRIM_HORIZON") {
        lines.push("    start: earliest".to_owned());
    }
    lines.extend(batch(value));
    lines
}

fn with_batch(line: String, value: &Node) -> Vec<String> {
    std::iter::once(line).chain(batch(value)).collect()
}

fn batch(value: &Node) -> Option<String> {
    text(value, "batchSize").map(|size| format!("    batch: {}", one_line(size)))
}

/// The name of a resource, from an ARN, a reference to a logical id, or a name.
fn name(value: &Node) -> String {
    let keys = ["arn", "topicName", "Fn::GetAtt", "Ref", "Fn::ImportValue"];
    let mut node = value;
    while let Some(inner) = keys.iter().find_map(|key| node.get(key)) {
        node = inner;
    }
    let written = match &node.tree {
        Tree::List(items) => items.first().and_then(Node::text),
        _ => node.text(),
    };
    let written = without_holes(written.unwrap_or_default());
    // arn:…:table/NAME/stream/LABEL has colons in its label.
    let written = written.split("/stream/").next().unwrap_or_default();
    let last = written.rsplit([':', '/']).next().unwrap_or_default();
    let named = kebab(last.trim_end_matches(".Arn"), MAX_NAME);
    if named.is_empty() { "NAME".to_owned() } else { named }
}

fn without_holes(text: &str) -> String {
    let mut parts = text.split("${");
    let first = parts.next().unwrap_or_default();
    let rest = parts.map(|part| part.split_once('}').map_or("", |(_, rest)| rest));
    std::iter::once(first).chain(rest).collect()
}

fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.get(key).and_then(Node::text)
}

/// User text inside a help of several lines.
fn one_line(text: &str) -> String {
    text.chars().take(120).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_diagnostics::Sources;

    fn check(events: &str, expected: &[&str]) {
        let source = Sources::default().add("a", events);
        let node = crate::tree(&source).product.unwrap();
        let lines: Vec<String> = node.items().iter().flat_map(translate).collect();
        assert_eq!(lines, expected, "for {events}");
    }

    #[test]
    fn http_events() {
        check("- http: GET users/{id}\n", &["  - http: GET /users/{id}", "    auth: public"]);
        check("- httpApi: '*'\n", &["  - http: ANY /*", "    auth: public"]);
        check("- httpApi: { method: post, path: \"/x/{proxy+}\" }\n", &["  - http: POST /x/*", "    auth: public"]);
        check(
            "- http: { path: a, method: get, cors: true, authorizer: aws_iam }\n",
            &["  - http: GET /a", "    auth: iam", "    cors: true"],
        );
        check(
            "- http: { path: a, method: get, authorizer: { name: check } }\n",
            &["  - http: GET /a", "    auth: jwt  # it had an authorizer: say which here"],
        );
    }

    #[test]
    fn schedules_lose_their_sixth_field() {
        check("- schedule: rate(1 hour)\n", &["  - schedule: rate(1 hour)"]);
        check("- schedule: cron(0 3 ? * 2-6 *)\n", &["  - schedule: cron(0 3 * * 1-5)"]);
        check("- schedule: cron(0 3 ? * MON-FRI/2 *)\n", &["  - schedule: cron(0 3 * * MON-FRI/2)"]);
        check(
            "- schedule: { rate: [rate(1 day), cron(0 3 1 * ? *)], timezone: Europe/Paris }\n",
            &[
                "  - schedule: rate(1 day)",
                "    timezone: Europe/Paris",
                "  - schedule: cron(0 3 1 * *)",
                "    timezone: Europe/Paris",
            ],
        );
        check(
            "- schedule: cron(0 3 L * ? *)\n",
            &["  - schedule: cron(0 3 L * ? *)  # cron has five fields here, without years, `L`, `W` and `#`"],
        );
    }

    #[test]
    fn queues_topics_and_buckets() {
        check("- sqs: arn:aws:sqs:eu-west-1:1:MyQueue\n", &["  - queue: my-queue"]);
        check(
            "- sqs: { arn: { \"Fn::GetAtt\": [JobQueue, Arn] }, batchSize: 5 }\n",
            &["  - queue: job-queue", "    batch: 5"],
        );
        check("- sns: { topicName: \"x-${self:provider.stage}\" }\n", &["  - topic: x"]);
        check(
            "- s3: { bucket: photos, event: \"s3:ObjectRemoved:*\", rules: [{ prefix: up/ }, { suffix: .jpg }] }\n",
            &["  - bucket: photos", "    events: [deleted]", "    prefix: \"up/*\"", "    suffix: \".jpg\""],
        );
        check(
            "- stream: { type: dynamodb, arn: { \"Fn::GetAtt\": [OrdersTable, StreamArn] }, batchSize: 5, startingPosition: LATEST }\n",
            &["  - table: orders-table", "    changes: [created, changed, deleted]", "    batch: 5"],
        );
        check(
            "- stream: arn:aws:dynamodb:eu-west-1:1:table/Orders/stream/2026-11-21T00:00:00.000\n",
            &["  - table: orders", "    changes: [created, changed, deleted]", "    start: earliest"],
        );
        check("- stream: arn:x\n- alexa\n", &["  # stream: belongs to a later part of the language", "  # alexa"]);
    }
}
