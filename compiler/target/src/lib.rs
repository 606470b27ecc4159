//! The back end's door: the questions every target answers, and what all of them share.
//!
//! A [`Backend`] says what it can express, lowers a model and its grants to resources, and writes them down. Between
//! lowering and writing stands [`settle`], which folds contributions into slots and applies the user's overrides. No
//! target's word appears here: a back end brings its own names, limits and spelling.

mod artifacts;
mod backend; // start reading here
mod columns;
mod contents;
mod delivery;
mod describe;
mod duties;
mod edges;
mod escalation;
mod external;
mod ids;
mod json;
mod kinds;
mod lowered;
mod places;
mod plain;
mod quoting;
mod resources;
mod settle;
mod stakes;
mod unseen;
mod written;

pub use artifacts::{Artifact, Artifacts};
pub use backend::{Backend, ReadBack, Request, Settings, StackFile, Template};
pub use columns::unsupported;
pub use contents::{Contents, Fate, Holding};
pub use delivery::{Answer, Delivery, base64, bytes, known, milliseconds};
pub use describe::describe;
pub use duties::{Guards, ISSUER, audience, token_variables};
pub use escalation::Escalation;
pub use external::cannot_start;
pub use ids::Ids;
pub use json::pretty;
pub use kinds::{FilledRow, Hooks, Kinds};
pub use lowered::{Lowered, Output, Parameter, Permission};
pub use plain::{holds, is_plain, push_replaced};
pub use quoting::unwritable;
pub use resources::Resources;
pub use settle::{Settled, Stack, settle};
pub use stakes::{Counts, Quota, Raises, Replaces, Rule, Stakes, Undone, When};
pub use unseen::{EVERYBODY, Unseen, unseen};
pub use written::{Piece, Written};
