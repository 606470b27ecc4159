//! The environment.

use crate::libraries::given::{at, value, variable};
use crate::{Argument, Library, Object, Outcome};

/// `std::env::var` and its like.
pub struct System;

impl Library for System {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let reads = matches!(
            symbol,
            "std.env.var" | "std.env.var_os" | "env.var" | "env.var_os" | "dotenv.var" | "dotenvy.var" | "env_var.var"
        );
        reads.then(|| value(variable(&at(arguments, 0))))
    }

    fn method(&self, _: &Object, _: &str, _: &[Argument]) -> Option<Outcome> {
        None
    }
}
