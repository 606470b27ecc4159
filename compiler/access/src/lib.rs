//! Permission inference: from a resolved [`Model`](portolan_model::Model) to the [`Grants`] each function needs.
//!
//! A grant is one verb on one subject for one function, with at least one [`Reason`] pointing into the spec; triggers
//! grant what listening takes. What the code was seen to do ([`Calls`]) narrows that: [`join`]. This room knows no provider: turning a verb into actions or roles happens in
//! `providers/`.

mod infer; // start reading here
mod grant;
mod calls;
mod naming;
mod join;

pub use calls::{Calls, Named, Need, Seen, Site};
pub use grant::{Basis, Grant, Grants, Reason, Reasons, Right};
pub use infer::infer;
pub use join::join;
pub use naming::{Meant, meant};
