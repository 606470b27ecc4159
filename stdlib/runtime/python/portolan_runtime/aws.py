"""AWS Lambda: from its events to neutral ones, and back to what each service reads."""

import os

from . import calls, events
from .settings import EXECUTABLE, HANDLER, NATIVE, of_kind

if EXECUTABLE:
    from . import executable

    # Lambda starts an instance before it has a call for it, and with more of a processor.
    executable.start()
# What a function has no trigger for it does not import: instances start sooner.
if of_kind("http"):
    from . import aws_http
if of_kind("bucket"):
    from urllib.parse import unquote_plus

    from . import files

# S3 names what happened to an object `ObjectCreated:Put`, `ObjectRemoved:DeleteMarkerCreated`, …
_CHANGES = {"ObjectCreated": "created", "ObjectRemoved": "deleted"}
_SOURCES = {
    "aws:sqs": "queue",
    "aws:sns": "topic",
    "aws:s3": "bucket",
    "aws:dynamodb": "table",
    "aws:kinesis": "stream",
}


def handle(event, native):
    """The function's handler on Lambda."""
    context = calls.Context(native.aws_request_id, event, native, native.get_remaining_time_in_millis)
    if isinstance(event, dict) and event.get("portolan") == "keep-warm":
        return calls.log("warm", context, None, None)
    try:
        return _dispatch(event, context)
    except (events.Malformed, KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        # An error makes Lambda deliver again; the traceback of what was read would show the event.
        calls.log(
            "failed", context, None, None, error=events.Malformed(f"{type(error).__name__} while reading the event")
        )
        raise events.Malformed("the event is not understood") from None


def _dispatch(event, context):
    source = _source(event)
    if source == "http":
        return aws_http.serve(event, context, _call)
    if source == "queue":
        return _queue(event["Records"], context)
    if source == "topic":
        return [_topic(record["Sns"], context) for record in event["Records"]][-1]
    if source == "bucket":
        return [_bucket(record, context) for record in event["Records"]][-1]
    if source == "test":
        return calls.log("dropped", context, None, None)
    if source == "schedule":
        return _schedule(event, context)
    if source in ("table", "stream", "bus", "websocket"):
        return _feed(source, event, context)
    return _invoke(event, context)


def _source(event):
    """What sent an event, where the function listens to such; none is another function."""
    if not isinstance(event, dict):
        return None
    if event.get("version") == "2.0" and "requestContext" in event:
        source = "http"
    elif event.get("trigger") == "schedule":
        source = "schedule"
    elif {"detail-type", "source", "detail"} <= event.keys():
        source = "bus"
    elif isinstance(event.get("requestContext"), dict) and "connectionId" in event["requestContext"]:
        source = "websocket"
    elif event.get("Event") == "s3:TestEvent":
        return "test" if of_kind("bucket") else None
    else:
        source = _SOURCES.get(_first(event.get("Records")))
    return source if of_kind(source) else None


def _first(records):
    record = records[0] if isinstance(records, list) and records else None
    return (record.get("eventSource") or record.get("EventSource")) if isinstance(record, dict) else None


def _call(trigger, event, context, judge=lambda answer: None):
    """Hands over the neutral event, or the native one where the function asked for it."""
    if NATIVE:
        about = context if EXECUTABLE else context.native["context"]
        return calls.watch(lambda: HANDLER(context.native["event"], about), context, trigger, event)
    return calls.call(event, context, trigger, judge)


# --- queues, topics, buckets, schedules, calls --------------------------------------------------------------------------


def _queue(records, context):
    name = records[0]["eventSourceARN"].rsplit(":", 1)[1]
    trigger = _named(of_kind("queue"), lambda variable: variable.rsplit("/", 1)[-1], name)
    messages = [_message(record) for record in records]
    failed = _call(trigger, events.batch(trigger, messages), context, calls.failures(messages))
    if NATIVE:
        return failed
    if trigger["fifo"]:
        failed = _with_followers(failed, records)
    return {"batchItemFailures": [{"itemIdentifier": id} for id in failed]}


def _message(record):
    about = record["attributes"]
    attributes = {name: _attribute(value) for name, value in record["messageAttributes"].items()}
    attempt = int(about["ApproximateReceiveCount"])
    time = events.of_milliseconds(about["SentTimestamp"])
    return events.message(record["messageId"], time, attempt, record["body"].encode(), attributes)


def _attribute(value):
    # bytes come in base64 already
    return value["binaryValue"] if value["dataType"].startswith("Binary") else value["stringValue"]


def _with_followers(failed, records):
    """In a FIFO queue, what follows a failed message in its group must wait for it."""
    stopped, again = set(), []
    for record in records:
        group = record["attributes"]["MessageGroupId"]
        if record["messageId"] in failed or group in stopped:
            stopped.add(group)
            again.append(record["messageId"])
    return again


def _topic(sent, context):
    trigger = _named(of_kind("topic"), lambda variable: variable, sent["TopicArn"])
    attributes = {name: value["Value"] for name, value in sent["MessageAttributes"].items()}
    if sent.get("Subject") is not None:
        attributes["subject"] = sent["Subject"]
    time = events.of_text(sent["Timestamp"])
    message = events.message(sent["MessageId"], time, None, sent["Message"].encode(), attributes)
    return _call(trigger, events.published(trigger, message), context)


def _bucket(record, context):
    bucket, about = record["s3"]["bucket"]["name"], record["s3"]["object"]
    triggers = [trigger for trigger in of_kind("bucket") if os.environ[trigger["variable"]] == bucket]
    if not triggers:
        raise events.Malformed("an event of a bucket that the function does not listen to")
    # S3 writes keys as a form does: a space is `+`, everything else outside ASCII percent-encoded.
    key, change = unquote_plus(about["key"]), _CHANGES.get(record["eventName"].split(":")[0])
    facts = {
        "id": events.identity(bucket, key, about.get("sequencer", ""), change),
        "time": events.of_text(record["eventTime"]),
        "change": change,
        "key": key,
        "size": about.get("size"),
        "etag": about.get("eTag"),
        "version": about.get("versionId"),
    }
    return files.on_change(triggers, facts, context, _call)


def _schedule(event, context):
    ticking = [trigger for trigger in of_kind("schedule") if trigger["schedule"] == event["schedule"]]
    if not ticking:
        raise events.Malformed("a tick of an expression that the function does not have")
    # one expression may stand twice, with inputs of its own
    trigger = next((one for one in ticking if one["input"] == event.get("input")), ticking[0])
    return _call(trigger, events.tick(trigger, events.of_text(event["time"])), context)


def _feed(source, event, context):
    from . import aws_feeds

    if source in ("bus", "websocket"):
        on = aws_feeds.on_bus if source == "bus" else aws_feeds.on_socket
        return on(of_kind(source)[0], event, context, _call)
    records = event["Records"]
    # arn:aws:dynamodb:…:table/NAME/stream/…, arn:aws:kinesis:…:stream/NAME
    name = records[0]["eventSourceARN"].split("/")[1]
    trigger = _named(of_kind(source), lambda variable: variable.rsplit("/", 1)[-1], name)
    on = aws_feeds.on_table if source == "table" else aws_feeds.on_stream
    return on(trigger, records, context, _call)


def _invoke(given, context):
    trigger = next(iter(of_kind("invoke")), None)
    if trigger is None and NATIVE:
        # What reaches the function by a way that was made by hand is its own to read.
        return _call(None, None, context)
    if trigger is None:
        raise events.Malformed("no trigger of the function fits the event")
    if isinstance(given, dict) and given.keys() == {"portolan", "input"} and given["portolan"] == "invoke":
        given = given["input"]
    return _call(trigger, events.called(trigger, context.id, given), context, calls.json_of)


def _named(triggers, name_of, name):
    """The trigger whose resource has that name."""
    for trigger in triggers:
        if name_of(os.environ[trigger["variable"]]) == name:
            return trigger
    raise events.Malformed("an event of a resource that the function does not listen to")
