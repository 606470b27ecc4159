//! What a CloudFormation template permits: the read-back, of ours or of any other.
//!
//! In comes the text of a template; out go statements whose texts have an atom for whatever only a deployment knows.
//! `Ref`, `Fn::GetAtt`, `Fn::Sub` and `Fn::Join` are read to one spelling, and names that the template itself gives are
//! filled in. This room reads what is written and knows nothing of how it came to be; only `needs` knows both sides.

mod reading; // start reading here
mod text;

mod document;
mod doors;
mod identities;
mod invocations;
mod resources;

mod needs;

#[cfg(test)]
mod tests;

pub(crate) use needs::read_back;

use portolan_policy::Policies;
use reading::Reading;

/// The policies of a template; of what is none, no statements.
pub(crate) fn permissions(template: &str) -> Policies {
    Policies::new(Reading::new(template).statements())
}
