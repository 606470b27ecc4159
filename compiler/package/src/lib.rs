//! Artifacts: from a function's files to the zip that a cloud runs, named after its content.
//!
//! In comes a [`Request`] (the files, the handler, what the entry must guard); out goes an [`Artifact`]: the user's
//! files, the generated entry and its settings in one zip with the same bytes on every machine. This room knows
//! neither spec nor template: who asks has resolved both. Only [`collect`] touches the disk.

mod pack;
mod request; // start reading here

mod archive;
mod entry;
mod handler;
mod hash;

mod dependencies;

mod collect;
mod ignored;
mod notes;

pub use collect::{Code, collect};
pub use dependencies::{
    Architecture, Asked, Cache, Dependencies, Machine, Package, Progress, Tools, expected, install,
};
pub use entry::{AWS_HANDLER, GOOGLE_TARGET, google_source};
pub use notes::notes;
pub use pack::{Artifact, pack, pack_with};
pub use request::{BucketFilter, Change, Guards, Handler, Language, Payload, Platform, Request, SourceFile};
