//! Resolution: from a [`Spec`](portolan_syntax::Spec) and a catalogue to a [`Model`] for one target and region.
//!
//! In come names as written; out go ids, values with their units, defaults filled and edges drawn. What is not known
//! here: what anything becomes on a cloud. A number stays what the user asked for; whether a target has it is asked
//! later, in `supports`.

mod model; // start reading here
mod identity;
mod display;

pub use identity::*;
pub use model::*;
