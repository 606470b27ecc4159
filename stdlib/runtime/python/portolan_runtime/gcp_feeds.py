"""Firestore, ordered Pub/Sub and Eventarc, which come as requests like all deliveries."""

import json

from . import calls, events, feeds


def table(request, trigger, call, context):
    """A change of a document (Eventarc, `google.cloud.firestore.document.v1.*`)."""
    about, data = _cloudevent(request)
    is_json = "json" in request.headers.get("content-type", "")
    new, old = feeds.of_firestore(data, is_json)
    kind = "deleted" if new is None else "created" if old is None else "changed"
    changes = [feeds.change(trigger, about["id"], events.of_text(about["time"]), kind, new, old)]
    return call(trigger, feeds.table(trigger, changes), context, calls.failures(changes))


def stream(message, data, trigger, call, context):
    time, key = events.of_text(message["publishTime"]), message.get("orderingKey") or None
    records = [feeds.record(message["messageId"], time, key, data, message.get("attributes") or {})]
    return call(trigger, feeds.stream(trigger, records), context, calls.failures(records))


def bus(request, trigger, call, context):
    about, data = _cloudevent(request)
    time, said = events.of_text(about["time"]), json.loads(data or "null")
    return call(trigger, feeds.bus(trigger, about["id"], time, about["type"], about.get("source"), said), context)


def _cloudevent(request):
    """The attributes and the data of a CloudEvent (http protocol binding 1.0.2), in one piece or with headers."""
    data = request.get_data()
    if request.headers.get("content-type", "").startswith("application/cloudevents+json"):
        event = json.loads(data)
        return event, json.dumps(event.get("data")).encode()
    return {name[3:].lower(): value for name, value in request.headers.items() if name.lower().startswith("ce-")}, data
