//! An app in a folder of its own, and the plan of what becomes of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// An app in a folder that goes away with the test.
pub struct App(pub PathBuf);

/// Code in which nothing is understood, so that all that is declared is granted: which calls a language's front end sees is
/// for other tests.
const CODE: &str = "def handle(event, context):\n    return {\"status\": 200}\n";

impl App {
    /// An app with no spec yet.
    pub fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plan").join(name);
        if path.exists() {
            fs::remove_dir_all(&path).expect("an old folder goes away");
        }
        let app = Self(path);
        for handler in ["take", "work", "get"] {
            app.write(&format!("src/{handler}.py"), CODE);
        }
        app
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }

    /// Reads a file.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap_or_default()
    }

    /// Runs a command in its folder.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
        command.args(arguments).current_dir(&self.0).env("NO_COLOR", "1").stdin(Stdio::null());
        for variable in ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"] {
            command.env_remove(variable);
        }
        command.output().expect("it runs")
    }

    /// Makes a git revision of what it holds.
    pub fn commit(&self) {
        let who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"];
        for arguments in [&["init", "-q"][..], &["add", "-A"], &["commit", "-q", "--allow-empty", "-m", "as it was"]] {
            let mut command = Command::new("git");
            let output = command.current_dir(&self.0).args(who).args(arguments).output().expect("git runs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }

    /// What a command prints, which must end so.
    pub fn told(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(arguments);
        let talk = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {talk}");
        String::from_utf8(output.stdout).expect("text")
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // What a failed test leaves is looked at.
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}
