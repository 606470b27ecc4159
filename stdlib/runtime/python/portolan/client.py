"""The neutral client: the verbs of the spec, on whatever cloud the code runs.

    from portolan import bucket, table

    uploads, shows = bucket("uploads"), table("shows")

    def handle(event, context):
        sound = uploads.read(event["object"]["key"])
        shows.write({"show": "night owls", "number": 7, "size": len(sound)})

Names are the spec's. What something is called on the cloud is in the environment, which is read when it is first used, and so
are the provider's SDKs. With `PORTOLAN_LOCAL=FOLDER` everything is files in that folder, and no cloud is asked.
"""

from __future__ import annotations

import importlib
import os
from types import ModuleType
from typing import Any, Iterator, Mapping

from .client_errors import NotDeclared
from .client_place import Place, named
from .client_ranges import Range
from .client_values import Event, Item, message_attributes, message_text

# Which cloud it is, is said by the clouds themselves.
CLOUDS = {"AWS_LAMBDA_FUNCTION_NAME": "aws", "K_SERVICE": "gcp", "WEBSITE_SITE_NAME": "azure"}


def bucket(name: str) -> Bucket:
    """A bucket of the spec."""
    return Bucket(named("bucket", name))


def queue(name: str) -> Queue:
    """A queue of the spec."""
    return Queue(named("queue", name))


def topic(name: str) -> Topic:
    """A topic of the spec."""
    return Topic(named("topic", name))


def table(name: str) -> Table:
    """A table of the spec."""
    return Table(named("table", name))


def secret(name: str) -> Secret:
    """A secret of the spec."""
    return Secret(named("secret", name))


def parameter(name: str) -> Parameter:
    """A parameter of the spec."""
    return Parameter(named("parameter", name))


def bus(name: str) -> Bus:
    """A bus of the spec."""
    return Bus(named("bus", name))


def function(name: str) -> Function:
    """Another function of the spec."""
    return Function(named("function", name))


class Resource:
    """Something of the spec."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def __repr__(self) -> str:
        return f'{self._place.kind}("{self._place.name}")'

    def _to(self, verb: str) -> Any:
        """The same on the cloud that this runs on."""
        kind = self._place.kind
        return getattr(cloud(), kind.capitalize())(Place(kind, self._place.name, verb))


class Bucket(Resource):
    """Objects under keys."""

    def read(self, key: str) -> bytes:
        """Gets an object. `NotFound` where there is none."""
        return self._to("read").read(checked_key(key))

    def write(self, key: str, body: bytes | str, content_type: str | None = None) -> None:
        """Creates an object, or overwrites it."""
        self._to("write").write(checked_key(key), *content(body, content_type))

    def create(self, key: str, body: bytes | str, content_type: str | None = None) -> None:
        """Creates an object. `AlreadyExists` where there is one."""
        self._to("create").create(checked_key(key), *content(body, content_type))

    def delete(self, key: str) -> None:
        """Deletes an object; what is not there is as good as deleted."""
        self._to("delete").delete(checked_key(key))

    def list(self, prefix: str = "") -> Iterator[dict[str, Any]]:
        """What has a key that begins so, in the order of keys: `{"key", "size", "etag"}`, as events have it."""
        return self._to("list").list(prefix)


class Queue(Resource):
    """Messages that one consumer takes."""

    def send(self, body: str, attributes: Mapping[str, str] | None = None, group: str | None = None) -> None:
        """Sends a message. Those of one `group` stay in order, where the queue is `fifo`."""
        self._to("send").send(message_text(body), message_attributes(attributes), group)

    def receive(self, limit: int = 1, wait: int = 1) -> list[Message]:
        """Takes up to `limit` messages (at most 10), waiting that many seconds for the first. Each is hidden from others
        until it is acknowledged with `ack()`, given back with `release()`, or its time is over."""
        if not 1 <= limit <= 10 or not 0 <= wait <= 20:
            raise ValueError("`limit` is from 1 to 10 and `wait` from 0 to 20")
        on = self._to("receive")
        return [Message(values, on, receipt) for values, receipt in on.receive(limit, wait)]


class Message(dict):
    """A message in the shape that events have it: `id`, `time`, `attempt`, `body`, `encoding`, `attributes`."""

    __slots__ = ("_on", "_receipt")

    def __init__(self, values: Mapping[str, Any], on: Any, receipt: Any) -> None:
        super().__init__(values)
        self._on, self._receipt = on, receipt

    def ack(self) -> None:
        """It is done, and is not delivered again."""
        self._on.ack(self._receipt)

    def release(self) -> None:
        """It is not done, and is delivered again at once."""
        self._on.release(self._receipt)


class Topic(Resource):
    """Messages that every subscriber gets."""

    def publish(self, body: str, attributes: Mapping[str, str] | None = None) -> None:
        """Publishes a message."""
        self._to("publish").publish(message_text(body), message_attributes(attributes))


class Table(Resource):
    """Items under a partition key and perhaps a sort key."""

    def read(self, key: Mapping[str, Any]) -> Item | None:
        """Gets the item with this whole key, `{"show": "night owls", "number": 7}`; None where there is none."""
        return self._to("read").read(key)

    def query(
        self,
        hash: str | int | float,
        *,
        index: str | None = None,
        equals: Any = None,
        at_least: Any = None,
        at_most: Any = None,
        above: Any = None,
        below: Any = None,
        prefix: str | None = None,
        limit: int | None = None,
        descending: bool = False,
    ) -> Iterator[Item]:
        """Items with this partition key, in the order of their sort key, which may be limited to a range."""
        range = Range.of(equals, at_least, at_most, above, below, prefix)
        checked_limit(limit)
        return self._to("query").query(hash, index, range, limit, descending)

    def scan(self) -> Iterator[Item]:
        """Everything, in no order."""
        return self._to("scan").scan()

    def write(self, item: Mapping[str, Any], *, when: str | None = None, unchanged: Item | None = None) -> None:
        """Puts an item in place of what has its key.

        `when="absent"` puts it only where there is none (else `AlreadyExists`), `when="present"` only where there is one
        (else `NotFound`), and `unchanged=item` only where nobody wrote since that item was read (else `Changed`).
        """
        if when not in (None, "absent", "present") or when and unchanged is not None:
            raise ValueError('`when` is "absent" or "present", and is not said together with `unchanged`')
        if unchanged is not None and not isinstance(unchanged, Item):
            raise TypeError("`unchanged` is an item as `read`, `query` or `scan` gave it, not a copy of it")
        self._to("write").write(item, when, unchanged.seen if unchanged is not None else None)

    def delete(self, key: Mapping[str, Any]) -> None:
        """Deletes the item with this whole key; what is not there is as good as deleted."""
        self._to("delete").delete(key)


class Secret(Resource):
    """A secret value."""

    def read(self) -> str:
        """The value as it is now. `NotFound` where nobody has put one there."""
        return self._to("read").read()


class Parameter(Resource):
    """A configuration value that is no secret."""

    def read(self) -> str:
        """The value as it is now."""
        return self._to("read").read()


class Bus(Resource):
    """Events of many types, of which every listener gets those that it asks for."""

    def publish(
        self, type: str, data: Mapping[str, Any], *, source: str | None = None, subject: str | None = None
    ) -> None:
        """Publishes an event. Its source is this function unless another is said."""
        event = Event.of(type, data, called() if source is None else source, subject)
        self._to("publish").publish(event)


class Function(Resource):
    """Another function."""

    def invoke(self, input: Any = None) -> Any:
        """Calls the function with what JSON can say, waits, and gives its answer. `Failed` where it raised."""
        return self._to("invoke").invoke(input)


def cloud() -> ModuleType:
    """The module of the cloud that this runs on."""
    if os.environ.get("PORTOLAN_LOCAL"):
        return importlib.import_module(f"{__package__}.client_local")
    for variable, word in CLOUDS.items():
        if os.environ.get(variable):
            return importlib.import_module(f"{__package__}.client_{word}")
    raise NotDeclared("this is none of the clouds: set `PORTOLAN_LOCAL` to a folder to run with files on this machine")


def called() -> str:
    """What this function is called on the cloud that it runs on."""
    names = (os.environ.get(variable) for variable in CLOUDS)
    return next(filter(None, names), "local")


def checked_key(key: str) -> str:
    if not isinstance(key, str) or not 1 <= len(key.encode()) <= 1024:
        raise ValueError(f"{key!r} is no key of an object: a key is a text of 1 to 1,024 bytes")
    return key


def content(body: bytes | str, content_type: str | None) -> tuple[bytes, str]:
    if isinstance(body, str):
        return body.encode(), content_type or "text/plain; charset=utf-8"
    if not isinstance(body, (bytes, bytearray, memoryview)):
        raise TypeError(f"an object is bytes or a text, not {type(body).__name__}")
    return bytes(body), content_type or "application/octet-stream"


def checked_limit(limit: int | None) -> None:
    if limit is not None and (type(limit) is not int or limit < 1):
        raise ValueError(f"`limit` is a number from 1 up, not {limit!r}")
