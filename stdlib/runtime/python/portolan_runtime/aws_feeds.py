"""DynamoDB streams, Kinesis, EventBridge and websockets of API Gateway, on Lambda."""

import base64

from . import calls, events, feeds

_CHANGES = {"INSERT": "created", "MODIFY": "changed", "REMOVE": "deleted"}
_SAID = {"CONNECT": "connect", "MESSAGE": "message", "DISCONNECT": "disconnect"}


def on_table(trigger, records, context, call):
    changes = [_change(trigger, record) for record in records]
    sequences = [record["dynamodb"]["SequenceNumber"] for record in records]
    return _in_order(trigger, feeds.table(trigger, changes), changes, sequences, context, call)


def _change(trigger, record):
    about = record["dynamodb"]
    keys = feeds.of_dynamodb(about["Keys"])
    kind = _CHANGES[record["eventName"]]
    new, old = feeds.of_dynamodb(about.get("NewImage")), feeds.of_dynamodb(about.get("OldImage"))
    time = events.of_milliseconds(float(about["ApproximateCreationDateTime"]) * 1000)
    made = feeds.change(trigger, record["eventID"], time, kind, new if new is not None else keys, old)
    return {**made, "new": None if kind == "deleted" else new}


def on_stream(trigger, records, context, call):
    made = [_record(record) for record in records]
    sequences = [record["kinesis"]["sequenceNumber"] for record in records]
    return _in_order(trigger, feeds.stream(trigger, made), made, sequences, context, call)


def _record(record):
    about = record["kinesis"]
    time = events.of_milliseconds(float(about["approximateArrivalTimestamp"]) * 1000)
    return feeds.record(
        record["eventID"], time, about["partitionKey"], base64.b64decode(about["data"], validate=True), {}
    )


def _in_order(trigger, event, items, sequences, context, call):
    """The first that failed is where Lambda goes on: it and all that follow are delivered again."""
    failed = call(trigger, event, context, calls.failures(items))
    if not isinstance(failed, calls.Failures):
        return failed
    first = next((at for at, item in enumerate(items) if item["id"] in failed), None)
    return {"batchItemFailures": [] if first is None else [{"itemIdentifier": sequences[first]}]}


def on_bus(trigger, event, context, call):
    time = events.of_text(event["time"])
    return call(
        trigger, feeds.bus(trigger, event["id"], time, event["detail-type"], event["source"], event["detail"]), context
    )


def on_socket(trigger, event, context, call):
    about = event["requestContext"]
    change = _SAID[about["eventType"]]
    id = about.get("messageId") or f"{about['connectionId']}:{change}"
    body = event.get("body") or ""
    data = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    query = event.get("multiValueQueryStringParameters") or {}
    time = events.of_milliseconds(about["requestTimeEpoch"])
    neutral = feeds.socket(trigger, id, time, change, about["connectionId"], headers, query, data)
    try:
        status = call(trigger, neutral, context, _status)
    except calls.Failed:
        status = {"statusCode": 500}
    return status


def _status(answer):
    """Nothing lets somebody in; a status of 400 and more does not."""
    if answer is None:
        return {"statusCode": 200}
    if not isinstance(answer, dict) or answer.keys() != {"status"} or type(answer["status"]) is not int:
        raise calls.Misanswered('a websocket\'s handler returns nothing, or {"status": a number}')
    return {"statusCode": answer["status"]}
