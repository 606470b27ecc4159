"""The entry on AWS Lambda: `portolan_entry.handle`."""

from urllib.parse import unquote_plus

from portolan_runtime import handler, refuses_http, wanted

_UNAUTHORIZED = {"statusCode": 401, "headers": {"www-authenticate": "Bearer"}, "body": "unauthorized"}
_CHANGES = {"ObjectCreated": "created", "ObjectRemoved": "deleted"}


def handle(event, context):
    """Refuses what cannot be verified, drops object events nobody asked for, passes the rest on as it came."""
    if refuses_http and _is_http(event):
        return _UNAUTHORIZED
    if _is_from_s3(event):
        event = {**event, "Records": [record for record in event["Records"] if _wanted(record)]}
        if not event["Records"]:
            return None
    return handler(event, context)


def _is_http(event):
    return isinstance(event, dict) and "requestContext" in event


def _is_from_s3(event):
    records = event.get("Records") if isinstance(event, dict) else None
    return bool(records) and all(record.get("eventSource") == "aws:s3" for record in records)


def _wanted(record):
    # S3 writes keys as a form does: a space is `+`, everything else outside ASCII percent-encoded.
    key = unquote_plus(record["s3"]["object"]["key"])
    change = _CHANGES.get(record["eventName"].split(":")[0])
    return wanted(record["s3"]["bucket"]["name"], key, change)
