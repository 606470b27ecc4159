//! Recorded runs: what functions asked for, judged by the policies of a template.
//!
//! In come [`Trace`]s, the calls of runs as permissions on resources, and [`Policies`](portolan_policy::Policies); out goes
//! a [`Verdict`]: what is allowed and by which statement, what is not, and which grants a run did without. This room
//! records nothing itself and knows no cloud.

mod trace; // start reading here
mod judge;

pub use judge::{Answer, Judged, Verdict, judge};
pub use trace::{Ask, Call, Trace, Unrecognized, VERSION};
