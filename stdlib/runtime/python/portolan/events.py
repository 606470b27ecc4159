"""Events with types: `QueueEvent.of(event)` reads what a handler was given (docs/events.md).

Fields that a later release adds are ignored. Times are datetimes, bodies can be had as bytes, and everything else is as it came.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Protocol

__all__ = [
    "Answer",
    "BucketEvent",
    "BusEvent",
    "Context",
    "Event",
    "Failed",
    "HttpEvent",
    "InvokeEvent",
    "Message",
    "Object",
    "Principal",
    "QueueEvent",
    "ScheduleEvent",
    "StreamEvent",
    "TableEvent",
    "TopicEvent",
    "WebsocketEvent",
    "read",
]

Json = Mapping[str, Any]


class Context(Protocol):
    """What a handler knows of its call."""

    id: str
    app: str
    target: str
    function: str
    provider: str
    region: str
    native: Mapping[str, Any]

    def remaining(self) -> int:
        """Milliseconds until the function's timeout ends this call."""


@dataclass(frozen=True)
class Event:
    """What every event has. `name` is what stands beside the trigger's word in the spec."""

    version: int
    trigger: str
    name: str
    id: str
    source: str
    time: datetime


@dataclass(frozen=True)
class Body:
    """Bytes, as the text and the encoding that stand for them."""

    body: str
    encoding: str

    @property
    def data(self) -> bytes:
        return base64.b64decode(self.body) if self.encoding == "base64" else self.body.encode()

    def json(self) -> Any:
        return json.loads(self.data)


@dataclass(frozen=True)
class Principal:
    """Who calls."""

    kind: str
    subject: str | None
    claims: Mapping[str, Any]


@dataclass(frozen=True)
class HttpEvent(Event, Body):
    """A request."""

    method: str
    host: str
    path: str
    parameters: Mapping[str, str]
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    address: str | None
    principal: Principal | None

    @classmethod
    def of(cls, event: Json) -> HttpEvent:
        names = ("method", "host", "path", "parameters", "query", "headers", "cookies", "address")
        said = event["principal"]
        principal = None if said is None else Principal(said["kind"], said["subject"], said["claims"])
        return cls(**_body(event), **_envelope(event), **_picked(event, *names), principal=principal)


@dataclass(frozen=True)
class ScheduleEvent(Event):
    """A tick; its time is when it was due."""

    input: Any

    @classmethod
    def of(cls, event: Json) -> ScheduleEvent:
        return cls(**_envelope(event), input=event["input"])


@dataclass(frozen=True)
class Message(Body):
    """A message of a queue or a topic."""

    id: str
    time: datetime
    attempt: int | None
    attributes: Mapping[str, str]

    @classmethod
    def of(cls, message: Json) -> Message:
        return cls(**_body(message), **_picked(message, "id", "attempt", "attributes"), time=_time(message))


@dataclass(frozen=True)
class QueueEvent(Event):
    """At least one message."""

    messages: tuple[Message, ...]

    @classmethod
    def of(cls, event: Json) -> QueueEvent:
        return cls(**_envelope(event), messages=tuple(Message.of(message) for message in event["messages"]))

    def each(self, work: Callable[[Message], object]) -> dict[str, list[str]]:
        """Does the work for every message; the answer that names those for which it raised."""
        failed = Failed()
        for message in self.messages:
            with failed.on(message):
                work(message)
        return failed.answer()


@dataclass(frozen=True)
class TopicEvent(Event):
    """One message."""

    message: Message

    @classmethod
    def of(cls, event: Json) -> TopicEvent:
        return cls(**_envelope(event), message=Message.of(event["message"]))


@dataclass(frozen=True)
class Object:
    """An object of a bucket. `file` is the path of its copy, with `input: file`."""

    key: str
    size: int | None
    etag: str | None
    version: str | None
    file: str | None


@dataclass(frozen=True)
class BucketEvent(Event):
    """An object was created (or overwritten), or deleted."""

    change: str
    object: Object

    @classmethod
    def of(cls, event: Json) -> BucketEvent:
        said = event["object"]
        known = Object(**_picked(said, "key", "size", "etag", "version"), file=said.get("file"))
        return cls(**_envelope(event), change=event["change"], object=known)


@dataclass(frozen=True)
class InvokeEvent(Event):
    """A call by another function."""

    input: Any

    @classmethod
    def of(cls, event: Json) -> InvokeEvent:
        return cls(**_envelope(event), input=event["input"])


@dataclass(frozen=True)
class Change:
    """One change of a row."""

    id: str
    time: datetime
    change: str | None
    key: Mapping[str, Any]
    new: Mapping[str, Any] | None
    old: Mapping[str, Any] | None

    @classmethod
    def of(cls, change: Json) -> Change:
        return cls(**_picked(change, "id", "change", "key", "new", "old"), time=_time(change))


@dataclass(frozen=True)
class TableEvent(Event):
    """At least one change of a table's rows."""

    changes: tuple[Change, ...]

    @classmethod
    def of(cls, event: Json) -> TableEvent:
        return cls(**_envelope(event), changes=tuple(Change.of(change) for change in event["changes"]))


@dataclass(frozen=True)
class Record(Body):
    """One record of a stream."""

    id: str
    time: datetime
    key: str | None
    attributes: Mapping[str, str]

    @classmethod
    def of(cls, record: Json) -> Record:
        return cls(**_body(record), **_picked(record, "id", "key", "attributes"), time=_time(record))


@dataclass(frozen=True)
class StreamEvent(Event):
    """At least one record, those of a key in the order in which they were put."""

    records: tuple[Record, ...]

    @classmethod
    def of(cls, event: Json) -> StreamEvent:
        return cls(**_envelope(event), records=tuple(Record.of(record) for record in event["records"]))


@dataclass(frozen=True)
class BusEvent(Event):
    """An event of a bus."""

    type: str
    publisher: str | None
    data: Any

    @classmethod
    def of(cls, event: Json) -> BusEvent:
        return cls(**_envelope(event), **_picked(event, "type", "publisher", "data"))


@dataclass(frozen=True)
class WebsocketEvent(Event, Body):
    """Somebody connected, said something, or left."""

    change: str
    connection: str
    headers: Mapping[str, str]
    query: Mapping[str, list[str]]

    @classmethod
    def of(cls, event: Json) -> WebsocketEvent:
        return cls(**_body(event), **_envelope(event), **_picked(event, "change", "connection", "headers", "query"))


def read(event: Json) -> Event:
    """An event of whatever kind it is."""
    return _KINDS[event["trigger"]](event)


# --- answers ----------------------------------------------------------------------------------------------------------


@dataclass
class Answer:
    """An answer to a request. A handler returns `answer.map()`."""

    status: int
    body: Any = None
    headers: Mapping[str, str | list[str]] | None = None
    cookies: list[str] | None = None

    def map(self) -> dict[str, Any]:
        said = {"status": self.status, "body": self.body, "headers": self.headers, "cookies": self.cookies}
        return {name: value for name, value in said.items() if value is not None}


class Failed:
    """The messages of a queue that are to come again."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    def on(self, message: Message) -> _Watch:
        """Notes the message when the block raises, and logs why."""
        return _Watch(self, message)

    def answer(self) -> dict[str, list[str]]:
        return {"failed": self.ids}


class _Watch:
    def __init__(self, failed: Failed, message: Message) -> None:
        self._failed, self._message = failed, message

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> bool:
        if not isinstance(error, Exception):
            return False
        import logging

        logging.getLogger("portolan").error("message %s", self._message.id, exc_info=error)
        self._failed.ids.append(self._message.id)
        return True


# --- reading ----------------------------------------------------------------------------------------------------------


def _envelope(event: Json) -> dict[str, Any]:
    kind = event["trigger"]
    return {**_picked(event, "version", "trigger", "id", "source"), "name": event[kind], "time": _time(event)}


def _body(value: Json) -> dict[str, Any]:
    return _picked(value, "body", "encoding")


def _picked(value: Json, *names: str) -> dict[str, Any]:
    return {name: value[name] for name in names}


def _time(value: Json) -> datetime:
    return datetime.strptime(value["time"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)


_KINDS: Mapping[str, Callable[[Json], Event]] = {
    "http": HttpEvent.of,
    "schedule": ScheduleEvent.of,
    "queue": QueueEvent.of,
    "topic": TopicEvent.of,
    "bucket": BucketEvent.of,
    "invoke": InvokeEvent.of,
    "table": TableEvent.of,
    "stream": StreamEvent.of,
    "bus": BusEvent.of,
    "websocket": WebsocketEvent.of,
}
