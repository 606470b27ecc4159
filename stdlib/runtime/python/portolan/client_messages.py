"""Messages that were taken, in the shape that events have them."""

from __future__ import annotations

import base64
from datetime import datetime, timezone
from typing import Any, Mapping


def told(id: str, time: str, attempt: int | None, body: bytes, attributes: Mapping[str, str]) -> dict[str, Any]:
    """A message: its bytes are text where they are one, else base64."""
    try:
        text, encoding = body.decode(), "utf-8"
    except UnicodeDecodeError:
        text, encoding = base64.b64encode(body).decode(), "base64"
    return {"id": id, "time": time, "attempt": attempt, "body": text, "encoding": encoding, "attributes": dict(attributes)}


def utc(moment: float | datetime) -> str:
    """A time as events have it, `2026-11-21T03:00:00.000Z`."""
    if not isinstance(moment, datetime):
        moment = datetime.fromtimestamp(moment, timezone.utc)
    return f"{moment.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
