//! What is deployed, as it was written down in a file: the template, and what the cloud says of each resource.
//!
//! Clients that look for themselves come with `apply`; they observe the same.

use super::base::Before;
use crate::commands::review::facts::Facts;
use portolan_catalog::Catalog;
use portolan_diagnostics::Diagnostic;
use portolan_plan::{BasisKind, Observed, Observer};
use std::fs;
use std::path::Path;

/// A file in which somebody wrote down what is deployed.
pub(super) struct Record<'p>(pub &'p Path);

impl Observer for Record<'_> {
    type Error = Box<Diagnostic>;

    fn observe(&self, stack: &str) -> Result<Observed, Box<Diagnostic>> {
        let name = self.0.display();
        let text = fs::read_to_string(self.0)
            .map_err(|error| Diagnostic::error("cli/unreadable", format!("`{name}` cannot be read: {error}")))?;
        let observed = Observed::read(&text).map_err(|why| {
            let message = format!("`{name}` does not say what is deployed: {why}");
            Diagnostic::error("cli/no-observation", message).help("`docs/plan.md` shows the form of such a file")
        })?;
        match observed.stack == stack {
            true => Ok(observed),
            false => {
                let message = format!("`{name}` is about `{}`, and the deployment is `{stack}`", observed.stack);
                Err(Box::new(Diagnostic::error("cli/no-observation", message)))
            }
        }
    }
}

/// A deployment as a file says that it is.
pub(super) fn before(
    path: &Path,
    now: &Facts<'_>,
    catalog: &Catalog,
    alone: bool,
) -> Result<Before<'static>, Box<Diagnostic>> {
    let name = path.display().to_string();
    if !alone {
        let message = format!("`{name}` is about one deployment, and several are planned");
        return Err(Box::new(Diagnostic::error("cli/no-observation", message).help("choose one with `--target`")));
    }
    let observed = Record(path).observe(&now.compiled.settled.stack)?;
    let mut before = match observed.templates() {
        texts if texts.is_empty() => Before::nothing(BasisKind::Observed, Some(&name)),
        texts => Before::read(BasisKind::Observed, &name, &texts, now, catalog)?,
    };
    before.basis.revision = observed.revision;
    before.basis.observed_at = Some(observed.observed_at);
    before.basis.drift_checked = observed.resources.is_some();
    before.live = observed.resources;
    Ok(before)
}
