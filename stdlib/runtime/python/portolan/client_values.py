"""What items and messages may hold: what every cloud gives back as it went in.

An item is what JSON can say, with the limits of all clouds together, so that code that runs on one runs on all of them:
whole numbers are below 2**53 and others as doubles have them, texts are valid Unicode, and a list holds no
list. Whole numbers come back as `int`, whatever they were.
"""

from __future__ import annotations

import json
import math
import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Mapping
from urllib.parse import quote

from .client_errors import NotDeclared
from .client_messages import utc
from .client_place import Place
from .client_ranges import Range

Key = dict[str, Any]

# DynamoDB keeps no smaller numbers (developer guide, Supported data types); of large ones, doubles are all whole.
SMALLEST = 1e-130
WHOLE = 2**53 - 1
# Firestore, Quotas and limits: the depth of fields in a map.
DEEPEST = 20
# Firestore, Constraints on fields.
RESERVED = re.compile(r"__.*__", re.DOTALL)
# EventBridge API reference, PutEvents: letters of a type, bytes of a whole entry; and what begins the sources of AWS's own.
LONGEST_TYPE = 128
LONGEST_EVENT = 256 * 1024
TAKEN = "aws."


class Item(dict):
    """An item as it was read. It remembers what it was then, for `write(…, unchanged=item)`."""

    __slots__ = ("seen",)

    def __init__(self, values: Mapping[str, Any], seen: Any) -> None:
        super().__init__(values)
        self.seen = seen


@dataclass(frozen=True)
class Keys:
    """How a table is keyed: the partition key and perhaps the sort key, of the table and of its indexes."""

    table: str
    key: dict[str, str]
    indexes: dict[str, dict[str, str]]
    ttl: str | None

    @classmethod
    def of(cls, place: Place) -> Keys:
        """As the compiler wrote it into the environment."""
        told = json.loads(place.told("KEYS"))
        if "key" not in told:
            raise NotDeclared(f"the spec does not say how the table `{place.name}` is keyed: give it a `key`")
        return cls(place.name, told["key"], told.get("indexes", {}), told.get("ttl"))

    def pair(self, index: str | None) -> tuple[str, str | None]:
        """The names of the partition key and the sort key, of the table or of an index."""
        names = [*self.named(index)]
        return names[0], names[1] if len(names) > 1 else None

    def sort(self, index: str | None) -> str:
        """The name of the sort key, where there has to be one."""
        _, sort = self.pair(index)
        if sort is None:
            raise ValueError(f"{'the index' if index else 'the table'} `{index or self.table}` has no sort key to range over")
        return sort

    def within_range(self, index: str | None, range: Range) -> list[Any]:
        """The values that a range names, as the sort key has them."""
        sort = self.sort(index)
        kind = self.named(index)[sort]
        if range.prefix is not None and kind != "string":
            raise ValueError(f"`{sort}` is a {kind}, and only texts have a `prefix`")
        return [self.part(sort, kind, value) for value in range.values()]

    def named(self, index: str | None) -> dict[str, str]:
        if index is None:
            return self.key
        if index not in self.indexes:
            known = ", ".join(f"`{name}`" for name in self.indexes) or "none"
            raise NotDeclared(f"the table `{self.table}` has no index `{index}`; it has {known}")
        return self.indexes[index]

    def exactly(self, key: Mapping[str, Any]) -> Key:
        """A whole key, in the order of the spec."""
        if not isinstance(key, Mapping) or set(key) != set(self.key):
            raise ValueError(f"a key of the table `{self.table}` is {self.described()}")
        return self.within(key)

    def within(self, item: Mapping[str, Any]) -> Key:
        """The key of an item."""
        return {name: self.part(name, self.key[name], item.get(name)) for name in self.key}

    def part(self, name: str, kind: str, value: Any) -> Any:
        """A value for a key attribute."""
        right = isinstance(value, str) and value != "" if kind == "string" else is_number(value)
        if not right:
            wanted = "a text that is not empty" if kind == "string" else "a number"
            raise ValueError(f"`{name}` of the table `{self.table}` is {wanted}, not {value!r}")
        return checked(value, name)

    def described(self) -> str:
        return "{" + ", ".join(f'"{name}": a {kind}' for name, kind in self.key.items()) + "}"


def checked_item(item: Mapping[str, Any], keys: Keys) -> dict[str, Any]:
    """A copy of an item that every cloud can keep; its keys come first."""
    if not isinstance(item, Mapping):
        raise TypeError(f"an item is a map, not {type(item).__name__}")
    return {**keys.within(item), **{name: value for name, value in checked(dict(item), "").items() if name not in keys.key}}


def checked(value: Any, at: str, depth: int = 0, in_list: bool = False) -> Any:
    """A value as every cloud gives it back."""
    if depth > DEEPEST:
        raise ValueError(f"{at} is nested more than {DEEPEST} deep")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return number(value, at)
    if isinstance(value, str):
        value.encode()
        return value
    if isinstance(value, (list, tuple)):
        if in_list:
            raise ValueError(f"{at} is a list in a list: Firestore keeps none, so put a map between them")
        return [checked(one, f"{at}[{place}]", depth + 1, True) for place, one in enumerate(value)]
    if isinstance(value, Mapping):
        return {attribute(name, at): checked(one, f"{at}.{name}".lstrip("."), depth + 1) for name, one in value.items()}
    raise TypeError(f"{at} is a {type(value).__name__}: an item holds what JSON can say")


def attribute(name: Any, at: str) -> str:
    if not isinstance(name, str):
        raise TypeError(f"{name!r} in {at or 'the item'} is no name: names are texts")
    if name == "" or RESERVED.fullmatch(name):
        raise ValueError(f"{name!r} in {at or 'the item'} is no name: it is empty, or begins and ends with `__`")
    name.encode()
    return name


def number(value: int | float, at: str) -> int | float:
    if isinstance(value, float):
        if not math.isfinite(value) or 0 < abs(value) < SMALLEST:
            raise ValueError(f"{at} is {value}: not every cloud keeps that number")
        if not value.is_integer():
            return value
        value = int(value)
    if abs(value) > WHOLE:
        raise ValueError(f"{at} is {value}: whole numbers from 2**53 on are not kept exactly, so make it a text")
    return value


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def plain_number(value: int | float) -> int | float:
    """A number from a cloud: whole ones are `int`."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) <= WHOLE else value


def canonical(value: str | int | float) -> str:
    """The text of a key: a text itself, a number as RFC 8785 writes it."""
    if isinstance(value, str):
        return value
    value = plain_number(value)
    if isinstance(value, int):
        return str(value)
    sign, digits, point = decimal(value)
    size = len(digits)
    if size <= point <= 21:
        text = digits + "0" * (point - size)
    elif 0 < point <= 21:
        text = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{digits}"
    else:
        mantissa = digits if size == 1 else f"{digits[0]}.{digits[1:]}"
        text = f"{mantissa}e{point - 1:+d}"
    return sign + text


def decimal(value: float) -> tuple[str, str, int]:
    """Sign, shortest digits, and where the point stands in them."""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + int(exponent or 0)
    digits = whole + fraction
    point -= len(digits) - len(digits.lstrip("0"))
    return "-" if value < 0 else "", digits.strip("0"), point


def percent(text: str) -> str:
    """All but letters, digits and `-._~` as bytes in percent."""
    return quote(text, safe="")


def message_text(body: Any) -> str:
    """The body of a message: a text, which is what every queue carries."""
    if not isinstance(body, str):
        raise TypeError(f"a message is a text, not {type(body).__name__}: `json.dumps(…)` makes one")
    body.encode()
    return body


def message_attributes(attributes: Mapping[str, str] | None) -> dict[str, str]:
    """The attributes of a message: texts by name, none empty."""
    attributes = dict(attributes or {})
    for name, value in attributes.items():
        if not isinstance(name, str) or not isinstance(value, str) or "" in (name, value):
            raise ValueError(f"the attribute {name!r} is {value!r}: an attribute is a text that is not empty")
    return attributes


@dataclass(frozen=True)
class Event:
    """An event for a bus: the attributes of CloudEvents 1.0, and data that JSON can say."""

    type: str
    source: str
    subject: str | None
    data: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    time: str = field(default_factory=lambda: utc(datetime.now(timezone.utc)))

    @classmethod
    def of(cls, type: str, data: Mapping[str, Any], source: str, subject: str | None) -> Event:
        """As a handler says it. What not every cloud takes is refused."""
        for name, text in (("type", type), ("source", source), ("subject", subject)):
            if text is not None and not isinstance(text, str):
                raise TypeError(f"the `{name}` of an event is a text, not {text.__class__.__name__}")
            if text == "":
                raise ValueError(f"the `{name}` of an event is not empty")
        if len(type) > LONGEST_TYPE:
            raise ValueError(f"the `type` of an event has at most {LONGEST_TYPE} letters")
        if source.startswith(TAKEN):
            raise ValueError(f"`{source}` is no source: those that begin with `{TAKEN}` are of AWS's own events")
        if not isinstance(data, Mapping):
            raise TypeError(f"the data of an event is a map, not {data.__class__.__name__}")
        written = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        size = sum(len(text.encode()) for text in (type, source, subject or "", written))
        if size > LONGEST_EVENT:
            raise ValueError(f"an event of {size} bytes is too long: {LONGEST_EVENT} is what every cloud takes")
        return cls(type, source, subject, written)
