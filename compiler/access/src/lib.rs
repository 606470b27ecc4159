//! Permission inference: from a resolved [`Model`](portolan_model::Model) to the [`Grants`] each function needs.
//!
//! A grant is one verb on one subject for one function, with at least one [`Reason`] pointing into the spec; triggers
//! grant what listening takes. This room knows no provider: turning a verb into actions or roles happens in
//! `providers/`.

mod grant;
mod infer; // start reading here

pub use grant::{Grant, Grants, Reason, Reasons, Right};
pub use infer::infer;
