//! The project's own tasks: `cargo xtask test`, `oracles`, `browser`, `goldens`, `operations` and `behaviour`.
//!
//! In go the words after `cargo xtask`; out come headings, the tools' own output and an exit code. This program knows
//! nothing of the compiler: it starts cargo and the oracles, which judge the compiler from outside.

mod browser; // the page of a review, where there is a browser
mod oracles; // which oracles there are, and their verdict
mod toolbox; // what they need, installed once
mod work; // running things, two at a time

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use toolbox::{Environment, Facts, Toolbox};

const HELP: &str = "\
cargo xtask test               everything that CI runs: format, lints, tests, a browser, oracles
cargo xtask oracles [PATH…]    the oracles alone, over all golden templates or those given
    --only NAME                only this one; may be repeated
    --allow-empty              an oracle without a template to check does not fail
cargo xtask browser            the page of a review in a browser, where one is
cargo xtask goldens            rewrite the golden files; then read `git diff`
cargo xtask operations         rewrite what is generated of the operation table
cargo xtask behaviour          rewrite the tables of how properties behave when they change
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[String]) -> Result<(), String> {
    match words.split_first() {
        Some((task, [])) if task == "test" => test(),
        Some((task, rest)) if task == "oracles" => oracles::run(&root(), &selection(rest)?),
        Some((task, [])) if task == "browser" => browser::run(&root(), cargo),
        Some((task, [])) if task == "goldens" => goldens(),
        Some((task, [])) if task == "operations" => operations(),
        Some((task, [])) if task == "behaviour" => behaviour(),
        None => {
            print!("{HELP}");
            Ok(())
        }
        Some(_) => Err(format!("unknown task `{}`\n\n{HELP}", words.join(" "))),
    }
}

fn test() -> Result<(), String> {
    step("format", &["fmt", "--all", "--check"], "run `cargo fmt --all`")?;
    let everything = oracles::Selection::default();
    std::thread::scope(|scope| {
        // What the oracles need comes over the network while cargo compiles.
        let prepared = scope.spawn(|| oracles::prepare(&root(), &everything));
        let lints = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
        step("lints", &lints, "mend what clippy names above")?;
        let wrong = "mend the tests above, or accept a wanted change with `cargo xtask goldens`";
        step("tests", &["test", "--workspace", "--quiet"], wrong)?;
        prepared.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })?;
    browser::run(&root(), cargo)?;
    oracles::run(&root(), &everything)
}

fn step(title: &str, arguments: &[&str], cure: &str) -> Result<(), String> {
    let begun = Instant::now();
    work::heading(title);
    work::visibly(cargo().args(arguments)).map_err(|error| format!("{error}\nhelp: {cure}"))?;
    println!("{title}: {} s", begun.elapsed().as_secs());
    Ok(())
}

fn goldens() -> Result<(), String> {
    work::heading("goldens");
    let tests = ["test", "--package", "portolan-golden-tests", "--package", "portolan-cli"];
    work::visibly(cargo().args(tests).env("GOLDEN", "update"))
}

/// What is generated of the operation table: the script, and the file it writes.
const GENERATED: [(&str, &str); 4] = [
    ("operations_data.py", "compiler/sdk/data/aws/operations.txt"),
    ("resources_data.py", "compiler/sdk/data/python/resources.txt"),
    ("wire_data.py", "providers/aws-local/data/wire.txt"),
    ("arns_data.py", "providers/aws-local/data/arns.txt"),
];

fn operations() -> Result<(), String> {
    let toolbox = Toolbox::new(&root());
    work::heading("operations");
    GENERATED.iter().try_for_each(|(script, out)| toolbox.generate(Environment::Main, script, &root().join(out)))
}

fn behaviour() -> Result<(), String> {
    let toolbox = Toolbox::new(&root());
    work::heading("behaviour");
    work::all(&[Environment::Main, Environment::Behaviour], |environment| toolbox.install(*environment))?;
    work::all(&[Facts::Terraform, Facts::Updates], |facts| toolbox.extract(*facts))?;
    toolbox.generate(Environment::Behaviour, "behaviour_data.py", &root().join("compiler/behaviour/data"))
}

fn selection(words: &[String]) -> Result<oracles::Selection, String> {
    let mut selection = oracles::Selection::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--allow-empty" => selection.allow_empty = true,
            "--only" => selection.only.push(words.next().ok_or("`--only` wants the name of an oracle")?.clone()),
            option if option.starts_with("--") => return Err(format!("unknown option `{option}`\n\n{HELP}")),
            path => selection.paths.push(PathBuf::from(path)),
        }
    }
    Ok(selection)
}

fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// The workspace: cargo says where, so that two checkouts may share a target folder.
fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&package).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn options_and_paths_are_told_apart() {
        let selection = selection(&words("--only arm a.json --only iam --allow-empty")).unwrap();
        assert_eq!(selection.only, ["arm", "iam"]);
        assert_eq!(selection.paths, [PathBuf::from("a.json")]);
        assert!(selection.allow_empty);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert!(selection(&words("--onyl arm")).is_err());
        assert!(selection(&words("--only")).is_err());
        assert!(dispatch(&words("tests")).is_err());
        assert!(dispatch(&words("test oracles")).is_err());
    }
}
