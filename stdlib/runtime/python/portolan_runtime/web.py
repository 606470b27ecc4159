"""http without a cloud: from a request to the handler's event, from the handler's answer to what the client gets."""

import base64
import json
import os
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from . import calls, cors, routes
from .events import content, envelope

LIMIT = 4 * 1024 * 1024
TEXT = "text/plain; charset=utf-8"
JSON = "application/json"
_FIELDS = {"status", "headers", "cookies", "body", "encoding"}
_IGNORED = {"content-length", "transfer-encoding", "connection"}
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@dataclass
class Request:
    """A request as its platform told it. The path is decoded, names of headers are in lower case; a body of None is one
    that was too large to be read."""

    id: str
    time: str
    method: str
    host: str
    path: str
    query: str
    headers: list
    cookies: list
    body: bytes | None
    address: str | None

    def header(self, name):
        return next((value for known, value in self.headers if known == name), None)


@dataclass
class Answer:
    """What the client gets. `text` says that the body was meant as text, not as bytes."""

    status: int
    headers: list = field(default_factory=list)
    cookies: list = field(default_factory=list)
    body: bytes = b""
    text: bool = True


@dataclass
class Admitted:
    """A request that may reach its handler."""

    trigger: dict
    route: dict
    parameters: dict
    principal: dict | None


class Refused(Exception):
    """The entry answers instead of the handler."""

    def __init__(self, answer, trigger=None):
        super().__init__(f"status {answer.status}")
        self.answer = answer
        self.trigger = trigger


def serve(request, triggers, principal, context, found=None):
    """The whole way of a request. `principal` says whom the platform let in, `found` what it matched."""

    def answered(admitted):
        try:
            answer = calls.call(event_of(request, admitted), context, admitted.trigger, answer_of)
        except calls.Failed:
            answer = failure()
        return dress(answer, admitted.trigger, request)

    return guarded(request, triggers, principal, context, found, answered)


def guarded(request, triggers, principal, context, found, work, refuse=lambda answer: answer):
    """Does the work for a request that is let in, and answers all others."""
    try:
        admitted = admit(request, triggers, principal, found)
    except Refused as refused:
        outcome = "done" if refused.answer.status == 204 else "refused"
        calls.log(outcome, context, refused.trigger, {"id": request.id}, status=refused.answer.status)
        return refuse(dress(refused.answer, refused.trigger, request))
    return work(admitted)


def admit(request, triggers, principal, found=None):
    """Finds the route, answers preflights, and holds the size and `auth` before anything of the user's runs."""
    found = found or routes.find(triggers, request.method, request.path)
    if found is None or found[1]["method"] != "OPTIONS":
        ruled = cors.preflight(request, triggers)
        if ruled:
            raise Refused(Answer(204), ruled)
    if found is None:
        raise Refused(plain(404, "not found"))
    trigger, route, parameters = found
    if request.body is None or len(request.body) > LIMIT:
        raise Refused(plain(413, "content too large"), trigger)
    return Admitted(trigger, route, parameters, _who(request, trigger, principal))


def _who(request, trigger, principal):
    auth = trigger["auth"]
    if auth["kind"] == "public":
        return None
    if auth["by"] == "platform":
        known = principal(request, trigger)
        if known is None:
            raise Refused(unauthorized(), trigger)
        return known
    return _bearer(request, trigger)


def _bearer(request, trigger):
    from . import jwt

    auth = trigger["auth"]
    scheme, _, token = (request.header("authorization") or "").partition(" ")
    if scheme.lower() != "bearer":
        raise Refused(unauthorized(), trigger)
    audiences = [os.environ.get(name, "") for name in auth["audiences"]]
    try:
        claims = jwt.verify(token.strip(), os.environ.get(auth["issuer"], ""), audiences)
    except jwt.Invalid as error:
        raise Refused(unauthorized('Bearer error="invalid_token"'), trigger) from error
    except jwt.Unavailable as error:
        # in doubt nobody comes in
        raise Refused(plain(503, "unavailable"), trigger) from error
    return {"kind": "jwt", "subject": claims.get("sub"), "claims": claims}


def event_of(request, admitted):
    trigger, query = admitted.trigger, {}
    for name, value in parse_qsl(request.query, keep_blank_values=True, errors="replace"):
        query.setdefault(name, []).append(value)
    return {
        **envelope(trigger, admitted.route["http"], request.id, request.time),
        "method": request.method,
        "host": _host(request.host),
        "path": request.path,
        "parameters": admitted.parameters,
        "query": query,
        "headers": joined(pair for pair in request.headers if pair[0] != "cookie"),
        "cookies": _cookies(request.cookies),
        **content(request.body),
        "address": request.address,
        "principal": admitted.principal,
    }


def joined(headers):
    """Each name with one text."""
    texts = {}
    for name, value in headers:
        texts[name] = f"{texts[name]}, {value}" if name in texts else value
    return texts


def forwarded(headers):
    """The headers as the client sent them: behind a gateway `authorization` is the gateway's own."""
    sent = [("authorization", value) for name, value in headers if name == "x-forwarded-authorization"]
    return [pair for pair in headers if pair[0] not in ("authorization", "x-forwarded-authorization")] + sent


def _host(host):
    return re.sub(r":\d+$", "", host).lower()


def _cookies(texts):
    cookies = {}
    for pair in ";".join(texts).split(";"):
        name, equals, value = pair.strip().partition("=")
        if equals:
            cookies.setdefault(name, value)
    return cookies


# --- answers ----------------------------------------------------------------------------------------------------------


def plain(status, text):
    return Answer(status, [("content-type", TEXT)], [], text.encode())


def failure():
    return plain(500, "internal error")


def unauthorized(challenge="Bearer"):
    answer = plain(401, "unauthorized")
    answer.headers.append(("www-authenticate", challenge))
    return answer


def dress(answer, trigger, request):
    """Adds the headers of `cors`, where the entry is who adds them."""
    if trigger and trigger.get("cors"):
        answer.headers = cors.dressed(answer.headers, trigger["cors"], request)
    return answer


def answer_of(value):
    """Judges what a handler returned (docs/events.md, "The answer")."""
    if not isinstance(value, dict):
        raise calls.Misanswered("an answer is a map with a `status`")
    unknown = sorted(str(name) for name in value.keys() - _FIELDS)
    if unknown:
        raise calls.Misanswered(f"an answer has no field `{unknown[0]}`")
    status = value.get("status")
    if type(status) is not int or not 200 <= status <= 599:
        raise calls.Misanswered("`status` is a number from 200 to 599")
    headers, cookies = _headers(value.get("headers"))
    body, kind = _body(value.get("body"), value.get("encoding"))
    if status in (204, 304):
        # RFC 9110 §6.4.1: these have no body, and one would be read as the next answer
        body, kind = b"", None
    if kind and not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", kind))
    if len(body) > LIMIT:
        raise calls.Misanswered("the body is over 4 MiB")
    cookies += _texts("cookies", value.get("cookies"))
    return Answer(status, headers, cookies, body, text=kind in (None, TEXT, JSON))


def native_answer(value):
    """The answer of a handler that gets requests as they are: the same, or nothing where there is nothing to say."""
    return Answer(204) if value is None else answer_of(value)


def _headers(headers):
    if headers is None:
        return [], []
    if not isinstance(headers, dict):
        raise calls.Misanswered("`headers` is a map")
    kept, cookies = [], []
    for name, value in headers.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise calls.Misanswered("a name in `headers` is not one of http's")
        texts = _texts("headers", [value] if isinstance(value, str) else value)
        name = name.lower()
        if name == "set-cookie":
            cookies += texts
        elif name not in _IGNORED:
            kept += [(name, text) for text in texts]
    return kept, cookies


def _texts(where, texts):
    if texts is None:
        return []
    if not isinstance(texts, (list, tuple)) or not all(
        isinstance(text, str) and _VALUE.fullmatch(text) for text in texts
    ):
        raise calls.Misanswered(f"`{where}` holds something that is not a text for a header")
    return list(texts)


def _body(body, encoding):
    """The bytes to send, and their type where the handler names none."""
    if encoding not in (None, "utf-8", "base64"):
        raise calls.Misanswered('`encoding` is "base64" or absent')
    if body is None:
        return b"", None
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body), "application/octet-stream"
    if isinstance(body, str):
        if encoding == "base64":
            return base64.b64decode(body, validate=True), "application/octet-stream"
        return body.encode(), TEXT
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode(), JSON
