//! Exit codes: one enum, and one place that maps an outcome to one of them.

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Success,
    /// Something would change, and the exit code was to say so.
    Changes,
    /// The spec or the command line is wrong; nothing was written.
    Invalid,
    /// The outside world failed us: a file that cannot be read or written.
    Failed,
    /// A gate or a policy does not let it pass.
    Held,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Success => Self::SUCCESS,
            Exit::Changes => Self::from(2),
            Exit::Invalid | Exit::Failed => Self::from(3),
            Exit::Held => Self::from(4),
        }
    }
}
