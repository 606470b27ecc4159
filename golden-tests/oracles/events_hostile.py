"""Native events with a piece missing or of another kind: each must end as an error, or reach the handler; none may be lost."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import events_case
import events_sessions

KINDS = {"queue", "topic", "bucket", "schedule"}
JUNK = (None, 7, "junk", [], {})
LIMIT = 400


def findings(case: events_case.Case, session: events_sessions.Session) -> list[str]:
    """Only of cases that ask for it, with the first run's handler."""
    if not case.body.get("hostile"):
        return []
    found = []
    for pointer, native in mutants(case.native[session.cloud], session.cloud):
        called = session.call(native, {"return": None})
        if is_success(called.outcome) and not called.received and not is_dropped(called):
            found.append(f"{pointer}: a success that the handler never saw")
        found += [f"{pointer}: {what}" for what in events_case.told(called)]
        if called.received and not is_event(called.received[0]):
            found.append(f"{pointer}: the handler got what is no event")
    return found


def mutants(native: Any, cloud: str) -> Iterator[tuple[str, Any]]:
    for count, (pointer, path) in enumerate(paths(native)):
        if count == LIMIT:
            return
        for junk in JUNK:
            mutant = copy.deepcopy(native)
            place = mutant
            for part in path[:-1]:
                place = place[part]
            if json.dumps(place[path[-1]]) == json.dumps(junk) or not is_sendable(path, cloud):
                continue
            place[path[-1]] = junk
            yield f"{pointer}={json.dumps(junk)}", mutant


def paths(value: Any, pointer: str = "", path: tuple[Any, ...] = ()) -> Iterator[tuple[str, tuple[Any, ...]]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield f"{pointer}/{key}", (*path, key)
        yield from paths(item, f"{pointer}/{key}", (*path, key))


def is_sendable(path: tuple[Any, ...], cloud: str) -> bool:
    """What surrounds an event is the platform's: only what is in it can be wrong."""
    if cloud == "gcp":
        return path[0] == "body" and path[-1] != "base64"
    return cloud == "aws" or path[0] in ("data", "metadata") and path[-1] == "value" and len(path) > 1


def is_success(outcome: dict[str, Any]) -> bool:
    return "returns" in outcome or outcome.get("status", 500) < 300


def is_dropped(called: events_sessions.Called) -> bool:
    return [line["outcome"] for line in called.log] in (["dropped"], ["warm"])


def is_event(event: dict[str, Any]) -> bool:
    return event["version"] == 1 and isinstance(event["id"], str) and bool(events_case.CLOCK.fullmatch(event["time"]))
