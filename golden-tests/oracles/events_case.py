"""A case of `golden-tests/events`: what it plans, and what differs from what came (the README there says what the files mean)."""

from __future__ import annotations

import base64
import copy
import dataclasses
import datetime
import json
import re
import urllib.parse
from collections.abc import Iterator
from typing import Any

import events_sessions
import oracle

CLOUDS = ("aws", "gcp", "azure")
EVENTS = oracle.ROOT / "golden-tests/events"
TIMES = re.compile(r"<(\d+) times (.)>")
CLOCK = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
# headers of answers that servers add
SERVERS = {"content-length", "date", "server", "connection", "keep-alive", "transfer-encoding"}
# headers of requests that functions-framework or our own client add
TRANSPORT = {"content-length", "function-execution-id"}
CONTENT = re.compile("night.owls|Bearer |SIGNATURE_REMOVED")
LINE = {"level", "app", "target", "function", "trigger", "key", "event", "source", "call", "milliseconds", "outcome", "failed"}


@dataclasses.dataclass
class Case:
    body: dict[str, Any]
    native: dict[str, Any]
    neutral: dict[str, Any] | None

    def places(self) -> list[tuple[str, str]]:
        return sorted({(language, cloud) for language, cloud, _ in planned(self.body)})

    def runs(self, cloud: str) -> list[dict[str, Any]]:
        return [run for run in self.body["runs"] if expected_of(run, cloud) is not None]

    def settings(self, cloud: str) -> dict[str, Any]:
        settings = {"version": 1, "provider": cloud, "region": "somewhere", **copy.deepcopy(self.body["settings"])}
        return changed(settings, self.about(cloud).get("settings", {}))

    def environment(self, cloud: str, issuer: str) -> dict[str, str]:
        named = self.about(cloud).get("environment", {})
        return {name: value.replace("<issuer>", issuer) for name, value in named.items()}

    def package(self, cloud: str) -> Any:
        """What a session is started with; an issuer's tokens must find its counts and keys as they were at first."""
        name = self.body["shows"] if self.needs_issuer else None
        return [self.settings(cloud), self.about(cloud).get("environment"), self.body.get("runtime"), name]

    @property
    def needs_issuer(self) -> bool:
        return any("token" in run for run in self.body["runs"])

    def native_of(self, cloud: str, run: dict[str, Any], authorization: str | None) -> Any:
        """The native event of a run: the case's, with the run's own request or token."""
        native = self.native[cloud]
        if "request" in run:
            return requested(cloud, native, run["request"])
        if "token" in run:
            return authorized(native, authorization)
        return native

    def about(self, cloud: str) -> dict[str, Any]:
        return self.body["clouds"].get(cloud, {})

    def findings(self, session: events_sessions.Session, run: dict[str, Any], called: events_sessions.Called) -> list[str]:
        wanted = expanded(expected_of(run, session.cloud))
        came = client(session.cloud, called.outcome, wanted) if "headers" in wanted else called.outcome
        found = list(differences("the answer", came, wanted, called))
        found += self.of_event(session.cloud, called, run.get("reaches", True))
        return found + self.of_log(called, run)

    def of_event(self, cloud: str, called: events_sessions.Called, reaches: bool) -> list[str]:
        if self.neutral is None or not reaches:
            return [f"the handler got {len(called.received)} events"] if called.received else []
        if len(called.received) != 1:
            return [f"the handler got {len(called.received)} events"]
        wanted = changed(copy.deepcopy(self.neutral), self.about(cloud).get("neutral", {}))
        came = called.received[0]
        if "headers" in came:
            came["headers"] = {name: value for name, value in came["headers"].items() if name not in TRANSPORT}
        return list(differences("the event", came, expanded(wanted), called))

    def of_log(self, called: events_sessions.Called, run: dict[str, Any]) -> list[str]:
        if len(called.log) != 1:
            return [f"the call left {len(called.log)} lines in the log"]
        line = called.log[0]
        found = [f"the log line has no `{name}`" for name in sorted(LINE - line.keys())] + told(called)
        if called.received and "id" in called.received[0] and line.get("event") != called.received[0]["id"]:
            found.append(f"the log line names the event {line.get('event')!r}")
        fails = run["handler"].keys() & {"raise", "exit"} and self.neutral is not None
        if fails and (line.get("outcome") != "failed" or "error" not in line):
            found.append(f"the log line calls a failure {line.get('outcome')!r}")
        return found


def whole(body: dict[str, Any]) -> dict[str, Any]:
    """A planted case may stand on one of the others."""
    return {**load(EVENTS / body["base"] / "case.json"), **body} if "base" in body else body


def told(called: events_sessions.Called) -> list[str]:
    """What the log tells of an event's content: bodies, keys and paths of the cases name the same show."""
    found = [CONTENT.search(json.dumps(line)) for line in called.log]
    return [f"the log line tells {match[0]!r}" for match in found if match]


def planned(body: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    body = whole(body)
    for language in events_sessions.LANGUAGES:
        if language not in body.get("languages", events_sessions.LANGUAGES):
            continue
        for cloud in body.get("only", CLOUDS):
            if "absent" not in body["clouds"].get(cloud, {}):
                yield from ((language, cloud, run) for run in body["runs"] if expected_of(run, cloud) is not None)


def expected_of(run: dict[str, Any], cloud: str) -> dict[str, Any] | None:
    return run.get("client") or run.get(cloud)


def read(document: oracle.Document) -> Case:
    """A case from its folder; one that was planted holds everything itself, or stands on another."""
    body, folder = whole(document.body), document.path.parent
    if "native" in body:
        return Case(body, expanded(body["native"]), body["neutral"])
    if "base" in body:
        folder = EVENTS / body["base"]
    native = {cloud: expanded(load(folder / f"{cloud}.json")) for cloud in CLOUDS if "absent" not in body["clouds"].get(cloud, {})}
    neutral = folder / "neutral.json"
    return Case(body, native, load(neutral) if neutral.exists() else None)


def load(path: Any) -> Any:
    return oracle.load_json(path.read_text(encoding="utf-8"))


def changed(body: Any, pointers: dict[str, Any]) -> Any:
    if "" in pointers:
        return pointers[""]
    for pointer, value in pointers.items():
        place, key = oracle.locate(body, pointer)
        place[key] = value
    return body


def expanded(value: Any) -> Any:
    """A value with `<N times x>` written out."""
    if isinstance(value, str):
        found = TIMES.fullmatch(value)
        return found[2] * int(found[1]) if found else value
    if isinstance(value, list):
        return [expanded(item) for item in value]
    if isinstance(value, dict):
        return {key: expanded(item) for key, item in value.items()}
    return value


def authorized(value: Any, authorization: str | None) -> Any:
    """An event with its `<token>` filled in, or without the header."""
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if item != "<token>" or authorization is not None}
        return {key: authorization if item == "<token>" else authorized(item, authorization) for key, item in kept.items()}
    return value


def requested(cloud: str, native: Any, request: dict[str, Any]) -> Any:
    """An event of http with another request in it."""
    native, target = copy.deepcopy(native), urllib.parse.quote(request["path"]) + (f"?{request['query']}" if request["query"] else "")
    headers = dict(request["headers"])
    if cloud == "gcp":
        native.update(method=request["method"], path=target, body=request["body"])
        native["headers"].update(headers)
    elif cloud == "azure":
        value = native["data"]["value"]
        value.update(method=request["method"], url=urllib.parse.urljoin(value["url"], target), body=typed(request["body"]))
        value["headers"].update(headers)
    else:
        cookie = headers.pop("cookie", None)
        native.update(rawPath=urllib.parse.quote(request["path"]), rawQueryString=request["query"], **({"cookies": cookie.split("; ")} if cookie else {}))
        native["requestContext"]["http"].update(method=request["method"], path=request["path"])
        native["headers"].update(headers)
        coded = isinstance(request["body"], dict)
        native.update(isBase64Encoded=coded, body=request["body"]["base64"] if coded else request["body"])
    return native


def typed(body: Any) -> dict[str, str]:
    return {"type": "bytes", "value": body["base64"]} if isinstance(body, dict) else {"type": "string", "value": body or ""}


# --- comparing --------------------------------------------------------------------------------------------------------


def differences(where: str, came: Any, wanted: Any, called: events_sessions.Called | None) -> Iterator[str]:
    if wanted == "<refused>" and came in (401, 403, 404, 503):
        return
    if wanted == "<any>" or wanted == "<remaining>" and isinstance(came, int) and 0 < came <= 30_000:
        return
    if isinstance(wanted, str) and isinstance(came, str) and fits(came, wanted, called):
        return
    if isinstance(wanted, dict) and isinstance(came, dict):
        for name in sorted(wanted.keys() | came.keys()):
            if name not in came or name not in wanted:
                yield f"{where} has {'no' if name in wanted else 'a'} `{name}`"
            else:
                yield from differences(f"{where}/{name}", came[name], wanted[name], called)
    elif isinstance(wanted, list) and isinstance(came, list) and len(wanted) == len(came):
        for at, (one, other) in enumerate(zip(came, wanted, strict=True)):
            yield from differences(f"{where}/{at}", one, other, called)
    elif json.dumps(came) != json.dumps(wanted):
        yield f"{where} is {short(came)}, not {short(wanted)}"


def fits(came: str, wanted: str, called: events_sessions.Called | None) -> bool:
    if called is None:
        return came == wanted
    if wanted == "<clock>":
        return bool(CLOCK.fullmatch(came)) and called.began <= came <= called.ended
    if wanted == "<random>":
        return came != ""
    return came == wanted.replace("<due>", last_three(called.began))


def last_three(began: str) -> str:
    """The last 03:00 before a time."""
    moment = datetime.datetime.fromisoformat(began.replace("Z", "+00:00"))
    due = moment.replace(hour=3, minute=0, second=0, microsecond=0)
    due -= datetime.timedelta(days=1) if due > moment else datetime.timedelta()
    return due.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 300 else f"{text[:300]}… ({len(text)} characters)"


def client(cloud: str, outcome: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """What a client of http sees of an outcome."""
    if cloud == "aws":
        outcome = of_gateway(outcome.get("returns"))
    if "headers" not in outcome:
        return outcome
    # a list is the same with and without a space (RFC 9110 §5.6.1)
    headers = {name: re.sub(r",(?=\S)", ", ", value) for name, value in outcome["headers"].items() if name not in SERVERS}
    if cloud == "azure" and not outcome["body"] and "content-type" not in wanted["headers"]:
        # azure.functions gives every answer a type; a client that gets no body has no use for it
        headers.pop("content-type", None)
    read = {"json": json.loads(outcome["body"])} if headers.get("content-type") == "application/json" and "json" in wanted else {}
    return {**outcome, "headers": headers, **text_of(outcome["body"]), **({"body": "<json>", **read} if read else {})}


def of_gateway(answer: Any) -> dict[str, Any]:
    """API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs", format 2.0."""
    known = {"statusCode", "headers", "cookies", "body", "isBase64Encoded"}
    if not isinstance(answer, dict) or not {"statusCode", "headers", "body"} <= answer.keys() <= known:
        return {"not an answer": answer}
    body = answer["body"]
    data = base64.b64decode(body, validate=True) if answer.get("isBase64Encoded") else body.encode()
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    return {"status": answer["statusCode"], "headers": headers, "cookies": answer.get("cookies", []), "body": data}


def text_of(data: bytes) -> dict[str, str]:
    try:
        return {"body": data.decode(), "encoding": "utf-8"}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(data).decode(), "encoding": "base64"}
