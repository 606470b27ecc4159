//! Logs that are kept longer than the project keeps them: a log bucket for each length, and a route for each function.

use super::{Decider, Logs, Sink, asked};
use crate::ranges;
use portolan_model::FunctionId;
use portolan_value::Address;

impl Decider<'_> {
    /// The route of a function's logs, where thirty days are too few.
    pub(super) fn log(&mut self, id: FunctionId) {
        let function = self.model().function(id);
        let days = ranges::LOG_DAYS.nearest(function.log_retention.value);
        if days <= i64::from(ranges::DEFAULT_LOG_DAYS) {
            return;
        }
        let address = Address::new(&function.name.value, "sink");
        let origin = asked(function.log_retention.span, "logs are kept as long as was asked for");
        let sink = Sink {
            name: self.physical(&address, "google_logging_project_sink"),
            service: self.service_name(id),
            address,
            origin: origin.clone(),
        };
        match self.decision.logs.iter_mut().find(|logs| logs.days == days) {
            Some(logs) => logs.sinks.push(sink),
            None => {
                let address = Address::via("app", &format!("logs-{days}"), "retention");
                let own = format!("-logs-{days}");
                let derived =
                    crate::names::name_of(self.model(), &own, address.as_str(), "google_logging_project_bucket_config");
                let name = self.kinds.kept_name(&address).unwrap_or_else(|| derived.into());
                self.decision.logs.push(Logs { address, name, days, sinks: vec![sink], origin });
            }
        }
    }
}
