//! Whatever a spec says, resolving it ends, without a panic and with every finding at a place of the text.

use portolan_catalog::standard;
use portolan_diagnostics::{Diagnostic, Sources};
use portolan_model::{Asked, Model, Wanted, resolve, targets};
use proptest::prelude::*;

/// A spec that uses most of the language.
const SPEC: &str = r#"portolan: 1
app: podcast
targets:
  dev: { provider: aws, region: eu-west-1, set: { tag.memory: 2 GB, publish.retention: 14 d } }
  prod: { like: dev, account: "222222222222", regions: [eu-west-1, us-east-1], environment: { LOG: WARN } }
  goo: { provider: gcp, region: europe-west1, project: acme, variables: { log-days: 90 } }
  "pr-*": { like: dev }
variables: { log-days: 14, name: "${app}-${target}-${region}" }
inputs: { mail-key: { secret: true }, host: { ssm: "/x/${target}/HOST" } }
defaults: { runtime: python3.13, memory: 256 MB, log-retention: "${log-days} d", environment: { A: "${name}", HOST: "${inputs.host}" } }
tags: { team: audio, account: "${account}" }
resources:
  web: { kind: api, auth: { jwt: { issuer: "https://a.example/", audience: [b] } }, cors: { origins: ["https://a"], max-age: 5 min } }
  uploads: { kind: bucket, expire: 30 d }
  shows: { kind: table, key: { show: string, number: number }, indexes: { by-date: { show: string, date: string } } }
  publish: { kind: queue, dead-letter: { after: 5 }, formerly: published }
  released: { kind: topic, external: { aws: released, gcp: released } }
functions:
  tag:
    handler: src/tag.handle
    code: [src, lib]
    triggers: [{ bucket: uploads, events: [created], prefix: in/*, suffix: [.mp3, .m4a] }]
    uses: { uploads: { write: [out/*, index.html], read: "*" }, publish: send, get: invoke }
    allow: { aws: [{ actions: ["ses:SendEmail"], resources: ["${native.users.Arn}"], why: mails }] }
  announce:
    handler: src/announce.handle
    timeout: 5 min
    environment: { KEY: "${inputs.mail-key}", URL: "${resources.web.url}/x" }
    triggers: [{ queue: publish, batch: 10, loop: it stops at one }]
    uses: { shows: [write, query], released: publish, publish: send }
  get: { handler: src/api.get, triggers: { api: web, http: "GET /shows/{id}" }, uses: { shows: read } }
  list: { handler: src/api.list, triggers: { api: web, http: [GET /shows, "ANY /*"], auth: iam }, callers: { functions: [tag] } }
  own: { handler: src/own.handle, triggers: { http: GET /, auth: public, cors: true }, targets: [dev, pr-*] }
  nightly: { handler: a.b, triggers: { schedule: cron(0 3 * * mon-fri), timezone: Europe/Berlin, input: { a: [1, true] } } }
outputs: { url: { value: "${resources.web.url}", targets: [dev, prod] } }
native: { aws: { users: { Type: AWS::X, A: !join [!ref uploads.arn, "/*"] } } }
overrides: { aws: { tag.function: { TracingConfig: { Mode: Active } } } }
keep: { aws: { shows.table: { id: Shows, name: shows-dev } } }
"#;

fn asked(targets: Wanted) -> Asked {
    Asked { targets, variables: vec![("log-days".to_owned(), "7".to_owned())] }
}

/// The models of a text, and everything that is said about it.
fn resolved(text: &str, asked: &Asked) -> (Vec<Model>, Vec<Diagnostic>) {
    let source = Sources::default().add("portolan.yaml", text);
    let (spec, mut findings) = portolan_syntax::parse(&source);
    let (requests, found) = targets(&spec, asked);
    findings.extend(found);
    let mut models = Vec::new();
    for request in &requests {
        let checked = resolve(&spec, standard(), request);
        let stopped = checked.diagnostics.iter().any(Diagnostic::is_error);
        assert_eq!(checked.product.is_none(), stopped || request.broken);
        models.extend(checked.product);
        findings.extend(checked.diagnostics);
    }
    for finding in &findings {
        let labels = finding.primary.iter().chain(&finding.secondary);
        assert!(labels.clone().all(|label| label.span.end as usize <= text.len()), "{finding:?}");
        assert!(!finding.message.contains('\n') && !finding.message.is_empty(), "{finding:?}");
    }
    (models, findings)
}

#[test]
fn the_spec_itself_is_right() {
    let (models, findings) = resolved(SPEC, &asked(Wanted::All));
    assert!(findings.is_empty(), "{:?}", findings.iter().map(|finding| &finding.message).collect::<Vec<_>>());
    let stacks: Vec<String> = models.iter().map(Model::stack).collect();
    assert_eq!(stacks, ["podcast-dev", "podcast-prod-eu-west-1", "podcast-prod-us-east-1", "podcast-goo"]);
    let (pull, _) = resolved(SPEC, &asked(Wanted::Name("pr-42".to_owned())));
    assert_eq!((pull[0].stack().as_str(), pull[0].functions.len()), ("podcast-pr-42", 6));
    assert_eq!(models[3].functions.len(), 5, "`own` is left out of gcp");
}

/// A change to a spec: a line or a word of it is left out, doubled, moved or exchanged.
#[derive(Clone, Debug)]
enum Change {
    DropLine(usize),
    SwapLines(usize, usize),
    DropWord(usize),
    SwapWords(usize, usize),
    Character(usize, char),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<usize>().prop_map(Change::DropLine),
        (any::<usize>(), any::<usize>()).prop_map(|(left, right)| Change::SwapLines(left, right)),
        any::<usize>().prop_map(Change::DropWord),
        (any::<usize>(), any::<usize>()).prop_map(|(left, right)| Change::SwapWords(left, right)),
        (
            any::<usize>(),
            prop_oneof![any::<char>(), "[a-z0-9${}*./:, -]".prop_map(|text| text.chars().next().unwrap_or('x'))]
        )
            .prop_map(|(at, letter)| Change::Character(at, letter)),
    ]
}

/// The words of a text and what stands between them.
fn words(text: &str) -> Vec<&str> {
    text.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric()).collect()
}

fn changed(text: &str, change: &Change) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut words = words(text);
    match change {
        Change::DropLine(at) => {
            lines.remove(at % lines.len());
            lines.concat()
        }
        Change::SwapLines(left, right) => {
            let length = lines.len();
            lines.swap(left % length, right % length);
            lines.concat()
        }
        Change::DropWord(at) => {
            words.remove(at % words.len());
            words.concat()
        }
        Change::SwapWords(left, right) => {
            let length = words.len();
            words.swap(left % length, right % length);
            words.concat()
        }
        Change::Character(at, letter) => {
            let mut letters: Vec<char> = text.chars().collect();
            let length = letters.len();
            letters[at % length] = *letter;
            letters.into_iter().collect()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_spec_panics(changes in proptest::collection::vec(change(), 1..6)) {
        let text = changes.iter().fold(SPEC.to_owned(), |text, change| if text.is_empty() { text } else { changed(&text, change) });
        resolved(&text, &asked(Wanted::All));
        resolved(&text, &asked(Wanted::Name("pr-1".to_owned())));
    }
}

/// Ten thousand functions, each with a table: fine, and no slower than reading them.
#[test]
fn a_large_app_resolves() {
    let mut text =
        "portolan: 1\napp: big\ntargets: { dev: { provider: aws, region: eu-west-1 } }\nresources:\n".to_owned();
    for number in 0..10_000 {
        text.push_str(&format!("  t{number}: {{ kind: table, key: {{ id: string }} }}\n"));
    }
    text.push_str("  web: { kind: api, auth: public }\nfunctions:\n");
    for number in 0..10_000 {
        let triggers = format!("{{ api: web, http: \"GET /f{number}/{{id}}\" }}");
        text.push_str(&format!(
            "  f{number}: {{ runtime: rust, handler: a.b, triggers: {triggers}, uses: {{ t{number}: read }} }}\n"
        ));
    }
    let (models, findings) = resolved(&text, &Asked::default());
    assert!(findings.is_empty(), "{:?}", findings.first());
    assert_eq!((models[0].functions.len(), models[0].resources.len()), (10_000, 10_001));
}
