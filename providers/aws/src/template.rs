//! A template as JSON, however it was written down: JSON, YAML with the short forms of its functions (CloudFormation user
//! guide, "Intrinsic function reference"), or what `aws cloudformation get-template` prints around either.

use portolan_diagnostics::{Diagnostic, Source, Sources};
use portolan_syntax::{Node, Tree};
use serde_json::{Map, Number, Value as Json, json};

/// The functions that have a short form beside `!Ref` and `!Condition`, which stand for themselves.
const SHORT: [&str; 16] = [
    "And",
    "Base64",
    "Cidr",
    "Equals",
    "FindInMap",
    "GetAZs",
    "GetAtt",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "Select",
    "Split",
    "Sub",
];

/// Further ones, of language extensions and macros.
const EXTENDED: [&str; 2] = ["ToJsonString", "Transform"];

/// The template in a text.
///
/// # Errors
/// Says what is wrong with the text, and in which line.
pub(crate) fn read(text: &str) -> Result<Json, String> {
    let template = parsed(text)?;
    match template.get("TemplateBody") {
        Some(Json::String(inner)) => parsed(inner).map_err(|why| format!("in its `TemplateBody`, {why}")),
        Some(inner) => Ok(inner.clone()),
        None => Ok(template),
    }
}

fn parsed(text: &str) -> Result<Json, String> {
    let is_json = text.trim_start().starts_with('{');
    match serde_json::from_str(text) {
        Ok(json) => Ok(json),
        // A map of YAML may stand in braces too, and then the words of its reader say more.
        Err(error) => yaml(text).map_err(|why| if is_json { error.to_string() } else { why }),
    }
}

fn yaml(text: &str) -> Result<Json, String> {
    let source = Sources::default().add("template", text);
    let read = portolan_syntax::tree(&source);
    if let Some(wrong) = read.diagnostics.iter().find(|found| found.is_error()) {
        return Err(told(wrong, &source));
    }
    read.product.map_or(Ok(Json::Null), |node| value(&node, &source))
}

fn told(wrong: &Diagnostic, source: &Source) -> String {
    match &wrong.primary {
        Some(label) => format!("line {}: {}", source.position(label.span).line, wrong.message),
        None => wrong.message.clone(),
    }
}

fn value(node: &Node, source: &Source) -> Result<Json, String> {
    let plain = match &node.tree {
        Tree::Null => Json::Null,
        Tree::Scalar(scalar) if scalar.quoted || node.tag.is_some() => json!(scalar.text.as_str()),
        Tree::Scalar(scalar) => word(&scalar.text),
        Tree::List(items) => items.iter().map(|item| value(item, source)).collect::<Result<_, _>>()?,
        Tree::Map(entries) => {
            let entry =
                |entry: &portolan_syntax::Entry| Ok((entry.key.value.to_string(), value(&entry.value, source)?));
            Json::Object(entries.iter().map(entry).collect::<Result<Map<_, _>, String>>()?)
        }
    };
    let Some(tag) = &node.tag else { return Ok(plain) };
    match tag.value.as_str() {
        name @ ("Ref" | "Condition") => Ok(json!({ name: plain })),
        name if SHORT.contains(&name) || EXTENDED.contains(&name) => Ok(json!({ format!("Fn::{name}"): plain })),
        name => {
            let line = source.position(tag.span).line;
            Err(format!("line {line}: `!{name}` is no function of CloudFormation"))
        }
    }
}

/// What stands without quotes. CloudFormation reads YAML 1.1: `yes` and `on` are truths there; a number with a leading zero
/// may be an account's, and stays the text that it is.
fn word(text: &str) -> Json {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => return json!(true),
        "false" | "no" | "off" => return json!(false),
        _ => {}
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && (!digits.starts_with('0') || digits == "0" || digits.starts_with("0."));
    match text.parse::<Number>() {
        Ok(number) if is_number => Json::Number(number),
        _ => json!(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(yaml: &str, expected: Json) {
        assert_eq!(read(yaml), Ok(expected), "{yaml}");
    }

    #[test]
    fn short_forms_are_read_as_long_ones() {
        check("A: !Ref Queue", json!({"A": {"Ref": "Queue"}}));
        check("A: !GetAtt Queue.Arn", json!({"A": {"Fn::GetAtt": "Queue.Arn"}}));
        check("A: !GetAtt [Queue, Arn]", json!({"A": {"Fn::GetAtt": ["Queue", "Arn"]}}));
        check("A: !Sub '${Queue}-x'", json!({"A": {"Fn::Sub": "${Queue}-x"}}));
        check("A: !Sub\n  - '${x}'\n  - x: !Ref Queue", json!({"A": {"Fn::Sub": ["${x}", {"x": {"Ref": "Queue"}}]}}));
        check(
            "A: !If [Big, !Ref One, !Ref AWS::NoValue]",
            json!({"A": {"Fn::If": ["Big", {"Ref": "One"}, {"Ref": "AWS::NoValue"}]}}),
        );
        check(
            "A:\n  Fn::Join: ['', [a, !Select [0, !GetAZs '']]]",
            json!({"A": {"Fn::Join": ["", ["a", {"Fn::Select": [0, {"Fn::GetAZs": ""}]}]]}}),
        );
        check("A: !Condition Big", json!({"A": {"Condition": "Big"}}));
    }

    #[test]
    fn words_are_what_cloudformation_reads() {
        check(
            "{a: true, b: No, c: 30, d: -1.5, e: 012345678901, f: 2010-09-09, g: '30', h: ~, i: 1e3, j: 1:30}",
            json!({
                "a": true, "b": false, "c": 30, "d": -1.5, "e": "012345678901", "f": "2010-09-09", "g": "30", "h": null,
                "i": "1e3", "j": "1:30"
            }),
        );
    }

    #[test]
    fn what_is_printed_is_read_through() {
        let template = json!({"Resources": {}});
        check(&json!({"TemplateBody": template}).to_string(), template.clone());
        check(&json!({"TemplateBody": "Resources: {}"}).to_string(), template.clone());
        check("TemplateBody: |\n  Resources: {}\n", template);
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line() {
        for (text, expected) in [
            ("A: 1\nB: !Reff x", "line 2: `!Reff` is no function of CloudFormation"),
            ("A: 1\nA: 2", "line 2: "),
            ("{\"A\": 1,\n \"B\": ", "at line 2"),
            ("TemplateBody: |\n  A: !Nothing x\n", "in its `TemplateBody`, line 1"),
        ] {
            let why = read(text).expect_err(text);
            assert!(why.contains(expected), "{text:?}: {why}");
        }
    }
}
