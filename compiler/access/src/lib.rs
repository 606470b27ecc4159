//! Permission inference: from a resolved [`Model`](portolan_model::Model) to the [`Grants`] each function needs.
//!
//! A grant is one verb on one subject for one function, with at least one [`Reason`] pointing into the spec; triggers
//! grant what listening takes. What the code was seen to do ([`Calls`]) narrows that: [`join`]. This room knows no provider: turning a verb into actions or roles happens in
//! `providers/`.

mod infer; // start reading here
mod grant;
mod calls;
mod naming;
mod narrow;
mod rows;
mod hand;
mod join;
mod findings;
mod auto;

pub use auto::auto;
pub use calls::{ByHand, Calls, Gap, Named, Need, Part, Seen, Site};
pub use grant::{Basis, Because, Exact, Grant, Grants, Reason, Reasons, Right};
pub use hand::{Carries, Roles};
pub use infer::infer;
pub use join::join;
pub use naming::{Meant, meant};
