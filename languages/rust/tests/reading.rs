//! Reading Rust: whatever a file holds, it is lowered or listed as broken.

use portolan_program::{Kind, Language, Module, Pattern, Statement};
use portolan_rust::Rust;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/cases");

fn lower(text: &str) -> Module {
    Rust.lower("src/main.rs", text)
}

#[test]
fn files_cut_anywhere_are_lowered() {
    let texts = portolan_cases::texts(CASES);
    assert!(!texts.is_empty());
    for (path, text) in texts.iter().filter(|(path, _)| Rust.reads(path)) {
        for cut in (0..text.len()).step_by(23).filter(|cut| text.is_char_boundary(*cut)) {
            Rust.lower(path, &text[..cut]);
            Rust.lower(path, &text[cut..]);
        }
    }
}

#[test]
fn odd_bytes_are_lowered() {
    for (path, text) in portolan_cases::texts(CASES).iter().filter(|(path, _)| Rust.reads(path)).take(12) {
        for (position, odd) in ["\u{0}", "é", "\u{feff}", "\"", "'", "{", ")", "$", "\\", "🦀"].iter().enumerate() {
            let cuts = (position..text.len()).step_by(97).filter(|cut| text.is_char_boundary(*cut));
            let mut broken = text.clone();
            cuts.collect::<Vec<_>>().into_iter().rev().for_each(|cut| broken.insert_str(cut, odd));
            Rust.lower(path, &broken);
        }
    }
}

#[test]
fn every_case_is_read_whole() {
    for (path, text) in portolan_cases::texts(CASES).iter().filter(|(path, _)| Rust.reads(path)) {
        let told = text.contains("=> ? not Rust");
        assert_eq!(Rust.lower(path, text).broken.is_empty(), !told, "{path}\n{text}");
    }
}

#[test]
fn what_is_nested_too_deeply_is_broken_and_ends() {
    for (open, close) in [("(", ")"), ("[", "]"), ("f(", ")"), ("!", ""), ("x[", "]"), ("|| ", ""), ("vec![", "]")] {
        let text = format!("fn a() {{ let y = {}1{}; }}\n", open.repeat(2000), close.repeat(2000));
        assert!(!lower(&text).broken.is_empty(), "{open}");
    }
    let blocks = format!("fn a() {{ {}{} }}", "if x { ".repeat(2000), "}".repeat(2000));
    assert!(!lower(&blocks).broken.is_empty());
    lower(&format!("type A = {}B{};", "Option<".repeat(2000), ">".repeat(2000)));
    lower(&format!("use {}b{};", "a::{".repeat(2000), "}".repeat(2000)));
}

#[test]
fn long_chains_are_no_depth() {
    let chain = format!("fn a() {{ x{}; }}\n", ".b(1)".repeat(60));
    assert_eq!(lower(&chain).broken, Vec::new());
    let sum = format!("fn a() {{ let x = {}c; }}\n", "a + ".repeat(60));
    assert_eq!(lower(&sum).broken, Vec::new());
}

#[test]
fn use_binds_the_ends_of_paths() {
    let module = lower("use a::{b, c::{self, d as e}, f::*}; use crate::g as h; use i;");
    let bound: Vec<String> = module
        .body
        .iter()
        .filter_map(|statement| match statement {
            Statement::Bind { pattern: Pattern::Name(name), .. } => Some(name.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(bound, ["b", "c", "e", "h"]);
    let stars: Vec<&str> = module
        .body
        .iter()
        .filter_map(|statement| match statement {
            Statement::Import(import) if import.binding.is_none() => Some(import.module.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(stars, ["a::f"]);
}

#[test]
fn texts_are_filled() {
    let module = lower("const A: &str = \"a\\n\\x41\"; fn f() { format!(\"{}-{x}-{0:?}-{{}}\", y) }");
    let Statement::Return(Some(value)) = &module.functions[0].body[0] else { panic!("no value") };
    let Kind::Text(pieces) = &value.kind else { panic!("no text") };
    assert_eq!(pieces.len(), 6);
}

#[test]
fn what_starts_a_file_is_found_by_custom() {
    let names = |text: &str| Rust.entries(&lower(text)).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names("fn helper() {} async fn handler() {} fn main() {}"), ["main", "handler"]);
    assert!(names("fn helper() {}").is_empty());
}
