//! The commands, one file each.

pub mod build; // start reading here
pub mod check;
pub mod completions;
pub mod events;
pub mod explain;
pub mod graph;
pub mod infer;
pub mod init;
pub mod invoke;
pub mod kinds;
pub mod plan;
pub mod review;
pub mod schema;
