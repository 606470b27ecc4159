//! A small app that reviews are made of, in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// An app in a folder that goes away with the test.
pub struct App(pub PathBuf);

/// Two functions on one queue, a bucket and a secret, for three clouds.
pub const SPEC: &str = "\
portolan: 1
app: demo
targets:
  aws: { provider: aws, region: eu-west-1, account: \"111122223333\" }
  gcp: { provider: gcp, region: europe-west1, project: acme-demo }
  azure: { provider: azure, region: westeurope, resource-group: demo }
defaults: { runtime: python3.13 }
resources:
  files: { kind: bucket }
  more: { kind: bucket }
  jobs: { kind: queue }
  token: { kind: secret }
functions:
  take:
    handler: src/take.handle
    triggers: { http: POST /jobs, auth: { jwt: { issuer: \"https://login.example.com/\", audience: demo } } }
    uses: { jobs: send }
  work:
    handler: src/work.handle
    triggers: { queue: jobs }
    uses:
      files: { read: in/* }
      token: read
";

/// Code in which nothing is understood, so that all that is declared is granted: which calls a language's front end sees is
/// for other tests.
const CODE: &str = "def handle(event, context):\n    return {\"status\": 200}\n";

impl App {
    /// The app.
    pub fn new(name: &str) -> Self {
        Self::of(name, SPEC)
    }

    /// An app with another spec.
    pub fn of(name: &str, spec: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("review").join(name);
        if path.exists() {
            fs::remove_dir_all(&path).expect("an old folder goes away");
        }
        let app = Self(path);
        app.write("src/take.py", CODE);
        app.write("src/work.py", CODE);
        app.write("portolan.yaml", spec);
        app
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Changes the spec; every change must be one.
    pub fn change(&self, changes: &[(&str, &str)]) {
        let mut spec = fs::read_to_string(self.0.join("portolan.yaml")).expect("a spec");
        for (old, new) in changes {
            assert!(spec.contains(old), "{old} is not in the spec");
            spec = spec.replace(old, new);
        }
        self.write("portolan.yaml", &spec);
    }

    /// Runs the program in its folder.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
        command.args(arguments).current_dir(&self.0).stdin(Stdio::null()).env("NO_COLOR", "1");
        command.output().expect("it runs")
    }

    /// What a run prints that must end with 0.
    pub fn said(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}\n{}{}", out(&output), talk(&output));
        out(&output)
    }

    /// Makes it a repository, and what is there its first revision.
    pub fn commit(&self) {
        let git = |arguments: &[&str]| {
            let who = ["-c", "user.name=demo", "-c", "user.email=demo@example.com", "-c", "commit.gpgsign=false"];
            let output = Command::new("git").args(who).args(arguments).current_dir(&self.0).output().expect("git");
            assert!(output.status.success(), "{}", talk(&output));
        };
        git(&["init", "--quiet", "--initial-branch=main", "."]);
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "--message", "first"]);
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What was printed as data.
pub fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// What was said beside it.
pub fn talk(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}
