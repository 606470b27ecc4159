//! Plans: what would change, how each property takes it, what follows, and what must be approved.
//!
//! In come two templates that were read back, what each permits in effect, and how properties behave; out goes a
//! [`Plan`], which is data. Every view of it is drawn from that, and gates, approvals and policies judge nothing else.
//! This room reads no file and no clock, and knows no cloud: what a type holds, and what opens it, back ends say.

mod document; // start reading here
mod identity;
mod sides;
mod diff;

pub mod views;
mod approvals;
mod gates;

mod pairs;
mod compare;
mod verdict;
mod unseen;
mod change;
mod effects;
mod order;
mod shown;
mod drift;
mod prices;
mod cost;

#[cfg(test)]
mod testing;

pub use approvals::{Approval, Wrong, approved, missing, read_approvals};
pub use diff::{diff, template_digest};
pub use document::{
    Action, Alarm, Approved, Basis, BasisKind, Cause, Change, Cost, Deployment, Drift, Effect, FORMAT, Fate, Finding,
    Grant, Inputs, Judgement, Needed, OutputChange, Permissions, Place, Plan, Price, Property, Reason, Said, Severity,
    Shown, Summary, Suppressed, UnitPrice, Unknown, VERSION, Verdict, schema,
};
pub use drift::{Observed, Observer};
pub use gates::{impossible, judged, unapproved};
pub use identity::{digest, identity};
pub use pairs::renames;
pub use prices::{Condition, Known, prices};
pub use shown::gathered;
pub use sides::{About, Origin, Sides};
