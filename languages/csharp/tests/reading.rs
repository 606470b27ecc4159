//! Reading C#: whatever a file holds, it is lowered or listed as broken.

use portolan_csharp::CSharp;
use portolan_program::{Language, Module};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/cases");

fn lower(text: &str) -> Module {
    CSharp.lower("Function.cs", text)
}

#[test]
fn files_cut_anywhere_are_lowered() {
    let texts = portolan_cases::texts(CASES);
    assert!(!texts.is_empty());
    for (path, text) in texts.iter().filter(|(path, _)| CSharp.reads(path)) {
        for cut in (0..text.len()).step_by(61).filter(|cut| text.is_char_boundary(*cut)) {
            CSharp.lower(path, &text[..cut]);
            CSharp.lower(path, &text[cut..]);
            CSharp.outline(&text[..cut]);
            CSharp.outline(&text[cut..]);
        }
    }
}

#[test]
fn odd_letters_are_read() {
    for text in [
        "\u{feff}class A { }",
        "class \u{e9} { string s = \"\u{1f600}\\u12\"; char c = '\\",
        "\"",
        "$\"{",
        "@\"",
        "'",
        "/*",
        "#",
        "[",
        "class",
        "this(",
    ] {
        lower(text);
        CSharp.outline(text);
    }
    assert!(lower("\u{feff}class A { }").broken.is_empty());
}

#[test]
fn every_case_is_read_whole() {
    for (path, text) in portolan_cases::texts(CASES).iter().filter(|(path, _)| CSharp.reads(path)) {
        assert!(lower(text).broken.is_empty(), "{path}\n{text}");
    }
}

#[test]
fn what_is_nested_too_deeply_is_broken_and_ends() {
    for (open, close) in [("f(", ")"), ("x[", "]"), ("() => ", ""), ("new A { B = ", "}")] {
        let text = format!("class C {{ void F() {{ y = {}1{}; }} }}", open.repeat(2000), close.repeat(2000));
        assert!(!lower(&text).broken.is_empty(), "{open}");
    }
    let blocks = format!("class C {{ void F() {{ {}{} }} }}", "if (x) {".repeat(2000), "}".repeat(2000));
    assert!(!lower(&blocks).broken.is_empty());
    let classes = format!("{}{}", "class C {".repeat(2000), "}".repeat(2000));
    lower(&classes);
    let namespaces = format!("{}{}", "namespace N {".repeat(2000), "}".repeat(2000));
    lower(&namespaces);
}

#[test]
fn a_file_is_started_by_what_it_says() {
    let entries = |text: &str| CSharp.entries(&lower(text)).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(entries("var x = 1;"), ["Main"]);
    assert_eq!(entries("class A { static void Main() { } }"), ["A::Main"]);
    let two = "class A { public void F(ILambdaContext c) { } public void G(ILambdaContext c) { } }";
    assert!(entries(two).is_empty());
    assert_eq!(entries("class A { [Function(\"x\")] public void F() { } }"), ["A::F"]);
    assert_eq!(entries("class A { public void FunctionHandler(string s) { } }"), ["A::FunctionHandler"]);
}
