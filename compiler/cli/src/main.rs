//! `portolan`: reads arguments, runs a command, maps its outcome to an exit code.

use clap::Parser;
use mimalloc::MiMalloc;
use portolan_cli::{Arguments, run};
use std::process::ExitCode;

/// A build is many thousand small values that come and go: with the system's allocator it takes a quarter longer.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match Arguments::try_parse() {
        Ok(arguments) => run(&arguments).into(),
        Err(error) => {
            let code = if error.use_stderr() { ExitCode::from(3) } else { ExitCode::SUCCESS };
            // Nobody is left to tell when the terminal is gone.
            let _ = error.print();
            code
        }
    }
}
