//! AWS on a loopback: what its clients send, and what stands in for a deployment.
//!
//! In comes a [`Request`] as it was received; out goes the operation it asks for, in the words of `sdk`. This room opens
//! no socket and knows neither spec nor model.

mod request; // start reading here
mod recognize;
mod rest;
mod body;
mod table;
mod asked; // from the operation to permissions on ARNs
mod stand_in; // names that a deployment would give
mod furnish; // and the requests that make what is named
mod refusal;

pub use asked::{Asked, asked};
pub use furnish::{Furnishing, furnish};
pub use recognize::{Protocol, Recognized, addresses, recognize};
pub use refusal::{Refusal, refuse};
pub use request::Request;
pub use stand_in::{Made, Place, StandIn};
