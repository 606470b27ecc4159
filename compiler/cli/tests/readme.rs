//! The first minute in `README.md` is what the program really prints.

mod golden;
mod pages;

use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs the program and gives back all it says.
fn said(arguments: &[&str], folder: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    let output = command.args(arguments).current_dir(folder).env("NO_COLOR", "1").output().expect("it runs");
    String::from_utf8([output.stdout, output.stderr].concat()).expect("text")
}

fn scratch(name: &str) -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// The summary and the first notes; how long it took differs from run to run.
fn build() -> String {
    let out = scratch("readme-build");
    let out = out.to_str().expect("a path");
    let said =
        said(&["build", "examples/podcast", "--target", "all", "--no-dependencies", "--out", out], &golden::root());
    let lines: Vec<&str> = said.lines().collect();
    let notes = lines.iter().position(|line| *line == "notes").expect("notes");
    lines[..notes + 4].join("\n") + "\n  …"
}

fn review() -> String {
    let said = said(&["review", "examples/podcast", "--target", "aws"], &golden::root());
    let blocks: Vec<&str> = said.trim_end().split("\n\n").collect();
    format!("{}\n\n{}\n…\n\n{}", blocks[0], blocks[1], blocks[blocks.len() - 1])
}

fn mistake() -> String {
    let spec = fs::read_to_string(golden::root().join("examples/podcast/portolan.yaml")).expect("a spec");
    let folder = scratch("readme-mistake");
    fs::write(folder.join("portolan.yaml"), spec.replace("uploads: read", "upload: read")).expect("a file");
    said(&["check"], &folder).trim_end().to_owned()
}

/// The plan of a case under `golden-tests/plans/`, for one target.
fn plan(case: &str, target: &str) -> String {
    let folder = scratch(&format!("readme-{case}"));
    fs::create_dir_all(folder.join("src")).expect("a folder");
    for handler in ["take", "get"] {
        let code = "def handle(event, context):\n    return {\"status\": 200}\n";
        fs::write(folder.join(format!("src/{handler}.py")), code).expect("a file");
    }
    let spec = |side: &str| {
        fs::copy(golden::root().join("golden-tests/plans").join(case).join(side), folder.join("portolan.yaml"))
            .expect("a spec");
    };
    spec("before.yaml");
    said(&["build", "--target", target, "--out", "build"], &folder);
    spec("after.yaml");
    said(&["plan", "--target", target, "--base", "build"], &folder).trim_end().to_owned()
}

#[test]
fn the_first_minute_is_real() {
    let page = fs::read_to_string(golden::root().join("README.md")).expect("the page");
    let shown = |command: &str, said: String| format!("```text\n$ {command}\n{said}\n```\n");
    let part = |name: &str| match name {
        "build" => shown("cargo run --release -q -- build examples/podcast --target all --no-dependencies", build()),
        "mistake" => shown("portolan check", mistake()),
        "loss" => shown("portolan plan --target aws --base build", plan("table-removed", "aws")),
        "exposure" => shown("portolan plan --target aws --base build", plan("route-opens", "aws")),
        "replaced" => shown("portolan plan --target aws --base build", plan("table-key-changed", "aws")),
        _ => shown("portolan review examples/podcast --target aws", review()),
    };
    golden::compare_but_digests("README.md", &pages::filled(&page, part));
}
