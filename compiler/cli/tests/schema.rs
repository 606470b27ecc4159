//! The schema says yes to every spec that compiles, and no to the mistakes that an editor should underline.

use jsonschema::Validator;
use portolan_catalog::{Catalog, File, load, standard, standard_files};
use portolan_diagnostics::Sources;
use portolan_syntax::{Node, Tree};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// YAML as an editor's reader gives it to the schema.
fn json_of(node: &Node) -> Value {
    match &node.tree {
        Tree::Null => Value::Null,
        Tree::Scalar(scalar) if scalar.quoted => json!(scalar.text.as_str()),
        Tree::Scalar(scalar) => match scalar.text.as_str() {
            "true" => json!(true),
            "false" => json!(false),
            text => match (text.parse::<i64>(), text.parse::<f64>()) {
                (Ok(number), _) => json!(number),
                (_, Ok(number)) if number.is_finite() => json!(number),
                _ => json!(text),
            },
        },
        Tree::List(items) => items.iter().map(json_of).collect(),
        Tree::Map(entries) => {
            Value::Object(entries.iter().map(|entry| (entry.key.value.to_string(), json_of(&entry.value))).collect())
        }
    }
}

fn instance(text: &str) -> Value {
    let read = portolan_syntax::tree(&Sources::default().add("spec.yaml", text));
    json_of(&read.product.unwrap_or_else(|| panic!("a tree of {text:?}: {:?}", read.diagnostics)))
}

fn validator(catalog: &Catalog) -> Validator {
    jsonschema::draft202012::new(&portolan_cli::schema(catalog)).expect("a schema")
}

fn complaints(validator: &Validator, text: &str) -> Vec<String> {
    let instance = instance(text);
    validator.iter_errors(&instance).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The specs below a folder that compile, each with a folder of kinds where it has one.
fn specs() -> Vec<(PathBuf, Option<PathBuf>)> {
    let folders = |path: &str| {
        let entries = fs::read_dir(root().join(path)).expect("a folder").flatten().map(|entry| entry.path());
        let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
        folders.sort();
        folders
    };
    let examples = folders("examples").into_iter().map(|folder| (folder.join("portolan.yaml"), None));
    let cases =
        folders("golden-tests/cases").into_iter().map(|folder| (folder.join("spec.yaml"), Some(folder.join("stdlib"))));
    examples.chain(cases).filter(|(spec, _)| spec.is_file()).collect()
}

fn files(folder: &Path, below: &Path, sources: &mut Sources, found: &mut Vec<File>) {
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            files(&path, below, sources, found);
        } else {
            let inside = path.strip_prefix(below).expect("a path below").display().to_string();
            let text = fs::read_to_string(&path).expect("a file");
            found.push(File { path: inside.clone(), source: sources.add(inside, text) });
        }
    }
}

fn with(folder: &Path) -> Catalog {
    let mut sources = Sources::default();
    let mut all: Vec<File> = standard_files()
        .iter()
        .map(|(path, text)| File { path: (*path).to_owned(), source: sources.add(*path, *text) })
        .collect();
    files(folder, folder, &mut sources, &mut all);
    load(&all).product.expect("a catalogue")
}

#[test]
fn specs_that_compile_are_right() {
    let usual = validator(standard());
    let specs = specs();
    assert!(specs.len() > 10, "{} specs", specs.len());
    for (spec, kinds) in specs {
        let own = kinds.filter(|kinds| kinds.is_dir()).map(|kinds| validator(&with(&kinds)));
        let text = fs::read_to_string(&spec).expect("a spec");
        assert_eq!(complaints(own.as_ref().unwrap_or(&usual), &text), Vec::<String>::new(), "{}", spec.display());
    }
}

#[test]
fn every_form_of_a_value_is_right() {
    let usual = validator(standard());
    let check = |text: &str| assert_eq!(complaints(&usual, &spec(text)), Vec::<String>::new(), "{text}");
    check("functions: { f: { handler: a.b, memory: 256, timeout: \"5 min\", log-retention: 30 d } }");
    check("functions: { f: { runtime: custom, handler: ./f }, g: { runtime: custom, handler: bin/g } }");
    check("functions: { f: { handler: a.b, memory: \"${size}\", payload: \"${how}\", max-concurrency: \"${n}\" } }");
    check(
        "functions: { f: { handler: a.b, triggers: { http: [GET /, \"PUT /{id}\"], auth: { jwt: { issuer: i, audience: [a] } } } } }",
    );
    check(
        "functions: { f: { handler: a.b, triggers: [{ bucket: b, events: created, suffix: [.a, .b] }, { schedule: rate(1 hour), input: [1] }, { table: t, changes: [created, deleted], old: true, start: earliest, batch: 5 }] } }",
    );
    check("functions: { f: { handler: a.b, uses: { a: read, b: [read, write], c: { write: x/*, read: [y/*, z] } } } }");
    check(
        "resources: { q: { kind: queue, dead-letter: other }, o: { kind: queue, dead-letter: { to: q, after: 3 } } }",
    );
    check("resources: { t: { kind: table, key: { id: string } }, e: { kind: table, external: { aws: x } } }");
    check("outputs: { a: \"${resources.web.url}\", b: { value: 1, description: x, targets: [dev, \"pr-*\"] } }");
    check("inputs: { key: { secret: true }, host: { ssm: \"/x/${target}\" } }");
    check("native: { aws: { users: { Type: AWS::Cognito::UserPool, Properties: { A: [1] } } } }");
    check("keep: { aws: { shows.table: { id: X, name: y } } }");
}

#[test]
fn mistakes_are_underlined() {
    let usual = validator(standard());
    let check = |text: &str, path: &str| {
        let found = complaints(&usual, &spec(text));
        assert!(found.iter().any(|complaint| complaint.starts_with(&format!("{path}:"))), "{text}: {found:?}");
    };
    check("function: {}", "");
    check("functions: { f: { handler: a.b, memroy: 256 } }", "/functions/f");
    check("functions: { f: { memory: 256 MB } }", "/functions/f");
    check("functions: { f: { handler: a.b, memory: 256 TB } }", "/functions/f/memory");
    check("functions: { f: { handler: a.b, timeout: 5 m } }", "/functions/f/timeout");
    check("functions: { f: { handler: a.b, runtime: php8 } }", "/functions/f/runtime");
    check("functions: { f: { handler: a.b, payload: raw } }", "/functions/f/payload");
    check("functions: { f: { handler: a.b, tracing: true } }", "/functions/f");
    check("functions: { f: { handler: a.b, triggers: { queue: a, topic: b } } }", "/functions/f/triggers");
    check("functions: { f: { handler: a.b, triggers: { queue: a, suffix: b } } }", "/functions/f/triggers");
    check("functions: { f: { handler: a.b, triggers: { http: /shows, auth: public } } }", "/functions/f/triggers");
    check("functions: { f: { handler: a.b, triggers: { http: GET /, auth: everybody } } }", "/functions/f/triggers");
    check("functions: { f: { handler: a.b, triggers: { bucket: b, events: [changed] } } }", "/functions/f/triggers");
    check("functions: { f: { handler: a.b, triggers: { table: t, changes: [made] } } }", "/functions/f/triggers");
    check("functions: { f: { handler: a.b, triggers: { table: t, start: now } } }", "/functions/f/triggers");
    check("functions: { f: { handler: a.b, uses: { shows: lick } } }", "/functions/f/uses/shows");
    check("functions: { f: { handler: a.b, uses: { shows: { lick: x } } } }", "/functions/f/uses/shows");
    check("resources: { t: { key: { id: string } } }", "/resources/t");
    check("resources: { t: { kind: tabel } }", "/resources/t/kind");
    check("resources: { t: { kind: table } }", "/resources/t");
    check("resources: { t: { kind: table, key: { id: uuid } } }", "/resources/t/key/id");
    check("resources: { t: { kind: bucket, versionned: true } }", "/resources/t");
    check("resources: { t: { kind: bucket, external: { amazon: x } } }", "/resources/t/external");
    check("outputs: { a: { description: x } }", "/outputs/a");
    check("native: { amazon: {} }", "/native");
}

#[test]
fn the_top_is_checked() {
    let usual = validator(standard());
    let check = |text: &str| assert!(!complaints(&usual, text).is_empty(), "{text}");
    check("app: a\ntargets: {}\n");
    check("portolan: 2\napp: a\ntargets: {}\n");
    check("portolan: 1\napp: A\ntargets: {}\n");
    check("portolan: 1\napp: a\n");
    check("portolan: 1\napp: a\ntargets: { dev: { provider: ibm } }\n");
}

fn spec(text: &str) -> String {
    format!("portolan: 1\napp: demo\ntargets: {{ dev: {{ provider: aws, region: eu-west-1 }} }}\n{text}\n")
}
