//! Reading JavaScript: whatever a file holds, it is lowered or listed as broken.

use portolan_javascript::JavaScript;
use portolan_program::{Kind, Language, Module, Statement};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/cases");

fn lower(text: &str) -> Module {
    JavaScript.lower("index.js", text)
}

#[test]
fn files_cut_anywhere_are_lowered() {
    let texts = portolan_cases::texts(CASES);
    assert!(!texts.is_empty());
    for (path, text) in texts.iter().filter(|(path, _)| JavaScript.reads(path)) {
        for cut in (0..text.len()).step_by(11).filter(|cut| text.is_char_boundary(*cut)) {
            JavaScript.lower(path, &text[..cut]);
            JavaScript.lower(path, &text[cut..]);
        }
    }
}

#[test]
fn every_case_is_read_whole() {
    for (path, text) in portolan_cases::texts(CASES).iter().filter(|(path, _)| JavaScript.reads(path)) {
        let told = text.contains("not JavaScript");
        assert_eq!(JavaScript.lower(path, text).broken.is_empty(), !told, "{path}\n{text}");
    }
}

#[test]
fn what_is_nested_too_deeply_is_broken_and_ends() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{a: ", "}"), ("f(", ")"), ("!", ""), ("x[", "]"), ("() => ", "")] {
        let text = format!("y = {}1{}\n", open.repeat(3000), close.repeat(3000));
        assert!(!lower(&text).broken.is_empty(), "{open}");
    }
    let blocks = format!("{}{}", "if (x) {".repeat(3000), "}".repeat(3000));
    assert!(!lower(&blocks).broken.is_empty());
    let types = format!("type A = {}B{};", "Promise<".repeat(3000), ">".repeat(3000));
    JavaScript.lower("a.ts", &types);
}

#[test]
fn long_sums_and_chains_are_no_depth() {
    let sum = format!("x = {}'c';\n", "'a' + ".repeat(3000));
    assert_eq!(lower(&sum).broken, Vec::new());
    let chain = format!("x = a{};\n", ".b(1)".repeat(80));
    assert_eq!(lower(&chain).broken, Vec::new());
}

#[test]
fn the_grammar_is_that_of_the_name() {
    let typed = "const a = <T,>(b: T): T => b as T;";
    assert!(JavaScript.lower("a.mts", typed).broken.is_empty());
    assert!(JavaScript.lower("a.tsx", "const a = <div>{b()}</div>;").broken.is_empty());
    assert!(JavaScript.lower("a.cjs", "const a = <div>{b()}</div>;").broken.is_empty());
    assert!(!JavaScript.lower("a.js", typed).broken.is_empty());
    assert!(!JavaScript.reads("a.d.ts") && !JavaScript.reads("a.json") && JavaScript.reads("b/a.jsx"));
}

#[test]
fn exports_are_statements() {
    let names = |text: &str| -> Vec<String> {
        let exported = lower(text).body.into_iter().filter_map(|statement| match statement {
            Statement::Export { name, .. } => Some(name.map_or_else(|| "=".to_owned(), |name| name.to_string())),
            _ => None,
        });
        exported.collect()
    };
    assert_eq!(names("exports.a = exports.b = 1; module.exports.c = 2; exports['d'] = 3"), ["a", "b", "c", "d"]);
    assert_eq!(names("exports = module.exports = x"), ["="]);
    assert_eq!(
        names("export const { a, b: [c] } = d; export default e; export { f as g }"),
        ["a", "c", "default", "g"]
    );
    assert_eq!(names("export function a() {} export class B {} export default class {}"), ["a", "B", "default"]);
    assert_eq!(names("Object.assign(module.exports, { a, b }); exports.c = void 0;"), ["a", "b"]);
}

#[test]
fn functions_that_frameworks_are_told_of_are_exports() {
    let module = lower("const { app } = require('@azure/functions'); app.http('hello', { handler: async () => 1 });");
    let exported = module.body.iter().any(|statement| match statement {
        Statement::Export { name: Some(name), value } => name == "hello" && matches!(value.kind, Kind::Call(..)),
        _ => false,
    });
    assert!(exported);
}

#[test]
fn handlers_are_found_by_custom() {
    let names = |text: &str| JavaScript.entries(&lower(text)).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names("exports.helper = 1; exports.handler = async () => {}"), ["handler"]);
    assert_eq!(names("module.exports = { lambdaHandler, other }"), ["lambdaHandler"]);
    assert!(names("exports.hello = () => {}").is_empty());
}
