//! `uses: auto`: what functions use, once their code was read.

use crate::{FunctionId, Model, Use, consumers, environment, loops, resolve};
use portolan_catalog::Catalog;
use portolan_diagnostics::Diagnostic;

/// Fills in what functions use that leave it to their code, and checks what depends on it.
pub fn fill(model: &mut Model, catalog: &Catalog, uses: Vec<(FunctionId, Vec<Use>)>) -> Vec<Diagnostic> {
    for (id, uses) in uses {
        if let Some(function) = model.functions.get_mut(id.0 as usize) {
            function.uses.extend(uses);
        }
    }
    let mut findings = Vec::new();
    loops::check(model, &mut findings);
    environment::check(model, catalog, &mut findings);
    consumers::check(model, &mut findings);
    resolve::in_order(findings)
}
