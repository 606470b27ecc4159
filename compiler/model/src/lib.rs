//! Resolution: from a [`Spec`](portolan_syntax::Spec) and a catalogue to a [`Model`] for one target and region.
//!
//! In come names as written; out go ids, values with their units, defaults filled and edges drawn. What is not known
//! here: what anything becomes on a cloud. A number stays what the user asked for; whether a target has it is asked
//! later, in `supports`.

mod auth;
mod consumers;
mod deferred;
mod environment;
mod functions;
mod hosts;
mod identity;
mod inputs;
mod loops;
mod merged;
mod model; // start reading here
mod names;
mod native;
mod options;
mod outputs;
mod regions;
mod resolve;
mod resources;
mod routes;
mod runtime;
mod schedule;
mod settings;
mod targets;
mod triggers;
mod units;
mod uses;
mod values;
mod words;

pub use identity::*;
pub use model::*;
pub use resolve::resolve;
pub use targets::{Asked, TargetRequest, Wanted, targets};
