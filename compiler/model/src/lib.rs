//! Resolution: from a [`Spec`](portolan_syntax::Spec) and a catalogue to a [`Model`] for one target and region.
//!
//! In come names as written; out go ids, values with their units, defaults filled and edges drawn. What is not known
//! here: what anything becomes on a cloud. A number stays what the user asked for; whether a target has it is asked
//! later, in `supports`.

mod model; // start reading here
mod event;

mod targets;

mod merged;
mod regions;
mod target;

mod resolve;

mod declare;
mod deferred;
mod names;
mod refused;
mod settings;
mod units;
mod values;
mod words;

mod inputs;
mod outputs;

mod options;
mod resources;

mod functions;
mod bundle;
mod runtime;
mod uses;

mod auth;
mod routes;
mod schedule;
mod triggers;

mod native;

mod auto;
mod consumers;
mod environment;
mod hosts;
mod loops;

mod display;
mod identity;

#[cfg(test)]
mod testing;

pub use auto::fill;
pub use event::*;
pub use identity::*;
pub use model::*;
pub use names::article;
pub use resolve::resolve;
pub use targets::{Asked, TargetRequest, Wanted, targets};
