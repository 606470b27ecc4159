//! `portolan completions`: the arguments as a shell wants to know them.

use crate::arguments::{Arguments, Completions};
use crate::{Exit, talk};
use clap::CommandFactory;

/// Prints the completions of a shell.
pub fn run(completions: &Completions) -> Exit {
    talk::data(&script(completions));
    Exit::Success
}

fn script(completions: &Completions) -> String {
    let mut script = Vec::new();
    clap_complete::generate(completions.shell, &mut Arguments::command(), "portolan", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
