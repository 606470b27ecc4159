//! Artifacts: from a function's files to the zip that a cloud runs, named after its content.
//!
//! In comes a [`Request`] (the files, the handler, what starts it); out goes an [`Artifact`]: the user's
//! files, the generated entry and its settings in one zip with the same bytes on every machine. This room knows
//! neither spec nor template: who asks has resolved both. Only [`collect`] touches the disk.

mod pack;
mod request; // start reading here
mod trigger;

mod archive;
mod entry;
mod handler;
mod executable;
mod hash;
mod runtime;

mod dependencies;

mod collect;
mod ignored;

pub use collect::{Code, collect};
pub use dependencies::{
    Architecture, Asked, Bundler, Bundling, Cache, Dependencies, Machine, Package, Progress, Tools, expected, install,
};
pub use entry::{AWS_HANDLER, GOOGLE_TARGET, google_source};
pub use pack::{Artifact, pack, pack_with, without_entry};
pub use request::{Deployment, Handler, Language, Payload, Platform, Request, SourceFile};
pub use trigger::{Attribute, Auth, Change, Cors, Due, Event, Host, Http, Input, Route, RowChange, Segment, Trigger};
