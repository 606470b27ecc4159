//! Which operations a handler's code performs, on what, and through which calls.
//!
//! Comes in: a [`Program`] — the app's files and the front ends that read them — and the [`Handler`] to start from. Goes
//! out: [`Evidence`]: every call into a cloud's SDK that the handler can reach, each with its place and the chain of calls
//! that leads to it, and every place where the code could not be followed. The code is interpreted, not run: branches are
//! all taken, loops once, values are what is known of them.
//!
//! This room knows no SDK (`portolan-sdk` does) and no syntax (front ends do). It reads files only through
//! [`portolan_program::Files`], gives the same answer on every machine, and always ends: steps and depth are counted.

mod evidence; // start reading here
mod program;
mod index;
mod value;
mod machine;
mod statement;
mod branch;
mod condition;
mod each;
mod expression;
mod name;
mod member;
mod computed;
mod container;
mod call;
mod callback;
mod parameter;
mod class;
mod implementer;
mod hooks;
mod metaclass;
mod ending;
mod chooser;
mod validator;
mod delegate;
mod given;
mod services;
mod tokens;
mod extension;
mod structure;
mod foreign;
mod decorator;
mod own;
mod outcome;
mod binding;
mod promise;
mod proxy;
mod holder;
mod message;
mod load;
mod registered;
mod entry;
mod hosting;

pub use entry::{Handler, Missing, observe};
pub use evidence::{Call, Evidence, Place, Step, Unresolved};
pub use program::{Front, Program};
