//! Deployment Manager: the nouns of a decision as types of its providers, and `config.yaml`.
//!
//! It has no deploy parameters and no conditions on bindings, it cannot reach the policy of a Cloud Run service, and it
//! knows no API Gateway, Firestore or Secret Manager. What that means for a spec is said in `supports`.

mod bindings;
mod dialect; // start reading here
mod supports;

mod contents;
mod encode;
mod limits;
mod permissions;
mod yaml;

pub(crate) use contents::contents;
pub use dialect::{Configuration, is_native};
pub use encode::{encode, written};
pub use limits::limits;
pub use permissions::Reading;
pub(crate) use permissions::unreadable;
pub use supports::supports;
