"""Neutral events: what each is made of (docs/events.md). Facts come in as Python values, JSON goes out."""

import base64
import datetime
import hashlib
import json
import re

_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:[Zz]|([+-]\d\d):?(\d\d))?")


class Malformed(Exception):
    """A native event that is not what its platform documents; says what, never with content."""


def envelope(trigger, name, id, time):
    """What every event has."""
    kind = trigger["trigger"]
    return {"version": 1, "trigger": kind, kind: name, "id": known(id), "source": trigger["source"], "time": time}


def known(id):
    """An id as docs/events.md promises it."""
    if not isinstance(id, str) or not 0 < len(id) <= 256:
        raise Malformed("an id that is not a text of 1 to 256 characters")
    return id


def tick(trigger, due):
    return {**envelope(trigger, trigger["schedule"], f"{trigger['schedule']}@{due}", due), "input": trigger["input"]}


def batch(trigger, messages):
    """A queue's event; its id is that of the messages in it."""
    if not messages:
        raise Malformed("a batch without messages")
    id = "batch:" + digest(*(message["id"] for message in messages))
    time = min(message["time"] for message in messages)
    return {**envelope(trigger, trigger["queue"], id, time), "messages": messages}


def published(trigger, message):
    return {**envelope(trigger, trigger["topic"], message["id"], message["time"]), "message": message}


def message(id, time, attempt, data, attributes):
    if attempt is not None and type(attempt) is not int:
        raise Malformed("a count of deliveries that is no number")
    named = {name: attribute(value) for name, value in attributes.items()}
    return {"id": known(id), "time": time, "attempt": attempt, **content(data), "attributes": named}


def changed(trigger, id, time, change, key, size, etag, version):
    """A bucket's event, or None where the trigger did not ask for it."""
    suffixes = tuple(trigger["suffixes"]) or ("",)
    if change not in trigger["events"] or not key.startswith(trigger["prefix"]) or not key.endswith(suffixes):
        return None
    about = {
        "key": key,
        "size": None if change == "deleted" or size is None else int(size),
        "etag": etag.strip('"') if etag else None,
        "version": version,
    }
    return {**envelope(trigger, trigger["bucket"], id, time), "change": change, "object": about}


def called(trigger, id, given):
    return {**envelope(trigger, trigger["invoke"], id, now()), "input": given}


def content(data):
    """Bytes as a text and how it stands for them: the bytes decide, never a content type."""
    try:
        return {"body": data.decode("utf-8"), "encoding": "utf-8"}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(data).decode("ascii"), "encoding": "base64"}


def attribute(value):
    """An attribute as text: numbers and truth values as JSON writes them, bytes in base64."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode("ascii")
    return json.dumps(value, ensure_ascii=False, default=str)


def digest(*parts):
    """The sha256 of texts, each with a line break after it."""
    return hashlib.sha256("".join(f"{part}\n" for part in parts).encode("utf-8", "surrogatepass")).hexdigest()


def identity(*parts):
    """An id without meaning inside, the same for the same parts."""
    return digest(*parts)[:32]


# --- times ------------------------------------------------------------------------------------------------------------


def now():
    return of_datetime(datetime.datetime.now(datetime.timezone.utc))


def of_datetime(moment):
    """24 characters that sort as they pass. What has no zone is UTC."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(datetime.timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def of_milliseconds(count):
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    try:
        return of_datetime(epoch + datetime.timedelta(milliseconds=int(count)))
    except (TypeError, ValueError, OverflowError) as error:
        raise Malformed("a time that is not a number of milliseconds") from error


def of_text(text):
    """From RFC 3339 with any number of decimals; what lies below a millisecond is cut off."""
    found = _RFC3339.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise Malformed("a time that is not RFC 3339")
    day, clock, decimals, hours, minutes = found.groups()
    offset = f"{hours}:{minutes}" if hours else "+00:00"
    try:
        return of_datetime(datetime.datetime.fromisoformat(f"{day}T{clock}.{(decimals or '')[:3]:0<3}{offset}"))
    except (ValueError, OverflowError) as error:
        raise Malformed("a time that does not exist") from error
