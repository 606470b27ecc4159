"""The verbs without any cloud: plain files in the folder of `PORTOLAN_LOCAL`, which the client for Node reads and writes, too.

    buckets/uploads/night owls/7.mp3    an object a file; a part of a key that is no name of a file is in percent
    tables/shows.jsonl                  an item a line
    queues/publish.jsonl                a message a line, with when it is `hidden` until and the `receipt` it was taken with
    topics/released.jsonl               a message a line, in the order they were published
    buses/orders.jsonl                  an event a line, in the order they were published
    secrets/signing-key                 the value, less one line break at its end
    parameters/limit                    the same
    functions/report.json               what a function answers; what it was asked is added to functions/report.calls.jsonl
    locks/                              who is writing
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
import time
import uuid
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Iterator, Mapping
from urllib.parse import unquote

from .client_errors import AlreadyExists, Changed, Failed, NotFound
from .client_messages import utc
from .client_place import Place
from .client_ranges import Range, order
from .client_values import Event, Item, Keys, checked_item

# How long a message that was taken stays hidden.
HIDDEN = 30.0
# A lock that is older was left by somebody who ended.
STALE = 10.0
ODD = {*'%<>:"\\|?*', *map(chr, range(32))}


def folder(*parts: str) -> Path:
    """A folder of the store, which is made."""
    made = Path(os.environ["PORTOLAN_LOCAL"]).joinpath(*parts)
    made.mkdir(parents=True, exist_ok=True)
    return made


@contextmanager
def locked(place: Place) -> Iterator[None]:
    """One writer at a time, in whatever process."""
    lock = folder("locks") / f"{place.kind}-{place.name}"
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            try:
                if time.time() - lock.stat().st_mtime > STALE:
                    lock.unlink(missing_ok=True)
            except FileNotFoundError:
                pass
            time.sleep(0.005)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def put(file: Path, content: bytes, overwrite: bool = True) -> None:
    """Writes a file at once: a reader sees all of it or nothing."""
    new = folder("locks") / f"new-{uuid.uuid4().hex}"
    new.write_bytes(content)
    try:
        if overwrite:
            os.replace(new, file)
        else:
            os.link(new, file)
    finally:
        new.unlink(missing_ok=True)


def rows(file: Path) -> list[dict[str, Any]]:
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text("utf-8").split("\n") if line]


def write_rows(file: Path, all: list[dict[str, Any]]) -> None:
    put(file, "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in all).encode())


class Bucket:
    def __init__(self, place: Place) -> None:
        self.place = place
        self.folder = folder("buckets", place.name)

    def read(self, key: str) -> bytes:
        try:
            return self.file(key).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise NotFound(f"read of {self.place}, {key}") from None

    def write(self, key: str, body: bytes, content_type: str) -> None:
        put(self.parent_of(key), body)

    def create(self, key: str, body: bytes, content_type: str) -> None:
        try:
            put(self.parent_of(key), body, overwrite=False)
        except FileExistsError:
            raise AlreadyExists(f"create of {self.place}, {key}") from None

    def delete(self, key: str) -> None:
        try:
            self.file(key).unlink()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
            return

    def list(self, prefix: str) -> Iterator[dict[str, Any]]:
        found = [(key_of(file.relative_to(self.folder)), file) for file in self.folder.rglob("*") if file.is_file()]
        for key, file in sorted(found, key=lambda one: one[0].encode()):
            if key.startswith(prefix):
                body = file.read_bytes()
                yield {"key": key, "size": len(body), "etag": hashlib.md5(body, usedforsecurity=False).hexdigest()}

    def file(self, key: str) -> Path:
        return self.folder.joinpath(*map(part_of_path, key.split("/")))

    def parent_of(self, key: str) -> Path:
        file = self.file(key)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            file = self.folder
        if file.is_dir():
            raise Failed(f"{self.place.verb} of {self.place}, {key}: files cannot hold one key and another below it")
        return file


def part_of_path(part: str) -> str:
    """A part of a key as the name of a file: nothing is `%`."""
    if part.strip(".") == "" and len(part) < 3:
        return part.replace(".", "%2E") or "%"
    return "".join(f"%{ord(letter):02X}" if letter in ODD else letter for letter in part)


def key_of(path: Path) -> str:
    return "/".join("" if part == "%" else unquote(part) for part in path.parts)


class Queue:
    def __init__(self, place: Place) -> None:
        self.place = place
        self.file = folder("queues") / f"{place.name}.jsonl"

    def send(self, body: str, attributes: Mapping[str, str], group: str | None) -> None:
        with locked(self.place):
            sent = {**sent_now(body, attributes, 0), **({"group": group} if group else {})}
            write_rows(self.file, [*rows(self.file), sent])

    def receive(self, limit: int, wait: int) -> list[tuple[dict[str, Any], str]]:
        ends = time.time() + wait
        while True:
            taken = self.take(limit)
            if taken or time.time() >= ends:
                return taken
            time.sleep(0.05)

    def take(self, limit: int) -> list[tuple[dict[str, Any], str]]:
        with locked(self.place):
            now, all = time.time(), rows(self.file)
            taken = [*islice((row for row in all if row.get("hidden", 0) <= now), limit)]
            for row in taken:
                row |= {"attempt": row["attempt"] + 1, "hidden": now + HIDDEN, "receipt": uuid.uuid4().hex}
            if taken:
                write_rows(self.file, all)
        shape = ("id", "time", "attempt", "body", "encoding", "attributes")
        return [({name: row[name] for name in shape}, row["receipt"]) for row in taken]

    def ack(self, receipt: str) -> None:
        with locked(self.place):
            write_rows(self.file, [row for row in rows(self.file) if row.get("receipt") != receipt])

    def release(self, receipt: str) -> None:
        with locked(self.place):
            all = rows(self.file)
            for row in all:
                if row.get("receipt") == receipt:
                    row["hidden"] = 0
            write_rows(self.file, all)


def sent_now(body: str, attributes: Mapping[str, str], attempt: int | None) -> dict[str, Any]:
    id, now = str(uuid.uuid4()), utc(time.time())
    return {"id": id, "time": now, "attempt": attempt, "body": body, "encoding": "utf-8", "attributes": dict(attributes)}


class Topic:
    def __init__(self, place: Place) -> None:
        self.place = place
        self.file = folder("topics") / f"{place.name}.jsonl"

    def publish(self, body: str, attributes: Mapping[str, str]) -> None:
        with locked(self.place):
            write_rows(self.file, [*rows(self.file), sent_now(body, attributes, None)])


class Table:
    def __init__(self, place: Place) -> None:
        self.place, self.keys = place, Keys.of(place)
        self.file = folder("tables") / f"{place.name}.jsonl"

    def read(self, key: Mapping[str, Any]) -> Item | None:
        key = self.keys.exactly(key)
        return next((Item(copy.deepcopy(row), row) for row in self.rows() if self.is_of(row, key)), None)

    def query(self, hash: Any, index: str | None, range: Range, limit: int | None, descending: bool) -> Iterator[Item]:
        name, sort = self.keys.pair(index)
        hash = self.keys.part(name, self.keys.named(index)[name], hash)
        if range.values():
            self.keys.within_range(index, range)
        found = [row for row in self.rows() if row.get(name) == hash and (sort is None or row.get(sort) is not None)]
        if sort:
            found = [row for row in found if not range.values() or range.holds(row[sort])]
            found.sort(key=lambda row: order(row[sort]), reverse=descending)
        return (Item(copy.deepcopy(row), row) for row in found[:limit])

    def scan(self) -> Iterator[Item]:
        return (Item(copy.deepcopy(row), row) for row in self.rows())

    def write(self, values: Mapping[str, Any], when: str | None, unchanged: Any) -> None:
        values = checked_item(values, self.keys)
        about = f"write of {self.place}"
        with locked(self.place):
            all = self.rows()
            here = next((at for at, row in enumerate(all) if self.is_of(row, values)), None)
            if when == "absent" and here is not None:
                raise AlreadyExists(about)
            if when == "present" and here is None:
                raise NotFound(about)
            if unchanged is not None and (here is None or all[here] != unchanged):
                raise Changed(about)
            all[len(all) if here is None else here : len(all) if here is None else here + 1] = [values]
            write_rows(self.file, all)

    def delete(self, key: Mapping[str, Any]) -> None:
        key = self.keys.exactly(key)
        with locked(self.place):
            write_rows(self.file, [row for row in self.rows() if not self.is_of(row, key)])

    def rows(self) -> list[dict[str, Any]]:
        """Everything that has not expired."""
        return [row for row in rows(self.file) if not self.is_over(row)]

    def is_over(self, row: Mapping[str, Any]) -> bool:
        ends = row.get(self.keys.ttl) if self.keys.ttl else None
        return isinstance(ends, (int, float)) and not isinstance(ends, bool) and ends <= time.time()

    def is_of(self, row: Mapping[str, Any], key: Mapping[str, Any]) -> bool:
        return all(row.get(name) == key[name] for name in self.keys.key)


class Secret:
    def __init__(self, place: Place) -> None:
        self.place = place

    def read(self) -> str:
        told = os.environ.get(f"{self.place.variable}_VALUE")
        if told is not None:
            return told
        values, name = f"{self.place.kind}s", self.place.name
        try:
            return (folder(values) / name).read_text("utf-8").removesuffix("\n")
        except FileNotFoundError:
            raise NotFound(f"read of {self.place}: put a value into {values}/{name}") from None


class Parameter(Secret):
    """A value in a file, as a secret is one."""


class Bus:
    def __init__(self, place: Place) -> None:
        self.place = place
        self.file = folder("buses") / f"{place.name}.jsonl"

    def publish(self, event: Event) -> None:
        told = {"id": event.id, "time": event.time, "type": event.type, "source": event.source, "subject": event.subject}
        with locked(self.place):
            write_rows(self.file, [*rows(self.file), {**told, "data": json.loads(event.data)}])


class Function:
    def __init__(self, place: Place) -> None:
        self.place = place

    def invoke(self, input: Any) -> Any:
        asked = json.loads(json.dumps(input))
        file = folder("functions") / f"{self.place.name}.json"
        with locked(self.place):
            calls = file.with_suffix(".calls.jsonl")
            write_rows(calls, [*rows(calls), asked])
        try:
            return json.loads(file.read_text("utf-8"))
        except FileNotFoundError:
            raise NotFound(f"invoke of {self.place}: put what it answers into functions/{self.place.name}.json") from None
