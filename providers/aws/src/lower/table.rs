//! A table whose changes a function hears of: Lambda polls its stream.

use super::Lowering;
use super::function::Callee;
use crate::names::part;
use crate::ranges::CHANGES;
use portolan_model::{Start, TableChange, TableChanges, Trigger};
use portolan_value::{Contribution, Language, Map, Origin, Resource, Value};

/// Attempts after the first one fails: with it as many as messages get elsewhere. Without a number Lambda would go on until
/// the stream forgets the records, and no other change of the shard would come through meanwhile (Lambda developer guide,
/// "Using Lambda with Amazon DynamoDB").
const RETRIES: i64 = 4;

/// What a stream holds of each change: all there is, whoever listens. A stream that is on cannot be told to hold more (DynamoDB
/// API, UpdateTable, StreamSpecification), so a trigger that comes later and asks for it would end the stream of the others.
const VIEW: &str = "NEW_AND_OLD_IMAGES";

/// The stream of a table of the template; its ARN carries the time at which it was switched on, so nothing else tells it.
pub(super) fn stream(table: &str) -> Value {
    Value::reference(part(table, "table"), "StreamArn")
}

impl<'a> Lowering<'a> {
    /// Lambda polls the stream with the function's role, so the grant comes first. Where a batch fails, its halves are tried
    /// apart, so that one change that cannot be handled does not take its neighbours along.
    pub(super) fn table(&mut self, callee: Callee<'a>, trigger: &Trigger, changes: &TableChanges) {
        let table = &self.model().resource(changes.table).name.value;
        let origin = Origin::new(trigger.span, "table");
        self.out.contributions.push(Contribution {
            address: part(table, "table"),
            slot: "stream".into(),
            key: "StreamViewType".into(),
            value: VIEW.into(),
            after: Vec::new(),
            origin: origin.clone(),
        });
        let batch = CHANGES.nearest(changes.batch.value.into());
        let on_failure = Value::from([("Destination", Value::reference(callee.part("dead-letter"), "Arn"))]);
        let body = Map::new()
            .with("EventSourceArn", stream(table))
            .with("FunctionName", callee.reference())
            .with("StartingPosition", position(changes.start.value))
            .with("BatchSize", i64::try_from(batch).unwrap_or(i64::MAX))
            .with("BisectBatchOnFunctionError", true)
            .with("MaximumRetryAttempts", RETRIES)
            .with("FunctionResponseTypes", Value::list(["ReportBatchItemFailures".into()]))
            .with_some("FilterCriteria", filter(changes))
            .with("DestinationConfig", Value::from([("OnFailure", on_failure)]));
        let mut mapping =
            Resource::new(callee.via(trigger, "mapping"), "AWS::Lambda::EventSourceMapping", body, origin);
        mapping.after.push(callee.part("grant"));
        self.out.add(mapping);
    }
}

fn position(start: Start) -> &'static str {
    match start {
        Start::Latest => "LATEST",
        Start::Earliest => "TRIM_HORIZON",
    }
}

/// What a change is called in a record of a stream (DynamoDB Streams API, Record, eventName).
fn event_name(change: TableChange) -> &'static str {
    match change {
        TableChange::Created => "INSERT",
        TableChange::Changed => "MODIFY",
        TableChange::Deleted => "REMOVE",
    }
}

/// Nothing where every change is wanted.
fn filter(changes: &TableChanges) -> Option<Value> {
    let wanted = TableChange::ALL.into_iter().filter(|change| changes.hears(*change));
    let names: Vec<Value> = wanted.map(|change| event_name(change).into()).collect();
    let pattern = Value::embed(Language::Json, Value::from([("eventName", Value::list(names.clone()))]));
    let filters = Value::list([Value::from([("Pattern", pattern)])]);
    (names.len() < TableChange::ALL.len()).then(|| Value::from([("Filters", filters)]))
}
