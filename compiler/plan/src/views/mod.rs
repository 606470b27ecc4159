//! What people and tools see of a plan.
//!
//! In come a [`Plan`](crate::Plan) and what gates found of it; out goes text. All views are drawn from that document alone:
//! they know no template, no file, no clock and no cloud. Names and values in it were written by others, so that each view
//! makes of them what is only text where it is read: nothing in them is markup, a command of a terminal, or of a runner.

mod text; // start reading here
mod markdown;

mod results;
mod sarif;
mod junit;
mod gitlab;
mod github;
mod azure_devops;

mod values;
mod bodies;
mod words;
mod grants;
mod markup;
mod plain;

pub use azure_devops::azure_devops;
pub use github::{github_annotations, github_outputs};
pub use gitlab::{code_quality, gitlab};
pub use junit::junit;
pub use markdown::{Budget, markdown, marker};
pub use sarif::sarif;
pub use text::{TextOptions, text};
