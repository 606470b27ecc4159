//! The program as people and tools meet it: arguments in; data on stdout, talk on stderr, an exit code and files out.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if path.exists() {
            fs::remove_dir_all(&path).expect("an old folder goes away");
        }
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn portolan(&self, arguments: &[&str]) -> Output {
        command(arguments).current_dir(&self.0).output().expect("it runs")
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).expect("a folder").flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    command.args(arguments).stdin(Stdio::null()).env("NO_COLOR", "1");
    command
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn talk(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

fn check(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}{}", out(output), talk(output));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

const HELLO: &str = "\
portolan: 1
app: demo
targets:
  dev: { provider: aws, region: eu-west-1 }
  far: { provider: gcp, region: europe-west1, project: acme-demo }
functions:
  hello: { runtime: python3.13, handler: hello.handle, triggers: { http: GET /, auth: public } }
";

fn hello(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("portolan.yaml", HELLO);
    folder.write("hello.py", "def handle(event, context):\n    return {\"status\": 200}\n");
    folder
}

#[test]
fn the_version_is_data() {
    let output = Folder::new("version").portolan(&["--version"]);
    check(&output, 0);
    assert_eq!(out(&output), format!("portolan {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(talk(&output), "");
}

#[test]
fn help_teaches() {
    let folder = Folder::new("help");
    let output = folder.portolan(&["--help"]);
    check(&output, 0);
    for word in ["Start here:", "portolan init", "Exit codes:", "build", "check", "review", "explain", "graph", "kinds"]
    {
        assert!(out(&output).contains(word), "{word}: {}", out(&output));
    }
    let output = folder.portolan(&["build", "--help"]);
    check(&output, 0);
    assert!(out(&output).contains("--target <NAME|all>"), "{}", out(&output));
}

#[test]
fn a_wrong_command_line_is_3() {
    let folder = Folder::new("wrong-command-line");
    for arguments in [vec!["bild"], vec!["build", "--traget", "x"], vec!["check", "--var", "x"], vec![]] {
        let output = folder.portolan(&arguments);
        check(&output, 3);
        assert_eq!(out(&output), "", "{arguments:?}");
        assert!(!talk(&output).is_empty(), "{arguments:?}");
    }
    assert!(talk(&folder.portolan(&["bild"])).contains("build"), "a near miss is suggested");
}

#[test]
fn a_folder_without_a_spec_is_3() {
    let folder = Folder::new("no-spec");
    let output = folder.portolan(&["check"]);
    check(&output, 3);
    assert!(talk(&output).starts_with("error[cli/no-spec]: "), "{}", talk(&output));
    let output = folder.portolan(&["build", "absent.yaml"]);
    check(&output, 3);
    assert!(talk(&output).contains("error[cli/unreadable]: `absent.yaml` cannot be read"), "{}", talk(&output));
    assert_eq!(folder.names(), Vec::<String>::new());
}

#[test]
fn a_right_spec_is_0() {
    let folder = hello("right");
    let output = folder.portolan(&["check"]);
    check(&output, 0);
    assert_eq!(out(&output), "");
    assert!(talk(&output).contains("portolan.yaml is right for 2 targets"), "{}", talk(&output));
    assert_eq!(folder.names(), ["hello.py", "portolan.yaml"]);
    let output = folder.portolan(&["check", "--format", "json"]);
    check(&output, 0);
    let report: Value = serde_json::from_str(&out(&output)).expect("JSON");
    assert_eq!(report["errors"], 0);
}

#[test]
fn a_build_writes_every_target() {
    let folder = hello("build");
    let output = folder.portolan(&["build", "--target", "all"]);
    check(&output, 0);
    let built = |path: &str| folder.0.join("build").join(path).is_file();
    for path in ["dev/template.json", "dev/map.json", "dev/access.json", "far/main.tf.json"] {
        assert!(built(path), "{path}: {}", talk(&output));
    }
    assert_eq!(fs::read_dir(folder.0.join("build/dev/artifacts")).expect("packages").count(), 1);
    let first = fs::read(folder.0.join("build/far/main.tf.json")).expect("a template");
    check(&folder.portolan(&["build", "--target", "all", "--out", "again"]), 0);
    assert!(fs::read(folder.0.join("again/far/main.tf.json")).expect("a template") == first, "the same bytes");
}

#[test]
fn one_bad_target_writes_nothing_for_any() {
    let folder = hello("one-bad-target");
    folder.write("portolan.yaml", &HELLO.replace("project: acme-demo", "project: \"${nowhere}\""));
    let output = folder.portolan(&["build", "--target", "all"]);
    check(&output, 3);
    assert_eq!(folder.names(), ["hello.py", "portolan.yaml"]);
    check(&folder.portolan(&["build", "--target", "dev"]), 0);
}

/// Twelve mistakes, one a line that says so.
const TWELVE: &str = "\
portolan: 1
app: Demo # 1
targets:
  dev: { provider: awz, region: eu-west-1 } # 2
resources:
  uploads: { kind: buckt } # 3
  shows: { kind: table, key: { show: string }, recover: true } # 4
  jobs: { kind: queue, retention: soon } # 5
functions:
  tag:
    runtime: pyton3.13 # 6
    handler: src/tag # 7
    memroy: 512 MB # 8
    triggers: { schedule: cron(0 12 * * ? *) } # 9
    uses:
      shwos: read # 10
      jobs: query # 11
outputs:
  url: \"${resources.nothing.url}\" # 12
";

#[test]
fn twelve_mistakes_are_twelve_errors_on_their_lines() {
    let folder = Folder::new("twelve");
    folder.write("portolan.yaml", TWELVE);
    let expected: Vec<usize> =
        TWELVE.lines().enumerate().filter(|(_, line)| line.contains(" # ")).map(|(index, _)| index + 1).collect();
    assert_eq!(expected.len(), 12);
    for command in ["check", "build"] {
        let output = folder.portolan(&[command, "--format", "json"]);
        check(&output, 3);
        let report: Value = serde_json::from_str(&out(&output)).expect("JSON");
        let found = report["diagnostics"].as_array().expect("diagnostics");
        let errors = found.iter().filter(|found| found["severity"] == "error");
        let mut lines: Vec<usize> =
            errors.map(|error| error["place"]["line"].as_u64().expect("a line") as usize).collect();
        lines.sort_unstable();
        assert_eq!(lines, expected, "{found:#?}");
        assert_eq!(report["errors"], 12);
        assert_eq!(folder.names(), ["portolan.yaml"]);
    }
    let output = folder.portolan(&["check"]);
    check(&output, 3);
    assert!(talk(&output).ends_with("12 errors in portolan.yaml; nothing was written\n"), "{}", talk(&output));
    assert_eq!(talk(&output).matches("\nerror[").count() + usize::from(talk(&output).starts_with("error[")), 12);
}

#[test]
fn nothing_is_coloured_where_nobody_asked() {
    let folder = Folder::new("colour");
    folder.write("portolan.yaml", TWELVE);
    let escapes = |output: &Output| output.stderr.contains(&0x1b) || output.stdout.contains(&0x1b);
    assert!(!escapes(&folder.portolan(&["check"])));
    let piped = command(&["check"]).env_remove("NO_COLOR").current_dir(&folder.0).output().expect("it runs");
    assert!(!escapes(&piped), "no terminal, no colour");
}

#[test]
fn a_closed_pipe_is_no_error() {
    for arguments in [["schema"].as_slice(), &["kinds"], &["explain", "list"], &["completions", "bash"]] {
        let mut child = command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        check(&output, 0);
        assert_eq!(talk(&output), "", "{arguments:?}");
    }
}

#[test]
fn every_diagnostic_is_explained() {
    let folder = Folder::new("explain");
    let list = out(&folder.portolan(&["explain", "list"]));
    let mut pages = 0;
    for phase in fs::read_dir(root().join("docs/diagnostics")).expect("pages").flatten() {
        for page in fs::read_dir(phase.path()).into_iter().flatten().flatten() {
            let what = page.path().file_stem().expect("a name").to_string_lossy().into_owned();
            let id = format!("{}/{what}", phase.file_name().to_string_lossy());
            assert!(list.lines().any(|line| line.split_whitespace().next() == Some(&id)), "{id} is not in the list");
            pages += 1;
        }
    }
    assert_eq!(list.lines().count(), pages);
    let output = folder.portolan(&["explain", "cli/no-spec"]);
    check(&output, 0);
    assert!(out(&output).starts_with("cli/no-spec: "), "{}", out(&output));
    assert!(out(&output).lines().all(|line| !line.starts_with("```") && !line.starts_with('#')));
}

#[test]
fn an_unknown_diagnostic_is_3() {
    let folder = Folder::new("explain-unknown");
    let output = folder.portolan(&["explain", "cli/no-spce"]);
    check(&output, 3);
    assert_eq!(out(&output), "");
    assert!(talk(&output).contains("did you mean `cli/no-spec`?"), "{}", talk(&output));
    let output = folder.portolan(&["explain", "\u{1b}[2J"]);
    check(&output, 3);
    assert!(!output.stderr.contains(&0x1b), "a terminal does not obey an argument");
}

#[test]
fn every_template_makes_an_app_that_is_right() {
    let folder = Folder::new("init");
    let list = out(&folder.portolan(&["init", "--template", "list"]));
    let templates: Vec<&str> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(templates.contains(&"hello") && templates.contains(&"podcast"), "{list}");
    for template in templates {
        let name = format!("my-{template}");
        let output = folder.portolan(&["init", &name, "--template", template]);
        check(&output, 0);
        assert!(out(&output).contains(&format!("next: portolan build {name} --target all")), "{}", out(&output));
        let spec = fs::read_to_string(folder.0.join(&name).join("portolan.yaml")).expect("a spec");
        assert!(spec.contains(&format!("\napp: {name}\n")), "{spec}");
        assert!(!folder.0.join(&name).join("tests").exists());
        check(&folder.portolan(&["check", &name]), 0);
    }
}

#[test]
fn init_overwrites_nothing() {
    let folder = Folder::new("init-taken");
    folder.write("mine/notes.txt", "keep me");
    folder.write("file", "keep me too");
    for name in ["mine", "file"] {
        let output = folder.portolan(&["init", name]);
        check(&output, 3);
        assert!(talk(&output).contains("exists already"), "{}", talk(&output));
    }
    assert_eq!(folder.names(), ["file", "mine"]);
    assert_eq!(fs::read_dir(folder.0.join("mine")).expect("a folder").count(), 1);
}

#[test]
fn init_wants_a_name() {
    let folder = Folder::new("init-name");
    for (name, better) in [("MyApp", "`my-app`"), ("../up", "`up`"), (".", "`my-app`")] {
        let output = folder.portolan(&["init", name]);
        check(&output, 3);
        assert!(talk(&output).contains(better), "{}", talk(&output));
    }
    let output = folder.portolan(&["init", "--template", "podcst"]);
    check(&output, 3);
    assert!(talk(&output).contains("did you mean `podcast`?"), "{}", talk(&output));
    assert_eq!(folder.names(), Vec::<String>::new());
}

#[test]
fn graphs_show_what_the_spec_says() {
    let podcast = root().join("examples/podcast");
    let podcast = podcast.to_str().expect("a path");
    let folder = Folder::new("graph");
    for format in ["mermaid", "dot", "svg"] {
        let output = folder.portolan(&["graph", podcast, "--format", format]);
        check(&output, 0);
        for word in ["uploads", "tag", "shows", "PUBLIC", "query", "cron(0 3"] {
            assert!(out(&output).contains(word), "{format} has no {word}: {}", out(&output));
        }
    }
    let output = folder.portolan(&["graph", podcast, "--format", "svg"]);
    assert!(out(&output).contains("prefers-color-scheme: dark") && out(&output).ends_with("</svg>\n"));
    let attack = "resources: { b: { kind: bucket } }\nfunctions:\n  f:\n    runtime: python3.13\n    handler: f.handle\n    \
                  triggers: { bucket: b, suffix: \"</text><script>\\\"]; x\" }\n";
    folder.write("portolan.yaml", &(HELLO.split("functions:").next().unwrap_or_default().to_owned() + attack));
    for (format, code) in [("svg", "<script>"), ("mermaid", "\"];"), ("mermaid", "<script>"), ("dot", "<script>\"]")] {
        let output = folder.portolan(&["graph", "--format", format]);
        check(&output, 0);
        assert!(!out(&output).contains(code), "{format}: {}", out(&output));
    }
    folder.write("portolan.yaml", TWELVE);
    let output = folder.portolan(&["graph"]);
    check(&output, 3);
    assert_eq!(out(&output), "");
}

#[test]
fn what_cannot_be_packed_is_refused_by_check_as_by_build() {
    let folder = Folder::new("unpackable");
    folder.write("portolan.yaml", &HELLO.replace("runtime: python3.13", "runtime: go1.25"));
    for command in ["check", "build"] {
        let output = folder.portolan(&[command]);
        check(&output, 3);
        let said = talk(&output);
        assert!(said.contains("error[package/runtime]") && said.contains("portolan.yaml:7:21"), "{command}: {said}");
        assert_eq!(said.matches("error[").count(), 1, "{command}: {said}");
    }
}

#[test]
fn kinds_are_listed_for_people_and_tools() {
    let folder = Folder::new("kinds");
    let output = folder.portolan(&["kinds"]);
    check(&output, 0);
    assert!(out(&output).contains("AWS::SQS::Queue"), "{}", out(&output));
    let output = folder.portolan(&["kinds", "--format", "json"]);
    check(&output, 0);
    let kinds: Value = serde_json::from_str(&out(&output)).expect("JSON");
    let queue = kinds.as_array().expect("a list").iter().find(|kind| kind["kind"] == "queue").expect("a queue");
    assert_eq!(queue["verbs"][0]["verb"], "send");
    assert_eq!(queue["becomes"].as_array().map(Vec::len), Some(4));
}

#[test]
fn a_kind_of_the_users_own_needs_no_rust() {
    let folder = Folder::new("own-kind");
    let kind = "about: A bell.\noptions:\n  tone: { type: text, about: How it sounds. }\n";
    folder.write("kinds/bell/kind.yaml", kind);
    for format in ["aws", "gcp", "gcp-dm", "azure"] {
        folder.write(&format!("kinds/bell/{format}.yaml"), "unsupported: Nobody rings here.\n");
    }
    let output = folder.portolan(&["kinds", "--stdlib", "kinds"]);
    check(&output, 0);
    assert!(out(&output).contains("bell  A bell."), "{}", out(&output));
    let output = folder.portolan(&["schema", "--stdlib", "kinds"]);
    check(&output, 0);
    let schema: Value = serde_json::from_str(&out(&output)).expect("JSON");
    assert_eq!(schema["$defs"]["kind-bell"]["properties"]["tone"]["description"], "How it sounds.");
}

#[test]
fn a_broken_kind_is_3() {
    let folder = Folder::new("broken-kind");
    folder.write("kinds/bell/kind.yaml", "abuot: A bell.\n");
    for command in ["kinds", "schema"] {
        let output = folder.portolan(&[command, "--stdlib", "kinds"]);
        check(&output, 3);
        assert!(talk(&output).contains("error[catalog/"), "{}", talk(&output));
        assert_eq!(out(&output), "");
    }
}

#[test]
fn completions_know_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = command(&["completions", shell]).output().expect("it runs");
        check(&output, 0);
        assert!(out(&output).contains("review"), "{shell}");
    }
}
