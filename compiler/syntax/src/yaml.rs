//! YAML text to a spanned tree, with everything wrong with the text.
//!
//! Knows YAML and its traps, and no key of the language. Aliases are expanded and merge keys folded here, within caps.
//! A value that only lacks quotes does not end the reading: it is reported, and the text read again as if it had them.

mod build; // start reading here
mod entries;

mod broken;
mod quoting;

use crate::decode::{MAX_BYTES, too_many_bytes};
use crate::tree::Node;
use portolan_diagnostics::{Checked, Diagnostic, Source};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How many findings one run gives; whoever has more runs again.
pub(crate) const MAX_FINDINGS: usize = 1000;
/// How many times a text is read again after a value without quotes.
const MAX_REPAIRS: usize = 20;

/// What could be read of a text.
pub(crate) struct Reading {
    /// The document; none for an empty text.
    pub root: Option<Node>,
    /// Everything wrong with it as YAML.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether reading ended before the text did: what stands last may be incomplete.
    pub broken: bool,
}

/// The tree of a YAML or JSON text: one document, tags kept on their nodes. An empty text is `Null`.
#[must_use]
pub fn tree(source: &Source) -> Checked<Node> {
    let reading = read(source);
    let nothing = Node { tree: crate::Tree::Null, span: source.span(0..0), tag: None };
    Checked::new(reading.root.unwrap_or(nothing), reading.diagnostics)
}

pub(crate) fn read(source: &Source) -> Reading {
    let length = source.text().len();
    if length > MAX_BYTES {
        return Reading { root: None, diagnostics: vec![too_many_bytes(source, length)], broken: true };
    }
    let mut text = Cow::Borrowed(source.text());
    let mut repairs = BTreeMap::new();
    let mut missing_quotes = Vec::new();
    loop {
        let attempt = build::build(source, &text, &repairs);
        let mut reading = attempt.reading;
        let found = attempt.missing_quotes.len();
        let last = found == 0 || missing_quotes.len() + found > MAX_REPAIRS;
        for wanted in attempt.missing_quotes {
            missing_quotes.push(wanted.diagnostic);
            text = Cow::Owned(quoting::blank(&text, &wanted.range));
            repairs.insert(wanted.range.start, wanted.range.end);
        }
        if last {
            reading.diagnostics.extend(missing_quotes);
            return reading;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tree;
    use portolan_diagnostics::Sources;

    /// A tree on one line: `"…"` is a quoted text, `~` nothing.
    fn flat(node: &Node) -> String {
        let tag = node.tag().map(|tag| format!("!{tag} ")).unwrap_or_default();
        let all = |parts: Vec<String>| parts.join(", ");
        let body = match &node.tree {
            Tree::Null => "~".into(),
            Tree::Scalar(scalar) if scalar.quoted => format!("{:?}", scalar.text),
            Tree::Scalar(scalar) => scalar.text.to_string(),
            Tree::List(items) => format!("[{}]", all(items.iter().map(flat).collect())),
            Tree::Map(entries) => {
                let entry = |entry: &crate::Entry| format!("{}: {}", entry.key.value, flat(&entry.value));
                format!("{{{}}}", all(entries.iter().map(entry).collect()))
            }
        };
        format!("{tag}{body}")
    }

    /// The tree, then each finding as `line:column id message`, and of missing quotes the line as it should be.
    fn check(text: &str, expected: &[&str]) {
        let source = Sources::default().add("a.yaml", text);
        let reading = read(&source);
        let mut got = vec![reading.root.as_ref().map_or_else(String::new, flat)];
        for diagnostic in &reading.diagnostics {
            let at = source.position(diagnostic.primary.as_ref().unwrap().span);
            got.push(format!("{}:{} {} {}", at.line, at.column, diagnostic.id, diagnostic.message));
            if diagnostic.id == "syntax/quotes-wanted" {
                got.extend(diagnostic.help.first().cloned());
            }
        }
        assert_eq!(got, expected, "for {text:?}");
    }

    #[test]
    fn values_stay_as_written() {
        check(
            "a: on\nb: no\nc: 012\nd: 1e3\ne: 2024-01-02\nyes: 0x1F\n",
            &["{a: on, b: no, c: 012, d: 1e3, e: 2024-01-02, yes: 0x1F}"],
        );
        check("a:\nb: ~\nc: null\nd: \"null\"\nnull: x\n", &[r#"{a: ~, b: ~, c: ~, d: "null", null: x}"#]);
        check(
            r#"{"a": [1, {"b": null}], "c": "\u00e9"}"#,
            &[r#"{a: ["1", {b: ~}], c: "é"}"#.replace("\"1\"", "1").as_str()],
        );
        check("a: |\n  x\n  y\n# no\nb: 'it''s' # no\n", &[r#"{a: "x\ny\n", b: "it's"}"#]);
    }

    #[test]
    fn line_breaks_of_windows_keep_columns() {
        check(
            "a: 1\r\nb:\r\n  é: 1\r\n  é: 2\r\n",
            &["{a: 1, b: {é: 1}}", "4:3 syntax/duplicate-key the key `é` is written twice in one map"],
        );
    }

    #[test]
    fn tags_stay_on_nodes() {
        check(
            "a: !ref x\nb: !join [!ref x, y]\nc: !when { d: e }\nf: !option\n",
            &["{a: !ref x, b: !join [!ref x, y], c: !when {d: e}, f: !option ~}"],
        );
        check(
            "a: !!str 12\nb: !!int 12\nc: ! 12\nd: !<tag:x.y,2000:z> 1\n",
            &[r#"{a: "12", b: 12, c: "12", d: !tag:x.y,2000:z 1}"#],
        );
    }

    #[test]
    fn aliases_and_merges_are_honoured() {
        check("a: &x {b: 1, c: 2}\nd: *x\n", &["{a: {b: 1, c: 2}, d: {b: 1, c: 2}}"]);
        check("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n", &["{a: {b: 1, c: 2}, d: {c: 3, b: 1}}"]);
        check(
            "a: &x {b: 1}\nc: &y {b: 2, d: 2}\ne: {<<: [*x, *y]}\n",
            &["{a: {b: 1}, c: {b: 2, d: 2}, e: {b: 1, d: 2}}"],
        );
        check("\"<<\": 1\n", &["{<<: 1}"]);
        check("a: {<<: 1}\n", &["{a: {}}", "1:9 syntax/merge `<<` takes in a map or a list of maps, this is a text"]);
        check(
            "a: {<<: [{b: 1}, c]}\n",
            &["{a: {b: 1}}", "1:18 syntax/merge `<<` takes in a map or a list of maps, this is a text"],
        );
    }

    #[test]
    fn bad_aliases_are_found() {
        check(
            "a: &x {b: *x, c: 1}\n",
            &["{a: {c: 1}}", "1:11 syntax/recursive-alias the anchor `x` holds an alias of itself"],
        );
        check(
            "a: &base 1\nb: *bose\nc: 2\n",
            &["{a: 1, c: 2}", "2:4 syntax/unknown-anchor no anchor is called `bose`"],
        );
        check("a: [*.mp3]\n", &["{a: []}", "1:5 syntax/unknown-anchor no anchor is called `.mp3`"]);
    }

    #[test]
    fn bombs_are_refused() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..20 {
            let alias = format!("*a{}", level - 1);
            bomb += &format!("a{level}: &a{level} [{}]\n", [alias.as_str(); 9].join(", "));
        }
        let ids = |text: &str| {
            let source = Sources::default().add("a", text);
            read(&source).diagnostics.iter().map(|diagnostic| diagnostic.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(&bomb), ["syntax/too-large"]);
        let long = "x".repeat(1_000_000);
        assert_eq!(ids(&format!("a: &a {long}\nb: [{}]\n", ["*a"; 40].join(", "))), ["syntax/too-large"]);
        let mut chain = "a0: &a0 [x]\n".to_owned();
        for level in 1..100 {
            chain += &format!("a{level}: &a{level} [*a{}]\n", level - 1);
        }
        assert_eq!(ids(&chain), ["syntax/too-deep"]);
        assert_eq!(ids(&"[".repeat(100_000)), ["syntax/too-deep"]);
        assert_eq!(ids(&"{a: ".repeat(100_000)), ["syntax/too-deep"]);
        assert_eq!(ids(&"- ".repeat(100_000)), ["syntax/too-deep"]);
        assert_eq!(ids(&"? ".repeat(100_000)), ["syntax/too-deep"]);
        let blocks = (0..200).map(|level| format!("{}a:\n", " ".repeat(level))).collect::<String>();
        assert_eq!(ids(&blocks), ["syntax/too-deep"]);
        assert_eq!(ids(&"x".repeat(MAX_BYTES + 1)), ["syntax/too-large"]);
    }

    #[test]
    fn keys_are_texts_and_distinct() {
        check(
            "a: 1\nb: 2\na: 3\n",
            &["{a: 1, b: 2}", "3:1 syntax/duplicate-key the key `a` is written twice in one map"],
        );
        check("? [a]\n: b\nc: d\n", &["{c: d}", "1:3 syntax/key a key is a text, this is a list"]);
        check(": b\n", &["{}", "1:1 syntax/key a key is missing before `:`"]);
        check("!x a: b\n", &["{}", "1:4 syntax/key a key takes no tag, this one has `!x`"]);
        check("a: {{app}}\n", &["{a: {}}", "1:5 syntax/key a key is a text, this is a map"]);
    }

    #[test]
    fn one_document_only() {
        check(
            "---\na: 1\n---\nb: 2\n",
            &["{a: 1}", "3:1 syntax/documents a file holds one spec, and a second document begins here"],
        );
        check("%YAML 1.2\n---\na: 1\n...\n", &["{a: 1}"]);
        check("", &[""]);
        check("# nothing\n", &[""]);
    }

    #[test]
    fn tabs_are_named() {
        let tab = "syntax/tab a tab indents this line; YAML indents with spaces";
        check("a:\n\tb: 1\n", &["{}", &format!("2:1 {tab}")]);
        check("a:\n  b: 1\n\tc: 2\n", &["{a: {}}", &format!("3:1 {tab}")]);
        check("a:\n  b: |\n    x\n\ty\n", &["{a: {b: \"x\\n\"}}", &format!("4:1 {tab}")]);
        check("a: {\n\tb: 1 }\n", &["{a: {}}", &format!("2:1 {tab}")]);
        check("a: x\t# y\nb: [\t1,\t2 ]\n", &["{a: x, b: [1, 2]}"]);
    }

    #[test]
    fn missing_quotes_are_shown_and_read_past() {
        check(
            "a: { http: GET /x/{id}, auth: iam }\nb: [ ${app}-y ]\n",
            &[
                "{a: {http: GET /x/{id}, auth: iam}, b: [${app}-y]}",
                "1:12 syntax/quotes-wanted a value with `{` wants quotes inside `{…}`",
                "write `a: { http: \"GET /x/{id}\", auth: iam }`",
                "2:6 syntax/quotes-wanted a value with `{` wants quotes inside `[…]`",
                "write `b: [ \"${app}-y\" ]`",
            ],
        );
        check(
            "a: { schedule: cron(0,30 * * * *) }\nb: [f(1,2), g]\n",
            &[
                "{a: {schedule: cron(0,30 * * * *)}, b: [f(1,2), g]}",
                "1:16 syntax/quotes-wanted a value with `,` wants quotes inside `{…}`",
                "write `a: { schedule: \"cron(0,30 * * * *)\" }`",
                "2:5 syntax/quotes-wanted a value with `,` wants quotes inside `[…]`",
                "write `b: [\"f(1,2)\", g]`",
            ],
        );
        check(
            "a: note: this\nb: {id}/x # y\nc: @d\ne: *\nf: >g\nh: { i: j: k }\n",
            &[
                "{a: note: this, b: {id}/x, c: @d, e: *, f: >g, h: {i: j: k}}",
                "1:4 syntax/quotes-wanted a value with `: ` wants quotes",
                "write `a: \"note: this\"`",
                "2:4 syntax/quotes-wanted a value that begins with `{` wants quotes",
                "write `b: \"{id}/x\"`",
                "3:4 syntax/quotes-wanted a value that begins with `@` wants quotes",
                "write `c: \"@d\"`",
                "4:4 syntax/quotes-wanted a value that begins with `*` wants quotes",
                "write `e: \"*\"`",
                "5:4 syntax/quotes-wanted a value that begins with `>` wants quotes",
                "write `f: \">g\"`",
                "6:9 syntax/quotes-wanted a value with `: ` wants quotes inside `{…}`",
                "write `h: { i: \"j: k\" }`",
            ],
        );
        check(
            "a: { b: f(x) }\nc: f(x, y)\nd: { e: \"f(x, y\" }\n",
            &["{a: {b: f(x)}, c: f(x, y), d: {e: \"f(x, y\"}}"],
        );
    }

    #[test]
    fn stray_keys_are_explained() {
        check(
            "a: { b: Hello, world }\n",
            &["{a: {b: Hello}}", "1:16 syntax/stray-key `world` stands alone inside `{…}`, without a value"],
        );
        check("a: { b: \"x\", c }\nd: { e: f, g: }\n", &["{a: {b: \"x\", c: ~}, d: {e: f, g: ~}}"]);
    }

    #[test]
    fn broken_texts_keep_what_came_before() {
        check(
            "a: 1\nb: [c, d\ne: 2\n",
            &["{a: 1, b: [c]}", "2:4 syntax/bracket `[` is not closed, or a `,` is missing"],
        );
        check("a: { p: [x }\n", &["{a: {p: []}}", "1:9 syntax/bracket `[` is closed by `}`"]);
        check("a: b\n}\n", &["{a: b}", "2:1 syntax/bracket `}` closes nothing"]);
        check(
            "a: 1\nb: \"x\nc: 2\n",
            &["{a: 1}", "2:4 syntax/unclosed-quote the text that begins with \" here has no end"],
        );
        check("a: \"GET\" /x\n", &["{}", "1:10 syntax/after-quote a value goes on after its closing quote"]);
        check("a: \"x\\d\"\n", &["{}", "1:6 syntax/escape `\\d` is no escape that double quotes know"]);
        check("a: \"\\u12\"\n", &["{}", "1:5 syntax/escape `\\u` is no escape that double quotes know"]);
        check("a: 1\nb:2\n", &["{a: 1}", "2:1 syntax/colon-missing a line in a map has no `: `"]);
        check(
            "a:\n  b: 1\n c: 2\n",
            &["{a: {b: 1}}", "3:2 syntax/indentation this line is indented like none above it"],
        );
        check(
            "a:\n  b: 1\n   c: 2\n",
            &["{a: {b: 1 c}}", "3:5 syntax/indentation this line is indented deeper than its neighbours"],
        );
        check("a: - b\n", &["{}", "1:4 syntax/indentation a list with `-` begins on a line of its own"]);
        check("a: b\u{7}\n", &["{}", "1:5 syntax/control-character the control character \\u{7} cannot stand in YAML"]);
        check("a: \u{0}b\n", &["{}", "1:4 syntax/control-character the control character \\u{0} cannot stand in YAML"]);
        check("%FOO\n", &["", "2:1 syntax/yaml this cannot be read as YAML: did not find expected <document start>"]);
    }
}
