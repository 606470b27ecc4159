//! No text makes the reader panic or hang, and every finding points into the text it is about.

use portolan_diagnostics::{Diagnostic, Sources, Style, render};
use portolan_syntax::{decode, parse, tree};
use proptest::prelude::*;
use proptest::sample::Index;

const SPEC: &str = "\
portolan: 1
app: podcast
targets:
  dev: { provider: aws, region: eu-west-1 }
  \"pr-*\": { like: dev, regions: [a, b], set: { tag.memory: 2 GB } }
variables: &vars { log-days: 14 }
inputs: { mail-key: { secret: true } }
defaults: &base { runtime: python3.13, memory: 256 MB }
resources:
  uploads: { kind: bucket, external: { aws: é } }
  shows: { kind: table, key: { show: string }, tags: *vars }
functions:
  tag:
    <<: *base
    handler: src/tag.handle
    events: [{ httpApi: \"GET /{id}\" }, { schedule: cron(0 3 ? * 1 *) }]
    triggers:
      - bucket: uploads
        suffix: [.mp3, '.m4a']
      - { schedule: cron(0,30 * * * *), input: { a: \"${app}\\n\" } }
    uses: { uploads: read, shows: { write: [\"a/*\", b] } }
    allow: { aws: [{ actions: [\"s3:*\"], why: x }] }
    description: |
      two
      lines ${target}
outputs: { url: \"${resources.web.url}\", other: { value: \"$${x}\" } }
native: { aws: { users: { Type: A, B: !join [!ref uploads.arn, \"/*\"] } } }
keep: { gcp: { shows.table: { id: A, name: b } } }
";

/// Reads a text as a file would be read, and shows every finding.
fn read(bytes: &[u8]) -> Result<Vec<Diagnostic>, TestCaseError> {
    let mut sources = Sources::default();
    let found = match decode(&mut sources, "portolan.yaml", bytes) {
        Ok(source) => {
            let tree = tree(&source);
            prop_assert!(tree.product.is_some() || tree.diagnostics.iter().any(Diagnostic::is_error));
            parse(&source).1
        }
        Err(diagnostic) => vec![*diagnostic],
    };
    for diagnostic in found.iter().take(20) {
        prop_assert!(diagnostic.primary.is_some(), "{diagnostic:?} points nowhere");
        prop_assert!(diagnostic.id.starts_with("syntax/"));
        prop_assert!(!diagnostic.message.contains('\n'), "{:?}", diagnostic.message);
        prop_assert!(!render(diagnostic, &sources, Style::Plain).is_empty());
    }
    Ok(found)
}

/// One careless edit.
#[derive(Clone, Debug)]
enum Edit {
    Delete(Index),
    Insert(Index, char),
    SwapCharacters(Index),
    DeleteLine(Index),
    RepeatLine(Index),
    SwapLines(Index, Index),
    Indent(Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    let mark = prop::sample::select("{}[]()<>:,#&*!|?-%@`'\"\\$~ \t\n\r\u{0}é\u{feff}0ax".chars().collect::<Vec<_>>());
    prop_oneof![
        any::<Index>().prop_map(Edit::Delete),
        (any::<Index>(), mark).prop_map(|(at, c)| Edit::Insert(at, c)),
        any::<Index>().prop_map(Edit::SwapCharacters),
        any::<Index>().prop_map(Edit::DeleteLine),
        any::<Index>().prop_map(Edit::RepeatLine),
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Edit::SwapLines(a, b)),
        any::<Index>().prop_map(Edit::Indent),
    ]
}

fn edited(text: &str, edits: &[Edit]) -> String {
    let mut text = text.to_owned();
    for edit in edits {
        let mut letters: Vec<char> = text.chars().collect();
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        if letters.len() < 2 {
            break;
        }
        let by_letter = |letters: Vec<char>| letters.into_iter().collect();
        text = match edit {
            Edit::Delete(at) => {
                letters.remove(at.index(letters.len()));
                by_letter(letters)
            }
            Edit::Insert(at, c) => {
                letters.insert(at.index(letters.len()), *c);
                by_letter(letters)
            }
            Edit::SwapCharacters(at) => {
                let at = at.index(letters.len() - 1);
                letters.swap(at, at + 1);
                by_letter(letters)
            }
            Edit::DeleteLine(at) => {
                lines.remove(at.index(lines.len()));
                lines.concat()
            }
            Edit::RepeatLine(at) => {
                let at = at.index(lines.len());
                lines.insert(at, lines[at].clone());
                lines.concat()
            }
            Edit::SwapLines(a, b) => {
                let (a, b) = (a.index(lines.len()), b.index(lines.len()));
                lines.swap(a, b);
                lines.concat()
            }
            Edit::Indent(at) => {
                let at = at.index(lines.len());
                lines[at].insert(0, ' ');
                lines.concat()
            }
        };
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read(&bytes)?;
    }

    #[test]
    fn any_marks(text in "[{}\\[\\](),:#&*!|>?%@`'\"\\\\$~ \t\r\nab0é.-]{0,200}") {
        read(text.as_bytes())?;
    }

    #[test]
    fn any_values(name in ".{0,20}", value in "[ -~é]{0,40}") {
        read(format!("portolan: 1\napp: a\nfunctions:\n  {name}: {{ handler: {value} }}\n").as_bytes())?;
        read(format!("portolan: 1\napp: a\ntags:\n  a: {value}\n  b: [{value}]\n").as_bytes())?;
    }

    #[test]
    fn edited_specs(edits in prop::collection::vec(edit(), 1..6)) {
        read(edited(SPEC, &edits).as_bytes())?;
    }
}

#[test]
fn the_unedited_spec_has_the_two_mistakes_it_shows() -> Result<(), TestCaseError> {
    let ids: Vec<&str> = read(SPEC.as_bytes())?.iter().map(|diagnostic| diagnostic.id).collect();
    assert_eq!(ids, ["syntax/events-key", "syntax/quotes-wanted"]);
    Ok(())
}

#[test]
fn long_lines_and_many_findings_end() -> Result<(), TestCaseError> {
    for unit in
        ["a: (, ", "{(,", "[(,", "*x, ", "- *x\n", "a: ${b}, ", "? ", "a: @b\n", "x(y: [", "'", "\"\\x", "&a ", "!a "]
    {
        read(unit.repeat(5_000).as_bytes())?;
        read(format!("a: {{ {} }}\n", unit.repeat(5_000)).as_bytes())?;
    }
    Ok(())
}
