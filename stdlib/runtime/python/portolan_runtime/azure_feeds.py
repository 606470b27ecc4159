"""Cosmos, Event Hubs and Event Grid, each a function of the app."""

import datetime
from typing import List

import azure.functions as func

from . import calls, events, feeds


# As often as messages come again elsewhere. Without a policy the host would go on after the first failure.
_RETRIES = {
    "strategy": "exponential_backoff",
    "max_retry_count": "4",
    "minimum_interval": "00:00:10",
    "maximum_interval": "00:10:00",
}


def register_table(made, trigger, name, prefix, call, reading):
    def run(documents: func.DocumentList, context: func.Context) -> None:
        context = calls.Context(context.invocation_id, documents, context)
        changes = reading(context, trigger, lambda: [_change(trigger, document) for document in documents])
        _all(call(trigger, feeds.table(trigger, changes), context, calls.failures(changes)))

    bound = made.cosmos_db_trigger(
        arg_name="documents",
        connection=prefix,
        database_name=f"%{prefix}_DATABASE%",
        container_name=f"%{prefix}_CONTAINER%",
        lease_container_name=f"%{prefix}_LEASES%",
        max_items_per_invocation=trigger["batch"],
        start_from_beginning=trigger["earliest"],
    )
    made.function_name(name)(made.retry(**_RETRIES)(bound(run)))


def _change(trigger, document):
    # the feed tells the latest version of an item, and neither what it was nor that it is gone
    time = events.of_milliseconds(document["_ts"] * 1000)
    row = feeds.of_cosmos(trigger, document)
    id = events.identity(str(row.get(trigger["hash"])), document["id"], document["_etag"])
    return feeds.change(trigger, id, time, "written", row, None)


def register_stream(made, trigger, name, prefix, call, reading):
    def run(records: List[func.EventHubEvent], context: func.Context) -> None:
        context = calls.Context(context.invocation_id, records, context)
        known = reading(context, trigger, lambda: [_record(record, at) for at, record in enumerate(records)])
        _all(call(trigger, feeds.stream(trigger, known), context, calls.failures(known)))

    places = {"event_hub_name": f"%{prefix}_STREAM%", "consumer_group": f"%{prefix}_GROUP%", "connection": prefix}
    kinds = {"data_type": func.DataType.BINARY, "cardinality": func.Cardinality.MANY}
    made.function_name(name)(made.event_hub_message_trigger(arg_name="records", **places, **kinds)(run))


def _record(record, at):
    metadata = record.metadata
    partition = (metadata.get("PartitionContext") or {}).get("PartitionId", "")
    attributes = (metadata.get("PropertiesArray") or [])[at : at + 1] or [{}]
    attributes = {name: events.attribute(value) for name, value in attributes[0].items()}
    time = events.of_datetime(record.enqueued_time)
    return feeds.record(
        f"{partition}:{record.sequence_number}", time, record.partition_key, record.get_body(), attributes
    )


def register_bus(made, trigger, name, call, reading):
    def run(event: func.EventGridEvent, context: func.Context) -> None:
        context = calls.Context(context.invocation_id, event, context)
        call(trigger, reading(context, trigger, lambda: _event(trigger, event)), context)

    made.function_name(name)(made.event_grid_trigger(arg_name="event")(run))


def _event(trigger, event):
    """Of the schema of Event Grid, or a CloudEvent: the library hands over either."""
    if isinstance(event, func.EventGridEvent):
        return feeds.bus(trigger, event.id, _time(event.event_time), event.event_type, event.subject, event.get_json())
    return feeds.bus(trigger, event.id, _time(event.time), event.type, event.source, event.get_json())


def _time(moment):
    return events.of_datetime(moment or datetime.datetime.now(datetime.timezone.utc))


def _all(failed):
    """The host knows the whole batch only: it comes again when its function raises, where a retry is set."""
    if isinstance(failed, calls.Failures) and failed:
        raise calls.Failed("the handler wants some of the batch again")
