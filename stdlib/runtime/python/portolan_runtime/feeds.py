"""Neutral events of tables, streams and buses, and rows as JSON (docs/events.md).

Of clouds it knows how their rows are typed, and nothing else."""

import base64
import datetime
import json
import math
import struct

from .events import Malformed, content, digest, envelope, known, of_datetime


def table(trigger, changes):
    return _batch(trigger, trigger["table"], "changes", changes)


def change(trigger, id, time, kind, new, old):
    """One change of a row; where a cloud does not tell which kind it is, it was `written`."""
    row = new if new is not None else old or {}
    names = [name for name in (trigger["hash"], trigger["range"]) if name]
    if any(name not in row for name in names):
        raise Malformed("a row without its key")
    return {
        "id": known(id),
        "time": time,
        "change": kind,
        "key": {name: row[name] for name in names},
        "new": new,
        "old": old,
    }


def stream(trigger, records):
    return _batch(trigger, trigger["stream"], "records", records)


def record(id, time, key, data, attributes):
    return {"id": known(id), "time": time, "key": key, **content(data), "attributes": attributes}


def bus(trigger, id, time, type, publisher, data):
    if not isinstance(type, str):
        raise Malformed("an event without a type")
    return {**envelope(trigger, trigger["bus"], id, time), "type": type, "publisher": publisher, "data": data}


def socket(trigger, id, time, change, connection, headers, query, data):
    about = {"change": change, "connection": connection, "headers": headers, "query": query}
    return {**envelope(trigger, trigger["websocket"], id, time), **about, **content(data)}


def _batch(trigger, name, field, items):
    if not items:
        raise Malformed("a batch without anything in it")
    id = "batch:" + digest(*(item["id"] for item in items))
    return {**envelope(trigger, name, id, min(item["time"] for item in items)), field: items}


def number(text):
    """A decimal as a JSON number where a double holds it, else as its text."""
    try:
        whole = int(text)
        return whole if abs(whole) <= 2**53 else text
    except ValueError:
        value = float(text)
        return value if math.isfinite(value) and _digits(repr(value)) == _digits(text) else text


def _digits(text):
    """A decimal's digits and exponent, so that 1.50 and 1.5 are the same."""
    mantissa, _, exponent = text.lower().lstrip("+").partition("e")
    whole, _, part = mantissa.partition(".")
    part = part.rstrip("0")
    digits = (whole + part).lstrip("-").lstrip("0")
    stripped = digits.rstrip("0")
    return text.startswith("-"), stripped, int(exponent or 0) - len(part) + len(digits) - len(stripped)


# --- DynamoDB (API reference, AttributeValue) -------------------------------------------------------------------------


def of_dynamodb(row):
    return None if row is None else {name: _of_attribute(value) for name, value in row.items()}


def _of_attribute(typed):
    ((kind, value),) = typed.items()
    if kind == "N":
        return number(value)
    if kind == "NULL":
        return None
    if kind == "M":
        return of_dynamodb(value)
    if kind == "L":
        return [_of_attribute(item) for item in value]
    if kind == "NS":
        return sorted((number(item) for item in value), key=float)
    if kind in ("SS", "BS"):
        return sorted(value)
    if kind in ("S", "B", "BOOL"):
        return value
    raise Malformed("a value of a type that is not known")


# --- Firestore (google.events.cloud.firestore.v1, DocumentEventData) --------------------------------------------------

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_VALUE, _OLD = 1, 2


def of_firestore(data, is_json):
    """The row as it is, and as it was."""
    if is_json:
        said = json.loads(data)
        return [_of_typed_fields(said.get(name)) for name in ("value", "oldValue")]
    parts = {number: value for number, value in _fields(data)}
    return [None if number not in parts else _of_entries(parts[number], 2) for number in (_VALUE, _OLD)]


def _of_typed_fields(document):
    return None if not document else {name: _of_typed(value) for name, value in document.get("fields", {}).items()}


def _of_typed(typed):
    ((kind, value),) = typed.items()
    if kind == "integerValue":
        return number(str(value))
    if kind == "mapValue":
        return {name: _of_typed(item) for name, item in value.get("fields", {}).items()}
    if kind == "arrayValue":
        return [_of_typed(item) for item in value.get("values", [])]
    return value


def _of_entries(data, field):
    """The map in a message's field: each entry is a message of a key and a value."""
    row = {}
    for number, value in _fields(data):
        if number == field:
            entry = dict(_fields(value))
            row[entry[1].decode()] = _of_value(entry[2])
    return row


def _of_value(data):
    ((kind, value),) = _fields(data)
    if kind == 1:
        return bool(value)
    if kind == 2:
        return number(str(value - (1 << 64) if value >> 63 else value))
    if kind == 3:
        double = struct.unpack("<d", value)[0]
        return double if math.isfinite(double) else str(double)
    if kind in (5, 17):
        return value.decode()
    if kind == 6:
        return _of_entries(value, 1)
    if kind == 8:
        place = {name: struct.unpack("<d", part)[0] for name, part in _fields(value)}
        return {"latitude": place.get(1, 0.0), "longitude": place.get(2, 0.0)}
    if kind == 9:
        return [_of_value(item) for _, item in _fields(value)]
    if kind == 10:
        since = dict(_fields(value))
        epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
        return of_datetime(epoch + datetime.timedelta(seconds=since.get(1, 0), microseconds=since.get(2, 0) // 1000))
    if kind == 11:
        return None
    if kind == 18:
        return base64.b64encode(value).decode()
    raise Malformed("a value of a type that is not known")


def _fields(data):
    """The fields of a message (Protocol Buffers, "Encoding"), in the order in which they are written."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        kind = tag & 7
        if kind == _VARINT:
            value, at = _varint(data, at)
        else:
            length, at = _varint(data, at) if kind == _BYTES else ({_FIXED64: 8, _FIXED32: 4}[kind], at)
            value, at = data[at : at + length], at + length
            if at > len(data):
                raise Malformed("a message that is cut off")
        yield tag >> 3, value


def _varint(data, at):
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise Malformed("a message that is cut off")
        value |= (data[at] & 127) << shift
        at += 1
        if data[at - 1] < 128:
            return value, at
        shift += 7


# --- Cosmos (system properties of items) ------------------------------------------------------------------------------


def of_cosmos(trigger, document):
    """A row without what Cosmos, and the layout of tables, add to it."""
    added = set() if "id" in (trigger["hash"], trigger["range"]) else {"id"}
    return {name: value for name, value in document.items() if not name.startswith("_") and name not in added}
