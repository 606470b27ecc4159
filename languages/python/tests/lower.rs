//! Reading Python: whatever a file holds, it is lowered or listed as broken.

use portolan_program::{Expression, Kind, Language, Module, Piece, Statement};
use portolan_python::Python;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/cases");

fn lower(text: &str) -> Module {
    Python.lower("app.py", text)
}

#[test]
fn files_cut_anywhere_are_lowered() {
    let texts = portolan_cases::texts(CASES);
    assert!(!texts.is_empty());
    for (path, text) in texts.iter().filter(|(path, _)| path.ends_with(".py")) {
        for cut in (0..text.len()).step_by(7).filter(|cut| text.is_char_boundary(*cut)) {
            Python.lower(path, &text[..cut]);
            Python.lower(path, &text[cut..]);
        }
    }
}

#[test]
fn what_is_nested_too_deeply_is_broken_and_ends() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{1: ", "}"), ("f(", ")"), ("not ", ""), ("x[", "]"), ("lambda: ", "")]
    {
        let text = format!("y = {}1{}\n", open.repeat(3000), close.repeat(3000));
        assert!(!lower(&text).broken.is_empty(), "{open}");
    }
    let blocks: String = (0..600).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect();
    assert!(!lower(&format!("{blocks}{}pass\n", " ".repeat(600))).broken.is_empty());
}

#[test]
fn long_sums_and_chains_are_no_depth() {
    let sum = format!("x = {}'c'\n", "'a' + ".repeat(3000));
    assert_eq!(lower(&sum).broken, Vec::new());
    let chain = format!("x = a{}\n", ".b(1)".repeat(80));
    assert_eq!(lower(&chain).broken, Vec::new());
}

#[test]
fn what_is_no_python_is_listed() {
    let module = lower("def f(:\n    return ]\n\nclass {\n");
    assert!(!module.broken.is_empty());
}

#[test]
fn texts_are_joined_and_formatted() {
    let pieces = text_of("x = 'a' f\"b{c!r:>3}d\" r'\\n' '\\x41{{'");
    assert_eq!(pieces, "ab<>d\\nA{{");
    assert_eq!(text_of("x = f'{{a}}-{b}'"), "{a}-<>");
    assert_eq!(text_of("x = 'a-%s-%(b)05d-%%' % y"), "a-<>-<>-%");
    assert_eq!(text_of("x = b'bytes'"), "bytes");
    assert_eq!(text_of("x = ''"), "");
}

fn text_of(statement: &str) -> String {
    let module = lower(statement);
    let Some(Statement::Bind { value: Some(Expression { kind: Kind::Text(pieces), .. }), .. }) = module.body.first()
    else {
        panic!("{statement}: {:?}", module.body);
    };
    let written = pieces.iter().map(|piece| match piece {
        Piece::Literal(text) => text.as_str(),
        Piece::Hole(_) => "<>",
    });
    written.collect()
}

#[test]
fn what_never_runs_in_a_function_is_left_out() {
    let module = lower("if __name__ == '__main__':\n    main()\nif False:\n    x()\n");
    assert_eq!(module.body, Vec::new());
    let module = lower("if TYPE_CHECKING:\n    from a import b\n");
    assert!(matches!(&module.body[0], Statement::Import(import) if import.types_only));
}

#[test]
fn handlers_are_found_by_custom() {
    let names = |text: &str| Python.entries(&lower(text)).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names("def helper(x):\n    pass\ndef lambda_handler(event, context):\n    pass\n")[0], "lambda_handler");
    assert_eq!(names("def hello_pubsub(event, context):\n    pass\n"), ["hello_pubsub"]);
    assert_eq!(names("handler = Mangum(app)\n"), ["handler"]);
    assert!(names("x = 1\n").is_empty());
}
