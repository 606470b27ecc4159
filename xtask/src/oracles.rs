//! The oracles: which there are, what each needs, and the sum of their verdicts.
//!
//! An oracle is a Python script that ends with a line `N passed, N failed`. One that ends without it has failed.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::toolbox::{Environment, Facts, Toolbox};
use crate::work;

struct Oracle {
    name: &'static str,
    environment: Environment,
    facts: &'static [Facts],
}

/// The slow ones come first: two run at a time.
const ORACLES: [Oracle; 17] = [
    Oracle { name: "packages", environment: Environment::Main, facts: &[] },
    Oracle { name: "client", environment: Environment::Client, facts: &[] },
    Oracle { name: "recorder", environment: Environment::Main, facts: &[] },
    Oracle { name: "events", environment: Environment::Events, facts: &[Facts::Clients] },
    Oracle { name: "behaviour", environment: Environment::Behaviour, facts: &[Facts::Terraform, Facts::Updates] },
    Oracle { name: "cloudformation", environment: Environment::Main, facts: &[] },
    Oracle { name: "arm_policy", environment: Environment::Policy, facts: &[] },
    Oracle { name: "deploy_smoke", environment: Environment::Main, facts: &[] },
    Oracle { name: "recordings", environment: Environment::Main, facts: &[] },
    Oracle { name: "ci", environment: Environment::Main, facts: &[] },
    Oracle { name: "terraform_validate", environment: Environment::Main, facts: &[Facts::Terraform] },
    Oracle { name: "iam", environment: Environment::Main, facts: &[] },
    Oracle { name: "terraform", environment: Environment::Main, facts: &[Facts::Terraform] },
    Oracle { name: "deployment_manager", environment: Environment::Main, facts: &[] },
    Oracle { name: "operations", environment: Environment::Main, facts: &[] },
    Oracle { name: "surfaces", environment: Environment::Sdks, facts: &[Facts::Sdks] },
    Oracle { name: "arm", environment: Environment::Main, facts: &[Facts::Arm] },
];

/// Which oracles to run, and over what.
#[derive(Default)]
pub struct Selection {
    /// Names; none means all.
    pub only: Vec<String>,
    /// Templates or folders of them; none means all goldens.
    pub paths: Vec<PathBuf>,
    /// An oracle without a template does not fail.
    pub allow_empty: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Tally {
    passed: usize,
    failed: usize,
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Runs the selected oracles; the last line it prints is the sum over all their checks.
pub fn run(root: &Path, selection: &Selection) -> Result<(), String> {
    let chosen = choose(&selection.only)?;
    let toolbox = Toolbox::new(root);
    furnish(&toolbox, &chosen)?;
    let mut sum = Tally::default();
    work::two_at_a_time(
        &chosen,
        |oracle| {
            let begun = Instant::now();
            (consult(&toolbox, oracle, selection), begun.elapsed().as_secs())
        },
        |oracle, ((said, tally), seconds)| {
            work::heading(&format!("oracle: {}, {seconds} s", oracle.name));
            print!("{said}");
            sum = Tally { passed: sum.passed + tally.passed, failed: sum.failed + tally.failed };
        },
    );
    println!("\n{sum}");
    if sum.failed == 0 { Ok(()) } else { Err(format!("the oracles found {} failures", sum.failed)) }
}

/// Installs what the selected oracles need.
pub fn prepare(root: &Path, selection: &Selection) -> Result<(), String> {
    furnish(&Toolbox::new(root), &choose(&selection.only)?)
}

fn choose(only: &[String]) -> Result<Vec<&'static Oracle>, String> {
    let names: Vec<&str> = ORACLES.iter().map(|oracle| oracle.name).collect();
    if let Some(unknown) = only.iter().find(|name| !names.contains(&name.as_str())) {
        return Err(format!("there is no oracle `{unknown}`\nhelp: there are {}", names.join(", ")));
    }
    let wanted = |oracle: &&Oracle| only.is_empty() || only.iter().any(|name| name == oracle.name);
    Ok(ORACLES.iter().filter(wanted).collect())
}

fn furnish(toolbox: &Toolbox, chosen: &[&Oracle]) -> Result<(), String> {
    let facts: BTreeSet<Facts> = chosen.iter().flat_map(|oracle| oracle.facts).copied().collect();
    // what is drawn out needs the environment of its script
    let scripts = facts.iter().map(|facts| facts.environment());
    let environments: BTreeSet<Environment> = chosen.iter().map(|oracle| oracle.environment).chain(scripts).collect();
    work::all(&Vec::from_iter(environments), |environment| toolbox.install(*environment))?;
    work::all(&Vec::from_iter(facts), |facts| toolbox.extract(*facts))
}

fn consult(toolbox: &Toolbox, oracle: &Oracle, selection: &Selection) -> (String, Tally) {
    let mut command = Command::new(toolbox.interpreter(oracle.environment));
    command.arg(toolbox.script(&format!("{}.py", oracle.name))).args(&selection.paths);
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUTF8", "1");
    if selection.allow_empty {
        command.arg("--allow-empty");
    }
    let said = work::listening(&mut command).unwrap_or_else(|said| said);
    match tally(&said) {
        Some(tally) => (said, tally),
        None => (format!("{said}FAIL  it ended without a verdict\n"), Tally { passed: 0, failed: 1 }),
    }
}

/// Reads the verdict, the last line that is one.
fn tally(said: &str) -> Option<Tally> {
    let line = said.lines().rev().find(|line| line.ends_with(" failed"))?;
    let (passed, failed) = line.strip_suffix(" failed")?.split_once(" passed, ")?;
    Some(Tally { passed: passed.parse().ok()?, failed: failed.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_is_the_last_line_of_its_form() {
        assert_eq!(tally("  ok a\n12 passed, 3 failed\n"), Some(Tally { passed: 12, failed: 3 }));
        assert_eq!(tally("12 passed, 3 failed\nTraceback: something failed\n"), None);
        assert_eq!(tally("ok\n"), None);
    }

    #[test]
    fn an_unknown_oracle_is_refused_with_the_known_ones() {
        let error = choose(&["arms".to_owned()]).err().unwrap();
        assert!(error.contains("arms") && error.contains("deployment_manager"), "{error}");
    }

    #[test]
    fn every_oracle_has_a_script_and_planted_faults() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden-tests/oracles");
        for oracle in &ORACLES {
            assert!(folder.join(format!("{}.py", oracle.name)).is_file(), "{}", oracle.name);
            assert!(folder.join("faults").join(oracle.name).join("faults.json").is_file(), "{}", oracle.name);
        }
    }
}
