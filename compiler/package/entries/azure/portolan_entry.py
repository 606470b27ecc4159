"""The entry on Azure Functions: `handle`, which every declared trigger calls."""

import json
import re

from portolan_runtime import filters_objects, handler, refuses_http, wanted

_SUBJECT = re.compile(r"/blobServices/default/containers/([^/]+)/blobs/(.+)", re.DOTALL)
_CHANGES = {"Microsoft.Storage.BlobCreated": "created", "Microsoft.Storage.BlobDeleted": "deleted"}


def handle(event, context=None):
    """Refuses what cannot be verified, drops object events nobody asked for, passes the rest on as it came."""
    if refuses_http and _is_http(event):
        return _unauthorized()
    if filters_objects and not _wanted(event):
        return None
    return handler(event, context)


def _is_http(event):
    return hasattr(event, "method") and hasattr(event, "headers")


def _unauthorized():
    from azure.functions import HttpResponse

    return HttpResponse("unauthorized", status_code=401, headers={"www-authenticate": "Bearer"})


def _wanted(event):
    notice = _notice(event)
    change = notice.get("eventType", notice.get("type"))
    place = _SUBJECT.fullmatch(str(notice.get("subject")))
    if place is None or not str(change).startswith("Microsoft.Storage."):
        return True
    return wanted(place[1], place[2], _CHANGES.get(change))


def _notice(event):
    # Event Grid puts one event into each Service Bus message; other messages need not be JSON at all.
    if _is_http(event) or not hasattr(event, "get_body"):
        return {}
    try:
        notice = json.loads(event.get_body())
    except ValueError:
        return {}
    return notice if isinstance(notice, dict) else {}
