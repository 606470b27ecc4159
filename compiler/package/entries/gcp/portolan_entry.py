"""The entry on Google Cloud: the http function `portolan`, for requests and for pushes from Pub/Sub alike."""

from portolan_runtime import filters_objects, handler, refuses_http, wanted

_UNAUTHORIZED = ("unauthorized", 401, {"www-authenticate": "Bearer"})
_NOTHING = ("", 204)
# In a versioned bucket an object that is deleted becomes an earlier version.
_CHANGES = {"OBJECT_FINALIZE": "created", "OBJECT_DELETE": "deleted", "OBJECT_ARCHIVE": "deleted"}


def portolan(request):
    """Refuses what cannot be verified, drops object events nobody asked for, passes the rest on as it came."""
    # A push is a request like any other until its token is verified, so a refusal takes them all.
    if refuses_http:
        return _UNAUTHORIZED
    if filters_objects and not _wanted(request):
        return _NOTHING
    answer = handler(request, None)
    return _NOTHING if answer is None else answer


def _wanted(request):
    attributes = _attributes(request)
    if not {"bucketId", "objectId", "eventType"} <= attributes.keys():
        return True
    return wanted(attributes["bucketId"], attributes["objectId"], _CHANGES.get(attributes["eventType"]))


def _attributes(request):
    envelope = request.get_json(silent=True)
    message = envelope.get("message") if isinstance(envelope, dict) else None
    attributes = message.get("attributes") if isinstance(message, dict) else None
    return attributes if isinstance(attributes, dict) else {}
