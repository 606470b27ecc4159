//! Exit codes: one enum, and one place that maps an outcome to one of them.

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Success,
    /// The spec or the command line is wrong; nothing was written.
    Invalid,
    /// The outside world failed us: a file that cannot be read or written.
    Failed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Success => Self::SUCCESS,
            Exit::Invalid | Exit::Failed => Self::from(3),
        }
    }
}
