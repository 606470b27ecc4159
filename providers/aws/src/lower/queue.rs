//! A queue that a function reads.

use super::Lowering;
use super::function::Callee;
use crate::hooks::is_fifo;
use crate::ranges::{BATCH, FIFO_BATCH};
use portolan_model::{ResourceId, Subject, Trigger};
use portolan_value::{Map, Origin, Resource, Value};

/// More messages than this in one call take a moment of waiting for them (Lambda API, CreateEventSourceMapping).
const BATCH_WITHOUT_WINDOW: u64 = 10;

/// Seconds to wait for a large batch to fill.
const WINDOW: i64 = 1;

impl<'a> Lowering<'a> {
    /// Lambda polls the queue with the function's role, so the grant comes first. Messages that a handler reports as
    /// failed come back alone.
    pub(super) fn queue(&mut self, callee: Callee<'a>, trigger: &Trigger, queue: ResourceId, asked: u32) {
        let resource = self.model().resource(queue);
        let range = if is_fifo(resource) { FIFO_BATCH } else { BATCH };
        let batch = range.nearest(asked.into());
        let window = (batch > BATCH_WITHOUT_WINDOW).then_some(WINDOW);
        let scaling = callee.function.max_concurrency.as_ref().map(|most| scaling(most.value));
        let body = Map::new()
            .with_some("EventSourceArn", self.kinds.export(Subject::Resource(queue), "arn"))
            .with("FunctionName", callee.reference())
            .with("BatchSize", i64::try_from(batch).unwrap_or(i64::MAX))
            .with_some("MaximumBatchingWindowInSeconds", window)
            .with_some("ScalingConfig", scaling)
            .with("FunctionResponseTypes", Value::list(["ReportBatchItemFailures".into()]));
        let address = callee.via(trigger, "mapping");
        let mut mapping =
            Resource::new(address, "AWS::Lambda::EventSourceMapping", body, Origin::new(trigger.span, "queue"));
        mapping.after.push(callee.part("grant"));
        self.out.add(mapping);
    }
}

/// Polling stops where the function would refuse: a message that is refused counts as delivered. The poller knows no
/// limit below two (Lambda developer guide, "Configuring scaling behavior for SQS event source mappings").
fn scaling(most: u32) -> Value {
    Value::from([("MaximumConcurrency", most.clamp(2, 1_000).into())])
}
