//! Effective permissions: evaluated, compared and proved.
//!
//! In come [`Policies`], the statements that a back end read from a written template; out go a [`Decision`] on one
//! request, the [`Difference`]s by which one template permits more than another, and the [`Proof`] that a template
//! permits what is needed and nothing else. This room reads no template: it knows statements, patterns and the three
//! condition languages (of AWS policies, the Common Expression Language, Azure's role assignment conditions).

mod pattern; // start reading here
mod set;

mod condition;
mod operator;
mod statement;

mod index;

mod abac;
mod cel;
mod lexer;

mod evaluate;
mod witness;

mod compare;
mod prove;

#[cfg(test)]
mod testing;

pub use abac::read as read_abac;
pub use cel::read as read_cel;
pub use compare::{Class, Comparison, Difference, public, widened};
pub use condition::{Absent, Condition, Context, Each, Test};
pub use evaluate::{Decision, Request, allows};
pub use operator::Operator;
pub use pattern::{Pattern, Piece};
pub use prove::{Extra, Need, Outside, Proof, Undivided, prove};
pub use set::Set;
pub use statement::{Effect, Policies, Side, Statement};
