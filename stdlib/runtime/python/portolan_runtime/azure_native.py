"""`payload: native` for an executable on Azure: requests, responses, messages, rows and ticks as JSON (docs/custom.md)."""

import azure.functions as func

from . import events, web
from .settings import HANDLER


def answer(context, written):
    """What the handler answers to what the host hands over; `written` makes the answer to a request a response."""
    native = context.native["event"]
    if isinstance(native, func.HttpRequest):
        return written(web.native_answer(HANDLER(_request(native), context)))
    # what else is returned nobody reads
    if isinstance(native, func.DocumentList):
        HANDLER([dict(document) for document in native], context)
    else:
        HANDLER(_message(native) if isinstance(native, func.ServiceBusMessage) else _tick(native), context)


def _request(native):
    return {
        "method": native.method,
        "url": native.url,
        "headers": web.joined((name.lower(), value) for name, value in native.headers.items()),
        "params": dict(native.route_params),
        **events.content(native.get_body()),
    }


def _message(native):
    texts = ("message_id", "correlation_id", "subject", "content_type", "session_id", "partition_key")
    properties = native.application_properties or {}
    return {
        **{name: getattr(native, name) for name in texts},
        "delivery_count": native.delivery_count,
        "enqueued_time_utc": native.enqueued_time_utc and events.of_datetime(native.enqueued_time_utc),
        "application_properties": {name: events.attribute(value) for name, value in properties.items()},
        **events.content(native.get_body()),
    }


def _tick(native):
    return {"past_due": native.past_due}
